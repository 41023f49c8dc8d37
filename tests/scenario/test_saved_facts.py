"""What the runs of a life saw decides the same again, with people's words and without."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bugaction.capture import Capture, parse, written
from bugaction.console import Console
from bugaction.contrast import contrast, outcomes
from bugaction.execution import execute
from bugaction.keeping import text_of
from bugaction.runner import Inputs, Secret
from bugaction.sandbox.runs import JobRun
from bugaction.simulation import simulate
from bugaction.templates import load_templates
from tests.scenario.life import Life
from tests.scenario.lives import LIVES

TEMPLATES = dict(load_templates())
PRIVATE = {
    "octo",
    "shop",
    "ana",
    "mia",
    "eve",
    "checkout",
    "cart",
    "coupon",
    "discount",
    "bank",
    "invoice",
}
"""Words that people write or are called in the lives: none of ours, and no hexadecimal digits."""


@dataclass
class Saver:
    """Runs the product for a job, with the input that has its facts saved."""

    life: Life
    folder: Path
    files: list[Path] = field(default_factory=list)

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """As the product itself."""
        file = self.folder / f"{len(self.files)}.json"
        outputs = self.life.product(replace(run, inputs={**run.inputs, "save-snapshot": str(file)}))
        self.files += [file] if file.exists() else []
        return outputs

    @property
    def captures(self) -> list[tuple[str, Capture]]:
        """Each file's text, and what it holds."""
        texts = [file.read_text(encoding="utf-8") for file in self.files]
        found = [(text, parse(text, "x")) for text in texts]
        return [(text, capture) for text, capture in found if capture is not None]


@pytest.fixture
def saver(life: Life, tmp_path: Path) -> Saver:
    """The life's workflow saves what it sees."""
    saver = Saver(life, tmp_path)
    life.runs._runner = saver
    return saver


def is_the_same(saver: Saver) -> None:
    """Of every file: it comes back; with other words in it the same is decided, and as much written."""
    assert len(saver.captures) == len(saver.files) > 5
    # Each run has compared what comes of its file with what came of itself.
    assert "decide otherwise" not in saver.life.log
    assert "cannot be decided" not in saver.life.log
    for text, capture in saver.captures:
        assert written(capture) == text
        plain = simulate(capture, TEMPLATES).report
        inputs = Inputs(Secret(""), "octo/shop", capture.event, redact=True)
        redacted = text_of(capture, inputs, TEMPLATES)
        words = {word.casefold() for word in re.findall(r"[^\W\d_]+", redacted)}
        assert not words & PRIVATE
        made = parse(redacted, "x")
        assert made is not None
        hidden = simulate(made, TEMPLATES).report
        assert outcomes(hidden) == outcomes(plain)
        assert [type(effect) for effect in hidden.left] == [type(effect) for effect in plain.left]


def test_a_fix_until_it_is_merged(life: Life, saver: Saver) -> None:
    """A P1's report, its triage, its cause, a pull request and what others owe it."""
    number = life.settled()
    pull = life.fix(number)
    life.ready(pull)
    life.people.merge_pull("bo", pull)
    life.pass_on()
    is_the_same(saver)


@pytest.mark.parametrize("name", LIVES)
def test_whole_lives(life: Life, saver: Saver, name: str) -> None:
    """From the report to what the team learnt; one of them with names that break whatever is not escaped."""
    LIVES[name](life)
    is_the_same(saver)


def test_a_person_s_plan_is_saved_and_simulated(life: Life, tmp_path: Path) -> None:
    """As somebody does who reports a bug to us: with their own token, which the file does not hold."""
    number = life.triaged()
    token = life.server.tokens.for_user("mia").value
    file = tmp_path / "facts.json"
    environment = {
        "GITHUB_REPOSITORY": life.state.repository.full_name,
        "GITHUB_API_URL": life.server.api_url,
        "GITHUB_GRAPHQL_URL": life.server.graphql_url,
        "BUGACTION_TOKEN": token,
        "BUGACTION_ISSUE": str(number),
        "BUGACTION_DRY_RUN": "true",
        "BUGACTION_SAVE_SNAPSHOT": str(file),
    }
    before = len(life.server.writes)
    stream = io.StringIO()
    execute(environment, Console(stream, in_actions=False), clock=life.world.clock, sleep=lambda _: None)
    assert len(life.server.writes) == before
    text = file.read_text(encoding="utf-8")
    assert token not in text
    capture = parse(text, "x")
    assert capture is not None
    again = simulate(capture, TEMPLATES)
    assert [bug.name for bug in again.report.bugs] == [f"BUG-{number:03d}"]
    assert contrast(again.report, simulate(capture, TEMPLATES).report) == ()
    assert "decide otherwise" not in stream.getvalue()
