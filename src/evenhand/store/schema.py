"""The tables, the same on SQLite and PostgreSQL. Migrations make them.

``METADATA`` says what they are now.
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

METADATA: Final = MetaData()

PLAIN: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by its letters' numbers, as in SQLite: a server's own language would sort accounts another
way, and a recipe that holds them would have other bytes there."""

APPEND_ONLY: Final = ("step", "fact", "entry", "audit")
"""Tables whose rows are never changed and never deleted: triggers refuse both."""


def _id() -> Column[str]:
    return Column("id", PLAIN, primary_key=True)


def _to(table: str, *, null: bool = False) -> Column[str]:
    return Column(table, PLAIN, ForeignKey(f"{table}.id"), nullable=null)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, PLAIN, nullable=False, server_default=default)


def _whole(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=str(default))


workspace = Table("workspace", METADATA, _id(), _text("name"), _text("made"))
account = Table(
    "account",
    METADATA,
    _id(),
    _text("name"),
    # one account an address; kept casefolded, for PostgreSQL compares letters as they are
    Column("email", PLAIN, nullable=False, unique=True),
    _text("secret"),
    _whole("disabled"),
    _text("made"),
)
member = Table(
    "member",
    METADATA,
    _to("workspace"),
    _to("account"),
    Column("role", PLAIN, nullable=False),
    UniqueConstraint("workspace", "account"),
    CheckConstraint("role IN ('owner','coordinator','member','viewer')", name="member_role"),
)
session = Table(
    "session",
    METADATA,
    # never the secret itself: who reads a backup must not be able to sign in
    Column("hash", PLAIN, primary_key=True),
    _to("account", null=True),
    _text("name"),
    _text("made"),
    _text("ends"),
)
token = Table(
    "token",
    METADATA,
    Column("hash", PLAIN, primary_key=True),
    _to("workspace"),
    Column("kind", PLAIN, nullable=False),
    _text("scope"),
    # no foreign key: an API token is for all series, and holds none
    Column("series", PLAIN, nullable=False, server_default=""),
    _text("claimant"),
    _text("made"),
    _text("ends"),
    _whole("revoked"),
    _text("seen"),
)
blob = Table(
    "blob",
    METADATA,
    Column("sha", PLAIN, primary_key=True),
    _text("kind"),
    _whole("size"),
    Column("body", LargeBinary, nullable=False),
    _text("made"),
)
series = Table(
    "series",
    METADATA,
    _id(),
    _to("workspace"),
    _text("name"),
    Column("job", PLAIN, nullable=False),
    Column("form", PLAIN, nullable=False),
    Column("ledger", PLAIN, nullable=False),
    _text("unit"),
    _whole("masked"),
    _whole("archived"),
    _whole("version", 1),
    _text("made"),
)
mapping = Table(
    "mapping",
    METADATA,
    _to("workspace"),
    Column("heads", PLAIN, nullable=False),
    _text("table_name"),
    _text("body", "{}"),
    UniqueConstraint("workspace", "heads"),
)
plan = Table(
    "plan",
    METADATA,
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
step = Table(
    "step",
    METADATA,
    _to("plan"),
    _whole("seq"),
    _text("at"),
    _text("who"),
    Column("kind", PLAIN, nullable=False),
    _text("body", "{}"),
    _text("touches", "[]"),
    _whole("parent"),
    _whole("target"),
    Column("state", PLAIN, nullable=False),
    # two people who step at one moment cannot both get the number: one is told to try again
    UniqueConstraint("plan", "seq"),
)
answer = Table(
    "answer",
    METADATA,
    Column("key", PLAIN, primary_key=True),
    Column("solution", PLAIN, nullable=False),
    Column("view", PLAIN, nullable=False),
    _text("status"),
    # a search that was cut gives way to a finished one; see ``Desk``
    _whole("cut"),
    _text("summary", "{}"),
    _text("made"),
)
run = Table(
    "run",
    METADATA,
    _id(),
    Column("plan", PLAIN, nullable=False, server_default=""),
    Column("key", PLAIN, nullable=False),
    Column("kind", PLAIN, nullable=False),
    _text("body", "{}"),
    Column("status", PLAIN, nullable=False),
    # grows with each taking; a worker whose number is old may not write any more
    _whole("fence"),
    Column("lease_until", Float, nullable=False, server_default="0"),
    _text("worker"),
    _whole("stop"),
    _text("news", "{}"),
    # the best plan so far, for a child that is killed: overwritten, so not a blob, which would stay
    _text("best"),
    _text("outcome", "{}"),
    _whole("tries"),
    Column("limit_seconds", Float, nullable=False, server_default="60"),
    _text("made"),
    _text("over"),
    CheckConstraint("status IN ('queued','running','done','failed','stopped')", name="run_status"),
)
ask = Table(
    "ask",
    METADATA,
    Column("answer", PLAIN, nullable=False),
    Column("kind", PLAIN, nullable=False),
    Column("subject", PLAIN, nullable=False),
    Column("result", PLAIN, nullable=False),
    UniqueConstraint("answer", "kind", "subject"),
)
publication = Table(
    "publication",
    METADATA,
    _id(),
    _to("plan"),
    _to("series"),
    _whole("rev"),
    Column("answer", PLAIN, nullable=False),
    _text("at"),
    _text("who"),
    _text("reason"),
    Column("kind", PLAIN, nullable=False),
    # two publications at one moment cannot be the same revision
    UniqueConstraint("plan", "rev"),
)
fact = Table(
    "fact",
    METADATA,
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
    METADATA,
    Column("ledger", PLAIN, nullable=False),
    _whole("seq"),
    _text("at"),
    Column("kind", PLAIN, nullable=False),
    _text("claimant"),
    # ticks, whole numbers: sums are exactly 0, which floats would miss by a hair
    _whole("due"),
    _whole("received"),
    _text("note"),
    Column("publication", PLAIN, nullable=False, server_default=""),
    UniqueConstraint("ledger", "seq"),
)
balance = Table(
    "balance",
    METADATA,
    Column("ledger", PLAIN, nullable=False),
    _text("claimant"),
    # the sum of the account's entries, kept beside them so that a board reads one row a person
    _whole("lag"),
    UniqueConstraint("ledger", "claimant"),
)
swap = Table(
    "swap",
    METADATA,
    _id(),
    _to("plan"),
    _to("series"),
    _text("thing"),
    _text("starts"),
    _text("ends"),
    _text("giver"),
    _text("taker"),
    Column("status", PLAIN, nullable=False),
    _text("asked"),
    _text("answered"),
    CheckConstraint("status IN ('open','taken','done','withdrawn')", name="swap_status"),
)
person = Table(
    "person",
    METADATA,
    _to("series"),
    Column("name", PLAIN, nullable=False),
    _text("called"),
    _text("joined"),
    _text("left_on"),
    UniqueConstraint("series", "name"),
)
outbox = Table(
    "outbox",
    METADATA,
    _id(),
    _to("workspace"),
    _text("kind"),
    _text("body", "{}"),
    _text("made"),
    _text("sent"),
)
idempotency = Table(
    "idempotency",
    METADATA,
    Column("key", PLAIN, primary_key=True),
    _text("digest"),
    _text("result", "{}"),
    _text("made"),
)
audit = Table(
    "audit",
    METADATA,
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
Index("run_key", run.c.key)
Index("swap_series", swap.c.series, swap.c.status)
Index("publication_series", publication.c.series)
