"""Tables to a rota: what is read, and everything that is wrong, at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.problem import OPEN

WEEKS = eh.weekly("2026-01-05", 4)
PEOPLE = [{"name": "Ada"}, {"name": "Bob", "joined": "2025-06-01", "weight": "2"}]


def refused(*args: object, **more: object) -> str:
    """Return what is said about tables that cannot be used."""
    with pytest.raises(InputError) as caught:
        RotaProblem.from_tables(*args, **more)  # type: ignore[arg-type]
    return str(caught.value)


def test_everything_wrong_is_said_at_once() -> None:
    """A double name, left before joined, overlapping periods, unknown names and bad dates, by row."""
    people = [
        {"name": "Ada", "joined": "2025-01-01", "left": "2024-01-01", "weight": "0"},
        {"name": "Bob", "joined": "2025-01-01", "left": "2025-06-30", "weight": "1"},
        {"name": "Bob", "joined": "2025-06-30", "left": "", "weight": "2"},
        {"name": "Cy", "joined": "", "left": "", "weight": ""},
        {"name": "Cy", "joined": "", "left": "", "weight": ""},
        {"name": "", "joined": "soon", "left": "", "weight": ""},
    ]
    heads = ("start", "every", "seats", "timezone", "at")
    said = refused(
        people, [dict(zip(heads, ("2026-01-05", "moon", "0", "Europe/Olso", "25:00"), strict=True))],
        absences=[{"name": "Bo", "from": "2026-01-09", "to": "2026-01-02"}],
        history=[{"date": "2025-12-01", "name": "Adda"}],
        rules=[{"rule": "appart", "name": "Ada", "with": "Bob"}],
    )  # fmt: skip
    for part in (
        "people, row 2, column left: '2024-01-01' left before joining",
        "people, row 2, column weight: '0' is too small",
        "people, row 4, column joined: '2025-06-30' overlaps the period in row 3",
        "people, row 4, column weight: '2' is another weight",
        "people, row 6, column name: 'Cy' stands twice",
        "people, row 7, column name",
        "people, row 7, column joined: 'soon' is not a date",
        "duties, row 2, column every: 'moon' is not a rhythm",
        "duties, row 2, column seats: '0' is too small",
        "duties, row 2, column timezone: 'Europe/Olso' is not a time zone. Write Europe/Oslo",
        "duties, row 2, column at: '25:00' is not a time of day",
        "has neither until nor count",
        "absences, row 2, column name: 'Bo' is not in people",
        "absences, row 2, column to: '2026-01-02' is before the absence begins",
        "history, row 2, column name: 'Adda' is not in people. Did you mean Ada?",
        "rules, row 2, column rule: 'appart' is not a rule",
    ):
        assert part in said


def test_periods_weights_and_skills() -> None:
    """Several rows are several periods; empty ends are open; skills are parted by semicolons."""
    people = [
        {"name": "Ada", "joined": "2025-01-01", "left": "2025-06-30", "skills": "lead; cook"},
        {"name": "Ada", "joined": "2026-01-01", "left": "", "skills": ""},
        {"name": "Bob", "joined": "", "left": "", "skills": "cook"},
    ]
    problem = RotaProblem.from_tables(people, eh.weekly("2026-01-05", 2, skills=["cook"]))
    assert problem.period_person.tolist() == [0, 0, 1]
    assert problem.period_end.tolist() == [date(2025, 6, 30).toordinal(), OPEN, OPEN]
    assert problem.period_start[2] == date(2026, 1, 5).toordinal()
    assert problem.skills == ("cook", "lead")
    assert problem.seat_skill.tolist() == [0, 0]


def test_shuffled_rows_make_the_same_problem() -> None:
    """Names are sorted when the problem is made, so the order of rows does not matter."""
    history = [{"date": "2025-12-22", "name": "Bob"}, {"date": "2025-12-29", "name": "Ada"}]
    one = eh.solve(RotaProblem.from_tables(PEOPLE, WEEKS, history=history))
    other = eh.solve(RotaProblem.from_tables(PEOPLE[::-1], WEEKS, history=history[::-1]))
    assert one.to_columns() == other.to_columns()


def test_odd_things_are_warnings() -> None:
    """An absence outside membership, history outside it or inside the plan, and a person without history."""
    problem = RotaProblem.from_tables(
        [*PEOPLE, {"name": "Cy", "joined": "2026-01-05"}], WEEKS,
        absences=[{"name": "Bob", "from": "2025-01-01", "to": "2025-01-05"}],
        history=[{"date": "2025-01-06", "name": "Bob"}, {"date": "2026-01-12", "name": "Ada"}],
    )  # fmt: skip
    said = " ".join(str(finding) for finding in problem.warnings)
    assert "lies outside the person's membership" in said
    assert "lies outside the membership of Bob" in said
    assert "1 turn on or after the plan's first day" in said
    assert "'Cy' has no turn in the history" in said


def test_counts_from_lets_history_count() -> None:
    """Somebody without a turn is owed for past plans only where counts_from says so."""
    from evenhand.rota.solving.model.entitlement import opening

    history = [{"date": "2025-12-01", "name": "Ada"}, {"date": "2025-12-08", "name": "Ada"}]
    even = RotaProblem.from_tables(
        [{"name": "Ada"}, {"name": "Bob"}], WEEKS, history=history, policy="ledger"
    )
    assert opening(even).tolist() == [0, 0]
    rows = [{"name": "Ada", "counts_from": ""}, {"name": "Bob", "counts_from": "2025-12-01"}]
    owed = RotaProblem.from_tables(rows, WEEKS, history=history, policy="ledger")
    assert opening(owed)[1] > 0
    assert int(opening(owed).sum()) == 0


def test_rules_from_a_table_and_from_words() -> None:
    """Every rule of the table says the same as its keyword."""
    rows = [
        {"rule": "rest", "value": "2"},
        {"rule": "rest days", "value": "9"},
        {"rule": "apart", "name": "Ada", "with": "Bob"},
        {"rule": "together", "name": "Ada", "with": "Bob; Cy"},
        {"rule": "most", "value": "2", "days": "30"},
        {"rule": "fixed", "name": "Ada", "date": "2026-01-05"},
        {"rule": "forbidden", "name": "Bob", "date": "2026-01-12"},
    ]
    heads = ("rule", "name", "with", "value", "days", "date")
    table = [{head: row.get(head, "") for head in heads} for row in rows]
    people = [{"name": name} for name in ("Ada", "Bob", "Cy")]
    one = RotaProblem.from_tables(people, WEEKS, rules=table)
    other = RotaProblem.from_tables(
        people, WEEKS, rest=2, rest_days=9, apart=[("Bob", "Ada")], together=[("Ada", ["Bob", "Cy"])],
        most=(2, 30), fixed=[("2026-01-05", "Ada")], forbidden=[("2026-01-12", "Bob")],
    )  # fmt: skip
    for name in ("rest_slots", "rest_days"):
        assert getattr(one, name) == getattr(other, name)
    for name in ("apart", "together", "most_count", "most_days", "fixed", "forbidden"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    assert one.ruled


def test_rules_that_cannot_be_read() -> None:
    """Rules about nobody, about one person twice, about no slot or several, or without limits."""
    duties = [*eh.weekly("2026-01-05", 1, name="a"), *eh.weekly("2026-01-05", 1, name="b")]
    said = refused(
        PEOPLE, duties, apart=[("Ada", "Ada"), ("", "Bob"), ("Ada", "")], most=(0, 5),
        fixed=[("2026-01-05", "Ada"), ("2026-01-06", "Ada"), ("2026-01-05", "")],
        forbidden=[("someday", "Ada"), ("", "Bob")],
    )  # fmt: skip
    for part in ("names Ada twice", "Name the people", "needs a limit", "could be several slots",
                 "is the first day of no slot", "Name the person", "'someday' is not a date"):  # fmt: skip
        assert part in said


def test_a_fixed_turn_needs_the_skill() -> None:
    """Fixing somebody for a slot whose seats all ask for skills they lack is an error."""
    duties = eh.weekly("2026-01-05", 1, skills=["cook"])
    said = refused([*PEOPLE], duties, fixed=[("2026-01-05", "Ada")])
    assert "'Ada' is fixed for 2026-01-05 but has none of the skills" in said


def test_arguments_that_are_wrong() -> None:
    """Unknown policies and settings are named with what is known; empty tables say what they lack."""
    assert "is not a policy" in refused(PEOPLE, WEEKS, policy="fair")
    assert "Did you mean rest_days?" in refused(PEOPLE, WEEKS, rest_day=3)
    assert "Choose among" in refused(PEOPLE, WEEKS, xyzzy=3)
    assert "has nobody in it" in refused([], WEEKS)
    assert "has no duty in it" in refused(PEOPLE, [])
    assert "is too small" in refused(PEOPLE, WEEKS, substitutes=-1)
    assert "'XX'" in refused(PEOPLE, WEEKS, holidays="XX")
    assert "asks 2 skills of 1 seats" in refused(PEOPLE, eh.weekly("2026-01-05", 1, skills=["a", "b"]))


def test_absences_from_a_calendar_file(tmp_path: Path) -> None:
    """An .ics file of absences is read by its ending."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:1",
             "DTSTAMP:20260101T000000Z", "SUMMARY:Ada",
             "DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260112",
             "END:VEVENT", "END:VCALENDAR", ""]  # fmt: skip
    path = tmp_path / "away.ics"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    problem = RotaProblem.from_tables(PEOPLE, WEEKS, absences=path)
    assert problem.absent_person.tolist() == [0]
    assert eh.solve(problem).to_columns()["name"][0] == "Bob"


