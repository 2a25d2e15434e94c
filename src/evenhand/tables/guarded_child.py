"""The guarded child itself, a script: sets limits on itself, then lets one reader read standard input.

It imports nothing but the reader, so that it starts in a hundredth of a second. See ``guarded``.
"""

from __future__ import annotations

import json
import sys
from typing import Any


class OverBudgetError(Exception):
    """More would come back than may."""


def text_of(value: Any) -> str:
    """Return what JSON does not know as text: 09:00 for a time of day without seconds."""
    text = str(value)
    return text[: -len(":00")] if type(value).__name__ == "time" and text.endswith(":00") else text


class Answer:
    """Lines of JSON on standard output, counted before they are written."""

    def __init__(self, cells: int, characters: int) -> None:
        """Take how many filled cells and characters may be written."""
        self.cells, self.characters = cells, characters
        self.most = {"filled cells": cells, "characters": characters}

    def say(self, part: Any) -> None:
        """Write one line that is not counted; what JSON does not know as its own text."""
        sys.stdout.write(json.dumps(part, default=text_of) + "\n")

    def row(self, row: list[Any]) -> None:
        """Write a line of cells, or stop before it.

        Raises:
            OverBudgetError: the budget is used up.
        """
        filled = [cell for cell in row if cell != "" and cell is not None]
        self.cells -= len(filled)
        self.characters -= sum(len(cell) for cell in filled if isinstance(cell, str))
        if self.cells < 0 or self.characters < 0:
            raise OverBudgetError("filled cells" if self.cells < 0 else "characters")
        self.say(row)


def limit(memory: int, seconds: int | None = None) -> None:
    """Set limits on memory (bytes) and processor time on this process, as its system does it."""
    if sys.platform == "win32":
        _limit_windows(memory)
    else:
        import resource

        # Linux keeps to the address space, macOS to the data segment
        most = {"RLIMIT_AS": memory, "RLIMIT_DATA": memory, "RLIMIT_CPU": seconds, "RLIMIT_CORE": 0}
        for name, bound in most.items():
            try:
                if bound is not None:
                    resource.setrlimit(getattr(resource, name), (bound, bound))
            except (AttributeError, OSError, ValueError):
                continue


def _limit_windows(memory: int) -> None:
    """Put this process into a job object that bounds its memory; where that fails the budgets still hold."""
    import ctypes

    class Basic(ctypes.Structure):
        _fields_ = [
            ("times", ctypes.c_int64 * 2), ("flags", ctypes.c_uint32), ("least", ctypes.c_size_t),
            ("most", ctypes.c_size_t), ("processes", ctypes.c_uint32), ("affinity", ctypes.c_size_t),
            ("priority", ctypes.c_uint32), ("scheduling", ctypes.c_uint32),
        ]  # fmt: skip

    class Extended(ctypes.Structure):
        _fields_ = [
            ("basic", Basic), ("io", ctypes.c_uint64 * 6), ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t), ("peak_process", ctypes.c_size_t), ("peak_job", ctypes.c_size_t),
        ]  # fmt: skip

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - mypy on Linux knows no windll
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    wanted = Extended()
    wanted.basic.flags = 0x100  # JOB_OBJECT_LIMIT_PROCESS_MEMORY
    wanted.process_memory = memory
    kernel.SetInformationJobObject(job, 9, ctypes.byref(wanted), ctypes.sizeof(wanted))
    kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess()))


def main(order: dict[str, Any]) -> None:
    """Read standard input as the order says, and answer in lines of JSON."""
    budget = order["budget"]
    limit(budget["memory"], budget["seconds"])
    sys.path[:] = order["path"]
    from importlib import import_module

    answer = Answer(budget["cells"], budget["characters"])
    try:
        reader = import_module(f"evenhand.tables.foreign_{order['reader']}")
        reader.read_foreign(sys.stdin.buffer, order["options"], answer)
    except ImportError as error:
        answer.say({"fault": "package", "needs": error.name or str(error)})
    except OverBudgetError as over:
        what = str(over)
        # the first line is written by then, so what is told must come first: begin the answer anew
        sys.stdout.seek(0)
        sys.stdout.truncate()
        answer.say({"fault": "budget", "what": what, "most": answer.most[what]})


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
