"""Run the command line from verified directories: `python -I -S -B launch.py APPLICATION LIBRARY ARGUMENT…`.

Only these two directories and the standard library can be imported: `-I` shuts out PYTHONPATH, the working
directory and the user's packages, `-S` the interpreter's own site-packages. `-B` keeps the directories as
their manifests say.
"""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> None:
    """Put the directories on the path and hand over to the command line, which exits by itself."""
    application, library, *rest = arguments
    sys.path[:0] = [application, library]
    sys.argv = ["bugaction", *rest]
    from bugaction.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main(sys.argv[1:])
