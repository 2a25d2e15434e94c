"""Several tables in one place: a folder, a zip archive, or a workbook with a sheet a table.

Files that are no table of the job are named, with what they may have been meant to be: ``absence.csv`` beside
a rota's people is an absence that nobody looks at.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import Any, Final

from evenhand.core.errors import Finding, Findings
from evenhand.tables.archives import LIKE_TABLES, MEMBERS, unpacked
from evenhand.tables.decode import kind_of
from evenhand.tables.descriptions import KINDS, kinds_of
from evenhand.tables.files import bytes_of
from evenhand.tables.reader import WORKBOOKS, Given
from evenhand.tables.texts import fold, near

ENDINGS: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")
"""Endings under which a table is looked for."""
CALENDAR: Final = ".ics"
"""Ending of absences as a calendar."""
SHEETS: Final = {"history2": "history"}
"""Sheets that cannot bear their table's name, as Excel keeps it for itself; see ``write.sheet_names``."""
BY_HAND: Final = 1 << 18
"""Bytes of a workbook up to which sheets of any name are looked into: some thousand rows. All of them are
read for it, and a larger workbook is one list with sheets of sums beside it."""
LISTED: Final = 8
"""Files named in one sentence; the rest are counted."""


@dataclass(slots=True)
class Container:
    """What stands in a folder, an archive or a workbook.

    Attributes:
        name: what findings call it.
        files: name of each file or sheet to what reads it; the name has its ending, but for sheets.
        workbook: whether the names are those of sheets.
        inside: folders and archives inside that hold tables, which are not read.
    """

    name: str
    files: dict[str, Given] = field(default_factory=dict)
    workbook: bool = False
    inside: tuple[str, ...] = ()

    def stem(self, file: str) -> str:
        """Return the name of the table that a file or sheet may be."""
        return SHEETS.get(fold(file), file) if self.workbook else Path(file).stem

    def tables(self, job: str, names: Sequence[str], findings: Findings) -> dict[str, Given]:
        """Return the tables of a job by their names, and note what is not read.

        Args:
            job: whose tables; names that are near misses of them are told.
            names: the tables looked for.
            findings: where a table that is there twice is noted. Files that are not read travel with the
                first table, and are noted when it is read.
        """
        tables_inside: dict[str, Given] = {}
        called: dict[str, str] = {}
        unread = []
        wanted = {fold(name): name for name in names}
        # Sorted, as folders list their files in no order: the same findings on every machine.
        for file, given in sorted(self.files.items()):
            stem, ending = self.stem(file), "" if self.workbook else Path(file).suffix.lower()
            name = wanted.get(fold(stem))
            fits = self.workbook or ending in ENDINGS or (ending == CALENDAR and name == "absences")
            if name is None or not fits:
                if self.workbook or ending in LIKE_TABLES:
                    unread.append(file)
            elif name in tables_inside:
                problem = f"is there more than once ({called[name]} and {file})"
                findings.error(problem, "Keep one of the files", table=name)
            else:
                tables_inside[name], called[name] = given, file
        notes = tuple(self._unread(unread, [name for name in names if name not in tables_inside], job))
        # A note of the whole has no table of its own; it is told when the first table is read, and once.
        notes += tuple(self._inside())
        if tables_inside and notes:
            first = next(iter(tables_inside))
            given = tables_inside[first]
            tables_inside[first] = replace(given, notes=(*given.notes, *notes))
        return tables_inside

    def unread(self, job: str) -> list[Finding]:
        """Return what would not be read for a job, as it is told."""
        names = [kind.name for kind in kinds_of(job)]
        known = {fold(name) for name in names}
        stems = {file: self.stem(file) for file in sorted(self.files)}
        strange = [
            file
            for file, stem in stems.items()
            if fold(stem) not in known and (self.workbook or Path(file).suffix.lower() in LIKE_TABLES)
        ]
        there = {fold(stem) for stem in stems.values()}
        return [
            *self._unread(strange, [name for name in names if fold(name) not in there], job),
            *self._inside(),
        ]

    def _inside(self) -> list[Finding]:
        """Return what stands one level deeper, where nothing is read."""
        problem, mend = "was not read", "Give it by itself, or put its tables beside the others"
        return [
            Finding(f"{self.name}/{name}", None, "", None, problem, mend) for name in self.inside[:LISTED]
        ]

    def has(self, name: str) -> bool:
        """Whether a file or sheet bears a table's name."""
        return any(fold(self.stem(file)) == fold(name) for file in self.files)

    def missing(self, name: str, findings: Findings) -> None:
        """Note that a table that is needed is not there, with its near miss."""
        stems = {self.stem(file): file for file in self.files}
        meant = near(name, list(stems))
        mend = f"Did you mean {stems[meant]}? Then rename it" if meant else f"Add {name}.csv"
        if not meant and self.files:
            mend += f", or see with evenhand check {quote(self.name)} what its files may be"
        if not meant and self.inside:
            mend = f"Did you mean {' or '.join(f'{self.name}/{inner}' for inner in self.inside[:3])}?"
        inside = "the workbook " if self.workbook else "the folder " if Path(self.name).is_dir() else ""
        where = "this folder" if self.name == "." else f"{inside}{self.name}"
        findings.error(f"is not in {where}", mend, table=f"{name}.csv")

    def _unread(self, files: Sequence[str], free: Sequence[str], job: str) -> list[Finding]:
        strange, notes = [], []
        for file in files:
            stem = self.stem(file)
            option = next((kind.name for kind in kinds_of(job) if fold(kind.name) == fold(stem)), None)
            if option:
                # A table of the job that its folder is not asked for: swaps say what became of another plan.
                mend = f"Give it with --{option}"
                notes.append(Finding(file, None, "", None, "was not read", mend))
                continue
            meant = near(stem, [*free, *(kind.name for kind in kinds_of(job) if kind.name not in free)])
            if meant:
                notes.append(Finding(file, None, "", None, "was not read", f"Did you mean {meant}?"))
            else:
                strange.append(file)
        if strange:
            more = f" and {len(strange) - LISTED} more" if len(strange) > LISTED else ""
            listed = ", ".join(strange[:LISTED]) + more
            verb = "was" if len(strange) == 1 else "were"
            known = ", ".join(dict.fromkeys(kind.name for kind in kinds_of(job)))
            problem = f"holds {listed}, which {verb} not read"
            notes.append(Finding(self.name, None, "", None, problem, f"Tables are called {known}"))
        return notes


