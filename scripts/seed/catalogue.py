"""The process line by line: every part in its order. Each module beside this one holds parts of a phase."""

from __future__ import annotations

from scripts.seed import analysis, deployment, fix, post_mortem, release_notes, severities, triage
from scripts.seed.pointers import Part

__all__ = ["SEED"]

SEED: tuple[Part, ...] = (
    *severities.PARTS[:-1],
    *triage.PARTS,
    *analysis.PARTS,
    *fix.PARTS,
    *deployment.PARTS[:1],
    *release_notes.PARTS,
    *deployment.PARTS[1:],
    *post_mortem.PARTS,
    *severities.PARTS[-1:],
)
"""All of it. What is carried by nothing yet says so by a pointer to what is still to come."""
