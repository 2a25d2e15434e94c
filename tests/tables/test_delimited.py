"""Delimited text becomes columns: the delimiter by vote, rows by record, everything odd by row."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import Findings, InputError
from evenhand.tables.delimited import Grid, parse, vote


def grid(text: str, *, faults: int = 0) -> Grid:
    """Return the columns of a text that has so many faults."""
    noted = Findings()
    out = parse(text, "t.csv", noted)
    assert len(noted.errors) == faults, noted.errors
    return out


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n", ";"),
        ("a\tb\n1,5\t2;3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('"a;b",c\n"1;2",3\n', ","),
        ("name, first;score\nx, y;12,5\n", ";"),
        ("name\nAda\n", ","),
        ('name\n"Lovelace, Ada"\n', ","),
        ("name\nAda;1\nBob;2\n", ";"),
        ("name\nAda; the first\nBob\nCem\n", ","),
        ("a,b,c\n1,2,3\n1;2;3\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_voted_by_rows_as_wide_as_the_header(text: str, delimiter: str) -> None:
    """Delimiters in quotes do not count, decimal commas lose, one column is possible."""
    assert vote(text) == delimiter


def test_the_vote_takes_no_longer_for_a_larger_file() -> None:
    """A megabyte of other rows behind the sample is not looked at, so a vote costs the same for any file."""
    head = '"a""",b\n' + '"x, ""y"" z",1\n' * 6400
    assert vote(head) == vote(head + "1;2;3\n" * 200_000) == ","


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_ends_a_line(end: str) -> None:
    """Line feed, carriage return, or both."""
    found = grid(end.join(["name,n", "Ada,007", "", "Bob,2", ""]))
    assert found.columns == {"name": ["Ada", "Bob"], "n": ["007", "2"]}
    assert list(found.rows) == [2, 4]


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    """A line break in quotes is inside one row, a blank row counts, and so do blank rows above the header."""
    found = grid('\n\nname,n\n"A\nB",1\n,\n  , \nC,2\n')
    assert found.columns["name"] == ["A\nB", "C"]
    assert list(found.rows) == [4, 7]


@pytest.mark.parametrize("text", ["sep=;\na;b\n1,5;2\n", "sep=;\r\na;b\r\n1,5;2\r\n", "SEP=;\na;b\n1,5;2"])
def test_excels_first_line_names_the_delimiter(text: str) -> None:
    """``sep=;`` is obeyed and is no row."""
    found = grid(text)
    assert (found.columns, list(found.rows)) == ({"a": ["1,5"], "b": ["2"]}, [2])


def test_a_row_that_does_not_fit_is_an_error_by_row() -> None:
    """Short and long rows are noted, kept so that others keep their place, and marked as broken."""
    noted = Findings()
    found = parse("a,b\n1\n2,3,4\n5,6,\n7,8\n", "t.csv", noted)
    assert [str(error) for error in noted.errors] == [
        "t.csv, row 2: has 1 cell where the header has 2. Write a cell for each of a, b.",
        "t.csv, row 3: has 3 cells where the header has 2. Put a cell that holds a comma in double quotes.",
    ]
    assert (found.columns["a"], found.broken) == (["1", "2", "5", "7"], frozenset({0, 1}))


@pytest.mark.parametrize("title", ["Report,2026", "Report;2026"])
def test_a_title_of_two_cells_is_told_as_such(title: str) -> None:
    """Where most rows are longer than the first, the first is said not to be the header, once."""
    with pytest.raises(InputError) as caught:
        parse(
            f"{title}\n" + "name,office,n\nAda,Oslo,1\nBen,Rome,2\n".replace(",", title[6]),
            "t.csv",
            Findings(),
        )
    assert len(caught.value.findings) == 1
    assert str(caught.value).endswith(
        "but 3 of the rows below have 3. The header must be the first row: delete what stands above it."
    )


@pytest.mark.parametrize(
    "title", ["Report 2026", "Report 2026,,", "Report 2026\n\nAll offices,,\n", "\n\nReport 2026"]
)
def test_a_title_above_the_header_is_left_out(title: str) -> None:
    """One cell alone above the header, once or in several rows, is left out with a note."""
    noted = Findings()
    found = parse(f"{title}\nname,office,n\nAda,Oslo,1\nBen,Rome,2\n", "t.csv", noted)
    assert list(found.columns) == ["name", "office", "n"]
    assert (found.columns["name"], noted.errors) == (["Ada", "Ben"], [])
    header = title.count("\n") + 2
    assert (found.header_row, list(found.rows)) == (header, [header + 1, header + 2])
    assert [note.problem for note in noted.warnings] == [
        f"stands above the header, which is row {header}, and was left out"
    ]


