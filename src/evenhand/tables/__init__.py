"""Files to columns and back: text first, typed after, all problems at once."""

from evenhand.tables.files import bytes_of, write_atomically
from evenhand.tables.frames import to_frame
from evenhand.tables.read import Given, read
from evenhand.tables.table import Headed, Source, Table
from evenhand.tables.texts import as_text, fold, near
from evenhand.tables.write import csv_bytes, sheet_names, write_csv, write_xlsx, xlsx_bytes

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
