"""What answers `AskDeployment`: deployments, releases, and which of them contain a bug's merged fixes."""

from __future__ import annotations

from dataclasses import replace

from bugaction.deployment import comparisons
from bugaction.github import normalise
from bugaction.github.comparison import comparison
from bugaction.github.failures import permission_for
from bugaction.github.harvest import Harvest
from bugaction.github.normalise import nodes
from bugaction.questions import AskDeployment
from bugaction.snapshot import Rollout

__all__ = ["rollout_of"]

_CONTAINS = ("ahead", "identical")
"""What a comparison of an older with a newer commit says where the newer one contains the older (OpenAPI,
`commit-comparison`): the others are `behind` and `diverged`."""


def rollout_of(harvest: Harvest, asked: AskDeployment) -> Rollout:
    """What was deployed and released, with as many comparisons of commits as it takes to judge that.

    Each is a REST request; what never changes is not compared twice in a run.
    """
    deployments = f"rollout_{asked.bug}"
    withheld = bool(asked.environments) and deployments not in harvest.data
    broken = harvest.broken.get(deployments, "")
    releases = (normalise.release(node) for node in nodes(harvest.data.get(f"releases_{asked.bug}")))
    url = harvest.known.url if harvest.known is not None else str(harvest.data["url"])
    rollout = Rollout(
        asked,
        tuple(normalise.deployment(node, url) for node in nodes(harvest.data.get(deployments))),
        tuple(item for item in releases if item is not None),
        lacking=(permission_for("deployments"),) if withheld and not broken else (),
        broken=broken,
    )
    while wanted := () if withheld else comparisons(rollout):
        found = {pair: _contains(harvest, *pair) for pair in sorted(wanted)}
        rollout = replace(rollout, contains={**rollout.contains, **found})
    return rollout


def _contains(harvest: Harvest, older: str, newer: str) -> bool:
    return comparison(harvest, older, newer).get("status") in _CONTAINS
