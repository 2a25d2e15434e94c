"""What is in a file or folder, and what it is taken for: everything that can be said before planning.

``overview`` reads, recognises and looks at every cell, and gives plain data: for ``evenhand check``, its
JSON, and pages that show an upload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from shlex import quote
from typing import Any, Final

import numpy as np

from evenhand.core.errors import Finding, Findings, InputError
from evenhand.tables.archives import LIKE_TABLES
from evenhand.tables.by_content import candidate_columns, mapped
from evenhand.tables.calendar_days import days
from evenhand.tables.containers import CALENDAR, Container
from evenhand.tables.descriptions import KINDS, kinds_of
from evenhand.tables.numerals import decimals
from evenhand.tables.oddities import noted_oddities
from evenhand.tables.polls import poll_of, year_of
from evenhand.tables.reader import Given, read
from evenhand.tables.recognise import (
    Match,
    clock_heads,
    heads_to_miss,
    look_at,
    match,
    recognise,
    refuse_header_below,
    tell_words,
    with_names,
)
from evenhand.tables.table import Table
from evenhand.tables.texts import fold
from evenhand.tables.wide import grid_of_scores, unfolded, with_whole_names

JOBS: Final = ("allocation", "fleet", "teams", "rota")
COMMANDS: Final = {
    "allocation": "evenhand allocate {}",
    "fleet": "evenhand allocate {}",
    "teams": "evenhand teams {} --teams {teams}",
    "rota": "evenhand rota {}",
}
WHAT: Final = {
    "allocation": "an allocation (who gets what)",
    "fleet": "a press fleet's week (who gets which vehicle)",
    "teams": "teams (who goes with whom)",
    "rota": "a rota (whose turn it is)",
}
GUESSED: Final = {
    "allocation": ("candidates", "capacity", "pins", "forbids"),
    "teams": ("people", "rooms", "rules"),
    "rota": ("people", "duties", "absences", "history", "rules"),
}
"""Tables that a file of a folder may be taken for whatever it is called. A press fleet has ten tables, of
which several are alike: there names decide."""
MANY_SHEETS: Final = 2
"""Sheets of a workbook that must be tables of one plan before it is taken for several: one alone is the table
itself, and the others are somebody's notes."""
ASKED_BACK: Final = (
    "The heads do not say what this table is. If each row says what somebody could get, this plans it; "
    "item and recipient may be the other way round:\n\n  {}"
)
DELIMITERS: Final = {"\t": "tabs", ";": "semicolons", "|": "pipes", ",": "commas"}
GRID: Final = 3
"""Columns of a grid of scores, the names counted: beside one or two numbers a roster is a roster."""
MOST_STRANGE: Final = 0.5
"""Share of heads that a table may not know where its file is called anything: a plan that was written as a
workbook has dates and names as a history has, and six columns more."""
SOME_YEAR: Final = 2026
"""Year of the dates that stand in a command as an example."""
FEW: Final = 12
"""Distinct values up to which a column is said to hold kinds rather than names."""
SHOWN: Final = 30
"""Characters of an example."""


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column: the head as written, the column it is taken for ("" for none), what it holds, one cell."""

    head: str
    taken_for: str
    sure: str
    holds: str
    example: str


@dataclass(frozen=True, slots=True)
class FileSeen:
    """One file or sheet.

    Attributes:
        name: the file's name.
        table: the table that it is taken for, as "people of teams"; "" for none.
        said: one line about all of it, for people.
        kind: "text", "a workbook", "Parquet" or "values".
        encoding: of text.
        delimiter: of text.
        sheet: of a workbook.
        header_row: the row of the header.
        rows: rows below it.
        columns: in their order.
        missing: needed columns that are not there.
    """

    name: str
    table: str
    said: str
    kind: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: int
    rows: int
    columns: tuple[ColumnSeen, ...]
    missing: tuple[str, ...]


@dataclass(slots=True)
class Overview:
    """Everything that is known of a file or folder.

    Attributes:
        answer: one sentence: what it is.
        job: the job that fits best; "" for none.
        command: the command to run; "" where something is missing.
        files: what was read.
        errors: what has to be mended, a sentence each.
        warnings: what is worth a look.
    """

    answer: str = ""
    job: str = ""
    command: str = ""
    files: list[FileSeen] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def overview(source: Container | Given | Any, *, job: str = "", shown: str = "FILE") -> Overview:
    """Return what a source holds; nothing is raised for what is wrong with it.

    Args:
        source: a container of several tables, or one source.
        job: the job it is for; "" to find out.
        shown: what the command to run calls it.
    """
    findings, out = Findings(), Overview()
    tables = _read_all(source, findings)
    best, fits = _by_names(tables, job, source)
    if (
        not job
        and "" in tables
        and poll_of(tables[""][1]) is not None
        and _complete("rota", fits["rota"].values())
    ):
        best = "rota"
    line = "" if _fits_whole(best, fits[best]) else _line_by_content(tables, fits, shown)
    best = "allocation" if line else best
    out.job = best if fits[best] else ""
    held = list(fits[best].values())
    _header_faults(tables, fits[best], findings)
    if out.job and isinstance(source, Container):
        _tell_unread(source, out.job, tables, fits[best], findings)
    for file, (_, table, given) in tables.items():
        fit = fits[best].get(file)
        out.files.append(_seen(table, fit, findings, getattr(given, "name", "") or table.name))
    complete = _complete(out.job, held)
    if out.job == "teams" and not job and "" in tables:
        _tell_grid(tables[""][1], shown, findings)
    if out.job and complete and not findings.errors:
        out.command = _command(out.job, fits[best], tables, shown)
    out.answer = _answer(out.job, fits[best], findings, complete=complete)
    if line:
        out.answer = ASKED_BACK.format(line)
    if not tables and findings.errors:
        out.answer = f"{shown} cannot be read as a table."
    out.errors = list(dict.fromkeys(map(str, findings.errors)))
    out.warnings = list(dict.fromkeys(map(str, findings.warnings)))
    return out


def _read_all(
    source: Container | Given | Any, findings: Findings
) -> dict[str, tuple[str, Table, Given | Any]]:
    """Return every table of a source that can be read, by its file; "" is the only one of a source of one."""
    files = {"": source}
    if isinstance(source, Container):
        # Pages and plans that stand beside the tables, as --out wrote them, are no tables to mend.
        files = {
            file: given
            for file, given in source.files.items()
            if source.workbook or PurePath(file).suffix.lower() in LIKE_TABLES
        }
    tables: dict[str, tuple[str, Table, Given | Any]] = {}
    # A calendar is read with the days of a plan, which are not known here.
    for file in sorted(file for file in files if not file.lower().endswith(CALENDAR)):
        given = files[file]
        try:
            tables[file] = (file, read(given, file, findings), given)
        except InputError as error:
            findings.errors += [complaint for complaint in error.findings if complaint not in findings.errors]
    return tables


def _by_names(tables: dict[str, Any], job: str, source: Any) -> tuple[str, dict[str, dict[str, Match]]]:
    """Return the job that fits best, and each job's matches; in a folder the files' names decide."""
    stem = source.stem if isinstance(source, Container) else None
    fits = {name: _fitting(name, tables, stem) for name in ((job,) if job else JOBS)}
    if not job and all(_names_alone(fit) for fit in fits["teams"].values()):
        fits["teams"] = {}  # nothing to balance

    def best() -> str:
        return max(fits, key=lambda name: _worth(name, fits[name], isinstance(source, Container)))

    if not job or job == "allocation":
        _reshaped(tables, fits, best(), stem)
    return best(), fits


def _tell_unread(
    source: Container, job: str, tables: dict[str, Any], fits: dict[str, Match], findings: Findings
) -> None:
    """Name the files of a folder that the job does not read, and those that only need another name."""
    source.tables(job, [kind.name for kind in kinds_of(job)], findings)
    findings.warnings += [note for note in source.unread(job) if note not in findings.warnings]
    _tell_misnamed(tables, fits, findings)


def named_by_content(source: Container, jobs: Sequence[str]) -> Container | None:
    """Return a folder, archive or workbook with its files under the names of the tables that they look like.

    Where a file bears a table's name already, names decide. What each file is taken for is told when it is
    read. None for a workbook whose sheets are no tables of one plan, such as a class a sheet.

    Args:
        source: as it stands.
        jobs: those that the files are wanted for.
    """
    stems = {fold(source.stem(file)) for file in source.files}
    if any(kind.needed and fold(kind.name) in stems for kind in KINDS):
        return source
    tables = _read_all(source, Findings())
    # Another job may make more of the files: a rota's people are a better roster than its absences.
    chosen = _by_content(tables, JOBS)
    if not any(_complete(job, chosen.values()) for job in jobs):
        chosen = _by_content(tables, jobs)
    if source.workbook and (len(chosen) < MANY_SHEETS or next(iter(source.files)) not in chosen):
        return None
    wanted = {kind.name for job in jobs for kind in kinds_of(job)}
    files: dict[str, Given] = {}
    for file, given in source.files.items():
        if file not in chosen or chosen[file].kind.name not in wanted:
            files[file] = given
            continue
        table = chosen[file].kind.name
        called, ending = (given.name, "") if source.workbook else (PurePath(file).name, PurePath(file).suffix)
        mend = f"If that is wrong, call the right {'sheet' if source.workbook else 'file'} {table}{ending}"
        note = Finding(called, None, "", None, f"is taken for {table}", mend)
        files[f"{table}{ending}"] = replace(given, name=called, notes=(*given.notes, note))
    return replace(source, files=files)


def _by_content(tables: dict[str, Any], jobs: Sequence[str]) -> dict[str, Match]:
    """Return what each file of a folder is, whatever it is called, for the job that most of them fit.

    Each table of a job is one file at most, the best first.
    """
    fitting: dict[str, dict[str, Match]] = {}
    for job in jobs:
        roster = next((kind for kind in kinds_of(job) if kind.name == "people"), None)
        likely = [
            (file, fit)
            for file, (_, table, given) in tables.items()
            for fit in (
                *recognise(
                    list(table.columns), job=job,
                    mapping=getattr(given, "mapping", {}), clocks=clock_heads(table),
                ),
                *([] if roster is None else [with_names(match(roster, list(table.columns)), table)]),
            )
            if fit.complete
            and fit.kind.name in GUESSED.get(job, ())
            and (fit.kind.own or _strange(fit)[0] <= MOST_STRANGE)
        ]  # fmt: skip
        chosen: dict[str, Match] = {}
        # Tables that the job cannot do without come first: a roster may look like absences as well.
        # A file of which little is known comes late: a plan that was written beside its tables is like them.
        for file, fit in sorted(likely, key=lambda pair: (not pair[1].kind.needed, *_strange(pair[1]))):
            if file not in chosen and fit.kind.name not in {other.kind.name for other in chosen.values()}:
                chosen[file] = fit
        if _complete(job, chosen.values()):
            fitting[job] = chosen
    if not fitting:
        return {}
    # A list of names with nothing to balance is a rota's.
    teams = fitting.get("teams", {})
    bare = all(_names_alone(fit) for fit in teams.values() if fit.kind.name == "people")
    best = max(
        fitting,
        key=lambda job: (
            len(fitting[job]), not (job == "teams" and bare), sum(fit.score for fit in fitting[job].values())
        ),
    )  # fmt: skip
    return fitting[best]


def _strange(fit: Match) -> tuple[float, float]:
    """Return what brings a file behind others that may be the same table: heads that do not belong there."""
    heads = {fold(head) for head in (*fit.columns.values(), *fit.spare)}
    if fit.kind.own:
        return float({"team", "person"} <= heads), -fit.score
    return len(fit.spare) / len(heads), -fit.score


def _fits_whole(job: str, fits: dict[str, Match]) -> bool:
    """Whether all that a job needs is there, or a file alone is another table of it for certain."""
    if _complete(job, fits.values()):
        return True
    return any(
        fit.complete and len(fit.columns) > 1 and len(fit.columns) >= len(fit.spare) for fit in fits.values()
    )


def _line_by_content(tables: dict[str, Any], fits: dict[str, dict[str, Match]], shown: str) -> str:
    """Return the command for one table that may be of candidates by what it holds; "" if it is not.

    The table is then taken for one, so that what is said of its columns goes with the line.
    """
    if "" not in tables or "allocation" not in fits:
        return ""
    table = tables[""][1]
    fit = match(kinds_of("allocation")[0], list(table.columns))
    guess = candidate_columns(table, fit.columns)
    if not guess:
        return ""
    likely = {column: (head,) for column, head in guess.items()}
    fits["allocation"] = {"": replace(fit, near=likely | fit.near)}
    return f"evenhand allocate {shown} {mapped(guess)}"


def _reshaped(
    tables: dict[str, Any], fits: dict[str, dict[str, Match]], best: str, stem: Callable[[str], str] | None
) -> None:
    """Bring tables into the shape that their job reads, as the reader does.

    A column for each item becomes candidates where no job has all it needs; names in two columns one name.
    """
    lacking = not any(_complete(name, fit.values()) for name, fit in fits.items())
    changed = False
    for file, (name, table, given) in tables.items():
        if lacking:
            shaped = _unfolded(table, given)
        elif best == "rota" and file in fits[best]:
            shaped = with_whole_names(table, fits[best][file].kind)
        else:
            continue
        changed = changed or shaped is not table
        tables[file] = (name, shaped, given)
    if changed:
        fits.update({job: _fitting(job, tables, stem) for job in fits})


def _tell_grid(table: Table, shown: str, findings: Findings) -> None:
    """Note a roster of numbers alone, which may as well be what each person would give for each thing."""
    heads = list(table.columns)
    if len(heads) > GRID and grid_of_scores(table, heads):
        findings.warning(
            "holds a number for each person in every column, which may be how much they want what it names",
            f"Then this hands it out: evenhand allocate {quote(shown)}",
            table=table.name,
        )


def _tell_misnamed(tables: dict[str, Any], fits: dict[str, Match], findings: Findings) -> None:
    """Note files of a folder that are not read for their name alone: shifts.csv holds duties."""
    for file, (_, table, given) in tables.items():
        if file in fits:
            continue
        meant = recognise(
            list(table.columns), mapping=getattr(given, "mapping", {}), clocks=clock_heads(table)
        )
        if meant and meant[0].complete:
            kind = meant[0].kind
            ending = PurePath(file).suffix or ".csv"
            problem = f"looks like {kind.name} of {WHAT[kind.job]}"
            findings.warning(problem, f"Call it {kind.name}{ending} to have it read", table=table.name)


def _unfolded(table: Table, given: Any) -> Table:
    candidates = next(kind for kind in kinds_of("allocation") if kind.name == "candidates")
    return unfolded(table, match(candidates, list(table.columns), getattr(given, "mapping", {})))


def _names_alone(fit: Match) -> bool:
    return fit.kind.name == "people" and not fit.spare


def _header_faults(tables: dict[str, Any], fits: dict[str, Match], findings: Findings) -> None:
    """Note, before all else, headers in later rows and second tables: other faults may come of them."""
    for file, (_, table, _given) in tables.items():
        fit = fits.get(file)
        try:
            refuse_header_below(table, recognised=fit is not None and fit.by_heads)
        except InputError as error:
            findings.errors[:0] = error.findings


def _command(job: str, fits: dict[str, Match], tables: dict[str, Any], shown: str) -> str:
    """Return the command to run, which has to work as it stands."""
    people = max((len(tables[file][1]) for file, fit in fits.items() if fit.kind.name == "people"), default=0)
    # Teams of about five suit most uses, and a command that runs as it stands beats one with a gap.
    command = COMMANDS[job].format(quote(shown), teams=max(2, min(people // 2, round(people / 5))))
    held = {fit.kind.name for fit in fits.values()}
    if "rooms" in held and "people" in held:
        command = command.partition(" --teams")[0]
    poll = poll_of(tables[""][1]) if job == "rota" and "" in tables else None
    if poll is not None and any(time.month for time in poll.times):
        year = year_of(poll, SOME_YEAR)
        command += f" --start {year}-01-01" if year else ""
    elif job == "rota" and "duties" not in held:
        command += f" --weeks 10 --start {SOME_YEAR}-01-05"
    return command


def _fitting(job: str, tables: dict[str, Any], stem: Callable[[str], str] | None) -> dict[str, Match]:
    """Return the best match of each file among a job's tables; in a folder the name (``stem``) decides."""
    out: dict[str, Match] = {}
    for file, (_, table, given) in tables.items():
        heads = list(table.columns)
        mapping = getattr(given, "mapping", {})
        if stem is not None:
            kind = next(
                (table_kind for table_kind in kinds_of(job) if fold(table_kind.name) == fold(stem(file))),
                None,
            )
            if kind is not None:
                out[file] = with_names(match(kind, heads, mapping, clock_heads(table)), table)
            continue
        fits = recognise(heads, file=table.name, job=job, mapping=mapping, clocks=clock_heads(table))
        if fits:
            out[file] = with_names(fits[0], table)
        if job in ("teams", "rota") and (file not in out or not out[file].complete):
            # No head tells enough: a roster all the same, if one column holds names.
            roster = next(kind for kind in kinds_of(job) if kind.name == "people")
            named = with_names(match(roster, heads, mapping), table)
            if named.complete:
                out[file] = named
    return out


