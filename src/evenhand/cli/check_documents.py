"""What ``evenhand check`` says of files that are no tables: plans, ledgers, recipes, mappings, databases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.core.sentences import counted

if TYPE_CHECKING:
    from evenhand.core.ledger import Ledger
    from evenhand.core.solution import Solution

JSON, TOML = ".json", ".toml"


def is_database(path: Path) -> bool:
    """Whether a file is a database of plans: SQLite's own first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        # By content and not by ending: people call the file what they like.
        return file.read(16) == b"SQLite format 3\x00"


def document_said(path: Path) -> dict[str, Any] | None:
    """Return what a document of evenhand is, as plain data with a sentence; None where the file is none.

    A plan is judged anew, its claims proven or marked; a ledger's chain of hashes is checked; a recipe's
    tables are looked for beside it. Nothing is planned.

    Raises:
        InputError: it is such a document, and something is wrong with it.
    """
    if path.is_dir():
        return _recipe(path) if (path / "recipe.toml").is_file() else None
    if path.suffix.lower() == TOML:
        return _toml(path)
    return _json(path) if path.suffix.lower() == JSON and _is_ours(path) else None


def _is_ours(path: Path) -> bool:
    """Whether a file of JSON is an object, as all documents are: rows of a table are a list."""
    from evenhand.tables import bytes_of

    return bytes_of(path).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _json(path: Path) -> dict[str, Any]:
    from evenhand import documents, solver
    from evenhand.core.ledger import Ledger
    from evenhand.core.recipe import Recipe
    from evenhand.core.solution import Solution
    from evenhand.core.statement import Statement

    document = documents.read(path)
    if isinstance(document, Solution):
        # Loaded once more by the verb, which proves the claims anew or marks them.
        return _plan(path, solver.load(path))
    if isinstance(document, Ledger):
        return _ledger(document)
    if isinstance(document, Recipe):
        tables = ", ".join(sorted(document.sources)) or "none"
        sentence = f"A recipe of {_job(document.job)} with the tables {tables}."
        return {"kind": "recipe", "said": sentence, "notes": [], "command": ""}
    if isinstance(document, Statement):
        sentence = f"A statement of what {len(document.claimants):,} were due and received."
        return {"kind": "statement", "said": sentence, "notes": [], "command": ""}
    from evenhand.jobs import job_of

    sentence = f"A problem of {_job(job_of(document).name)}, read without a fault."
    return {"kind": "problem", "said": sentence, "notes": list(map(str, document.warnings)), "command": ""}


def _job(name: str) -> str:
    from evenhand.jobs import JOBS, job_named

    return job_named(name).called if name in JOBS else name


def _plan(path: Path, plan: Solution) -> dict[str, Any]:
    """Say that a plan was judged again, what it comes to, and what is only claimed."""
    sentence = f"A plan of {_job(plan.job)}, judged again: no rule is broken. It is {plan.standing}."
    return {
        "kind": "plan",
        "said": f"{sentence}\n{plan.headline}",
        "notes": list(map(str, plan.warnings)),
        "command": f"evenhand explain {path}",
    }


def _ledger(ledger: Ledger) -> dict[str, Any]:
    """Say how many entries a ledger has, that its chain holds, and who is most owed."""
    from evenhand.cli.publish import standings_said

    entries = counted(len(ledger.entries), "entry", "entries")
    bookings = counted(len({entry.label for entry in ledger.entries}), "booking")
    sentence = f"A ledger in {ledger.unit}: {entries} in {bookings}. "
    sentence += "Its chain of hashes holds, and all lags sum to 0.\n" + standings_said(ledger, ledger.called)
    return {"kind": "ledger", "said": sentence, "notes": [], "command": ""}


def _toml(path: Path) -> dict[str, Any]:
    import tomllib

    from evenhand.core.errors import InputError
    from evenhand.tables import bytes_of

    try:
        held = tomllib.loads(bytes_of(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        mend = "Write it with evenhand check --save-mapping or with --recipe"
        raise InputError.one(f"is not TOML: {error}", mend, table=path.name) from None
    if "columns" in held:
        return _mapping(path)
    return _recipe(path)


def _mapping(path: Path) -> dict[str, Any]:
    """Say which heads a mapping names, and warn of columns that no table has."""
    from evenhand.cli.sources import saved_mapping
    from evenhand.core.errors import Finding
    from evenhand.tables.descriptions import KINDS
    from evenhand.tables.texts import fold, near

    pairs = saved_mapping(path)
    known = {fold(column.name): column.name for kind in KINDS for column in kind.columns}
    notes = []
    for head, column in pairs.items():
        if fold(column) not in known:
            meant = near(column, list(known.values()))
            mend = f"Did you mean {meant}?" if meant else "Teams balance it as a column of your own"
            problem = "is a column of no table"
            notes.append(str(Finding(path.name, None, head, column, problem, mend)))
    sentence = f"A mapping of {counted(len(pairs), 'head')}: " + ", ".join(
        f"{head} is {column}" for head, column in pairs.items()
    )
    return {"kind": "mapping", "said": f"{sentence}.", "notes": notes, "command": f"--map {path}"}


def _recipe(path: Path) -> dict[str, Any]:
    """Say what a recipe plans, once its tables are there and are what they were."""
    from evenhand.workspace.recipe_files import read_recipe

    recipe, _, names = read_recipe(path)
    tables = ", ".join(f"{table} ({name})" for table, name in sorted(names.items()))
    sentence = f"A recipe of {_job(recipe.job)} with {tables}, seed {recipe.seed}. Its tables are there."
    return {"kind": "recipe", "said": sentence, "notes": [], "command": f"evenhand run {path}"}
