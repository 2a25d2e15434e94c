"""What a command reads: paths, standard input, folders, archives, workbooks, and what columns are meant."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from evenhand.core.errors import Findings
    from evenhand.core.solution import Solution
    from evenhand.tables import Given
    from evenhand.tables.containers import Container

STDIN = Path("-")

Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="HEAD=COLUMN",
        help="Read the column HEAD as COLUMN; or a file that check --save-mapping wrote. May be repeated.",
    ),
]
Sheet = Annotated[
    str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook.  [default: the first]")
]


@dataclass
class _Asked:
    """What the command that runs was told of its sources; one command runs at a time."""

    mapping: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    sheet: str = ""
    streams: dict[Path, bytes] = field(default_factory=dict)


_asked = _Asked()


def reading_tables(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command with --map and --sheet, which refuses to write over what it reads.

    The command itself calls ``given`` or ``container`` on a path that may be a table.
    """
    hints = get_type_hints(command, include_extras=True)
    plain = inspect.signature(command)
    parameters = [
        parameter.replace(annotation=hints[parameter.name]) for parameter in plain.parameters.values()
    ]
    for name, kind, default in (("map_heads", Map, None), ("sheet", Sheet, "")):
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        )

    @functools.wraps(command)
    def told(*args: Any, map_heads: list[str] | None = None, sheet: str = "", **options: Any) -> Any:
        # Set anew for each command: tests and programs run several in one process.
        _asked.mapping, _asked.seen, _asked.sheet, _asked.streams = _mapped(map_heads), set(), sheet, {}
        refuse_written_over(options)
        return command(*args, **options)

    told.__signature__ = plain.replace(parameters=parameters)  # type: ignore[attr-defined]
    told.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return told


def keeping_inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that refuses to write over what it reads."""

    @functools.wraps(command)
    def told(*args: Any, **options: Any) -> Any:
        refuse_written_over(options)
        return command(*args, **options)

    return told


def _mapped(words: Sequence[str] | None) -> dict[str, str]:
    """Return head to column of what --map says.

    Raises:
        InputError: a word is neither HEAD=COLUMN nor a file of them.
    """
    from evenhand.core.errors import Findings

    findings, mapping = Findings(), {}
    for word in words or ():
        # At the last sign: a head of the user's file may hold "=" itself, our columns do not.
        head, sign, column = word.rpartition("=")
        if sign and head.strip() and column.strip():
            mapping[head.strip()] = column.strip()
        elif not sign and word.lower().endswith(".toml"):
            mapping |= saved_mapping(Path(word))
        else:
            mend = "Write the head in your file, then our column, as in --map Partner=recipient"
            findings.error("says no head and column", mend, table="--map", came=word)
    findings.raise_errors()
    return mapping


def saved_mapping(path: Path) -> dict[str, str]:
    """Read a mapping that ``evenhand check --save-mapping`` wrote.

    Raises:
        InputError: the file is not there, or no such mapping.
    """
    import tomllib

    from evenhand.core.errors import InputError
    from evenhand.tables import bytes_of

    try:
        held = tomllib.loads(bytes_of(path).decode("utf-8"))["columns"]
        return {str(head): str(column) for head, column in held.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError, RecursionError):
        mend = "Write it with evenhand check --save-mapping, or say --map Partner=recipient"
        raise InputError.one("is not a mapping of columns", mend, table=path.name) from None


def given(path: Path) -> Given:
    """Return a table's source with what was said of it; ``-`` is standard input."""
    from evenhand.tables import Given
    from evenhand.tables.files import bytes_from

    if path != STDIN and not path.is_fifo():
        return Given(path, sheet=_asked.sheet, mapping=_asked.mapping, seen=_asked.seen)
    # Standard input and a pipe (evenhand check <(...)) can be read once; a command may ask for them twice.
    name = "stdin" if path == STDIN else "pipe" if path.name.isdigit() else path.name
    if path not in _asked.streams:
        if path == STDIN:
            _asked.streams[path] = bytes_from(sys.stdin.buffer, name)
        else:
            with path.open("rb") as stream:
                _asked.streams[path] = bytes_from(stream, name)
    return Given(_asked.streams[path], name, _asked.sheet, _asked.mapping, _asked.seen)


