"""The rota's figures, each beside a plain recomputation of every standing at every slot, in the same run.

`python -m benchmarks.rota` prints the table, in some minutes; `--help` says what else it measures.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.start_up import used

from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.sentences import counted
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota import METHODS, POLICIES, RotaProblem, weekly
from evenhand.rota.asking.amend import published_onto
from evenhand.rota.asking.simulate import churn, long_run
from evenhand.rota.problem import OPEN

PLAIN_TURNS = 2_000
"""Turns that the plain recomputation plans; its cost a turn is scaled up from there."""


PAGE = """# Rota: how fast

Made by `python -m benchmarks.rota` on one core, with {load} running; CPU seconds, but wall seconds
for the side rules. The plain recomputation sums every entitlement anew for every slot, as a spreadsheet
does; it is timed over its first slots, and its seconds a turn are scaled up from there. That flatters it: its
cost a turn grows with the plan.
"""

LONG_RUN = """# Twenty years of every policy

Made by `python -m benchmarks.rota --long-run`. Every week is planned as it comes, by each policy, over the
same history: 8% of the time away in blocks of two weeks, 20% of the members leaving in a year and replaced
at once, one seat for every twenty members (at least one). *Spread* is the largest lag minus the smallest
among the members, in turns, by the ledger's shares and after the second year; a *cycle* is one turn of one's
own share; *CV* and *Gini* are of turns served over turns due, at the end. Everybody is measured with the
ledger's yardstick, so `ledger` plays at home: what it shows is how far the others let people drift apart.
"""


def world(people: int, slots: int, seats: int = 1, step: int = 7, **more: int) -> RotaProblem:
    """Return a rota in which everybody is able throughout."""
    ones = np.ones(slots, dtype=np.int64)
    starts = 1 + step * np.arange(slots)
    return RotaProblem(
        people=tuple(f"p{at:06d}" for at in range(people)),
        weight=np.ones(people, dtype=np.int64),
        period_person=np.arange(people),
        period_start=np.ones(people, dtype=np.int64),
        period_end=np.full(people, OPEN),
        slot_start=starts,
        slot_end=starts,
        seats=seats * ones,
        load=ones,
        slot_duty=0 * ones,
        slot_label=("",) * slots,
        policy=POLICIES["ledger"],
        **more,  # type: ignore[arg-type]
    )


def plain(problem: RotaProblem, turns: int) -> float:
    """Recompute every lag at every slot as a spreadsheet would; return seconds a turn.

    Entitlements are summed again from the first slot on, for each slot: the way without a ledger.
    """
    people = range(len(problem.people))
    seats = problem.seats.tolist()
    served: list[list[int]] = []
    start = time.process_time()
    done = 0
    for slot in range(len(seats)):
        due = [0] * len(people)
        counts = [0] * len(people)
        for past in range(slot + 1):
            share = seats[past] * TICKS // len(people)
            due = [value + share for value in due]
            for who in served[past] if past < slot else ():
                counts[who] += 1
        rank = sorted(people, key=lambda who: (counts[who] * TICKS - due[who], who))
        served.append(rank[: seats[slot]])
        done += seats[slot]
        if done >= turns or time.process_time() - start > 10:
            break
    return (time.process_time() - start) / done


def timed(run: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return CPU seconds and the answer."""
    start = time.process_time()
    answer = run()
    return time.process_time() - start, answer


def solved(problem: RotaProblem, method: str, seconds: float | None = None) -> tuple[float, Answer]:
    """Run one method."""
    return timed(lambda: METHODS[method].run(problem, 0, Limits(seconds=seconds), Progress(seconds=seconds)))


def line(what: str, seconds: float, goal: str, plain_seconds: float | None, remark: str = "") -> None:
    """Print one row of the table."""
    beside = "" if plain_seconds is None else f"{plain_seconds:,.1f} s"
    print(f"| {what} | {seconds:.3f} s | {goal} | {beside} | {remark} |", flush=True)


def online() -> None:
    """The ledger, slot by slot."""
    for people, slots, what, goal in (
        (20, 1_000_000, "1,000,000 online turns, 20 people", "<= 2 s"),
        (10_000, 5_218, "100 years of weekly slots, 10,000 people", "<= 0.1 s"),
    ):
        problem = world(people, slots, step=1 if slots > 100_000 else 7)
        seconds, _ = solved(problem, "online")
        each = plain(world(people, 400), 40 if people > 1000 else 400)
        line(what, seconds, goal, each * slots)
    problem = churn(20, years=1, seed=3)
    _, before = solved(problem, "online")
    assert before.awards is not None  # noqa: S101 - a benchmark of nothing is none
    again = published_onto(problem, problem, before.awards, "2026-07-06")
    again = replace(
        again, absent_person=np.array([3]), absent_from=np.array([739_500]), absent_to=np.array([739_900])
    )
    half = first_slots(again, 26)
    seconds, _ = solved(half, "online")
    line("re-plan of 20 people x 26 weeks", seconds, "<= 0.02 s", None)


