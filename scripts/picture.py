"""Draw the README's picture: what GitHub shows of a P1 whose fix is held. `make picture`, or
`python -m scripts.picture`.

The words are the demo's own, at the moment when the fix is written and two gates still hold it: the statuses
on the pull request and the comment on the issue, rendered from their Markdown. `docs/images/held.html` is
what is drawn; a test compares it with the demo of today. Chromium draws it twice, light and dark, and each
picture carries the digest of the page that it was drawn from, so that a test sees an old one without a
browser.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from markdown_it import MarkdownIt

from bugaction.console import Console
from bugaction.demo import play
from bugaction.verdicts import ROLLUP

__all__ = ["IMAGES", "PAGE", "PICTURES", "digest", "drawn_from", "page"]

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PAGE = IMAGES / "held.html"
PICTURES = {"light": IMAGES / "held-light.png", "dark": IMAGES / "held-dark.png"}

_STORY, _SCENE, _PULL = "## A P1,", "bo fills in the release notes", 3
_SHOWN = "<details><summary>The comment on the issue now</summary>"
_LAST = "\nStatus channel:"
"""The line of the comment in front of which the picture ends."""

_STATUS = re.compile(rf"- (?P<mark>[✅❌]) (?P<context>bugaction/\S+) on pull request {_PULL}: (?P<text>.+)")
_HOLDS = re.compile(r"#### .+: (?P<met>\d+) of (?P=met)")

_KEYWORD = b"Source"
_WIDTH, _SCALE = 880, 2
_NEEDS = "on Debian: apt-get install chromium fonts-noto-core fonts-noto-color-emoji pngquant"

_STYLE = """
:root { --page: #ffffff; --box: #ffffff; --head: #f6f8fa; --line: #d1d9e0; --text: #1f2328; --soft: #59636e;
  --code: #eff1f3; --red: #cf222e; --green: #1a7f37; --link: #0969da; }
.dark { --page: #0d1117; --box: #0d1117; --head: #151b23; --line: #3d444d; --text: #f0f6fc; --soft: #9198a1;
  --code: #262c36; --red: #f85149; --green: #3fb950; --link: #4493f8; }
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; background: var(--page); color: var(--text);
  font: 14px/1.5 "Noto Sans", "Segoe UI", Helvetica, Arial, sans-serif, "Noto Color Emoji"; }
.where { color: var(--soft); font-weight: 600; margin: 0 2px 6px; }
.box { border: 1px solid var(--line); border-radius: 8px; background: var(--box); overflow: hidden; }
.box + .where { margin-top: 18px; }
.box > header { background: var(--head); border-bottom: 1px solid var(--line); padding: 8px 16px; }
.status { display: flex; gap: 10px; padding: 7px 16px; border-top: 1px solid var(--line);
  align-items: center; }
header + .status { border-top: 0; }
.status .mark { flex: none; width: 16px; height: 16px; border-radius: 50%; color: #ffffff;
  font: normal 700 11px/16px sans-serif;
  text-align: center; }
.failure .mark { background: var(--red); }
.success .mark { background: var(--green); }
.status b { flex: none; }
.status span, .soft { color: var(--soft); }
.text { padding: 4px 16px 14px; }
h3 { font-size: 17px; margin: 10px 0; }
h4 { font-size: 14px; margin: 14px 0 4px; }
h4.holds { color: var(--soft); margin: 8px 0; }
p { margin: 6px 0; }
ul { margin: 4px 0; padding-left: 20px; }
li { margin: 2px 0; }
li.task { list-style: none; margin-left: -16px; }
code { background: var(--code); border-radius: 5px; padding: 1px 5px;
  font: 12.5px "Noto Sans Mono", monospace; }
u { text-decoration: none; color: var(--link); }
table { border-collapse: collapse; margin-top: 12px; }
th, td { border: 1px solid var(--line); padding: 4px 12px; text-align: left; }
th { background: var(--head); }
"""


def page(transcript: str) -> str:
    """The page that is drawn, from the demo's transcript. Raises `ValueError` where it is not told there."""
    story = transcript.partition(_STORY)[2]
    before, found, after = story.partition(f"· {_SCENE}\n")
    told, _, kept = after.partition(_SHOWN)
    comment, shown, _ = kept.partition(_LAST)
    if not (found and shown) or "\n### " in told:
        msg = f"the demo no longer shows the comment after: {_SCENE}"
        raise ValueError(msg)
    statuses = {
        match["context"]: (match["mark"] == "✅", match["text"]) for match in _STATUS.finditer(before + told)
    }
    held = sum(not good for good, _ in statuses.values())
    parts = [
        f'<p class="where">On the pull request, #{_PULL}</p>',
        '<section class="box">',
        f"<header><b>Some checks were not successful</b><br>"
        f'<span class="soft">{held} failing, {len(statuses) - held} successful</span></header>',
        *(_status(context, *statuses[context]) for context in sorted(statuses, key=_order)),
        "</section>",
        '<p class="where">On the issue, #2: one comment, kept up to date</p>',
        '<section class="box">',
        '<header><b>github-actions</b> <span class="soft">bot</span></header>',
        f'<div class="text">\n{_rendered(comment)}</div>',
        "</section>",
    ]
    body = "\n".join(parts)
    head = f'<meta charset="utf-8">\n<title>A fix that is held</title>\n<style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _order(context: str) -> tuple[bool, str]:
    return context != ROLLUP, context


def _status(context: str, good: bool, text: str) -> str:
    kind, mark = ("success", "✓") if good else ("failure", "✕")
    words = f"<b>{html.escape(context)}</b> <span>{html.escape(text)}</span>"
    return f'<div class="status {kind}"><i class="mark">{mark}</i>{words}</div>'


def _rendered(comment: str) -> str:
    """The comment as HTML, without addresses and hidden marks; of a gate that holds, its heading
    alone, with dots for what is left out."""
    lines: list[str] = []
    folded = False
    for line in re.sub(r"<!--.*?--> ?", "", comment).splitlines():
        if line.startswith(("####", "|")):
            folded = _HOLDS.fullmatch(line) is not None
        if line.startswith("####") or not folded:
            lines.append(line)
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render("\n".join(lines))
    made = re.sub(r'<a href="[^"]*">(.*?)</a>', r"<u>\1</u>", made)
    made = re.sub(r"<h4>([^<]+: (\d+) of \2)</h4>", r'<h4 class="holds">\1 ⋯</h4>', made)
    return made.replace("<li>[ ] ", '<li class="task">☐ ')


# The pictures -------------------------------------------------------------------------------------------


def digest(text: str) -> str:
    """What a picture that was drawn from this page carries."""
    return hashlib.sha256(text.encode()).hexdigest()


def drawn_from(picture: bytes) -> str:
    """The digest that a picture carries, "" where it carries none."""
    at = 8
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        data = picture[at + 8 : at + 8 + length]
        if kind == b"tEXt" and data.startswith(_KEYWORD + b"\0"):
            return data.partition(b"\0")[2].decode("latin-1")
        at += length + 12
    return ""


def _signed(picture: bytes, text: str) -> bytes:
    """The picture with the digest, in a text chunk behind its header (PNG, third edition, 11.3.3.2)."""
    data = b"tEXt" + _KEYWORD + b"\0" + digest(text).encode()
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    end = 8 + 12 + struct.unpack(">I", picture[8:12])[0]
    return picture[:end] + chunk + picture[end:]


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"{names[0]} is not on the PATH ({_NEEDS})")
    return found


