"""A diagnosis in words: quiet where all is well, exact where it is not, and never a command of strangers."""

from __future__ import annotations

from dataclasses import replace

from markdown_it import MarkdownIt

from bugaction.doctor import CHECKS, Outcome, diagnose
from bugaction.doctor.facts import BranchFacts, Unseen
from bugaction.doctor.report import SIGNS, DoctorDocument, document, lines, markdown, notices, verdict
from bugaction.plan import Level
from tests.unit.doctor.healthy import CI, NOW, facts, main, workflow

EVIL = (
    "a`b`\n# h\n::error::x\n@dee #7 <!-- bugaction:sticky v1 --> [x](https://evil.example) fixes #1 \x1b[31m"
)


def test_all_is_well() -> None:
    """Each group is one line, and whatever is to be known stands below it."""
    text = "\n".join(lines(diagnose(facts(), NOW)))
    assert "Repository ✅" in text
    assert "Workflows ✅" in text
    assert text.endswith(f"Nothing to fix: {len(CHECKS)} checks hold.")
    assert "Fix:" not in text
    assert "❌" not in text


def test_a_problem_is_told_with_its_fix() -> None:
    """What, why, how, and the lines to paste, each on a line of its own."""
    found = diagnose(facts(default=BranchFacts("main")), NOW)
    text = "\n".join(lines(found))
    assert (
        "  ❌ `bugaction/gate` is not required on `main`.\n     A red gate holds no merge.\n     Fix: "
        in text
    )
    assert "\n       gh api --method POST repos/octo/shop/rulesets --input - <<'JSON'\n       {" in text
    assert verdict(found) == "1 problem to look at."
    assert [(item.level, item.text.partition(" is ")[0]) for item in notices(found)] == [
        (Level.ERROR, "`bugaction/gate`")
    ]


def test_single_findings_are_a_list_below_it() -> None:
    """In a terminal and in a summary; a group of which nothing holds has no line of what does."""
    labels = ("P0", "P1", "P2", "P3", "bug", "sev-1")
    whole = diagnose(facts(labels=labels), NOW)
    found = replace(whole, findings=tuple(pair for pair in whole.findings if pair[0].id == "labels"))
    text = "\n".join(lines(found))
    assert "\n     - `sev-1` looks like P1, beside `P1`, and is not known as such\n     " in text
    page = markdown(found)
    assert "\n\n- `sev-1` looks like P1, beside `P1`, and is not known as such\n\n" in page
    assert f"- {SIGNS[Outcome.OK]}" not in page


def test_what_cannot_be_seen_is_counted() -> None:
    """It is neither a problem nor nothing."""
    hidden = Unseen("Resource not accessible by integration", "administration: read")
    found = diagnose(facts(may_open_pulls=hidden), NOW)
    assert verdict(found) == (
        f"Nothing to fix: {len(CHECKS) - 1} checks hold. 1 check could not be made with this token."
    )
    assert "❔ Whether Actions may open pull requests cannot be seen with this token." in "\n".join(
        lines(found)
    )


def test_the_document_holds_everything() -> None:
    """Each finding by its id, and the counts; it is read back as it was."""
    made = document(diagnose(facts(workflows=CI, labels=()), NOW))
    assert [item.id for item in made.findings] == list(CHECKS)
    assert (made.problems, made.warnings, made.unknown) == (2, 1, 0)
    assert DoctorDocument.model_validate_json(made.model_dump_json()) == made


def test_strangers_words_stay_words_in_the_summary() -> None:
    """A workflow's name, a label and a branch: no mention, heading, comment or link comes of them."""
    evil = workflow("x", "[pull_request]")
    evil = type(evil)(evil.path, evil.text and evil.text.replace("name: x", f"name: {EVIL!r}"))
    found = diagnose(
        facts(
            workflows=(*main(), evil),
            labels=("P0", "P1", "P2", "P3", "bug", "sev1 @dee", "sev-1"),
            default=BranchFacts(EVIL),
        ),
        NOW,
    )
    text = markdown(found)
    tokens = MarkdownIt().parse(text)
    inside = [part for token in tokens if token.type == "inline" for part in token.children or ()]
    assert not [part for part in inside if part.type == "link_open"]
    words = "".join(part.content for part in inside if part.type == "text")
    assert "@dee" not in words
    assert "fixes #1" not in words
    assert not [token for token in tokens if token.type == "html_block" and "sticky" in token.content]
    headings = [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings[1:] == ["Repository", "Workflows", "Protection", "Configuration", "Running"]
