"""Short stretches of bugs' lives that together ask GitHub for everything that the product ever asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

from bugaction.github.installation import NEEDED
from bugaction.sandbox.faults import Fault
from bugaction.sandbox.operations import comments
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.world import Event
from tests.scenario.life import CONFIG, RECORDS, REDEPLOY, Life, begin, form
from tests.scenario.lives import LIVES
from tests.scenario.rewind import Point, Replay

__all__ = ["GOLDEN", "KEYED", "STORIES", "told"]

Deed = Callable[[Life], object]


@contextmanager
def told(name: str) -> Iterator[tuple[Replay, ...]]:
    """Live a story, and keep each event that made the product ask GitHub for something."""
    found: list[Replay] = []
    app, deed = {**STORIES, **GOLDEN}[name]
    with ExitStack() as stack:
        life = stack.enter_context(begin(app=app, granted=NEEDED if name in KEYED else None))
        run = life.runs.run

        def recorded(event: Event) -> list[object]:
            point, before = Point.of(life), len(life.server.requests)
            done = run(event)
            if requests := tuple(life.server.requests[before:]):
                found.append(Replay(name, life, point, event, requests, STANDING.get(name)))
            return list(done)

        life.runs.run = recorded  # type: ignore[method-assign,assignment]
        deed(life)
        assert set(life.product.codes) == {0}
        life.server.faults.clear()
        yield tuple(found)
        life.server.faults.clear()  # what stands in the story would be told as met by nobody


def _labelled(life: Life) -> None:
    """A bug that has a fix is labelled; then it is accepted, and somebody says what is not understood."""
    number = life.people.open_issue("dee", "Checkout fails", form()).number
    life.people.push("bo", "fix/checkout", {"a.py": "1\n"}, "Repair")
    life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}")
    life.runs.skip()
    life.people.label("mia", number, "P1")
    life.pass_on()
    life.say("bo", number, f"/accept\n/assign backup @mia\n/channel incident-{number}\n/severty P2")


def _overridden(life: Life) -> None:
    """A gate is passed by, an action item is ordered, and the severity is changed."""
    number = life.bug(body=form())
    pull = life.fix(number)
    life.say("mia", pull, f"/override fix {life.head(pull)[:7]} the shop is down and everybody sleeps")
    life.say("mia", number, "/action @bo 2w alert on failed payments")
    life.say("mia", number, "/severity P2 a workaround is known")


def _merged(life: Life) -> None:
    """A merge closes an issue whose fix has still to be watched; then it ends as another's double."""
    life.people.deploy("eve", "main")
    life.pass_on()
    other = life.bug("P2", form())
    number = life.bug("P2", form())
    life.say("bo", number, "/accept")
    pull = life.fix(number)
    life.people.merge_pull("mia", pull)
    life.pass_on()
    life.say("mia", number, f"/duplicate #{other}")


def _redeployed(life: Life) -> None:
    """The version before is deployed again, by a workflow of the team's."""
    life.people.push("ana", "main", {".github/workflows/back.yml": REDEPLOY}, "A way back")
    life.configure("version: 1\ndeployment:\n  rollback-workflow: back.yml\n")
    _rolled_back(life)


def _rolled_back(life: Life) -> None:
    """What is in production is taken back by a pull request."""
    life.people.configure("ana", actions_may_open_pulls=True)
    life.people.deploy("eve", "main")
    life.pass_on()
    number = life.bug("P0", form())
    life.say("bo", number, "/accept")
    fix = life.fix(branch="fix/bug-001", body="Repairs the checkout.")
    life.people.merge_pull("mia", fix)
    life.pass_on()
    life.people.deploy("eve", "main")
    life.pass_on()
    life.say("bo", number, "/rollback the new key breaks old apps")


def _brought(life: Life) -> None:
    """Documents of a protected branch come in a pull request, and again when they have grown."""
    life.people.protect("ana", "main", pull_request=True, approvals=1)
    life.people.configure("ana", actions_may_open_pulls=True)
    number = life.bug("P3", form())
    life.people.close("mia", number)
    life.pass_on()
    life.people.edit_issue("dee", number, body=form() + "\n\nAnd on Sundays.")
    life.people.reopen("mia", number)
    life.pass_on()
    life.people.close("mia", number)
    life.pass_on()


def _refused(life: Life) -> None:
    """A branch that takes no commits, whatever the configuration says."""
    life.configure("version: 1\ndocuments:\n  delivery: commit\n")
    life.people.protect("ana", "main", pull_request=True)
    life.bug(body=form())


