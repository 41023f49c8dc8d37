"""The parts of PyGithub that a run with a plain token uses, imported without the rest.

`import github` executes 175 modules, and PyJWT with cryptography (to sign in as an app) and PyNaCl (to seal
secrets). A run with a token needs 17 of them, which is three eighths of the import's instructions less
(counted by cachegrind). Here a module is made at once, and executed when somebody takes something out of it.

`importlib.util.LazyLoader` does not do for that: PyGithub's modules import each other all round, and a second
`import` of a lazy module reads its `__spec__`, which counts as use and loads it
(https://docs.python.org/3.11/library/importlib.html#importlib.util.LazyLoader).

Only imports inside `deferred` are treated so. Everything of PyGithub works as usual, whether it was imported
before or more of it is used after.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

__all__ = ["Auth", "Github", "Requester", "deferred"]


class _Deferred(ModuleType):
    """A module that was not executed yet.

    What the import system itself sets (`__spec__`, `__path__`) is there and does not count as use. The first
    use has to be over before another thread's: a run has one thread.
    """

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        spec = self.__spec__
        if spec is None or spec.loader is None:
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]  # so that the module finds itself unfinished
        try:
            spec.loader.exec_module(self)
        except BaseException:
            self.__class__ = _Deferred
            raise
        return getattr(self, name)


class _Deferring(Loader):
    """Makes the module and leaves its execution to `_Deferred`."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the module's own loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own loader back, for later."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__class__ = _Deferred


class _Finder(MetaPathFinder):
    """Finds what is to be deferred: modules by name, and those of a package by its name with a dot."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(name for name in names if not name.endswith("."))
        self._packages = tuple(name for name in names if name.endswith("."))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The usual spec with another loader, or None for what is imported as usual."""
        if fullname not in self._names and not fullname.startswith(self._packages):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Deferring(spec.loader)
        return spec


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Within it, these modules (`name`) and those of these packages (`name.`) are executed on first use."""
    finder = _Finder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


with deferred("jwt", "github."):
    from github import Auth, Github
    from github.Requester import Requester
