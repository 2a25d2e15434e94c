"""Files to columns and back: text first, typed after, all problems at once.

Names are fetched when first used: a guarded child that needs one module of this room pays for no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenhand.core.lazy import loaded_when_used as _loaded

if TYPE_CHECKING:
    from evenhand.tables.files import bytes_of as bytes_of
    from evenhand.tables.files import write_atomically as write_atomically
    from evenhand.tables.frames import to_frame as to_frame
    from evenhand.tables.reader import Given as Given
    from evenhand.tables.reader import read as read
    from evenhand.tables.table import Headed as Headed
    from evenhand.tables.table import Source as Source
    from evenhand.tables.table import Table as Table
    from evenhand.tables.texts import as_text as as_text
    from evenhand.tables.texts import fold as fold
    from evenhand.tables.texts import near as near
    from evenhand.tables.write import csv_bytes as csv_bytes
    from evenhand.tables.write import sheet_names as sheet_names
    from evenhand.tables.write import write_csv as write_csv
    from evenhand.tables.write import write_xlsx as write_xlsx
    from evenhand.tables.write import xlsx_bytes as xlsx_bytes

_HOMES = {
    "files": ("bytes_of", "write_atomically"),
    "frames": ("to_frame",),
    "reader": ("Given", "read"),
    "table": ("Headed", "Source", "Table"),
    "texts": ("as_text", "fold", "near"),
    "write": ("csv_bytes", "sheet_names", "write_csv", "write_xlsx", "xlsx_bytes"),
}

__all__ = sorted(name for names in _HOMES.values() for name in names)  # noqa: PLE0605 - each stands above

if not TYPE_CHECKING:  # a type checker reads the imports above, and so finds a name that is misspelt
    __getattr__ = _loaded(__name__, _HOMES)
