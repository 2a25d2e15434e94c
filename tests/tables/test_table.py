"""Typed views note everything that is wrong, by row, with the header as the user wrote it."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.core.errors import Findings, InputError
from evenhand.tables import Headed, Table, read


def table(**columns: list[str]) -> Table:
    """Return a table of these columns, called people."""
    return read(columns, name="people", findings=Findings())


def said(of: Table) -> list[str]:
    """Return the errors noted so far, in order."""
    try:
        of.findings.raise_errors()
    except InputError as error:
        return list(map(str, error.findings))
    return []


def test_columns_are_found_by_any_spelling_and_shown_as_written() -> None:
    """Week Start is week_start; errors say Week Start."""
    people = table(**{"Week Start": ["soon"], "n": ["1"]})
    assert people.has("week_start")
    assert people.head("week-start") == "Week Start"
    assert list(people.columns) == ["Week Start", "n"]
    assert people.columns["weekstart"] == ["soon"]
    assert people.need("week_start", "N")
    people.dates("week_start")
    assert said(people) == [
        "people, row 2, column Week Start: 'soon' is not a date. Write dates as 2026-01-31."
    ]


def test_headed_is_a_mapping() -> None:
    """Length, membership and missing keys behave as in any mapping."""
    columns = Headed({"First Name": ["Ada"]})
    other: object = 5
    assert (len(columns), "first_name" in columns, columns.get("last")) == (1, True, None)
    assert not columns.__contains__(other)
    with pytest.raises(KeyError):
        columns["last"]


def test_a_missing_column_is_named_with_its_near_miss() -> None:
    """All missing columns are noted; the one that was misspelled is told so."""
    people = table(name=["Ada"], scroe=["1"])
    assert not people.need("name", "score", "office")
    office, score = said(people)
    assert office == "people, column office: is missing. Add the column office. The table has name, scroe."
    assert score.startswith("people, column score: is missing. Did you mean scroe? Then rename it, or say")
    assert score.endswith("--map scroe=score. The table has name, scroe.")


def test_an_empty_list_lacks_nothing() -> None:
    """No rows at all are no table with missing columns."""
    assert read([]).need("name")


def test_an_unknown_column_is_warned_of_only_where_it_is_nearly_known() -> None:
    """Extra columns are nobody's business, a misspelled optional one is."""
    people = table(name=["Ada"], wieght=["1"], hobby=["chess"])
    assert people.unknown("name", "weight", "skills") == ("wieght", "hobby")
    assert list(map(str, people.findings.warnings)) == [
        "people, column wieght: is not known and was left alone. Did you mean weight?"
    ]


def test_whole_numbers_with_limits_and_defaults() -> None:
    """Empty cells take the default, which no limit applies to; cells beyond the limits are noted and 0."""
    people = table(n=["5", "", "0", "12", "x"])
    assert people.integers("n", default=-1, low=1, high=10).tolist() == [5, -1, 0, 0, 0]
    assert said(people) == [
        "people, row 4, column n: '0' is too small. Write a whole number from 1 to 10.",
        "people, row 5, column n: '12' is too large. Write a whole number from 1 to 10.",
        "people, row 6, column n: 'x' is not a whole number. Write a whole number.",
    ]


def test_numbers_with_limits_and_defaults() -> None:
    """A default proves no decimal mark; without one an empty cell is noted."""
    people = table(w=["12,5", "", "-1"])
    assert people.numbers("w", default=0.5, low=0).tolist() == [12.5, 0.5, 0]
    assert people.numbers("w", high=20).tolist() == [12.5, 0, -1]
    assert said(people) == [
        "people, row 3, column w: '' is empty. Write a number such as 12.5, of 20 or less.",
        "people, row 4, column w: '-1' is too small. Write a number such as 12.5, of 0 or more.",
    ]


def test_a_missing_column_is_all_default() -> None:
    """Views of a column that is not there hold the default everywhere and note nothing."""
    people = table(name=["Ada", "Bob"])
    assert people.integers("n", default=3).tolist() == [3, 3]
    assert people.numbers("n").tolist() == [0, 0]
    assert people.text("n", default="x") == ["x", "x"]
    assert people.flags("n", default=True).tolist() == [True, True]
    assert people.dates("n", optional=True) == [None, None]
    assert said(people) == []


