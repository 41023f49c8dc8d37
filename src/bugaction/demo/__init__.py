"""A bug's life on the embedded GitHub, for somebody who wants to see before adopting."""

from __future__ import annotations

from bugaction.demo.play import play

__all__ = ["play"]
