"""What the columns of a form's answers are taken for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evenhand as eh
from evenhand.core.errors import InfeasibleError, InputError
from evenhand.tables import Table, read
from evenhand.tables.coded import coded_of
from evenhand.teams import TeamsProblem
from evenhand.teams.reading.columns import category
from evenhand.teams.reading.guess import guess
from evenhand.teams.reading.names import people_of_table


def test_messy_columns_are_taken_for_what_organisers_mean() -> None:
    """Remarks, times, fractions, crosses and whom to avoid are no kinds of people to mirror; crosses are."""
    people = [f"{first} {last}" for first, last in NAMES]
    table = read(
        {
            "name": people,
            "Anything else?": ["", "no", "late", "", "bus", ""],
            "When can you meet?": ["Mon, Tue", "Mon", "Tue", "Mon, Wed", "Wed", "Tue, Wed"],
            "Mark": ["1.5", "2.5", "1.5", "2", "2.5", "2"],
            "Vegan": ["x", "", "", "x", "", ""],
            "Agreed": ["yes"] * 6,
            "Not with": ["Ben", "", "", "", "Fay", ""],
            "With whom?": ["Cy", "Dee", "", "", "", "Ada"],
            "Away": ["14/06", "", "15/06", "", "", ""],
        }
    )
    seen = guess(table)
    assert (seen.criteria, seen.apart, seen.wishes) == (("Vegan",), ("Not with",), ("With whom?",))
    assert seen.left_out["When can you meet?"] == "when people can meet, --times"
    assert seen.left_out["Mark"] == "a number, --numbers"


def test_people_are_called_by_their_names() -> None:
    """A first name that is nobody else's wins over an address; an empty column of names over nothing."""
    first = {"first name": ["Ann", "Bo"], "email": ["a@x.de", "b@x.de"]}
    assert people_of_table(read(first), None)[0] == ("Ann", "Bo")
    first["first name"][1] = "Ann"
    assert people_of_table(read(first), None)[0] == ("a@x.de", "b@x.de")
    form = {"Name": ["", ""], "Vor- und Nachname": ["Ann Lee", "Bo Ray"], "Klasse": ["a", "b"]}
    assert TeamsProblem.from_table(form, teams=2, balance="Klasse").people == ("Ann Lee", "Bo Ray")


def test_a_row_of_totals_is_no_kind_of_people() -> None:
    """What stands in the totals' row is counted nowhere."""
    table = {"name": ["Ann", "Bo", "Cy", "Di", "Total"], "sex": ["f", "m", "f", "m", "4"]}
    problem = TeamsProblem.from_table(table, teams=2, balance="sex")
    assert problem.criteria[0].values == ("f", "m")


NAMES = [("Ada", "Lopes"), ("Ben", "Ito"), ("Cy", "Roe"), ("Dee", "Fox"), ("Eli", "Oz"), ("Fay", "Kim")]
FORM: list[dict[str, Any]] = [
    {
        "Timestamp": f"2026/09/01 9:1{at}:33 AM GMT+2",
        "Email Address": f"{first}@example.org",
        "First name": first,
        "Last name": last,
        "Student ID": f"10{at // 2}",
        "ZIP": ["01099", "01097"][at % 2],
        "Gender": ["woman", "man"][at % 2],
        "Languages": ["English; German", "English", "German"][at % 3],
        "Whom would you like to be with?": f"{NAMES[at - 1][0]} {NAMES[at - 1][1]}",
        "Second choice": NAMES[at - 2][0],
        "Agree": "yes",
    }
    for at, (first, last) in enumerate(NAMES)
]


def test_a_forms_columns_are_told_apart() -> None:
    """Times, e-mail, identifiers and wishes are not balanced; several answers in a cell are tags."""
    found = guess(read(FORM, "people"))
    assert found.criteria == ("Gender", "Languages")
    assert found.tags == ("Languages",)
    assert found.wishes == ("Whom would you like to be with?", "Second choice")
    assert {"Timestamp", "Student ID", "ZIP"} <= set(found.left_out)


