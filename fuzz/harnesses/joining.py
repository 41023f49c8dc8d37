"""Two copies of one document."""

from __future__ import annotations

from bugaction.documents.joining import joined
from bugaction.markdown import sections, split_lines
from fuzz.documents import answers, is_plain, theirs, unsealed, words_of
from fuzz.words import parts_of


def check(data: bytes) -> None:
    """Every line of ours stays in order, no line of a person in theirs is lost, and it settles.

    What answers a question in either copy answers it in both, whatever else the same words answer.
    """
    # A mark of the byte order that comes to stand in the middle makes its line another one.
    ours, other = (unsealed(part.replace("\ufeff", "")) for part in parts_of(data, 2))
    both = joined(ours, other)
    rest = iter([line.rstrip() for line in split_lines(both)])
    kept_whole = other if other.strip() and not ours.strip() else ours
    assert all(line.rstrip() in rest for line in split_lines(kept_whole))
    kept = words_of(both)
    assert set(theirs(ours)) <= kept
    assert set(theirs(other)) <= kept, set(theirs(other)) - kept
    assert joined(both, other) == both
    assert joined(both, ours) == both
    if all(map(is_plain, (ours, other, both))):
        told: dict[str, set[str]] = {}
        for section in sections(both):
            told.setdefault(section.id, set()).update(words_of(section.body))
        for name, said in (*answers(ours).items(), *answers(other).items()):
            assert said <= told[name], said - told[name]
