"""GitHub at its worst: whatever fails, in whichever request, the end is the same as without it.

Each event of the stories is lived again from the moment before it, with one fault in one of its requests;
then once more without, and a sweep follows. `make test` takes the writes of the first story and its kills.
`make reliability` takes every operation with every fault, each somewhere else in the stories and the golden
lives, and kills each story's run before each of its requests.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import cast

import pytest
from _pytest.mark import ParameterSet

from bugaction.github import client
from bugaction.github.query import MUTATIONS
from bugaction.sandbox.faults import Fault
from tests.examples import rarely
from tests.scenario.life import Life, form
from tests.scenario.rewind import Replay, Seen, differences, greens, view
from tests.scenario.stories import GOLDEN, STORIES, told
from tests.scenario.troubles import LATE, QUERIES, TROUBLES, Trouble, asked_for, dead, troubles_of

REST = (
    "actions/create-workflow-dispatch",
    "actions/list-workflow-runs",
    "apps/create-installation-access-token",
    "apps/get-repo-installation",
    "checks/create",
    "checks/list-for-ref",
    "checks/update",
    "git/create-commit",
    "git/create-ref",
    "git/create-tree",
    "git/get-blob",
    "git/update-ref",
    "issues/add-assignees",
    "issues/add-labels",
    "issues/add-sub-issue",
    "issues/create",
    "issues/create-label",
    "pulls/create",
    "repos/compare-commits-with-basehead",
    "repos/create-commit-status",
    "repos/get-branch",
    "repos/get-branch-rules",
    "repos/get-collaborator-permission-level",
    "teams/get-membership-for-user-in-org",
)
"""The REST operations that the reader and the writer use, but for three that only a second trouble leads to:
`issues/get-label` where somebody else made the label just now, `issues/remove-label` where GitHub did not
tell a label's id, and `actions/get-workflow` where a schedule has stopped. Tests of their own try them."""

OPERATIONS = (*QUERIES, *MUTATIONS, *REST)

FIRST = "labelled"
"""The story that every `make test` lives."""

WRITES = (
    "git/create-tree",
    "git/create-commit",
    "git/create-ref",
    "createCommitOnBranch",
    "issues/create-label",
    "addLabelsToLabelable",
    "addComment",
    "repos/create-commit-status",
)
"""What it writes, and every `make test` troubles."""

OFTEN = ("502, done", "cut, done later", "503")
"""The faults that every `make test` sees: an answer lost behind the write, a write that comes after its
reader, and one that never comes."""

_LATE = "cut, done later"
_LONG = "primary limit for long"
_DEPLOY = "actions/create-workflow-dispatch"
_LABELS = r"#\d+ labels - \w+"
OTHER_END: Mapping[tuple[str, str], tuple[str, str]] = {
    (_DEPLOY, ""): (
        r".*",
        "a deployment is never started twice: where nobody can tell if it runs, a person is told to look",
    ),
    **{
        ("revertPullRequest", fault): (
            r".*",
            "what GitHub refuses to take back is for a person, who is told, and is not tried again",
        )
        for fault in ("FORBIDDEN", "partly FORBIDDEN")
    },
    **{
        (operation, _LATE): (
            r".*",
            "nothing tells GitHub that two requests are one: what comes after its twin stays beside it",
        )
        for operation in ("createIssue", "issues/create", "revertPullRequest")
    },
    **{
        ("closeIssue", fault): (
            r"#\d+ comments [+-] .*The fix is deployed to production: .*",
            "a closed duplicate's comment says of its deployment what its last run had asked for",
        )
        for fault in ("FORBIDDEN", "partly FORBIDDEN", "partly STALE_DATA")
    },
    ("issues/add-labels", _LONG): (_LABELS, "no later run looks for a label on a pull request of ours"),
    ("issues/add-sub-issue", _LONG): (
        r"#\d+ [+-] \d",
        "no later run looks for an issue's place below its bug",
    ),
    **{
        (operation, fault): (
            _LABELS,
            "a pull request whose answer was lost is found again, without its label",
        )
        for operation in ("pulls/create", "revertPullRequest")
        for fault in ("500, done", "502, done", "cut, done", "timeout, done", "went wrong, done")
        if fault in troubles_of(operation)
    },
    **{
        ("issues/create", fault): (r"#\d+ [+-] \d", "it is found again, and has no place below its bug")
        for fault in ("500, done", "502, done", "cut, done", "timeout, done")
    },
    ("pulls/create", _LATE): (_LABELS, "as where its answer was lost"),
    ("checks/create", _LATE): (
        r"#\d+ twins \+ bugaction/.*",
        "nobody can delete a check run: of two that were made both say the same, always",
    ),
}
"""Where another end is the right one, or the best that there is, and why: what may differ, as a pattern of
`differences`; "" is whichever fault. What must never happen holds there too: no green that was not due, and
nothing that strays from GitHub's contract."""

Place = tuple[Replay, str, int]
"""An event, an operation, and how often the event's run has asked for that before."""


def _deploys(replay: Replay) -> bool:
    """Whether the event's run starts a deployment: one that ends before it says so leaves it to a person."""
    return any(_DEPLOY in request.operations for request in replay.requests)


Record = Callable[[str, object], None]


