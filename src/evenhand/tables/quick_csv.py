"""Large plain CSV by pyarrow, where it is installed: the same columns as ``delimited.parse``, or none at all.

Nothing is decided here. A file that holds a quote within a cell, a line break in quotes, a row of another
width, a blank row, or anything else that ``parse`` would look at twice, is left to it. So every finding is
made in one place. What is left is what large files are: rows of equal width that a program wrote, with quotes
around all cells, some, or none.
"""

from __future__ import annotations

import csv
from importlib.util import find_spec
from io import StringIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings, InputError
from evenhand.tables.coded import Coded
from evenhand.tables.delimited import SAMPLE_CHARACTERS, Grid, columns_of, header_of, vote
from evenhand.tables.texts import tidy_words, unshield

QUICK_FROM: Final = 4_000_000
"""Bytes from which on a file is read by pyarrow. Importing it takes 0.1 s of processor time, which is what
``parse`` takes for about 3 MB; from half as many bytes on nothing would be won."""

BLOCK: Final = 1 << 22
"""Bytes that pyarrow parses at a time, and so what a column's words are first collected from. A quarter of it
makes four times as many vocabularies to join; four times as much adds some 50 MB to the peak."""

QUOTE: Final = ord('"')
MARK = b"\xef\xbb\xbf"


def parse_plain(raw: bytes, name: str, noted: Findings) -> Grid | None:
    """Return the columns of a plain UTF-8 file, or None where ``parse`` has to read it.

    Promise:
        What it returns and what it notes is what ``decode`` and ``parse`` return and note.

    Cost: linear; six million rows of four cells take about 1.5 s on two cores.
    """
    start = len(MARK) if raw.startswith(MARK) else 0
    if find_spec("pyarrow") is None or not _plain(raw, start):
        return None
    end = raw.find(b"\n", start)
    try:
        head = raw[start:end].decode()
        # The sample may end within a character, which the vote never sees: it looks at fewer.
        delimiter = vote(raw[start : start + 4 * SAMPLE_CHARACTERS + 4].decode(errors="ignore"))
    except UnicodeDecodeError:
        return None
    if head[:4].lower() == "sep=":
        return None
    try:
        header, first, _ = header_of(
            csv.reader(StringIO(head, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True),
            name,
            noted,
        )
    except (csv.Error, InputError):
        return None
    # One cell over several columns may be a title, and the header stands below it.
    title = len(header) > 1 and sum(map(bool, header)) == 1
    body = memoryview(raw)[end + 1 :]
    quoted = raw.find(b'"', end) >= 0
    left = title or (quoted and not _well_quoted(body, delimiter))
    columns = None if left else _columns(body, len(header), delimiter, quoted=quoted)
    if columns is None:
        return None
    cells = [Coded.joined(column.codes, unshield(tidy_words(column.words))) for column in columns]
    rows = range(first + 1, first + 1 + len(cells[0]))
    return Grid(columns_of(header, cells, rows, name, noted, first), rows, frozenset(), delimiter, first)


def _plain(raw: bytes, start: int) -> bool:
    """Whether a file's lines may be its rows: no blank lines, no line ends of the old Mac, no NUL."""
    returns = raw.count(b"\r")
    if returns and returns != raw.count(b"\r\n"):
        return False
    end = raw.find(b"\n", start)
    return (
        end - start > 0
        and end + 1 < len(raw)
        and not any(mark in raw for mark in (b"\0", b"\n\n", b"\n\r\n"))
    )


def _well_quoted(body: memoryview, delimiter: str) -> bool:
    """Whether every quote opens or closes a whole cell, so that all readers agree on what the cells are.

    A quote opens where a cell begins, and the next one closes where it ends, in the same line. Doubled
    quotes, quotes after a blank or within a cell, and line breaks in quotes are none of that.
    """
    data = np.frombuffer(body, dtype=np.uint8)
    starts = {ord("\n"), ord(delimiter)}
    ends = starts | {ord("\r")}
    begin = 0
    # Piece by piece, each a number of whole lines: positions of all quotes would take more than the file.
    while begin < len(data):
        stop = min(begin + BLOCK, len(data))
        while stop < len(data) and data[stop - 1] != ord("\n"):
            stop += 1
        piece = data[begin:stop]
        quotes = np.flatnonzero(piece == QUOTE)
        if len(quotes) % 2:
            return False
        opens, closes = quotes[::2], quotes[1::2]
        before, after = piece[opens[opens > 0] - 1], piece[closes[closes < len(piece) - 1] + 1]
        lines = np.flatnonzero(piece == ord("\n"))
        if not (
            np.isin(before, list(starts)).all()
            and np.isin(after, list(ends)).all()
            and (np.searchsorted(lines, opens) == np.searchsorted(lines, closes)).all()
        ):
            return False
        begin = stop
    return True


def _columns(body: memoryview, width: int, delimiter: str, *, quoted: bool) -> list[Coded] | None:
    """Return the columns as pyarrow reads them; None where it cannot, or where a row is blank."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = [str(index) for index in range(width)]
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=arrow.ReadOptions(column_names=names, block_size=BLOCK),
            parse_options=arrow.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                double_quote=False,
                ignore_empty_lines=False,
            ),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(names, text), strings_can_be_null=False
            ),
        )
    except (pa.ArrowException, OSError, ValueError):
        return None  # rows of different widths, broken characters, a row larger than a block
    table = table.unify_dictionaries()
    columns = [_coded(column) for column in table.columns]
    longest = max((max(map(len, column.words), default=0) for column in columns), default=0)
    return None if longest > csv.field_size_limit() or _blank_row(columns) else columns


def _coded(column: Any) -> Coded:
    """Return a column that pyarrow made of codes, its words sorted.

    UTF-8 sorts by bytes as Python's texts do by characters, and pyarrow sorts a million names in a third of
    the time, so that ``Coded.changed`` finds them in order and need not number them anew.
    """
    codes = np.concatenate(
        [np.empty(0, np.int32), *(_numbers(chunk.indices, np.int32) for chunk in column.chunks)]
    )
    if not column.num_chunks:
        return Coded(codes, ())
    from pyarrow import compute

    met = column.chunk(0).dictionary
    order = compute.array_sort_indices(met)
    place = np.empty(len(met), dtype=np.int32)
    place[_numbers(order, np.uint64)] = np.arange(len(met), dtype=np.int32)
    return Coded(place[codes], tuple(met.take(order).to_pylist()))


def _numbers(array: Any, kind: type[np.generic]) -> NDArray[Any]:
    """Return an array of pyarrow without gaps as NumPy sees its memory.

    ``to_numpy`` does the same, and loads pandas for it where that is installed: half a second.
    """
    whole = np.frombuffer(array.buffers()[1], dtype=kind) if len(array) else np.empty(0, kind)
    return whole[array.offset : array.offset + len(array)]


def _blank_row(columns: list[Coded]) -> bool:
    """Whether some row holds nothing but white space: ``parse`` leaves it out."""
    blank = np.ones(len(columns[0]), dtype=np.bool_)
    # The columns with fewest texts first: one without an empty text settles it.
    for column in sorted(columns, key=lambda coded: len(coded.words)):
        empty = [row for row, word in enumerate(column.words) if not word.strip()]
        if not empty:
            return False
        blank &= np.isin(column.codes, empty)
    return bool(blank.any())
