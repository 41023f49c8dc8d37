"""Markdown by sections, and what is asked of it."""

from __future__ import annotations

from bugaction.links import linked_bugs
from bugaction.markdown import content_gap, sections, split_lines
from bugaction.task_list import tasks
from fuzz.words import text_of
from tests.values import pull, repository

_DEEPEST = 6
_LONGEST_TASK = 60


def check(data: bytes) -> None:
    """The sections are the whole text, in order; a section with words has content by itself."""
    text = text_of(data)
    found = sections(text)
    whole = text[: found[0].start] if found else text
    last = 0
    for section in found:
        whole += text[section.start : section.end]
        assert last <= section.start <= section.body_start <= section.end <= len(text)
        assert text[section.body_start :].startswith(section.body)
        assert 1 <= section.level <= _DEEPEST
        assert "\n" not in section.title
        assert section.line == len(split_lines(text[: section.start])) + 1
        last = section.end
        if content_gap(section.body) is not None:
            assert content_gap(section.body, words=True) is not None
    assert whole == text
    assert "".join(split_lines(text)) == text
    assert content_gap(f"{text}\n\n<!-- a remark -->\n") == content_gap(f"{text}\n\n")
    for task in tasks(text):
        assert len(task.text) <= _LONGEST_TASK
        assert "\n" not in task.text
    links = linked_bugs(pull(title="A fix", body=text, closing=()), repository())
    assert all(f"{number}" in text for number in links.numbers)
