"""What waits for whom, on the register's first page, as a bug's life goes on."""

from __future__ import annotations

from bugaction.register import parse_index
from tests.scenario.life import RECORDS, Life, form

ROOT = "documents/bugs"


def _page(life: Life) -> str:
    """The section of the page, as it stands."""
    text = life.world.file(RECORDS, f"{ROOT}/README.md") or ""
    return text.partition("## Waiting on")[2].partition("## Open")[0]


def _waiting(life: Life, number: int) -> dict[str, tuple[str, ...]]:
    """What the bug waits for, and for whom."""
    found = parse_index(life.world.file(RECORDS, f"{ROOT}/register.json") or "")
    assert found is not None
    return {each.what: each.who for each in found[0].open[number].waiting}


def test_the_page_follows_the_bug(life: Life) -> None:
    """From anybody to the assignee, to the author of the fix and its reviewers; then it is nobody's."""
    number = life.bug("P2", form())
    assert "**anybody**" in _page(life)
    assert "`/accept`" in _page(life)
    life.say("bo", number, "/accept")
    assert "**anybody**" not in _page(life)
    assert "**bo**" in _page(life)
    assert f"/edit/main/{ROOT}/BUG-{number:03d}/root-cause-analysis-v1.0.md#L" in _page(life)
    assert life.again() == 0

    pull = life.fix(number)
    life.people.request_review("bo", pull, "mia")
    jobs = [run.job for run in life.pass_on()]
    assert "record" not in jobs  # what waits is no reason to start another job
    life.runs.schedule()
    assert _waiting(life, number)[f"#{pull}: nobody has approved it"] == ("mia",)
    assert "**mia**" in _page(life)
    before = len(life.server.writes)
    life.runs.schedule()
    assert len(life.server.writes) == before

    life.people.close("mia", number, reason="not_planned")
    life.pass_on()
    assert "Nothing waits for anybody." in _page(life)


def test_an_issue_that_the_team_has_pinned_shows_it(life: Life) -> None:
    """Between two marks; what people wrote stays, nobody is mentioned, and a second run writes nothing."""
    pinned = life.people.open_issue("ana", "Who waits for whom", "Read this every morning.").number
    life.pass_on()
    life.configure(f"version: 1\nwaiting:\n  issue: {pinned}\n")
    number = life.bug("P2", form())
    life.say("bo", number, "/accept")
    body = life.state.issues[pinned].body
    assert body.startswith("Read this every morning.\n\n<!-- bugaction:waiting -->\n**bo**\n")
    assert "@" not in body
    assert life.again() == 0
    life.people.edit_issue("ana", pinned, body=body.replace("this every", "it each"))
    life.pass_on()
    life.people.close("mia", number, reason="not_planned")
    life.pass_on()
    body = life.state.issues[pinned].body
    assert body.startswith(
        "Read it each morning.\n\n<!-- bugaction:waiting -->\nNothing waits for anybody.\n"
    )


def test_our_part_that_somebody_edited_away_is_put_back_by_the_sweep(life: Life) -> None:
    """For one read more, although no bug has changed; and a second sweep writes nothing."""
    pinned = life.people.open_issue("ana", "Who waits for whom", "Read this every morning.").number
    life.pass_on()
    life.configure(f"version: 1\nwaiting:\n  issue: {pinned}\n")
    life.say("bo", life.bug("P2", form()), "/accept")
    life.runs.schedule()
    body = life.state.issues[pinned].body
    life.people.edit_issue("ana", pinned, body="Read this every morning.")
    life.runs.skip()
    for writes in (1, 0):
        life.world.clock.advance(minutes=1)
        before = len(life.server.requests)
        life.runs.schedule()
        made = life.server.requests[before:]
        named = [
            isinstance(each.body, dict) and f"number_{pinned}" in each.body["variables"] for each in made
        ]
        assert (sum(named), sum(request.is_write for request in made)) == (1, writes)
        assert life.state.issues[pinned].body == body


def test_a_wrong_number_is_told_by_name(life: Life) -> None:
    """The register and the gates go on without it."""
    life.configure("version: 1\nwaiting:\n  issue: 999\n")
    number = life.bug("P2", form())
    assert "there is no issue 999" in life.log
    assert _waiting(life, number)
    assert set(life.product.codes) == {0}
