"""The embedded GitHub: a GitHub on this machine, held to GitHub's contract.

`GitHubServer(World(...))` speaks REST and GraphQL over HTTP on the loopback interface; `world.people` does
what people do; `Runs` starts the product for the events that follow, as GitHub Actions would.
What it is held to, and what it does not prove: docs/decisions/0006-the-embedded-github.md.
"""

from __future__ import annotations
