"""Mutate tables, workbooks, plans and calendars, and keep the smallest input of each fault: `make fuzz`.

`python tests/fuzz.py [--csv N] [--xlsx N] [--json N] [--ics N] [--seed S]`. Whatever comes in, a command ends
with 0, 1 or 2; anything else is a fault, whose input is made as small as it stays one and kept in
tests/corpus/fuzz.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from evenhand.cli.app import run

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
        ["teams", str(path), "--teams", "2", "--rows", "0"],
        ["allocate", str(path), "--rows", "0"],
        ["rota", str(path), "--weeks", "3", "--start", "2026-01-05", "--rows", "0"],
        ["check", str(path)],
    ]


def fuzz(kind: str, count: int, seed: int, folder: Path) -> int:
    """Mutate one kind of file so many times; return how many faults there were."""
    draw = random.Random(f"{seed} {kind}")
    path, faults = folder / f"t.{kind}", 0
    known = seeds(kind, folder)
    for number in range(count):
        content = mutated(draw.choice(known), draw)
        words = draw.choice(commands(kind, path))
        path.write_bytes(content)
        if ends_well(words):
            continue
        faults += 1

        def fails(part: bytes, words: list[str] = words) -> bool:
            path.write_bytes(part)
            return not ends_well(words)

        least = smallest(content, fails)
        KEPT.mkdir(parents=True, exist_ok=True)
        name = KEPT / f"{words[0]}-{hashlib.sha256(least).hexdigest()[:12]}.{kind}"
        name.write_bytes(least)
        sys.stdout.write(f"{kind} {number}: {' '.join(words[:1])} failed; kept {name.name}\n")
    return faults


def main() -> int:
    """Fuzz every kind and return 1 if there was a fault."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    for kind, count in COUNTS.items():
        asked.add_argument(f"--{kind}", type=int, default=count, help=f"mutations of {kind}")
    asked.add_argument("--seed", type=int, default=0)
    given = vars(asked.parse_args())
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        for kind in COUNTS:
            here = fuzz(kind, given[kind], given["seed"], Path(name))
            sys.stdout.write(f"{kind}: {given[kind]:,} mutations, {here} faults\n")
            sys.stdout.flush()
            faults += here
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