def test_files_are_read_like_rows(tmp_path: Path) -> None:
    """A CSV of people makes the same problem as rows in memory."""
    path = tmp_path / "people.csv"
    path.write_text("Name,Joined,Weight\nBob,2025-06-01,2\nAda,,\n", encoding="utf-8")
    assert RotaProblem.from_tables(path, WEEKS).people == ("Ada", "Bob")
    assert RotaProblem.from_tables(path, WEEKS).weight.tolist() == [1, 2]


def test_values_in_memory() -> None:
    """Names, or names and days of joining, make a problem too."""
    assert RotaProblem.from_values(["Bob", "Ada"], WEEKS).people == ("Ada", "Bob")
    assert RotaProblem.from_values({"Ada": "2025-01-01"}, WEEKS).period_start.tolist() == [
        date(2025, 1, 1).toordinal()
    ]


def test_columns_are_checked() -> None:
    """A problem made by hand with wrong lengths, codes or orders is refused."""
    from dataclasses import replace

    import numpy as np

    good = RotaProblem.from_tables(PEOPLE, WEEKS)
    for wrong, said in (
        ({"weight": np.array([1])}, "1 values where 2 belong"),
        ({"weight": np.array([0, 1])}, "out of range"),
        ({"people": ("Bob", "Ada")}, "not sorted"),
        ({"slot_end": good.slot_start - 1}, "ends before it starts"),
        ({"load": np.array([10**5] * 4), "weight": np.array([10**6] * 2)}, "too large"),
        (
            {"people": (), "weight": np.zeros(0, dtype=np.int64), "since": np.zeros(0, dtype=np.int64)},
            "nobody",
        ),
    ):
        with pytest.raises(InputError, match=said):
            replace(good, **wrong)


