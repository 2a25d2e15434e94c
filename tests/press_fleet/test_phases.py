"""Each rule of each phase on a world of its own, at its edges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.allocation.problem import NO_LIMIT, barriers_of
from evenhand.core.errors import InputError
from evenhand.press_fleet import FleetSettings, from_tables
from evenhand.press_fleet.budgets import quarter_of
from evenhand.press_fleet.calendar import day_note
from evenhand.press_fleet.cells import make_key, make_label, rank_key, weekday, weekday_set
from evenhand.press_fleet.rules import year_before
from evenhand.press_fleet.settings import read_settings
from evenhand.tables import Table
from press_fleet.tiny import MONDAY, at, made, random_tables, starts, triples, world

WEEK = [at(day) for day in range(5)]
ALWAYS = [{"vin": "V1", "start_date": at(-90), "end_date": at(90)}]


def past(start: int, end: int | None, **more: Any) -> dict[str, Any]:
    """A loan of V1 to P1, in days from the week's Monday."""
    return {
        "partner_id": "P1",
        "vin": "V1",
        "start_date": at(start),
        "end_date": "" if end is None else at(end),
        **more,
    }


# 7.1 feasible triples


def test_a_make_without_an_approval_is_never_lent() -> None:
    """No approval row, no candidate."""
    assert triples(made(world(approvals=[{"partner_id": "P1", "make": "Kia"}]))) == set()


@pytest.mark.parametrize(("last", "days"), [(5, 0), (6, 1), (9, 4), (10, 5), (13, 5)])
def test_a_vehicle_must_be_free_on_every_day_of_the_loan(last: int, days: int) -> None:
    """Seven days count, the first included; the day after the last available one is missing, so not free."""
    tables = world(availability=[{"vin": "V1", "start_date": at(0), "end_date": at(last)}])
    assert starts(made(tables)) == WEEK[:days]


def test_one_row_a_day_is_as_good_as_a_range_and_a_gap_blocks() -> None:
    """Rows by date, one of them missing: only starts whose seven days miss the gap are left."""
    rows = [{"vin": "V1", "date": at(day), "available": "yes"} for day in range(12) if day != 1]
    assert starts(made(world(availability=rows))) == WEEK[2:]


def test_a_row_that_says_no_wins_wherever_it_stands() -> None:
    """A blocked day inside an available range blocks, whichever row comes first."""
    rows = [*ALWAYS, {"vin": "V1", "start_date": at(8), "end_date": at(8), "available": "no"}]
    rows[0]["available"] = "yes"
    for order in (rows, rows[::-1]):
        assert starts(made(world(availability=order))) == WEEK[:2]


def test_a_loan_of_one_day_needs_one_day() -> None:
    """loan_days=1 asks for the start day alone."""
    tables = world(availability=[{"vin": "V1", "start_date": at(3), "end_date": at(3)}])
    assert starts(made(tables, loan_days=1)) == [WEEK[3]]


def test_without_an_availability_table_vehicles_are_free_outside_their_loans() -> None:
    """A missing table is said, and live loans still take their days."""
    tables = world(loans=[{**past(-3, 1), "partner_id": "P1"}], partners=[{"partner_id": "P1"}])
    del tables["availability"]
    problem = made(tables, cooldown_days=0)
    assert starts(problem) == WEEK[2:]
    assert any(one.table == "availability" for one in problem.warnings)


@pytest.mark.parametrize("cell", ["Tue Thu", "tuesday,thursday", "Tue;thur", "Tue / Thu"])
def test_a_partner_may_take_starts_on_some_weekdays_only(cell: str) -> None:
    """Allowed weekdays are those of the start, however they are written."""
    assert starts(made(world(partners=[{"partner_id": "P1", "days": cell}]))) == [WEEK[1], WEEK[3]]