def container_of(
    source: str | Path | bytes,
    name: str = "",
    *,
    jobs: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    seen: set[str] | None = None,
    sheet: str = "",
    any_sheets: bool = False,
) -> Container | None:
    """Return what stands in a folder, a zip archive or a workbook of several tables; None for one table.

    A workbook is a container where no sheet is asked for and two of its sheets bear names of tables of the
    job.

    Args:
        source: a path, or the bytes of an archive or workbook.
        name: what findings call bytes.
        jobs: whose tables the sheets of a workbook may be.
        mapping: see ``Given``; it goes to every table.
        seen: see ``Given``.
        sheet: the sheet asked for; a workbook is then one table.
        any_sheets: whether a workbook is a container whatever its sheets are called, if it has two.

    Raises:
        InputError: the archive is damaged or too large.
    """
    terms: dict[str, Any] = {"mapping": dict(mapping or {}), "seen": seen}
    if isinstance(source, (str, Path)):
        path = Path(source)
        if path.is_dir():
            files = {entry.name: Given(entry, **terms) for entry in path.iterdir() if _is_table_file(entry)}
            deeper = tuple(sorted(entry.name for entry in path.iterdir() if _holds_tables(entry)))
            return Container(name or path.name or str(path), files, inside=deeper)
        if path.suffix.lower() not in {".zip", *WORKBOOKS} or not path.is_file():
            return None
        raw, called = bytes_of(path), name or path.name
    else:
        raw, called = bytes(source), name or "stdin"
    # Workbooks and archives are both zip files, and only what is inside tells them apart.
    if not raw.startswith(b"PK"):
        return None
    kind = kind_of(raw)
    if kind and kind[0] == "a zip archive":
        return _archive(raw, called, terms)
    # Whoever names a sheet means one table, whatever else the workbook holds.
    if kind and kind[0] == "an Excel workbook" and not sheet and not (any_sheets and len(raw) > BY_HAND):
        return _book(source, raw, called, None if any_sheets else jobs, terms)
    return None


def _is_table_file(entry: Path) -> bool:
    return not entry.name.startswith((".", "~$")) and entry.is_file()


def _holds_tables(entry: Path) -> bool:
    """Whether an entry of a folder is an archive, or a folder with tables in it."""
    if entry.name.startswith((".", "~$", "__MACOSX")):
        return False
    if entry.is_dir():
        return any(inner.suffix.lower() in LIKE_TABLES for inner in islice(entry.iterdir(), MEMBERS))
    return entry.suffix.lower() == ".zip"


def _archive(raw: bytes, called: str, terms: dict[str, Any]) -> Container | None:
    """Return what an archive holds; None for an archive of one table that has no table's name."""
    files = {
        name: Given(content, name=Path(name).name, **terms) for name, content in unpacked(raw, called).items()
    }
    names = {fold(kind.name) for kind in KINDS}
    (alone,) = files.values() if len(files) == 1 else (None,)
    # One table zipped for sending is that table, whatever it is called.
    if alone is not None and fold(Path(alone.name).stem) not in names:
        return None
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        inner = tuple(sorted(name for name in archive.namelist() if name.lower().endswith(".zip")))
    return Container(called, files, inside=inner)


def _book(
    source: str | Path | bytes, raw: bytes, called: str, jobs: Sequence[str] | None, terms: dict[str, Any]
) -> Container | None:
    from evenhand.tables.workbook import sheets_of

    sheets = sheets_of(raw, called)
    kinds = {fold(kind.name) for job in jobs or () for kind in kinds_of(job)}
    # A workbook of one's own may hold a sheet called "history" by chance; two names are no chance.
    known = [sheet for sheet in sheets if fold(SHEETS.get(fold(sheet), sheet)) in kinds]
    if len(sheets if jobs is None else known) < 2:  # noqa: PLR2004 - one sheet, or one known name, is one table
        return None
    files = {sheet: Given(source, name=f"{called}, sheet {sheet}", sheet=sheet, **terms) for sheet in sheets}
    return Container(called, files, workbook=True)
