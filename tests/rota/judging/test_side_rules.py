"""Breaks of side rules by hand: what the judge counts, where, whose, and in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.problem.side_rules import SideRule

ADA, BEN, CEM = range(3)
PEOPLE = [{"name": name} for name in ("Ada", "Ben", "Cem")]
NIGHT = {"name": "night", "start": "2026-01-08", "every": "day", "count": "6", "at": "20:00", "hours": "8"}
DAY = {"name": "day", "start": "2026-01-08", "every": "2 days", "count": "3", "at": "08:00", "hours": "8"}
PAST = [{"date": "2026-01-06", "name": "Ada"}, {"date": "2026-01-07", "name": "Ada"}]


def rota(*duties: dict[str, str], seats: int = 1, past: bool = False) -> RotaProblem:
    """Return a rota from Thursday 8 January 2026 on."""
    rows = [{**duty, "seats": str(seats)} for duty in duties or (NIGHT,)]
    return RotaProblem.from_tables(PEOPLE, rows, history=PAST if past else (), policy="ledger")


def found(problem: RotaProblem, awards: list[int], **rule: Any) -> list[tuple[int, int, str]]:
    """Return (slot, person, sentence) of each break of one rule."""
    ruled = replace(problem, rules=(SideRule(**{"weight": 1, **rule}),))
    return [(one.slot, one.person, one.sentence) for one in breaks_of(ruled, np.array(awards))]


def where(problem: RotaProblem, awards: list[int], **rule: Any) -> list[tuple[int, int]]:
    """Return (slot, person) of each break of one rule."""
    return [(slot, person) for slot, person, _ in found(problem, awards, **rule)]


def test_rest_in_start_days() -> None:
    """A turn one start day after another breaks a rest of one, two after it a rest of two; the first none."""
    nights = rota()
    assert found(nights, [0, 0, 1, 0, 1, 1], kind="rest", count=1) == [
        (1, ADA, "Ada serves 2026-01-09 without 1 start day of rest before"),
        (5, BEN, "Ben serves 2026-01-13 without 1 start day of rest before"),
    ]
    assert where(nights, [0, 1, 0, 1, 2, 0], kind="rest", count=2) == [(2, ADA), (3, BEN)]
    assert where(nights, [0, 1, 0, 1, 2, 0], kind="rest", count=2, people=(BEN,)) == [(3, BEN)]
    assert where(nights, [0, 1, 2, 0, 1, 2], kind="rest", count=2) == []


def test_rest_remembers_history() -> None:
    """Ada served on the day before the plan: with a rest of two she may serve again on its third day."""
    nights = rota(past=True)
    assert where(nights, [0, 1, 2, 1, 2, 1], kind="rest", count=1) == [(0, ADA)]
    assert where(nights, [1, 0, 2, 1, 2, 1], kind="rest", count=1) == []
    assert where(nights, [1, 0, 2, 1, 0, 2], kind="rest", count=2) == [(1, ADA)]
    assert where(nights, [1, 2, 0, 1, 2, 0], kind="rest", count=2) == []


def test_rest_in_whole_days() -> None:
    """A night ends on the day it starts, as days go: one whole day of rest forbids the next night."""
    nights = rota()
    assert found(nights, [0, 0, 1, 0, 1, 2], kind="rest", days=1)[0][2] == (
        "Ada serves 2026-01-09 without 1 whole day of rest before"
    )
    first = int(nights.slot_end[0] - nights.slot_start[0])
    assert where(nights, [0, 1, 0, 2, 0, 1], kind="rest", days=2 - first) == [(2, ADA), (4, ADA)]
    then = rota(past=True)
    assert [one[0] for one in where(then, [1, 0, 2, 1, 2, 1], kind="rest", days=2)] == [1, 3, 4, 5]


def test_rest_in_hours() -> None:
    """From four in the morning to eight are four hours, to eight in the evening sixteen."""
    both = rota(NIGHT, DAY)
    # day, night, night, day, night, night, day, night, night
    labels = [both.duties[code] for code in both.slot_duty]
    assert labels == ["day", "night", "night"] * 3
    awards = [0, 1, 0, 0, 1, 2, 2, 0, 2]
    assert found(both, awards, kind="rest hours", count=5) == [
        (3, ADA, "Ada serves 2026-01-10 (day) without 5 hours of rest before"),
        (6, CEM, "Cem serves 2026-01-12 (day) without 5 hours of rest before"),
    ]
    assert where(both, awards, kind="rest hours", count=4) == []
    assert where(both, [0, 0, 1, 2, 1, 2, 0, 1, 2], kind="rest hours", count=5) == [(1, ADA)]
    # History ends with its day: from midnight to eight are eight hours.
    then = rota(NIGHT, DAY, past=True)
    assert where(then, [0, 1, 2, 1, 2, 1, 0, 2, 1], kind="rest hours", count=9) == [(0, ADA)]
    assert where(then, [0, 1, 2, 1, 2, 1, 0, 2, 1], kind="rest hours", count=8) == []


def test_apart_and_together() -> None:
    """Two who stay apart meet on one night; the new one serves alone on another."""
    pairs = rota(seats=2)
    awards = [0, 1, 0, 2, 1, 2, 0, 2, 1, -1, 2, 0]
    assert found(pairs, awards, kind="apart", people=(ADA, BEN)) == [
        (0, ADA, "Ada and Ben serve 2026-01-08 together")
    ]
    assert found(pairs, awards, kind="together", people=(BEN,), others=(ADA,)) == [
        (2, BEN, "Ben serves 2026-01-10 without Ada"),
        (4, BEN, "Ben serves 2026-01-12 without Ada"),
    ]
    assert found(pairs, awards, kind="together", people=(BEN,), others=(ADA, CEM)) == [
        (4, BEN, "Ben serves 2026-01-12 without Ada or Cem")
    ]


def test_most_in_days() -> None:
    """The third turn within four days is one too many; the fourth day after the first is outside them."""
    nights = rota()
    assert found(nights, [0, 0, 1, 0, 0, 1], kind="most", count=2, days=4) == [
        (3, ADA, "Ada serves 2026-01-11, more than 2 turns in 4 days"),
        (4, ADA, "Ada serves 2026-01-12, more than 2 turns in 4 days"),
    ]
    assert found(nights, [0, 1, 0, 2, 0, 1], kind="most", count=1, days=1) == []
    assert found(nights, [0, 0, 1, 2, 1, 2], kind="most", count=1, days=2) == [
        (1, ADA, "Ada serves 2026-01-09, more than 1 turn in 2 days")
    ]
    assert where(nights, [0, 0, 1, 1, 2, 2], kind="most", count=1, days=2, people=(BEN,)) == [(3, BEN)]
    then = rota(past=True)
    assert where(then, [0, 1, 2, 1, 2, 1], kind="most", count=2, days=3) == [(0, ADA)]
    assert where(then, [1, 0, 2, 1, 2, 2], kind="most", count=2, days=3) == []
    # History does not say of which duty its turns were.
    assert where(then, [0, 1, 2, 1, 2, 1], kind="most", count=2, days=3, duty=0) == []


def test_a_limit_for_one_duty_counts_that_duty() -> None:
    """Two nights in three days are too many where one is allowed; the day between counts for nothing."""
    both, awards = rota(NIGHT, DAY), [0, 0, 1, 0, 0, 1, 2, 1, 2]
    night = both.duties.index("night")
    limit = {"kind": "most", "count": 1, "days": 3}
    assert where(both, awards, **limit, duty=night) == [(4, ADA), (5, BEN), (7, BEN)]
    assert where(both, awards, **limit, duty=1 - night) == [(3, ADA)]


def test_most_in_a_row() -> None:
    """The third of three nights in a row is one too many of two, and so is the fourth; a gap begins anew."""
    nights = rota()
    assert found(nights, [0, 0, 0, 0, 1, 0], kind="in a row", count=2) == [
        (2, ADA, "Ada serves 2026-01-10, more than 2 turns in a row"),
        (3, ADA, "Ada serves 2026-01-11, more than 2 turns in a row"),
    ]
    assert found(nights, [1, 1, 0, 2, 0, 2], kind="in a row", count=1)[0][2].endswith(
        "more than 1 turn in a row"
    )
    then = rota(past=True)
    assert where(then, [0, 1, 2, 1, 2, 1], kind="in a row", count=2) == [(0, ADA)]
    assert where(then, [0, 0, 2, 1, 2, 1], kind="in a row", count=2) == [(0, ADA), (1, ADA)]
    assert where(then, [0, 1, 2, 1, 2, 1], kind="in a row", count=3) == []
    assert where(then, [0, 1, 2, 1, 2, 1], kind="in a row", count=2, duty=0) == []
    assert where(then, [0, 0, 0, 1, 2, 1], kind="in a row", count=2, duty=0) == [(2, ADA)]


def test_blocks() -> None:
    """A single night breaks blocks of two, at the end of the plan it does not; three want three."""
    nights = rota()
    assert found(nights, [0, 1, 1, 2, 2, 0], kind="least in a row", count=2) == [
        (0, ADA, "Ada serves 2026-01-08 but not 2 turns in a row from there")
    ]
    assert where(nights, [0, 0, 1, 1, 1, 2], kind="least in a row", count=3) == [(0, ADA)]
    assert where(nights, [0, 0, 0, 2, 1, 1], kind="least in a row", count=3) == [(3, CEM)]
    # A block that history began goes on, and may end.
    assert where(rota(past=True), [0, 1, 1, 2, 2, 0], kind="least in a row", count=2) == []
    assert where(rota(past=True), [1, 0, 0, 2, 2, 0], kind="least in a row", count=2) == [(0, BEN)]


def test_weekends_fixed_and_forbidden() -> None:
    """Who serves Saturday alone parts the weekend, and so does who serves Sunday alone."""
    nights = rota()
    awards = [0, 1, 0, 2, 1, 2]
    assert found(nights, awards, kind="whole weekends", slots=(2, 3)) == [
        (2, ADA, "Ada serves 2026-01-10 but not 2026-01-11"),
        (3, CEM, "Cem serves 2026-01-11 but not 2026-01-10"),
    ]
    assert where(nights, awards, kind="whole weekends", slots=(0, 1, 2, 3), people=(CEM,)) == [(3, CEM)]
    assert found(nights, awards, kind="fixed", slots=(1, 2), people=(ADA,)) == [
        (1, ADA, "Ada does not serve 2026-01-09")
    ]
    assert found(nights, awards, kind="forbidden", slots=(1, 2), people=(ADA,)) == [
        (2, ADA, "Ada serves 2026-01-10")
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "rest", "count": 1},
        {"kind": "rest", "days": 2},
        {"kind": "rest hours", "count": 30},
        {"kind": "apart", "people": (ADA, BEN)},
        {"kind": "together", "people": (ADA,), "others": (CEM,)},
        {"kind": "most", "count": 1, "days": 3},
        {"kind": "in a row", "count": 1},
        {"kind": "least in a row", "count": 3},
        {"kind": "whole weekends", "slots": (0, 2)},
        {"kind": "fixed", "slots": (0,), "people": (CEM,)},
        {"kind": "forbidden", "slots": (0, 1), "people": (ADA,)},
    ],
    ids=lambda rule: str(rule["kind"]),
)
def test_facts_break_nothing(rule: dict[str, Any]) -> None:
    """What was served as published before the frozen day is history: the rule is broken after it alone."""
    pairs = rota(seats=2)
    awards = np.array([0, 1, 0, 1, 2, -1, 2, -1, 2, -1, 2, -1])
    ruled = replace(pairs, rules=(SideRule(**{"weight": 1, **rule}),))
    free = {one.slot for one in breaks_of(ruled, awards)}
    frozen = replace(ruled, published=awards, frozen=int(pairs.slot_start[1]))
    assert free & {0, 1}
    kept = {one.slot for one in breaks_of(frozen, awards)}
    assert kept == free - {0, 1} - ({2} if rule["kind"] == "whole weekends" else set())


def test_soft_breaks_cost_and_hard_ones_are_faults() -> None:
    """A weight prices each break above all lags; without one each break is a fault; both are said."""
    nights = rota()
    awards = np.array([0, 0, 0, 1, 2, 1])
    soft = replace(nights, rules=(SideRule("in a row", count=1, weight=3, said="short runs"),))
    plain, dear = judge(nights, awards), judge(soft, awards)
    assert dear.objective == plain.objective + 2 * 3 * soft.break_price
    assert soft.break_price > plain.objective
    assert soft.break_price % (10 * TICKS * TICKS) == 0
    assert dear.faults == ()
    assert dear.headline.endswith("; rules broken 2 times.")
    assert dear.terms[-1].name == "rule: short runs"
    assert dear.terms[-1].sentence == (
        "Broken 2 times: Ada serves 2026-01-09, more than 1 turn in a row; "
        "Ada serves 2026-01-10, more than 1 turn in a row."
    )
    kept = judge(soft, np.array([0, 1, 0, 1, 2, 1]))
    assert (kept.terms[-1].value, kept.terms[-1].sentence) == (0, "Kept.")
    hard = judge(replace(soft, rules=(replace(soft.rules[0], weight=0),)), awards)
    assert hard.objective == plain.objective
    assert hard.faults == (
        "Ada serves 2026-01-09, more than 1 turn in a row.",
        "Ada serves 2026-01-10, more than 1 turn in a row.",
    )
    assert judge(soft, np.array([0, 0, 1, 0, 1, 2])).headline.endswith("; rules broken once.")


def test_a_soft_rule_is_no_reason_for_an_open_seat() -> None:
    """A seat may stay open for a rule that may not be broken, and not for one that may."""
    nights = rota()
    awards = np.array([0, -1, 1, 2, 1, 2])
    away = [{"name": name, "from": "2026-01-09", "to": "2026-01-09"} for name in ("Ben", "Cem")]
    alone = RotaProblem.from_tables(PEOPLE, [NIGHT], absences=away, policy="ledger")
    assert alone.slot_label == nights.slot_label
    rule = SideRule("rest", count=1, weight=1)
    open_seat = "A seat of 2026-01-09 is open, though somebody could take it."
    assert open_seat in judge(replace(alone, rules=(rule,)), awards).faults
    assert judge(replace(alone, rules=(replace(rule, weight=0),)), awards).faults == ()


def test_one_turn_of_history_is_enough_for_a_rest() -> None:
    """Ben served once before, on the eve of the plan: he rests on its first day."""
    past = [{"date": "2026-01-06", "name": "Ada"}, {"date": "2026-01-07", "name": "Ben"}]
    then = RotaProblem.from_tables(PEOPLE, [NIGHT], history=past, policy="ledger")
    assert where(then, [1, 0, 2, 1, 0, 2], kind="rest", count=1) == [(0, BEN)]


def test_just_enough_days_of_rest_are_enough() -> None:
    """With three days from start to start, the days in between and no more can be asked for."""
    nights = rota()
    between = 2 - int(nights.slot_end[0] - nights.slot_start[0])
    assert where(nights, [0, 1, 2, 0, 1, 2], kind="rest", days=between) == []
    broken = where(nights, [0, 1, 2, 0, 1, 2], kind="rest", days=between + 1)
    assert broken == [(3, ADA), (4, BEN), (5, CEM)]


def test_history_of_the_same_day_counts() -> None:
    """A turn that history has on the plan's first day counts with those of that day."""
    past = [{"date": "2026-01-08", "name": "Ada"}]
    then = RotaProblem.from_tables(PEOPLE, [NIGHT], history=past, policy="ledger")
    assert where(then, [0, 1, 2, 0, 1, 2], kind="most", count=1, days=1) == [(0, ADA)]


