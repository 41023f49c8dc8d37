"""The guide says what the program says and does: its samples, its tables and the texts that it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bugaction.commands.attest import ATTESTABLE
from bugaction.config import CONFIG_PATH, Loaded, load, load_file
from bugaction.decide import Request, decide
from bugaction.duration import format_duration, format_short
from bugaction.errors import GitHubError, Rejected
from bugaction.events import Command
from bugaction.extended import Extended
from bugaction.github.merge_queue import PREFIX
from bugaction.links import MOST_LINKS
from bugaction.model import LedgerFile, RecordKind, Severity
from bugaction.plan import AppendLedger, Effect, SetStatus
from bugaction.policy import DEFAULT_ROOT, Policy, SeverityPolicy
from bugaction.ports import Targets
from bugaction.records import META_FILE, RECORDS_BRANCH, ledger_path
from bugaction.snapshot import Answers, MergeGroup, PullState, Snapshot, TextFile
from bugaction.templates import load_templates
from bugaction.tracking import ledger_mark
from bugaction.verdicts import ROLLUP
from tests.unit.test_decide import LABELS, ROLES
from tests.unit.test_reconcile import triaged, work
from tests.values import VIEWER, at, changed, comment, facts, issue, line, pull, repository, snapshot

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
CONFIGURATION = (GUIDE / "configuration.md").read_text(encoding="utf-8")
DOWN = (GUIDE / "when-bugaction-is-down.md").read_text(encoding="utf-8")
UNDERNEATH = Extended("octo/.github", "version: 1\n")
SAMPLE = CONFIGURATION.partition("```yaml\n")[2].partition("```")[0]


# The configuration ---------------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that is no mapping, with the keys that lead to it; who hears of an event is one value."""
    if isinstance(value, dict) and not (len(path) == 2 and path[0] == "notifications"):
        for key, child in value.items():
            yield from leaves(child, (*path, key))
    else:
        yield path, value


def marked() -> dict[tuple[str, ...], str]:
    """What each line of the sample that gives a value is marked as."""
    found: dict[tuple[str, ...], str] = {}
    keys: list[tuple[int, str]] = []
    for text in SAMPLE.splitlines():
        match = re.match(r"(?P<indent> *)(?P<key>[A-Za-z0-9-]+):(?P<value>[^#]*)(?:# (?P<mark>\w+))?", text)
        if match is None:
            continue
        depth = len(match["indent"])
        keys = [*(item for item in keys if item[0] < depth), (depth, match["key"])]
        if match["value"].strip():
            found[tuple(key for _, key in keys)] = match["mark"] or ""
    return found


def of(policy: Policy) -> dict[tuple[str, ...], Any]:
    """A policy's values as the file spells them."""
    spelled = policy.model_dump(mode="json", by_alias=True)
    spelled["severities"] = {
        severity.name: policy.severities[severity].model_dump(mode="json", by_alias=True)
        for severity in Severity
    }
    return dict(leaves(spelled))


def test_the_sample_is_a_configuration() -> None:
    """Whoever copies the whole of it has a file without a mistake."""
    assert load(SAMPLE, extended=UNDERNEATH).problems == ()


def test_every_line_of_the_sample_says_what_it_is() -> None:
    """A default, which holds without the line; or an example, which differs from it. Nothing is left out."""
    policy = load(SAMPLE, extended=UNDERNEATH).policy
    assert policy is not None
    given, defaults, marks = of(policy), of(Policy()), marked()
    assert set(marks) == {path for path, _ in leaves(yaml.load(SAMPLE, yaml.BaseLoader))}  # noqa: S506
    assert set(marks.values()) == {"default", "example"}
    assert [
        path for path, mark in marks.items() if (given[path] == defaults[path]) != (mark == "default")
    ] == []
    shown = {path for path in defaults if path[0] != "severities"} | {
        ("severities", "P1", name)
        for path in defaults
        if path[:2] == ("severities", "P1")
        for name in path[2:]
    }
    assert set(marks) == shown


