"""Publishing and amending: the past is immutable, and as little as possible changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota import POLICIES, RotaProblem
from evenhand.rota.asking.amend import Swap, booked, changes, corrected, findings_of, published_onto, told
from evenhand.rota.judging.judge import statement_of
from rota_histories import random_rota

NAMES = "ABCDE"


def rota(weeks: int = 12, names: str = NAMES, **more: Any) -> RotaProblem:
    """Return a weekly rota of two seats."""
    people = [{"name": name} for name in names]
    return RotaProblem.from_tables(
        people, eh.weekly("2026-01-05", weeks, seats=2), **{"policy": "ledger", **more}
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_planning_twice_changes_nothing(policy: str) -> None:
    """What was published is planned again unchanged, for every policy and any history."""
    for seed in range(5):
        problem = random_rota(seed, people=6, slots=20, policy=policy)
        first = eh.solve(problem, method="online")
        again = eh.solve(published_onto(problem, problem, first.awards))
        assert again.awards.tolist() == first.awards.tolist()
        assert changes(again.problem, again.awards) == 0


@pytest.mark.parametrize("policy", POLICIES)
def test_two_halves_equal_planning_at_once(policy: str) -> None:
    """Published week by week and extended, a plan is the one that planning at once gives."""
    whole = eh.solve(rota(12, policy=policy))
    half = eh.solve(rota(6, policy=policy))
    grown = published_onto(rota(12, policy=policy), half.problem, half.awards, "2026-02-09")
    assert eh.solve(grown).awards.tolist() == whole.awards.tolist()


def test_the_past_never_changes_and_little_else_does() -> None:
    """With somebody away later on, frozen turns stay, and only the turns of that person change."""
    first = eh.solve(rota())
    away = [{"name": "A", "from": "2026-01-12", "to": "2026-12-31"}]
    amended = published_onto(rota(absences=away), first.problem, first.awards, "2026-01-18")
    second = eh.solve(amended)
    assert second.awards[:4].tolist() == first.awards[:4].tolist()
    lost = int((first.awards[4:] == 0).sum())
    assert changes(amended, second.awards) == lost > 0
    assert "A" not in second.to_columns()["name"][4:]


@pytest.mark.parametrize("policy", ["ledger", "rate", "fewest"])
def test_who_steps_in_is_owed_most_by_the_end_of_the_plan(policy: str) -> None:
    """A turn given up goes to whoever is owed most when the plan is over, turns still to come counted."""
    for seed in range(20):
        draw = np.random.default_rng(seed)
        first = eh.solve(rota(9, "ABCDEFG", policy=policy), seed=seed)
        seat = int(draw.integers(len(first.awards)))
        week = str(np.datetime64("2026-01-05") + 7 * (seat // 2))
        gone = first.problem.people[first.awards[seat]]
        away = [{"name": gone, "from": week, "to": week}]
        amended = published_onto(
            rota(9, "ABCDEFG", policy=policy, absences=away), first.problem, first.awards
        )
        second = eh.solve(amended)
        assert np.flatnonzero(second.awards != first.awards).tolist() == [seat]
        lag = statement_of(amended, np.where(np.arange(len(first.awards)) == seat, -1, first.awards)).lag
        crew = first.awards[2 * (seat // 2) : 2 * (seat // 2) + 2].tolist()
        could = [who for who in range(7) if who not in crew]
        # Shares of a turn are whole ticks, so that equals may stand a few of them apart.
        assert lag[second.awards[seat]] >= max(lag[who] for who in could) - 100


def test_stickiness_gives_way_where_asked() -> None:
    """With no stickiness the plan is made anew; with some, only somebody owed that much more takes a turn."""
    first = eh.solve(rota(names="ABCD"))
    grown = rota()
    free = published_onto(grown, first.problem, first.awards, stickiness=0)
    assert eh.solve(free).awards.tolist() == eh.solve(grown).awards.tolist()
    kept = published_onto(grown, first.problem, first.awards)
    assert changes(kept, eh.solve(kept).awards) == 0
    soft = published_onto(grown, first.problem, first.awards, stickiness=1000)
    assert 0 < changes(soft, eh.solve(soft).awards) < 24


def test_swaps_debit_who_really_served() -> None:
    """A swap is a new entry: the plan given stays, the ledger's balances sum to 0 and follow who served."""
    first = eh.solve(rota())
    crew = first.to_columns()["name"][:2]
    other = next(name for name in NAMES if name not in crew)
    swap = Swap("2026-01-05", crew[0], other)
    real = corrected(first.problem, first.awards, [swap])
    assert first.to_columns()["name"][:2] == crew
    assert first.problem.people[real[0]] == other
    before, after = booked(first.problem, first.awards), booked(first.problem, first.awards, [swap])
    assert after.entries[: len(before.entries)] == before.entries
    assert sum(after.balances.values()) == 0
    assert after.balances[other] - before.balances[other] == -after.ticks
    assert after.balances[crew[0]] - before.balances[crew[0]] == after.ticks
    planned = published_onto(rota(), first.problem, real, "2026-01-05")
    assert eh.solve(planned).awards[0] == real[0]