@pytest.mark.parametrize(
    ("rule", "joins"),
    [((ADA, BEN), False), ((BEN, CEM), True), ((ADA, CEM), True)],
)
def test_who_could_join_a_crew_under_hard_rules(rule: tuple[int, int], *, joins: bool) -> None:
    """With Cem away Ben could join Ada unless the two stay apart; a pair with Cem is no reason against."""
    away = [{"name": "Cem", "from": "2026-01-08", "to": "2026-01-08"}]
    duty = {**NIGHT, "seats": "2", "count": "1"}
    pairs = RotaProblem.from_tables(PEOPLE, [duty], absences=away, policy="ledger")
    said = "A seat of 2026-01-08 is open, though somebody could take it."
    in_rules = replace(pairs, rules=(SideRule("apart", rule),))
    in_columns = replace(pairs, apart=np.array([rule]))
    for problem in (in_rules, in_columns):
        assert (said in judge(problem, np.array([ADA, -1])).faults) == joins
        assert (said in judge(problem, np.array([BEN, -1])).faults) == joins


def test_an_open_seat_parts_no_weekend() -> None:
    """Two serve Saturday, one of them Sunday, where the other seat is open: one name parts the weekend."""
    pairs = replace(rota(seats=2), whole=np.array([[2, 3]]))
    awards = np.array([0, 1, 0, 1, 0, 1, 0, -1, 0, 1, 0, 1])
    parted = [fault for fault in judge(pairs, awards).faults if "go together" in fault]
    assert parted == ["Ben serves 2026-01-10 but not 2026-01-11, though they go together."]


@pytest.mark.parametrize(
    ("awards", "said"),
    [
        ([0, 1, 2, 0, 1, 2], "Everybody has served what was due"),
        ([0, 0, 1, 0, 1, 2], "Nobody is more than 1 turn behind or ahead"),
        ([0, 0, 0, 0, 1, 2], "Nobody is more than 2.0 turns behind or ahead"),
    ],
)
def test_the_headline_says_how_far_off(awards: list[int], said: str) -> None:
    """Nothing, one turn and more than one are said as people say them; so is the worst view."""
    headline = judge(rota(), np.array(awards)).headline
    assert headline.startswith(said)
    views = judge(rota(NIGHT, DAY), np.array([0, 1, 2, 0, 1, 2, 0, 1, 2])).headline
    assert "in no view more than" in views


def test_a_part_of_a_turn_is_said() -> None:
    """Three people and four turns leave somebody two thirds of a turn off."""
    four = RotaProblem.from_tables(PEOPLE, [{**NIGHT, "count": "4"}], policy="ledger")
    headline = judge(four, np.array([0, 1, 2, 0])).headline
    assert headline.startswith("Nobody is more than 0.7 of a turn behind or ahead")
