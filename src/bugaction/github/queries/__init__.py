"""The GraphQL texts: fragments in `*.graphql`, put together by `bugaction.github.query`."""

from __future__ import annotations
