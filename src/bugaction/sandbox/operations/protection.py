"""What branch rules keep out, in GitHub's words."""

from __future__ import annotations

from bugaction.sandbox.entities import AccountKind, BranchRules
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.shapes import accounts

__all__ = ["check_kept", "check_update", "reasons", "unmet_checks"]


def unmet_checks(act: Act, rules: BranchRules, oid: str) -> list[str]:
    """The required contexts that are not met on that commit: nothing reported one, or not all that did is
    good.

    Of a context that is pinned to an app, what others report does not count. Where a name has a status and a
    check run, both have to pass (docs.github.com, "Troubleshooting required status checks").
    """
    return [context for context, app in rules.checks if not _is_met(act, oid, context.casefold(), app)]


def _is_met(act: Act, oid: str, context: str, app: int | None) -> bool:
    status = act.state.latest_statuses(oid).get(context)
    reported = [(status.creator, status.state)] if status is not None else []
    runs = [check for check in act.state.checks_on(oid) if check.name.casefold() == context]
    reported += {check.app: (check.app, check.conclusion or "") for check in runs}.values()
    verdicts = [state in _PASSING for who, state in reported if app is None or _app_of(act, who) == app]
    return bool(verdicts) and all(verdicts)


_PASSING = ("success", "neutral", "skipped")


def _app_of(act: Act, login: str) -> int | None:
    """The number of the app behind an account, None for a person's."""
    if act.state.account(login).kind is not AccountKind.BOT:
        return None
    return int(accounts.app(act.view, login)["id"])


def reasons(act: Act, rules: BranchRules, oid: str) -> list[str]:
    """Why a direct update to this commit is refused; empty when it is not.

    The sentences are quoted in yshavit/mdq#255 and wheels-dev/wheels#3283 (rulesets), and in
    openwrt/packages#7624 and renovatebot/renovate#2175 (branch protection).
    """
    if act.login in rules.bypass or act.actor.rest_login in rules.bypass:
        return []
    found = []
    if rules.merge_queue or rules.pull_request:
        found.append("Changes must be made through a pull request.")
    if rules.restricted:
        found.append("Cannot update this protected ref.")
    unmet = unmet_checks(act, rules, oid)
    if len(unmet) == 1 == len(rules.checks):
        found.append(f'Required status check "{unmet[0]}" is expected.')
    elif unmet:
        found.append(f"{len(unmet)} of {len(rules.checks)} required status checks are expected.")
    return found


def check_update(act: Act, branch: str, oid: str) -> None:
    """Refuse a direct update of a branch that its rules keep for pull requests.

    GraphQL's type is BRANCH_PROTECTION_RULE_VIOLATION for branch protection and another one for rulesets
    (Thinkmill/keystatic#1598); REST answers 422 (47degrees/sbt-org-policies#263, actions/github-script#455).
    """
    for rules in act.state.rules_of(branch):
        found = reasons(act, rules, oid)
        if not found:
            continue
        if rules.kind == "classic":
            text = f"protected branch '{branch}' check failed:\n  " + "\n  ".join(found)
            docs = "https://docs.github.com/articles/about-protected-branches"
            raise Refused(422, text, kind="BRANCH_PROTECTION_RULE_VIOLATION", docs=docs)
        text = "Repository rule violations found\n\n" + "\n\n".join(found)
        raise Refused(422, text, kind="UNPROCESSABLE")


def check_kept(act: Act, branch: str, text: str) -> None:
    """Refuse to delete or to rewrite a branch that rules keep, with that sentence of GitHub's (GH013)."""
    for rules in act.state.rules_of(branch):
        if rules.kept and act.login not in rules.bypass:
            raise Refused(422, f"Repository rule violations found\n\n{text}", kind="UNPROCESSABLE")
