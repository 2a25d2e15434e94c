"""Hard rules that small plans break, worked out by hand: what is told, and of whom alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.rota import RotaProblem, daily
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.faults import rules_broken, shape_faults
from evenhand.rota.judging.judge import judge

ABC = ["Ada", "Ben", "Cy"]


def days(count: int, people: list[str] = ABC, *, seats: int = 1, **rules: Any) -> RotaProblem:
    """Return a rota of whole days, from Monday 5 January 2026."""
    slots = daily("2026-01-05", count, seats=seats)
    return RotaProblem.from_tables([{"name": name} for name in people], slots, policy="ledger", **rules)


def faults(problem: RotaProblem, *awards: int) -> tuple[str, ...]:
    """Return the faults of a plan: person of each seat-turn."""
    return judge(problem, np.array(awards)).faults


def test_what_is_no_plan_at_all() -> None:
    """Another number of turns, or a person beyond the last, is told and nothing else is."""
    problem = days(2)
    assert shape_faults(problem, np.array([0, 1, 2])) == ["The plan has 3 turns where 2 belong."]
    stranger = ["The plan names somebody who is not among the people."]
    assert shape_faults(problem, np.array([0, 3])) == stranger
    assert shape_faults(problem, np.array([-2, 0])) == stranger
    assert shape_faults(problem, np.array([-1, 2])) == []


def test_two_seats_of_one_slot_and_only_of_one() -> None:
    """Cy has both seats of the second day; Ada, who has one on each of two days, is no fault."""
    problem = days(3, seats=2)
    assert faults(problem, 0, 1, 2, 2, 1, 0) == ("Cy has two seats of 2026-01-06.",)
    # The numbers of (day, person) must be added: Ben on day 1 and Cy on day 2 are not one.
    assert faults(problem, 1, 2, 2, 1, 2, 1) == ()


def test_a_skill_that_is_missing_is_told_with_its_day() -> None:
    """Only Ben cooks: Ada on the cook's seat of the second day is a fault, on the other seat none."""
    problem = RotaProblem.from_tables(
        [{"name": "Ada", "skills": "drive"}, {"name": "Ben", "skills": "cook; drive"}, {"name": "Cy"}],
        eh.weekly("2026-01-05", 2, seats=2, skills=["cook"]),
        policy="ledger",
    )
    assert faults(problem, 1, 0, 0, 1) == ("Ada sits on 2026-01-12 without the skill cook.",)
    assert rules_broken(problem, np.array([1, 0, 0, 1]), may_serve(problem)) == [
        "Ada sits on 2026-01-12 without the skill cook."
    ]
    # A seat that stays open is told by the judge, and is nobody's fault.
    assert faults(problem, 1, 0, 1, -1) == ("A seat of 2026-01-12 is open, though somebody could take it.",)
    assert rules_broken(problem, np.array([1, 0, 1, -1]), may_serve(problem)) == []


def test_pairs_apart_without_any_together_and_the_other_way_round() -> None:
    """Each rule is looked at without the other, in every slot that is no fact."""
    apart = days(3, seats=2, apart=[("Ada", "Ben")])
    assert faults(apart, 0, 2, 0, 1, 1, 0) == (
        "Ada and Ben serve 2026-01-06 together.",
        "Ada and Ben serve 2026-01-07 together.",
    )
    fact = replace(apart, published=np.array([0, 1, 0, 1, 1, 0]), frozen=int(apart.slot_start[0]))
    assert faults(fact, 0, 1, 0, 1, 1, 0)[0] == "Ada and Ben serve 2026-01-06 together."
    together = days(2, seats=2, together=[("Ada", ["Ben"])])
    assert faults(together, 0, 1, 0, 2) == ("Ada serves 2026-01-06 without anybody experienced.",)


def test_slots_served_as_one() -> None:
    """Whoever serves one of two days that go together serves both, unless one of them is a fact."""
    problem = replace(days(4), whole=np.array([[0, 1], [2, 3]]))
    assert faults(problem, 0, 0, 1, 2) == (
        "Ben serves 2026-01-07 but not 2026-01-08, though they go together.",
        "Cy serves 2026-01-08 but not 2026-01-07, though they go together.",
    )
    fact = replace(problem, published=np.array([0, 1, 1, 2]), frozen=int(problem.slot_start[0]))
    assert len(faults(fact, 0, 1, 1, 2)) == 2
    assert all("2026-01-07" in fault for fault in faults(fact, 0, 1, 1, 2))


