"""Files from elsewhere are read in a guarded child process, so that no file can hang or crash this one.

A workbook of 10 kB can stand for gigabytes of text, a calendar of a page for millions of absences, a Parquet
file of a megabyte for a hundred times that. So the bytes go to a child with limits on memory and time; the
child counts what it would send back and stops at a budget; and the answer comes through a file, so that this
process holds a line of it at a time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from evenhand.core.errors import InputError, MethodError


@dataclass(frozen=True, slots=True)
class Budget:
    """What a child may take and send back.

    Attributes:
        seconds: wall time until it is ended.
        memory: bytes of address space.
        cells: filled cells (or names in events) that may come back.
        characters: characters that may come back.
    """

    seconds: int = 120
    memory: int = 3 << 30
    cells: int = 12_000_000
    characters: int = 200_000_000


BUDGET = Budget()
"""A full sheet of a million rows by ten columns fits, and reading it takes half a minute. At twice the cells
this process would hold two gigabytes of text after it; at half, a national roster would be refused."""


@contextmanager
def answered(
    reader: str, raw: bytes, options: Mapping[str, Any], name: str, budget: Budget = BUDGET
) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
    """Run a reader in a child on the bytes of a file; yields its first line, and the rest to be read.

    Args:
        reader: "workbook", "calendar" or "parquet": a module ``foreign_<reader>`` with ``read_foreign``.
        raw: the file.
        options: what the reader needs to know, as JSON.
        name: what findings call the file.
        budget: what the child may take.

    Raises:
        InputError: the file is over a budget, or its reader fell over it.
        MethodError: a package that the reader needs is not installed.
    """
    script = str(Path(__file__).with_name("guarded_child.py"))
    order = {"reader": reader, "path": sys.path, "options": dict(options), "budget": asdict(budget)}
    # -S skips site packages' start-up; the child gets this process's own list of folders instead
    command = [sys.executable, "-I", "-S", script, json.dumps(order)]
    with TemporaryFile() as given, TemporaryFile() as reply, TemporaryFile() as complaint:
        given.write(raw)
        given.seek(0)
        try:
            done = subprocess.run(
                command, stdin=given, stdout=reply, stderr=complaint, check=False, timeout=budget.seconds
            )
        except subprocess.TimeoutExpired:
            raise _too_much(name, budget) from None
        reply.seek(0)
        complaint.seek(0)
        if done.returncode:
            raise _fell(done.returncode, complaint.read(1 << 16), name, budget)
        head: dict[str, Any] = json.loads(reply.readline() or b'{"fault": "damaged"}')
        if head.get("fault") == "budget":
            raise _over(head, name)
        if head.get("fault") == "package":
            mend = (
                'Install it with: pip install "evenhand[calendars]"' if reader == "calendar" else "Install it"
            )
            raise MethodError(f"Reading {name} needs {head['needs']}. {mend}, or give the table as CSV.")
        yield head, reply


def _fell(code: int, complaint: bytes, name: str, budget: Budget) -> InputError:
    # what ends a process over its limit of memory is a signal, or an exception, in whichever library it was
    starved = code < 0 or any(word in complaint for word in (b"MemoryError", b"alloc", b"out of memory"))
    if starved:
        return _too_much(name, budget)
    return InputError.one("is damaged", "Open it where it came from and save it again", table=name)


def _too_much(name: str, budget: Budget) -> InputError:
    problem = f"needs more than {budget.memory >> 30} GB of memory or {budget.seconds} seconds to read"
    return InputError.one(problem, "Save the part that is needed alone, or as CSV UTF-8", table=name)


def _over(head: Mapping[str, Any], name: str) -> InputError:
    problem = f"holds more than {head['most']:,} {head['what']}"
    return InputError.one(problem, "Save the part that is needed alone, or as CSV UTF-8", table=name)
