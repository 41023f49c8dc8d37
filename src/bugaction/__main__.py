"""`python -m bugaction`."""

from __future__ import annotations

from bugaction.cli import main

if __name__ == "__main__":
    main()
