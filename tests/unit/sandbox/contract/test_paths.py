"""Path templates: which request is which operation."""

from __future__ import annotations

import pytest

from bugaction.sandbox.contract.paths import PathTemplate, normalise

REF = {"ref": {"x-multi-segment": True, "schema": {"type": "string"}}}
NUMBER = {"number": {"schema": {"type": "integer"}}}
NAME = {"name": {"schema": {"type": "string"}}}


@pytest.mark.parametrize(
    ("text", "parameters", "path", "expected"),
    [
        ("/git/ref/{ref}", REF, "/git/ref/heads/fix/bug-042", {"ref": "heads/fix/bug-042"}),
        ("/git/ref/{ref}", REF, "/git/ref/heads%2Fmain", {"ref": "heads/main"}),
        ("/git/ref/{ref}", REF, "/git/ref/", None),
        ("/commits/{ref}/status", REF, "/commits/feature/x/status", {"ref": "feature/x"}),
        ("/commits/{ref}/status", REF, "/commits/feature/x/statuses", None),
        ("/issues/{number}", NUMBER, "/issues/42", {"number": "42"}),
        ("/issues/{number}", NUMBER, "/issues/comments", None),
        ("/issues/{number}", NUMBER, "/issues/४२", None),
        ("/labels/{name}", NAME, "/labels/severity%2Fhigh", {"name": "severity/high"}),
        ("/labels/{name}", NAME, "/labels/severity/high", None),
        ("/labels/{name}", NAME, "/labels/good%20first%20issue", {"name": "good first issue"}),
        ("/rate_limit", {}, "/rate_limit", {}),
        ("/rate_limit", {}, "/rate-limit", None),
    ],
)
def test_a_path_is_matched_and_decoded(
    text: str, parameters: dict[str, dict[str, object]], path: str, expected: dict[str, str] | None
) -> None:
    """A multi-segment parameter takes slashes, an integer one ASCII digits, another one segment."""
    assert PathTemplate.parse(text, parameters).match(path) == expected


def test_the_more_literal_template_ranks_first() -> None:
    """`/commits/{ref}/status` is tried before `/commits/{ref}`, and a literal before any parameter."""
    texts = ["/releases/{name}", "/releases/{ref}", "/releases/{ref}/assets", "/releases/latest"]
    templates = [PathTemplate.parse(text, {**NAME, **REF}) for text in texts]
    ranked = [template.text for template in sorted(templates, key=lambda template: template.rank)]
    assert ranked == ["/releases/latest", "/releases/{name}", "/releases/{ref}/assets", "/releases/{ref}"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v3/repos/o/r", "/repos/o/r"),
        ("/repos/o/r/", "/repos/o/r"),
        ("/repos/o/r", "/repos/o/r"),
        ("/api/v3x", "/api/v3x"),
        ("/", "/"),
    ],
)
def test_a_server_s_prefix_is_taken_off(path: str, expected: str) -> None:
    """GitHub Enterprise Server's `/api/v3` and a trailing slash make no other path."""
    assert normalise(path) == expected
