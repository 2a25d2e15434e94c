"""Who runs long work: leases in the database, resident children, limits of time and memory.

A run is taken by a lease with a fencing number. Whoever lost the lease can write nothing any more, so there
is exactly one answer to a run, whatever dies on the way.
"""

from evenhand.work.child import perform
from evenhand.work.leases import LostError, Taken, ask_to_stop, beat, finish, let_go, submit, take
from evenhand.work.pool import Pool

__all__ = [
    "LostError",
    "Pool",
    "Taken",
    "ask_to_stop",
    "beat",
    "finish",
    "let_go",
    "perform",
    "submit",
    "take",
]
