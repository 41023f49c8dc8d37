"""The report as one HTML file that needs nothing else: to be sent, opened anywhere, and printed. Pure."""

from __future__ import annotations

from html import escape

from markdown_it import MarkdownIt

from bugaction.replay.account import Account
from bugaction.replay.page import markdown, title

__all__ = ["html"]

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { border: 1px solid #8886; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th, td[style*="right"], td:nth-child(3) { white-space: nowrap; }
td { overflow-wrap: anywhere; } td:first-child { min-width: 10rem; }
th { background: #8881; } code { background: #8882; padding: 0 .2em; border-radius: 3px; }
@media print {
  body { font-size: 10px; margin: 0; max-width: none; }
  table { display: table; } th { white-space: normal; } tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Even a text that slipped through could load and run nothing
(https://developer.mozilla.org/docs/Web/HTTP/CSP)."""


def html(account: Account) -> str:
    """The page, made from the Markdown with HTML in it switched off; links lead to GitHub alone."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    body = parser.render(markdown(account))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title(account))}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"{body}</body>\n</html>\n"
    )
