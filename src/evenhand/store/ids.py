"""Ids that sort by time, and the clock of the store: UTC, as text."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: without I, L, O and U, which people misread."""


def new_id() -> str:
    """Return a new ULID: 48 bits of milliseconds, then 80 drawn bits, 26 letters that sort by time."""
    # 80 bits: a million ids in the same millisecond still have no two alike
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    # 128 bits in letters of 5 make 26; the first letter holds three bits, and order is kept
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(125, -1, -5))


def now_text() -> str:
    """Return the time now, UTC, to the millisecond: ``2026-09-28T08:00:00.000Z``."""
    # always three decimals: times are compared as text, which holds only at one width
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds() -> float:
    """Return seconds since 1970, what leases are measured in; machines that share a database agree on it."""
    return time.time()