def test_text_may_be_required_or_filled() -> None:
    """Required empty cells are noted by row; a default fills them."""
    people = table(name=["Ada", ""], n=["1", "2"])
    assert people.text("name", default="?") == ["Ada", "?"]
    assert people.text("name", required=True) == ["Ada", ""]
    assert said(people) == ["people, row 3, column name: '' is empty. Fill the cell or delete the row."]


def test_dates_of_a_column() -> None:
    """Equal wrong cells are each noted, a column that decides nothing once."""
    people = table(day=["2026-01-31", "soon", "", "soon"], other=["1/2/2026", "1/2/2026", "3/4/2026", ""])
    assert people.dates("day") == [date(2026, 1, 31), None, None, None]
    assert people.dates("other", optional=True) == [None] * 4
    assert [line.split(":", 1)[0] for line in said(people)] == [
        "people, row 2, column other",
        "people, row 3, column day",
        "people, row 4, column day",
        "people, row 5, column day",
    ]


def test_flags() -> None:
    """Yes and no in their usual words; anything else is noted."""
    people = table(b=["Yes", "n", "", "x", "maybe"])
    assert people.flags("b", default=True).tolist() == [True, False, True, True, False]
    assert said(people) == ["people, row 6, column b: 'maybe' is neither yes nor no. Write yes or no."]


def test_a_broken_row_is_said_once() -> None:
    """A row that is wrong as a whole brings no further errors of its cells."""
    people = Table("t", {"n": ["x", "y"]}, [2, 3], Findings(), broken=frozenset({0}))
    people.integers("n")
    people.wrong(0, "n", "is odd", "Mend it")
    assert said(people) == ["t, row 3, column n: 'y' is not a whole number. Write a whole number."]


def test_very_many_wrong_cells_are_counted() -> None:
    """A column of words where numbers are due says a hundred of them, and how many more."""
    people = table(n=["x"] * 250)
    people.integers("n")
    assert len(people.findings.errors) == 101
    assert str(people.findings.errors[-1]) == (
        "people, row 102, column n: has 150 more cells like these from here on. "
        "Look at the column as a whole."
    )


def test_odd_cells_are_warnings() -> None:
    """What is odd does not stop the work; a column that is not there has no value to show."""
    people = table(n=["x"])
    people.odd(0, "N", "is odd", "Look")
    people.wrong(0, "gone", "is wrong", "Add it")
    assert [str(people.findings.warnings[0]), *said(people)] == [
        "people, row 2, column n: 'x' is odd. Look.",
        "people, row 2, column gone: is wrong. Add it.",
    ]


@pytest.mark.parametrize(
    ("cells", "whole", "parts"),
    [
        (["1", "", "3"], [1, 1, 3], 1),
        (["0.5", "1", ""], [1, 2, 2], 2),
        (["0.1", "0.3"], [1, 3], 10),
        (["1/3", "½", "25%"], [4, 6, 3], 12),
        (["0,75", "1"], [3, 4], 4),
    ],
)
def test_weights_are_counted_in_equal_parts(cells: list[str], whole: list[int], parts: int) -> None:
    """Decimals, fractions and percentages keep their proportions exactly; whole weights stay as they are."""
    people = table(weight=cells)
    values, found = people.weights("weight")
    assert (values.tolist(), found, people.findings.errors) == (whole, parts, [])
    assert len(people.findings.warnings) == (parts > 1)


@pytest.mark.parametrize("cell", ["0", "-0.5", "x", "inf", "2000000", "1/0", "0.0000001"])
def test_weights_that_are_none_are_refused(cell: str) -> None:
    """Nothing, less than nothing, words, and what cannot be counted in a million parts."""
    people = table(weight=[cell, "1"])
    assert people.weights("weight")[0].tolist() == [1, 1]
    assert len(people.findings.errors) == 1
    assert len(table(weight=["0", "1"]).weights("weight", zero=True)[0]) == 2
