"""Commands in processes of their own that need not load everything anew.

A warm process has loaded the command line once, and forks for every command that is asked of it. What asks is
a small program, `tests/warm_client.py`, that stands where ``python -m evenhand`` would stand: the command has
its folder, environment, arguments and streams, and it ends with the command's exit code. What only a whole
start shows (modules loaded, hash seeds, encodings, closed streams, signals) is tested with ``MAIN`` instead.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import json
import os
import runpy
import selectors
import socket
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

CLIENT = Path(__file__).with_name("warm_client.py")


@cache
def program() -> list[str]:
    """Return what stands for ``evenhand`` in a command; the first who asks starts the warm process."""
    place = Path(tempfile.mkdtemp(prefix="evenhand-warm-")) / "socket"
    # it ends when nobody holds the other end of its stdin any more, however this process ends
    process = subprocess.Popen(
        [sys.executable, __file__, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()

    def end() -> None:
        process.stdin.close()  # type: ignore[union-attr]
        process.wait()
        place.unlink()
        place.parent.rmdir()

    atexit.register(end)
    # -I and -S: the small program needs the standard library alone, and starts in a hundredth of a second
    return [sys.executable, "-I", "-S", str(CLIENT), str(place)]


def _load() -> None:
    """Load what most commands need; what few need, or what starts threads, each command loads itself."""
    import evenhand
    from evenhand.core.seeded import stream

    for module in walk_packages(evenhand.__path__, "evenhand."):
        if module.name.split(".")[1] not in LATER and module.name != "evenhand.cli.serve":
            import_module(module.name)
    stream(0, "numpy's random numbers are loaded when first drawn")


OTHER = "EVENHAND_TESTS_RUN"
"""Set for a command, it names a module of the tests that runs in evenhand's place."""

LATER = ("__main__", "cluster", "store", "web", "work", "workspace")
"""Rooms that few commands enter; with their databases and web server they take longer than all others."""


def _stream(number: int, mode: str) -> io.TextIOWrapper:
    """Return a stream of a process as Python opens it at its start."""
    errors = "backslashreplace" if number == 2 else "strict"
    stream = open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115 - open for good
    assert isinstance(stream, io.TextIOWrapper)
    stream.reconfigure(line_buffering=number == 2 or stream.isatty())
    return stream


def _become(task: dict[str, object], streams: list[int]) -> None:
    """Be the command: its folder, environment, arguments and streams; then run it as ``python -m`` does."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(str(task["folder"]))
    os.environ.clear()
    os.environ.update(dict(task["environment"]))  # type: ignore[call-overload]
    sys.stdin, sys.stdout, sys.stderr = _stream(0, "r"), _stream(1, "w"), _stream(2, "w")
    sys.argv = ["evenhand", *map(str, task["arguments"])]  # type: ignore[call-overload]
    # the tests' folder goes, the command's own comes
    sys.path[0] = str(Path.cwd()) if OTHER not in os.environ else str(CLIENT.parent)
    runpy.run_module(os.environ.pop(OTHER, "evenhand"), run_name="__main__", alter_sys=True)


def serve(place: str) -> None:
    """Fork for every command that is asked for, until stdin ends."""
    _load()
    gc.collect()
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen(64)
    watched = selectors.DefaultSelector()
    watched.register(listener, selectors.EVENT_READ)
    watched.register(0, selectors.EVENT_READ)
    running: dict[int, tuple[int, socket.socket]] = {}
    os.write(1, b"ready\n")
    while True:
        for key, _ in watched.select():
            if key.fd == 0:
                return
            if key.fd in running:
                pid, asker = running.pop(key.fd)
                watched.unregister(key.fd)
                os.close(key.fd)
                with contextlib.suppress(OSError):  # who asked may be gone
                    asker.sendall(str(os.waitpid(pid, 0)[1]).encode())
                asker.close()
                continue
            asker, _address = listener.accept()
            message, streams, *_ = socket.recv_fds(asker, 1, 3)
            told = bytearray(message)
            while not told.endswith(b"\0"):
                told += asker.recv(1 << 20)
            with warnings.catch_warnings():
                # numpy's threads wait for work that no command has given yet
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
            if not pid:
                watched.close()
                for end in (listener, asker, *(other for _, other in running.values())):
                    end.close()
                for number in running:
                    os.close(number)
                _become(json.loads(told[:-1]), streams)
                return
            for stream in streams:
                os.close(stream)
            handle = os.pidfd_open(pid)
            running[handle] = pid, asker
            watched.register(handle, selectors.EVENT_READ)


if __name__ == "__main__":
    serve(sys.argv[1])
