"""Mutate tables, workbooks, plans and calendars, and keep the smallest input of each fault: `make fuzz`.

`python tests/fuzz.py [--csv N] [--xlsx N] [--json N] [--ics N] [--seed S]`. Whatever comes in, a command ends
with 0, 1 or 2; anything else is a fault, whose input is made as small as it stays one and kept in
tests/corpus/fuzz. So is an input over which the process dies, or that takes longer than a minute.

Commands run in a forked child, many after one another. The child tells each number before it begins, so that
one that dies or hangs is known, and a new child goes on behind it. Each mutation is drawn from the seed and
its own number, so it comes again whatever ran before it: `--csv 1 --from 4711` runs that one alone.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from evenhand.cli.app import run
from evenhand.tables import guarded, guarded_child

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src" / "evenhand" / "data"
KEPT = ROOT / "tests" / "corpus" / "fuzz"
TOKENS = [
    b",", b";", b"\t", b'"', b"\n", b"\r\n", b"\0", b"\xff", b"\xe2\x80\x8b", b"=1+1", b"#N/A",
    b"1e999", b"-1", b"99999999999999999999", b"2026-02-30", b"03/04/2026", b"nan", b"\x1b[2J",
    b"x" * 300, b"Total", b"", b"{", b"}", b"[", b"]", b"null", b"true",
    b"RRULE:FREQ=DAILY;INTERVAL=0\r\n", b"DTSTART:00010101\r\n", b"COUNT=0", b"\xf0\x9f\x92\xa9",
]  # fmt: skip
"""What is put in: marks of the formats, and values at the edges."""
COUNTS = {"csv": 50_000, "xlsx": 2_000, "json": 10_000, "ics": 5_000}
SMALL = 60
"""Lines of a table that is mutated: a fault shows in few, and each run stays short."""
PATIENCE = 60
"""Seconds after which one command counts as hanging; most take milliseconds, the longest a few seconds."""
TOLD = 20
"""Seconds between two lines of progress."""
TRIES = 300
"""Shorter inputs tried for a fault that ends the process: each takes a process of its own."""


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Return content with one to six bytes, spans or tokens changed, doubled, cut or put in."""
    raw = bytearray(content)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(raw) + 1)
        end = min(len(raw), at + draw.randint(0, 12))
        what = draw.randrange(5)
        if what == 0:
            raw[at:at] = draw.choice(TOKENS)
        elif what == 1:
            raw[at:end] = draw.choice(TOKENS)
        elif what == 2:
            del raw[at:end]
        elif what == 3:
            raw[at:at] = raw[at:end] * draw.randint(1, 3)
        elif raw:
            raw[min(at, len(raw) - 1)] = draw.randrange(256)
    return bytes(raw)


def ends_well(words: list[str]) -> bool:
    """Whether a command ends with an exit code that is documented."""
    quiet = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace")
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        try:
            return run(words) in {0, 1, 2}
        except BaseException:  # noqa: BLE001 - the very thing that is looked for
            return False


