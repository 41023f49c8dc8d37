"""The timeline: from GitHub's own events, and from what people add by command or in the document."""

from __future__ import annotations

from tests.scenario.life import CONFIG, RECORDS, Life, form
from tests.values import completed

PATH = "documents/bugs/BUG-001/post-mortem-v1.0.md"


def _timeline(life: Life) -> str:
    """The post-mortem's timeline, drawn and as a table."""
    text = life.world.file("main", PATH) or life.world.file(RECORDS, PATH)
    assert text is not None
    return text.partition("## Timeline\n")[2].partition("\n## ")[0]


def _rows(life: Life) -> list[list[str]]:
    """The table's rows, cell by cell."""
    lines = [line for line in _timeline(life).splitlines() if line.startswith("| 2026-")]
    return [line.strip("| ").split(" | ") for line in lines]


def test_people_add_lines_by_a_command(life: Life) -> None:
    """At the time that they name, linked; an edit changes that line alone, and a deletion takes both."""
    life.configure("version: 1\ntime-zone: Europe/Berlin\n")
    number = life.bug("P2", form())
    life.say("cy", number, "/post-mortem")
    began = life.world.clock().strftime("%H:%M")
    comment = life.say("cy", number, f"/update {began} the fones ring\n/update support | was told")
    assert life.reactions(comment) == ["ROCKET"]
    rows = _rows(life)
    (first,) = [row for row in rows if "fones" in row[2]]
    assert first[2:4] == ["the fones ring", "cy"]
    assert first[4] == f"[source](https://github.com/octo/shop/issues/{number}#issuecomment-{comment.id})"
    assert first[0].endswith(f"{began} UTC")
    assert first[1].endswith(" CET")
    assert "cy, the fones ring" in _timeline(life)
    assert life.again() == 0
    life.people.edit_comment("cy", comment.id, f"/update {began} the phones ring\n/update support | was told")
    life.pass_on()
    after = _rows(life)
    assert [row for row in rows if row != first] == [row for row in after if "phones" not in row[2]]
    assert [row[2] for row in after if "ones ring" in row[2]] == ["the phones ring"]
    life.people.delete_comment("cy", comment.id)
    life.pass_on()
    assert _rows(life) == [row for row in after if row[4] != first[4]]


def test_the_steps_of_the_fix_stand_below(life: Life) -> None:
    """Read once after the merge: the document holds them from then on."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    life.people.merge_pull("bo", fix)
    life.pass_on()
    text = life.world.file("main", PATH)
    assert text is not None
    steps = text.partition("### The fix, step by step\n")[2].partition("\n## ")[0]
    told = [line.split(" | ")[1] for line in steps.splitlines() if line.startswith("| 2026-")]
    assert [words.split(" ")[0] for words in told] == ["Committed", "The", "Approved"]
    assert told[1] == "The check test ended: success"
    life.say("cy", number, "/update the shop is open")
    assert steps in (life.world.file("main", PATH) or "")
    assert life.again() == 0


def test_who_may_not_plan_adds_no_line(life: Life) -> None:
    """An outsider is told why."""
    number = life.bug("P2", form())
    life.say("cy", number, "/post-mortem")
    before = _timeline(life)
    life.say("dee", number, "/update it hurts")
    assert "needs the role triage or above" in life.ours(number)[-1].body
    assert _timeline(life) == before


def test_a_confidential_bug_takes_no_line(life: Life) -> None:
    """The reply names where it belongs."""
    number = life.bug("P2", form())
    life.people.label("mia", number, "security")
    life.pass_on()
    life.say("bo", number, "/update the key is public")
    assert "is told in its private advisory" in life.ours(number)[-1].body
    assert "the key is public" not in "".join({**life.files("main"), **life.files(RECORDS)}.values()).replace(
        form(), ""
    )


def test_a_zone_that_is_none_is_named(life: Life) -> None:
    """With the line and what is expected."""
    life.configure("version: 1\ntime-zone: Europe/Berlim\n")
    number = life.bug("P2", form())
    fix = life.fix(number)
    assert life.gate(fix)[0] != "success"
    assert f"{CONFIG}" in life.gate(fix)[1]
    assert "expected a time zone of the IANA list, such as Europe/Berlin or UTC" in life.log


def test_lines_in_the_document_stay(life: Life) -> None:
    """Below the table, while the table goes on."""
    number = life.bug("P2", form())
    life.say("cy", number, "/post-mortem")
    text = life.world.file("main", PATH)
    assert text is not None
    edited = completed(text).replace("did not help.\n", "did not help.\n\n- 08:10 the alarm was off\n", 1)
    life.people.edit_on_web("bo", "main", {PATH: edited}, "Add what GitHub did not see")
    life.pass_on()
    life.say("cy", number, "/update the shop is open")
    assert "\n- 08:10 the alarm was off\n" in _timeline(life)
    assert "| the shop is open | cy |" in _timeline(life)
    assert life.again() == 0
