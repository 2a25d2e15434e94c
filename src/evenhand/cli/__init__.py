"""The command ``evenhand``: arguments, progress, Ctrl-C and exit codes around the five verbs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code.

    0 done, 1 nothing feasible, 2 bad input, 3 a fault of evenhand, 130 interrupted before any plan
    (143 by SIGTERM, 129 where the terminal was closed).
    """
    try:
        from evenhand.cli.app import run

        sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))
    except KeyboardInterrupt:
        # Ctrl-C while modules are loaded or the process ends, when no handler of ours stands.
        sys.stderr.write("Stopped.\n")
        sys.exit(130)