def test_swaps_that_fit_no_turn_are_said_at_once() -> None:
    """Unknown names and days, no turn that day, and somebody who serves already, all together."""
    first = eh.solve(rota())
    crew = first.to_columns()["name"][:2]
    idle = [name for name in NAMES if name not in crew]
    swaps = [
        Swap("2026-01-05", "Zed", "A"), Swap("2026-01-06", "A", "B"),
        Swap("2026-01-05", idle[0], idle[1]), Swap("2026-01-05", crew[0], crew[1]),
    ]  # fmt: skip
    with pytest.raises(InputError) as caught:
        corrected(first.problem, first.awards, swaps)
    said = str(caught.value)
    for part in ("name of nobody", "no slot starts on", "has no turn on", "serves on 2026-01-05 already"):
        assert part in said


def test_publishing_needs_those_who_served() -> None:
    """Somebody of a frozen slot who is missing from people, and a day that is none, are errors."""
    first = eh.solve(rota())
    with pytest.raises(InputError, match="served a frozen slot"):
        published_onto(rota(names="BCDEF"), first.problem, first.awards, "2026-12-31")
    with pytest.raises(InputError, match="is not a date"):
        published_onto(rota(), first.problem, first.awards, "soon")
    later = published_onto(rota(names="BCDEF"), first.problem, first.awards)
    assert eh.solve(later).status == "feasible"


def test_nothing_published_nothing_changed() -> None:
    """A first plan changes no published turn; duties of one day are told apart by time and name."""
    first = eh.solve(rota())
    assert changes(first.problem, first.awards) == 0
    duties = [*eh.weekly("2026-01-05", 3, name="a"), *eh.weekly("2026-01-05", 3, name="b")]
    problem = RotaProblem.from_tables([{"name": name} for name in NAMES], duties)
    plan = eh.solve(problem)
    again = published_onto(problem, problem, plan.awards)
    assert again.published.tolist() == plan.awards.tolist()
    assert replace(again, published=np.zeros(0, dtype=np.int64)).published.size == 0


def crew_table(*rows: str) -> list[dict[str, str]]:
    """Return people from texts of name, joined, left, skills."""
    return [dict(zip(("name", "joined", "left", "skills"), row.split(","), strict=True)) for row in rows]


def kitchen(*people: str, duties: list[dict[str, str]] | None = None, **more: Any) -> RotaProblem:
    """Return six weeks of kitchen duty with first aid, and an on-call week in Oslo."""
    rows = (
        duties
        or [
            {"name": "kitchen", "start": "2026-01-05", "count": "6", "seats": "2", "skills": "first aid"},
            {
                "name": "on call",
                "start": "2026-01-05",
                "count": "6",
                "at": "09:00",
                "timezone": "Europe/Oslo",
            },
        ][: 2 - len(more.pop("alone", ""))]
    )
    crew = people or ("Ada,,,first aid", "Ben,,,first aid", "Cem,,,", "Dea,,,", "Eve,,,")
    return RotaProblem.from_tables(crew_table(*crew), rows, policy="ledger", **more)


def amended(first: eh.Solution, problem: RotaProblem, **how: Any) -> tuple[eh.Solution, list[str]]:
    """Plan again upon a published plan, and say what changed."""
    second = eh.solve(published_onto(problem, first.problem, first.awards, **how), method="online")
    said = told(second.problem, second.awards, first.problem, first.awards)
    return second, [str(change) for change in said]


def test_who_can_fill_the_first_aid_seat_moves_over() -> None:
    """Each of the two with first aid falls ill each week: the other takes that seat, all seats are filled."""
    first = eh.solve(kitchen(alone="x"))
    for who in ("Ada", "Ben"):
        for week in range(6):
            day = f"2026-01-{5 + 7 * week:02}" if week < 4 else f"2026-02-{7 * week - 26:02}"
            away = [{"name": who, "from": day, "to": day}]
            second, said = amended(first, kitchen(alone="x", absences=away))
            columns = second.to_columns()
            assert all(columns["name"])
            assert set(columns["name"][::2]) <= {"Ada", "Ben"}
            assert len(said) <= 2
            assert all(who in line or "moves to the seat for first aid" in line for line in said)


