"""JSON documents with kind and edition: solutions with their problem, problems, ledgers and statements.

A document is data alone. Reading one checks everything, says all faults at once by their place, and has the
judge look at a solution again: what is loaded is what the awards are worth, not what a file claims.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from evenhand.core import desk
from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, InputError
from evenhand.core.ledger import Ledger
from evenhand.core.recipe import KIND, Recipe, recipe_of
from evenhand.core.solution import Solution, Status, Term, Verbs
from evenhand.core.statement import Statement
from evenhand.core.version import VERSION
from evenhand.documents.codec import built, decode
from evenhand.documents.encode import encode, fields_of
from evenhand.documents.faults import WRONG, Faults
from evenhand.documents.layout import from_bytes, to_bytes
from evenhand.documents.ledgers import body_of, ledger_of
from evenhand.documents.schema import Schemas
from evenhand.documents.sidecar import HEAVY, can_write, cells, digest, read_sidecar, write_sidecar
from evenhand.jobs import JOBS, job_named, job_of
from evenhand.tables.files import bytes_of, write_atomically

EDITION: Final = 1
"""The edition written; editions up to it are read."""

LARGE: Final = 10_000_000
"""Bytes of a plan's document up to which its problem stands in it: a file that mails well. A week of one
office takes a megabyte, ten offices ten."""

HOW_FOUND = ("version", "method", "seed", "status", "bound", "proof", "warnings", "cut")
"""What a document keeps of how a plan was found; all else follows from the problem and the awards."""

TAMPERED = "Save it again from evenhand instead of changing it by hand"


@dataclass(frozen=True, eq=False)
class _Kept:
    """A solution as its document keeps it, but for its problem and what the judge says anew."""

    version: str
    job: str
    method: str
    seed: int
    status: Status
    objective: int
    bound: int | None
    cut: bool
    headline: str
    terms: tuple[Term, ...]
    warnings: tuple[Finding, ...]
    awards: Ints = field(repr=False)
    proof: Mapping[str, Any] = field(repr=False)


def dumps(thing: Any) -> bytes:
    """Return the document of a Solution, a problem of any job, a Ledger or a Statement.

    Promise:
        The same thing gives the same bytes on every machine, and ``loads`` gives the same thing back.
        Times are left out, as no two runs agree on them.

    Raises:
        InputError: it is none of these.
    """
    if isinstance(thing, Solution):
        return to_bytes(_solution_out(thing))
    if isinstance(thing, Ledger):
        return to_bytes(_headed("ledger") | {"ledger": body_of(thing)})
    if isinstance(thing, Recipe):
        return thing.to_bytes()
    if isinstance(thing, Statement):
        return to_bytes(_headed("statement") | {"statement": encode(thing)})
    job = job_of(thing)
    return to_bytes(_headed("problem") | {"job": job.name, "problem": encode(thing)})


def loads(content: bytes, verbs: Verbs | None = None, name: str = "", folder: Path | None = None) -> Any:
    """Read a document of any kind.

    Args:
        content: the document, UTF-8 JSON.
        verbs: lent to a solution, so that it can save itself.
        name: the file as the user knows it, for messages.
        folder: where a problem that stands in a file of its own is looked for; None for nowhere.

    Raises:
        InputError: every fault at once, each with its place in the document.
    """
    raw = from_bytes(content, name)
    faults = Faults()
    kind = _kind_of(raw, faults)
    faults.raise_errors(name)
    body = {key: value for key, value in raw.items() if key not in ("kind", "edition")}
    if kind == "evenhand/solution":
        _fetch_problem(body, folder, faults)
    document = KINDS[kind](body, verbs, faults)
    faults.raise_errors(name)
    return document


def save(thing: Any, path: str | Path) -> None:
    """Write a document; a file that was there is replaced only when all is written.

    The problem of a large plan is written into a file of its own beside it (``week.problem.json``), and the
    plan names that file and its SHA-256. Several plans of one problem then share it. That of a very large one
    is a Parquet file (``week.problem.parquet``) where pyarrow is installed, named by the SHA-256 of what it
    holds: see ``sidecar``.

    Raises:
        InputError: the thing has no document, or the file cannot be written.
    """
    if isinstance(thing, Solution) and cells(thing.problem) > HEAVY and can_write():
        beside = Path(path).with_suffix(".problem.parquet")
        known = write_sidecar(thing.problem, beside)
        write_atomically(path, to_bytes(_solution_out(thing, {"file": beside.name, "sha256": known})))
        return
    content = dumps(thing)
    if not isinstance(thing, Solution) or len(content) <= LARGE:
        write_atomically(path, content)
        return
    beside = Path(path).with_suffix(".problem.json")
    problem = dumps(thing.problem)
    # The problem first: a plan never stands there without it, were the second file not written.
    write_atomically(beside, problem)
    reference = {"file": beside.name, "sha256": hashlib.sha256(problem).hexdigest()}
    write_atomically(path, to_bytes(_solution_out(thing, reference)))


def printed(solution: Solution) -> bytes:
    """Return the document of a plan for a program that reads it from a pipe.

    It is what ``dumps`` returns, but that of a very large problem names the problem by its SHA-256 alone:
    such a plan cannot be loaded again, and its problem need not be written out for a quarter of a minute.
    """
    if cells(solution.problem) <= HEAVY:
        return dumps(solution)
    return to_bytes(_solution_out(solution, {"file": "", "sha256": digest(solution.problem)}))


def read(path: str | Path, verbs: Verbs | None = None) -> Any:
    """Read a document of any kind from a file; see ``loads``."""
    source = Path(path)
    return loads(bytes_of(source), verbs, source.name, source.parent)


def called(document: Any) -> str:
    """Return what a document is, in a person's words.

    >>> from evenhand.core.ledger import Ledger
    >>> called(Ledger())
    'a ledger'
    """
    name = type(document).__name__
    if name.endswith("Problem"):
        return "tables without a plan"
    return {"Solution": "a plan", "Statement": "an account"}.get(name, f"a {name.lower()}")


def load(path: str | Path, verbs: Verbs | None = None) -> Solution:
    """Read a solution from its document, problem and all, and have the judge look at it again.

    Raises:
        InputError: the file is no evenhand document of a known kind and edition, or its parts disagree.
    """
    document = read(path, verbs)
    if isinstance(document, Solution):
        return document
    raise InputError.one(
        f"holds {called(document)}, not a plan",
        "Give a file saved with --out plan.json, or by save()",
        table=Path(path).name,
    )


def _fetch_problem(body: dict[str, Any], folder: Path | None, faults: Faults) -> None:
    """Put the problem in the place of a reference to the file it stands in, once its SHA-256 is checked."""
    reference = body.get("problem")
    if not isinstance(reference, dict) or reference.keys() != {"file", "sha256"}:
        return
    name, named_digest = reference["file"], reference["sha256"]
    mend = "Put the two files that were saved together into one folder"
    if name == "":
        instead = "Save the plan with --out plan.json, which writes its problem beside it"
        faults.add("problem.file", name, "is not named: the plan was printed without its problem", instead)
        del body["problem"]
        return
    if not isinstance(name, str) or Path(name).name != name or folder is None:
        faults.add("problem.file", name, "is not a file beside this one", mend)
        del body["problem"]
        return
    try:
        content = bytes_of(folder / name)
    except InputError:
        faults.add("problem.file", name, "is not there", mend)
        del body["problem"]
        return
    if name.endswith(".parquet"):
        problem, known = read_sidecar(content, name, faults)
    else:
        known = hashlib.sha256(content).hexdigest()
        problem = from_bytes(content, name).get("problem") if known == named_digest else None
    if known != named_digest and not faults:
        faults.add("problem.sha256", None, f"is not that of {name}: it was changed, or is another", mend)
        del body["problem"]
        return
    if problem is None:
        del body["problem"]
    else:
        body["problem"] = problem


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the documents that are written: solutions, problems and statements.

    Ledgers and recipes keep a chain of hashes, which no schema can check: theirs say their kind alone.

    >>> schema()["title"]
    'evenhand documents, edition 1'
    """
    schemas = Schemas()
    reference = {"type": "object", "properties": {"file": {"type": "string"}, "sha256": {"type": "string"}},
                 "required": ["file", "sha256"], "additionalProperties": False}  # fmt: skip
    variants = []
    for job in JOBS:
        problem = schemas.of(job_named(job).problem)
        variants.append(_shape("problem", {"job": {"const": job}, "problem": problem}))
        kept = {name: schemas.of(hint) for name, hint in fields_of(_Kept)}
        parts = {
            "job": {"const": job},
            "ids": {"type": "array", "items": {"type": "string"}},
            "statement": schemas.of(Statement),
            "columns": {"type": "object", "additionalProperties": {"type": "array"}},
            "problem": {"anyOf": [problem, reference]},
        }
        variants.append(_shape("solution", kept | parts))
    variants.append(_shape("statement", {"statement": schemas.of(Statement)}))
    closed = {"evenhand/solution", "evenhand/problem", "evenhand/statement"}
    variants += [{"properties": {"kind": {"const": kind}}} for kind in KINDS if kind not in closed]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"evenhand documents, edition {EDITION}",
        "type": "object",
        "required": ["kind", "edition"],
        "oneOf": variants,
        "$defs": schemas.defined,
    }


