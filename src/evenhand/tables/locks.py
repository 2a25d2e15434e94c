"""One process at a time: a lock beside a file, which the system frees whatever becomes of its holder."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evenhand.core.errors import InputError


@contextmanager
def locked(
    target: Path,
    named: Path,
    busy: str,
    wait: Callable[[int], bool] = lambda _attempt: False,
    *,
    strict: bool = True,
) -> Iterator[None]:
    """Hold the lock beside a file.

    Args:
        target: the file; the lock is called after it.
        named: what it is called in an error.
        busy: what is said where another process holds the lock.
        wait: called with the number of attempts so far; whether to try once more.
        strict: whether a drive that knows no locks, as some network drives, is refused.

    Raises:
        InputError: another process holds it, or nothing may be written there.
    """
    lock = target.with_name(f"{target.name}.lock")
    attempt = 0
    while True:
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError.one(f"cannot be locked: {reason}", "Check its folder", came=str(named)) from None
        if _taken(handle, named, strict=strict):
            if _stands(handle, lock):
                break
        elif not wait(attempt):
            os.close(handle)
            raise InputError.one(busy, "Try again", came=str(named))
        else:
            attempt += 1
        os.close(handle)
    try:
        yield
    finally:
        if sys.platform != "win32":
            # Taken away while it is still held: whoever waits for it sees that the name is gone, and retries.
            with suppress(OSError):
                lock.unlink()
        os.close(handle)
        if sys.platform == "win32":
            with suppress(OSError):
                lock.unlink()


def _stands(handle: int, lock: Path) -> bool:
    """Whether the file that was locked still has its name; who held it before may have taken it away."""
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _taken(handle: int, named: Path, *, strict: bool) -> bool:
        """Take the lock if it is free."""
        del named, strict
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _taken(handle: int, named: Path, *, strict: bool) -> bool:
        """Take the lock if it is free."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN, errno.EINTR}:
                return False
            if not strict and error.errno in {errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK}:
                return True
            raise InputError.one(
                f"cannot be locked: {error.strerror}", "Keep it on a local disk", came=str(named)
            ) from None
        return True