@pytest.mark.parametrize("wrong", [{"accrual": "year"}, {"order": "age"}, {"min_days": 0}])
def test_policies_are_checked(wrong: dict[str, object]) -> None:
    """A policy with an unknown dial or a figure too small is refused."""
    with pytest.raises(InputError):
        eh.rota.Policy("own", **wrong)  # type: ignore[arg-type]


def test_a_plan_without_slots_says_the_standings_of_history() -> None:
    """With no slot to plan, newcomers start at lag 0 and the others stand as history left them."""
    people = [
        {"name": "Ada", "joined": "2025-01-01"},
        {"name": "Bob"},
        {"name": "New", "joined": "2026-01-05"},
    ]
    past = [{"date": "2026-01-05", "name": "Ada"}, {"date": "2026-01-12", "name": "Bob"}]
    past += [{"date": "2026-01-19", "name": "Bob"}]
    none = [{"name": "d", "start": "2026-01-26", "every": "week", "until": "2026-01-25"}]
    problem = RotaProblem.from_tables(people, none, history=past, policy="ledger")
    statement = eh.solve(problem).statement
    assert statement is not None
    assert (statement.lag / TICKS).tolist() == [0.5, -0.5, 0]


def test_a_change_of_weight_has_its_date() -> None:
    """Turns before the change are shared by the weight of then; the plan counts with now's."""
    people = [
        {"name": "Ada", "joined": "2025-01-01", "weight": "2"},
        {"name": "Ben", "joined": "2025-01-01", "weight": "2"},
        {"name": "Ben", "from": "2026-01-01", "weight": "1"},
    ]
    past = [
        {"date": f"2025-12-{day:02}", "name": name}
        for day, name in ((1, "Ada"), (8, "Ben"), (15, "Ada"), (22, "Ben"))
    ]
    # under rate a year at full time outweighs six weeks at half; at today's weight throughout it were 5 and 1
    for policy, turns_now in (("ledger", [4, 2]), ("rate", [3, 3]), ("fewest", [3, 3])):
        problem = RotaProblem.from_tables(people, eh.weekly("2026-01-05", 6), history=past, policy=policy)
        assert problem.weight.tolist() == [2, 1]
        assert np.bincount(eh.solve(problem).awards).tolist() == turns_now
    assert problem.booked_due.tolist() == [2 * TICKS, 2 * TICKS]
    late = [*people[:2], {"name": "Ben", "from": "2026-01-20", "weight": "1"}]
    problem = RotaProblem.from_tables(late, eh.weekly("2026-01-05", 6), policy="ledger")
    assert problem.weight.tolist() == [2, 2]
    assert any("Plan until 2026-01-20" in str(note) for note in problem.warnings)