def test_one_change_does_not_pull_others_after_it() -> None:
    """Whoever is away for a week, at most the turns of that week change, and nobody else's of another."""
    rows = [
        {"name": name, "start": "2026-01-05", "count": "6", "seats": seats}
        for name, seats in (("kitchen", "2"), ("on call", "1"))
    ]
    crew = ("Ada,,,", "Ben,,,", "Cem,,,", "Dea,,,", "Eve,,,")
    first = eh.solve(kitchen(*crew, duties=rows))
    for who in "Ada", "Ben", "Cem", "Dea", "Eve":
        for week in range(4):
            away = [{"name": who, "from": f"2026-01-{5 + 7 * week:02}", "to": f"2026-01-{5 + 7 * week:02}"}]
            _, said = amended(first, kitchen(*crew, duties=rows, absences=away))
            assert len(said) <= 1


def test_every_change_is_said_by_name_with_its_reason() -> None:
    """Gone from the table, left, away, without the skill: each with day, duty, old and new."""
    first = eh.solve(kitchen())
    days = ("Mon 5 Jan, kitchen", "Mon 5 Jan 09:00, on call")
    people = ["Ada,,,first aid", "Ben,,,first aid", "Cem,,,", "Dea,,,", "Eve,,,"]
    for at, name in enumerate(("Ada", "Ben", "Cem", "Dea", "Eve")):
        mine = [turn for turn in first.to_columns()["name"] if turn == name]
        gone = people[:at] + people[at + 1 :]
        if name not in ("Ada", "Ben"):
            _, said = amended(first, kitchen(*gone))
            assert sum(f"{name} is not in people any more" in line for line in said) == len(mine)
        left = [*gone, f"{name},,2026-01-18,{'first aid' if at < 2 else ''}"]
        _, said = amended(first, kitchen(*left))
        assert any(f"{name} left on Sun 18 Jan 2026" in line for line in said)
        away = [{"name": name, "from": "2026-01-01", "to": "2026-03-01"}]
        _, said = amended(first, kitchen(absences=away))
        assert sum(f"{name} is away Thu 1 Jan to Sun 1 Mar" in line for line in said) == len(mine)
        if name in first.to_columns()["name"][:3]:
            assert any(line.startswith(days) for line in said)
    _, said = amended(first, kitchen("Ada,,,first aid", "Ben,,,", *people[2:]))
    assert any("Ben does not have first aid" in line or "Ben moves" in line for line in said)
    assert str(findings_of([])) == "()"


def test_a_renamed_duty_and_another_time_keep_their_people() -> None:
    """Turns stay with whom they were published for, and that name or time changed is said of each."""
    first = eh.solve(kitchen())
    rows = [
        {"name": "cooking", "start": "2026-01-05", "count": "6", "seats": "2", "skills": "first aid"},
        {"name": "on call", "start": "2026-01-05", "count": "6", "at": "10:30", "timezone": "Europe/Oslo"},
    ]
    second, said = amended(first, kitchen(duties=rows))
    assert sorted(second.to_columns()["name"]) == sorted(first.to_columns()["name"])
    assert sum("now called cooking" in line for line in said) == 12
    assert sum("now at 10:30" in line for line in said) == 6
    fewer = [rows[0] | {"name": "kitchen", "count": "5"}, rows[1] | {"at": "09:00"}]
    _, said = amended(first, kitchen(duties=fewer))
    assert sum("no longer in the duties" in line for line in said) == 2


def test_a_swap_by_its_turn_and_its_load() -> None:
    """Two shifts of one duty and day are told apart by the turn's id, and the load of that turn is booked."""
    rows = [
        {
            "name": "ward",
            "start": "2026-01-05",
            "count": "4",
            "every": "day",
            "at": at,
            "hours": "8",
            "load": load,
        }
        for at, load in (("06:00", "1"), ("14:00", "3"))
    ]
    first = eh.solve(RotaProblem.from_tables(crew_table("Ada,,,", "Ben,,,", "Cem,,,"), rows, policy="ledger"))
    ids = first.to_columns()
    del ids
    early, late = "ward/2026-01-05T06:00/1", "ward/2026-01-05T14:00/1"
    problem = first.problem
    for turn, load in ((early, 1), (late, 3)):
        slot = 0 if turn == early else 1
        holder = problem.people[int(first.awards[slot])]
        idle = next(
            name
            for name in problem.people
            if name not in {problem.people[int(who)] for who in first.awards[:2]}
        )
        swap = Swap("", "", idle, turn=turn)
        assert problem.people[int(corrected(problem, first.awards, [swap])[slot])] == idle
        before, after = booked(problem, first.awards), booked(problem, first.awards, [swap])
        assert (after.balances[holder] - before.balances[holder]) // after.ticks == load
    with pytest.raises(InputError, match="no turn is called"):
        corrected(problem, first.awards, [Swap("", "", "Ada", turn="ward/2026-01-09T06:00/1")])