def smallest(content: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Return a part of the content that still fails, cut as long as halves, quarters and so on can go."""
    step = max(1, len(content) // 2)
    while step:
        at = 0
        while at < len(content):
            shorter = content[:at] + content[at + step :]
            if fails(shorter):
                content = shorter
            else:
                at += step
        step //= 2
    return content


def seeds(kind: str, folder: Path) -> list[bytes]:
    """Return what is mutated: bundled tables cut short, a workbook, a plan, a calendar."""
    tables = [
        b"".join(path.read_bytes().splitlines(keepends=True)[:SMALL])
        for path in [DATA / "roster" / "people.csv", *sorted((DATA / "garden").glob("*.csv"))]
    ]
    candidates = (
        b"item,recipient,score,day\ncar,Ada,5,2026-01-05\nvan,Bo,3,2026-01-06\ncar,Bo,4.5,2026-01-05\n"
    )
    if kind == "csv":
        return [*tables, candidates]
    if kind == "ics":
        event = b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260203\r\n"
        event += b"RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Hugs: away\r\n"
        event += b"END:VEVENT\r\n"
        return [b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event * 2 + b"END:VCALENDAR\r\n"]
    path = folder / f"seed.{kind}"
    if kind == "xlsx":
        from evenhand.tables import write_xlsx

        write_xlsx({"T": {"name": ["Ada", "Bo"], "office": ["a", "b"]}}, path)
    else:
        table = folder / "seed.csv"
        table.write_bytes(candidates)
        ends_well(["allocate", str(table), "--out", str(path)])
    return [path.read_bytes()]


def commands(kind: str, path: Path) -> list[list[str]]:
    """Return the command lines that read such a file."""
    if kind == "ics":
        return [["rota", str(DATA / "garden"), "--absences", str(path), "--rows", "0"]]
    if kind == "json":
        return [["measure", str(path)], ["explain", str(path), "Ada"]]
    return [
        ["teams", str(path), "--teams", "2", "--rows", "0", "--effort", "quick"],
        ["allocate", str(path), "--rows", "0"],
        ["rota", str(path), "--weeks", "3", "--start", "2026-01-05", "--rows", "0"],
        ["check", str(path)],
    ]


def forked(command: list[str], *, stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes], **_: Any) -> Any:
    """Stand in for ``subprocess.run`` of the guarded child: a fork that has its readers imported already.

    The child's own code runs, under its own limits; only the start of a Python (0.1 s) is spared.
    """
    child = os.fork()
    if child == 0:
        try:
            for number, stream in enumerate((stdin, stdout, stderr)):
                os.dup2(stream.fileno(), number)
            sys.stdin, sys.stdout, sys.stderr = (
                os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate("rww")
            )
            guarded_child.main(json.loads(command[-1]))
            sys.stdout.flush()
        except BaseException:  # noqa: BLE001 - the guard reads it from standard error
            os.write(2, traceback.format_exc().encode())
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return subprocess.CompletedProcess(command, code)


class Kind:
    """One kind of file: what is mutated, and the commands that read it."""

    def __init__(self, kind: str, seed: int, folder: Path) -> None:
        self.kind, self.seed = kind, seed
        self.path = folder / f"t.{kind}"
        self.known = seeds(kind, folder)

    def mutation(self, number: int) -> tuple[bytes, list[str]]:
        """Return the content and the command of one number."""
        draw = random.Random(f"{self.seed} {self.kind} {number}")
        content = mutated(draw.choice(self.known), draw)
        return content, draw.choice(commands(self.kind, self.path))

    def well(self, content: bytes, words: list[str]) -> bool:
        """Whether the command ends well with this content."""
        self.path.write_bytes(content)
        return ends_well(words)

    def keep(self, content: bytes, words: list[str]) -> str:
        """Write the smallest input of a fault to the corpus and return its name."""
        KEPT.mkdir(parents=True, exist_ok=True)
        name = KEPT / f"{words[0]}-{hashlib.sha256(content).hexdigest()[:12]}.{self.kind}"
        name.write_bytes(content)
        return name.name


def worked_off(kind: Kind, numbers: range, tell: Callable[[str], object]) -> None:
    """Run mutations one after the other in this process; tell each before it begins, and each fault."""
    for number in numbers:
        tell(f"begin {number}\n")
        content, words = kind.mutation(number)
        if not kind.well(content, words):
            least = smallest(content, lambda part, words=words: not kind.well(part, words))  # type: ignore[misc]
            tell(f"fault {number} {words[0]} {kind.keep(least, words)}\n")


def apart(work: Callable[[Callable[[str], object]], object]) -> tuple[int, int]:
    """Run work in a forked child; returns its number, and where to read what it tells."""
    ears, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ears)
        try:
            work(lambda line: os.write(mouth, line.encode()))
        except BaseException:  # noqa: BLE001 - the parent sees which mutation had begun
            os._exit(1)
        os._exit(0)
    os.close(mouth)
    return child, ears


def dies(kind: Kind, content: bytes, words: list[str]) -> bool:
    """Whether a process of its own dies over the content, or takes too long."""
    child, ears = apart(lambda tell: tell(f"{kind.well(content, words)}\n"))
    heard = select.select([ears], [], [], PATIENCE)[0] and os.read(ears, 100)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ears)
    return heard != b"True\n"


def fuzz(kind: Kind, first: int, count: int) -> tuple[int, int]:
    """Mutate one kind of file so many times, from a number on; return how many ran and how many failed."""
    number, end, faults = first, first + count, 0
    began = told = time.monotonic()
    while number < end:
        child, ears = apart(lambda tell, start=number: worked_off(kind, range(start, end), tell))  # type: ignore[misc]
        current, rest, alive = number - 1, b"", True
        while alive:
            ready = select.select([ears], [], [], PATIENCE)[0]
            part = os.read(ears, 1 << 16) if ready else b""
            alive = bool(part)
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                what, which, *more = line.decode().split()
                current = int(which)
                if what == "fault":
                    faults += 1
                    print(f"{kind.kind} {which}: {' '.join(more)}", flush=True)  # noqa: T201 - a program's own words
            if time.monotonic() - told > TOLD:
                told = time.monotonic()
                pace = (current - first + 1) / (told - began)
                done = current - first + 1
                said = f"{kind.kind}: {done:,} of {count:,}, {faults} faults, {pace:,.0f} a second"
                print(said, flush=True)  # noqa: T201
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        os.close(ears)
        number = current + 1
        if os.waitstatus_to_exitcode(status) != 0 and current >= first:
            faults += 1
            content, words = kind.mutation(current)
            left = [TRIES]

            def fails(part: bytes, words: list[str] = words, left: list[int] = left) -> bool:
                left[0] -= 1
                return left[0] >= 0 and dies(kind, part, words)

            name = kind.keep(smallest(content, fails), words)
            print(f"{kind.kind} {current}: {words[0]} died or hung; kept {name}", flush=True)  # noqa: T201
    took = time.monotonic() - began
    print(f"{kind.kind}: {count:,} mutations, {faults} faults, {took:,.0f} s", flush=True)  # noqa: T201
    return count, faults


def main() -> int:
    """Fuzz every kind and return 1 if there was a fault."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    for kind, count in COUNTS.items():
        asked.add_argument(
            f"--{kind}", type=int, default=None, help=f"mutations of {kind}; {count:,} by default"
        )
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--from", type=int, default=0, dest="first", help="number of the first mutation")
    given = vars(asked.parse_args())
    # Whoever names some kinds means these alone.
    named = {kind for kind in COUNTS if given[kind] is not None}
    guarded.subprocess.run = forked  # type: ignore[attr-defined]
    warm()
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        for kind, count in COUNTS.items():
            if not named or kind in named:
                wanted = count if given[kind] is None else given[kind]
                faults += fuzz(Kind(kind, given["seed"], Path(name)), given["first"], wanted)[1]
    print(f"all: {faults} faults")  # noqa: T201
    return 1 if faults else 0


def warm() -> None:
    """Import what the children need, once for all of them."""
    from importlib import import_module

    for name in ("foreign_workbook", "foreign_calendar", "foreign_parquet"):
        import_module(f"evenhand.tables.{name}")
    for name in ("icalendar", "recurring_ical_events", "python_calamine"):
        with contextlib.suppress(ImportError):
            import_module(name)


if __name__ == "__main__":
    sys.exit(main())
