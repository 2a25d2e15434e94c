"""The command with one more method of teams: it searches until it is stopped, then deals.

``slow`` hands back its best when asked to stop; ``barren`` has none to hand back; ``broken`` fails.
"""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import replace
from typing import Any

import evenhand.teams
from evenhand.cli import main
from evenhand.core.job import Answer, Limits, Method
from evenhand.core.progress import Progress
from evenhand.core.solution import Status


def slow(problem: Any, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Search until stopped."""
    while not progress.stop():
        progress.report("searching", 1000, 900)
        time.sleep(0.01)
    return DEAL.run(problem, seed, limits, progress)


def barren(_problem: Any, _seed: int, _limits: Limits, progress: Progress) -> Answer:
    """Say that the search has begun, search until stopped, and find nothing."""
    sys.stderr.write("barren\n")
    sys.stderr.flush()
    while not progress.stop():
        time.sleep(0.01)
    return Answer(None, Status.UNKNOWN)


def broken(_problem: Any, _seed: int, _limits: Limits, _watch: Progress) -> Answer:
    """Fail."""
    raise ZeroDivisionError("a slip of ours")


def hopeless(_problem: Any, _seed: int, _limits: Limits, _watch: Progress) -> Answer:
    """Prove that nothing is feasible."""
    return Answer(None, Status.INFEASIBLE, conflict=(CONFLICT,))


CONFLICT = "At least 2 women in each of 10 teams needs 20, there are 17."
DEAL = evenhand.teams.JOB.methods["deal"]
SEARCHES = (slow, barren, broken, hopeless)
MORE = {run.__name__: Method(run.__name__, run, "None.", "None.", "Tests.") for run in SEARCHES}

if __name__ == "__main__":
    # Under nohup, and in the background of some shells, these arrive ignored; a person's terminal has them.
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    evenhand.teams.JOB = replace(evenhand.teams.JOB, methods={**evenhand.teams.JOB.methods, **MORE})
    main(sys.argv[1:])