def _worth(job: str, fits: dict[str, Match], whole: bool) -> tuple[bool, float]:  # noqa: FBT001 - a private step
    """Return how well a job fits: whether all that it needs is there, then the matches' scores."""
    score = sum(fit.score for fit in fits.values())
    if whole:
        return _complete(job, fits.values()), score + len(fits)
    return bool(fits) and all(fit.complete for fit in fits.values()), score


def _complete(job: str, fits: Iterable[Match]) -> bool:
    there = {fit.kind.name for fit in fits if fit.complete}
    return bool(job) and all(kind.name in there for kind in kinds_of(job) if kind.needed)


def _seen(table: Table, fit: Match | None, findings: Findings, name: str) -> FileSeen:
    columns: list[ColumnSeen] = []
    missing: tuple[str, ...] = ()
    taken = ""
    if fit is not None:
        kind, missing = fit.kind, fit.missing
        taken = f"{kind.name} of {kind.job}"
        tell_words(table, fit)
        # As the reader does it, so that check and plan say the same of the same file.
        kept = noted_oddities(table, kind, fit)
        look_at(kept, fit, findings)
        if missing:
            _tell_missing(table, fit, findings)
        # Where any column may stand, as people like, a head that is nearly one of ours is no mistake.
        if missing or not kind.own:
            table.nearly(heads_to_miss(kind, fit), list(fit.spare))
        table = kept
    by_head = {} if fit is None else {head: column for column, head in fit.columns.items()}
    poll = poll_of(table) if taken == "people of rota" else None
    asked = {} if poll is None else {time.head: f"who can on {time}" for time in poll.times}
    for head, cells in table.columns.items():
        column = by_head.get(head, "")
        sure = "" if fit is None or not column else fit.how[column]
        # Codes such as 007 are texts in a column of texts, even where all of them are digits.
        text = fit is not None and column in fit.kind and fit.kind.column(column).type == "text"
        columns.append(
            ColumnSeen(head, column or asked.get(head, ""), sure, _holds(cells, text=text), _example(cells))
        )
    origin = table.origin
    return FileSeen(
        name, taken, _line(table, taken), origin.kind, origin.encoding, origin.delimiter, origin.sheet,
        origin.header_row, len(table), tuple(columns), missing,
    )  # fmt: skip


