"""What is kept: one database with series, plans, steps, answers, publications, facts and entries.

SQLite by default, PostgreSQL by its URL; the same tables on both. Facts, entries, steps and the audit are
only ever added to: the database itself refuses to change or delete them.
"""

from evenhand.store.blobs import get_blob, get_json, put_blob, put_json
from evenhand.store.database import Database, StoreError, default_path, open_database
from evenhand.store.ids import new_id, now_text
from evenhand.store.schema import METADATA

__all__ = [
    "METADATA",
    "Database",
    "StoreError",
    "default_path",
    "get_blob",
    "get_json",
    "new_id",
    "now_text",
    "open_database",
    "put_blob",
    "put_json",
]
