"""The shape of a job: defaults that let a method be one line."""

from __future__ import annotations

import numpy as np

from evenhand.core.job import Answer, Limits, Method
from evenhand.core.solution import Status


def test_a_method_fits_unless_it_says_why_not() -> None:
    """Without a reason of its own a method fits every problem and claims no proof."""
    answer = Answer(np.zeros(0, dtype=np.int64), Status.FEASIBLE)
    method = Method("deal", lambda *_: answer, "Deals.", "none", "always")
    assert method.fits(object()) == ""
    assert not method.exact
    assert method.run(None, 0, Limits(), None) is answer  # type: ignore[arg-type]


def test_limits_and_answers_promise_nothing_by_themselves() -> None:
    """By default there is no time limit, no gap, no bound, no proof and no conflict."""
    assert Limits() == Limits(seconds=None, gap=0)
    answer = Answer(None, Status.INFEASIBLE)
    assert (answer.bound, dict(answer.proof), answer.conflict) == (None, {}, ())
