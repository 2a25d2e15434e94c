"""Tables of one's own become a problem; what is wrong is said by table, row and column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupRule, mode_a, no_penalty
from evenhand.core.errors import InputError
from evenhand.solver import solve

ROWS: list[dict[str, Any]] = [
    {"item": "car", "recipient": "Bob", "day": "Mon", "score": 7, "make": "Audi", "cost": 30},
    {"item": "car", "recipient": "Ann", "day": "Mon", "score": 5, "make": "Audi", "cost": 30},
    {"item": "van", "recipient": "Ann", "day": "Tue", "score": 4.25, "make": "", "cost": 20},
]


def said(**rules: Any) -> str:
    """Return what is said of a problem that cannot be made."""
    candidates = rules.pop("candidates", ROWS)
    with pytest.raises(InputError) as caught:
        AllocationProblem.from_tables(candidates, **rules)
    return str(caught.value)


def test_rows_become_codes_and_units() -> None:
    """Names are sorted, scores scaled to whole units, slots as given."""
    problem = AllocationProblem.from_tables(ROWS, {"day": ["Tue", "Mon", "Wed"], "slots": [1, 2, 3]})
    assert problem.items == ("car", "van")
    assert problem.days == ("Mon", "Tue", "Wed")
    assert problem.slots.tolist() == [2, 1, 3]
    assert problem.scale == 100
    assert problem.score.tolist() == [500, 700, 425]
    assert (problem.recipient_limit == NO_LIMIT).all()


def test_shuffled_rows_make_the_same_problem() -> None:
    """The order of the rows leaves no trace."""
    one, other = AllocationProblem.from_rows(ROWS), AllocationProblem.from_rows(ROWS[::-1])
    assert one.items == other.items
    for name in ("item", "recipient", "day", "score"):
        assert (getattr(one, name) == getattr(other, name)).all()


def rooms() -> list[dict[str, Any]]:
    """Return wishes for two rooms on two evenings, each of which is free again on the second."""
    return [
        {"item": room, "recipient": who, "day": day, "score": 5 + (who == "Bob")}
        for room in ("attic", "cellar") for day in ("Mon", "Tue") for who in ("Ann", "Bob")
    ]  # fmt: skip


def test_an_item_goes_out_once_or_daily() -> None:
    """A room is given once in the plan, which a note says where no slots were given, or once on every day."""
    once = AllocationProblem.from_rows(rooms(), penalty=no_penalty())
    assert [note.problem for note in once.warnings] == [
        "has items on several days, and each goes out once in the whole plan"
    ]
    assert len(solve(once).awards) == 2
    daily = AllocationProblem.from_rows(rooms(), penalty=no_penalty(), daily=True)
    assert daily.items == ("attic, Mon", "attic, Tue", "cellar, Mon", "cellar, Tue")
    assert not daily.warnings
    plan = solve(daily)
    assert len(plan.awards) == 4
    assert plan.objective == 24
    assert not AllocationProblem.from_rows(rooms(), capacity=1, penalty=no_penalty()).warnings


def test_pins_and_forbids_call_daily_items_by_their_own_names() -> None:
    """A pin names room and day, a forbid may name the room alone, and limits hold beside them."""
    problem = AllocationProblem.from_rows(
        rooms(),
        penalty=no_penalty(),
        daily=True,
        per_recipient=2,
        pins=[{"item": "attic", "recipient": "Ann", "day": "Tue"}],
        forbids=[{"item": "cellar", "recipient": "Ann"}],
    )
    got = solve(problem).to_frame()
    pairs = set(zip(got["item"], got["recipient"], strict=True))
    assert ("attic, Tue", "Ann") in pairs
    assert {who for item, who in pairs if item.startswith("cellar")} <= {"Bob"}
    assert max([who for _, who in pairs].count(name) for name in ("Ann", "Bob")) <= 2


def test_values_need_no_table() -> None:
    """One value a candidate, slots by day, and further columns for rules of one's own."""
    problem = AllocationProblem.from_values(
        ["car", "van"],
        ["Ann", "Ann"],
        [1, 2],
        ["Mon", "Tue"],
        slots={"Mon": 1, "Tue": 0},
        columns={"kind": ["big", "big"]},
        groups=[GroupRule("kinds", ["kind"], limit=1)],
        penalty=no_penalty(),
    )
    solution = solve(problem)
    assert solution.to_columns()["item"] == ["car"]


def test_without_days_there_is_one() -> None:
    """A problem without a day column has a single day, without limit or with a number of slots."""
    rows = [{"item": "car", "recipient": "Ann", "score": 1}, {"item": "van", "recipient": "Ann", "score": 1}]
    assert AllocationProblem.from_rows(rows).slots.tolist() == [2]
    assert AllocationProblem.from_tables(rows, 1).slots.tolist() == [1]


def test_rules_of_ones_own_are_groups() -> None:
    """A budget by make counts cost, takes allowances from its table, and leaves out who has no make."""
    rule = GroupRule(
        "budget",
        "make",
        weight="cost",
        steps=[(10, 3)],
        table=[{"make": "Audi", "allowance": 25, "limit": 90}],
        unit="dollars",
    )
    problem = AllocationProblem.from_tables(ROWS, groups=[rule], penalty=no_penalty())
    group = problem.groups[0]
    assert group.labels == ("Audi",)
    assert group.of.tolist() == [0, 0, -1]
    assert (group.weight.tolist(), group.allowance.tolist(), group.limit.tolist()) == (
        [30, 30, 20],
        [[25]],
        [90],
    )
    assert group.slope.tolist() == [[300]]