def test_fixed_and_forbidden_turns_each_alone() -> None:
    """A fixed turn that somebody else has, and a forbidden one that is served."""
    assert faults(days(2, fixed=[("2026-01-06", "Cy")]), 0, 1) == (
        "Cy is fixed for 2026-01-06 but does not serve it.",
    )
    assert faults(days(2, forbidden=[("2026-01-06", "Ben")]), 0, 1) == (
        "Ben serves 2026-01-06, which is forbidden.",
    )


@pytest.mark.parametrize(
    ("rule", "kept", "broken", "said"),
    [
        ({"rest": 1}, (1, 0, 1, 0), (0, 1, 1, 0), "Ben serves without the rest between turns, at 2026-01-07"),
        ({"rest": 2}, (1, 0, 2, 1), (1, 0, 1, 2), "Ben serves without the rest between turns, at 2026-01-07"),
        ({"rest_days": 1}, (1, 0, 1, 0), (0, 1, 1, 0), "Ben serves without 1 days of rest before 2026-01-07"),
        ({"rest_days": 2}, (1, 0, 2, 1), (2, 0, 1, 0), "Ada serves without 2 days of rest before 2026-01-08"),
    ],
)  # fmt: skip
def test_rests_between_days(
    rule: dict[str, Any], kept: tuple[int, ...], broken: tuple[int, ...], said: str
) -> None:
    """Exactly the rest asked for is enough; a day less is told of who comes too soon and of nobody else."""
    problem = days(4, **rule)
    assert faults(problem, *kept) == ()
    assert faults(problem, *broken) == (f"{said}.",)


def test_rests_reach_into_history() -> None:
    """Ben served the last day before the plan, Ada the one before: after a rest of one Ada may serve."""
    past = [{"date": "2026-01-02", "name": "Ada"}, {"date": "2026-01-03", "name": "Ada"},
            {"date": "2026-01-04", "name": "Ben"}]  # fmt: skip
    problem = days(2, rest=1, history=past)
    assert faults(problem, 0, 1) == ()
    assert faults(problem, 1, 0) == ("Ben serves without the rest between turns, at 2026-01-05.",)


def shifts(*hours: tuple[int, int, int], people: list[str] = ABC, **more: Any) -> RotaProblem:
    """Return shifts (day of January, first hour, length in hours) with a seat each."""
    rows = [
        {
            "start": f"2026-01-{day:02}",
            "count": 1,
            "at": f"{start:02}:00",
            "hours": length,
            "name": f"duty {start}",
        }
        for day, start, length in hours
    ]
    return RotaProblem.from_tables([{"name": name} for name in people], rows, policy="ledger", **more)


def test_hours_of_rest() -> None:
    """From 22 to 9 o'clock there are eleven hours: enough for eleven, an hour short of twelve."""
    hours = ((5, 14, 8), (6, 9, 8), (6, 17, 5))
    assert faults(shifts(*hours, rest_hours=11), 1, 1, 0) == ()
    short = shifts(*hours, rest_hours=12)
    assert len(faults(short, 1, 1, 0)) == 1
    assert faults(short, 1, 1, 0)[0].startswith("Ben serves without 12 hours of rest before 2026-01-06")
    # One minute is a rest like any other: two shifts that touch are too near for it, and not for none.
    assert faults(shifts(*hours), 2, 1, 1) == ()
    assert len(faults(replace(shifts(*hours), rest_minutes=1), 2, 1, 1)) == 1


def test_hours_of_rest_after_history_count_from_midnight() -> None:
    """A turn of the day before ran to midnight: a shift at 9 has nine hours of rest, not ten."""
    past = [{"date": "2026-01-03", "name": "Ada"}, {"date": "2026-01-04", "name": "Ada"}]
    assert faults(shifts((5, 9, 8), rest_hours=9, history=past), 0) == ()
    assert len(faults(shifts((5, 9, 8), rest_hours=10, history=past), 0)) == 1
    assert faults(shifts((5, 9, 8), rest_hours=10, history=past), 1) == ()


def test_shifts_at_the_same_time() -> None:
    """Two shifts of Ben overlap by an hour: a fault unless overlaps are allowed."""
    problem = shifts((5, 8, 8), (5, 15, 8), (6, 8, 8))
    fault = faults(problem, 1, 1, 0)
    assert len(fault) == 1
    assert fault[0].startswith("Ben serves two slots at the same time, at 2026-01-05")
    assert faults(replace(problem, overlaps=1), 1, 1, 0) == ()


