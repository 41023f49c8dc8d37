"""The workflow that deploys the version before: claimed, started at most once, and told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.plan import DispatchWorkflow
from bugaction.policy import Deployment, Policy
from bugaction.redeploy import dispatch_effects, dispatch_lines, redeployed
from tests.unit.bugs import bug, said
from tests.values import at, repository

POLICY = Policy(deployment=Deployment(rollback_workflow="back.yml"))
OID = "d" * 40
ORDER = said("rollback", 90, reverts="7", version="ddddddd", ref=OID, reason="it `breaks` apps")
ATTEMPT = f"dispatch#{ORDER.evidence}"
DATA = {"workflow": "back.yml", "version": OID}
CLAIM = LedgerLine(RecordKind.CLAIMED, ATTEMPT, "us", at(90), accepted=True, data=DATA)
REPOSITORY = repository()


def confirmed(said_so: str = "") -> LedgerLine:
    """What became of it, as recorded."""
    data = {"said": said_so} if said_so else {}
    return LedgerLine(RecordKind.CONFIRMED, ATTEMPT, "us", at(91), accepted=not said_so, data=data)


def story(*lines: LedgerLine, order: LedgerLine = ORDER, fresh: bool = True, **changes: object) -> Bug:
    """A bug with that order, recorded along with the run where it is fresh."""
    given: dict[str, object] = {"policy": POLICY, "unrecorded": (order,) if fresh else (), **changes}
    return replace(bug(ledger=LedgerFile(lines=(order, *lines))), **given)  # type: ignore[arg-type]


def test_an_order_claims_it_and_the_claim_starts_it() -> None:
    """In the commit of the order itself; words of people are data, without marks."""
    (claim,) = dispatch_lines(story(), "us")
    assert (claim.kind, claim.evidence, claim.data) == (RecordKind.CLAIMED, ATTEMPT, DATA)
    inputs = (("bug", "42"), ("reason", "it 'breaks' apps"), ("version", OID))
    started = DispatchWorkflow(42, "back.yml", "main", inputs, ATTEMPT)
    assert dispatch_effects(story(CLAIM, unrecorded=(ORDER, CLAIM)), REPOSITORY) == (started,)
    hidden = story(CLAIM, unrecorded=(CLAIM,), confidential=True)
    (quiet,) = dispatch_effects(hidden, REPOSITORY)
    assert isinstance(quiet, DispatchWorkflow)
    assert ("reason", "") in quiet.inputs


@pytest.mark.parametrize(
    "settled",
    [
        story(policy=Policy()),
        story(fresh=False),
        story(order=said("rollback", 90, reverts="7")),
        story(order=said("rollback", 90, reverts="7", version="x", ref="--force")),
        story(order=said("rollback", 90, reverts="7", version="x", ref="v1 $(id)")),
        story(replace(CLAIM, evidence="dispatch#another")),
    ],
    ids=["no workflow", "an old order", "no version", "an option", "a shell's", "started before"],
)
def test_nothing_is_claimed(settled: Bug) -> None:
    """A policy that is given later starts nothing of old, and the same version is not deployed twice."""
    assert dispatch_lines(settled, "us") == ()
    assert dispatch_effects(settled, REPOSITORY) == ()


def test_after_a_refusal_an_order_claims_it_anew() -> None:
    """Nothing was started then."""
    other = replace(CLAIM, evidence="dispatch#another")
    refused = replace(confirmed("No"), evidence="dispatch#another")
    assert len(dispatch_lines(story(other, refused), "us")) == 1


def test_a_claim_of_before_starts_nothing() -> None:
    """Except where this very run wrote it and did not come to it."""
    recorded = story(CLAIM, fresh=False)
    assert dispatch_effects(recorded, REPOSITORY) == ()
    assert len(dispatch_effects(replace(recorded, untried=frozenset({ATTEMPT})), REPOSITORY)) == 1
    done = replace(recorded, untried=frozenset({ATTEMPT}), dispatched={ATTEMPT: ""})
    assert dispatch_effects(done, REPOSITORY) == ()


@pytest.mark.parametrize(("said_so", "accepted"), [("", True), ("502 Bad Gateway", False)])
def test_what_became_of_it_is_recorded_once(said_so: str, accepted: bool) -> None:
    """Only for what is claimed."""
    (line,) = dispatch_lines(story(CLAIM, fresh=False, dispatched={ATTEMPT: said_so}), "us")
    assert (line.kind, line.evidence, line.accepted) == (RecordKind.CONFIRMED, ATTEMPT, accepted)
    whole = story(CLAIM, confirmed(said_so), fresh=False, dispatched={ATTEMPT: said_so})
    assert dispatch_lines(whole, "us") == ()
    assert dispatch_lines(story(fresh=False, dispatched={"dispatch#gone": ""}), "us") == ()


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (story(CLAIM, confirmed()), "was started with the version ddddddd"),
        (story(CLAIM, dispatched={ATTEMPT: ""}), "was started with the version ddddddd"),
        (story(CLAIM), "ended before it said so"),
        (story(CLAIM, confirmed("502")), "start it by hand for ddddddd if not. GitHub says: 502"),
        (
            story(CLAIM, confirmed("Resource not accessible by integration")),
            "; the job needs `actions: write`",
        ),
        (story(order=said("rollback", 90, reverts="7")), "Which version to go back to is not known"),
        (story(order=said("rollback", 90, reverts="7", ref="-x")), "is not passed on to a workflow"),
        (story(replace(CLAIM, evidence="dispatch#another")), "was started for this version before"),
    ],
)
def test_each_state_is_told(subject: Bug, words: str) -> None:
    """With the page on which a person looks or starts it."""
    (text,) = redeployed(subject)
    assert words in text
    assert "[back.yml](https://github.com/octo/shop/actions/workflows/back.yml)" in text


def test_nothing_is_told_without_a_workflow() -> None:
    """Most repositories have none."""
    assert redeployed(story(policy=Policy())) == ()
    assert redeployed(story(fresh=False)) == ()  # the policy named it after the order
