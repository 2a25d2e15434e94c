"""Advice names the cause that holds, and what it promises is what solving gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import random_problem
from evenhand.allocation import AllocationProblem, Penalty, mode_a, mode_b, no_penalty, own_steps, strong
from evenhand.allocation.asking.advice import Advice, advise, called, kept_back, kept_back_sentence, quick
from evenhand.allocation.judging.judge import judge, objective
from evenhand.core.progress import Progress
from evenhand.solver import measure, solve


def week(penalty: Penalty) -> list[Advice]:
    """Advice on a generated week under a penalty."""
    return advise(solve(replace(arrays(1), penalty=penalty)))


def few_partners(penalty: Penalty) -> list[Advice]:
    """75 items for seven, one of them ahead of the others."""
    rows = [
        {"item": f"c{at:02}", "recipient": who, "score": 1000 - 100 * place}
        for at in range(75)
        for place, who in enumerate("abcdefg")
    ]
    return advise(solve(AllocationProblem.from_rows(rows, penalty=penalty)))


def kinds(found: list[Advice]) -> list[str]:
    """The kinds, in order."""
    return [one.kind for one in found]


def test_a_good_plan_needs_no_advice() -> None:
    """Mode B at Los Angeles size meets every target, and nothing is said."""
    assert week(mode_b()) == []


def test_mode_a_is_too_light_and_mode_b_is_tried() -> None:
    """A Gini above the target is put down to lambda, and the setting named is solved and meets it."""
    (advice,) = week(mode_a())
    assert advice.kind == "lambda low"
    assert advice.setting is not None
    assert advice.outcome is not None
    assert measure(advice.outcome)["gini"].met
    assert "193 could receive, 42 do" in advice.sentence
    again = solve(replace(arrays(1), penalty=advice.setting))
    assert again.objective == advice.outcome.objective


def test_the_mildest_setting_is_the_mildest() -> None:
    """A step of 25 milder than what is advised misses a target; what is advised meets them all."""
    (advice,) = week(mode_a())
    assert advice.setting is not None
    lam = advice.setting.lam
    assert lam < mode_b().lam
    milder = mode_b(lam - 25, 2 * (lam - 25)) if lam > 25 else no_penalty()
    assert measure(solve(replace(arrays(1), penalty=milder)))["gini"].met is False
    assert f"λ={milder.text}, the next milder, does not" in advice.instead or not milder.steps


def test_no_setting_is_named_only_where_none_was_found() -> None:
    """Where a heavier setting than any of a short list does it, it is found and named."""
    rows = [
        {"item": f"c{item:02}", "recipient": f"p{who:02}", "score": 9000 - (0 if who < 2 else 2600)}
        for item in range(20)
        for who in range(30)
    ]
    plan = solve(AllocationProblem.from_rows(rows, capacity=20, penalty=mode_b()))
    (advice,) = advise(plan)
    assert advice.kind == "lambda low"
    assert advice.setting is not None
    assert advice.setting.lam > 500


def test_one_who_takes_all_is_not_excellent() -> None:
    """One of twenty who gets everything has a Gini of 0; the word heeds the other targets."""
    rows = [
        {"item": f"c{item:02}", "recipient": f"p{who:02}", "score": 9000 if not who else 10}
        for item in range(12)
        for who in range(20)
    ]
    plan = solve(AllocationProblem.from_rows(rows, penalty=no_penalty()))
    assert plan.headline.endswith("Concentrated · Fairness: λ=0 • 1P • Max=12 • Gini=0.00")
    even = solve(AllocationProblem.from_rows(rows, penalty=strong(10**6)))
    assert "Excellent" in even.headline


def test_a_good_gini_among_few_is_not_called_good() -> None:
    """Without fairness the Gini among 19 receivers is fine, and that only 19 receive is said."""
    (advice,) = week(no_penalty())
    assert advice.kind == "few served"
    assert "Only 19 of 193" in advice.sentence


def test_perfect_equality_has_its_price() -> None:
    """Where all get one, the price against mode B is told, and it is the difference of two plans."""
    (advice,) = week(strong())
    assert advice.kind == "lambda high"
    assert advice.outcome is not None
    here = solve(replace(arrays(1), penalty=strong()))
    problem = here.problem
    lost = int(problem.score[advice.outcome.awards].sum() - problem.score[here.awards].sum())
    assert f"costs {lost // problem.scale:,} points" in advice.sentence
    assert "a significant part" in advice.sentence


def test_too_few_partners_for_a_target_is_said_by_counting() -> None:
    """75 items to seven cannot have an HHI below a tenth; a higher free share evens out the rest."""
    found = few_partners(mode_b())
    assert kinds(found) == ["out of reach", "lambda low"]
    assert "HHI 0.143 at least (target 0.100), Top-5 share 73.3% at least" in found[0].sentence
    assert found[1].setting is not None
    assert found[1].setting.target == 11
    assert "above 0.4: high concentration" in found[1].sentence


def test_a_lambda_beyond_every_score_leaves_slots_empty() -> None:
    """With lambda 2000 nobody gets a second, 68 items stay, and both are said."""
    found = few_partners(mode_b(2000, 4000))
    assert "lambda high" in kinds(found)
    withheld = next(one for one in found if one.kind == "withheld")
    assert withheld.sentence.startswith("68 items were not handed out")
    assert withheld.outcome is not None
    assert len(withheld.outcome.awards) == 75


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_what_fairness_keeps_back_is_what_the_judge_says(seed: int) -> None:
    """An item is counted if adding it breaks no rule and loses by fairness alone, candidate by candidate."""
    problem = random_problem(seed, pins=False)
    plan = solve(problem)
    free = replace(problem, penalty=no_penalty())
    kept = set()
    for row in range(len(problem)):
        more = np.append(plan.awards, row)
        if row in plan.awards or judge(problem, more).faults:
            continue
        gain = objective(problem, more) - objective(problem, plan.awards)
        if gain <= 0 < objective(free, more) - objective(free, plan.awards):
            kept.add(int(problem.item[row]))
    assert kept_back(problem, plan.awards) == len(kept)


def test_who_is_owed_gets_the_bonus_once() -> None:
    """A second award of who is owed has no bonus: an item that only a second bonus would place stays."""
    rows = [{"item": item, "recipient": "Ann", "score": 10} for item in ("car", "bike")]
    problem = AllocationProblem.from_rows(rows, penalty=own_steps([(0, 5), (1, 100)]))
    owed = replace(problem, owed_bonus=np.array([150]))
    assert kept_back(owed, np.array([0])) == 1
    cheap = replace(owed, score=np.array([10, 0]))
    assert kept_back(cheap, np.array([0])) == 0


def test_a_fee_on_every_award_spreads_nothing() -> None:
    """Steps that cost the same from the first award on are told as too light, however much they ask."""
    fee = own_steps([(0, 300)])
    found = week(fee)
    assert [one.kind for one in found if one.kind != "withheld"] == ["few served"]
    assert called(own_steps([(2, 50)])) == "λ=50@2"


def test_no_remedy_is_less_even_over_all() -> None:
    """One who takes all six has a Gini of 0 among receivers, and is not advised where four receive.

    Nor are three with two each, which is as even over all four as three, one, one and one.
    """
    rows = [
        {"item": f"c{item}", "recipient": f"p{who}", "score": 100 - 10 * who - item}
        for item in range(6)
        for who in range(4)
    ]
    plan = solve(AllocationProblem.from_rows(rows, penalty=own_steps([(0, 30), (1, 40), (3, 250)])))
    for advice in advise(plan):
        assert advice.outcome is None or measure(advice.outcome)["receivers"].value >= 4


def test_scores_far_apart_need_a_heavy_setting_and_there_is_one() -> None:
    """Two who score 5,000 where others score 10: a λ of about that size spreads them, and is found."""
    rows = [
        {"item": f"c{item:02}", "recipient": f"p{who:02}", "score": 5000 if who < 2 else 10}
        for item in range(20)
        for who in range(30)
    ]
    (advice,) = advise(solve(AllocationProblem.from_rows(rows, capacity=20, penalty=mode_b())))
    assert advice.kind == "lambda low"
    assert "scores 4,990 points above" in advice.sentence
    assert advice.outcome is not None
    assert len(advice.outcome.awards) == 20
    assert measure(advice.outcome)["top1"].met


def test_where_no_setting_helps_none_is_offered() -> None:
    """Nine items can only go to two, and twenty want the tenth: no λ mends that."""
    rows = [{"item": f"c{item}", "recipient": who, "score": 700} for item in range(9) for who in ("a", "b")]
    rows += [{"item": "d", "recipient": f"p{who:02}", "score": 700} for who in range(20)]
    (advice,) = advise(solve(AllocationProblem.from_rows(rows, penalty=mode_a())))
    assert advice.kind == "skewed"
    assert "settings tried" in advice.sentence
    assert advice.outcome is None


def test_limits_that_force_equality_are_named() -> None:
    """A limit of one each is the cause, not lambda."""
    rows = [
        {"item": f"c{at}", "recipient": f"p{who:02}", "score": 700} for at in range(20) for who in range(40)
    ]
    problem = AllocationProblem.from_rows(rows, per_recipient=1, penalty=strong())
    assert kinds(advise(solve(problem))) == ["limits"]


def test_uneven_limits_that_no_plan_evens_out() -> None:
    """Where all but one may take a single item, the most even outcome misses the target too."""
    rows = [
        {"item": f"c{at:02}", "recipient": who, "score": 700} for at in range(30) for who in "abcdefghijkl"
    ]
    problem = AllocationProblem.from_rows(rows)
    limit = np.ones(12, dtype=np.int64)
    limit[0] = 30
    found = advise(solve(replace(problem, recipient_limit=limit, penalty=no_penalty())))
    assert "too few" in kinds(found)


def test_what_takes_long_is_not_solved_beside_a_plan() -> None:
    """A week with a cost for every vehicle, or too many candidates, gets no advice unasked."""
    assert quick(arrays(1, size=0.2), 100_000)
    assert not quick(arrays(1, size=0.2), 100)
    assert not quick(arrays(1, size=0.2, cost_per_vehicle=True), 100_000)


def test_an_empty_plan_and_an_interrupted_watch_are_quiet() -> None:
    """No slots need no advice; who is interrupted solves nothing more."""
    rows = [{"item": "c", "recipient": who, "score": 700} for who in "ab"]
    assert advise(solve(AllocationProblem.from_rows(rows, capacity=0))) == []
    progress = Progress(interrupted=True)
    assert advise(solve(replace(arrays(1), penalty=strong())), progress) == []
    assert advise(solve(replace(arrays(1), penalty=mode_a())), progress) == []


@pytest.mark.parametrize("penalty", [no_penalty(), mode_a(), mode_b(), strong()])
def test_advice_changes_nothing(penalty: Penalty) -> None:
    """The plan is the same after advice as before."""
    rows = [{"item": f"c{at}", "recipient": who, "score": 100 * at} for at in range(6) for who in "abc"]
    plan = solve(AllocationProblem.from_rows(rows, penalty=penalty))
    before = plan.awards.copy()
    assert all(str(one) for one in advise(plan))
    assert (plan.awards == before).all()


def test_advice_counts_the_same_items_as_the_summary() -> None:
    """Two items stay for one free place, and a third scores 0: both sentences say two."""
    rows = [("saw", 3), ("axe", 1), ("rake", 1), ("hoe", 0)]
    problem = AllocationProblem.from_rows(
        [{"item": item, "recipient": "Ann", "score": score} for item, score in rows],
        capacity=2, penalty=own_steps([(1, 2)]),
    )  # fmt: skip
    plan = solve(problem)
    sentence = kept_back_sentence(problem, kept_back(problem, plan.awards))
    assert sentence.startswith("2 items were not handed out: they would cost at least as much in fairness")
    (withheld,) = [told for told in advise(plan) if told.kind == "withheld"]
    assert withheld.sentence == sentence