def _tell_missing(table: Table, fit: Match, findings: Findings) -> None:
    for column in fit.missing:
        meant = fit.near.get(column, ())
        choice = next((choices for choices in fit.kind.either if choices[0].split("+")[0] == column), None)
        mend = f"Add the column {column}" if choice is None else f"Add {' or '.join(choice)}"
        if meant:
            mend = f"Is it {' or '.join(meant)}? Then say so: --map {quote(f'{meant[0]}={column}')}"
        findings.error("is missing", mend, table=table.name, column=column)


def _line(table: Table, taken: str) -> str:
    origin = table.origin
    rows, columns = len(table), len(table.columns)
    parts = [f"{rows:,} row{'s' * (rows != 1)}, {columns} column{'s' * (columns != 1)}"]
    if origin.kind == "text":
        parts.append(origin.encoding.upper().replace("CP125", "Windows-125").replace("CP850", "DOS text"))
        parts.append(
            f"parted by {DELIMITERS.get(origin.delimiter, origin.delimiter)}"
            if origin.delimiter
            else "one column"
        )
    elif origin.kind == "a workbook":
        parts.append(f"workbook, sheet {origin.sheet}")
    elif origin.kind != "values":
        parts.append(origin.kind)
    parts.append(f"header in row {origin.header_row}")
    return f"{'Taken for ' + taken if taken else 'Not recognised'}: {', '.join(parts)}."


