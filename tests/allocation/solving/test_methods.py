"""Every method against brute force, and the relations that better problems keep to worse ones."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import brute_force, medium_problem, random_problem
from evenhand.allocation import NO_LIMIT, AllocationProblem, Penalty, mode_a, mode_b, no_penalty, own_steps
from evenhand.allocation.judging.judge import judge
from evenhand.allocation.solving import METHODS
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.core.errors import InfeasibleError, MethodError
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Best, Progress
from evenhand.core.solution import Solution, Status
from evenhand.solver import solve

seeds = st.integers(0, 10**6)
fast = settings(deadline=None, max_examples=60)


def answered(problem: AllocationProblem, method: str, seed: int = 0) -> Answer:
    """Run a method without a limit."""
    return METHODS[method].run(problem, seed, Limits(), Progress())


def check_proven(problem: AllocationProblem, method: str, best: int | None) -> None:
    """Hold an exact method to the best value."""
    answer = answered(problem, method)
    if best is None:
        assert answer.status is Status.INFEASIBLE
        assert len(answer.conflict) >= 2
        return
    assert answer.awards is not None
    verdict = judge(problem, answer.awards)
    assert verdict.faults == ()
    assert (verdict.objective, answer.bound, answer.status) == (best, best, Status.OPTIMAL)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_price_restrict_prove_is_optimal_on_tiny_problems(part: int) -> None:
    """Value and bound are brute force's on 800 random problems (2,000 with EVENHAND_SOAK) with every rule."""
    for seed in range(500 * part, 500 * part + (500 if os.environ.get("EVENHAND_SOAK") else 200)):
        problem = random_problem(seed)
        check_proven(problem, "price-restrict-prove", brute_force(problem)[0])


@pytest.mark.parametrize("method", ["mip", "flow"])
def test_the_other_exact_methods_are_optimal_on_tiny_problems(method: str) -> None:
    """Branch and cut, and flow where it fits, reach brute force's value and prove it."""
    for seed in range(400):
        problem = random_problem(seed)
        if not METHODS[method].fits(problem):
            check_proven(problem, method, brute_force(problem)[0])


def test_cp_sat_agrees_with_brute_force() -> None:
    """CP-SAT's model in a child process finds and proves the same values."""
    pytest.importorskip("ortools", reason="the extra is not installed")
    for seed in (1, 2, 5, 13):
        problem = random_problem(seed)
        check_proven(problem, "cp-sat", brute_force(problem)[0])


def test_cp_sat_keeps_its_limit_and_a_plan() -> None:
    """With no time at all CP-SAT hands out the pins alone, and says that it was cut."""
    pytest.importorskip("ortools", reason="the extra is not installed")
    progress = Progress(seconds=0.001)
    answer = METHODS["cp-sat"].run(medium_problem(3), 0, Limits(0.001), progress)
    assert answer.awards is not None
    assert not judge(medium_problem(3), answer.awards).faults
    assert progress.cut or answer.status is Status.OPTIMAL