def as_called() -> None:
    """What a user calls: method, judge and tables together, and every policy over twenty years."""
    import evenhand as eh

    for people, policy, what, goal in (
        (20, "ledger", "1,000,000 turns of 20 people, eh.solve", "<= 2.5 s"),
        (100, "rate", "1,000,000 turns of 100 people under rate, eh.solve", "<= 10 s"),
    ):
        problem = replace(world(people, 1_000_000, step=1), policy=POLICIES[policy])
        progress = Progress()
        start = time.process_time()
        eh.solve(problem, progress=progress)
        seconds = time.process_time() - start
        stages = ", ".join(f"{name} {part:.2f} s" for name, part in progress.stages.items())
        line(what, seconds, goal, None, f"wall seconds: {stages}")
    start = time.process_time()
    long_run()
    line("evenhand simulate without arguments: 27 plays", time.process_time() - start, "<= 10 s", None)


def first_slots(problem: RotaProblem, count: int) -> RotaProblem:
    """Return the problem cut to its first slots."""
    turns = int(problem.first_seat[count])
    names = (
        "slot_start",
        "slot_end",
        "seats",
        "load",
        "slot_duty",
        "slot_class",
        "slot_clock",
        "slot_minutes",
        "slot_span",
        "slot_utc",
    )
    short = {name: getattr(problem, name)[:count] for name in (*names, "slot_label")}
    return replace(
        problem, seat_skill=problem.seat_skill[:turns], published=problem.published[:turns], **short
    )


def with_calendar(short: bool) -> None:  # noqa: FBT001 - one switch of a script
    """The methods that know the calendar."""
    seconds, answer = solved(world(200, 260, 10), "quota-smooth")
    line("quota-smooth, 200 people x 5 years x 10 seats", seconds, "<= 2 s", None, str(answer.status))
    if short:
        return
    seconds, answer = solved(world(10_000, 1_040, 500), "quota")
    assert answer.awards is not None  # noqa: S101 - a benchmark of nothing is none
    from evenhand.rota.judging.certificate import check

    problem = world(10_000, 1_040, 500)
    start = time.process_time()
    certificate = check(problem, answer.awards, answer.proof)
    checked = time.process_time() - start
    assert not certificate.faults, str(certificate)  # noqa: S101 - a benchmark of nothing is none
    remark = f"certificate checked in {checked:.2f} s more; {int((answer.awards >= 0).sum()):,} turns"
    line("quota, 10,000 people x 20 years x 500 seats", seconds, "<= 5 s", None, remark)


def side_rules() -> None:
    """Rest, proven."""
    for people, weeks, goal, limit in (
        (20, 26, "<= 3 s, optimal", 30.0),
        (50, 52, "<= 30 s, gap <= 10%", 30.0),
    ):
        problem = replace(churn(people, years=1, turnover=0.0, seed=5), rest_slots=3)
        problem = first_slots(problem, weeks) if weeks < len(problem.slot_start) else problem
        start = time.perf_counter()
        _, answer = solved(problem, "optimise", limit)
        proven = "optimal" if answer.status is Status.OPTIMAL else "feasible"
        line(
            f"{people} people, {weeks} weeks, 3 weeks of rest",
            time.perf_counter() - start,
            goal,
            None,
            proven,
        )


def tell_long_run() -> None:
    """Print the page of the long run."""
    print(LONG_RUN)
    for place, run in enumerate(long_run()):
        row = run.row
        if not place:
            print(f"| {' | '.join(row)} |")
            print(f"|---{'|---:' * (len(row) - 1)}|")
        figures = (f"{value:.2f}" for name, value in row.items() if name not in {"policy", "people"})
        print(f"| {row['policy']} | {row['people']} | {' | '.join(figures)} |")


GARDEN = files("evenhand") / "data" / "garden"


def garden(name: str, weeks: int) -> tuple[np.ndarray, int]:
    """Plan the seed's test case on for so many weeks: turns a person in the plan, and Neu's first slot."""
    problem = RotaProblem.from_tables(
        str(GARDEN / "people.csv"),
        weekly("2026-01-27", weeks, seats=2),
        history=str(GARDEN / "history.csv"),
        policy=name,
    )
    _, answer = solved(problem, "online")
    assert answer.awards is not None  # noqa: S101 - a benchmark of nothing is none
    newcomer = problem.people.index("Neu")
    turns = np.bincount(answer.awards, minlength=4)
    past = np.bincount(problem.history_person, minlength=4)
    assert not past[newcomer]  # noqa: S101 - the second requirement: nobody made up a history
    order = [newcomer, *(at for at in range(4) if at != newcomer)]
    first = int(problem.seat_slot[np.flatnonzero(answer.awards == newcomer)[0]]) + 1
    return np.stack([turns[order], past[order]]), first


