"""Files to columns and back: text first, typed after, all problems at once."""

from evenhand.tables.frames import to_frame
from evenhand.tables.read import read
from evenhand.tables.table import Source, Table

__all__ = ["Source", "Table", "read", "to_frame"]
