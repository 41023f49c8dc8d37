"""What answers `AskCarrier`: the branch that carries a bug's documents, and the pull requests from it."""

from __future__ import annotations

from bugaction import records
from bugaction.carrier import Carrier, CarrierPull
from bugaction.errors import Missing
from bugaction.github import normalise
from bugaction.github.harvest import Harvest
from bugaction.github.normalise import Node, nodes

__all__ = ["carrier_of"]


def carrier_of(harvest: Harvest, number: int) -> Carrier:
    """The branch as it is. A pull request from a branch of that name in a fork is none of it."""
    base: Node = (harvest.data.get("defaultBranchRef") or {}).get("target") or {}
    if not base.get("tree"):
        raise Missing("The default branch is not there any more")
    ref: Node = harvest.data.get(f"carrier_{number}") or {}
    head: Node = ref.get("target") or {}
    found = (*nodes(ref.get("associatedPullRequests")), *nodes(harvest.data.get(f"carriers_{number}")))
    own = {int(node["number"]): node for node in found if not node["isCrossRepository"]}
    folder = records.bug_folder(harvest.places.root, number)
    branch = records.documents_branch(number)
    files = normalise.folder_files(head.get("file"), folder, branch)
    return Carrier(
        base_oid=str(base["oid"]),
        base_tree=str(base["tree"]["oid"]),
        oid=str(head.get("oid") or ""),
        is_ours=bool(head) and normalise.is_made_by(head, harvest.viewer, signed=harvest.places.signed),
        parents=tuple(str(node["oid"]) for node in nodes(head.get("parents"))),
        files={file.path: file.text for file in files if file.text is not None},
        pulls=tuple(_pull(own[each]) for each in sorted(own, reverse=True)),
    )


def _pull(node: Node) -> CarrierPull:
    closed = node.get("closedAt")
    return CarrierPull(
        number=int(node["number"]),
        url=str(node["url"]),
        base=str(node["baseRefName"]),
        is_merged=node["pullState"] == "MERGED",
        closed_at=normalise.time(closed) if closed else None,
        is_approved=any(True for _ in nodes(node.get("reviews"))),
        is_conflicting=node.get("mergeable") == "CONFLICTING",
    )
