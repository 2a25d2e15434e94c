"""Files are written whole or not at all, and the errors of the day are said plainly."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.core.errors import InputError
from evenhand.tables.files import bytes_of, folder_to_fill, write_atomically


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    """The content is there, nothing else is, and the permissions of what was there stay."""
    path = tmp_path / "plan.csv"
    write_atomically(path, b"one")
    path.chmod(0o640)
    write_atomically(str(path), b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The file that a link names is replaced, not the link."""
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_atomically(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"


def test_what_is_no_file_is_written_as_it_is() -> None:
    """The null device takes the bytes and stays a device."""
    write_atomically(os.devnull, b"x")
    assert not Path(os.devnull).is_file()


def test_a_left_over_does_not_stand_in_the_way(tmp_path: Path) -> None:
    """An unfinished file of a process that was killed is stepped around."""
    (tmp_path / f".a.csv.{os.getpid()}-0.part").write_bytes(b"half")
    write_atomically(tmp_path / "a.csv", b"x")
    assert (tmp_path / "a.csv").read_bytes() == b"x"


def test_an_interrupted_write_leaves_what_was_there(tmp_path: Path) -> None:
    """A process stopped by Ctrl-C in the middle of a write leaves the old content and no part of the new."""
    path = tmp_path / "plan.csv"
    path.write_bytes(b"old")
    script = (
        "import os, signal, sys\n"
        "from evenhand.tables import files\n"
        "real = os.fsync\n"
        "os.fsync = lambda handle: (os.kill(os.getpid(), signal.SIGINT), real(handle))\n"
        "files.write_atomically(sys.argv[1], b'new')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "KeyboardInterrupt" in done.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """A file that may not grow is an error to mend, and leaves nothing behind."""
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        # what Python compiles would be cut there as well
        "sys.dont_write_bytecode = True\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "from evenhand.core.errors import InputError\n"
        "from evenhand.tables.files import write_atomically\n"
        "try: write_atomically(sys.argv[1], b'x' * 1000)\n"
        "except InputError as error: print(error)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "plan.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "cannot be written: File too large. Choose another place." in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone/plan.csv", "cannot be written: its folder is not there. Make the folder"),
        ("file.txt/plan.csv", "cannot be written: its folder is a file. Choose another folder"),
        (".", "is a folder. Give the name of a file in it"),
        ("x" * 300, "cannot be written: File name too long"),
        ("nul\0.csv", "cannot be written: "),
    ],
)
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, name: str, words: str) -> None:
    """Each reason has its sentence."""
    (tmp_path / "file.txt").touch()
    with pytest.raises(InputError, match=words):
        write_atomically(tmp_path / name, b"x")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("people.cvs", "is not there. Did you mean people.csv?"),
        ("zzz", "is not there. Check the path."),
        ("gone/people.csv", "is not there. Check the path; its folder"),
        (".", "is a folder, not a file. Give a file in it."),
        ("people.csv/x", "cannot be read: Not a directory"),
        ("nul\0.csv", "cannot be read: embedded null"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, name: str, words: str) -> None:
    """Each reason has its sentence, a misspelled name its near miss."""
    (tmp_path / "people.csv").write_bytes(b"x")
    with pytest.raises(InputError, match=words.replace(".", r"\.")):
        bytes_of(tmp_path / name)


def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    """What may not be read or written is named so; root may do anything, so a child gives that up."""
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"x")
    secret.chmod(0)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open" / "locked.csv").touch(mode=0o444)
    tmp_path.chmod(0o555)
    script = (
        "import os, sys\n"
        "from evenhand.core.errors import InputError\n"
        "from evenhand.tables.files import bytes_of, folder_to_fill, write_atomically\n"
        "folder = os.open(sys.argv[1], os.O_RDONLY); os.fchdir(folder)\n"
        "os.getuid() or os.setuid(65534)\n"
        "for act in (lambda: bytes_of('secret.csv'), lambda: write_atomically('new.csv', b'x'),\n"
        "            lambda: write_atomically('open/locked.csv', b'x')):\n"
        "    try: act()\n"
        "    except InputError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    tmp_path.chmod(0o755)
    assert "may not be read" in done.stdout, done
    assert done.stdout.count("may not be written") == 2, done
    assert (tmp_path / "open" / "locked.csv").read_bytes() == b""


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no endless device")
def test_what_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that gives bytes for ever is read up to a limit, and then refused."""
    monkeypatch.setattr("evenhand.tables.files.ENDLESS", 1 << 20)
    with pytest.raises(InputError, match="gives more than 1 MB, and may never end"):
        bytes_of("/dev/zero")
    assert bytes_of(os.devnull) == b""


def test_a_link_to_nothing_says_where_it_leads(tmp_path: Path) -> None:
    """The link is there and what it leads to is not: its own name is no near miss."""
    (tmp_path / "link.csv").symlink_to("gone.csv")
    with pytest.raises(InputError, match=r"is a link to gone\.csv, which is not there"):
        bytes_of(tmp_path / "link.csv")


def test_a_folder_that_stays_empty_goes_again(tmp_path: Path) -> None:
    """Folders that were made for files that could not be written are removed; others, and files, stay."""
    (tmp_path / "there").mkdir()
    for folder in ("there/new/deep", "there"):
        with pytest.raises(InputError, match="full"), folder_to_fill(tmp_path / folder):
            raise InputError.one("full", "")
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]
    half = tmp_path / "there" / "half"
    with folder_to_fill(half):
        write_atomically(half / "one.csv", b"x")
    assert (half / "one.csv").read_bytes() == b"x"
