"""bugaction: a GitHub Action that turns a repository into its own bug-response system."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