@pytest.mark.parametrize(("method", "module"), [("mip", "mip"), ("cp-sat", "cp_sat")])
def test_what_is_too_large_for_its_limit_still_gives_a_plan(
    method: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another solver cannot even take the model in time, greedy's plan is handed out as cut."""
    problem, progress = medium_problem(3), Progress(seconds=30.0)
    home = import_module(f"evenhand.allocation.solving.{module}")
    if method == "mip":
        monkeypatch.setattr(home, "SECONDS_EACH", 1.0)
    else:
        monkeypatch.setattr(home, "_asked", lambda *_: None)
    answer = METHODS[method].run(problem, 0, Limits(seconds=30.0), progress)
    assert progress.cut
    assert answer.status is Status.FEASIBLE
    assert answer.awards is not None
    assert judge(problem, answer.awards).objective == judge(problem, greedy_awards(problem)).objective


@pytest.mark.parametrize("method", ["price-restrict-prove", "greedy", "mip", "flow", "offices", "cp-sat"])
def test_a_limit_too_short_for_all_candidates_gives_a_plan_of_a_sample(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no time to look at every candidate each method hands out pins and a sample's plan, as cut."""
    monkeypatch.setattr("evenhand.allocation.solving.greedy.SAMPLE", 40)
    monkeypatch.setattr("evenhand.allocation.solving.greedy.READ", 1e6)
    for seed in range(12):
        problem = medium_problem(seed)
        if method == "flow":
            problem = replace(problem, groups=(), slots=np.full(len(problem.days), len(problem.items)))
        progress = Progress(seconds=1000.0)
        answer = METHODS[method].run(problem, 0, Limits(seconds=1000.0), progress)
        if answer.status is Status.INFEASIBLE:
            continue
        assert (answer.status, answer.bound, progress.cut) == (Status.FEASIBLE, None, True)
        assert answer.awards is not None
        assert progress.best is not None
        verdict = judge(problem, answer.awards)
        assert (verdict.faults, verdict.objective) == ((), progress.best.value)
        assert set(np.flatnonzero(problem.pinned).tolist()) <= set(answer.awards.tolist())
        assert len(answer.awards) > problem.pinned.sum()


@pytest.mark.parametrize("method", ["price-restrict-prove", "greedy", "mip", "flow"])
def test_every_method_offers_its_plans_from_the_first_on(method: str) -> None:
    """Whoever watches hears of the first plan, then of better ones alone; each keeps every rule."""
    for seed in range(10):
        problem = medium_problem(seed)
        if method == "flow":
            problem = replace(problem, groups=(), slots=np.full(len(problem.days), len(problem.items)))
        heard: list[Best] = []
        answer = METHODS[method].run(problem, 0, Limits(), Progress(watch=heard.append))
        if answer.awards is None:
            continue
        values = [best.value for best in heard]
        assert values == sorted(values)
        assert values
        for best in heard:
            verdict = judge(problem, best.awards)
            assert (verdict.faults, verdict.objective) == ((), best.value)
            assert best.bound is None or best.bound >= judge(problem, answer.awards).objective
        assert values[-1] <= judge(problem, answer.awards).objective


def greedy_awards(problem: AllocationProblem) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return greedy's plan."""
    awards = answered(problem, "greedy").awards
    assert awards is not None
    return awards


def test_cp_sat_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without OR-Tools the error names the extra."""
    monkeypatch.setattr("evenhand.allocation.solving.cp_sat.find_spec", lambda _name: None)
    with pytest.raises(MethodError, match=r"evenhand\[ortools\]"):
        answered(random_problem(1), "cp-sat")


def test_greedy_is_feasible() -> None:
    """Greedy keeps every hard rule, and never passes the best value."""
    for seed in range(300):
        problem = random_problem(seed)
        best, _ = brute_force(problem)
        answer = answered(problem, "greedy")
        if answer.awards is not None:
            verdict = judge(problem, answer.awards)
            assert verdict.faults == ()
            assert best is not None
            assert verdict.objective <= best


@pytest.mark.slow
def test_medium_problems_agree_with_branch_and_cut() -> None:
    """Forty problems of hundreds of candidates have the same value by both exact methods."""
    for seed in range(40):
        problem = medium_problem(seed)
        mine, other = answered(problem, "price-restrict-prove"), answered(problem, "mip")
        assert mine.status is other.status
        assert mine.bound == other.bound


def optimum(problem: AllocationProblem) -> Solution:
    """Solve with the default method; it must be proven."""
    solution = solve(problem)
    assert solution.status is Status.OPTIMAL
    return solution


def value(problem: AllocationProblem) -> int:
    """Return the proven optimum."""
    best = optimum(problem).objective
    assert best is not None
    return best


@fast
@given(seeds)
def test_another_slot_never_hurts(seed: int) -> None:
    """One more slot on every day never lowers the optimum."""
    problem = random_problem(seed, pins=False)
    assert value(replace(problem, slots=problem.slots + 1)) >= value(problem)


@fast
@given(seeds)
def test_another_candidate_never_hurts(seed: int) -> None:
    """Forbidding a candidate never raises the optimum."""
    problem = random_problem(seed, pins=False)
    forbidden = problem.forbidden.copy()
    forbidden[seed % len(problem)] = True
    assert value(replace(problem, forbidden=forbidden)) <= value(problem)


@fast
@given(seeds, st.integers(0, 500), st.integers(1, 400))
def test_a_larger_lambda_never_raises_what_it_penalises(seed: int, lam: int, more: int) -> None:
    """With a larger lambda the awards beyond the first do not grow in number, nor the optimum in value."""
    problem = replace(random_problem(seed, pins=False), head_start=np.zeros(0, dtype=np.int64))

    def beyond(solution: Solution) -> int:
        assert solution.statement is not None
        return int(np.maximum(0, solution.statement.received - 1).sum())

    low = optimum(replace(problem, penalty=mode_a(lam)))
    high = optimum(replace(problem, penalty=mode_a(lam + more)))
    assert (high.objective or 0) <= (low.objective or 0)
    assert beyond(high) <= beyond(low)


@fast
@given(seeds)
def test_pinning_the_optimum_keeps_its_value(seed: int) -> None:
    """When every award of a best plan is pinned, the value stays; so it does when one is."""
    problem = random_problem(seed, pins=False)
    best = optimum(problem)
    for kept in (best.awards, best.awards[:1]):
        pinned = problem.pinned.copy()
        pinned[kept] = True
        assert value(replace(problem, pinned=pinned)) == best.objective


@fast
@given(seeds, seeds)
def test_permuted_rows_change_nothing(seed: int, shuffle: int) -> None:
    """Shuffled candidates give the same awards by name."""
    problem = random_problem(seed, pins=False)
    order = np.random.default_rng(shuffle).permutation(len(problem))
    again = shuffled(problem, order)
    assert solve(again, seed=3).columns == solve(problem, seed=3).columns


def shuffled(problem: AllocationProblem, order: np.ndarray) -> AllocationProblem:
    """Return the problem made from candidates in another order."""
    per_candidate = {
        name: getattr(problem, name)[order]
        for name in ("item", "recipient", "day", "score", "pinned", "forbidden")
    }
    groups = tuple(
        type(group)(
            group.name,
            group.labels,
            group.of[order],
            group.weight[order],
            group.allowance,
            group.slope,
            group.limit,
            group.unit,
        )
        for group in problem.groups
    )
    return replace(problem, **per_candidate, groups=groups)


@fast
@given(seeds)
def test_permuted_names_change_no_value(seed: int) -> None:
    """Other names give another draw among equals, but the same value."""
    problem = random_problem(seed, pins=False)
    renamed = replace(
        problem,
        items=tuple(f"{name[::-1]}x" for name in problem.items),
        recipients=tuple(f"{9 - at}" for at in range(len(problem.recipients))),
    )
    assert value(renamed) == value(problem)


@fast
@given(seeds)
def test_an_equal_item_is_worth_what_it_adds_and_no_more(seed: int) -> None:
    """An item equal to another never lowers the optimum, nor raises it by more than its best score."""
    problem = replace(random_problem(seed, most=6, pins=False), groups=())
    twin = np.flatnonzero(problem.item == problem.item[0])
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(problem, name), getattr(problem, name)[twin]])
        for name in ("recipient", "day", "score", "pinned", "forbidden")
    }
    item = np.concatenate([problem.item, np.full(len(twin), len(problem.items))])
    more = replace(problem, items=(*problem.items, "W"), item=item, **columns)
    assert value(problem) <= value(more) <= value(problem) + max(0, int(problem.score[twin].max()))


def plain(
    count: int, takers: int, score: np.ndarray, penalty: Penalty, slots: int | None = None
) -> AllocationProblem:
    """Return ``count`` items that every one of ``takers`` recipients may have, on one day."""
    item, recipient = np.divmod(np.arange(count * takers), takers)
    return AllocationProblem.from_values(
        [f"V{at:03d}" for at in item],
        [f"P{at:03d}" for at in recipient],
        score.ravel().tolist(),
        slots=count if slots is None else slots,
        penalty=penalty,
    )


@fast
@given(st.integers(1, 6), st.integers(1, 6), st.sampled_from([mode_a(), mode_b()]))
def test_f1_equal_scores_spread(count: int, takers: int, penalty: Penalty) -> None:
    """With equal scores nobody has two before everybody has one; under mode B nobody three before all two."""
    solution = optimum(plain(count, takers, np.full((count, takers), 700), penalty))
    assert solution.statement is not None
    received = solution.statement.received
    assert received.sum() == count
    assert received.max() < 2 or received.min() >= 1
    assert penalty.mode == "A" or received.max() < 3 or received.min() >= 2


@fast
@given(st.integers(2, 7))
def test_f2_scarce_recipients_concentrate_and_pay(count: int) -> None:
    """One recipient gets everything that is worth its marginal, and the penalty is what mode B says."""
    solution = optimum(plain(count, 1, np.full((count, 1), 1000), mode_b()))
    fairness = sum(term.value for term in solution.terms if term.name.startswith("fairness"))
    assert fairness == -(200 * (count - 1) + 400 * max(0, count - 2))
    assert solution.objective == 1000 * count + fairness


@pytest.mark.parametrize(
    ("penalty", "costs"), [(mode_a(), (0, 200, 400, 600)), (mode_b(), (0, 200, 800, 1400))]
)
def test_f3_modes_differ_as_their_formulas_say(penalty: Penalty, costs: tuple[int, ...]) -> None:
    """One to four awards cost 0, 200, 400, 600 under mode A and 0, 200, 800, 1400 under mode B."""
    for count, cost in enumerate(costs, 1):
        solution = optimum(plain(count, 1, np.full((count, 1), 1000), penalty))
        assert solution.objective == 1000 * count - cost


def test_f4_the_same_seed_gives_the_same_bytes() -> None:
    """Two processes with other hash seeds print the same awards."""
    script = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from allocation.small_worlds import medium_problem\n"
        "from evenhand.solver import solve\n"
        "print(solve(medium_problem(4), seed=5).columns)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": hashed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for hashed in ("1", "77")
    }
    assert len(said) == 1
    assert "V0" in said.pop()


@fast
@given(seeds, st.sampled_from(["blackout", "one recipient", "no slots"]))
def test_f5_a_calendar_under_stress_stays_feasible(seed: int, stress: str) -> None:
    """Blackouts, a single recipient and capacity 0 give valid plans, proven."""
    problem = random_problem(seed, pins=False)
    if stress == "one recipient":
        problem = replace(problem, forbidden=problem.recipient != problem.recipient[0])
    else:
        slots = problem.slots.copy()
        slots[: 1 if stress == "blackout" else None] = 0
        problem = replace(problem, slots=slots)
    solution = optimum(problem)
    if stress == "no slots":
        assert solution.objective == 0
        assert len(solution.awards) == 0


def test_extreme_inputs_are_solved() -> None:
    """Scores of 10^9, a budget of 0, one candidate and no candidate at all: right plans, proven."""
    big = plain(4, 3, np.arange(12).reshape(4, 3) + 10**9, mode_b())
    assert value(big) == brute_force(big)[0]
    none = AllocationProblem.from_values([], [], [], slots=3)
    assert value(none) == 0
    assert value(plain(1, 1, np.array([[5]]), no_penalty())) == 5


def test_equal_plans_are_drawn_by_seed_not_by_name() -> None:
    """Among recipients that are all alike, another seed prefers another, and none is always preferred."""
    problem = plain(1, 8, np.full((1, 8), 100), no_penalty())
    winners = {int(solve(problem, seed=seed).awards[0]) for seed in range(40)}
    assert len(winners) >= 6


def test_pins_that_break_a_rule_are_infeasible_with_the_smallest_conflict() -> None:
    """Two pins of one item are in conflict: the rule and both pins are named, and nothing else."""
    problem = plain(2, 3, np.full((2, 3), 100), mode_b())
    pinned = np.zeros(6, dtype=bool)
    pinned[[0, 1, 3]] = True
    with pytest.raises(InfeasibleError) as caught:
        solve(replace(problem, pinned=pinned))
    assert caught.value.conflict == (
        "V000 can be given once.",
        "V000 to P000 is pinned.",
        "V000 to P001 is pinned.",
    )


def test_a_limit_only_cuts() -> None:
    """With no time left a plan and a valid bound still come out, marked as cut."""
    problem = medium_problem(8)
    best = value(problem)
    solution = solve(problem, progress=Progress(seconds=0.0))
    assert solution.objective is not None
    assert solution.bound is not None
    assert solution.objective <= best <= solution.bound
    assert solution.cut or solution.status is Status.OPTIMAL


def test_an_interruption_keeps_the_best_so_far() -> None:
    """A progress that is interrupted before the start ends the search with a judged plan."""
    progress = Progress()
    progress.interrupted = True
    for method in ("price-restrict-prove", "mip"):
        solution = solve(medium_problem(8), method=method, progress=progress)
        assert solution.objective is not None


def test_an_interrupted_cp_sat_hands_out_the_first_plan() -> None:
    """Its child is ended at once, and greedy's plan is there."""
    pytest.importorskip("ortools", reason="the extra is not installed")
    progress = Progress()
    progress.interrupted = True
    answer = METHODS["cp-sat"].run(medium_problem(8), 0, Limits(), progress)
    greedy = METHODS["greedy"].run(medium_problem(8), 0, Limits(), Progress())
    assert answer.awards is not None
    assert greedy.awards is not None
    assert answer.awards.tolist() == greedy.awards.tolist()
    assert (answer.status, answer.bound, progress.cut) == (Status.FEASIBLE, None, True)


def test_progress_is_told_with_bounds_that_hold() -> None:
    """What is told on the way: no bound below the optimum, no value above it."""
    told: list[tuple[int | None, int | None]] = []
    problem = medium_problem(8)
    problem = replace(problem, pinned=np.arange(len(problem)) == solve(problem).awards[0])
    for method in ("price-restrict-prove", "mip"):
        progress = Progress(tell=lambda _stage, best, bound, _seconds: told.append((best, bound)))
        best = solve(problem, method=method, progress=progress).objective
        assert best is not None
        assert all(value is None or value <= best for value, _ in told)
        assert all(bound is None or bound >= best for _, bound in told)
    assert any(bound is not None for _, bound in told)


@fast
@given(seeds)
def test_a_residual_knows_which_plans_hold(seed: int) -> None:
    """Without pins, a set of live candidates holds exactly where the judge finds no fault."""
    problem = random_problem(seed, most=6, pins=False)
    residual = residual_of(problem, 0)
    for code in range(2 ** len(residual)):
        plan = np.flatnonzero([code >> at & 1 for at in range(len(residual))])
        assert residual.holds(plan) == (judge(problem, residual.candidates(plan)).faults == ())


def test_flow_refuses_what_is_no_flow() -> None:
    """Slots that cut across recipients' steps, and caps, are refused with the reason."""
    problem = replace(medium_problem(0), penalty=own_steps([(1, 10)]))
    assert "rule beyond" in METHODS["flow"].fits(problem) or "cut across" in METHODS["flow"].fits(problem)
    with pytest.raises(MethodError, match="does not fit"):
        solve(problem, method="flow")


def test_limits_of_recipients_hold_without_any_penalty() -> None:
    """A recipient limit is hard even where no steps are asked for."""
    problem = plain(4, 2, np.full((4, 2), 100), no_penalty())
    limited = replace(problem, recipient_limit=np.array([1, NO_LIMIT]))
    solution = optimum(limited)
    assert solution.statement is not None
    assert solution.statement.received.tolist()[0] <= 1
    assert solution.objective == 400


@given(seeds)
@fast
def test_every_offer_is_feasible_and_better_than_the_one_before(seed: int) -> None:
    """Whoever watches sees feasible plans with their true value, each better; the last is the answer."""
    problem = random_problem(seed, 14)
    seen: list[Best] = []
    answer = METHODS["price-restrict-prove"].run(problem, seed, Limits(), Progress(watch=seen.append))
    if answer.awards is None:
        return
    for best in seen:
        verdict = judge(problem, best.awards)
        assert not verdict.faults
        assert verdict.objective == best.value
        assert best.bound is None or best.bound >= judge(problem, answer.awards).objective
    values = [best.value for best in seen]
    assert values == sorted(values)
    if seen:
        assert np.array_equal(seen[-1].awards, answer.awards)