def test_a_soft_budget_is_paid_when_it_is_worth_it() -> None:
    """The car's five dollars beyond cost 15 points, more than it is worth, so it stays."""
    rule = GroupRule("budget", ["make"], weight="cost", steps=[(25, 3)])
    solution = solve(AllocationProblem.from_tables(ROWS, groups=[rule], penalty=no_penalty()))
    assert solution.to_columns()["item"] == ["van"]


def test_recipients_have_weights_limits_and_head_starts() -> None:
    """Their table sets what it names and leaves the rest at the defaults."""
    table = [
        {"recipient": "Ann", "weight": 3, "limit": 1, "head_start": 2},
        {"recipient": "Zoe", "weight": 9},
    ]
    problem = AllocationProblem.from_tables(ROWS, recipients=table, per_recipient=5)
    assert problem.recipients == ("Ann", "Bob")
    assert problem.weight.tolist() == [3, 1]
    assert problem.recipient_limit.tolist() == [1, 5]
    assert problem.head_start.tolist() == [2, 0]


def test_pins_and_forbids_pick_candidates() -> None:
    """A pin without a day is plain where there is one candidate; an empty cell of a forbid stands for all."""
    problem = AllocationProblem.from_tables(
        ROWS,
        pins=[{"item": "car", "recipient": "Ann"}],
        forbids=[{"item": "", "recipient": "Bob"}],
        penalty=no_penalty(),
    )
    assert problem.pinned.tolist() == [True, False, False]
    assert problem.forbidden.tolist() == [False, True, False]
    assert solve(problem).to_columns()["recipient"] == ["Ann", "Ann"]


def test_many_faults_are_said_at_once() -> None:
    """A bad score, an unknown day, a candidate twice and an unknown pin come in one error, by row."""
    rows = [
        *ROWS,
        {**ROWS[0]},
        {"item": "bus", "recipient": "Ann", "day": "Mno", "score": "many", "cost": "1"},
    ]
    text = said(
        candidates=rows,
        capacity=[{"day": "Mon", "slots": -1}, {"day": "Tue", "slots": 1}],
        pins=[{"item": "cra", "recipient": "Ann", "day": "Mon"}],
    )
    for part in (
        "candidates, row 5, column item: 'car' is the same candidate as row 2",
        "candidates, row 6, column day: 'Mno' is a day that the capacity does not know. Add it",
        "candidates, row 6, column score: 'many' is not a number",
        "capacity, row 2, column slots: '-1' is too small",
        "pins, row 2, column item: 'cra' is not an item of any candidate. Name an item",
    ):
        assert part in text, text


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ({"candidates": [{"item": "car", "score": 1}]}, "column recipient: is missing"),
        ({"candidates": [{"item": "car", "recipient": "Ann", "score": "inf"}]}, "score"),
        ({"capacity": -1}, "capacity: '-1' is below zero"),
        (
            {"capacity": [{"day": "Mon", "slots": 1}] * 2 + [{"day": "Tue", "slots": 1}]},
            "row 3, column day: 'Mon' stands twice",
        ),
        ({"capacity": [{"size": "Mon", "slots": 1}]}, "column day: is missing"),
        ({"per_day": -1}, "per_day: '-1' is not a limit"),
        (
            {"recipients": [{"recipient": "Ann"}] * 2},
            "row 3, column recipient: 'Ann' stands in row 2 already",
        ),
        (
            {"pins": [{"item": "car", "recipient": "Ann", "day": "Tue"}]},
            "is not a candidate with that recipient and day",
        ),
        ({"forbids": [{"what": "car"}]}, "column item: is missing"),
        ({"groups": [GroupRule("own", ["colour"])]}, "column colour: is missing"),
        ({"groups": [GroupRule("own", ["make"], steps=[(1, -5)])]}, "is not a step"),
        ({"groups": [GroupRule("own", ["make"], table=[{"make": "Audi", "limit": -4}])]}, "is below zero"),
        (
            {"groups": [GroupRule("own", ["make"], table=[{"make": "A"}, {"make": "A"}])]},
            "names a group twice",
        ),
        ({"groups": [GroupRule("own", ["make"], table=[{"mark": "A"}])]}, "column make: is missing"),
    ],
)
def test_bad_tables_are_refused(rules: dict[str, Any], part: str) -> None:
    """Each is refused with its place."""
    assert part in said(**rules)


def test_a_pin_that_leaves_the_day_open_is_refused() -> None:
    """Where two days are possible, a pin names one."""
    rows = [*ROWS, {"item": "car", "recipient": "Ann", "day": "Tue", "score": 1}]
    assert "leaves 2 candidates open" in said(candidates=rows, pins=[{"item": "car", "recipient": "Ann"}])


def test_scores_are_kept_to_thousandths() -> None:
    """Finer scores are rounded, with a warning; a scale of one's own is taken."""
    rows = [{"item": "car", "recipient": "Ann", "score": 1.23456}]
    problem = AllocationProblem.from_rows(rows)
    assert (problem.scale, problem.score.tolist()) == (1000, [1235])
    assert any("rounded" in warning.problem for warning in problem.warnings)
    assert AllocationProblem.from_rows(rows, scale=10).score.tolist() == [12]
    assert AllocationProblem.from_rows(rows[:1], penalty=mode_a(0.5), scale=10).scale == 10
    assert "too large" in said(candidates=[{"item": "car", "recipient": "Ann", "score": 1e16}])


def test_no_candidates_at_all_is_a_valid_problem() -> None:
    """An empty table makes an empty, proven plan."""
    problem = AllocationProblem.from_rows([])
    solution = solve(problem)
    assert solution.objective == 0
    assert len(solution.awards) == 0
    assert np.asarray(problem.item).shape == (0,)
