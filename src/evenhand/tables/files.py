"""Whole files: read with a sentence for each error of the system, written all or nothing."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from typing import IO

from evenhand.core.errors import InputError

ENDLESS = 1 << 30
"""Bytes read from what is no regular file: as many as an archive may unpack to."""

ATTEMPTS = 100
"""Names tried for the unfinished file; a few may be left over from processes that were killed."""


def bytes_of(path: str | Path) -> bytes:
    """Return a file's bytes.

    Raises:
        InputError: it is not there (with near misses in its folder), is a folder, or may not be read.

    Example:
        >>> import evenhand as eh
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     eh.tables.write_atomically(Path(folder) / "note.txt", b"all of it")
        ...     eh.tables.bytes_of(Path(folder) / "note.txt")
        b'all of it'
    """
    source = Path(path)
    try:
        return _all_of(source)
    except FileNotFoundError:
        problem, mend = "is not there", _nearby(source)
    except IsADirectoryError:
        problem, mend = "is a folder, not a file", "Give a file in it"
    except PermissionError:
        problem, mend = "may not be read", "Ask for permission to read it, or copy it"
    except (OSError, ValueError) as error:
        problem, mend = f"cannot be read: {_reason(error)}", "Check the path"
    raise InputError.one(problem, mend, came=str(source), table=source.name)


def _all_of(source: Path) -> bytes:
    """Return a file's bytes; of a pipe or a device, which may never end, no more than ``ENDLESS``."""
    if source.is_file() or not source.exists() or source.is_dir():
        return source.read_bytes()
    with source.open("rb") as stream:
        return bytes_from(stream, source.name)


def bytes_from(stream: IO[bytes], name: str) -> bytes:
    """Return what a stream holds.

    Raises:
        InputError: it holds more than ``ENDLESS``.
    """
    content = stream.read(ENDLESS + 1)
    if len(content) > ENDLESS:
        problem = f"gives more than {ENDLESS >> 20:,} MB, and may never end"
        raise InputError.one(problem, "Write it into a file, and give that", table=name)
    return content


def _nearby(path: Path) -> str:
    if path.is_symlink():
        return f"It is a link to {path.readlink()}, which is not there"
    try:
        others = sorted(other.name for other in path.parent.iterdir())
    except OSError:
        return f"Check the path; its folder {path.parent} is not there either"
    # 0.7 finds a slip or two in a short name; at 0.5 it offers files that only share an ending.
    meant = get_close_matches(path.name, others, n=1, cutoff=0.7)
    return f"Did you mean {meant[0]}?" if meant else "Check the path"


@contextmanager
def folder_to_fill(folder: Path, option: str = "") -> Iterator[None]:
    """Make a folder to write into; where that fails, new folders that stayed empty go again.

    Args:
        folder: the folder; those above it are made too.
        option: what findings call it.

    Raises:
        InputError: it is a file, or cannot be made.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = "is a file" if folder.is_file() else f"cannot be made: {error.strerror}"
        raise InputError.one(problem, "Give another folder", table=option, came=str(folder)) from None
    try:
        yield
    except BaseException:
        for path in new:
            with suppress(OSError):
                path.rmdir()
        raise


def write_atomically(path: str | Path, content: bytes) -> None:
    """Write a file so that its name never stands for half of it.

    The bytes go to a new file beside it, reach the disk, and take the name in one step. On any error, or
    Ctrl-C, the new file is removed and what was there before stays. A link is followed; what is no regular
    file (such as /dev/stdout) is written as it is, there being nothing to replace.

    Raises:
        InputError: the folder is not there, or nothing may be written in it.

    Example:
        >>> import evenhand as eh
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     eh.tables.write_atomically(Path(folder) / "note.txt", b"all of it")
        ...     eh.tables.bytes_of(Path(folder) / "note.txt")
        b'all of it'
    """
    named = Path(path)
    try:
        # A link keeps pointing where it points: what it leads to is replaced.
        target = Path(os.path.realpath(named))
        if target.is_dir():
            raise InputError.one("is a folder", "Give the name of a file in it", came=str(named))
        # A pipe or a device has no old content to keep, and cannot be renamed onto.
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        _replace(target, content)
    except (OSError, ValueError) as error:
        raise _unwritable(named, error) from None


def _replace(target: Path, content: bytes) -> None:
    mode = target.stat().st_mode & 0o777 if target.exists() else None
    # Taking its name needs no right to the file itself, only to its folder: a locked file would be lost.
    if mode is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is locked against writing")
    unfinished, handle = _fresh(target)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            # The name may reach the disk before the bytes do; after a power cut it would stand for an empty
            # file.
            os.fsync(out.fileno())
        if mode is not None:
            unfinished.chmod(mode)
        unfinished.replace(target)
    # Ctrl-C is no Exception, and would leave the unfinished file behind.
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _fresh(target: Path) -> tuple[Path, int]:
    """Open a new file beside the target, with the permissions that any new file gets."""
    for attempt in range(ATTEMPTS):
        unfinished = target.with_name(f".{target.name[:100]}.{os.getpid()}-{attempt}.part")
        try:
            return unfinished, os.open(
                # O_EXCL: another process that writes the same file makes one of its own.
                unfinished,
                os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
                0o666,
            )
        except FileExistsError:
            continue
    raise FileExistsError(errno.EEXIST, "too many unfinished files beside it")


def _unwritable(path: Path, error: OSError | ValueError) -> InputError:
    folder = path.absolute().parent
    problem, mend = f"cannot be written: {_reason(error)}", "Choose another place"
    if isinstance(error, FileNotFoundError):
        problem, mend = "cannot be written: its folder is not there", f"Make the folder {folder}"
    elif isinstance(error, NotADirectoryError):
        problem, mend = "cannot be written: its folder is a file", "Choose another folder"
    elif isinstance(error, PermissionError):
        problem, mend = "may not be written", f"Choose a folder that you may write to, instead of {folder}"
    return InputError.one(problem, mend, came=str(path))


def _reason(error: OSError | ValueError) -> str:
    """Return what the system says of an error."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