def _run(*arguments: str) -> str:
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return done.stdout


def _draw(text: str, into: Path, theme: str) -> None:
    browser = [_program("chromium", "chromium-browser", "google-chrome"), "--headless", "--no-sandbox"]
    quantise = _program("pngquant")
    themed = text.replace('<html lang="en">', f'<html lang="en" class="{theme}">')
    with tempfile.TemporaryDirectory() as name:
        source, shot, small = (Path(name) / part for part in ("page.html", "shot.png", "small.png"))
        measure = "<script>document.title = document.documentElement.getBoundingClientRect().height</script>"
        source.write_text(themed.replace("</body>", f"{measure}</body>"), encoding="utf-8")
        window = f"--window-size={_WIDTH},100"
        told = _run(*browser, "--hide-scrollbars", window, "--dump-dom", source.as_uri())
        height = round(float(re.findall(r"<title>([\d.]+)</title>", told)[0]))
        source.write_text(themed, encoding="utf-8")
        size = [f"--window-size={_WIDTH},{height}", f"--force-device-scale-factor={_SCALE}"]
        _run(*browser, "--hide-scrollbars", *size, f"--screenshot={shot}", source.as_uri())
        _run(quantise, "--speed", "1", "--output", str(small), "96", str(shot))
        into.write_bytes(_signed(small.read_bytes(), text))


def main() -> None:
    """Play the demo, write the page, and draw it light and dark."""
    with tempfile.TemporaryDirectory() as name:
        into = Path(name) / ".demo"
        play(into, Console(io.StringIO(), in_actions=False))
        text = page((into / "transcript.md").read_text(encoding="utf-8"))
    IMAGES.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    for theme, path in PICTURES.items():
        _draw(text, path, theme)


if __name__ == "__main__":
    main()
