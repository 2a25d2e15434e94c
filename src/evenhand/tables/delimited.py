"""Text to columns: delimiter, quotes, ragged rows and headers, in time linear in the file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import chain, islice
from operator import itemgetter
from unicodedata import is_normalized

from evenhand.core.errors import Finding, Findings, InputError
from evenhand.tables.recognise import is_known_head
from evenhand.tables.stacked_heads import stacked_heads
from evenhand.tables.texts import ODD_SPACES, UNSEEN, fold, tidy, unshield

DELIMITERS = "\t;|,"
"""In the order in which a tie is decided: the rarer in ordinary text comes first."""

NAMES = {"\t": "tab", ";": "semicolon", "|": "pipe", ",": "comma"}
SAMPLE_CHARACTERS = 1 << 16
SAMPLE_ROWS = 200
HALF = 0.5
TITLE = "The header must be the first row: delete what stands above it"
TITLE_ROWS = 10
"""Rows in which a header is looked for below a title; a report's title, date and filters take three."""
NUMBER_LIKE = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ -]*%?")
"""A number, a date or a time: what stands below a header rather than in it."""
QUOTES = "\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019'`"
"""Quotes that text programs write and that part no cells."""
NOTED = 100
"""Rows noted one by one; the rest are counted."""

REMARK = re.compile(
    r"\*+ ?\w|(page|seite|página) \d|©|\(c\) |(end|ende) (of|der) "
    r"|(sources?|quelle|notes?|hinweis|anmerkung|remarque|nota|legende?|fuente)\s*:"
    r"|(printed|exported|generated|created|downloaded|last updated|updated|as of|stand|gedruckt|erstellt"
    r"|exportiert|imprimé|généré|exporté|impreso|generado|exportado)\b.*\d",
    re.IGNORECASE,
)
"""How a remark below a table begins: "Page 1 of 2", "Source: HR", "Printed on 3 May 2026", "* absent"."""
WIDE_GAP = re.compile(r"\S {2,}\S")
"""Where a printed list goes on to its next column; one space parts words."""
REMARKS = 3
"""Remarks that are looked for below a table: a page, a date and a source."""
WORDY = 4
"""Words from which one cell below an empty row is a sentence, and no name."""

CHUNK = 512
"""Rows turned into columns at a time: fewer lists than wake the garbage collector, which would walk through
everything read so far."""


@dataclass(slots=True)
class Grid:
    """Columns of a file, and the rows and cells they came from.

    Attributes:
        columns: header to cells, each of one length.
        rows: row number of each, the first record of the file being 1.
        broken: positions (from 0) of rows that were too short or too long; they are filled or cut.
        delimiter: what stood between the cells; "" where nothing had to.
        header_row: the row of the header.
        sheet: the sheet of a workbook; "" for text.
    """

    columns: Mapping[str, Sequence[str]]
    rows: Sequence[int]
    broken: frozenset[int] = frozenset()
    delimiter: str = ""
    header_row: int = 1
    sheet: str = ""


def vote(text: str) -> str:
    """Return the delimiter: the one by which most of the first rows are as wide as the header.

    Commas, semicolons, tabs and pipes stand; those inside quotes do not count. Where the header has none of
    them, the file is one column, unless at least half of its rows are split by one. Ties go to the wider
    header, then to tab, semicolon, pipe, comma in this order.

    Cost: four readings of at most 65,536 characters.
    """
    sample = text[:SAMPLE_CHARACTERS]
    best, chosen = (0, 0.0, 0, 0), ","
    for rank, delimiter in enumerate(reversed(DELIMITERS)):
        rows = [row for row in islice(_lenient(sample, delimiter), SAMPLE_ROWS) if any(row)]
        if len(rows) > 1 and len(text) > len(sample) and len(rows) < SAMPLE_ROWS:
            rows.pop()  # the sample may end in the middle of it
        if not rows:
            continue
        width = len(rows[0])
        fitting = sum(_fits(row, width) for row in rows) / len(rows)
        split = sum(len(row) > 1 for row in rows) / len(rows)
        if width > 1:
            # A header split by it counts most, then a column split below a plain header, then the rest.
            mark = (3 if fitting > HALF else 1, fitting, width, rank)
        else:
            mark = (2 if split >= HALF else 0, split, width, rank)
        if mark[0] and mark > best:
            best, chosen = mark, delimiter
    return chosen


