"""Hundreds of odd tiny rosters: everything that is said of a plan, recounted over all arrangements.

    python -m benchmarks.teams_claims --count 500

Rosters of 3 to 9 people with every feature at once: even and listed sizes, columns with gaps, tags,
similar columns, numbers, priorities, rules hard and soft, wishes, friends, locks. The judge, which shares no
code with any method, prices every arrangement. Then optimal must be the least, infeasible must mean none, no
bound may lie above the least, "within quota" must be so, and served wishes said to be proven most must be the
most. Prints every false claim, and how many there were of how many.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import InputError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.teams import JOB, TeamsProblem
from evenhand.teams.judging.certificate import said as certificate
from evenhand.teams.judging.rules import breaches

Ints = NDArray[np.int64]

MOST_SERVED = re.compile(
    r"(\d+) of \d+ people are with somebody they named \("
    r"(proven most|no plan serves more than (\d+))"
)


def odd_roster(seed: int) -> TeamsProblem:
    """Return a tiny roster with a random choice of everything that can be asked for."""
    draw = random.Random(seed)  # noqa: S311 - rosters made up, nothing secret
    people = draw.randint(3, 9 if draw.random() < 0.4 else 7)
    rows = [
        {
            "name": f"p{at}",
            "g": draw.choice("wm"),
            "o": draw.choice(["a", "b", "c", ""]),
            "same": "x",
            "skill": str(draw.choice([1, 2, 5, 9, 9])),
            "age": draw.choice(["20", "31", "44", ""]),
            "busy": ";".join(draw.sample("xyz", draw.randint(0, 2))),
        }
        for at in range(people)
    ]
    names = [row["name"] for row in rows]
    # Nine people in four teams have 30,000 arrangements, and the judge takes a millisecond for each.
    teams = draw.randint(1, min(4, people) if people <= 6 else 3)
    places = [f"Team {at + 1}" for at in range(teams)]
    asked: dict[str, Any] = {"balance": draw.choice(["g", "g,o", "g,o,same", "o", "g,busy"])}
    if draw.random() < 0.35:
        sizes = [1] * teams
        for _ in range(people - teams):
            sizes[draw.randrange(teams)] += 1
        asked["sizes"] = sizes
    else:
        asked["teams"] = teams
    for key, what, often in (
        ("numbers", draw.choice(["skill", "skill,age"]), 0.3),
        ("similar", "o", 0.15),
        ("priority", "o", 0.2),
    ):
        if draw.random() < often and (key == "numbers" or what in asked["balance"]):
            asked[key] = what

    def some() -> str:
        return ";".join(draw.sample(names, draw.randint(2, min(3, people))))

    rules: list[dict[str, str]] = [
        {"kind": "count", "column": "g", "value": rows[0]["g"], "max": "2", "weight": draw.choice(["", "5"])},
        {
            "kind": "count",
            "column": "g",
            "value": rows[1]["g"],
            "min": "1",
            "weight": draw.choice(["", "30"]),
        },
        {"kind": "no lone", "column": "g", "weight": draw.choice(["", "3"])},
        {"kind": "apart", "people": some(), "weight": draw.choice(["", "20"])},
        {"kind": "apart", "people": some(), "weight": draw.choice(["", "7"])},
        {"kind": "wish", "people": some()},
        {"kind": "together", "people": ";".join(draw.sample(names, 2))},
        {"kind": "forbid", "people": draw.choice(names), "teams": draw.choice(places)},
        {"kind": "allow", "people": draw.choice(names), "teams": draw.choice(places)},
        {"kind": "free", "column": "busy", "min": "2", "weight": draw.choice(["", "7"])},
    ]
    chosen = draw.sample(rules, draw.choice([0, 0, 1, 2, 3, 5]))
    if draw.random() < 0.4:
        chosen += [
            {"kind": "friends", "people": ";".join([who, *draw.sample([n for n in names if n != who], 2)])}
            for who in draw.sample(names, draw.randint(1, people))
        ]
    return TeamsProblem.from_table(rows, rules=chosen or None, **asked)


def arrangements(problem: TeamsProblem) -> Iterator[Ints]:
    """Yield every arrangement that keeps the sizes, those of any order where they are not listed."""
    limit = sorted(problem.sizes.tolist())
    wanted, teams = problem.sizes.tolist(), len(problem.teams)
    held, chosen = [0] * teams, [0] * problem.n

    def go(person: int) -> Iterator[Ints]:
        if person == problem.n:
            yield np.array(chosen, dtype=np.int64)
            return
        for team in range(teams):
            held[team] += 1
            fits = (
                held[team] <= wanted[team]
                if problem.listed
                else all(one <= most for one, most in zip(sorted(held), limit, strict=True))
            )
            if fits:
                chosen[person] = team
                yield from go(person + 1)
            held[team] -= 1

    yield from go(0)


def false_claims(problem: TeamsProblem, seed: int) -> tuple[list[str], str]:
    """Return what is said of the roster's plan and is not so, and the status."""
    answer = JOB.methods["exchange"].run(problem, seed, Limits(), Progress())
    wishes = [index for index, rule in enumerate(problem.rules) if rule.kind == "friends"]
    worth, most_served = [], 0
    for plan in arrangements(problem):
        verdict = JOB.judge(problem, plan)
        if not verdict.faults:
            worth.append(verdict.objective)
            most_served = max(most_served, _served(problem, plan, wishes))
    if answer.awards is None:
        found = answer.status is Status.INFEASIBLE and bool(worth)
        said = [f"infeasible, but a plan costs {min(worth)}: {answer.conflict}"] if found else []
        return said, answer.status.name
    verdict = JOB.judge(problem, answer.awards)
    if verdict.faults:
        return [f"the plan breaks rules: {verdict.faults}"], answer.status.name
    wrong: list[str] = []
    if answer.status is Status.OPTIMAL and verdict.objective != min(worth):
        wrong.append(f"optimal at {verdict.objective}, but a plan costs {min(worth)}")
    if (answer.bound or 0) > min(worth):
        wrong.append(f"bound {answer.bound}, but a plan costs {min(worth)}")
    sentence = certificate(problem, answer.awards, verdict.objective, answer.bound, answer.proof or {})
    served = _served(problem, answer.awards, wishes)
    told = MOST_SERVED.search(sentence.get("certificate", ""))
    if told and int(told[1]) != served:
        wrong.append(f"says {told[1]} served, counted {served}")
    if told and (served if told[3] is None else int(told[3])) < most_served:
        wrong.append(f"says '{told[0]}', but a plan serves {most_served}")
    return wrong, answer.status.name


def _served(problem: TeamsProblem, plan: Ints, wishes: list[int]) -> int:
    units = list(breaches(problem, plan))
    return sum(units[index].units < problem.rules[index].low for index in wishes)


def main() -> int:
    """Recount, and return 1 where a claim is false."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=500, help="rosters to try")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    asked = parser.parse_args()
    wrong, refused, statuses = 0, 0, Counter[str]()
    for seed in range(asked.first, asked.first + asked.count):
        try:
            problem = odd_roster(seed)
        except InputError as error:
            # Some draws cannot be read, such as a person apart from themselves; that is a claim of its own.
            refused += 1
            if asked.count == 1:
                print(error)
            continue
        claims, status = false_claims(problem, seed)
        statuses[status] += 1
        for claim in claims:
            wrong += 1
            print(f"roster {seed}: {claim}", flush=True)
    told = ", ".join(f"{count} {name.lower()}" for name, count in sorted(statuses.items()))
    print(f"{asked.count:,} rosters ({told}; {refused} refused when read), {wrong:,} false claims")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
