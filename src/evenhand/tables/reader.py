"""Read any source into a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from evenhand.core.errors import Finding, Findings, InputError
from evenhand.core.native import Native, native_kind
from evenhand.tables.archives import unpacked
from evenhand.tables.by_content import named_column
from evenhand.tables.coded import Coded
from evenhand.tables.decode import decode, kind_of
from evenhand.tables.delimited import Grid, columns_of, parse
from evenhand.tables.descriptions import TableKind, kind_named
from evenhand.tables.files import bytes_of
from evenhand.tables.frames import ACCEPTED, columns_of_frame, columns_of_parquet
from evenhand.tables.leftovers import without_leftovers
from evenhand.tables.oddities import noted_oddities
from evenhand.tables.quick_csv import QUICK_FROM, parse_plain
from evenhand.tables.recognise import (
    Match,
    clock_heads,
    heads_to_miss,
    match,
    recognise,
    refuse_header_below,
    renamed,
    tell_words,
    with_names,
)
from evenhand.tables.table import Origin, Source, Table
from evenhand.tables.texts import as_text, as_texts, tidy, tidy_words
from evenhand.tables.wide import unfolded, with_whole_names

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
OTHER_WORKBOOKS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})
WESTERN = {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp850": "DOS text"}
DELIMITED = re.compile(r"[,;|\t\r\n]")
KNOWN_TEXT = frozenset({".csv", ".tsv", ".txt", *OTHER_WORKBOOKS})
"""Endings that say what a file is: where it is something else its name misleads, and that is told."""


@dataclass(frozen=True, slots=True)
class Given:
    """A source together with what a person said of it; ``read`` takes it wherever it takes a source.

    Attributes:
        source: a path, the bytes of a file, or any other source.
        name: what findings call it; a file's own name if "".
        sheet: the sheet of a workbook; "" for the first that is not hidden.
        mapping: head to column, in any spelling: {"Partner": "recipient"}.
        seen: where ``read`` adds the heads of the mapping that it found, so that one that stands in no table
            can be told; None to forget it.
        notes: what was odd before it was read; ``read`` passes it on as warnings.
        header: the row of the header, as a spreadsheet counts; 0 for the one that is found.

    Example:
        >>> import evenhand as eh
        >>> given = eh.tables.Given({"Partner": ["Ada"]}, "week", mapping={"Partner": "recipient"})
        >>> list(eh.tables.read(given).columns)
        ['recipient']
    """

    source: Source
    name: str = ""
    sheet: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    seen: set[str] | None = None
    notes: tuple[Finding, ...] = ()
    header: int = 0


def read(
    source: Source,
    name: str = "",
    findings: Findings | None = None,
    sheet: str | None = None,
    *,
    job: str = "",
) -> Table:
    """Read a path, bytes, mapping of columns, list of row mappings or names, or data frame as text columns.

    A file is read by its ending: .xlsx and .xlsm, .parquet, and everything else as delimited text; bytes by
    what they begin with. Rows that do not fit their header are noted by row; with ``findings`` given the
    reading goes on, so that all that is wrong is said at once when ``findings.raise_errors()`` is called;
    without, it is raised here. A table that was read before brings its findings along.

    Args:
        source: see ``Source``.
        name: what errors call it; a file is called by its own name. With ``job`` also which table it is.
        findings: where to note what is wrong; a new collection if none is given.
        sheet: the sheet of a workbook; the first that is not hidden by default.
        job: "allocation", "fleet", "teams" or "rota": heads that are a word for a column of the job's table
            get the column's name (see ``recognise``), and heads that are nearly one are noted.

    Raises:
        InputError: the source cannot be opened or is not a table at all (with whatever was noted before), or,
            without ``findings``, any row or header is wrong.
        MethodError: the file needs a package that is not installed.

    Cost: linear in the source.

    Example:
        >>> import evenhand as eh
        >>> table = eh.tables.read({"name": ["Ada", "Bo"], "age": ["8", "9"]})
        >>> table.columns["age"]
        ['8', '9']
    """
    if findings is None and isinstance(source, Table) and not job:
        return source
    noted = findings if findings is not None else Findings()
    given = source if isinstance(source, Given) else Given(source, sheet=sheet or "")
    # The same table may be read twice in a command, once to look and once to plan.
    noted.warnings += [note for note in given.notes if note not in noted.warnings]
    try:
        table = _table(given, name, noted)
    except InputError as error:
        raise InputError([*noted.errors, *error.findings]) from None
    if job or given.mapping:
        try:
            table = _understood(table, kind_named(job, name), given)
        except InputError as error:
            raise InputError([*error.findings, *noted.errors]) from None
    if findings is None:
        noted.raise_errors()
    return table


def _table(given: Given, name: str, noted: Findings) -> Table:
    source = given.source
    if isinstance(source, Table):
        return _passed_on(source, noted)
    if isinstance(source, (str, Path)):
        path = Path(source)
        return _file(bytes_of(path), path.suffix.lower(), given.name or path.name, noted, given)
    called = given.name or name or "table"
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _file(bytes(source), Path(called).suffix.lower(), called, noted, given)
    if isinstance(source, Mapping):
        return _columns(
            {str(head): _listed(cells, str(head), called) for head, cells in source.items()}, called, noted
        )
    # Some frames can be gone through as well; what gives an Arrow stream is a frame.
    if isinstance(source, (list, tuple, Iterator)) and not hasattr(source, "__arrow_c_stream__"):
        return _rows(list(source), called, noted)
    library = type(source).__module__.split(".", 1)[0]
    return _columns(columns_of_frame(source, called), called, noted, library=library)


def _passed_on(table: Table, noted: Findings) -> Table:
    """Return a table that notes into other findings, with what was found when it was read."""
    if table.findings is not noted:
        noted.errors += [finding for finding in table.findings.errors if finding not in noted.errors]
        noted.warnings += [finding for finding in table.findings.warnings if finding not in noted.warnings]
    return replace(table, findings=noted)


def _fitting(table: Table, kind: TableKind, given: Given) -> Match:
    # Heads that have our names from an earlier reading are settled.
    heads = [head for head in table.columns if head not in table.called]
    clocks = clock_heads(table) if any(column.timed for column in kind.columns) else ()
    return with_names(match(kind, heads, given.mapping, clocks), table)


def _understood(table: Table, kind: TableKind | None, given: Given) -> Table:
    """Return a table with its columns under the names of its kind, as far as they can be known."""
    if kind is None:
        kind = TableKind("", table.name, "", (), own=True)
    table = with_whole_names(table, kind)
    fits = _fitting(table, kind, given)
    wide = unfolded(table, fits)
    if wide is not table:
        table, fits = wide, _fitting(wide, kind, given)
    if kind.columns and table.origin.kind != "values":
        refuse_header_below(table, recognised=fits.by_heads)
    if given.seen is not None:
        given.seen.update(head for column, head in fits.columns.items() if fits.how[column] == "said")
    tell_words(table, fits)
    # Where any column may stand, as people like, a head that is nearly one of ours is no mistake.
    if kind.columns and not kind.own:
        taken = {*fits.columns.values(), *table.called}
        table.nearly(heads_to_miss(kind, fits), [head for head in fits.spare if head not in taken])
    return renamed(noted_oddities(table, kind, fits), fits)


def _file(raw: bytes, ending: str, name: str, noted: Findings, given: Given) -> Table:
    # By content where the ending is none that says what a file is: exports often have none.
    kind = kind_of(raw)
    if ending in WORKBOOKS or (kind and kind[0] == "an Excel workbook" and ending not in KNOWN_TEXT):
        grid = without_leftovers(_sheet(raw, name, noted, given), name, noted)
        origin = Origin("a workbook", sheet=grid.sheet, header_row=grid.header_row)
        return Table(name, grid.columns, grid.rows, noted, origin=origin)
    if ending == ".parquet" or (kind and kind[0] == "a Parquet file" and ending not in KNOWN_TEXT):
        return replace(_columns(columns_of_parquet(raw, name), name, noted), origin=Origin("Parquet"))
    if kind and kind[0] == "a zip archive" and len(inside := unpacked(raw, name)) == 1:
        # One table zipped for sending is that table.
        ((inner, content),) = inside.items()
        return _file(content, Path(inner).suffix.lower(), Path(inner).name, noted, given)
    if kind or ending in OTHER_WORKBOOKS:
        raise _no_text(kind, ending, name)
    if not raw or raw.isspace():
        raise InputError.one("is empty", "Write a header row and a row for each entry", table=name)
    if given.sheet:
        raise InputError.one(
            "has no sheets", "Leave the sheet out, or give a workbook", came=given.sheet, table=name
        )
    if len(raw) >= QUICK_FROM and not given.header:
        plain = parse_plain(raw, name, noted)
        if plain is not None:
            plain = without_leftovers(plain, name, noted)
            origin = Origin("text", "utf-8", plain.delimiter, header_row=plain.header_row)
            return Table(name, plain.columns, plain.rows, noted, plain.delimiter == ";", origin=origin)
    text, encoding = decode(raw, name)
    if encoding in WESTERN:
        # A word as it was read, as only a person sees that Jšrg should be Jörg.
        strange = next((word for word in re.split(r"[\s,;|\t\"]+", text) if not word.isascii()), "")
        noted.warning(
            f"is not UTF-8 and was read as {WESTERN[encoding]}, which makes {strange!r} of one word",
            "If that looks wrong, save the file as CSV UTF-8",
            table=name,
        )
    grid = without_leftovers(parse(text, name, noted, given.header), name, noted)
    origin = Origin("text", encoding, grid.delimiter, header_row=grid.header_row)
    return Table(name, grid.columns, grid.rows, noted, grid.delimiter == ";", grid.broken, origin=origin)


def _sheet(raw: bytes, name: str, noted: Findings, given: Given) -> Grid:
    """Return the sheet asked for; without one the first, or the only table where that is a cover or empty."""
    from evenhand.tables.workbook import read_workbook, sheets_of

    first, error = Findings(), None
    try:
        grid = read_workbook(raw, name, given.sheet, first, given.header)
    except InputError as refused:
        # A sheet that is empty or has words alone is no damaged workbook: another sheet may be the table.
        grid, error = None, refused
    told_how = given.sheet or given.header or given.mapping
    if not told_how and (grid is None or not _is_table(grid)):
        sheets = _shown(sheets_of, raw, name)
        others = [(sheet, *_tried(raw, name, sheet)) for sheet in sheets[1 : MOST_SHEETS + 1]]
        tables = [(sheet, held, told) for sheet, held, told in others if held is not None and _is_table(held)]
        if len(tables) == 1 and len(sheets) <= MOST_SHEETS:
            sheet, held, told = tables[0]
            rest = ", ".join(other for other in sheets if other != sheet)
            problem = f"has {len(sheets)} sheets; {sheet} was read, the only one with a table"
            noted.warning(problem, f"Choose another with --sheet: {rest}", table=name)
            noted.errors += told.errors
            noted.warnings += told.warnings
            return held
        if tables and len(sheets) <= MOST_SHEETS:
            named = ", ".join(sheet for sheet, _, _ in tables)
            mend = f"Choose one with --sheet: {named}"
            raise InputError.one("has several sheets with a table, behind one without", mend, table=name)
    noted.errors += first.errors
    noted.warnings += first.warnings
    if grid is None:
        raise error or InputError(noted.errors)
    return grid


COVER: Final = 2
"""Columns of a cover at most: "Author" and who it is."""
MOST_SHEETS: Final = 12
"""Sheets looked into for the only table, a twentieth of a second each: a workbook of a year has as many."""


def _shown(sheets_of: Callable[[bytes, str], list[str]], raw: bytes, name: str) -> list[str]:
    try:
        return sheets_of(raw, name)
    except InputError:  # it was told already when the first sheet was read
        return []


def _tried(raw: bytes, name: str, sheet: str) -> tuple[Grid | None, Findings]:
    from evenhand.tables.workbook import read_workbook

    told = Findings()
    try:
        return read_workbook(raw, name, sheet, told), told
    except InputError:
        return None, told


def _is_table(grid: Grid) -> bool:
    """Whether the heads of a sheet are those of a table, or one of its columns holds names."""
    heads = list(grid.columns)
    if not len(grid.rows) or len(heads) == 1:
        return False
    # A cover has words, or words with what they are beside them; three columns are what nobody knows yet.
    if len(heads) > COVER or any(fits.complete for fits in recognise(heads)):
        return True
    return bool(named_column(Table("", grid.columns, grid.rows), heads))


def _no_text(kind: tuple[str, str] | None, ending: str, name: str) -> InputError:
    what, mend = kind or ("text", "Rename it so that it ends in .csv")
    if ending in OTHER_WORKBOOKS and kind:
        return InputError.one(f"is {what}", mend, table=name)
    instead = f"{ending} file" if ending in OTHER_WORKBOOKS else "CSV"
    return InputError.one(f"is {what}, not {'a ' if instead != 'CSV' else ''}{instead}", mend, table=name)


def _listed(cells: Any, head: str, name: str) -> Sequence[Any]:
    if isinstance(cells, (str, bytes)) or not isinstance(cells, Iterable):
        raise InputError.one(
            "is one value, not a column", "Give a list of cells", came=as_text(cells), table=name, column=head
        )
    return list(cells)


def _rows(rows: list[Any], name: str, noted: Findings) -> Table:
    """Return rows as columns; a key that a row lacks is an empty cell. Plain names are a column of names."""
    # Texts with a delimiter in them may be lines of a file, whose first would become a person.
    if rows and all(isinstance(row, str) and row.strip() and not DELIMITED.search(row) for row in rows):
        return _columns({"name": rows}, name, noted)
    # They stay as empty rows, so that all other rows keep their numbers.
    wrong = [index for index, row in enumerate(rows) if not isinstance(row, Mapping)]
    for index in wrong:
        noted.error(
            "is not a mapping of column to cell", ACCEPTED, table=name, row=index + 2, came=repr(rows[index])
        )
    kept = [row if isinstance(row, Mapping) else {} for row in rows]
    heads = dict.fromkeys(head for row in kept for head in row)
    columns = {str(head): [row.get(head) for row in kept] for head in heads}
    return _columns(columns, name, noted, frozenset(wrong), len(rows))


def _tidied(column: Sequence[Any], count: int) -> Sequence[str]:
    """Return a column of values as ``count`` tidy cells, those that lack empty."""
    if isinstance(column, Coded) and len(column) == count:
        return column.changed(tidy_words)
    return tidy(as_texts(column) + [""] * (count - len(column)))


def _columns(
    columns: Mapping[str, Sequence[Any]],
    name: str,
    noted: Findings,
    broken: frozenset[int] = frozenset(),
    count: int = 0,
    library: str = "",
) -> Table:
    """Return columns of values as a table; rows are counted as if the header stood in row 1."""
    lengths = {head: len(cells) for head, cells in columns.items()}
    count = max(lengths.values(), default=count)
    for head, length in lengths.items():
        if length < count:
            noted.error(
                f"has {length} cell{'s' * (length != 1)} where another column has {count}",
                "Give columns of one length",
                table=name,
                column=head,
            )
    rows = range(2, count + 2)
    cells = [_tidied(column, count) for column in columns.values()]
    heads = tidy(columns)
    # Codes stand for texts, so there is nothing to look for among millions of them.
    kinds = {
        head: "" if isinstance(column, Coded) else native_kind(column)
        for head, column in zip(heads, columns.values(), strict=True)
    }
    native = Native(library, {head: kind for head, kind in kinds.items() if kind})
    return Table(name, columns_of(heads, cells, rows, name, noted), rows, noted, broken=broken, native=native)