def test_what_was_left_out_is_said() -> None:
    """A problem made by guessing notes the columns that name people and those that identify."""
    problem = TeamsProblem.from_table(FORM, teams=2)
    told = " ".join(map(str, problem.warnings))
    assert '--wishes "Whom would you like to be with?,Second choice"' in told
    assert "ZIP" in told
    assert problem.people[0] == "Ada Lopes"
    assert not problem.criteria[1].single


@pytest.mark.parametrize(
    ("first", "last"),
    [("First name", "Surname"), ("Name", "Surname"), ("Vorname", "Nachname"), ("first_name", "last_name")],
)
def test_two_columns_make_one_name(first: str, last: str) -> None:
    """First and last name in two columns are joined, whatever the usual words for them."""
    rows = [{first: one, last: other, "g": "ab"[at % 2]} for at, (one, other) in enumerate(NAMES)]
    assert TeamsProblem.from_table(rows, teams=2, balance="g").people[:2] == ("Ada Lopes", "Ben Ito")


@pytest.mark.parametrize(
    "last",
    [{"name": "Total", "g": "", "points": "15"}, {"name": "", "g": "", "points": "15"},
     {"name": "Summe: 6", "g": "", "points": ""}, {"name": "Average", "g": "", "points": "2.5"}],
)  # fmt: skip
def test_a_row_of_totals_is_nobody(last: dict[str, str]) -> None:
    """The last row is left out with a note where it adds up the rows above it."""
    rows = [{"name": one, "g": "ab"[at % 2], "points": str(at)} for at, (one, _) in enumerate(NAMES)]
    problem = TeamsProblem.from_table([*rows, last], teams=2, balance="g")
    assert problem.n == 6
    assert "row of totals" in str(problem.warnings[0])


def test_a_nameless_last_person_is_no_total() -> None:
    """A row without a name whose number adds nothing up is an error, as ever."""
    rows = [{"name": one, "g": "ab"[at % 2], "points": str(at)} for at, (one, _) in enumerate(NAMES)]
    with pytest.raises(InputError, match="is empty"):
        TeamsProblem.from_table([*rows, {"name": "", "g": "a", "points": "7"}], teams=2, balance="g")


def test_an_empty_number_column_is_refused_and_an_empty_column_noted() -> None:
    """A number column wholly empty balances nothing, so it is an error; an empty text column is a note."""
    rows = [{"name": one, "g": "ab"[at % 2], "skill": ""} for at, (one, _) in enumerate(NAMES)]
    with pytest.raises(InputError, match="skill: has no number in any row"):
        TeamsProblem.from_table(rows, teams=2, balance="g", numbers="skill")
    problem = TeamsProblem.from_table(rows, teams=2, balance="g,skill")
    assert "is empty: there is nothing to balance" in str(problem.warnings[0])


def test_a_near_miss_is_offered_the_right_way_round() -> None:
    """--balance Gendr asks for Gender, and does not ask to rename the file."""
    with pytest.raises(InputError, match=r"Gendr.*Did you mean Gender\?"):
        TeamsProblem.from_table(FORM, teams=2, balance="Gendr")


def test_locking_everybody_in_other_sizes_names_the_one_cause() -> None:
    """After drop-outs the locked teams have other sizes: one sentence, with the sizes to ask for."""
    rows = [{"name": one, "g": "ab"[at % 2]} for at, (one, _) in enumerate(NAMES)]
    locked = {one: "Team 1" if at < 4 else "Team 2" for at, (one, _) in enumerate(NAMES)}
    with pytest.raises(InfeasibleError) as told:
        eh.solve(TeamsProblem.from_table(rows, teams=2, balance="g", locked=locked))
    assert "Give --sizes 4,2 to keep everybody" in str(told.value)
    assert str(told.value).count("\n") <= 1


def test_a_small_roster_is_guessed_too() -> None:
    """Three roles of two people each are balanced in a roster of six; six names of teachers are not."""
    rows = [{"name": f"p{at}", "role": "abc"[at % 3], "teacher": f"t{at}"} for at in range(6)]
    assert guess(read(rows, "people")).criteria == ("role",)