def plan_of(path: Path, job: str) -> Solution:
    """Read a saved plan and refuse one of another job.

    Raises:
        InputError: the file is not a plan, or none of that job.
    """
    from evenhand.core.errors import InputError
    from evenhand.jobs import job_named
    from evenhand.solver import load

    solution = load(path)
    if solution.job != job:
        mend = f"Give a plan that evenhand {job_named(job).command} saved"
        raise InputError.one(f"is a plan of {solution.job}, not of {job}", mend, table=path.name)
    return solution


def container(path: Path, *jobs: str) -> Container | None:
    """Return what stands in a folder, an archive or a workbook with a sheet a table; None for one table."""
    from evenhand.tables.containers import container_of
    from evenhand.tables.overview import named_by_content

    source = given(path).source
    terms: dict[str, Any] = {"mapping": _asked.mapping, "seen": _asked.seen, "sheet": _asked.sheet}
    held = container_of(source, jobs=jobs, **terms) or container_of(source, any_sheets=True, **terms)
    if held is None:
        return None
    if path != STDIN:
        held.name = str(path) if path.is_dir() else path.name
    return named_by_content(held, jobs)


def roster(path: Path, rules: Path | None = None, *, beside: Sequence[str] = ("rules",)) -> dict[str, Any]:
    """Return the table of people, and the tables ``beside`` it where PATH is a folder or workbook.

    Raises:
        InputError: it holds no people.
    """
    from evenhand.core.errors import Findings

    held = container(path, "teams")
    if held is None:
        return {"source": given(path)} | ({"rules": given(rules)} if rules is not None else {})
    findings = Findings()
    tables: dict[str, Any] = dict(held.tables("teams", ("people", *beside), findings))
    if "people" not in tables:
        held.missing("people", findings)
    findings.raise_errors()
    tables["source"] = tables.pop("people")
    return tables | ({"rules": given(rules)} if rules is not None else {})


HINTS = {
    "allocation": "evenhand allocate plans allocations",
    "fleet": "evenhand allocate plans a press fleet's week from its folder",
    "teams": "evenhand teams FILE --teams 4 makes teams of people",
    "rota": "evenhand rota FILE --weeks 10 --start 2026-01-05 plans turns of people",
    "poll": "evenhand rota FILE plans a turn for each of its days, with those who can",
}


@contextmanager
def telling_other_jobs(path: Path, *jobs: str) -> Iterator[None]:
    """Where columns are missing, say which other job the file would fit: it may be the wrong command.

    Raises:
        InputError: as came, with the other job as one more finding.
    """
    from evenhand.core.errors import Finding, InputError

    try:
        yield
    except InputError as error:
        lacking = any(finding.problem == "is missing" for finding in error.findings)
        others = other_jobs(path, jobs) if lacking else []
        if not others:
            raise
        hint = Finding(str(path), None, "", None, f"looks like {others[0][1]}", HINTS[others[0][0]])
        # First, as a wrong command makes every other finding beside the point.
        raise InputError([hint, *error.findings]) from None


def other_jobs(path: Path, jobs: Sequence[str]) -> list[tuple[str, str]]:
    """Return (job, what it is) of the tables of other jobs that a file would be, the likeliest first.

    Of a folder or workbook its people are looked at.
    """
    from evenhand.core.errors import EvenhandError, Findings
    from evenhand.tables import read
    from evenhand.tables.polls import poll_of
    from evenhand.tables.recognise import recognise

    held = container(path, "teams")
    source = given(path) if held is None else held.tables("teams", ("people",), Findings()).get("people")
    if source is None:
        return []
    try:
        table = read(source, findings=Findings())
    except EvenhandError:
        return []
    if poll_of(table) is not None:
        return [("poll", "a poll for dates (a row a person, and yes or no below each day)")]
    heads = list(table.columns)
    fitting = [
        kind_of_table
        for kind_of_table in recognise(heads, file=path.name)
        if kind_of_table.complete and kind_of_table.kind.needed
    ]
    return [
        (kind_of_table.kind.job, f"a table of {kind_of_table.kind.name} ({kind_of_table.kind.meaning})")
        for kind_of_table in fitting
        if kind_of_table.kind.job not in jobs
    ]