@pytest.mark.parametrize(
    "text", ["name\nStein, Ada\nOde, Bo\n", "Report\n1,2,3\n4,5,6\n", "Report\na,a,b\n1,2,3\n"]
)
def test_what_may_be_the_header_is_no_title(text: str) -> None:
    """A column's name above wider rows, and a title above numbers or equal heads, are refused."""
    with pytest.raises(InputError, match=r"below have|below it are filled"):
        parse(text, "t.csv", Findings())


def test_a_long_column_of_single_cells_has_the_first_as_its_header() -> None:
    """Nothing that is read in search of a wider row is lost."""
    found = parse("Teilnehmerliste\n" + "".join(f"p{index}\n" for index in range(1000)), "t.csv", Findings())
    assert list(found.columns) == ["Teilnehmerliste"]
    assert found.columns["Teilnehmerliste"] == [f"p{index}" for index in range(1000)]


@pytest.mark.parametrize("quote", ["\u201c", "'", "\u00ab"])
def test_quotes_that_part_no_cells_are_named(quote: str) -> None:
    """Curly or single quotes around cells with commas are the fault, not the header."""
    with pytest.raises(InputError, match="in straight double quotes"):
        parse(f"name,office\n{quote}Stein, Ada{quote},a\n{quote}Ode, Bo{quote},b\n", "t.csv", Findings())


@pytest.mark.parametrize("start", [0, 1])
def test_the_index_of_a_data_frame_is_left_out(start: int) -> None:
    """A first column without a head that counts the rows is not a column; any other is refused."""
    noted = Findings()
    rows = "".join(f"{index},p{index}\n" for index in range(start, start + 3))
    assert list(parse(",name\n" + rows, "t.csv", noted).columns) == ["name"]
    assert (noted.errors, len(noted.warnings)) == ([], 1)
    parse(",name\n" + rows.replace("2,", "7,"), "t.csv", noted)
    assert len(noted.errors) == 1


def test_a_head_of_two_lines_is_one_line() -> None:
    """A line break within a head is for the eye."""
    assert list(parse('"Full\nname",office\nAda,a\n', "t.csv", Findings()).columns) == ["Full name", "office"]


def test_very_many_ragged_rows_are_counted() -> None:
    """A hundred rows are named, the others counted."""
    noted = Findings()
    parse("a,b,c\n" + "1,2\n" * 250, "t.csv", noted)
    assert len(noted.errors) == 101
    assert str(noted.errors[-1]) == (
        "t.csv, row 102: has 150 more rows like these from here on. Look at the file as a whole."
    )


def test_headers_are_one_whatever_their_spelling() -> None:
    """Headers that differ in case and separators only are one, twice; a nameless full column is refused."""
    noted = Findings()
    found = parse("Week Start,week_start,,x,\n1,2,3,4,\n", "t.csv", noted)
    assert list(found.columns) == ["Week Start", "x"]
    assert [str(error) for error in noted.errors] == [
        (
            "t.csv, row 1, column week_start: stands in the header twice, as Week Start. "
            "Rename or delete one of the two columns."
        ),
        "t.csv, row 1: has no header over column 3. Name the column; row 2 has a value in it.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n , \n", "is empty"),
        ('a,b\n"1,2\n', "a double quote that is never closed; the file ended in line 2"),
        ('a,b\n"1"x,2\n', "text after a closing double quote in line 2"),
        ('a,b\n"' + "x" * 140_000 + '",1\n', "a cell of more than 131,072 characters near line 2"),
    ],
)
def test_text_that_cannot_be_trusted_is_refused(text: str, words: str) -> None:
    """Where a quote goes wrong nothing after it means what it says, so the file is refused with the line."""
    with pytest.raises(InputError, match=words):
        parse(text, "t.csv", Findings())


def test_a_header_alone_is_a_table_without_rows() -> None:
    """No rows are no error here."""
    found = grid("name,score\n")
    assert (found.columns, len(found.rows)) == ({"name": [], "score": []}, 0)


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(str.strip)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_csv_writes_is_read_as_written(
    rows: list[tuple[str, str, str]], delimiter: str, end: str
) -> None:
    """A table of the standard library, in any delimiter and line ending, comes back cell by cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(["alpha", "beta", "gamma"])
    writer.writerows(rows)
    kept = [(at, row) for at, row in enumerate(rows, start=2) if any(row)]
    noted = Findings()
    found = parse(f"sep={delimiter}{end}{out.getvalue()}", "t.csv", noted)
    assert not noted.errors
    assert list(found.rows) == [at for at, _ in kept]
    got = list(zip(*found.columns.values(), strict=True))
    assert [tuple(map(plainly, row)) for row in got] == [tuple(map(plainly, row)) for _, row in kept]


def plainly(cell: str) -> str:
    """Return a cell without what reading takes away on purpose: formula marks, decomposed accents."""
    from evenhand.tables.texts import tidy, unshield

    return unshield(tidy([cell]))[0] if cell[:1] == "'" else tidy([cell])[0]