def test_start_days_can_be_chosen_and_stay_in_the_week() -> None:
    """Weekdays or dates; a date outside the calendar's week and a word that is not a day are refused."""
    open_all = world(availability=ALWAYS)
    assert starts(made(open_all, start_days=("Sat", at(2)))) == [at(2), at(5)]
    with pytest.raises(InputError) as caught:
        made(open_all, start_days=(at(7), "Month"))
    assert "outside the calendar" in str(caught.value)
    assert "'Month' is not a day" in str(caught.value)


def test_the_week_starts_on_a_monday() -> None:
    """Another day is refused and the Monday named; text that is not a date is refused too."""
    with pytest.raises(InputError, match=r"is a Tuesday, not a Monday\. That week starts on 2026-01-26"):
        made(world(), week_start=at(1))
    with pytest.raises(InputError, match="is not a date"):
        made(world(), week_start="soon")


def test_the_calendar_can_say_which_week() -> None:
    """One week in the capacity table is enough; two, or no table, are not."""
    assert made(world(capacity=[{"date": at(2), "slots": 3}]), week_start=None).days == tuple(WEEK)
    with pytest.raises(InputError, match="holds 2 weeks"):
        made(world(capacity=[{"date": at(2), "slots": 3}, {"date": at(9), "slots": 3}]), week_start=None)
    with pytest.raises(InputError, match="no capacity calendar"):
        made(world(), week_start=None)


# 7.3 cooldown


@pytest.mark.parametrize(("end", "first"), [(-30, 0), (-29, 1), (-27, 3), (-26, 4), (-25, None)])
def test_exactly_thirty_days_after_the_end_is_allowed(end: int, first: int | None) -> None:
    """A start is blocked iff it is before the last end plus thirty days."""
    problem = made(world(activity=[past(-60, end)]))
    assert starts(problem) == ([] if first is None else WEEK[first:])


def test_a_missing_end_counts_the_start() -> None:
    """Thirty days run from the start day where a past loan has no end."""
    assert starts(made(world(activity=[past(-28, None)]))) == WEEK[2:]


def test_cooldown_of_zero_is_off() -> None:
    """0 switches the rule off, by setting or by the make's rule."""
    tables = world(activity=[past(-5, -1)])
    assert starts(made(tables)) == []
    assert starts(made(tables, cooldown_days=0)) == WEEK
    assert starts(made({**tables, "rules": [{"make": "toyota", "cooldown_days": 0}]})) == WEEK
    assert starts(made({**tables, "rules": [{"make": "Toyota", "cooldown_days": 3}]})) == WEEK[2:]


def two_models(*history: dict[str, Any]) -> list[str]:
    """The vehicles that P1 may have on Monday, of a Camry and a Corolla."""
    tables = world(
        vehicles=[
            {"vin": "CAMRY", "make": "Toyota", "model": "Camry"},
            {"vin": "COROLLA", "make": "Toyota", "model": "Corolla"},
        ],
        availability=[{"vin": vin, "start_date": at(0), "end_date": at(13)} for vin in ("CAMRY", "COROLLA")],
        activity=list(history),
    )
    return sorted({vin for vin, _, day in triples(made(tables)) if day == WEEK[0]})


def had(model: str, end: int) -> dict[str, Any]:
    """A past loan of a Toyota of some model."""
    return {
        "partner_id": "P1",
        "make": "Toyota",
        "model": model,
        "start_date": at(end - 6),
        "end_date": at(end),
        "vin": "",
    }


def test_cooldown_is_by_model_if_the_partner_ever_had_it_else_by_make() -> None:
    """A model never had waits for any Toyota; one had long ago does not wait for another model."""
    assert two_models() == ["CAMRY", "COROLLA"]
    assert two_models(had("camry", -10)) == []
    assert two_models(had("Camry", -10), had("Corolla", -300)) == ["COROLLA"]
    assert two_models(had("", -10)) == []
    assert two_models(had("Sold", -10), had("Camry", -300)) == ["CAMRY"]
    assert two_models(had("Camry", -10), had("Camry", -300)) == []