def refuse_unused(findings: Findings | None = None) -> None:
    """Refuse heads of --map that stood in no table that was read.

    Raises:
        InputError: at least one did; as all of them.
    """
    from evenhand.core.errors import Findings
    from evenhand.tables import fold

    noted = Findings() if findings is None else findings
    seen = {fold(head) for head in _asked.seen}
    for head, column in _asked.mapping.items():
        if fold(head) not in seen:
            mend = "Write the head as it stands in your file; evenhand check FILE lists the heads"
            noted.error(
                "is not a column of the tables that were read", mend, table="--map", came=f"{head}={column}"
            )
    noted.raise_errors()


def read_as() -> tuple[Any, ...]:
    """Return what --map and --sheet said: a plan made from the same files read otherwise is another."""
    return (sorted(_asked.mapping.items()), _asked.sheet)


def refuse_unused_in(tables: Iterable[Any]) -> None:
    """Refuse heads of --map that stand in none of these tables, which another process will read.

    Raises:
        InputError: at least one does; as all of them.
    """
    from evenhand.core.errors import Findings
    from evenhand.tables import Given, read

    if not _asked.mapping:
        return
    for table in tables:
        if isinstance(table, Given):
            # What is wrong with a table is said where it is planned.
            read(table, findings=Findings())
    refuse_unused()


WRITTEN = frozenset({"out", "calendars", "previous", "tables", "save_mapping", "recipe"})
"""Options whose files are written, or, as a calendar handed out before, are meant to be written anew."""


def refuse_written_over(options: dict[str, Any]) -> None:
    """Refuse a file to write that is one of those read, or that would be read from its folder next time.

    Raises:
        InputError: --out, --save-mapping or --calendars name what is read, directly or through a link.
    """
    from evenhand.core.errors import Findings

    findings, sources = Findings(), list(_read_by(options))
    mend = "Give another name; nothing that was read is written over"
    for option, path in _written_by(options):
        # By file and not by name: a link or another spelling may lead to the same one.
        read = [source for source in sources if path.exists() and path.samefile(source)]
        if read:
            problem = (
                "is standard input, which is read"
                if read[0] == STDIN_FILE
                else f"is the file {read[0]}, which is read"
            )
            findings.error(problem, mend, table=option, came=str(path))
        elif any(_would_read(folder, path) for folder in _given(options) if folder.is_dir()):
            mend_name = "Give another name, or another folder"
            findings.error("would be read as a table of its folder", mend_name, table=option, came=str(path))
    calendars = options.get("calendars")
    for source in sources:
        within = isinstance(calendars, Path) and calendars.is_dir() and source.parent.samefile(calendars)
        if within and source.suffix.lower() == ".ics":
            problem = f"holds {source.name}, which is read"
            findings.error(
                problem, "Give another folder for the calendars", table="--calendars", came=str(calendars)
            )
    findings.raise_errors()


STDIN_FILE = Path("/dev/stdin")


def _written_by(options: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    """Yield each option that writes a file, and the file."""
    for name in ("out", "save_mapping"):
        given_paths = options.get(name) or []
        for path in given_paths if isinstance(given_paths, list) else [given_paths]:
            yield f"--{name.replace('_', '-')}", path


def _given(options: dict[str, Any]) -> Iterator[Path]:
    """Yield the paths that a command is to read, folders among them."""
    for name, value in options.items():
        for path in value if isinstance(value, list) else [value]:
            if name in WRITTEN or not isinstance(path, Path):
                continue
            if path == STDIN and STDIN_FILE.exists():
                yield STDIN_FILE
            elif path.exists():
                yield path


def _read_by(options: dict[str, Any]) -> Iterator[Path]:
    """Yield the files that a command reads; of a folder those that are tables by their names."""
    for path in _given(options):
        if path.is_dir():
            yield from (entry for entry in sorted(path.iterdir()) if _would_read(path, entry))
        elif path == STDIN_FILE or path.is_file():
            yield path


def _would_read(folder: Path, path: Path) -> bool:
    """Whether a file stands in a folder under the name of a table."""
    from evenhand.tables.archives import LIKE_TABLES
    from evenhand.tables.descriptions import KINDS
    from evenhand.tables.texts import fold

    return (
        path.suffix.lower() in LIKE_TABLES
        and path.parent.is_dir()
        and path.parent.samefile(folder)
        and any(fold(kind.name) == fold(path.stem) for kind in KINDS)
    )