def test_at_most_so_many_turns_each_or_for_one_person() -> None:
    """Two turns in any four days: the third within three days is one too many, on the fifth day none."""
    each = days(5, most=(2, 4))
    assert faults(each, 0, 0, 1, 2, 0) == ()
    assert faults(each, 1, 0, 0, 0, 2) == ("Ada serves more than 2 turns within 4 days, at 2026-01-08.",)
    # What was served before the plan is no fault of it, though it was one too many; the next one is.
    past = [{"date": f"2026-01-0{day}", "name": "Ben"} for day in (2, 3, 4)]
    after = days(3, history=past, most=(2, 4))
    assert faults(after, 0, 2, 0) == ()
    assert faults(after, 1, 2, 0) == ("Ben serves more than 2 turns within 4 days, at 2026-01-05.",)
    # For Ada alone: Ben may serve as often as he likes.
    ada = days(4, rules=[{"rule": "most", "name": "Ada", "value": 1, "days": 3}])
    assert faults(ada, 1, 1, 1, 1) == ()
    assert faults(ada, 0, 1, 1, 0) == ()
    assert faults(ada, 0, 1, 0, 1) == ("Ada serves more than 1 turns within 3 days, at 2026-01-07.",)


def test_open_seats_are_faults_where_somebody_could_sit() -> None:
    """Each open seat is told that somebody could take without breaking a rule, and no other one."""
    assert faults(days(3), -1, 0, -1) == (
        "A seat of 2026-01-05 is open, though somebody could take it.",
        "A seat of 2026-01-07 is open, though somebody could take it.",
    )
    # Ada and Ben are parted and Cy rests: with Ada there, nobody could join her.
    alone = days(2, seats=2, apart=[("Ada", "Ben")], forbidden=[("2026-01-05", "Cy"), ("2026-01-06", "Cy")])
    assert faults(alone, 0, -1, 1, -1) == ()
    # Of two days that go together neither can be joined alone.
    whole = replace(days(2), whole=np.array([[0, 1]]))
    assert faults(whole, -1, -1) == ()
    # Whoever is frozen stays so, and later seats are looked at all the same.
    problem = days(2)
    fact = replace(problem, published=np.array([-1, -1]), frozen=int(problem.slot_start[0]))
    assert faults(fact, -1, -1) == ("A seat of 2026-01-06 is open, though somebody could take it.",)


def test_open_seats_at_a_weight_are_no_faults_of_their_duty() -> None:
    """A seat of the kitchen may stay open at a weight; one of the door may not."""
    slots = [{"start": "2026-01-05", "count": 1, "name": duty} for duty in ("door", "kitchen")]
    people = [{"name": name} for name in ABC]

    def rota(**rule: Any) -> RotaProblem:
        asked = [{"rule": "open seats", "weight": 9, **rule}]
        return RotaProblem.from_tables(people, slots, policy="ledger", rules=asked)

    assert faults(rota(), -1, -1) == ()
    kitchen = rota(duty="kitchen")
    assert list(kitchen.duties) == ["door", "kitchen"]
    assert len(faults(kitchen, -1, -1)) == 1
    assert faults(kitchen, 0, -1) == ()


def test_somebody_there_may_move_for_the_newcomer() -> None:
    """Ada cooks and drives and sits as driver, Ben only drives: with Ada as the cook both seats are full."""
    problem = RotaProblem.from_tables(
        [{"name": "Ada", "skills": "cook; drive"}, {"name": "Ben", "skills": "drive"}],
        eh.weekly("2026-01-05", 1, seats=2, skills=["cook", "drive"]),
        policy="ledger",
    )
    assert faults(problem, -1, 0) == ("A seat of 2026-01-05 is open, though somebody could take it.",)
    # Without Ben's skill nobody could join her.
    lonely = replace(problem, skill_person=problem.skill_person[:2], skill_code=problem.skill_code[:2])
    assert faults(lonely, -1, 0) == ()
    # Two who drive: nobody could sit down as the cook.
    drivers = replace(problem, skill_person=np.array([0, 1]), skill_code=problem.skill_code[[1, 1]])
    assert faults(drivers, -1, 0) == ()
