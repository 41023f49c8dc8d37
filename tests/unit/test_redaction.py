"""Facts without people's words decide the same, and hold none of them."""

from __future__ import annotations

import re
from dataclasses import replace

from bugaction.action_items import action_items
from bugaction.capture import Capture, parse, written
from bugaction.carrier import Carrier
from bugaction.contrast import outcomes
from bugaction.documents.facts import PROMPT_MARKER, Block, facts_hash
from bugaction.documents.facts import parse as blocks_of
from bugaction.markdown import split_lines
from bugaction.model import LedgerFile, Role
from bugaction.plan import AppendLedger
from bugaction.redaction import redacted
from bugaction.review import HeadFile
from bugaction.simulation import simulate
from bugaction.snapshot import TextFile
from tests.unit.test_reconcile import triaged, work
from tests.unit.test_simulation import BUG, TEMPLATES, planned, world
from tests.values import at, comment, completed, issue, pull, repository

PRIVATE = (
    "octo",
    "shop",
    "ana",
    "checkout",
    "catastrophic",
    "acme",
    "customer",
    "falcon",
    "repair",
    "topic",
    "bo",
)
CONFIG = """\
version: 1
severities:
  P1:
    labels: [P1, 'sev: one']
people:
  senior:
    logins: [ana]  # of falcon
"""


def private() -> Capture:
    """A run on facts in which a secret word stands wherever one can."""
    memory = world()
    memory.repo = repository(config=TextFile(".github/bugaction.yml", CONFIG))
    body = (
        "### What is broken\n\nThe checkout of customer 4111111111111111\n\n### Is production down\n\nYes\n\n"
        "### Who is affected\n\nAll users\n\n### Business impact\n\nHigh\n\nSee https://acme.test/falcon\n"
    )
    said = [
        comment("/channel falcon-incident\n/attest investigation acme saw it", ident=900),
        comment("/assign @bo backup @ana\nA customer of acme, `falcon`", ident=901),
        comment("/root-cause\n# The cause\n\nThe falcon of acme", ident=902),
    ]
    memory.issues = {42: issue(body=body, comments=said, title="Checkout of acme fails")}
    memory.pulls = {
        7: replace(pull(body="Fixes octo/shop#42 for acme\n\n- [ ] tell the customer"), links=None)
    }
    memory.roles = {"ana": Role.MAINTAIN, "bo": Role.WRITE}
    capture, _ = planned(BUG, memory)
    return capture


def words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}


def test_none_of_the_private_words_is_left() -> None:
    """Nowhere in the file, in any case; and no long number."""
    made = written(redacted(private(), TEMPLATES))
    assert not words(made) & set(PRIVATE)
    assert "4111111111111111" not in made
    assert set(PRIVATE) - {"catastrophic"} <= words(written(private()))


def test_the_same_is_decided() -> None:
    """All verdicts; and the commands are the ones that were given."""
    capture = private()
    made = redacted(capture, TEMPLATES)
    assert outcomes(simulate(made, TEMPLATES).report) == outcomes(simulate(capture, TEMPLATES).report)
    body = made.cases[0].snapshot.bugs[42].issue.comments[0].body
    assert re.fullmatch(r"/channel \w{6}-\w{8}\n/attest investigation \w{4} \w{3} \w{2}", body)


def test_what_decisions_hang_on_stays() -> None:
    """Headings, answers, linking words, boxes, labels."""
    snapshot = redacted(private(), TEMPLATES).cases[0].snapshot
    body = snapshot.bugs[42].issue.body
    for kept in ("### What is broken", "### Is production down\n\nYes", "All users", "High"):
        assert kept in body
    assert re.match(r"Fixes \w{4}/\w{4}#42 \w{3} \w{4}\n\n- \[ \] ", snapshot.pulls[7].body)
    config = snapshot.repository.config
    assert config is not None
    assert config.text is not None
    assert "labels: [P1, 'sev: one']" in config.text


def test_it_says_that_it_is_redacted_and_comes_back() -> None:
    """As any other file."""
    made = redacted(private(), TEMPLATES)
    assert (made.redacted, private().redacted) == (True, False)
    assert parse(written(made), "x") == made


def test_the_owner_and_name_are_the_same_everywhere() -> None:
    """In the repository, in addresses and in references."""
    snapshot = redacted(private(), TEMPLATES).cases[0].snapshot
    owner, name = snapshot.repository.owner, snapshot.repository.name
    assert snapshot.bugs[42].issue.url == f"https://github.com/{owner}/{name}/issues/42"
    assert f"{owner}/{name}#42" in snapshot.pulls[7].body


def appended(capture: Capture) -> list[AppendLedger]:
    """The decisions that would be recorded."""
    left = simulate(capture, TEMPLATES).report.left
    return [effect for effect in left if isinstance(effect, AppendLedger)]


def test_decisions_that_were_recorded_are_found_again() -> None:
    """By the digest of the command that they are on, which has other words by now."""
    first, _ = planned(BUG, world())
    (seen,) = first.cases
    (append,) = appended(first)
    lines = append.lines
    assert any(item.data.get("name") == "channel" for item in lines)
    known = replace(seen.snapshot.bugs[42], ledger=LedgerFile(lines=lines, chain=("0123456789abcdef",)))
    stored = replace(first, cases=(replace(seen, snapshot=replace(seen.snapshot, bugs={42: known})),))
    made = redacted(stored, TEMPLATES)
    for capture in (stored, made):
        new = [item for effect in appended(capture) for item in effect.lines]
        assert [item for item in new if item.data.get("name") == "channel"] == []


