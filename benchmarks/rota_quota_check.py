"""The quota promise on random calendars, and how long the quota methods and the optimiser take.

    python benchmarks/rota_quota_check.py              # everything
    python benchmarks/rota_quota_check.py promise 500  # 500 calendars
    python benchmarks/rota_quota_check.py speed
    python benchmarks/rota_quota_check.py rules

Calendars have absences up to 60%, weights, 1 to 10 seats, joins and leaves. Each plan is looked at twice, by
the certificate's checker and by the plainest arithmetic there is. Seconds are those of the processor.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.judge import judge
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving import quota_smooth
from evenhand.rota.solving.model.entitlement import shares
from evenhand.rota.solving.optimise import optimise
from evenhand.rota.solving.quota import quota
from rota_boards import Ints, all_plans, calendar, keeps_rules, served, squared_lags


def timed(run: Any, problem: RotaProblem) -> tuple[Ints, Answer, float]:
    """Run a method and return its awards, its answer and the processor's seconds."""
    begun = time.process_time()
    answer = run(problem, 0, Limits(), Progress())
    if answer.awards is None:
        raise SystemExit(f"no plan: {answer.status} {answer.conflict}")
    return answer.awards, answer, time.process_time() - begun


def promise(count: int) -> None:
    """Deal random calendars and check each twice; a broken promise ends with an error."""
    turns = mends = 0
    begun = time.process_time()
    for seed in range(count):
        problem = calendar(seed)
        awards, answer, _ = timed(quota.run, problem)
        checked = check(problem, awards, answer.proof)
        if not checked.holds:
            raise SystemExit(f"calendar {seed}: {checked}")
        plan = served(problem, awards)
        lag = np.cumsum(shares(problem), axis=0) - TICKS * np.cumsum(plan, axis=0)
        if np.abs(lag).max(initial=0) >= TICKS:
            raise SystemExit(f"calendar {seed}: somebody is a whole turn away")
        turns += int(plan.sum())
        mends += sum(part["mends"] for part in answer.proof["certificate"]["parts"])
    spent = time.process_time() - begun
    print(f"quota: {count:,} calendars, {turns:,} turns, all within quota ({spent:.1f} s)")
    print(f"  {mends:,} turns or seats needed an augmenting path")


def least(count: int) -> None:
    """Compare quota-smooth with every plan within quota of small rotas."""
    plans = 0
    for seed in range(count):
        problem = calendar(seed, people=2 + seed % 3, slots=3 + seed % 4, seats=1 + seed % 2, away=0.3)
        due = np.cumsum(shares(problem), axis=0)
        inside = [
            squared_lags(problem, plan)
            for plan in all_plans(problem)
            if np.abs(due - TICKS * np.cumsum(plan, axis=0)).max(initial=0) < TICKS
        ]
        awards, _, _ = timed(quota_smooth.run, problem)
        if squared_lags(problem, served(problem, awards)) != min(inside):
            raise SystemExit(f"rota {seed}: not the least sum")
        plans += len(inside)
    print(
        f"quota-smooth: {count:,} small rotas against {plans:,} plans within quota, each time the least sum"
    )


def speed() -> None:
    """Time the sizes of the page."""
    problem = calendar(2, people=200, slots=261, seats=10, away=0.08, churn=False)
    awards, answer, spent = timed(quota_smooth.run, problem)
    turns = int((awards >= 0).sum())
    print(f"quota-smooth: 200 people, 261 weeks, 10 seats: {turns:,} turns, {answer.status} in {spent:.2f} s")
    problem = calendar(4, people=10_000, slots=1090, seats=500, away=0.08)
    awards, answer, spent = timed(quota.run, problem)
    turns = int((awards >= 0).sum())
    print(f"quota: 10,000 people, 1,090 slots, 500 seats: {turns:,} turns with certificate in {spent:.2f} s")
    for add_up in (False, True):
        begun = time.process_time()
        checked = check(problem, awards, answer.proof, add_up=add_up)
        how = "shares added up anew" if add_up else "O(turns) look alone"
        said = "holds" if checked.holds else "FAILS"
        print(f"  certificate {said}, {how}: {time.process_time() - begun:.2f} s")


def rules() -> None:
    """Time the optimiser with rest, pairs apart and pairs together."""
    sizes = ((20, 26, 3, 2, 0, 20), (50, 52, 8, 10, 5, 6))
    for people, weeks, seats, apart, together, count in sizes:
        outcome: Counter[str] = Counter()
        gaps, seconds = [0.0], [0.0]
        for seed in range(count):
            draw = np.random.default_rng(seed)
            pairs = np.stack([draw.choice(people, 2, replace=False) for _ in range(apart)])
            new = [draw.choice(people, 2, replace=False) for _ in range(together)]
            problem = calendar(
                2 * seed,
                people=people,
                slots=weeks,
                seats=seats,
                away=0.08,
                churn=False,
                rest_slots=3,
                apart=pairs,
                together=np.array(new).reshape(-1, 2),
            )
            awards, answer, spent = timed(optimise.run, problem)
            outcome[str(answer.status)] += 1
            seconds.append(spent)
            verdict = judge(problem, awards)
            if verdict.faults or not keeps_rules(problem, served(problem, awards)):
                raise SystemExit(f"rota {seed}: a rule is broken")
            gaps.append((verdict.objective - (answer.bound or 0)) / max(verdict.objective, 1))
        said = ", ".join(f"{name} {number}" for name, number in sorted(outcome.items()))
        print(f"optimise: {people} people, {weeks} weeks, {seats} seats, 3 weeks of rest, {count} rotas")
        print(f"  {apart} pairs apart, {together} new with experienced: {said}")
        print(f"  largest gap {max(gaps):.1%}, longest {max(seconds):.2f} s")


def main(arguments: list[str]) -> None:
    """Run what is asked for, or everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", default="all", choices=("all", "promise", "speed", "rules"))
    parser.add_argument("count", nargs="?", type=int, default=10_000, help="calendars that are tried")
    given = parser.parse_args(arguments)
    asked, count = given.what, given.count
    if asked in {"all", "promise"}:
        promise(count)
        least(min(count, 500))
    if asked in {"all", "speed"}:
        speed()
    if asked in {"all", "rules"}:
        rules()


if __name__ == "__main__":
    main(sys.argv[1:])
