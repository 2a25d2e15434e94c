"""The tables as they are now, on SQLite and PostgreSQL: the first ones, and what later editions changed.

Migrations make them in a database. So each table and column is written once, in the edition that brought it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index, MetaData

from evenhand.store.migrations.versions import edition_0001, edition_0002

METADATA: Final = MetaData()

for first in edition_0001.TABLES.tables.values():
    # Copies, as Alembic makes a new database from the first tables without what came later.
    first.to_metadata(METADATA)
METADATA.tables["run"].append_column(edition_0002.best())
for name, (table, columns) in edition_0002.INDEXES.items():
    Index(name, *(METADATA.tables[table].c[column] for column in columns))
