"""Run the command line from verified directories: `python -I -S -B launch.py APPLICATION LIBRARY ARGUMENT…`.

Only these two directories and the standard library can be imported: `-I` shuts out PYTHONPATH, the working
directory and the user's packages, `-S` the interpreter's own site-packages. `-B` keeps the directories as
their manifests say.
"""

from __future__ import annotations

import gc
import os
import sys

_OBJECTS = 100_000
"""New objects between two looks for garbage, where Python's own default is 700. A start makes hundreds of
thousands that all stay, and looking through them again and again takes time."""


def main(arguments: list[str]) -> None:
    """Put the directories on the path and hand over to the command line, which exits by itself."""
    application, library, *rest = arguments
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    # pydantic looks for plugins in the metadata of everything that is installed. None belongs to a run
    # (https://github.com/pydantic/pydantic/pull/8767).
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    sys.path[:0] = [application, library]
    sys.argv = ["bugaction", *rest]
    from bugaction.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main(sys.argv[1:])