_TEAMS = """\
version: 1
extends: octo/.github
people: {senior: {role: admin, teams: [octo/leads]}}
"""


def _by_an_app(life: Life) -> None:
    """Teams, which only an App may read, and the organisation's defaults."""
    life.world.set_team("leads", "eve")
    life.world.add_neighbour("octo/.github", {CONFIG: "version: 1\nproposal: apply\n"})
    life.configure(_TEAMS)
    number = life.bug(body=form())
    life.say("cy", number, "/assign backup @eve")


def _reported(life: Life) -> None:
    """An App signs in by its key, and verdicts are its check runs; then they are statuses again."""
    life.configure("version: 1\nchecks: {kind: check-run}\n")
    number = life.bug("P2", form())
    life.fix(number)
    life.say("bo", number, "/accept")
    life.configure("version: 1\n")


def _doubled(life: Life) -> None:
    """Two runs have each written the first comment; the next one takes the later away."""
    number = life.bug("P2", form())
    with life.world.change() as state:
        ours = Act(life.world, state.account("github-actions"), quiet=True)
        comments.comment(ours, number, life.sticky(number))
    life.say("bo", number, "/accept")


def _long(life: Life) -> None:
    """More than one page of comments."""
    number = life.bug("P2", form())
    with life.world.quietly():
        for index in range(101):
            life.people.comment("dee", number, f"I see it too, for the time number {index + 1}.")
    life.say("bo", number, "/accept")


def _huge(life: Life) -> None:
    """A register that is longer than GraphQL shows a text."""
    number = life.bug("P2", form())
    path = "documents/bugs/register.json"
    text = life.world.file(RECORDS, path) or ""
    life.people.push("ana", RECORDS, {path: text + " " * 600_000}, "Make it long")
    life.pass_on()
    life.say("bo", number, "/accept")
    life.people.label("mia", number, "P3")
    life.pass_on()


def _pinned(life: Life) -> None:
    """An issue of the team's shows what waits for whom, and two sweeps look at it."""
    page = life.people.open_issue("ana", "Who waits for whom", "Read this every morning.").number
    life.pass_on()
    life.configure(f"version: 1\nwaiting:\n  issue: {page}\n")
    number = life.bug("P2", form())
    life.say("bo", number, "/accept")
    life.runs.schedule()
    life.runs.schedule()


def _hidden(life: Life) -> None:
    """A bug is confidential for a while: its documents go, and come back with their words."""
    number = life.bug("P2", form())
    life.say("bo", number, "/accept\n/strategy hotfix one branch of the code is wrong")
    life.complete("bo", number, "root-cause-analysis")
    life.people.label("cy", number, "security")
    life.pass_on()
    life.people.unlabel("mia", number, "security")
    life.pass_on()


def _hide_rules(life: Life) -> None:
    hidden = frozenset({"Ref.rules", "Ref.refUpdateRule"})
    life.server.faults.add(Fault(10**6, "POST", "graphql", acts=True, forbids=hidden))


def _unseen(life: Life) -> None:
    """A token to which GraphQL does not tell the rules of a branch: REST does."""
    life.people.protect("ana", "main", pull_request=True, checks=["test"])
    number = life.bug(body=form())
    _hide_rules(life)
    life.fix(number)


STORIES: Mapping[str, tuple[str, Deed]] = {
    "labelled": ("", _labelled),
    "overridden": ("", _overridden),
    "merged": ("", _merged),
    "rolled back": ("", _rolled_back),
    "redeployed": ("", _redeployed),
    "brought": ("", _brought),
    "refused": ("", _refused),
    "by an app": ("keeper", _by_an_app),
    "reported": ("keeper", _reported),
    "doubled": ("", _doubled),
    "long": ("", _long),
    "huge": ("", _huge),
    "pinned": ("", _pinned),
    "hidden": ("", _hidden),
    "unseen": ("", _unseen),
}
"""Each with the App that its workflow acts as."""

KEYED = frozenset({"reported"})
"""Where the App signs in by its key; elsewhere somebody made its token."""

STANDING: Mapping[str, Deed] = {"unseen": _hide_rules}
"""What is wrong all the time in a story."""

GOLDEN: Mapping[str, tuple[str, Deed]] = {name: ("", partial(live)) for name, live in LIVES.items()}
"""The whole lives."""
