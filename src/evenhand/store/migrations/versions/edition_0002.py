"""The best plan so far of a run, and indexes for what grew.

On PostgreSQL also text that sorts as in SQLite, and facts that TRUNCATE spares.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Text, inspect

from evenhand.store.migrations.versions.edition_0001 import APPEND_ONLY

revision = "0002"
down_revision = "0001"

INDEXES: Final = {
    # every click asks for the run of a recipe, which without an index reads all runs there ever were
    "run_key": ("run", ("key",)),
    "swap_series": ("swap", ("series", "status")),
    "publication_series": ("publication", ("series",)),
}
"""Name of each new index to its table and columns."""


def best() -> Column[str]:
    """Return the column that is added to ``run``."""
    # the best plan so far, for a child that is killed: overwritten, so not a blob, which would stay
    return Column("best", Text, nullable=False, server_default="")


def upgrade() -> None:
    """Add the column and the indexes; on PostgreSQL change how text sorts, and forbid TRUNCATE."""
    from alembic import op

    bind = op.get_bind()
    op.add_column("run", best())
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, list(columns))
    if bind.dialect.name == "sqlite":
        return
    seen = inspect(bind)
    for table in sorted(seen.get_table_names()):
        changes = [
            f'ALTER COLUMN "{column["name"]}" TYPE text COLLATE "C"'
            for column in seen.get_columns(table)
            # the version of the tables is Alembic's own and never sorted
            if str(column["type"]).startswith("TEXT") and table != "alembic_version"
        ]
        if changes:
            # one statement a table: each would else read and write all its rows anew
            op.execute(f'ALTER TABLE "{table}" {", ".join(changes)}')
    for table in APPEND_ONLY:
        # a trigger for rows is not asked by TRUNCATE, which empties a table at once
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION evenhand_refuse()"
        )