def _holds(cells: Sequence[str], *, text: bool = False) -> str:
    """Return what a column holds: nothing, dates and their span, numbers and their range, kinds, or texts."""
    filled = [cell for cell in cells if cell]
    empty = f", {len(cells) - len(filled):,} empty" if len(filled) < len(cells) else ""
    if not filled:
        return "nothing"
    distinct = list(dict.fromkeys(filled))
    if any("-" in cell or "/" in cell or "." in cell for cell in distinct[:FEW]) or len(distinct[0]) == len(
        "20260131"
    ):
        known, wrong, whole = days(distinct)
        if known and not wrong and whole is None:
            first, last = min(known.values()), max(known.values())
            span = f"date {first}" if first == last else f"dates {first} to {last}"
            return f"{span}{_order(distinct)}{empty}"
        if whole is not None:
            return f"dates that could be day or month first{empty}"
    values, faults = decimals([] if text else filled)
    if not faults and len(values):
        low, high = f"{np.min(values):g}", f"{np.max(values):g}"
        return f"numbers {low} to {high}{empty}" if low != high else f"number {low}{empty}"
    if len(distinct) <= FEW and len(distinct) < len(filled):
        return f"{len(distinct)} value{'s' * (len(distinct) != 1)}{empty}"
    repeats = "" if len(distinct) == len(filled) else f", {len(distinct):,} different"
    return f"{len(filled):,} text{'s' * (len(filled) != 1)}{repeats}{empty}"