def test_the_table_of_severities_shows_the_defaults() -> None:
    """Row by row."""
    rows = {
        cells[0]: cells[1:]
        for text in CONFIGURATION.splitlines()
        if text.startswith("| ") and (cells := [cell.strip() for cell in text.strip("|").split("|")])
    }

    def row(value: Any) -> list[str]:
        return [value(rules) for rules in Policy().severities.values()]

    def length(name: str) -> list[str]:
        return row(lambda rules: format_duration(getattr(rules, name)) if getattr(rules, name) else "–")

    def both(rules: SeverityPolicy) -> str:
        assert rules.backup == rules.channel
        return "yes" if rules.backup else "no"

    assert rows["respond"] == length("respond")
    assert rows["root cause"] == length("root_cause")
    assert rows["fix"] == length("fix")
    assert rows["development"] == length("development")
    pair = zip(length("review"), length("deployment"), strict=True)
    assert rows["review, deployment"] == ["–" if both == ("–", "–") else ", ".join(both) for both in pair]
    assert rows["backup, status channel"] == row(both)

    def asked(*names: str) -> list[str]:
        said = [row(lambda rules, name=name: "yes" if getattr(rules, name) else "no") for name in names]
        assert all(item == said[0] for item in said)
        return said[0]

    assert rows["first look, release notes"] == asked("investigation", "release_notes")
    assert rows["rollback tested"] == asked("rollback_test")
    assert rows["staging"] == asked("staging")
    windows = row(lambda rules: ", ".join(format_short(each) for each in rules.windows))
    assert rows["looked at after the deployment"] == windows
    assert rows["deferrable"] == row(lambda rules: "yes" if rules.deferrable else "no")
    assert rows["closing held"] == asked("hold_closing")
    assert rows["post-mortem"] == row(lambda rules: "yes" if rules.post_mortem else "no")


# When bugaction is down ----------------------------------------------------------------------------------

GOOD, WRONG = "version: 1\n", "version: 1\nmode: off\n"


def file(text: str) -> TextFile:
    """A configuration on the default branch."""
    return TextFile(CONFIG_PATH, text, "main")


def said(world: Snapshot, loaded: Loaded | None = None, **request: Any) -> set[str]:
    """The texts of all statuses that the decision posts."""
    asked = Request(templates=load_templates(), **request)
    plan = decide(world, loaded or load(None), at(60), asked)
    return {effect.description for effect in plan.effects if isinstance(effect, SetStatus)}


def undecided(*faults: tuple[type[Effect], GitHubError, bool], **request: Any) -> set[str]:
    """The texts of a bug whose triage holds, while its newest decision is not recorded."""
    memory = triaged()
    work(memory)
    subject = memory.issues[42]
    memory.issues[42] = replace(subject, comments=(*subject.comments, comment("/eta 4h")))
    before = len(memory.log)
    memory.faults = list(faults)
    work(memory, **request)
    return {effect.description for effect in memory.log[before:] if isinstance(effect, SetStatus)}