def test_a_loan_running_or_booked_blocks() -> None:
    """A live loan without an end blocks while it runs, however short the cooldown; a booked one ahead."""
    one = [
        {"vin": "V1", "make": "Toyota", "model": "Camry"},
        {"vin": "V2", "make": "Toyota", "model": "Camry"},
    ]
    free = [{"vin": "V2", "start_date": at(0), "end_date": at(20)}]
    tables = world(vehicles=one, availability=free, loans=[past(-4, None)])
    assert starts(made(tables, cooldown_days=1, partner_per_day=None)) == WEEK[3:]
    tables["loans"] = [past(4, None)]
    assert starts(made(tables, cooldown_days=1, partner_per_day=None)) == []


# 7.2 and 7.7 capacity


def test_slots_are_the_calendars_else_fifteen_and_none_at_weekends() -> None:
    """A row wins, even at a weekend; without one it is 15 on weekdays and 0 on Saturday and Sunday."""
    days = ("Mon", "Tue", "Sat", "Sun")
    rows = [
        {"date": at(1), "slots": 4, "note": "short"},
        {"date": at(6), "slots": 2},
        {"date": at(9), "slots": 9},
    ]
    assert made(world(capacity=rows), start_days=days).slots.tolist() == [15, 4, 0, 2]
    assert made(world(), start_days=days, weekday_slots=3, weekend_slots=1).slots.tolist() == [3, 3, 1, 1]


def test_booked_starts_take_slots_and_never_below_zero() -> None:
    """Only starts of the office on that very day count."""
    loans = [
        past(0, 3, office="LA"),
        {**past(0, 2), "vin": "V2", "office": "LA"},
        {**past(1, 2), "vin": "V2", "office": "NY"},
        past(-2, 3, office="LA"),
    ]
    vehicles = [{"vin": vin, "make": "Toyota", "office": "LA"} for vin in ("V1", "V2")]
    tables = world(vehicles=vehicles, loans=loans, capacity=[{"office": "la", "date": at(0), "slots": 1}])
    assert made(tables).slots.tolist() == [0, 15, 15, 15, 15]
    for loan in loans:
        del loan["office"]
    assert made(tables).slots.tolist() == [0, 14, 15, 15, 15]


def test_special_days_are_named() -> None:
    """Blackout, travel, reduced and increased days are warnings that keep the note; others are not."""
    rows = [
        {"date": at(0), "slots": 0, "note": "Founders' Day"},
        {"date": at(1), "slots": 8, "note": "Travel to the show"},
        {"date": at(2), "slots": 8},
        {"date": at(3), "slots": 20, "note": "two teams"},
        {"date": at(4), "slots": 15},
    ]
    said = {one.came: one.problem for one in made(world(capacity=rows)).warnings if one.column == "date"}
    assert said == {
        at(0): "is a special day: blackout: Founders' Day",
        at(1): "is a special day: Travel to the show (8 slots, not 15)",
        at(2): "is a special day: reduced (8 slots, not 15)",
        at(3): "is a special day: increased (20 slots, not 15): two teams",
    }
    assert day_note(15, 15, "usual") == "usual"
    assert day_note(15, 15, "travel") == "travel"


# 7.4s tier caps


def slack(rank: str = "A", rules: list[dict[str, Any]] | None = None, **tables: Any) -> int | None:
    """Loans of a Toyota that P1 has free of the cap; None for no cap."""
    more = {"rules": rules} if rules else {}
    problem = made(
        world(approvals=[{"partner_id": "P1", "make": "Toyota", "rank": rank}], **more, **tables),
        cooldown_days=0,
    )
    caps = [group for group in problem.groups if group.name == "tier cap"]
    return int(caps[0].allowance[0, 0]) if caps else None


