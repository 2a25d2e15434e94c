"""Large plain CSV by pyarrow: the same table and the same findings as the plain reader, or no answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.core.errors import Findings, InputError
from evenhand.tables import reader
from evenhand.tables.coded import Coded, coded_of
from evenhand.tables.quick_csv import parse_plain
from evenhand.tables.reader import read
from evenhand.tables.table import Table

CELLS = st.one_of(
    st.sampled_from(
        [
            "", " ", "Ada", "ada", "Zoe\u0301", "Zo\u00e9", "\u200bAda", "A\u00a0b",
             "\u2003Ada", "\x85", "\x1c", "'=1+1", "=1",
            "7", "+7", "-7", "007", "7.0", "1_0", "1,000", "1.234", "12,5", "1e3", "nan", "inf", "9" * 25,
            "2026-01-31", "31.01.2026", "2026-02-30", "yes", "no", "maybe", "#N/A", "#FORMULA", "Total",
            "a,b", "a;b", 'a"b', "a\nb", "\x00", "\ufeff", "NULL", "\u0663",
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=4),
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Return a delimited file as programs and people leave it: mostly plain, now and then odd."""
    width, mark = draw(st.integers(1, 4)), draw(st.sampled_from([",", ",", ";", "\t", "|"]))
    heads = draw(
        st.lists(st.sampled_from(["item", "score", "Day", "day", "", "n a"]), min_size=width, max_size=width)
    )
    plain = st.sampled_from(["Ada", "Bo", "7", "2.5", "2026-01-31", "\u00c5sa", " x ", ""])
    cells = draw(st.sampled_from([plain, plain, CELLS]))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))
    if draw(st.integers(0, 5)) == 0:
        rows.append(draw(st.lists(cells, max_size=5)))
    end = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]))
    if quoted := draw(st.sampled_from(["", "", "all", "some"])):
        every = quoted == "all"
        rows = [[f'"{cell}"' if every or draw(st.booleans()) else cell for cell in row] for row in rows]
    text = end.join(mark.join(row) for row in [heads, *rows]) + draw(st.sampled_from(["", end, end + end]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return text.encode(encoding, "replace")


def told(findings: Findings) -> list[str]:
    """Return what was noted, a line each."""
    return [f"{kind} {one}" for kind in ("errors", "warnings") for one in getattr(findings, kind)]


def table_of(raw: bytes, *, quickly: bool, monkeypatch: pytest.MonkeyPatch) -> tuple[Table | None, list[str]]:
    """Return a file's table and what was noted of it, read quickly where that is possible or plainly."""
    noted = Findings()
    monkeypatch.setattr(reader, "QUICK_FROM", 0 if quickly else len(raw) + 1)
    try:
        return read(raw, "t.csv", noted), told(noted)
    except InputError as error:
        return None, [str(error)]


def seen(table: Table) -> list[Any]:
    """Return all that the typed views of a table say, and what they note."""
    out: list[Any] = [list(table.columns), list(table.rows), table.semicolons, table.origin]
    for head in table.columns:
        table.findings.errors.clear()
        out += [
            table.text(head, required=True),
            table.integers(head, default=3, low=0).tolist(),
            table.integers(head, high=5).tolist(),
            repr(table.numbers(head).tolist()),
            table.dates(head, optional=True),
            table.dates(head),
            table.flags(head).tolist(),
            table.coded(head, required=True).words,
            table.coded(head).codes.tolist(),
            told(table.findings),
        ]
    return out


@settings(deadline=None, max_examples=400)
@given(raw=files())
@example(raw=b"a,b\n1,2\n , \n3,4\n")
@example(raw=b"a\n \nx\n")
@example(raw=b"a,b\n1,2\n,\n")
@example(raw=b"a,b\n1,2\n3\n")
@example(raw=b"a,b\n1,2\n3,4,\n")
@example(raw=b"sep=;\na;b\n1;2\n")
@example(raw=b"\xef\xbb\xbfa,b\n1,2\n")
@example(raw=b"a,b\n1,\xff\n")
@example(raw=b'"a","b, c"\n1,2\n')
@example(raw=b'"a\nb",c\n1,2\n')
@example(raw=b'"a,b\n1,2\n')
@example(raw=b'"a"x,b\n1,2\n')
@example(raw=b'a,b\n"1","2"\n"3",4\n')
@example(raw=b'a,b\n"1,5","2"\n" 3 ","\'=4"\n')
@example(raw=b'a,b\n"","2"\n"",""\n')
@example(raw=b"a,b")
@example(raw=b"a,b\n")
@example(raw=b"\na,b\n1,2\n")
@example(raw=b"title\na,b\n1,2\n")
def test_the_quick_reader_reads_as_the_plain_one(raw: bytes) -> None:
    """Whatever the file, both give the same table, the same views of it, and the same findings."""
    with pytest.MonkeyPatch.context() as patch:
        (quick, quick_said), (plain, plain_said) = (
            table_of(raw, quickly=quickly, monkeypatch=patch) for quickly in (True, False)
        )
    assert quick_said == plain_said
    assert (quick is None) == (plain is None)
    if quick is not None and plain is not None:
        assert seen(quick) == seen(plain)


@pytest.mark.parametrize(
    "rows", [b"Ada,7\nBo,8\n", b"Ada,7\r\nBo,8", "Åsa,7\nZoé, 7 \n".encode(), b"Ada,\n,8\n",
        b'"Ada","7"\n"Stein, Bo","8"\n', b'"Ada",7\r\nBo,""\r\n', b'"Ada","7"\n"Bo","8"',
    ],
)  # fmt: skip
def test_plain_files_are_read_quickly(rows: bytes) -> None:
    """Rows of equal width, quoted or not, need no plain reader: the property above is not empty."""
    found = parse_plain(b"name,n\n" + rows, "t.csv", Findings())
    assert found is not None
    assert all(isinstance(cells, Coded) for cells in found.columns.values())


@pytest.mark.parametrize(
    "raw",
    [
        b'a\n"x""y"\n',
        b'a,b\n1, "x"\n',
        b'a\n"x\ny"\n',
        b'a\nx"y\n',
        b'a\n"x"y\n',
        b'a\n"x\n',
        b"a,b\n1\n",
        b"a\n\nx\n",
        b"a\nx\ry\n",
        b"a\n\xff\n",
        b"a\n\0\n",
        b"a,b\n1,2\n,\n",
    ],
)
def test_what_is_not_plain_is_left_to_the_plain_reader(raw: bytes) -> None:
    """Quotes within cells, breaks in quotes, ragged and blank rows, old line ends, broken signs, NULs."""
    assert parse_plain(raw, "t.csv", Findings()) is None


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["b", "a", "", "c", "ab"])), st.integers(-6, 6), st.integers(-6, 6))
def test_codes_stand_for_their_cells(cells: Sequence[str], low: int, high: int) -> None:
    """A coded column is what a list of its cells is: length, cells, slices, places, words."""
    coded = coded_of(list(cells))
    assert coded == list(cells)
    assert coded[low:high] == list(cells[low:high])
    assert coded.first_seen() == list(dict.fromkeys(cells))
    assert list(coded.words) == sorted(set(cells))
    assert coded.codes.dtype == np.int32
    for word in ("a", "x"):
        assert (word in coded) == (word in cells)
        assert coded.places(word) == [at for at, cell in enumerate(cells) if cell == word]
        if word in cells:
            assert coded.index(word) == cells.index(word)
    assert coded.changed(lambda words: [word[:1] for word in words]) == [cell[:1] for cell in cells]