def texts() -> set[str]:
    """What statuses say where they hold a merge without a word on what is missing: made by the program."""
    other = pull(closing=[])
    fix = snapshot(facts(issue(), pulls=[7]), pulls=[pull()], roles=ROLES, labels=LABELS)
    ledger = f"<!-- bugaction:sticky v1 -->\n{ledger_path(DEFAULT_ROOT, 42)}"
    pointing = facts(issue(comments=[comment(ledger, author=VIEWER)]), pulls=[7])
    lost = replace(fix, bugs={42: pointing}, repository=repository(records=None, records_meta=None))
    link = LedgerFile(lines=(line(RecordKind.LINK, "PR_7", bug="42", pull="7"),))
    gone = replace(snapshot(pulls=[replace(other, links=link)]), answers=Answers(missing=frozenset({42})))
    many = range(100, 100 + MOST_LINKS)
    crowd = replace(snapshot(pulls=[pull(closing=many)]), answers=Answers(missing=frozenset(many)))
    breaks = replace(other, head_config=file(WRONG), files=(changed(CONFIG_PATH),))
    breaking = replace(snapshot(pulls=[breaks]), repository=repository(config=file(GOOD)))
    group = MergeGroup("e" * 40, "gh-readonly-queue/main/pr-7-x", (7,))
    closed = replace(other, state=PullState.CLOSED)
    foreign = replace(fix, repository=repository(records_meta_is_ours=False))
    pruned = comment(f"<!-- bugaction:sticky v1 -->\n{ledger_mark(42, 'a' * 16)}\n", author=VIEWER)
    broken = LedgerFile(unreadable="it is binary")
    heavy = replace(fix, bugs={42: replace(facts(issue(), pulls=[7]), ledger=broken)})
    flood = snapshot(
        facts(issue(), pulls=range(100, 160)),
        pulls=[pull(number, head_oid=f"{number:040x}") for number in range(100, 160)],
        roles=ROLES,
        labels=LABELS,
    )
    given = {"name": "override", "gate": "triage", "head": "c" * 40, "pulls": "#7", "reason": "it is down"}
    word = replace(line(RecordKind.COMMAND, "IC_1#a", actor="mia"), data=given)
    return {
        *said(replace(fix, bugs={42: facts(issue(), lines=[word], pulls=[7])})),
        *said(foreign),
        *said(heavy),
        *said(replace(fix, bugs={42: facts(issue(comments=[pruned]), pulls=[7])})),
        *said(snapshot(pulls=[replace(other, links=broken)])),
        *said(snapshot(pulls=[replace(other, sharing=(7,), sharing_cut=True)])),
        *said(fix, load_file(file(WRONG))),
        *said(snapshot(pulls=[other]), load_file(file(WRONG))),
        *said(fix, load_file(None, "ops/bugs.yml")),
        *said(breaking, load_file(file(GOOD))),
        *said(fix, stale=("Comment 7 is not there.",)),
        *said(fix, too_deep=True),
        *said(flood, targets=Targets(issues=(42,))),
        *said(lost),
        *said(gone),
        *said(crowd),
        *said(replace(snapshot(pulls=[other]), group=replace(group, pulls=()))),
        *said(replace(fix, group=group)),
        *said(replace(snapshot(pulls=[closed]), group=group)),
        *undecided((AppendLedger, Rejected("a rule forbids it"), False)),
        *undecided(defer=True),
    }


def quoted() -> list[str]:
    """The texts in the first column of the page's table, up to where they are cut."""
    rows = re.findall(r"^\| `([^`]+)` \|", DOWN, re.MULTILINE)
    return [row.partition("…")[0].rstrip().replace("#43", "#7") for row in rows]


def test_every_quoted_status_is_one_that_the_program_posts() -> None:
    """Whoever searches for the text of a status finds its row."""
    made = texts()
    assert len(quoted()) > 10
    assert [start for start in quoted() if not any(text.startswith(start) for text in made)] == []


def test_every_status_that_is_undecided_is_quoted() -> None:
    """Of those that the program can post; what is merely missing says itself what to do."""
    mysterious = {text for text in texts() if re.search(r"undecided|would break|warning", text.casefold())}
    assert [text for text in mysterious if not text.startswith(tuple(quoted()))] == []


def test_the_context_and_the_queue_s_branches_are_ours_and_github_s() -> None:
    """What is to be pasted at three in the morning names things that exist."""
    assert f"-f context={ROLLUP} " in DOWN
    assert f"/git/matching-{PREFIX}main/" in DOWN
    assert all(f"`{word}`" in DOWN for word in (RECORDS_BRANCH, META_FILE, Command.START_RECORDS, "/recheck"))


# Attestations --------------------------------------------------------------------------------------------


def test_the_guide_shows_a_box_as_the_comment_does() -> None:
    """With its sentence, and a link to the list of all that can be attested."""
    text = (GUIDE / "attesting.md").read_text(encoding="utf-8")
    assert f"- [ ] {ATTESTABLE['checks'].tick} (pull request 7 at c0ffee1)" in text
    assert "](../reference/commands.md#attestations)" in text
    listed = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    rows = listed.partition("\n## Attestations\n")[2]
    assert re.findall(r"^\| `([a-z-]+)` \|", rows, re.MULTILINE) == sorted(ATTESTABLE)