def test_caps_come_from_the_rule_else_from_the_rank() -> None:
    """A+ none, A 100, B 50, C 10, others as C; a rule of make and rank wins, then one of the make."""
    assert [slack(rank) for rank in ("A+", "A", "B", "C", "", "Q")] == [None, 100, 50, 10, 10, 10]
    assert [slack(rank) for rank in (" a ", "b ", " A + ")] == [100, 50, None]
    assert slack("A+", [{"make": "TOYOTA", "rank": "a+", "cap": 7}]) == 7
    assert slack("B", [{"make": "Toyota", "rank": "A", "cap": 7}, {"make": "Toyota", "cap": 3}]) == 3
    assert slack("B", [{"make": "Toyota", "rank": "B", "cap": 7}, {"make": "Toyota", "cap": 3}]) == 7
    assert slack("", [{"make": "Toyota", "rank": "C", "cap": 4}]) == 4
    assert slack("B", [{"make": "Toyota", "rank": "B", "cap": ""}]) == 50


def test_used_are_loans_that_ended_in_the_twelve_months_before_the_week() -> None:
    """The first day of the window counts, the week's Monday does not; a missing end counts its start."""
    ends = {"2025-01-25": 0, "2025-01-26": 1, at(-1): 1, at(0): 0}
    for end, counted in ends.items():
        row = {"partner_id": "P1", "vin": "V1", "start_date": "2025-01-20", "end_date": end}
        assert slack("A", activity=[row]) == 100 - counted
    assert slack("A", activity=[past(-20, None), past(-400, None)]) == 99
    assert slack("A", activity=[past(-20, -15)], loans=[past(-20, -15)]) == 99


def test_the_year_before_a_leap_day_is_the_28th() -> None:
    """29 February has no day of the same name a year earlier."""
    assert year_before(738945) == 738945 - 366
    assert year_before(date(2024, 2, 29).toordinal()) == date(2023, 2, 28).toordinal()


def test_only_new_overage_is_priced() -> None:
    """Who is over the cap already pays 800 points for each new loan, and nothing for the old."""
    rows = [past(-40 - n, -35 - n) for n in range(3)]
    problem = made(world(activity=rows, rules=[{"make": "Toyota", "rank": "A", "cap": 1}]), cooldown_days=0)
    caps = next(group for group in problem.groups if group.name == "tier cap")
    assert (caps.labels, caps.allowance.tolist(), caps.slope.tolist()) == (("P1 / Toyota",), [[0]], [[800]])


def test_a_cap_of_zero_blocks_unless_overridden() -> None:
    """The rule forbids; a setting or the approval's override lets it cost points instead."""
    rules = [{"make": "Toyota", "rank": "A", "cap": 0}]
    blocked = made(world(rules=rules))
    assert starts(blocked) == []
    assert ("V1", "tier cap of 0", 5) in blocked.dropped
    assert starts(made(world(rules=rules), cap_zero_blocks=False)) == WEEK
    approved = [{"partner_id": "P1", "make": "Toyota", "rank": "A", "override": "yes"}]
    assert slack("A", rules) is None
    problem = made(world(rules=rules, approvals=approved))
    assert starts(problem) == WEEK
    assert problem.groups[0].allowance.tolist() == [[0]]


# 7.6 budgets


def budget(rows: list[dict[str, Any]], cost: object = 100, week: int = 0, **settings: Any) -> Any:
    """The budget groups of a week, None if there are none."""
    tables = world(
        vehicles=[{"vin": "V1", "make": "VW", "cost": cost, "office": "LA"}],
        approvals=[{"partner_id": "P1", "make": "Volkswagen", "rank": "A+"}],
        availability=[{"vin": "V1", "start_date": at(0), "end_date": at(99)}],
        budgets=rows,
    )
    groups = [
        group for group in made(tables, week_start=at(week), **settings).groups if group.name == "budget"
    ]
    return groups[0] if groups else None


def row(
    fleet: str = "volkswagen", quarter: object = 1, amount: object = 1000, used: object = 250
) -> dict[str, Any]:
    """A budget of the office for a quarter of 2026."""
    return {"office": "la", "fleet": fleet, "year": 2026, "quarter": quarter, "budget": amount, "used": used}