def test_a_column_without_two_alike_is_noted() -> None:
    """Nothing can be balanced in a column without two alike, such as of identifiers."""
    rows = [{"name": f"p{at}", "role": "ab"[at % 2], "staff id": at + 1} for at in range(6)]
    plain = TeamsProblem.from_rows(rows, teams=3, balance=["role", "staff id"])
    assert ["nothing to balance" in str(note) for note in plain.warnings] == [True]


def test_a_measure_is_balanced_by_mean_and_spread() -> None:
    """Ages are no kinds where hardly two people share one; a number named as one is not noted."""
    rows = [{"name": f"p{at}", "role": "ab"[at % 2], "years": at + 1} for at in range(6)]
    plain = TeamsProblem.from_rows(rows, teams=3, balance=["role", "years"])
    assert [number.name for number in plain.numbers] == ["years"]
    assert ["its mean and spread are balanced" in str(note) for note in plain.warnings] == [True]
    said = TeamsProblem.from_rows(rows, teams=3, balance=["role"], numbers=["years"])
    assert not said.warnings
    assert eh.solve(plain).awards.tolist() == eh.solve(said).awards.tolist()


@pytest.mark.parametrize(
    ("head", "values", "teams", "kinds"),
    [
        ("grade", [5, 6, 7], 8, True),  # few values are kinds, numbers or not
        ("age", list(range(20, 60)), 8, False),
        ("age", list(range(20, 60)), 2, True),  # each age is shared by more people than there are teams
        ("zip", list(range(20, 60)), 8, True),
        ("age", [*range(20, 59), "old"], 8, True),  # one word, and they are no numbers
    ],
)
def test_which_numbers_are_kinds(head: str, values: list[object], teams: int, *, kinds: bool) -> None:
    """Numbers are kinds where they are few, or shared by at least as many people as there are teams."""
    rows = [{"name": f"p{at}", head: values[at % len(values)]} for at in range(120)]
    problem = TeamsProblem.from_rows(rows, teams=teams, balance=[head])
    assert bool(problem.criteria) is kinds
    assert bool(problem.numbers) is not kinds


CELLS = st.sampled_from(["a", "A", " b", "b", "", "a;b", "x, y", "2026-01-02 10:00", "Ada Lopes", "ben"])


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30), twice=st.booleans())
def test_columns_held_as_codes_are_read_like_lists(rows: list[tuple[str, str]], *, twice: bool) -> None:
    """Guess, names, order, criteria and errors are the same however the table holds its columns."""
    names = [f"Person {at * 7 % len(rows)}" for at in range(len(rows))]
    names[-1] = names[0] if twice else names[-1]
    columns = {"name": names, "house": [one for one, _ in rows], "Friend 1": [two for _, two in rows]}
    coded = {header: coded_of(cells) for header, cells in columns.items()}
    rows_from = range(2, 2 + len(rows))
    plain, held = Table("people", columns, rows_from), Table("people", coded, rows_from)
    assert guess(plain) == guess(held)
    (people, rows_of), (same, same_rows) = people_of_table(plain, None), people_of_table(held, None)
    assert people == same
    assert rows_of.tolist() == same_rows.tolist()
    assert [str(error) for error in plain.findings.errors] == [str(error) for error in held.findings.errors]
    order = np.arange(len(rows))
    one, other = category("house", columns["house"], order), category("house", coded["house"], order)
    assert (one.values, one.person.tolist(), one.value.tolist()) == (
        other.values, other.person.tolist(), other.value.tolist(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        "Mit wem auf keinen Fall?", "Mit wem nicht?", "Who should you never sit with?", "I don't work with",
        "Avec qui surtout pas ?", "¿Con quién no quieres estar?", "Feud", "Conflict with", "Streit mit",
        "Con chi non",
    ],
)  # fmt: skip
def test_whom_somebody_does_not_want_is_no_wish(head: str) -> None:
    """A head that says no above names of people keeps them apart, in several languages."""
    names = ["Ada", "Ben", "Cem", "Dia", "Eli", "Fay"]
    table = read({"name": names, head: [*names[1:], names[0]], "Friend": names[::-1]}, "people")
    seen = guess(table)
    assert head in seen.apart
    assert head not in seen.wishes
    assert "Friend" in seen.wishes
