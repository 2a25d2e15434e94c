"""Files to columns and back: text first, typed after, all problems at once.

Names are fetched when first used: a guarded child that needs one module of this room pays for no other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Given",
    "Headed",
    "Source",
    "Table",
    "as_text",
    "bytes_of",
    "csv_bytes",
    "fold",
    "near",
    "read",
    "sheet_names",
    "to_frame",
    "write_atomically",
    "write_csv",
    "write_xlsx",
    "xlsx_bytes",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