def _order(cells: Sequence[str]) -> str:
    """Return how dates with slashes were read, where there are some."""
    mixed = next((cell for cell in cells if "/" in cell and not cell[:4].isdigit()), None)
    if mixed is None:
        return ""
    day_first = any(int(cell.split("/")[0]) > FEW for cell in cells if "/" in cell)
    return ", read day first" if day_first else ", read month first"


def _example(cells: Sequence[str]) -> str:
    cell = next((cell for cell in cells if cell), "")
    return cell if len(cell) <= SHOWN else cell[: SHOWN - 1] + "…"


def _answer(job: str, fits: dict[str, Match], findings: Findings, *, complete: bool) -> str:
    if not job:
        known = ", ".join(dict.fromkeys(kind.name for kind in KINDS))
        return (
            f"No table of any job was recognised. Tables are: {known}. evenhand template shows their columns."
        )
    count = len(findings.errors)
    tables = ", ".join(dict.fromkeys(fit.kind.name for fit in fits.values()))
    if not complete:
        needed = [
            kind.name
            for kind in kinds_of(job)
            if kind.needed and kind.name not in {f.kind.name for f in fits.values() if f.complete}
        ]
        lacking = f"; {' and '.join(needed)} {'is' if len(needed) == 1 else 'are'} missing or incomplete"
        return f"Looks like {WHAT[job]} with {tables}{lacking}."
    mend = "ready to plan" if not count else f"{count} thing{'s' * (count != 1)} to mend"
    return f"Fits {WHAT[job]}: {tables}; {mend}."