def _shape(kind: str, parts: dict[str, Any]) -> dict[str, Any]:
    head = {"kind": {"const": f"evenhand/{kind}"}, "edition": {"const": EDITION}}
    return {"properties": head | parts, "required": [*head, *parts], "additionalProperties": False}


def _headed(kind: str) -> dict[str, Any]:
    return {"kind": f"evenhand/{kind}", "edition": EDITION}


def _solution_out(solution: Solution, reference: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a solution as its document, the problem by a reference if there is one."""
    if solution.objective is None or solution.statement is None:
        raise InputError.one(
            "has no awards", "Save a solution that has some", came=f"this {solution.job} solution"
        )
    kept = {name: getattr(solution, name) for name in _Kept.__dataclass_fields__}
    body: dict[str, Any] = _headed("solution") | encode(_Kept(**kept))
    # An id an award, in the order of the awards: what programs that read plans know an award by.
    body["ids"] = job_named(solution.job).ids(solution.problem, solution.awards)
    for name in ("statement", "columns"):
        body[name] = encode(getattr(solution, name))
    return body | {"problem": encode(solution.problem) if reference is None else dict(reference)}


def _kind_of(raw: dict[str, Any], faults: Faults) -> str:
    mend = "Give a document that evenhand saved"
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        faults.add(
            "kind", kind, "is missing" if kind is None else "is not a kind evenhand knows", f"{mend}: {known}"
        )
    edition = raw.get("edition")
    if type(edition) is not int or not 1 <= edition <= EDITION:
        newer = type(edition) is int and edition > EDITION
        faults.add(
            "edition",
            edition,
            "is missing" if edition is None else "is not an edition this version can read",
            "Install a newer evenhand" if newer else mend,
        )
    return str(kind)


def _apart(body: dict[str, Any], wanted: tuple[str, ...], faults: Faults) -> dict[str, Any]:
    """Take the wanted parts out of a document; those missing are faults."""
    for name in sorted(set(wanted) - body.keys()):
        faults.add(name, None, "is missing", "Save it again from evenhand")
    return {name: body.pop(name) for name in wanted if name in body}


def _alone(name: str, cls: type) -> Callable[[dict[str, Any], Verbs | None, Faults], Any]:
    def reader(body: dict[str, Any], _verbs: Verbs | None, faults: Faults) -> Any:
        part = _apart(body, (name,), faults)
        _nothing_left(body, faults)
        return decode(cls, part[name], name, faults) if part else WRONG

    return reader


def _nothing_left(body: dict[str, Any], faults: Faults) -> None:
    for name in sorted(body):
        faults.add(name, None, "is not a part of this kind of document", "Remove it")


def _ledger_in(body: dict[str, Any], _verbs: Verbs | None, faults: Faults) -> Any:
    part = _apart(body, ("ledger",), faults)
    _nothing_left(body, faults)
    return ledger_of(part["ledger"], faults) if part else WRONG


def _recipe_in(body: dict[str, Any], _verbs: Verbs | None, faults: Faults) -> Any:
    """Read a recipe; what is wrong with it is said part by part by the recipe itself."""
    del faults
    return recipe_of(body)


def _problem_in(body: dict[str, Any], _verbs: Verbs | None, faults: Faults) -> Any:
    part = _apart(body, ("job", "problem"), faults)
    _nothing_left(body, faults)
    return _problem(part.get("job"), part, faults)


def _problem(job: Any, part: dict[str, Any], faults: Faults) -> Any:
    if not isinstance(job, str) or job not in JOBS:
        return (
            faults.add("job", job, "is not a job", f"Choose one of {', '.join(JOBS)}")
            if job is not None
            else WRONG
        )
    if "problem" not in part:
        return WRONG
    return decode(job_named(job).problem, part["problem"], "problem", faults)


def _solution_in(body: dict[str, Any], verbs: Verbs | None, faults: Faults) -> Any:
    part = _apart(body, ("problem", "ids", "statement", "columns"), faults)
    problem = _problem(body.get("job"), part, faults)
    before = len(faults)
    kept = decode(_Kept, body, "", faults)
    if kept is WRONG or problem is WRONG or len(faults) > before:
        return WRONG
    verdict = built(lambda: job_named(kept.job).judge(problem, kept.awards), "awards", faults)
    if verdict is WRONG:
        return WRONG
    for fault in verdict.faults:
        faults.add("awards", None, f"break a hard rule: {fault}", TAMPERED)
    _claims(kept, verdict.objective, faults)
    again = job_named(kept.job).recheck(problem, kept.awards, kept.proof)
    for clause in again.damage:
        faults.add("proof", None, clause, TAMPERED)
    settings = {name: getattr(kept, name) for name in HOW_FOUND} | {"verbs": verbs}
    holds = desk.bound_holds(job_named(kept.job), kept.bound, again.bound)
    settings["claimed"] = bool(again.claims) or not holds
    solution = built(
        lambda: desk.wrapped(job_named(kept.job), problem, kept.awards, verdict, **settings), "awards", faults
    )
    if solution is WRONG or faults:
        return WRONG
    _same(solution, body | part, faults)
    return solution


def _claims(kept: _Kept, objective: int, faults: Faults) -> None:
    """Check what the document claims against the judge's value."""
    if kept.objective != objective:
        other = f"is not what the awards are worth ({objective}): the document was changed by hand"
        faults.add("objective", kept.objective, other, TAMPERED)
    if kept.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        faults.add("status", kept.status, "cannot be: here are awards that keep every rule", TAMPERED)
    clauses = {
        "bound": f"is not a bound of the value {objective}",
        "status": "is claimed, but value and bound differ",
    }
    for claim, _sentence in desk.broken_claims(job_named(kept.job), objective, kept.status, kept.bound):
        faults.add(claim, getattr(kept, claim), clauses[claim], TAMPERED)


def _same(solution: Solution, stored: dict[str, Any], faults: Faults) -> None:
    """Compare what the judge says anew with what stands in the document, where the same version wrote it."""
    if solution.version != VERSION:
        return
    again = _solution_out(solution)
    for name in ("terms", "headline", "ids", "statement", "columns"):
        # A program may have written a number beyond 2^53 without the quotes: the same number.
        if again[name] != stored[name] and again[name] != encode(stored[name]):
            faults.add(
                name, None, "is not what follows from problem and awards: it was changed by hand", TAMPERED
            )
    for name, text in again["proof"].items():
        if isinstance(text, str) and stored["proof"].get(name) != text:
            faults.add("proof", None, f"says {name} otherwise than follows from problem and awards", TAMPERED)


Reader = Callable[[dict[str, Any], Verbs | None, Faults], Any]

KINDS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "evenhand/solution": _solution_in,
        "evenhand/problem": _problem_in,
        "evenhand/ledger": _ledger_in,
        KIND: _recipe_in,
        "evenhand/statement": _alone("statement", Statement),
    }
)
"""Every kind of document there is, with its reader."""
