"""The frontier holds plans that nothing in the sweep beats, each proven, and more lambda never buys score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays

from evenhand.allocation import AllocationProblem, mode_a, mode_b, no_penalty, own_steps, strong
from evenhand.allocation.asking.frontier import AGAINST, frontier, settings
from evenhand.allocation.judging.judge import judge
from evenhand.core.errors import InputError
from evenhand.core.progress import Progress
from evenhand.measures import MEASURES
from evenhand.report.frontier_page import html


def small(scale: int = 1) -> AllocationProblem:
    """Twelve items for six, scores falling from one to the next."""
    rows = [
        {"item": f"c{at:02}", "recipient": who, "score": 1000 - 90 * place - at}
        for at in range(12)
        for place, who in enumerate("abcdef")
    ]
    return AllocationProblem.from_rows(rows, capacity=8, scale=scale, penalty=mode_b())


def test_steps_that_begin_at_nothing_keep_their_shape() -> None:
    """Own steps whose first costs nothing are scaled as they are, by the first that costs."""
    shape = own_steps([(0, 0), (1, 100), (3, 250)])
    swept = settings(replace(small(), penalty=shape), [0, 50, 200])
    assert [penalty.steps for penalty in swept] == [
        (),
        ((0, 0), (1, 50), (3, 125)),
        ((0, 0), (1, 200), (3, 500)),
    ]
    assert frontier(replace(small(), penalty=shape), [0, 50]).points[0].lam == 0


def test_a_bonus_for_who_is_owed_is_no_score() -> None:
    """A point's score is what its awards score, also where a ledger makes a first award worth more."""
    owed = replace(small(), owed_bonus=np.array([0, 0, 0, 150, 150, 150]))
    for point in frontier(owed, [0, 100]).points:
        assert point.score == int(owed.score[point.solution.awards].sum()) / owed.scale


def test_no_point_is_beaten_in_the_measure_it_stands_for() -> None:
    """For each measure: more score goes with a worse value, strictly."""
    found = frontier(arrays(1, size=0.2), [0, 50, 100, 200, 300, 500, 900])
    assert found.proven
    assert found.tried == 7
    for name in AGAINST:
        line = sorted((point.score, point.values[name]) for point in found.of(name))
        values = [value for _, value in line]
        assert len({score for score, _ in line}) == len(line)
        assert values == sorted(values, reverse=MEASURES[name].better == "more")
        assert len(set(values)) == len(values)


def test_each_point_is_a_plan_that_the_judge_passes() -> None:
    """Awards, value and score of every point are what the judge says of them."""
    for point in frontier(small(), [0, 100, 300, 2000]).points:
        verdict = judge(point.solution.problem, point.solution.awards)
        assert not verdict.faults
        assert verdict.objective == point.solution.objective
        scores = int(point.solution.problem.score[point.solution.awards].sum())
        assert point.score == scores / point.solution.problem.scale


def test_a_larger_lambda_never_raises_the_score() -> None:
    """Along the sweep the score before fairness falls or stays."""
    points = frontier(small()).points
    scores = [point.score for point in points]
    assert scores == sorted(scores, reverse=True)
    assert points[0].lam == 0


def test_the_shape_is_the_problems_own() -> None:
    """Mode B keeps its proportion, own steps theirs; strong is mode A; no penalty is swept as mode B."""
    problem = small()
    assert settings(replace(problem, penalty=mode_b(100, 300)), [50])[0].steps == ((1, 50), (2, 150))
    assert settings(replace(problem, penalty=strong()), [400])[0] == mode_a(400)
    assert settings(replace(problem, penalty=no_penalty()), [100])[0] == mode_b(100, 200)
    own = own_steps([(0, 10), (4, 40)])
    assert settings(replace(problem, penalty=own), [0, 20])[0] == no_penalty()
    assert settings(replace(problem, penalty=own), [0, 20])[1].steps == ((0, 20), (4, 80))


def test_settings_that_round_to_the_same_are_tried_once() -> None:
    """Whole units only: at scale 1 a fraction of a point is none, at scale 10 it is."""
    assert len(settings(small(), [0, 0.2, 0.4, 1])) == 2
    assert len(settings(small(scale=10), [0, 0.2, 0.4, 1])) == 4


def test_the_default_sweep_suits_the_scores() -> None:
    """Scores of about a thousand are swept from 0 to 120 % of the power of ten below them."""
    lambdas = [penalty.lam for penalty in settings(small())]
    assert lambdas[0] == 0
    assert lambdas[-1] == 1200 if small().score.max() >= 1000 else 120


def test_scores_at_the_limit_are_swept_as_far_as_steps_go() -> None:
    """Scores of a billion are swept, no step being above what a penalty may cost."""
    rows = [{"item": item, "recipient": who, "score": 10**9} for item in "ab" for who in "xy"]
    assert frontier(AllocationProblem.from_rows(rows)).proven


@pytest.mark.parametrize("lambdas", [[-1], [float("nan")], [float("inf")], []])
def test_a_lambda_that_is_none_is_refused(lambdas: list[float]) -> None:
    """Below zero, no number, without end, or none at all."""
    with pytest.raises(InputError, match="lambda"):
        frontier(small(), lambdas)


def test_an_interrupted_sweep_keeps_its_points() -> None:
    """Who is interrupted gets the plans made so far, one at least."""
    assert frontier(small(), progress=Progress(interrupted=True)).tried == 1


def test_columns_text_and_page_say_the_same() -> None:
    """One row a point in the columns, one line in the text, one row in the page."""
    found = frontier(small(), [0, 100, 300, 2000])
    columns = found.to_columns()
    assert len(columns["score"]) == len(found.points)
    assert str(found).count("λ=") == len(found.points)
    page = html(found).decode()
    assert page.count("<svg") >= 2
    assert all(f"{score:,}" in page for score in columns["score"])
    assert html(found) == html(frontier(small(), [0, 100, 300, 2000]))
