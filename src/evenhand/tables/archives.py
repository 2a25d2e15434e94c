"""Zip archives: the tables in them, unpacked under limits; what an archive says of itself is not believed."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from evenhand.core.errors import InputError

LIKE_TABLES: Final = frozenset(
    {".csv", ".tsv", ".txt", ".tab", ".dat", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".numbers"}
    | {".parquet", ".ics"}
)
"""Endings of files that are named when they are not read; pages and documents of plans are not."""
MEMBERS: Final = 1000
"""Tables in one archive; a plan has about ten."""
UNPACKED: Final = 1 << 30
"""Bytes that all tables of an archive may unpack to: as many as a workbook's parts."""


def unpacked(raw: bytes, called: str) -> dict[str, bytes]:
    """Return the tables in an archive by name; those of one folder count as if they stood at its top.

    Raises:
        InputError: it is damaged, has a password, or holds too much.
    """
    files: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            members = [member for member in archive.infolist() if _is_table_member(member.filename)]
            if len(members) > MEMBERS:
                mend = "Zip the tables of one plan alone"
                raise InputError.one(f"holds {len(members):,} tables", mend, table=called)
            times = Counter(PurePosixPath(member.filename).name for member in members)
            for member in members:
                if member.flag_bits & 1:
                    raise InputError.one("has a password", "Zip it again without one", table=called)
                member.file_size = UNPACKED + 1  # what the directory says is not believed
                with archive.open(member) as stream:
                    # One byte more than is left, so that a file of just the size allowed is told from a
                    # larger one.
                    content = stream.read(UNPACKED - total + 1)
                total += len(content)
                if total > UNPACKED:
                    problem = f"unpacks to more than {UNPACKED >> 20:,} MB"
                    raise InputError.one(problem, "Give the tables in a folder", table=called)
                base = PurePosixPath(member.filename).name
                # Two of one name are told by their folders, and refused where that name is a table's.
                files[base if times[base] == 1 else member.filename] = content
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError):
        raise InputError.one("is a damaged zip archive", "Zip it again", table=called) from None
    return files


def _is_table_member(name: str) -> bool:
    base = PurePosixPath(name)
    # What the Finder and Excel leave behind in folders: their own notes, not somebody's tables.
    hidden = any(part.startswith((".", "__MACOSX", "~$")) for part in base.parts)
    return not hidden and not name.endswith("/") and base.suffix.lower() in LIKE_TABLES
