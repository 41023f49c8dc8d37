"""Putting bugaction into a repository and taking it away: what to write, decided without writing it.

`tree` holds values, `workflows` and `labels` read what is there, `texts` makes files, `planning` compares,
`proposal` joins all of it, `words` tells.
"""

from __future__ import annotations

from bugaction.adoption.proposal import PATHS, Adoption, Given, Surroundings, adopt, leave

__all__ = ["PATHS", "Adoption", "Given", "Surroundings", "adopt", "leave"]
