"""Hundreds of small random rotas with rules: every claim of a plan, recounted over all plans.

    python -m benchmarks.rota_claims --count 300

Three or four people, some days, one or two seats; absences, weights, history, and rules of every kind, hard
or with a weight. All plans that fill what can be filled are judged one by one, by the judge, which shares no
code with any method. Then each method's plan must have no fault, a bound that no plan is below, and where it
says optimal the least value of all; where it says infeasible there must be no plan. Prints every false claim,
and the counts.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import evenhand as eh
from evenhand.core.errors import InfeasibleError, InputError, MethodError
from evenhand.rota import POLICIES, RotaProblem
from evenhand.rota.judging.judge import judge
from rota_boards import all_plans

MONDAY = date(2026, 2, 2)
NAMES = ("Ada", "Ben", "Cem", "Dov")
MOST_PLANS = 1100
"""Plans of one rota that are judged, about a second; rotas with more are drawn again."""

FEWEST = 20
"""Rotas drawn for each that is tried, at most; more means that what is drawn is refused."""


def day(number: int) -> str:
    """Return a date so many days after the first."""
    return (MONDAY + timedelta(days=number)).isoformat()


def drawn(seed: int) -> RotaProblem | None:
    """Draw a rota; None where its tables are refused, or it has too many plans."""
    draw = np.random.default_rng(seed)
    people = [
        {"name": name, "weight": str(draw.integers(1, 3) if draw.random() < 0.3 else 1)}
        for name in NAMES[: int(draw.integers(3, 5))]
    ]
    names = [row["name"] for row in people]
    slots, every = int(draw.integers(3, 8)), int(draw.choice([1, 1, 2, 7]))
    seats = 1 if slots > 4 else int(draw.integers(1, 3))
    duties = [
        {"name": "night", "start": day(0), "every": f"{every} days", "count": str(slots), "seats": str(seats)}
    ]
    if comb(len(names), seats) ** slots > MOST_PLANS:
        return None

    def who() -> str:
        return str(draw.choice(names))

    def when() -> str:
        return day(every * int(draw.integers(0, slots)))

    kinds: list[dict[str, Any]] = [
        {"rule": "rest", "value": draw.integers(1, 3)},
        {"rule": "rest days", "value": draw.integers(1, 4), "name": who() if draw.random() < 0.5 else ""},
        {"rule": "rest hours", "value": draw.integers(1, 60)},
        {"rule": "apart", "name": names[0], "with": names[1]},
        {"rule": "together", "name": names[1], "with": names[2]},
        {"rule": "most", "value": draw.integers(1, 3), "days": draw.integers(2, 9) * every},
        {"rule": "most", "name": who(), "value": 1, "days": 5 * every},
        {"rule": "in a row", "value": draw.integers(1, 3)},
        {"rule": "least in a row", "value": 2},
        {"rule": "fixed", "name": who(), "date": when()},
        {"rule": "forbidden", "name": who(), "date": when()},
        {"rule": "whole weekends"},
        {"rule": "prefer", "name": who(), "date": when()},
    ]
    rules = []
    for kind in draw.permutation(len(kinds))[: int(draw.integers(0, 4))].tolist():
        soft = kinds[kind]["rule"] != "prefer" and draw.random() < 0.4
        rules.append({**kinds[kind], "weight": str(draw.integers(1, 6)) if soft else ""})
    away = [
        {"name": who(), "from": when(), "to": day(every * slots)} for _ in range(int(draw.integers(0, 2)))
    ]
    past = [{"date": day(-7 * (turn + 1)), "name": who()} for turn in range(int(draw.integers(0, 4)))]
    # Turns of other plans may be booked inside this one: they count beside its own.
    past += [{"date": when(), "name": who()} for _ in range(int(draw.integers(1, 3)) * (draw.random() < 0.2))]
    columns = ("rule", "name", "with", "value", "days", "date", "weight")
    table = [{column: str(rule.get(column, "")) for column in columns} for rule in rules]
    try:
        return RotaProblem.from_tables(
            people, duties, absences=away or None, history=past or None, rules=table or None,
            policy=str(draw.choice(sorted(POLICIES))),
        )  # fmt: skip
    except InputError:
        return None


def seated(problem: RotaProblem, plan: Any) -> Any:
    """Return a plan of 0 and 1 as a person a seat; no seat asks for a skill here."""
    out = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    for slot, first in enumerate(problem.first_seat[:-1].tolist()):
        crew = np.flatnonzero(plan[slot])
        out[first : first + crew.size] = crew
    return out


def false_claims(problem: RotaProblem, tally: Counter[str]) -> Iterator[str]:
    """Yield what is said of a rota's plans and not so."""
    verdicts = [judge(problem, seated(problem, plan)) for plan in all_plans(problem)]
    values = [int(verdict.objective or 0) for verdict in verdicts if not verdict.faults]
    least = min(values, default=None)
    for method in ("auto", "online", "quota", "quota-smooth", "optimise"):
        try:
            plan = eh.solve(problem, method=method, seed=1)
        except MethodError:
            tally[f"{method} does not fit"] += 1
            continue
        except InfeasibleError as error:
            tally[f"{method} infeasible"] += 1
            if values:
                yield f"{method}: infeasible, and {len(values)} plans keep the rules: {error}"
            continue
        tally[f"{method} {plan.status}"] += 1
        if judge(problem, plan.awards).faults:
            yield f"{method}: the plan has faults"
        if (
            plan.bound is not None
            and least is not None
            and method in {"auto", "optimise"}
            and plan.bound > least
        ):
            yield f"{method}: the bound {plan.bound} is above the least {least}"
        if str(plan.status) == "optimal" and method in {"auto", "optimise"} and plan.objective != least:
            yield f"{method}: optimal at {plan.objective}, and the least is {least}"
        if least is not None and method in {"auto", "optimise"} and int(plan.objective or 0) < least:
            yield f"{method}: {plan.objective} is below the least of all plans, {least}"


def main() -> int:
    """Recount, and return 1 where a claim is false."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=300, help="rotas to try")
    parser.add_argument("--seed", type=int, default=0, help="random seed of the first")
    asked = parser.parse_args()
    wrong = tried = 0
    tally: Counter[str] = Counter()
    seed = asked.seed
    while tried < asked.count:
        problem = drawn(seed)
        seed += 1
        if problem is None:
            # A table that is refused as such would be drawn again for ever.
            if seed - asked.seed > FEWEST * (tried + 20):
                print(f"only {tried:,} of {seed - asked.seed:,} drawn rotas could be read")
                return 2
            continue
        tried += 1
        for claim in false_claims(problem, tally):
            wrong += 1
            print(f"rota {seed - 1}: {claim}", flush=True)
    for what, times in sorted(tally.items()):
        print(f"{times:6,} {what}")
    print(f"{tried:,} rotas from seed {asked.seed}, {wrong:,} false claims")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
