"""Where a replay's report goes: to the console or into files, with the drafted post-mortem beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bugaction.console import Console
from bugaction.replay import document, html, markdown
from bugaction.replaying import Replayed
from bugaction.saving import save

__all__ = ["deliver"]


def deliver(
    found: Replayed, console: Console, page: Path | None, sheet: Path | None, *, as_json: bool = False
) -> None:
    """Write what was asked for: the document for programs, the files, or else the page on the console.

    Raises `UserError` where a file cannot be written.
    """
    account, said = found.account, []
    first = page or sheet
    if first is not None and found.draft:
        draft = first.with_name(f"{first.stem}.post-mortem-{account.drafted.lower()}.md")
        if draft.exists():  # somebody may have written in it
            said.append(f"{draft} is there already, and was left as it is.")
        else:
            save(draft, found.draft)
            said.append(f"The drafted post-mortem of {account.drafted} is in {draft}.")
        account = replace(account, draft=draft.name)
    if page is not None:
        save(page, markdown(account))
    if sheet is not None:
        save(sheet, html(account))
    if as_json:
        console.say(document(account).model_dump_json(indent=2))
        return
    if first is None:
        console.say(markdown(account).rstrip("\n"))
        if found.draft:
            said.append(
                f"\nWith --markdown FILE or --html FILE the post-mortem of {account.drafted} is drafted too."
            )
    else:
        names = " and ".join(str(path) for path in (page, sheet) if path is not None)
        said.append(f"The report is in {names}.")
    for line in said:
        console.say(line)
