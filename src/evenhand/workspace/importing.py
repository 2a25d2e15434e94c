"""Files somebody brings in: what they are, what their columns are, what is wrong by cell, until "Use it"."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Any, Final

from evenhand.core.errors import Finding, Findings, InputError
from evenhand.core.recipe import FORMS, Recipe, sha_of
from evenhand.tables import Table, read
from evenhand.tables.by_content import candidate_columns, named_column
from evenhand.tables.calendar_days import days
from evenhand.tables.descriptions import kind_named, kinds_of
from evenhand.tables.reader import Given
from evenhand.tables.recognise import Match, clock_heads, match, recognise
from evenhand.tables.table import Origin
from evenhand.tables.workbook import sheets_of
from evenhand.workspace.building import base_problem, csv_bytes, tables_needed

MOST: Final = 40 << 20
"""Bytes of one import: a table of a million rows fits; at twice this a browser's upload takes longer than a
person waits."""

MEMBERS: Final = 64
"""Files of a zip: the fleet has twelve tables."""

WORKBOOKS: Final = (".xlsx", ".xlsm")
"""Endings of files whose sheets are tables each."""

FORM_OF: Final = {"allocation": "candidates", "fleet": "fleet", "teams": "roster", "rota": "turns"}
KIND_OF: Final = {form: job for job, form in FORM_OF.items()}
"""Form of a recipe to the job whose tables the descriptions list."""


@dataclass
class Brought:
    """One table that was brought in.

    Attributes:
        name: the file's name.
        content: its bytes as they came.
        table: which table of the job it is.
        heads: its heads, as in the file.
        columns: head to the column it stands for; "" for one that is left out.
        guessed: heads whose column was found by evenhand.
        cells: head to cells; mending changes them.
        rows: row numbers as the file shows them.
        mended: whether cells or rows were changed, so that what is kept is not the file as it came.
        origin: the sheet, the row of the heads, and how its text is written.
    """

    name: str
    content: bytes
    table: str
    heads: tuple[str, ...]
    columns: dict[str, str]
    guessed: frozenset[str]
    cells: dict[str, list[str]]
    rows: list[int]
    mended: bool = False
    origin: Origin = field(default_factory=Origin)

    def mapping(self) -> dict[str, str]:
        """Return the heads whose column bears another name."""
        return {head: column for head, column in self.columns.items() if column != head}

    def as_bytes(self) -> tuple[bytes, str]:
        """Return what is kept, and what it is called: the file itself, or a CSV of what became of it."""
        if self.as_it_came():
            return self.content, self.name
        rows = zip(*(self.cells[head] for head in self.heads), strict=True) if self.heads else ()
        # in a file with semicolons 1.234 may be a thousand: what is kept must be read as the file was
        delimiter = ";" if self.origin.delimiter == ";" else ","
        return csv_bytes(self.heads, list(rows), delimiter), f"{PurePath(self.name).stem}.csv"

    def as_it_came(self) -> bool:
        """Whether the file itself is kept, and not a table of what became of it."""
        text = PurePath(self.name).suffix.lower() in (".csv", ".tsv", ".txt", ".ics")
        # a reader that finds its heads below a title looks for them anew; kept, they stand in row 1
        return text and not self.mended and self.origin.header_row == 1


def _as_brought(finding: Finding, brought: Brought | None) -> Finding:
    """Return a finding in a table that evenhand wrote with the name and the row of the file it is from."""
    if brought is None:
        return finding
    place = -1 if finding.row is None else finding.row - 2
    row = brought.rows[place] if 0 <= place < len(brought.rows) else finding.row
    return replace(finding, table=brought.name, row=row)


@dataclass
class Draft:
    """An import that is not used yet; nothing of it is in the database.

    Attributes:
        form: how the tables are laid out.
        tables: what was brought in.
        settings: the dials of the new plan.
        name: of the series it will make.
        series: the series whose tables it renews; "" for a new one.
        notes: odd things noticed while reading.
        settled: pairs of names that a person said are one, or are two.
        remembered: whether columns are read as for an earlier file with the same heads.
    """

    form: str
    tables: list[Brought]
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    series: str = ""
    notes: list[str] = field(default_factory=list)
    settled: set[tuple[str, str, str, str]] = field(default_factory=set)
    remembered: bool = False

    @property
    def job(self) -> str:
        """The job of the form."""
        return FORMS[self.form]

    def missing(self) -> list[str]:
        """Return needed tables that nobody brought."""
        have = {draft_table.table for draft_table in self.tables}
        return [table for table in tables_needed(self.form)[0] if table not in have]

    def lacking(self, brought: Brought) -> list[str]:
        """Return needed columns that no head stands for."""
        kind = kind_named(KIND_OF[self.form], brought.table)
        # a calendar has no heads: who is away, and when, is read out of its events
        if kind is None or brought.name.lower().endswith(".ics"):
            return []
        have = {column.casefold() for column in brought.columns.values()}
        either = {part for choice in kind.either for part in choice}
        lacks = [
            c.name
            for c in kind.columns
            if c.needed and c.name.casefold() not in have and c.name not in either
        ]
        unmet = [
            alternative
            for alternative in kind.either
            if not any(set(part.split("+")) <= have for part in alternative)
        ]
        return [*lacks, *(choice[0] for choice in unmet)]

    def choices(self, brought: Brought) -> list[tuple[str, str]]:
        """Return the columns a head may stand for: (name, meaning)."""
        kind = kind_named(KIND_OF[self.form], brought.table)
        return [(column.name, column.meaning) for column in kind.columns] if kind is not None else []

    def recipe(self) -> tuple[Recipe, dict[str, bytes], dict[str, str]]:
        """Return the recipe that the import makes, its bytes and file names by table."""
        content, names = {}, {}
        for brought in self.tables:
            # a table that stands for nothing is shown on the page and left out of the plan
            if brought.table:
                content[brought.table], names[brought.table] = brought.as_bytes()
        mapping = {
            draft_table.table: draft_table.mapping()
            for draft_table in self.tables
            if draft_table.table and draft_table.mapping()
        }
        hashes = {table: sha_of(held) for table, held in content.items()}
        return Recipe(self.job, self.form, hashes, mapping, self.settings), content, names

    def findings(self) -> list[Finding]:
        """Return everything that is wrong, by trying to make the problem; nothing is solved."""
        wrong = Findings()
        for table in self.missing():
            wrong.error("is missing", f"Bring the table {table} too", table=table)
        for brought, column in [
            (draft_table, column) for draft_table in self.tables for column in self.lacking(draft_table)
        ]:
            mend = f"Say above which of your columns is {column}"
            wrong.error("is missing", mend, table=brought.name, column=column)
        if wrong.errors:
            return wrong.errors
        try:
            recipe, content, names = self.recipe()
            base_problem(recipe, content, names)
        except InputError as error:
            # what is kept of a workbook or a mended file is a table whose heads stand in row 1
            changed = {names[b.table]: b for b in self.tables if b.table and not b.as_it_came()}
            return [_as_brought(finding, changed.get(finding.table)) for finding in error.findings]
        return []

    def is_table(self, brought: Brought, table: str) -> None:
        """Let a file be another table; its columns are guessed anew."""
        kind = kind_named(KIND_OF[self.form], table)
        if kind is None:
            brought.table = ""
        else:
            _guess(brought, match(kind, brought.heads))

    def headed_by(self, brought: Brought, row: int) -> None:
        """Read a file again with its heads in another row; cells that were mended are as they came.

        Raises:
            InputError: it is no table with its heads there.
        """
        given = Given(brought.content, name=brought.name, sheet=brought.origin.sheet, header=row)
        table, place = read(given, findings=Findings()), self.tables.index(brought)
        again = _brought(self.form, brought.name, brought.content, table, alone=len(self.tables) == 1)
        self.tables[place] = replace(again, mended=True)
        _needed_first(self)

    def mend(self, table: str, row: int, head: str, value: str) -> None:
        """Write a cell."""
        for brought in self.tables:
            if table == brought.name and head in brought.cells and row in brought.rows:
                brought.cells[head][brought.rows.index(row)] = value
                brought.mended = True

    def as_one(self, table: str, head: str, rare: str, common: str) -> None:
        """Write one name for another, in every row of a column."""
        for brought in self.tables:
            if table == brought.name and head in brought.cells:
                cells = brought.cells[head]
                brought.cells[head] = [common if cell.strip() == rare else cell for cell in cells]
                brought.mended = True

    def leave_out(self, rows: Mapping[str, set[int]]) -> None:
        """Leave rows out, by file and row number."""
        for brought in self.tables:
            gone = rows.get(brought.name, set())
            if not gone:
                continue
            keep = [index for index, row in enumerate(brought.rows) if row not in gone]
            brought.cells = {head: [cells[index] for index in keep] for head, cells in brought.cells.items()}
            brought.rows = [brought.rows[index] for index in keep]
            brought.mended = True


NO_TABLES: Final = frozenset(
    {
        *(".pdf", ".doc", ".docx", ".odt", ".rtf", ".md", ".html", ".htm", ".ppt", ".pptx"),
        *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".json", ".toml", ".ini", ".lnk"),
    }
)
"""Endings of what lies beside tables in a folder and is none: a note says that it was left out."""


def _tables_of(files: Sequence[tuple[str, bytes]]) -> tuple[list[tuple[str, bytes]], list[Finding]]:
    """Return the files that may be tables, and a note on each that lies beside them and is none.

    What a system or a spreadsheet keeps for itself (.DS_Store, ~$list.xlsx, Thumbs.db) goes without a word.
    """
    own = [
        file
        for file in files
        if not PurePath(file[0]).name.startswith((".", "~$"))
        and PurePath(file[0]).name.casefold() not in ("thumbs.db", "desktop.ini")
    ]
    tables = [file for file in own if PurePath(file[0]).suffix.lower() not in NO_TABLES]
    if not tables:
        # one file alone is refused with what it is
        return own or list(files), []
    notes = Findings()
    for name, _ in own:
        if PurePath(name).suffix.lower() in NO_TABLES:
            mend = "Save it as CSV or XLSX if it holds one"
            notes.warning("is no table and was left out", mend, table=PurePath(name).name)
    return tables, notes.warnings


def draft_of(files: list[tuple[str, bytes]], *, job: str = "", series: str = "", folder: str = "") -> Draft:
    """Return the import that some files make.

    Args:
        files: (name, bytes) of each; a zip stands for the files in it.
        job: what is wanted, "allocation", "teams" or "rota"; "" to tell by the heads.
        series: the series whose tables it renews.
        folder: the folder they lay in, which then names the series.

    Raises:
        InputError: nothing came, too much came, or a file is not a table; all of it at once.
    """
    findings = Findings()
    if sum(len(content) for _, content in files) > MOST:
        findings.error("is too large", f"Bring {MOST >> 20} MB at most", came="this import")
        findings.raise_errors()
    if len(files) > MEMBERS:
        findings.error("are too many", f"Bring {MEMBERS} at most", came=f"{len(files):,} files")
        findings.raise_errors()
    opened, beside = _tables_of(_unzipped(files, findings))
    for name, content in opened:
        if not content:
            findings.error("is empty", "Save it again in your spreadsheet", table=name)
    if not opened and not findings.errors:
        findings.error("is missing", "Choose a file or paste cells", came="a table")
    tables: list[tuple[str, bytes, Table | None]] = []
    for name, content in opened:
        if not content:
            continue
        if name.lower().endswith(".ics"):
            tables.append((name, content, None))
            continue
        try:
            tables += [(called, content, table) for called, table in _sheets(name, content)]
        except InputError as error:
            findings.errors.extend(error.findings)
    findings.raise_errors()
    form = _form(tables, job)
    draft = Draft(form, [_brought(form, *table, alone=len(tables) == 1) for table in tables], series=series)
    _needed_first(draft)
    _of_people(draft)
    _each_once(draft)
    read_notes = [(*t.findings.errors, *t.findings.warnings) for _, _, t in tables if t is not None]
    draft.notes = [str(note) for notes in (beside, *read_notes) for note in notes]
    draft.settings = _first_settings(draft)
    called = folder or _folder_of(files) or PurePath(files[0][0]).stem
    called = " ".join(called.replace("_", " ").split())[:60]
    # "people.csv" says which table it is, and not what is shared: the page then has a name of its own
    draft.name = "" if called.casefold() in {*sum(tables_needed(form), ()), "pasted"} else called
    return draft


def _folder_of(files: Sequence[tuple[str, bytes]]) -> str:
    """Return the folder that a browser says all files lay in, "" where it says none."""
    paths = [PurePath(name.replace("\\", "/")) for name, _ in files]
    tops = {path.parts[0] if len(path.parts) > 1 else "" for path in paths}
    return tops.pop() if len(tops) == 1 else ""


def _sheets(name: str, content: bytes) -> list[tuple[str, Table]]:
    """Return the tables of a file: of a workbook each sheet that holds one, called by file and sheet.

    Raises:
        InputError: it is not a table.
    """
    workbook = PurePath(name).suffix.lower() in WORKBOOKS and content.startswith(b"PK")
    sheets = sheets_of(content, name) if workbook else []
    if len(sheets) <= 1:
        return [(name, _headed(Given(content, name=name)))]
    tables, stem = [], PurePath(name).stem
    for sheet in sheets[:MEMBERS]:
        # a sheet that is empty, or a chart, is no table and no fault where others are
        with suppress(InputError):
            called = f"{stem}/{sheet}.xlsx"
            tables.append((called, _headed(Given(content, name=called, sheet=sheet))))
    filled = [(called, table) for called, table in tables if len(table)]
    return filled or [(name, _headed(Given(content, name=name)))]


LOOKED: Final = 8
"""Rows in which heads are looked for where those of the first do not fit the rows below: a school's export
has its name, the class, the date and an empty row above them. Of more a person says the row."""


def _headed(given: Given) -> Table:
    """Read a file; where its first heads do not fit what stands below, by the first row that does.

    Raises:
        InputError: it is not a table, whatever row is taken for its heads.
    """
    try:
        return read(given, findings=Findings())
    except InputError as error:
        # what is said of the file as a whole (a password, a picture) has no row
        for row in range(2, LOOKED + 1 if any(finding.row for finding in error.findings) else 0):
            noted = Findings()
            with suppress(InputError):
                table = read(replace(given, header=row), findings=noted)
                if len(table) and len(table.columns) > 1 and not noted.errors:
                    mend = "Say in which row they stand if that is wrong"
                    problem = f"has its heads in row {row}: the rows above do not fit those below"
                    noted.warning(problem, mend, table=given.name)
                    return table
        raise


def _unzipped(files: list[tuple[str, bytes]], findings: Findings) -> list[tuple[str, bytes]]:
    out = []
    for name, content in files:
        if not name.lower().endswith(".zip"):
            out.append((PurePath(name.replace("\\", "/")).name, content))
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                inside = [
                    entry
                    for entry in archive.infolist()
                    if not entry.is_dir() and "__MACOSX" not in entry.filename
                ]
                # sizes are looked at before anything is unpacked: a bomb says its size in the directory
                if len(inside) > MEMBERS or sum(entry.file_size for entry in inside) > MOST:
                    findings.error(
                        "unpacks to too much",
                        f"Bring {MEMBERS} files and {MOST >> 20} MB at most",
                        table=name,
                    )
                    continue
                out += [(PurePath(entry.filename).name, archive.read(entry)) for entry in inside]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
            findings.error("is not a zip that can be read", "Pack it again, without a password", table=name)
    return out


def _form(tables: list[tuple[str, bytes, Table | None]], job: str) -> str:
    """Return the form whose tables fit the files best."""
    score: dict[str, float] = {}
    for name, _, table in tables:
        if table is None:
            continue
        best: dict[str, float] = {}
        for fits in recognise(list(table.columns), file=name, clocks=clock_heads(table)):
            if not job or FORMS[FORM_OF[fits.kind.job]] == job:
                # a complete table, and one the job cannot do without, weigh more than a head or two that fit
                value = fits.score + (2 if fits.complete else 0) + (1 if fits.kind.needed else 0)
                best[fits.kind.job] = max(best.get(fits.kind.job, 0.0), value)
        for kind, value in best.items():
            score[kind] = score.get(kind, 0.0) + value
    if score:
        # sorted first: equal scores must not be decided by the order of the files
        return FORM_OF[max(sorted(score), key=lambda kind: score[kind])]
    return next(
        (form for form, table_kind in FORMS.items() if table_kind == job and form != "fleet"), "roster"
    )


def _brought(form: str, name: str, content: bytes, table: Table | None, *, alone: bool) -> Brought:
    """Return a table with what its columns are; one that stands alone is the table that its job needs."""
    if table is None:
        return Brought(name, content, "absences", (), {}, frozenset(), {}, [])
    heads = tuple(table.columns)
    fits = next(iter(recognise(heads, file=name, job=KIND_OF[form], clocks=clock_heads(table))), None)
    cells = {head: [str(cell) for cell in table.columns[head]] for head in heads}
    left, rows = dict.fromkeys(heads, ""), list(table.rows)
    brought = Brought(name, content, "", heads, left, frozenset(), cells, rows, origin=table.origin)
    kind = kind_named(KIND_OF[form], tables_needed(form)[0][0])
    if fits is None and kind is not None and alone:
        fits = match(kind, heads)
    if fits is not None:
        _guess(brought, fits)
    return brought


def _guess(brought: Brought, fits: Match) -> None:
    """Let a file be a table: each head is the column it is called like, else the one its cells look like."""
    columns = dict(fits.columns)
    if fits.missing:
        table = read(brought.cells, findings=Findings())
        if fits.kind.name == "candidates":
            columns |= candidate_columns(table, columns)
        elif fits.missing == ("name",) and (head := named_column(table, fits.spare)):
            columns["name"] = head
    brought.table, brought.columns = fits.kind.name, dict.fromkeys(brought.heads, "")
    for column, head in columns.items():
        # a head that is the column's own name in another spelling is read as it stands
        brought.columns[head] = head if fits.how.get(column) == "name" else column
    brought.guessed = frozenset(columns.values())
    if fits.kind.own:
        brought.columns = {head: column or head for head, column in brought.columns.items()}


def _needed_first(draft: Draft) -> None:
    """Let the longest file of which hardly a head is known be a table that is needed and missing.

    A class list whose first head is "Kind" is no table of rules, though rules have a column of that name.
    """
    for table in draft.missing():
        wanted = kind_named(KIND_OF[draft.form], table)
        # half: a table that is what it seems to be has most of its heads known
        unsure = [brought for brought in draft.tables if 2 * len(brought.guessed) < len(brought.heads)]
        if wanted is not None and unsure:
            longest = max(unsure, key=lambda brought: len(brought.rows))
            _guess(longest, match(wanted, longest.heads))


def _of_people(draft: Draft) -> None:
    """Let a further table of a rota in which a column names its people be one that is about people.

    "Wer, von, bis" has the dates of duties and of absences: below "Wer" stand people, so nobody serves then.
    """
    lists = [brought for brought in draft.tables if brought.table == "people"]
    heads = [head for brought in lists for head, column in brought.columns.items() if column == "name"]
    if draft.job != "rota" or not heads:
        return
    first, people = lists[0], {cell.strip().casefold() for cell in lists[0].cells[heads[0]]}

    def names_people(cells: list[str]) -> bool:
        named = [cell for cell in cells if cell.strip()]
        # three of four: a name written in another way is a fault to be shown, not another table
        return 4 * sum(cell.strip().casefold() in people for cell in named) >= 3 * max(1, len(named))

    for brought in draft.tables:
        if brought is first or brought.table not in ("people", "duties"):
            continue
        who = next((head for head in brought.heads if names_people(brought.cells[head])), None)
        if who is None:
            continue
        about = recognise(brought.heads, job="rota", mapping={who: "name"})
        fits = next((f for f in about if f.complete and f.kind.name in ("absences", "history")), None)
        dated = [head for head in brought.heads if head != who and not days(brought.cells[head])[1]]
        away = kind_named("rota", "absences")
        if fits is None and away is not None and dated:
            named = dict(zip([who, *dated], ("name", "from", "to"), strict=False))
            fits = match(away, brought.heads, named)
        if fits is not None:
            _guess(brought, fits)


def _each_once(draft: Draft) -> None:
    """Let each table be brought once: of two that look the same, the one named so, else the first."""
    seen: dict[str, Brought] = {}
    for brought in draft.tables:
        other = seen.get(brought.table)
        if other is None:
            seen[brought.table] = brought
        elif PurePath(brought.name).stem.casefold() == brought.table:
            other.table, seen[brought.table] = "", brought
        else:
            brought.table = ""


def _first_settings(draft: Draft) -> dict[str, Any]:
    """Return dials that make a first plan without a question: the pages show them to be changed."""
    return FIRST[draft.form](draft)


def _first_price(thing: str, taker: str, **points: int) -> Callable[[Draft], dict[str, Any]]:
    # where no points are said the mode is scaled to the scores: 200 points are nothing to some tables and
    # more than every score of others
    return lambda _draft: {"thing": thing, "taker": taker, "mode": "b", **points}


def _first_teams(draft: Draft) -> dict[str, Any]:
    people = max((len(table.rows) for table in draft.tables if table.table == "people"), default=0)
    # teams of about five: what a class or an offsite asks for most
    return {"teams": max(2, round(people / 5))}


def _first_turns(draft: Draft) -> dict[str, Any]:
    tables = {brought.table: brought for brought in draft.tables}
    # "rate" counts the days since somebody joined: without the turns of those days, whoever was there longest
    # would be owed them all. "ledger" begins even.
    since = "people" in tables and "joined" in map(str.casefold, tables["people"].columns.values())
    policy = "ledger" if since and "history" not in tables else "rate"
    if "duties" in tables:
        return {"policy": policy}
    today = datetime.now(UTC).date()
    # a Monday of the week to come: this week's turns are mostly agreed on already
    monday = today + timedelta(days=7 - today.weekday())
    return {"start": monday.isoformat(), "weeks": 10, "seats": 1, "duty": "duty", "policy": policy}


FIRST: Final[Mapping[str, Callable[[Draft], dict[str, Any]]]] = {
    "fleet": _first_price("car", "partner", lam=200, step=400),
    "candidates": _first_price("item", "recipient"),
    "roster": _first_teams,
    "turns": _first_turns,
}


def template(form: str, table: str) -> bytes:
    """Return an empty table with its heads and one example row.

    Raises:
        InputError: there is no such table.
    """
    job = KIND_OF.get(form, "")
    kind = kind_named(job, table)
    if kind is None:
        known = ", ".join(table_kind.name for table_kind in kinds_of(job)) or ", ".join(KIND_OF)
        raise InputError.one("is not a table", f"Choose one of {known}", came=table)
    return csv_bytes([c.name for c in kind.columns], [[c.example for c in kind.columns]])
