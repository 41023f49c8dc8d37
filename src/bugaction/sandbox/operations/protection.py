"""What branch rules keep out, in GitHub's words."""

from __future__ import annotations

from bugaction.sandbox.entities import BranchRules
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import Refused

__all__ = ["check_kept", "check_update", "reasons", "unmet_checks"]


def unmet_checks(act: Act, rules: BranchRules, oid: str) -> list[str]:
    """The required contexts that no passing status or check run of that commit meets."""
    passing = {
        status.context.casefold()
        for status in act.state.latest_statuses(oid).values()
        if status.state == "success"
    }
    newest = {check.name.casefold(): check.conclusion for check in act.state.checks_on(oid)}
    passing |= {
        name for name, conclusion in newest.items() if conclusion in {"success", "neutral", "skipped"}
    }
    return [context for context, _ in rules.checks if context.casefold() not in passing]


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
