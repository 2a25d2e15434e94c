"""Every method of every job, in every tiny world: judged, deterministic, true to its claims."""

from __future__ import annotations

import os
from functools import cache

import pytest

import evenhand as eh
from evenhand import documents
from evenhand.core.progress import Best, Progress
from evenhand.jobs import JOBS, job_named
from worlds import WORLDS, World

CASES = [
    pytest.param(name, method.name, world, id=f"{name}-{method.name}-{world.__name__}")
    for name in JOBS
    for method in job_named(name).methods.values()
    for world in WORLDS[name]
    if not method.fits(world(None))
]
"""Every job, method and world where the method fits the world."""


@cache
def solved(method: str, world: World) -> eh.Solution:
    """Return a method's plan of a world, made once for all promises."""
    return eh.solve(world(None), method=method, seed=3)


@pytest.mark.parametrize(("job", "method", "world"), CASES)
def test_the_same_bytes_for_any_row_order(job: str, method: str, world: World) -> None:
    """A judged solution, and the very same document when the rows come in another order."""
    first = solved(method, world)
    assert first.job == job
    assert not job_named(job).judge(first.problem, first.awards).faults
    for shuffle in (1, 2) if os.environ.get("EVENHAND_SOAK") else (1,):
        assert documents.dumps(eh.solve(world(shuffle), method=method, seed=3)) == documents.dumps(first)


@pytest.mark.parametrize(("job", "method", "world"), CASES)
def test_no_method_beats_a_bound_or_an_optimum(job: str, method: str, world: World) -> None:
    """Where one method proves an optimum or a bound, no other method's plan is better."""
    mine = solved(method, world)
    assert mine.objective is not None
    sign = 1 if job_named(job).maximise else -1
    for other in job_named(job).methods.values():
        if other.fits(world(None)):
            continue
        theirs = solved(other.name, world)
        if theirs.bound is not None:
            assert sign * (theirs.bound - mine.objective) >= 0, (
                f"{other.name} claims a bound that {method} beats"
            )
        if theirs.status is eh.Status.OPTIMAL and mine.status is eh.Status.OPTIMAL:
            assert theirs.objective == mine.objective


@pytest.mark.parametrize(("job", "method", "world"), CASES)
def test_whoever_watches_hears_of_plans_that_hold(job: str, method: str, world: World) -> None:
    """Plans offered on the way keep the hard rules and are worth what is said; the last is the answer."""
    heard: list[Best] = []
    problem = world(None)
    mine = eh.solve(problem, method=method, seed=3, progress=Progress(watch=heard.append))
    assert heard[-1].awards.tolist() == mine.awards.tolist()
    sign = 1 if job_named(job).maximise else -1
    values = [sign * best.value for best in heard]
    assert values == sorted(values)
    for best in heard:
        verdict = job_named(job).judge(problem, best.awards)
        assert (verdict.faults, verdict.objective) == ((), best.value)
        assert best.bound is None or sign * (best.bound - (mine.objective or 0)) >= 0


@pytest.mark.parametrize(("job", "method", "world"), CASES)
def test_solutions_come_back_from_their_documents(job: str, method: str, world: World) -> None:
    """A saved solution, loaded and saved again, is the same document."""
    assert job
    text = documents.dumps(solved(method, world))
    assert documents.dumps(documents.loads(text)) == text


@pytest.mark.parametrize("job", JOBS)
def test_every_method_says_what_it_promises(job: str) -> None:
    """Each method has a promise, a reference and what it suits, in words."""
    for method in job_named(job).methods.values():
        assert len(method.promise) > 20, method.name
        assert method.reference, method.name
        assert method.suits, method.name