def test_a_template_of_the_team_s_stays_a_template() -> None:
    """What stands between its values is theirs."""
    capture = private()
    own = TextFile("documents/report.md.j2", "# Falcon {{ bug.name }} {% if x %}acme{% endif %}\n")
    (seen,) = capture.cases
    repo = replace(seen.snapshot.repository, templates=(own,))
    case = replace(seen, snapshot=replace(seen.snapshot, repository=repo))
    (made,) = redacted(replace(capture, cases=(case,)), TEMPLATES).cases[0].snapshot.repository.templates
    assert made.text is not None
    assert re.fullmatch(r"# \w{6} \{\{ bug.name \}\} \{% if x %\}\w{4}\{% endif %\}\n", made.text)
    assert not words(made.text) & {"falcon", "acme"}


def test_a_file_without_facts_is_redacted_too() -> None:
    """An event that was not ours names the repository all the same."""
    made = redacted(Capture("0.1.0", at(), "octo/shop", replace(BUG, reason="No.")), TEMPLATES)
    assert made.repository != "octo/shop"
    assert made.event.repository == made.repository


def sealed(text: str | None) -> list[Block]:
    """The generated blocks of a document."""
    assert text is not None
    return [part for part in blocks_of(split_lines(text)) if isinstance(part, Block)]


def test_documents_are_as_untouched_as_they_were() -> None:
    """Blocks, prompts and the hash over all of them: what nobody had written in is ours to renew, the block
    that somebody had written in is still theirs, and what they wrote is gone."""
    memory = triaged()
    work(memory)
    for path, text in memory.files["main"].items():
        changed = completed(text) if "root-cause" in path else text
        memory.files["main"][path] = changed.replace("what it was", "the falcon of acme")
    report = next(path for path in memory.files["main"] if "report" in path)
    memory.files["main"][report] = memory.files["main"][report].replace("P2 (medium)", "P2 (acme)", 1)
    capture, _ = planned(BUG, memory)
    made = redacted(capture, TEMPLATES)
    before, after = (case.cases[0].snapshot.bugs[42].documents for case in (capture, made))
    assert len(after) == 3
    touched = 0
    for old, new in zip(before, after, strict=True):
        states = [[(block.id, block.is_intact) for block in sealed(file.text)] for file in (old, new)]
        assert states[0] == states[1]
        touched += sum(not is_intact for _, is_intact in states[0])
        assert not words(new.text or "") & {"acme", "falcon"}
        assert new.text is not None
        if all(is_intact for _, is_intact in states[0]):
            assert f"facts: {facts_hash(sealed(new.text))}\n" in new.text
        assert len(PROMPT_MARKER.findall(new.text)) == len(PROMPT_MARKER.findall(old.text or ""))
    assert touched == 1
    own, told = (
        {
            key: value
            for key, value in outcomes(simulate(case, TEMPLATES).report).items()
            if key != "the reason"
        }
        for case in (capture, made)
    )
    assert own == told


def test_an_action_item_stays_one() -> None:
    """With its owner's place, its day and its box; what there is to do is nobody's business."""
    (seen,) = private().cases
    text = "## Action items\n\n- [ ] tell acme of the falcon @bo due 2026-12-01\n"
    brought = replace(seen.snapshot.pulls[7], documents=(HeadFile("post-mortem.md", 0o100644, text),))
    case = replace(seen, snapshot=replace(seen.snapshot, pulls={7: brought}))
    made = redacted(replace(private(), cases=(case,)), TEMPLATES)
    (file,) = made.cases[0].snapshot.pulls[7].documents
    (old,), (new,) = action_items(text), action_items(file.text or "")
    assert (new.due, new.is_done, bool(new.owner)) == (old.due, False, True)
    assert not words(file.text or "") & {"acme", "falcon", "bo"}


def test_a_file_is_redacted_by_what_it_is() -> None:
    """JSON keeps its keys, numbers and lists, line by line or as a whole; YAML its keys; what is no JSON, and
    what has no name, loses its words all the same. So do a pull request's own files."""
    capture = private()
    (seen,) = capture.cases
    files = {
        "register.json": '{"title": ["Acme", 7]}',
        "ledger.jsonl": '{"kind":"command","note":"acme"}\nacme is no JSON\n',
        "rules.yml": "labels: [acme]\n",
    }
    carrier = Carrier("e" * 40, "tree", files=files)
    answers = replace(seen.snapshot.answers, carriers={42: carrier}, blobs={"0d" * 20: "Acme\n"})
    front = "---\nversion: acme\n  acme\n---\n"
    brought = replace(
        seen.snapshot.pulls[7],
        documents=(HeadFile("acme.md", 0o100644, front),),
    )
    snapshot = replace(seen.snapshot, answers=answers, pulls={7: brought})
    made = redacted(replace(capture, cases=(replace(seen, snapshot=snapshot),)), TEMPLATES)
    found = made.cases[0].snapshot
    new = found.answers.carriers[42].files
    assert re.fullmatch(r'\{"title":\["\w{4}",7\]\}', new["register.json"])
    assert re.fullmatch(r'\{"kind":"command","note":"\w{4}"\}\n\w{4} .*\n', new["ledger.jsonl"])
    (rules,) = (text for path, text in new.items() if path.endswith(".yml"))
    assert re.fullmatch(r"labels: \[\w{4}\]\n", rules)
    assert re.fullmatch(r"\w{4}\n", found.answers.blobs["0d" * 20] or "")
    (file,) = found.pulls[7].documents
    assert re.fullmatch(r"---\nversion: \w{4}\n  \w{4}\n---\n", file.text or "")
    assert re.fullmatch(r"\w{4}.md", file.path)
    assert "acme" not in words(written(made))
