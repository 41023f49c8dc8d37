"""Bugs and pull requests of any kind, for what has to hold whatever the facts are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from bugaction.bug import Bug, Deployed, DocumentState, Gap, StrategyChoice
from bugaction.documents import DOCUMENTS
from bugaction.gates import GATES
from bugaction.model import Actor, Evidence, LedgerFile, LedgerLine, RecordKind, Role, Severity, Strategy
from bugaction.policy import Policy
from bugaction.snapshot import (
    ChangeKind,
    Check,
    CheckKind,
    CheckOutcome,
    Commit,
    Label,
    Review,
    ReviewState,
)
from tests.unit.bugs import ACCEPTED, bug
from tests.values import at, changed, issue, line, pull, ready, review

__all__ = [
    "ASKED",
    "BUGS",
    "CHECKS",
    "COMMITS",
    "LOGINS",
    "NEARLY",
    "PULLS",
    "REVIEWED",
    "ROLES",
    "WHOLE_BUGS",
    "word",
]

ROLES = {"mia": Role.MAINTAIN, "eve": Role.WRITE, "cy": Role.TRIAGE, "bo": Role.WRITE}
LOGINS = ["bo", "mia", "eve", "cy", "dee", "Mia"]
OIDS = ["c" * 40, "1" * 40, "2" * 40, ""]
ACTORS = st.builds(Actor, st.sampled_from(LOGINS), is_bot=st.booleans())
REVIEWS = st.builds(
    Review,
    id=st.just("PRR"),
    url=st.just("https://github.com/octo/shop/pull/7#r"),
    author=ACTORS,
    state=st.sampled_from(ReviewState),
    oid=st.sampled_from(OIDS),
    at=st.integers(0, 60).map(at),
)
COMMITS = st.builds(
    Commit,
    oid=st.sampled_from(OIDS),
    message=st.text(max_size=5),
    authors=st.lists(st.sampled_from(LOGINS), max_size=2).map(tuple),
    at=st.integers(0, 60).map(at),
    parent_oids=st.lists(st.sampled_from([*OIDS, "9" * 40]), max_size=3).map(tuple),
    committer=st.sampled_from(["", "bo", "mia", "web-flow"]),
    is_from_github=st.booleans(),
)
CHECKS = st.builds(
    Check,
    id=st.text(max_size=2),
    name=st.sampled_from(["test", "lint", "bugaction/fix", "", "x" * 255, 'a"`|b']),
    kind=st.sampled_from(CheckKind),
    outcome=st.sampled_from(CheckOutcome),
    url=st.sampled_from(["", "https://ci.example/1", "javascript:1"]),
    database_id=st.integers(0, 9),
    workflow=st.sampled_from(["", "CI", "bugaction"]),
    workflow_path=st.sampled_from(["", ".github/workflows/ci.yml", ".github/workflows/bugaction.yml"]),
)
FILES = st.builds(
    changed,
    st.sampled_from(["a.py", "tests/test_a.py", ".github/workflows/ci.yml", "x/" * 200 + "y"]),
    st.sampled_from(ChangeKind),
    additions=st.integers(0, 3000),
    deletions=st.integers(0, 3000),
)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Several of them, or not read."""
    return st.none() | st.lists(values, max_size=4).map(tuple)


PULLS = st.builds(
    replace,
    st.just(ready()),
    author=ACTORS,
    body=st.text(st.sampled_from("-*[] xX\nab~()/"), max_size=40),
    labels=st.lists(st.sampled_from(["bug", "feature"]).map(Label), max_size=2).map(tuple),
    reviews=maybe(REVIEWS),
    commits=maybe(COMMITS),
    checks=maybe(CHECKS),
    files=maybe(FILES),
    required=st.none() | st.lists(st.sampled_from(["test", "lint", "bugaction/gate"])).map(tuple),
    changed_files=st.none() | st.integers(0, 4000),
    requested_at=st.none() | st.integers(0, 60).map(at),
)
REVIEWED = st.lists(
    st.builds(
        lambda who, state, minutes: review(Actor(who), state, minutes=minutes),
        st.sampled_from(["bo", "mia", "eve", "cy"]),
        st.sampled_from([ReviewState.APPROVED] * len(ReviewState) + [*ReviewState]),
        st.integers(0, 60),
    ),
    max_size=5,
).map(lambda more: replace(ready(), reviews=(*more, *(ready().reviews or ()))))
"""Fixes that were ready, and that several people looked at, mostly kindly."""

NEARLY = st.one_of(
    REVIEWED,
    st.lists(CHECKS, max_size=3).map(lambda more: replace(ready(), checks=(*(ready().checks or ()), *more))),
    st.lists(FILES, max_size=2).map(lambda more: replace(ready(), files=(*(ready().files or ()), *more))),
)
"""Fixes that were ready, and of which something more is known."""