def rates(name: str) -> Iterator[tuple[str, str]]:
    """Measure the first two requirements on the seed's test case: Neu's rate over the mean of the others'."""
    for weeks, said in ((10, "10 weeks"), (520, "10 years")):
        (turns, past), first = garden(name, weeks)
        days = 70 + 7 * weeks + np.array([1, 322, 322, 322])
        ratio = (turns + past) / days
        inside = turns[0] / turns[1:].mean()
        yield (
            f"1. Neu's turns a day since joining over the others', {said} on",
            f"{ratio[0] / ratio[1:].mean():.2f}",
        )
        yield f"1. Neu's turns in the plan over the others', {said} on", f"{inside:.2f}"
    yield "2. turns made up for Neu; first served in week", f"0; {first}"


def growth(name: str) -> Iterator[tuple[str, str]]:
    """Measure the fourth requirement: after a year of weeks three people become twelve."""
    ones = np.ones(104, dtype=np.int64)
    starts = 739_256 + 7 * np.arange(104)
    grown = RotaProblem(
        people=tuple(f"p{at:02d}" for at in range(12)), weight=np.ones(12, dtype=np.int64),
        period_person=np.arange(12), period_start=np.array([starts[0] - 364] * 3 + [starts[0]] * 9),
        period_end=np.full(12, OPEN), slot_start=starts, slot_end=starts, seats=ones, load=ones,
        slot_duty=0 * ones, history_day=starts[0] - 364 + 7 * np.arange(52), history_person=np.arange(52) % 3,
        history_load=np.ones(52, dtype=np.int64), since=np.array([0] * 3 + [int(starts[0])] * 9),
        policy=POLICIES[name],
    )  # fmt: skip
    _, answer = solved(grown, "online")
    assert answer.awards is not None  # noqa: S101 - a benchmark of nothing is none
    year = np.bincount(answer.awards[:52], minlength=12)
    old = np.flatnonzero(answer.awards < 3)
    yield "4. three become twelve: turns of each of the three in the next year", f"{year[:3].mean():.2f}"
    yield "4. turns of each newcomer in that year", f"{year[3:].mean():.2f}"
    yield "4. weeks until one of the three serves", str(int(old[0])) if len(old) else "more than 104"


def tell_requirements() -> None:
    """Print the seed's four requirements, measured for ``rate`` and for ``ledger``, as one table."""
    columns = []
    for name in ("rate", "ledger"):
        spread = {run.people: run.spread for run in long_run(policies=(name,))}
        sizes = " / ".join(str(people) for people in spread)
        long = f"3. largest spread of lags in 20 years, {sizes} people, in turns"
        columns.append([*rates(name), (long, " / ".join(f"{v:.2f}" for v in spread.values())), *growth(name)])
    print("| requirement, measured | `rate` | `ledger` |")
    print("|---|---:|---:|")
    for (said, entry), (_, other) in zip(*columns, strict=True):
        print(f"| {said} | {entry} | {other} |")


def whole_process() -> None:
    """A rota of a million turns from file to file, beside reading the plan's rows once."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "people.csv").write_text("name\n" + "".join(f"Person {at:03}\n" for at in range(100)))
        took = used(
            folder, "-m", "evenhand", "rota", "people.csv", "--start", "2026-01-05", "--weeks", "1000",
            "--seats", "10", "--policy", "rate", "--out", "turns.csv", tries=1,
        )  # fmt: skip
        start = time.process_time()
        with (folder / "turns.csv").open(encoding="utf-8", newline="") as rows:
            count = sum(1 for _ in csv.reader(rows)) - 1
        floor = time.process_time() - start
    said = f"{took.megabytes:,.0f} MB at the peak; reading the plan once takes {floor:.2f} s"
    line(f"{count:,} turns of 100 people, whole process, file to file", took.seconds, "", None, said)


def main() -> None:
    """Print the table, or what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="leave out the largest plan and the side rules")
    parser.add_argument("--long-run", action="store_true", help="print docs/benchmarks/rota-long-run.md")
    parser.add_argument("--requirements", action="store_true", help="four requirements, rate against ledger")
    asked = parser.parse_args()
    if asked.requirements:
        tell_requirements()
    elif asked.long_run:
        tell_long_run()
    else:
        print(PAGE.format(load=counted(round(os.getloadavg()[0]), "process", "processes")))
        print("| what | here (CPU) | goal | plain recomputation | |")
        print("|---|---:|---:|---:|---|")
        online()
        as_called()
        whole_process()
        with_calendar(asked.short)
        if not asked.short:
            side_rules()


if __name__ == "__main__":
    main()
