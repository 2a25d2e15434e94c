"""The first tables.

Later editions change tables in files of their own, so this one keeps making what it always made.
"""

from __future__ import annotations

from alembic import op

from evenhand.store.schema import METADATA, trigger_statements

__all__ = ["downgrade", "upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables and the triggers that keep facts as they are."""
    bind = op.get_bind()
    METADATA.create_all(bind)
    for statement in trigger_statements(bind.dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Nothing is taken back: facts are kept."""
    raise NotImplementedError("the first tables are not taken away; delete the database file instead")
