"""A driver that is killed (-9) at a given place: run as a program by the tests of journals.

    python -m cluster.struck FOLDER SAID NUMBER MOMENT WORKERS

``SAID`` names the lines that count, such as "ask"; at the NUMBER-th of them the process ends itself: before
the line is written, with half of it written, or after it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from evenhand.cluster import many_offices
from evenhand.cluster.journal import Journal


class Struck(Journal):
    """A journal whose process does not live to see the end of it."""

    said, number, moment = "", 1, "before"

    def add(self, name: str, asked: str, answer: Any, seconds: float) -> None:
        """Write a line, or end the process where it is its time."""
        Struck.number -= name == Struck.said
        struck = name == Struck.said and Struck.number == 0
        if struck and Struck.moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().add(name, asked, answer, seconds)
        if struck and Struck.moment == "torn":
            os.truncate(self.path, self.path.stat().st_size - 20)
        if struck:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    folder, Struck.said, number, Struck.moment, workers = sys.argv[1:]
    Struck.number = int(number)
    vars(many_offices)["Journal"] = Struck
    many_offices.solve_offices(Path(folder), workers=int(workers), resume=True)