POLICIES = st.sampled_from(
    [
        Policy(),
        Policy.model_validate({"checks": {"watch": [], "skipped": "fail"}}),
        Policy.model_validate({"checks": {"watch": ["test"], "ignore": ["lint"]}}),
        Policy.model_validate({"severities": {f"P{level}": {"approvals": 2} for level in range(4)}}),
        Policy.model_validate(
            {"people": {"senior": {"role": None, "logins": ["eve"]}, "bots": ["mia[bot]"]}}
        ),
        Policy.model_validate({"people": {"engineering-lead": ["mia"], "on-call": ["bo", "cy"]}}),
    ]
)
SAID = tuple(
    replace(found, data={**found.data, "requirement": requirement, "head": "c" * 40})
    for requirement in ("checks", "minimal-change")
    for found in [line(RecordKind.COMMAND, f"IC_{requirement}", name="attest", actor="eve")]
)
BUGS = st.builds(
    lambda severity, policy, spoken: bug(severity, policy=policy, roles=ROLES, spoken=spoken),
    st.sampled_from([*Severity, None]),
    POLICIES,
    st.sampled_from([(), SAID]),
)

# Whole bugs ---------------------------------------------------------------------------------------------


def word(requirement: str, who: str, *, oid: str = "c" * 40, number: int = 0) -> LedgerLine:
    """Somebody's word for a requirement, on a commit."""
    said = line(RecordKind.COMMAND, f"IC_{requirement}_{who}_{number}", name="attest", actor=who)
    return replace(said, data={**said.data, "requirement": requirement, "head": oid, "note": "seen"})


ASKED = sorted(
    {item.id for gate in GATES.values() for item in gate.requirements}
    | {item.id for gate in GATES.values() for item in gate.of_pull}
)
"""Every requirement's id."""

WORDS = st.lists(
    st.builds(
        word,
        st.sampled_from(ASKED),
        st.sampled_from(LOGINS),
        oid=st.sampled_from(OIDS),
        number=st.integers(0, 3),
    ),
    max_size=5,
)
OVERRIDES = st.lists(
    st.builds(
        lambda gate, oid, accepted: line(
            RecordKind.COMMAND,
            f"IC_override_{gate}_{oid}_{accepted}",
            accepted=accepted,
            name="override",
            gate=gate,
            head=oid,
            reason="the house is on fire",
        ),
        st.sampled_from([*GATES, "luck"]),
        st.sampled_from(OIDS),
        st.booleans(),
    ),
    max_size=3,
)
_LISTS = (
    "",
    "### Looked at\n<!-- section: checked -->\n- [ ] Error logs:\n- [x] Monitoring:\n",
    "### Looked at\n<!-- section: checked -->\n- [ ] Error logs: an error\n",
    "# No section\n",
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, DocumentState]:
    """Each kind: not looked at, not committed, or committed with gaps of its own or as a whole."""
    found = {}
    for kind, document in DOCUMENTS.items():
        form = draw(st.sampled_from(["none", "absent", "begun", "begun", "begun", "unreadable"]))
        path = document.path("documents/bugs", 42, "1.0")
        state = DocumentState(kind, path, "1.0", url=f"https://github.com/octo/shop/blob/main/{path}")
        gaps = [
            Gap(title, "is empty", number, id_)
            for number, (id_, title) in enumerate(document.sections.items())
        ]
        if form == "unreadable":
            state = replace(state, text="", branch="main", gaps=(Gap(document.title, "cannot be read"),))
        elif form == "begun":
            some = draw(st.lists(st.sampled_from(gaps), unique=True, max_size=3))
            text = draw(st.sampled_from(_LISTS))
            state = replace(state, text=text, branch="main", gaps=tuple(gap for gap in gaps if gap in some))
        if form != "none":
            found[kind] = state
    return found


@st.composite
def whole_bugs(draw: st.DrawFn) -> Bug:
    """A bug with anything that a gate may look at."""
    spoken = tuple(draw(WORDS))
    lines = tuple(draw(OVERRIDES))
    labels = draw(st.lists(st.sampled_from(["P0", "P1", "bug", "security"]), max_size=3, unique=True))
    names = draw(st.lists(st.sampled_from(LOGINS), max_size=2, unique=True))
    subject = issue(labels=labels, assignees=[Actor(name) for name in names])
    whole = bug(draw(st.sampled_from([*Severity, None])), policy=draw(POLICIES), roles=ROLES)
    return replace(
        whole,
        facts=replace(whole.facts, issue=subject),
        ledger=LedgerFile(lines=lines),
        unrecorded=draw(st.sampled_from([(), lines])),
        confidential=draw(st.booleans()),
        acceptances=draw(st.sampled_from([(), (ACCEPTED,)])),
        backup=draw(st.sampled_from(["", "mia", "ana", "ANA"])),
        backup_role=draw(st.sampled_from([None, Role.MAINTAIN])),
        eta=draw(st.sampled_from([None, at(99)])),
        channel=draw(st.sampled_from(["", "incident-1"])),
        strategy=draw(st.sampled_from([None, StrategyChoice(Strategy.HOTFIX, "", Evidence("hotfix"))])),
        spoken=spoken,
        attestations={item.data["requirement"]: item for item in spoken},
        documents=draw(documents()),
        deployed=draw(st.sampled_from([None, Deployed(at(50), "2.1", "production", Evidence("deployed"))])),
        fixes=draw(st.sampled_from([(), (pull(),), (ready(),)])),
    )


WHOLE_BUGS = whole_bugs()
