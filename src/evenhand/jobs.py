"""The table of the three jobs: allocation, teams and rota, each loaded when first used."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from evenhand.core.errors import InputError
from evenhand.core.job import Asking, Job

JOBS = ("allocation", "teams", "rota")
"""Names of the jobs; each room exports its ``JOB`` and ``ASKING``. They are loaded when
asked for: one job never pays for another."""


@cache
def job_named(name: str) -> Job:
    """Return the job of that name.

    Raises:
        InputError: there is no such job.
    """
    if name not in JOBS:
        raise InputError.one("is not a job", f"Choose one of {', '.join(JOBS)}", came=name)
    job: Job = import_module(f"evenhand.{name}").JOB
    return job


@cache
def asking_named(name: str) -> Asking:
    """Return what can be asked of plans of the job of that name.

    Raises:
        InputError: there is no such job.
    """
    job_named(name)
    asking: Asking = import_module(f"evenhand.{name}").ASKING
    return asking


def job_of(problem: Any) -> Job:
    """Return the job whose problem this is.

    Raises:
        InputError: it is not a problem of any job.
    """
    room = type(problem).__module__.split(".")
    if len(room) > 1 and room[0] == "evenhand" and room[1] in JOBS:
        job = job_named(room[1])
        if isinstance(problem, job.problem):
            return job
    raise InputError.one(
        "is not a problem evenhand knows",
        "Make an AllocationProblem, a TeamsProblem or a RotaProblem",
        came=type(problem).__name__,
    )