def test_a_budget_is_what_is_left_and_three_points_a_dollar() -> None:
    """Soft by default: the allowance is budget less used, overspending costs, nothing is forbidden."""
    group = budget([row()])
    assert group.labels == ("LA / VOLKSWAGEN / 2026 Q1",)
    assert (group.allowance.tolist(), group.slope.tolist()) == ([[750]], [[3]])
    assert group.limit.tolist() == [NO_LIMIT]
    assert set(group.weight.tolist()) == {100}
    assert budget([row(used=2000)]).allowance.tolist() == [[0]]


def test_a_hard_budget_is_a_limit() -> None:
    """Hard budgets forbid what is beyond them."""
    group = budget([row()], hard_budgets=True)
    assert (group.limit.tolist(), group.slope.tolist()) == ([750], [[0]])


def test_a_week_may_span_two_quarters() -> None:
    """The bucket is the quarter of the start day: Monday and Tuesday in March, the rest in April."""
    group = budget([row(quarter="Q1"), row(quarter="q2", amount=300, used="")], week=63)
    assert group.labels == ("LA / VOLKSWAGEN / 2026 Q1", "LA / VOLKSWAGEN / 2026 Q2")
    assert group.of.tolist() == [0, 0, 1, 1, 1]
    assert group.allowance.tolist() == [[750], [300]]


def test_no_row_means_no_limit_or_no_money_as_asked() -> None:
    """Without a row a loan is unconstrained, or has a budget of 0 if so set."""
    assert budget([row(fleet="Kia")]) is None
    assert budget([row(fleet="Kia")], without_budget="zero").allowance.tolist() == [[0]]
    assert budget([row(fleet="Kia")], without_budget="zero", hard_budgets=True).limit.tolist() == [0]


def test_money_with_cents_is_exact() -> None:
    """Costs of cents make units of cents, and a scale in which a cent's price is whole."""
    group = budget([row(amount="1000.50", used="250.25")], cost="99.95")
    assert (group.unit, group.allowance.tolist(), set(group.weight.tolist())) == ("cents", [[75025]], {9995})
    assert group.slope.tolist() == [[3]]
    with pytest.raises(InputError, match="points_per_dollar"):
        budget([row()], cost="99.95", scale=1)
    assert budget([row()], points_per_dollar=0.5, scale=2).slope.tolist() == [[1]]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("VW", "VOLKSWAGEN"),
        (" chevy ", "CHEVROLET"),
        ("Mercedes-Benz", "MERCEDES BENZ"),
        ("MERCEDES  BENZ", "MERCEDES BENZ"),
        ("Land_Rover", "LAND ROVER"),
        ("LandRover", "LAND ROVER"),
        ("Toyota", "TOYOTA"),
    ],
)
def test_fleet_names_are_normalised(name: str, key: str) -> None:
    """Short forms, case, dashes and spaces do not tell fleets apart; reports spell the words apart."""
    assert make_key(name) == make_key(key)
    assert make_label([name]) == key


def test_quarters_turn_with_the_months() -> None:
    """March is the first quarter, April the second, December the fourth."""
    when = date
    assert quarter_of(when(2026, 3, 31).toordinal()) == (2026, 1)
    assert quarter_of(when(2026, 4, 1).toordinal()) == (2026, 2)
    assert quarter_of(when(2026, 12, 31).toordinal()) == (2026, 4)


# 7.8 scores


def score(
    rank: str, partner: dict[str, Any] | None = None, approval: dict[str, Any] | None = None, **more: Any
) -> int:
    """The score of lending V1 to P1."""
    tables = world(
        partners=[{"partner_id": "P1", **(partner or {})}],
        approvals=[{"partner_id": "P1", "make": "Toyota", "rank": rank, **(approval or {})}],
        **{name: more.pop(name) for name in ("activity",) if name in more},
    )
    return int(made(tables, **more).score[0])