@dataclass
class Tales:
    """The lives that were lived so far, and the end of each of their events without a fault."""

    stack: ExitStack = field(default_factory=ExitStack)
    lives: dict[str, tuple[Replay, ...]] = field(default_factory=dict)
    ends: dict[int, tuple[Seen, set[tuple[str, str, str]]]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[Replay, ...]:
        """A story's events."""
        if name not in self.lives:
            self.lives[name] = self.stack.enter_context(told(name))
        return self.lives[name]

    def places(self, operation: str, *names: str) -> list[Place]:
        """Where these stories ask for an operation."""
        found = []
        for replay in (each for name in names for each in self.of(name)):
            if _deploys(replay) and operation != _DEPLOY:
                continue
            count = sum(operation in request.operations for request in replay.requests)
            found += [(replay, operation, index) for index in range(count)]
        return found

    def end(self, replay: Replay) -> tuple[Seen, set[tuple[str, str, str]]]:
        """What is to be seen after an event without a fault, and every green that was shown."""
        if id(replay) not in self.ends:
            life = replay.begin()
            life.runs.run(replay.event)
            _clean(life, replay)
            assert set(life.product.codes) == {0}
            self.ends[id(replay)] = (view(life), greens(life))
        return self.ends[id(replay)]


@pytest.fixture(scope="module")
def tales() -> Iterator[Tales]:
    """All that this module has lived."""
    with ExitStack() as stack:
        yield Tales(stack)


def _clean(life: Life, replay: Replay) -> None:
    """What comes after: the same event again, and a sweep, untroubled. What else waits is lost."""
    life.runs.run(replay.event)
    life.runs.skip()
    life.runs.schedule()


def _play(tales: Tales, place: Place, trouble: Trouble, *, but: str = "") -> None:
    """Live an event with a fault in one of its requests, then untroubled, and see what is there.

    Lines of the differences that match `but` may be there.
    """
    replay, operation, index = place
    end, green = tales.end(replay)
    fault = trouble(replay.life.world, operation)
    life = replay.begin(*([Fault(index, operation=operation, acts=True)] if index else []), fault)
    left = fault.times
    life.runs.run(replay.event)
    assert fault.times < left
    life.server.faults.clear()
    if replay.standing is not None:
        replay.standing(life)
    _clean(life, replay)
    assert greens(life) <= green
    assert life.server.violations == []
    assert "Traceback" not in life.log
    life.hold_secret()
    found = view(life)
    assert _started(found) <= _started(end)
    if trouble is TROUBLES[_LATE]:
        # A status that comes late says again what was said in the meantime: only the newest counts.
        found |= {name: [] for name in found if name.endswith(" statuses")}
    different = [line for line in differences(found, end) if not (but and re.fullmatch(but, line))]
    assert not different, "\n".join(different)


def _started(seen: Seen) -> Counter[str]:
    """What was started, and how often: whatever else may differ, no deployment is started twice."""
    return Counter(cast("list[str]", seen["started"]))


def _cells() -> Iterator[ParameterSet]:
    """Every operation with every fault that its requests may meet."""
    for operation in OPERATIONS:
        for number, trouble in enumerate(troubles_of(operation)):
            is_often = operation in WRITES and trouble in OFTEN
            marks = () if is_often else (pytest.mark.reliability,)
            yield pytest.param(operation, trouble, number, marks=marks, id=f"{operation} {trouble}")


@pytest.mark.parametrize(("operation", "trouble", "number"), list(_cells()))
def test_one_fault_changes_nothing(
    tales: Tales,
    record_property: Record,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    trouble: str,
    number: int,
) -> None:
    """A read that fails, a write that fails or whose answer is lost: made good in the same run or the next
    one, and never done twice. Faults take turns with the places where an operation is asked for."""
    is_often = operation in WRITES and trouble in OFTEN
    places = tales.places(operation, *((FIRST,) if is_often else (*STORIES, *GOLDEN)))
    assert places, f"no story asks for {operation}"
    record_property("fault", f"{operation}|{trouble}")
    if trouble.startswith("timeout"):
        monkeypatch.setattr(client, "TIMEOUT", LATE // 2)
    but, _ = OTHER_END.get((operation, trouble)) or OTHER_END.get((operation, ""), ("", ""))
    _play(tales, places[number % len(places)], TROUBLES[trouble], but=but)


@pytest.mark.parametrize("story", rarely("", *STORIES))
def test_killed_between_any_two_requests(tales: Tales, record_property: Record, story: str) -> None:
    """All that a run leaves is at GitHub: one that reaches nothing any more leaves what a killed one does.

    Without a story it is the first event of the first.
    """
    for replay in tales.of(story) if story else tales.of(FIRST)[:1]:
        for number, request in enumerate(replay.requests):
            operation = asked_for(request)
            assert operation in OPERATIONS
            index = sum(operation in each.operations for each in replay.requests[:number])
            record_property("fault", f"{operation}|killed before it")
            end = (_DEPLOY, "") if _deploys(replay) else (operation, _LONG)
            but, _ = OTHER_END.get(end, ("", ""))
            _play(tales, (replay, operation, index), dead, but=but)


@pytest.mark.reliability
def test_every_operation_is_met(tales: Tales) -> None:
    """The stories ask GitHub for everything that the product may ask for, and for nothing else."""
    asked = {
        operation
        for name in (*STORIES, *GOLDEN)
        for replay in tales.of(name)
        for request in replay.requests
        for operation in request.operations
    }
    assert set(OPERATIONS) <= asked
    assert asked - set(OPERATIONS) == {
        "query",
        "mutation",
        "rateLimit",
        "viewer",
        "repository",
        "node",
        "Write",
    }


def test_github_that_does_not_answer(life: Life) -> None:
    """Where nothing can be read at all the run ends in a sentence and a code, and the next one goes on."""
    number = life.bug(body=form())
    life.server.faults.fail(503, times=100)
    life.say("bo", number, "/accept")
    life.server.faults.clear()
    assert life.product.codes[-1] == 3
    assert "github-unavailable" in life.product.log[-1]
    life.runs.schedule()
    assert "bo command accept True" in life.decisions(number)