def _fits(row: list[str], width: int) -> bool:
    return len(row) == width or (len(row) > width and not any(row[width:]))


def _lenient(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


@dataclass(slots=True)
class _Body:
    """What grows while rows are read."""

    columns: list[list[str]]
    blank: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    ragged: list[tuple[int, int]] = field(default_factory=list)
    record: int = 0


def parse(text: str, name: str, noted: Findings, heads_in: int = 0) -> Grid:
    """Return the columns of delimited text; rows that do not fit are noted by row.

    Rows are records, as a spreadsheet shows them: a cell with a line break in quotes is one row; a blank row
    is skipped but counted. A first line ``sep=;``, as Excel writes it, names the delimiter and is no row.
    ``heads_in`` is the row of the header where somebody says it, 0 where it is to be found.

    Raises:
        InputError: there is no header, or a title above it, or a quote is never closed, so that nothing after
            it can be trusted.

    Cost: linear; a million rows of six cells take about as long as ``list(csv.reader(file))``.
    """
    text, delimiter = _declared(text)
    # What stands above a header that somebody named has another width, and no vote.
    delimiter = delimiter or vote(text.split("\n", heads_in - 1)[-1] if heads_in > 1 else text)
    unquoted = _without_outer_quotes(text, delimiter)
    if unquoted:
        problem = "has each row in quotes as if it were one cell, and was read without them"
        noted.warning(problem, "Save it without the outer quotes, and nothing is left to guess", table=name)
        text, delimiter = unquoted, vote(unquoted)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        header, first, below = header_of(reader, name, noted, heads_in)
        body = _Body([[] for _ in header], record=first)
        # Only whole chunks are held as rows; columns are what stays.
        while chunk := list(islice(below, CHUNK)):
            _take(chunk, body, len(header))
    except csv.Error as error:
        raise _misquoted(error, reader.line_num, name) from None
    count = len(body.columns[0])
    rows: Sequence[int] = range(first + 1, first + 1 + count)
    if body.blank:
        gone = set(body.blank)
        rows = [row for row in range(first + 1, body.record + 1) if row not in gone]
    if body.ragged:
        # A remark below the table is told as what it is, and not as a row that is too short.
        remarks = set(remarks_below(body.columns, rows))
        body.broken = [place for place in body.broken if place not in remarks]
        body.ragged = [row for row in body.ragged if row[0] not in {rows[place] for place in remarks}]
    if body.ragged:
        _say_ragged(body, header, first, delimiter, name, noted)
    # A cell in quotes may hold a Windows line end, and then looks unlike the same text with a plain one.
    plain = not ("\r" in text and '"' in text) and (
        text.isascii()
        or (is_normalized("NFC", text) and not UNSEEN.search(text) and not ODD_SPACES.search(text))
    )
    cells = [unshield(column if plain else tidy(column)) for column in body.columns]
    _refuse_spaces_between(header, body.columns, name)
    columns = columns_of(header, cells, rows, name, noted, first)
    return Grid(columns, rows, frozenset(body.broken), delimiter, first)


def _without_outer_quotes(text: str, delimiter: str) -> str:
    """Return the text with the quotes around whole rows taken off; "" where rows are not in such quotes.

    A table that was opened in a program with another delimiter is saved so: each row is one cell, in quotes.
    """
    if text[:1] != '"':
        return ""
    rows = [row for row in islice(_lenient(text[:SAMPLE_CHARACTERS], delimiter), SAMPLE_ROWS) if any(row)]
    if len(rows) < 2 or any(len(row) > 1 for row in rows):  # noqa: PLR2004 - a header and a row
        return ""
    for mark in DELIMITERS:
        counts = {row[0].count(mark) for row in rows[:-1]}
        if len(counts) == 1 and counts != {0}:
            return "\n".join(row[0] if row else "" for row in _lenient(text, delimiter))
    return ""


def _refuse_spaces_between(header: Sequence[str], columns: Sequence[Sequence[str]], name: str) -> None:
    """Refuse one column in which wide gaps part the words: a printed list, whose cells nobody can tell apart.

    Raises:
        InputError: it is one.
    """
    if len(header) > 1 or not WIDE_GAP.search(header[0]):
        return
    gaps = sum(bool(WIDE_GAP.search(cell)) for cell in columns[0])
    if gaps * 2 >= len(columns[0]) > 0:
        mend = "Part them by commas or tabs: in a spreadsheet, text to columns with a fixed width"
        raise InputError.one("has spaces between its columns", mend, table=name)


def remarks_below(columns: Sequence[Sequence[str]], rows: Sequence[int]) -> list[int]:
    """Return the positions of remarks below a table, last first: rows of one cell that begin as remarks do.

    A sentence in a row of its own below an empty row is one, however it begins.
    """
    out: list[int] = []
    for place in range(len(rows) - 1, max(0, len(rows) - 1 - REMARKS), -1):
        filled = [column[place] for column in columns if column[place]]
        if len(columns) < 2 or len(filled) != 1:  # noqa: PLR2004 - in one column every row is one cell
            break
        apart = rows[place] > rows[place - 1] + 1 and len(filled[0].split()) >= WORDY
        if not apart and not REMARK.match(filled[0]):
            break
        out.append(place)
    return out


def _declared(text: str) -> tuple[str, str]:
    line = text[:8].replace("\r", "\n").split("\n", 1)[0]
    if line[:4].lower() == "sep=" and len(line) == 5 and line[4] not in '" ':  # noqa: PLR2004 - and one character
        return text[5:].removeprefix("\r").removeprefix("\n"), line[4]
    return text, ""


def header_of(
    reader: Iterator[list[str]], name: str, noted: Findings, heads_in: int = 0
) -> tuple[list[str], int, Iterator[list[str]]]:
    """Return the header, its row, and the rows below it; a title above it is left out with a note.

    Raises:
        InputError: there is no header.
    """
    seen: list[list[str]] = []

    def filled() -> Iterator[tuple[int, list[str]]]:
        for row in reader:
            seen.append(row)
            if any(map(str.strip, row)):
                yield len(seen), row

    # A header row that was said may be any, so all rows are looked through for it.
    rows = list(islice(filled(), TITLE_ROWS)) if not heads_in else []
    stacked = stacked_among(rows, name, noted)
    top, heads = stacked or (header_among(chain(rows, filled()), name, noted, heads_in), [])
    # What was read in search of a wider row comes again.
    return unshield(tidy(heads or seen[top - 1])), top, chain(seen[top:], reader)


def stacked_among(
    rows: list[tuple[int, list[str]]], name: str, noted: Findings
) -> tuple[int, list[str]] | None:
    """Return the last row of heads that take several, and the heads in one row; None where they do not.

    Args:
        rows: number and cells of the first rows that hold anything.
        name: what findings call the table.
        noted: where it is said.
    """
    stacked = stacked_heads([row for _, row in rows])
    if stacked is None:
        return None
    last, heads = stacked
    problem = f"has heads in more than one row, which were read as one, such as {heads[1]!r}"
    noted.warning(problem, "Write each day and time in one cell if that is wrong", table=name)
    return rows[last][0], heads


def header_among(rows: Iterator[tuple[int, list[str]]], name: str, noted: Findings, heads_in: int = 0) -> int:
    """Return the number of the row that is the header, and note what stands above it.

    The header is the first row. Where that is one cell alone, and no name of a column, it is a title if the
    next wider row could be a header: all its cells are filled, different and no numbers.

    Args:
        rows: number and cells of the rows that hold anything; no more are taken than it needs.
        name: what findings call the table.
        noted: where a title is noted.
        heads_in: the row that somebody says is the header; 0 to find it.

    Raises:
        InputError: there is no row, or nothing stands in the one that is said.
    """
    if heads_in:
        if heads_in in (number for number, _ in rows):
            return heads_in
        mend = "Say in which row the heads of the columns stand"
        raise InputError.one("has no cells in that row", mend, came=str(heads_in), table=name)
    titles: list[str] = []
    first = -1
    for number, row in islice(rows, TITLE_ROWS):
        filled = [cell.strip() for cell in row if cell.strip()]
        if first < 0:
            first = number
            if len(filled) > 1 or is_known_head(filled[0]):
                return number
        if len(filled) > 1:
            return _below_titles(number, titles, name, noted) if _may_be_header(row) else first
        titles.append(filled[0])
    if first < 0:
        raise InputError.one("is empty", "Write a header row and a row for each entry", table=name)
    return first


def _may_be_header(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return all(cells) and len(set(map(fold, cells))) == len(cells) and not any(map(_is_number, cells))


def _below_titles(number: int, titles: list[str], name: str, noted: Findings) -> int:
    noted.warning(
        f"stands above the header, which is row {number}, and was left out",
        "Delete it to be sure",
        table=name,
        came=" / ".join(titles),
    )
    return number


def _is_number(cell: str) -> bool:
    """Whether a cell is a number or a date, and so no head of a column."""
    return bool(NUMBER_LIKE.fullmatch(cell))


def _take(chunk: list[list[str]], body: _Body, width: int) -> None:
    """Append a chunk of rows to the columns; look at single rows only where one is odd."""
    odd = set(map(len, chunk)) != {width} or not all(map(str.strip, map(itemgetter(0), chunk)))
    start = body.record + 1
    body.record += len(chunk)
    if odd:
        chunk = _fitted(chunk, start, body, width)
    for column, cells in zip(body.columns, zip(*chunk, strict=True), strict=bool(chunk)):
        column.extend(map(str.strip, cells))


def _fitted(chunk: list[list[str]], start: int, body: _Body, width: int) -> list[list[str]]:
    kept: list[list[str]] = []
    for record, row in enumerate(chunk, start=start):
        if not any(map(str.strip, row)):
            body.blank.append(record)
            continue
        if not _fits(row, width):
            body.broken.append(len(body.columns[0]) + len(kept))
            body.ragged.append((record, len(row)))
        kept.append(row if len(row) == width else (row + [""] * width)[:width])
    return kept


def _say_ragged(
    body: _Body, header: list[str], first: int, delimiter: str, name: str, noted: Findings
) -> None:
    """Note each row that is too short or too long; where most are longer alike, the header is at fault."""
    width = len(header)
    usual, times = Counter(cells for _, cells in body.ragged).most_common(1)[0]
    # One fault said once, where a title above the header would give one a row.
    if usual > width and times * 2 > len(body.columns[0]):
        problem = f"has {_cells(width)}, but {times:,} of the rows below have {usual}"
        raise InputError([Finding(name, first, "", None, problem, _mend_of_wide(body, header, delimiter))])
    for record, cells in body.ragged[:NOTED]:
        mend = f"Write a cell for each of {', '.join(header)}"
        if cells > width:
            mend = f"Put a cell that holds a {NAMES.get(delimiter, repr(delimiter))} in double quotes"
        noted.error(f"has {_cells(cells)} where the header has {width}", mend, table=name, row=record)
    if len(body.ragged) > NOTED:
        problem = f"has {len(body.ragged) - NOTED:,} more rows like these from here on"
        noted.error(problem, "Look at the file as a whole", table=name, row=body.ragged[NOTED][0])


def _mend_of_wide(body: _Body, header: list[str], delimiter: str) -> str:
    """Return how to mend a file whose rows are wider than its header."""
    mark = NAMES.get(delimiter, repr(delimiter))
    cells = [column[row] for column in body.columns for row in body.broken]
    # Text programs turn straight quotes into curly ones, which no program takes for quotes.
    odd = next((cell[0] for cell in cells if cell and cell[0] in QUOTES), "")
    if odd:
        return f'Put cells that hold a {mark} in straight double quotes ("), not in {odd}'
    if sum(map(bool, header)) > 1 and not any(map(_is_number, header)):
        return f"Name every column, or put cells that hold a {mark} in double quotes"
    return TITLE


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _misquoted(error: csv.Error, line: int, name: str) -> InputError:
    sentence = str(error)
    if "field larger" in sentence:
        problem = f"has a cell of more than {csv.field_size_limit():,} characters near line {line}"
        return InputError.one(
            problem, "Close the quote that was opened there, or shorten the cell", table=name
        )
    if "unexpected end" in sentence:
        problem = f"has a double quote that is never closed; the file ended in line {line}"
        return InputError.one(problem, "Close the quote, or write a quote inside a cell twice", table=name)
    problem = f"has text after a closing double quote in line {line}"
    return InputError.one(problem, 'Write a quote inside a cell twice, as in "5"" wheel"', table=name)


def _counts_rows(column: Sequence[str]) -> bool:
    """Whether a column only counts the rows, from 0 or 1, as data frames write their index."""
    if len(column) < 2 or column[0] not in {"0", "1"}:  # noqa: PLR2004 - one row counts nothing
        return False
    start = int(column[0])
    return all(cell == str(number) for number, cell in enumerate(column, start=start))


def columns_of(
    header: Sequence[str],
    cells: Sequence[Sequence[str]],
    rows: Sequence[int],
    name: str,
    noted: Findings,
    row: int = 1,
) -> dict[str, Sequence[str]]:
    """Return cells by header; duplicate headers and columns without one are noted, the first of equals stays.

    A column with neither header nor cells, as spreadsheets leave them at the right, is dropped.

    Raises:
        InputError: one cell alone stands over several columns: a title, not a header.
    """
    columns: dict[str, Sequence[str]] = {}
    seen: dict[str, str] = {}
    # A title over a table leaves its other cells empty, while the columns below it are filled.
    nameless = sum(1 for head, column in zip(header, cells, strict=True) if not head and any(column))
    if nameless > 1 and len(header) - header.count("") == 1:
        problem = f"has {_cells(1)}, but {nameless + 1} columns below it are filled"
        raise InputError([Finding(name, row, "", None, problem, TITLE)])
    if nameless:
        _refuse_groups_above(header, cells, rows, name)
    elif "" in header:
        _tell_side_by_side(header, cells, name, noted, row)
    for index, (written, column) in enumerate(zip(header, cells, strict=True), start=1):
        head = " ".join(written.split())  # a line break in a head is for the eye
        key = fold(head)
        if not head and index == 1 and _counts_rows(column):
            problem = "has no header over column 1, which counts the rows and was left out"
            noted.warning(problem, "Name the column if it is meant", table=name, row=row)
        elif not head:
            filled = next((here for here, cell in zip(rows, column, strict=True) if cell), None)
            if filled is not None:
                noted.error(
                    f"has no header over column {index}",
                    f"Name the column; row {filled} has a value in it",
                    table=name,
                    row=row,
                )
        elif key in seen:
            other = "" if seen[key] == head else f", as {seen[key]}"
            noted.error(
                f"stands in the header twice{other}",
                "Rename or delete one of the two columns",
                table=name,
                row=row,
                column=head,
            )
        else:
            seen[key] = head
            columns[head] = column
    return columns


def _tell_side_by_side(
    header: Sequence[str], cells: Sequence[Sequence[str]], name: str, noted: Findings, row: int
) -> None:
    """Note two tables side by side: an empty column between them, and one of them ends above the other."""
    gap = header.index("")
    sides = [[place for place in part if header[place]] for part in (range(gap), range(gap, len(header)))]
    # One column beside a gap is a remark. One row less may be somebody of whom little is known.
    if min(map(len, sides)) < 2:  # noqa: PLR2004 - the two columns that a table has at least
        return
    # Whether each row holds something of a side; rows of a side without a gap end where the side ends.
    sided = [[any(held) for held in zip(*(cells[place] for place in side), strict=True)] for side in sides]
    ends = [len(held) - next((back for back, here in enumerate(held[::-1]) if here), 0) for held in sided]
    whole = all(all(held[:end]) for held, end in zip(sided, ends, strict=True))
    if whole and abs(ends[0] - ends[1]) > 1:
        left, right = (", ".join(header[place] for place in side) for side in sides)
        problem = f"holds two tables side by side: {left}; and {right}"
        mend = "Put each into a file or sheet of its own, or delete the empty column if it is one table"
        noted.error(problem, mend, table=name, row=row)


def _refuse_groups_above(
    header: Sequence[str], cells: Sequence[Sequence[str]], rows: Sequence[int], name: str
) -> None:
    """Refuse a header with gaps over a row that is one: the groups of columns stand above their names.

    Raises:
        InputError: there is such a row.
    """
    below = [column[0] for column, head in zip(cells, header, strict=True) if head or any(column)]
    if _may_be_header(below) and any(map(is_known_head, below)):
        problem = f"looks like the header ({', '.join(below)})"
        raise InputError([Finding(name, rows[0], "", None, problem, "Delete the rows above it")])