def test_scores_are_rank_closeness_publication_and_history() -> None:
    """A+ 1000, A 700, B 400, C 100, else 50; plus 100 x closeness, 150 x publication rate, 50 x history."""
    assert [score(rank) for rank in ("A+", "A", "B", "C", "", "X")] == [1000, 700, 400, 100, 50, 50]
    assert score("A", {"closeness": "0.5"}) == 750
    assert score("A", {"publication_rate": "0.5"}) == 775
    assert score("A", {"publication_rate": "0.5"}, {"publication_rate": "1"}) == 850
    assert score("A", activity=[past(-200, -190)]) == 750
    assert score("A", None, {"history": "0.2"}, activity=[past(-200, -190)]) == 710


def test_weights_and_scale_shape_scores() -> None:
    """Weights multiply their part, scale makes tenths whole."""
    assert score("A", {"closeness": "0.333"}, w_rank=0.5, w_geo=10, scale=10) == 3533
    assert score("Z", other_rank_points=7, rank_points={"Z": 9}) == 9


# partner limits


def test_one_start_a_day_less_the_loans_running() -> None:
    """A running loan takes the day's start, and the candidates of that day are dropped."""
    two = [{"vin": vin, "make": "Toyota", "model": vin} for vin in ("V1", "V2")]
    both = [{"vin": vin, "start_date": at(0), "end_date": at(20)} for vin in ("V1", "V2")]
    tables = world(vehicles=two, availability=both, loans=[past(-3, 1)])
    problem = made(tables, cooldown_days=0)
    assert problem.recipient_day_limit.tolist() == [[0, 0, 1, 1, 1]]
    assert starts(problem) == WEEK[2:]
    assert made(tables, cooldown_days=0, partner_per_day=2).recipient_day_limit.tolist() == [[1, 1, 2, 2, 2]]
    assert made(tables, partner_per_day=None).recipient_day_limit.tolist() == [[NO_LIMIT] * 5]


def test_the_week_limit_is_the_smaller_of_the_two() -> None:
    """Unlimited by default; a partner's own limit and the office's both hold."""
    people = [{"partner_id": "P1", "max_per_week": "2"}, {"partner_id": "P2", "max_per_week": ""}]
    assert made(world(partners=people)).recipient_limit.tolist() == [2, NO_LIMIT]
    assert made(world(partners=people), partner_per_week=1).recipient_limit.tolist() == [1, 1]


# pins and forbids


def test_pins_and_forbids_mark_candidates() -> None:
    """A pin marks one candidate, a forbid all that match its filled cells."""
    pin = [{"vin": "V1", "partner_id": "P1", "start_date": WEEK[1]}]
    problem = made(world(pins=pin, forbids=[{"vin": "", "partner_id": "P1", "start_date": WEEK[0]}]))
    assert problem.pinned.tolist() == [False, True, False, False, False]
    assert problem.forbidden.tolist() == [True, False, False, False, False]
    assert made(world(forbids=[{"vin": "V1"}])).forbidden.all()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"approvals": [{"partner_id": "P1", "make": "Kia"}]}, "no approval"),
        ({"availability": [{"vin": "V1", "start_date": at(50), "end_date": at(60)}]}, "not free"),
        ({"partners": [{"partner_id": "P1", "days": "Fri"}]}, "no starts that weekday"),
        ({"activity": [past(-9, -3)]}, "cooldown"),
        ({"rules": [{"make": "Toyota", "cap": 0}]}, "tier cap 0"),
    ],
)
def test_a_pin_against_a_rule_names_the_rule(change: dict[str, Any], rule: str) -> None:
    """What cannot be pinned says which rule dropped it."""
    pin = [{"vin": "V1", "partner_id": "P1", "start_date": WEEK[1]}]
    with pytest.raises(InputError, match=f"cannot be pinned: .*{rule}"):
        made(world(pins=pin, **change))


def test_a_pin_in_a_cooldown_says_until_when() -> None:
    """The error names the first day on which the loan may start: 30 days after 2026-01-23."""
    pin = [{"vin": "V1", "partner_id": "P1", "start_date": WEEK[1]}]
    with pytest.raises(InputError, match="again from 2026-02-22"):
        made(world(pins=pin, activity=[past(-9, -3)]))


