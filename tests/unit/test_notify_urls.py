"""The lines of `notify-urls`: what they mean, and that nothing of them is shown."""

from __future__ import annotations

import pytest

from bugaction.notify_urls import EVERYBODY, credentials, parse_notify_urls


def test_lines_name_targets_and_audiences() -> None:
    """A line without an audience gets everything; case, blanks, comments and empty lines do not matter."""
    text = (
        "\n# the team\n  slack://TokenA1/TokenB2/TokenC3 \nPager , all-hands= pagerduty://Key1@Key2?x=a=b\n"
    )
    found = parse_notify_urls(text)
    assert found.problems == ()
    assert [(target.line, target.schema, target.audiences) for target in found.targets] == [
        (3, "slack", frozenset()),
        (4, "pagerduty", frozenset({"pager", "all-hands"})),
    ]
    assert found.targets[1].url.reveal() == "pagerduty://Key1@Key2?x=a=b"
    assert found.reach == {EVERYBODY, "pager", "all-hands"}
    assert [target.hears(["releases"]) for target in found.targets] == [True, False]
    assert parse_notify_urls("").reach == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        "hunter2hunter2",
        "incidents slack://hunter2hunter2/b/c",
        "=slack://hunter2hunter2/b/c",
        "in:cidents=slack://hunter2hunter2/b/c",
        "slack:/hunter2hunter2",
        "slack:// hunter2hunter2",
        f"{'a' * 41}=slack://hunter2hunter2/b/c",
        "json://hunter2hunter2\u202e/x",
    ],
)
def test_a_line_that_is_not_understood_is_named_by_its_number_alone(line: str) -> None:
    """One warning for all of them; what stands there may be a credential."""
    found = parse_notify_urls(f"json://localhost/x\n{line}\n{line}")
    assert len(found.targets) == 1
    (problem,) = found.problems
    assert "lines 2, 3" in problem
    assert "hunter2" not in problem
    assert "audience[,audience]= URL" in problem


def test_a_file_pasted_by_mistake_is_not_sent_to() -> None:
    """There is a limit, and what is beyond is told in few words."""
    found = parse_notify_urls("\n".join(f"json://host/{number}" for number in range(80)))
    assert len(found.targets) == 50
    assert "lines 51, 52, 53, 54, 55, 56, 57, 58, 59, 60 and more" in found.problems[0]


@pytest.mark.parametrize(
    ("url", "hidden", "shown"),
    [
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
            ["T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ"],
            ["general", "slack"],
        ),
        ("mailto://octo:hunter2@mail.example.com", ["hunter2", "b2N0bzpodW50ZXIy"], ["mail.example.com"]),
        ("mailtos://octo:p%40ss%2Fw@example.com", ["p%40ss%2Fw", "p@ss/w"], ["example.com"]),
        (
            "tgram://123456789:AAbbCCddEEff-11/777/",
            ["123456789", "AAbbCCddEEff-11"],
            ["tgram"],
        ),
        (
            "json://127.0.0.1:8080/services/B0XYZ1234?token=0a1b2c3d4e",
            ["B0XYZ1234", "0a1b2c3d4e"],
            ["services", "127.0.0.1", "8080"],
        ),
        ("ntfys://averyveryverylongtopicname", ["averyveryverylongtopicname"], ["ntfys"]),
    ],
)
def test_what_looks_like_a_credential_is_one(url: str, hidden: list[str], shown: list[str]) -> None:
    """Whatever part of a URL its service keeps its tokens in; names of hosts and common words stay."""
    found = credentials(url)
    assert found >= set(hidden)
    assert found.isdisjoint(shown)
