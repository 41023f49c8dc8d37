"""The embedded GitHub's pages: whether an address that a text links to is one of something that is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from tests.scenario.life import Life

__all__ = ["is_there"]


def is_there(life: Life, url: str) -> bool:
    """Whether the page exists, and the part of it that the fragment names."""
    base = f"{life.world.url}/{life.state.repository.full_name}"
    address, _, part = url.partition("#")
    if address == base:
        return not part
    if not address.startswith(f"{base}/"):
        return False
    path = unquote(address.removeprefix(f"{base}/"))
    for pattern, finds in _PAGES.items():
        found = re.fullmatch(pattern, path)
        if found is not None:
            return finds(life, *found.groups(), part)
    return False


def _issue(life: Life, number: str, part: str) -> bool:
    found = life.state.issues.get(int(number))
    return found is not None and found.pull is None and (not part or _comment(life, int(number), part))


def _pull(life: Life, number: str, part: str) -> bool:
    found = life.state.issues.get(int(number))
    if found is None or found.pull is None:
        return False
    review = re.fullmatch(r"pullrequestreview-(\d+)", part)
    if review is not None:
        return int(review[1]) in found.pull.reviews
    return not part or _comment(life, int(number), part)


def _comment(life: Life, number: int, part: str) -> bool:
    found = re.fullmatch(r"issuecomment-(\d+)", part)
    return found is not None and int(found[1]) in life.state.issues[number].comments


def _commit(life: Life, oid: str, part: str) -> bool:
    return not part and life.world.git.commit_info(oid) is not None


def _file(life: Life, place: str, part: str) -> bool:
    """A branch's name may hold slashes, so that each branch is tried."""
    heads = [name.removeprefix("refs/heads/") for name in life.state.refs if name.startswith("refs/heads/")]
    texts = [
        life.world.file(branch, place.removeprefix(f"{branch}/"))
        for branch in heads
        if place.startswith(f"{branch}/")
    ]
    line = re.fullmatch(r"L(\d+)", part)
    return any(
        text is not None and (not part or (line is not None and int(line[1]) <= text.count("\n")))
        for text in texts
    )


def _check(life: Life, id_: str, part: str) -> bool:
    return not part and int(id_) in life.state.checks


def _run(life: Life, id_: str, part: str) -> bool:
    return not part and int(id_) in life.state.runs


def _release(life: Life, tag: str, part: str) -> bool:
    return not part and any(release.tag == tag for release in life.state.releases.values())


def _deployments(life: Life, part: str) -> bool:
    return not part and bool(life.state.deployments)


_PAGES: Mapping[str, Callable[..., bool]] = {
    r"issues/(\d+)": _issue,
    r"pull/(\d+)": _pull,
    r"commit/([0-9a-f]{40})": _commit,
    r"(?:blob|edit)/(.+)": _file,
    r"runs/(\d+)": _check,
    r"actions/runs/(\d+)": _run,
    r"releases/tag/(.+)": _release,
    r"deployments": _deployments,
}
"""https://docs.github.com has no list of these addresses: they are those that its API returns as `url`."""