@given(st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_whatever_is_no_candidate_has_a_barrier_and_nothing_else_has(seed: int) -> None:
    """For every vehicle, partner and day: it is a candidate, or the problem says which rule dropped it."""
    problem = made(random_tables(seed))
    there = triples(problem)
    for item in problem.items:
        for recipient in problem.recipients:
            closed: set[str] = set()
            for _, days in barriers_of(problem.barriers, item, recipient, problem.days):
                closed.update(days)
            candidates = {day for vin, who, day in there if (vin, who) == (item, recipient)}
            assert closed == set(problem.days) - candidates


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("ALFAROMEO", "Alfa Romeo"),
        ("MERCEDESBENZ", "Mercedes-Benz"),
        ("ASTONMARTIN", "Aston Martin"),
        ("ROLLSROYCE", "Rolls-Royce"),
        ("GREATWALL", "Great Wall"),
        ("Citroën", "CITROEN"),
    ],
)
def test_a_budget_finds_its_fleet_whatever_the_spaces_and_hyphens(here: str, there: str) -> None:
    """A budget written without spaces limits the vehicles of that make, without a warning."""
    tables = world(
        vehicles=[{"vin": "V1", "make": there, "model": "X", "cost": 100}],
        approvals=[{"partner_id": "P1", "make": here, "rank": "A"}],
        budgets=[{"fleet": here, "year": 2026, "quarter": 1, "budget": 0}],
    )
    problem = made(tables)
    assert [group.name for group in problem.groups if group.name == "budget"] == ["budget"]
    assert not [warning for warning in problem.warnings if "budget" in warning.problem]


def test_a_budget_for_a_fleet_that_nobody_has_is_said() -> None:
    """Such a budget limits nothing: the warning names it with the fleet that may be meant."""
    problem = made(world(budgets=[{"fleet": "Toyotta", "year": 2026, "quarter": 1, "budget": 0}]))
    (warning,) = [warning for warning in problem.warnings if warning.table == "budgets"]
    assert "Toyotta (did you mean TOYOTA?)" in warning.problem


def test_a_misspelt_optional_column_is_said_with_its_near_miss() -> None:
    """A column that is nearly one that is read gets a warning; other columns are left alone."""
    partners = [{"partner_id": "P1", "publication_rte": 0.9, "phone": "1"}]
    problem = made(world(partners=partners))
    (warning,) = [warning for warning in problem.warnings if warning.table == "partners"]
    assert warning.column == "publication_rte"
    assert "publication_rate" in warning.mend


def test_a_pin_on_a_partner_with_a_running_loan_says_so() -> None:
    """The partner's own limit a day is a rule too."""
    two = [{"vin": vin, "make": "Toyota", "model": vin} for vin in ("V1", "V2")]
    pin = [{"vin": "V2", "partner_id": "P1", "start_date": WEEK[1]}]
    both = [{"vin": vin, "start_date": at(0), "end_date": at(20)} for vin in ("V1", "V2")]
    with pytest.raises(InputError, match="has a loan running"):
        made(world(vehicles=two, availability=both, pins=pin, loans=[past(-3, 3)]), cooldown_days=0)


def test_bad_pins_and_forbids_are_noted() -> None:
    """Unknown ids, days outside the calendar and empty rows are findings with their row."""
    pins = [{"vin": "V9", "partner_id": "P9", "start_date": at(8)}]
    forbids: list[dict[str, Any]] = [{"vin": "", "partner_id": ""}, {"vin": "V1", "partner_id": ""}]
    with pytest.raises(InputError) as caught:
        made(world(pins=pins, forbids=forbids))
    text = str(caught.value)
    for part in (
        "is not a vehicle of the office",
        "is not a partner of the office",
        "is not a start day",
        "rest of the row",
    ):
        assert part in text
    with pytest.raises(InputError, match="Add the column"):
        made(world(forbids=[{"other": "x"}]))


