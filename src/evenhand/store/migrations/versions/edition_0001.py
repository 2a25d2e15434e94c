"""The first tables, and the triggers that keep facts as they are.

They never change: a later edition is a file of its own, so that a database made by the first evenhand and one
made anew come to the same by the same steps.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

TABLES: Final = MetaData()
APPEND_ONLY: Final = ("step", "fact", "entry", "audit")
"""Tables whose rows are never changed and never deleted: triggers refuse both."""


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _to(table: str, *, null: bool = False) -> Column[str]:
    return Column(table, Text, ForeignKey(f"{table}.id"), nullable=null)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _whole(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=str(default))


Table("workspace", TABLES, _id(), _text("name"), _text("made"))
Table(
    "account",
    TABLES,
    _id(),
    _text("name"),
    # one account an address; kept casefolded, for PostgreSQL compares letters as they are
    Column("email", Text, nullable=False, unique=True),
    _text("secret"),
    _whole("disabled"),
    _text("made"),
)
Table(
    "member",
    TABLES,
    _to("workspace"),
    _to("account"),
    Column("role", Text, nullable=False),
    UniqueConstraint("workspace", "account"),
    CheckConstraint("role IN ('owner','coordinator','member','viewer')", name="member_role"),
)
Table(
    "session",
    TABLES,
    # never the secret itself: who reads a backup must not be able to sign in
    Column("hash", Text, primary_key=True),
    _to("account", null=True),
    _text("name"),
    _text("made"),
    _text("ends"),
)
Table(
    "token",
    TABLES,
    Column("hash", Text, primary_key=True),
    _to("workspace"),
    Column("kind", Text, nullable=False),
    _text("scope"),
    # no foreign key: an API token is for all series, and holds none
    Column("series", Text, nullable=False, server_default=""),
    _text("claimant"),
    _text("made"),
    _text("ends"),
    _whole("revoked"),
    _text("seen"),
)
Table(
    "blob",
    TABLES,
    Column("sha", Text, primary_key=True),
    _text("kind"),
    _whole("size"),
    Column("body", LargeBinary, nullable=False),
    _text("made"),
)
Table(
    "series",
    TABLES,
    _id(),
    _to("workspace"),
    _text("name"),
    Column("job", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("ledger", Text, nullable=False),
    _text("unit"),
    _whole("masked"),
    _whole("archived"),
    _whole("version", 1),
    _text("made"),
)
Table(
    "mapping",
    TABLES,
    _to("workspace"),
    Column("heads", Text, nullable=False),
    _text("table_name"),
    _text("body", "{}"),
    UniqueConstraint("workspace", "heads"),
)
plan = Table(
    "plan",
    TABLES,
    _id(),
    _to("series"),
    _text("period"),
    _text("first_day"),
    _text("last_day"),
    _whole("version"),
    _whole("tip"),
    _text("frozen_until"),
    _text("made"),
)
Table(
    "step",
    TABLES,
    _to("plan"),
    _whole("seq"),
    _text("at"),
    _text("who"),
    Column("kind", Text, nullable=False),
    _text("body", "{}"),
    _text("touches", "[]"),
    _whole("parent"),
    _whole("target"),
    Column("state", Text, nullable=False),
    # two people who step at one moment cannot both get the number: one is told to try again
    UniqueConstraint("plan", "seq"),
)
Table(
    "answer",
    TABLES,
    Column("key", Text, primary_key=True),
    Column("solution", Text, nullable=False),
    Column("view", Text, nullable=False),
    _text("status"),
    # a search that was cut gives way to a finished one; see ``Desk``
    _whole("cut"),
    _text("summary", "{}"),
    _text("made"),
)
run = Table(
    "run",
    TABLES,
    _id(),
    Column("plan", Text, nullable=False, server_default=""),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _text("body", "{}"),
    Column("status", Text, nullable=False),
    # grows with each taking; a worker whose number is old may not write any more
    _whole("fence"),
    Column("lease_until", Float, nullable=False, server_default="0"),
    _text("worker"),
    _whole("stop"),
    _text("news", "{}"),
    _text("outcome", "{}"),
    _whole("tries"),
    Column("limit_seconds", Float, nullable=False, server_default="60"),
    _text("made"),
    _text("over"),
    CheckConstraint("status IN ('queued','running','done','failed','stopped')", name="run_status"),
)
Table(
    "ask",
    TABLES,
    Column("answer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("result", Text, nullable=False),
    UniqueConstraint("answer", "kind", "subject"),
)
Table(
    "publication",
    TABLES,
    _id(),
    _to("plan"),
    _to("series"),
    _whole("rev"),
    Column("answer", Text, nullable=False),
    _text("at"),
    _text("who"),
    _text("reason"),
    Column("kind", Text, nullable=False),
    # two publications at one moment cannot be the same revision
    UniqueConstraint("plan", "rev"),
)
fact = Table(
    "fact",
    TABLES,
    _to("publication"),
    _whole("line"),
    _text("claimant"),
    _text("thing"),
    _text("starts"),
    _text("ends"),
    _whole("units"),
    _text("kind"),
    UniqueConstraint("publication", "line"),
)
entry = Table(
    "entry",
    TABLES,
    Column("ledger", Text, nullable=False),
    _whole("seq"),
    _text("at"),
    Column("kind", Text, nullable=False),
    _text("claimant"),
    # ticks, whole numbers: sums are exactly 0, which floats would miss by a hair
    _whole("due"),
    _whole("received"),
    _text("note"),
    Column("publication", Text, nullable=False, server_default=""),
    UniqueConstraint("ledger", "seq"),
)
Table(
    "balance",
    TABLES,
    Column("ledger", Text, nullable=False),
    _text("claimant"),
    # the sum of the account's entries, kept beside them so that a board reads one row a person
    _whole("lag"),
    UniqueConstraint("ledger", "claimant"),
)
Table(
    "swap",
    TABLES,
    _id(),
    _to("plan"),
    _to("series"),
    _text("thing"),
    _text("starts"),
    _text("ends"),
    _text("giver"),
    _text("taker"),
    Column("status", Text, nullable=False),
    _text("asked"),
    _text("answered"),
    CheckConstraint("status IN ('open','taken','done','withdrawn')", name="swap_status"),
)
Table(
    "person",
    TABLES,
    _to("series"),
    Column("name", Text, nullable=False),
    _text("called"),
    _text("joined"),
    _text("left_on"),
    UniqueConstraint("series", "name"),
)
Table(
    "outbox",
    TABLES,
    _id(),
    _to("workspace"),
    _text("kind"),
    _text("body", "{}"),
    _text("made"),
    _text("sent"),
)
Table(
    "idempotency",
    TABLES,
    Column("key", Text, primary_key=True),
    _text("digest"),
    _text("result", "{}"),
    _text("made"),
)
Table(
    "audit",
    TABLES,
    # numbered by hand: a gap in the numbers would show that a row was taken out
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("at"),
    _text("who"),
    _text("what"),
    _text("about"),
    _text("previous"),
    _text("hash"),
)

# what pages and children ask most often: without its index each question reads all rows
Index("run_open", run.c.status, run.c.made)
Index("entry_claimant", entry.c.ledger, entry.c.claimant)
Index("fact_claimant", fact.c.claimant)
Index("plan_series", plan.c.series)


def trigger_statements(dialect: str) -> list[str]:
    """Return the statements that make ``APPEND_ONLY`` tables refuse UPDATE and DELETE."""
    # in the database, not in Python: they hold against the next program and a person at a prompt too
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        ]
    make = (
        "CREATE OR REPLACE FUNCTION evenhand_refuse() RETURNS trigger AS $$ "
        "BEGIN RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
    )
    return [make] + [
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION evenhand_refuse()"
        for table in APPEND_ONLY
    ]


def upgrade() -> None:
    """Make all tables and the triggers that keep facts as they are."""
    # Here, as whoever only asks for the tables (``schema``) needs no Alembic.
    from alembic import op

    bind = op.get_bind()
    TABLES.create_all(bind)
    for statement in trigger_statements(bind.dialect.name):
        op.execute(statement)
