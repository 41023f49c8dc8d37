"""`/rollback`: takes a merged change back, by a pull request that GitHub makes."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call
from bugaction.model import Role, Strategy
from bugaction.policy import Policy
from bugaction.records import item_number
from bugaction.snapshot import PullState
from bugaction.taken_back import taking

__all__ = ["RollBack"]

_LONGEST_REASON = 300


class RollBack(Command):
    """Has GitHub open the pull request that takes the newest fix back, or the change that brought the bug."""

    name = "rollback"
    usage = "/rollback [#NUMBER] [REASON]"
    summary = (
        "Has GitHub open the pull request that takes the bug's newest merged fix back, or the merged pull "
        "request that it names, and chooses the strategy rollback; where policy names a workflow for it, the "
        "version before is deployed again."
    )
    example = "/rollback the new key breaks old apps"
    undoing = Undoing.REFUSED
    instead = "close the pull request that takes it back, and choose another way with `/strategy`"

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever rolls back."""
        return policy.people.rollback

    def asks_pull(self, call: Call) -> int:
        """The pull request that it names."""
        return _named(call)

    def check(self, call: Call, context: Context) -> Ruling:
        """Something is merged that can be taken back, and nothing takes it back already."""
        watch = context.watch()
        number = _named(call) or watch.newest
        reason = " ".join(call.arguments[1:] if _named(call) else call.arguments)
        if len(reason) > _LONGEST_REASON:
            return Problem(f"the reason is longer than {_LONGEST_REASON} characters", usage=False)
        if not number:
            return Problem("no fix of this bug is merged; name the merged pull request that brought the bug")
        pull = context.pull_of(number)
        if pull is None:
            return Problem(f"`#{number}` is no pull request of this repository", usage=False)
        if pull.state is not PullState.MERGED:
            return Problem(f"`#{number}` is not merged, so that there is nothing to take back", usage=False)
        already = taking(watch.fixes, number, pull.merge_oid, context.at)
        if already is not None:
            return Problem(f"`#{already.number}` takes `#{number}` back already", usage=False)
        data = {"reverts": str(number), "strategy": Strategy.ROLLBACK.value}
        if number == watch.newest and watch.deployed is not None and watch.deployed.previous:
            data["version"] = watch.deployed.previous
            data["ref"] = watch.deployed.previous_ref
        return Accepted(data | ({"reason": reason} if reason else {}))


def _named(call: Call) -> int:
    """The number behind it. It takes the sign: a reason may begin with a number."""
    first = call.arguments[0].rstrip(":,") if call.arguments else ""
    return (item_number(first) or 0) if first.startswith("#") else 0
