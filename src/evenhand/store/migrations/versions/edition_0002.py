"""The best plan so far of a run, and indexes for what grew.

On PostgreSQL also text that sorts as in SQLite, and facts that TRUNCATE spares.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text, inspect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES: Final = {
    # every click asks for the run of a recipe, which without an index reads all runs there ever were
    "run_key": ("run", ("key",)),
    "swap_series": ("swap", ("series", "status")),
    "publication_series": ("publication", ("series",)),
}
APPEND_ONLY: Final = ("step", "fact", "entry", "audit")


def upgrade() -> None:
    """Add the column and the indexes; on PostgreSQL change how text sorts, and forbid TRUNCATE."""
    bind = op.get_bind()
    op.add_column("run", Column("best", Text, nullable=False, server_default=""))
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


def downgrade() -> None:
    """Nothing is taken back: a copy of the database stands beside it."""
    raise NotImplementedError("take the copy that was made before the tables were changed")