def test_half_time_is_half_a_weight() -> None:
    """A weight of 0.5 beside 1 plans as 1 beside 2 does, now and where it changes on a day."""
    plans = []
    for half, full in (("0.5", "1"), ("1", "2"), ("50%", "1.0")):
        people = [
            {"name": "Ada", "weight": half}, {"name": "Ben", "weight": full},
            {"name": "Ada", "from": "2026-01-20", "weight": full},
        ]  # fmt: skip
        problem = RotaProblem.from_tables(people, eh.weekly("2026-01-05", 9), policy="rate")
        plans.append(eh.solve(problem).awards.tolist())
    assert plans[0] == plans[1] == plans[2]
    assert any("changes weight to 1 on 2026-01-20" in str(note) for note in problem.warnings)


def test_weekdays_in_the_column_of_days_are_told_where_they_belong() -> None:
    """``days`` is how long a turn lasts: weekdays there are refused with the column they belong into."""
    duty = {"name": "tour", "start": "2026-03-03", "every": "week", "days": "Tue;Thu;Sat", "count": "4"}
    with pytest.raises(InputError, match=r"names weekdays\. Write Tue;Thu;Sat in the column every"):
        RotaProblem.from_tables([{"name": "Ada"}], [duty])
    fortnightly = RotaProblem.from_tables(
        [{"name": "Ada"}], [{"name": "bins", "start": "2026-03-02", "every": "fortnightly", "count": "3"}]
    )
    assert np.diff(fortnightly.slot_start).tolist() == [14, 14]