# names


def test_weekdays_are_read_from_names_and_ranges() -> None:
    """Names, short names and ranges, over the weekend too; anything else is None."""
    assert weekday("thurs") == 3
    assert weekday("Th") is None
    assert weekday_set("") == (True,) * 7
    assert weekday_set("Fri-Mon") == (True, False, False, False, True, True, True)
    assert weekday_set("Mon-Wed-Fri") is None
    assert weekday_set("Mon, often") is None
    assert rank_key(" a + ") == "A+"


def test_unknown_makes_in_approvals_and_rules_are_warnings() -> None:
    """A make that no vehicle has may be a typing error: it is said, and nothing stops."""
    approvals = [{"partner_id": "P1", "make": "Toyota"}, {"partner_id": "P1", "make": "Toyotta"}]
    problem = made(world(approvals=approvals, rules=[{"make": "Tesla", "cooldown_days": 3}]))
    assert sorted(one.table for one in problem.warnings) == ["approvals", "rules"]


def test_history_of_those_who_left_is_left_out_with_a_warning() -> None:
    """Past loans may name partners and vehicles that are gone; live ones may not."""
    gone = {"partner_id": "OLD", "vin": "GONE", "start_date": at(-50), "end_date": at(-40)}
    problem = made(world(activity=[gone]))
    assert any("1 partner(s)" in str(one) for one in problem.warnings)
    with pytest.raises(InputError, match="is not a partner"):
        made(world(loans=[gone]))


# settings


def test_settings_can_stand_in_a_table() -> None:
    """Every kind of setting is read from words; the table's settings are the ones that Python would give."""
    rows = {
        "Loan Days": "4",
        "start-days": "Mon, Wed",
        "caps b": "20",
        "caps A+": "none",
        "rank_points A": "650.5",
        "hard_budgets": "yes",
        "partner_per_day": "none",
        "w_geo": "10",
        "without_budget": "zero",
    }
    table = Table("settings", {"setting": list(rows), "value": list(rows.values())}, range(2, 2 + len(rows)))
    defaults = FleetSettings()
    assert read_settings(table) == FleetSettings(
        loan_days=4,
        start_days=("Mon", "Wed"),
        caps={**defaults.caps, "B": 20, "A+": None},
        rank_points={**defaults.rank_points, "A": 650.5},
        hard_budgets=True,
        partner_per_day=None,
        w_geo=10.0,
        without_budget="zero",
    )
    assert read_settings(None) == defaults


def test_the_settings_table_is_used_unless_settings_are_given() -> None:
    """A folder's settings count; those given from Python go before them, and a warning says so."""
    tables = world(settings=[{"setting": "start_days", "value": "Tue"}])
    assert from_tables(tables, week_start=MONDAY).days == (WEEK[1],)
    problem = made(tables)
    assert problem.days == tuple(WEEK)
    assert any(one.table == "settings" for one in problem.warnings)


def test_settings_that_cannot_be_are_noted_by_row() -> None:
    """Unknown settings, values of the wrong kind, doubles and a rank in the wrong place are all findings."""
    rows = [
        ("speed", "3"),
        ("loan_days", "soon"),
        ("caps", "3"),
        ("w_geo", "1"),
        ("w geo", "2"),
        ("hard_budgets", "x"),
    ]
    tables = world(settings=[{"setting": name, "value": value} for name, value in rows])
    with pytest.raises(InputError) as caught:
        from_tables(tables, week_start=MONDAY)
    assert [(one.row, one.column) for one in caught.value.findings] == [
        (2, "setting"),
        (3, "value"),
        (4, "setting"),
        (6, "setting"),
        (7, "value"),
    ]
    with pytest.raises(InputError, match="loan_days"):
        from_tables(world(settings=[{"setting": "loan_days", "value": "0"}]), week_start=MONDAY)
    with pytest.raises(InputError, match="Add the column value"):
        from_tables(world(settings=[{"setting": "loan_days"}]), week_start=MONDAY)
