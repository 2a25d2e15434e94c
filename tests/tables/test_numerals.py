"""Numbers are read as written, or refused with the number that should have been written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.tables.numerals import decimals, wholes


@pytest.mark.parametrize(
    ("cell", "value"), [("5", 5), ("+5", 5), ("-5", -5), ("007", 7), ("5.0", 5), ("5,00", 5)]
)
def test_whole_numbers_as_files_write_them(cell: str, value: int) -> None:
    """Signs, leading zeros, and the decimals that data frames add."""
    values, faults = wholes(["1", cell, "2.0"])
    assert (values.tolist(), faults) == ([1, value, 2], [])


@pytest.mark.parametrize(
    ("cell", "problem", "mend"),
    [
        ("1,000", "has a thousands separator", "Write 1000"),
        ("1.000", "has a thousands separator", "Write 1000"),
        ("1 000 000", "has a thousands separator", "Write 1000000"),
        ("1'000", "has a thousands separator", "Write 1000"),
        ("1\u202f000", "has a thousands separator", "Write 1000"),
        ("1.2E+05", "is a shortened number", "Show the column as a number without decimals"),
        ("99999999999999999999", "is too large", "at most 18 digits"),
        ("1" * 5000, "is too large", "at most 18 digits"),
        ("1_000", "is not a whole number", "Write a whole number"),
        ("12.5", "is not a whole number", "Write a whole number"),
        ("five", "is not a whole number", "Write a whole number"),
    ],
)
def test_other_whole_numbers_are_refused_with_their_mend(cell: str, problem: str, mend: str) -> None:
    """No separator is guessed away and no digit is lost."""
    values, faults = wholes(["3", cell])
    assert values.tolist() == [3, 0]
    assert [(at, said) for at, said, _ in faults] == [(1, problem)]
    assert mend in faults[0][2]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["12.5", "-1", "1e3", ".5", "5."], [12.5, -1, 1000, 0.5, 5]),
        (["12,5", "7", ",5"], [12.5, 7, 0.5]),
        (["12,5", "1,234"], [12.5, 1.234]),
        (["0,125"], [0.125]),
        (["1.234"], [1.234]),
    ],
)
def test_a_column_has_one_decimal_mark(cells: list[str], values: list[float]) -> None:
    """Points or commas; a doubtful cell follows one that is not."""
    found, faults = decimals(cells)
    assert (found.tolist(), faults) == (values, [])


@pytest.mark.parametrize(
    ("cells", "semicolons", "said"),
    [
        (["1,234"], False, (0, "may be thousands or a fraction", "Write 1234 or 1.2340, whichever is meant")),
        (["1.000"], True, (0, "may be thousands or a fraction", "Write 1000 or 1.0, whichever is meant")),
        (["1,234.5"], False, (0, "has a thousands separator", "Write 1234.5")),
        (["1.234,5"], True, (0, "has a thousands separator", "Write 1234.5")),
        (["1 000,5"], False, (0, "has a thousands separator", "Write 1000.5")),
        (["1.5", "1,234"], False, (1, "has a comma where other cells of the column have a decimal point",
                                   "Write 1234 or 1.2340, whichever is meant")),
        (["nan"], False, (0, "is not a number", "Write a number, or leave the cell empty or out")),
        (["€ 5,50"], True, (0, "has a currency sign", "Write 5,50")),
        (["3 EUR"], False, (0, "has a currency sign", "Write 3")),
        (["(5)"], False, (0, "is not a number", "Write -5")),
        (["5-"], False, (0, "is not a number", "Write -5")),
        (["inf"], False, (0, "is not a number", "Write a number such as 12.5")),
        (["1e999"], False, (0, "is too large", "Write a number such as 12.5")),
        (["50%"], False, (0, "is a percentage",
                          "Write plain numbers in the whole column, such as 50 or 0.5")),
        (["1_0.5"], False, (0, "is not a number", "Write a number such as 12.5")),
    ],
)  # fmt: skip
def test_doubtful_numbers_are_refused(cells: list[str], semicolons: bool, said: tuple[int, str, str]) -> None:  # noqa: FBT001 - a case
    """What could be thousands or a fraction is asked for, never guessed."""
    _, faults = decimals(cells, semicolons=semicolons)
    assert faults == [said]


def test_the_minus_of_word_processors_is_a_minus() -> None:
    """U+2212 before digits is read as the hyphen is."""
    assert decimals(["\u22125.5", "3"])[0].tolist() == [-5.5, 3]
    assert wholes(["\u22125", "3"])[0].tolist() == [-5, 3]


def test_both_marks_in_one_column_are_refused_on_both_sides() -> None:
    """12,5 beside 1.5 shows no mark to believe in."""
    _, faults = decimals(["12,5", "1.5", "3"])
    assert [at for at, _, _ in faults] == [0, 1]


def test_a_point_stands_in_a_file_with_semicolons_where_a_cell_proves_it() -> None:
    """1.234 is a fraction beside 1.5, also where semicolons stand between cells."""
    values, faults = decimals(["1.234", "1.5"], semicolons=True)
    assert (values.tolist(), faults) == ([1.234, 1.5], [])


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20),
    st.lists(st.floats(allow_nan=False, allow_infinity=False)),
)
def test_numbers_come_back_exactly(whole: list[int], fractions: list[float]) -> None:
    """Every int64 and every finite float is read back to the bit, alone or beside a cell at fault."""
    values, faults = wholes(list(map(str, whole)))
    assert (values.tolist(), faults) == (whole, [])
    assert wholes([*map(str, whole), "no"])[0][:-1].tolist() == whole
    numbers, more = decimals(list(map(repr, fractions)))
    assert (numbers.tolist(), more) == (fractions, [])
    assert decimals([*map(repr, fractions), "no"])[0][:-1].tolist() == fractions
