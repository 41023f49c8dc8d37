"""The README's picture: drawn from the page beside it, small, sharp, and told in words."""

from __future__ import annotations

import html
import re
import struct
from pathlib import Path

import pytest

from scripts.picture import PAGE, PICTURES, digest, drawn_from, page

ROOT = Path(__file__).parents[2]
DRAWN = PAGE.read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

TRANSCRIPT = """# A bug's life

## A P1, on a Monday morning

### 10:36 · bo opens a pull request: Fixes #2

- ❌ bugaction/triage on pull request 3: BUG-002: nobody is <b>assigned</b>
- ❌ bugaction/gate on pull request 3: BUG-002: nobody is assigned (+3)

### 11:00 · somebody takes it

- ✅ bugaction/triage on pull request 3: Triage holds
- ❌ bugaction/gate on pull request 4: another one's

### 11:40 · bo fills in the release notes

- ❌ bugaction/gate on pull request 3: BUG-002: nobody has approved it

<details><summary>The comment on the issue now</summary>

<!-- bugaction:sticky v1 -->
### 🟠 BUG-002 · P1

#### Triage: 1 of 1

- ✅ left out

#### Fix: 0 of 1

- ❌ It is approved ([source](https://github.com/octo/shop/pull/3)).
  - [ ] <!-- attest: minimal-change --> I have read it

Status channel: #x

</details>
"""


def test_the_page_has_the_newest_status_of_each_and_the_comment() -> None:
    """Of that pull request alone, the roll-up first. What holds is folded, no address is shown."""
    made = page(TRANSCRIPT)
    told = re.findall(r'class="status (\w+)">.*?<b>(.*?)</b> <span>(.*?)</span>', made)
    assert told == [
        ("failure", "bugaction/gate", "BUG-002: nobody has approved it"),
        ("success", "bugaction/triage", "Triage holds"),
    ]
    assert "1 failing, 1 successful" in made
    assert '<h4 class="holds">Triage: 1 of 1 ⋯</h4>' in made
    assert "left out" not in made
    assert "☐ I have read it" in made
    assert not re.search("https?:|<a |<!-- |attest|Status channel", made.partition("<body>")[2])


def test_what_people_wrote_is_text_in_it() -> None:
    """No status puts a tag into the page."""
    made = page(TRANSCRIPT.replace("### 11:00 · somebody takes it\n\n- ✅", "### 11:00\n\n- ✅ other"))
    assert "nobody is &lt;b&gt;assigned&lt;/b&gt;" in made


@pytest.mark.parametrize("gone", ["bo fills in", "## A P1,", "<details><summary>", "\nStatus channel:"])
def test_a_demo_that_no_longer_tells_it_is_named(gone: str) -> None:
    """No empty picture is drawn."""
    with pytest.raises(ValueError, match="no longer shows"):
        page(TRANSCRIPT.replace(gone, "?"))


@pytest.mark.parametrize("theme", PICTURES)
def test_each_picture_is_drawn_from_the_page(theme: str) -> None:
    """Run `make picture` where this fails: it carries another page's digest."""
    picture = PICTURES[theme].read_bytes()
    assert drawn_from(picture) == digest(DRAWN), "run `make picture`"
    assert len(picture) < 200_000
    width, _ = struct.unpack(">II", picture[16:24])
    assert width >= 2 * 800
    assert drawn_from(picture.replace(b"tEXt", b"zTXt", 1)) == ""


def test_the_readme_shows_both_and_tells_what_is_seen() -> None:
    """By theme; the words beside the picture hold each status that it shows, in its own words."""
    shown = README.partition("<picture>")[2].partition("</picture>")[0]
    paths = re.findall(r'src(?:set)?="([^"]+)"', shown)
    assert {ROOT / path for path in paths} == set(PICTURES.values())
    assert 'media="(prefers-color-scheme: dark)"' in shown
    alt = " ".join(html.unescape(re.findall(r'alt="([^"]+)"', shown, re.DOTALL)[0]).split())
    for mark, context, text in re.findall(r'class="status (\w+)">.*?<b>(.*?)</b> <span>(.*?)</span>', DRAWN):
        assert context.removeprefix("bugaction/") in alt
        assert mark == "success" or text.partition(": ")[2].partition(" (+")[0] in alt
