"""Running the command as a person would: in a process of its own, piped or on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import warm

__all__ = ["DATA", "Terminal", "piped"]

DATA = Path(__file__).resolve().parents[2] / "src" / "evenhand" / "data"
MAIN = [sys.executable, "-m", "evenhand"]


def piped(
    folder: Path, *arguments: str, program: list[str] | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a folder with its output piped; cold where Python itself is told something."""
    cold = any(name.startswith(("PYTHON", "LC_", "LANG")) for name in environment)
    return subprocess.run(
        [*(program or (MAIN if cold else warm.program())), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )


class Terminal:
    """A process on a terminal of its own, of a given width; everything it writes is kept."""

    def __init__(self, folder: Path, program: list[str], columns: int = 100, **environment: str) -> None:
        """Start the program."""
        mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        clean = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
        self.process = subprocess.Popen(
            program,
            cwd=folder,
            env={**clean, "TERM": "xterm-256color", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._mine = mine
        self.text = ""

    def read(self, until: str = "", seconds: float = 60.0) -> str:
        """Read until a text was written or, with none given, until the process has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until in self.text):
            ready, _, _ = select.select([self._mine], [], [], 0.1)
            if not ready:
                if self.process.poll() is not None:
                    break
                continue
            try:
                part = os.read(self._mine, 65536)
            except OSError:
                break
            self.text += part.decode("utf-8", "replace").replace("\r\n", "\n")
        assert until in self.text, self.text
        return self.text

    def end(self) -> int:
        """Read the rest and return the exit code."""
        self.read()
        code = self.process.wait(timeout=30)
        os.close(self._mine)
        return code
