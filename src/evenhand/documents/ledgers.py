"""Ledgers as files: one entry a line, checked against the chain of hashes, and booked by one at a time.

A booking takes a lock beside the file, reads, books, makes sure that nobody changed the file meanwhile (a
program that knows no lock, say), and replaces it in one step. What was acknowledged is on the disk; a process
killed in between leaves the ledger as it was, and its unfinished file is swept by the next booking.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from evenhand.core.errors import InputError
from evenhand.core.ledger import KINDS, Entry, Ledger
from evenhand.documents.faults import Faults
from evenhand.tables.files import bytes_of, write_atomically
from evenhand.tables.locks import locked

COLUMNS: Final = (
    "seq", "kind", "label", "claimant", "due", "received", "note", "when", "thing", "account", "hash",
)  # fmt: skip
"""What stands in an entry's line, in this order; the names are in the file too."""

NUMBERS: Final = frozenset({"seq", "due", "received"})

WEIGHT: Final = re.compile(r"[1-9]\d{0,6}(?:/[1-9]\d{0,6})?", re.ASCII)
"""A weight as it is booked: a whole number or a fraction, above 0 and as small as tables may hold."""

MEND = "Take the file back from a backup, and book what is wrong as a correction"


def body_of(ledger: Ledger) -> dict[str, Any]:
    """Return a ledger as plain data.

    Raises:
        InputError: it holds only the entries after a head that is kept elsewhere.
    """
    if ledger.start.seq:
        raise InputError.one(
            "entries of this ledger are kept elsewhere",
            "Save a ledger that is whole",
            came=str(ledger.start.seq),
        )
    return {
        "unit": ledger.unit,
        "ticks": ledger.ticks,
        "last": {"seq": ledger.head.seq, "hash": ledger.tip},
        "columns": list(COLUMNS),
        "entries": [[getattr(entry, name) for name in COLUMNS] for entry in ledger.entries],
    }


def ledger_of(body: Any, faults: Faults) -> Any:
    """Make a ledger of plain data; what is wrong goes to ``faults``, and WRONG comes back.

    Checked are the shape of every entry, the chain of hashes, the last entry's number and hash (so that lines
    cut off at the end are noticed) and that all lags sum to 0. Cost O(entries).
    """
    wrong = _body_fault(body)
    if wrong is not None:
        return faults.add(wrong[0], None, wrong[1], MEND)
    entries = (Entry(**dict(zip(COLUMNS, row, strict=True))) for row in body["entries"])
    ledger = Ledger(tuple(entries), body["ticks"], body["unit"])
    broken = ledger.broken()
    if broken:
        sentence = f"does not fit the chain of hashes: entry {broken} or one before it was changed by hand"
        return faults.add(f"ledger.entries[{broken - 1}]", None, sentence, MEND)
    if body["last"] != {"seq": ledger.head.seq, "hash": ledger.tip}:
        return faults.add("ledger.last", None, "is not the last entry: lines were taken out or added", MEND)
    total = sum(ledger.balances.values())
    if total:
        return faults.add("ledger.entries", total, "ticks is the sum of all lags, not 0", MEND)
    return ledger


def _body_fault(body: Any) -> tuple[str, str] | None:
    """Return where the shape of a ledger's data is wrong, and how; None where it is right."""
    if not isinstance(body, dict) or set(body) != {"unit", "ticks", "last", "columns", "entries"}:
        return "ledger", "is not a ledger of this version"
    unit, ticks, rows = body["unit"], body["ticks"], body["entries"]
    if not isinstance(unit, str) or type(ticks) is not int or ticks < 1 or not isinstance(rows, list):
        return "ledger", "has a unit, ticks or entries of the wrong kind"
    if body["columns"] != list(COLUMNS):
        return "ledger.columns", f"are not {', '.join(COLUMNS)}"
    faults = ((f"ledger.entries[{index}]", _shape_fault(row)) for index, row in enumerate(rows))
    return next((fault for fault in faults if fault[1]), None)


def _shape_fault(row: Any) -> str:
    """Return what is wrong with an entry's line, "" where nothing is."""
    if not isinstance(row, list) or len(row) != len(COLUMNS):
        return f"is not a list of {len(COLUMNS)} values"
    for name, cell in zip(COLUMNS, row, strict=True):
        if type(cell) is not (int if name in NUMBERS else str):
            return f"has a {name} of the wrong kind"
    if row[1] not in KINDS:
        return f"is of a kind nobody knows: {row[1]!r}"
    if row[1] == "weight" and not WEIGHT.fullmatch(row[6]):
        return "is a change of weight without a number such as 2 or 1/2 in its note"
    return ""


def booking(
    path: str | Path,
    change: Callable[[Ledger], Ledger],
    *,
    fresh: Ledger | None = None,
    wait: Callable[[int], bool] = lambda _attempt: False,
) -> tuple[Ledger, Ledger]:
    """Read a ledger, change it and write it back, while nobody else does.

    Args:
        path: the ledger's file; where there is none, the ledger is ``fresh``.
        change: returns the ledger to keep. What it raises leaves the file as it was.
        fresh: the ledger to begin with where the file is not there; none: the file must be there.
        wait: called with 0, 1, 2, ... while somebody else books; returns whether to try again.

    Returns:
        The ledger before and after. Where both are the same nothing is written.

    Raises:
        InputError: the file is not a ledger or was changed by hand, somebody else is booking for too long or
            changed it meanwhile, or it cannot be written.
    """
    from evenhand import documents

    target = Path(os.path.realpath(path))
    busy = "is being booked by somebody else just now; nothing was booked"
    with locked(target, Path(path), busy, wait):
        content = bytes_of(target) if target.exists() or fresh is None else None
        before: Any = fresh if content is None else documents.loads(content, None, target.name)
        if not isinstance(before, Ledger):
            sentence = f"holds {documents.called(before)}, not a ledger"
            raise InputError.one(sentence, "Give the file that evenhand publish wrote", table=target.name)
        after = change(before)
        if after is before and content is not None:
            return before, after
        if (bytes_of(target) if target.exists() else None) != content:
            raise InputError.one(
                "was changed by another program while this booking was made; nothing was booked",
                "Try again", came=str(path), table=target.name,
            )  # fmt: skip
        write_atomically(target, documents.dumps(after))
        _settle(target)
    return before, after


def _settle(target: Path) -> None:
    """Bring the new name to the disk, and sweep what killed processes left unfinished."""
    # only who holds the lock writes beside this ledger, so any unfinished file is nobody's any more
    for leftover in target.parent.glob(f".{glob.escape(target.name[:100])}.*.part"):
        with suppress(OSError):
            leftover.unlink()
    with suppress(OSError):  # a folder cannot be opened on Windows, which needs no such step
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
