"""Swaps: somebody cannot, somebody else takes the turn, both accounts move.

The taker may un-take until it starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS
from evenhand.store import new_id, now_text
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import note
from evenhand.workspace.drafts import add_step, last_seq, plan_row, series_row
from evenhand.workspace.periods import amend_draft
from evenhand.workspace.publications import balances, current_facts, swap_facts

SWAP, PERSON = METADATA.tables["swap"], METADATA.tables["person"]


def offer(connection: Connection, plan: str, thing: str, starts: str, giver: str, *, who: str) -> str:
    """Offer a turn and return the swap; offering twice is once.

    Raises:
        InputError: the turn is not theirs.
    """
    fact = _fact(connection, plan, thing, starts, giver)
    # people tap twice on a phone; one offer, or two takers would each think they have it
    there = connection.execute(
        select(SWAP.c.id).where(
            SWAP.c.plan == plan,
            SWAP.c.thing == thing,
            SWAP.c.starts == starts,
            SWAP.c.giver == giver,
            SWAP.c.status == "open",
        )
    ).scalar()
    if there is not None:
        return str(there)
    swap = new_id()
    connection.execute(
        insert(SWAP).values(
            id=swap,
            plan=plan,
            series=plan_row(connection, plan).series,
            thing=thing,
            starts=starts,
            ends=fact.ends,
            giver=giver,
            status="open",
            asked=now_text(),
        )
    )
    note(connection, who, "swap asked", f"{giver} {starts}")
    return swap


def _fact(connection: Connection, plan: str, thing: str, starts: str, claimant: str) -> Any:
    for fact in current_facts(connection, plan):
        if (fact.thing, fact.starts, fact.claimant) == (thing, starts, claimant):
            return fact
    raise InputError.one("has no such turn", "Load the page again: the plan has changed", came=claimant)


def swap_row(connection: Connection, swap: str) -> Any:
    """Return a swap.

    Raises:
        InputError: there is none of that id.
    """
    row = connection.execute(select(SWAP).where(SWAP.c.id == swap)).first()
    if row is None:
        raise InputError.one("is not a swap", "Load the page again", came=swap)
    return row


def effect(connection: Connection, swap: Any, taker: str) -> Mapping[str, tuple[float, float]]:
    """Return both accounts before and after a swap, in units: owed above 0."""
    lags = balances(connection, series_row(connection, swap.series).ledger)
    units = _fact(connection, swap.plan, swap.thing, swap.starts, swap.giver).units
    return {
        name: (lags.get(name, 0) / TICKS, lags.get(name, 0) / TICKS + sign * units)
        for name, sign in ((swap.giver, 1), (taker, -1))
    }


def take(connection: Connection, swap: str, taker: str, *, who: str) -> int:
    """Take a turn that was offered; return the plan's new revision.

    Raises:
        InputError: it is not open any more, or the taker has that turn already.
    """
    row = swap_row(connection, swap)
    known = select(PERSON.c.name).where(PERSON.c.series == row.series, PERSON.c.name == taker)
    if connection.execute(known).first() is None:
        raise InputError.one("is not in the list of people", "Choose one of the page", came=taker[:60])
    # the status is asked in the UPDATE itself: of two who tap at once one gets the turn
    done = connection.execute(
        update(SWAP)
        .where(SWAP.c.id == swap, SWAP.c.status == "open")
        .values(status="taken", taker=taker, answered=now_text())
    )
    if done.rowcount != 1:
        raise InputError.one(
            "is not open any more", "Somebody else took it, or it was withdrawn", came=row.giver
        )
    fact = _fact(connection, row.plan, row.thing, row.starts, row.giver)
    reason = f"{taker} takes it for {row.giver}"
    rev = swap_facts(connection, row.plan, fact, taker, who=who, reason=reason)
    _follow(connection, row, row.giver, taker, who)
    return rev


def untake(connection: Connection, swap: str, *, today: str, who: str) -> int:
    """Give a taken turn back to whom it was planned for; until it starts.

    Raises:
        InputError: it was not taken, or it has started.
    """
    row = swap_row(connection, swap)
    if row.status != "taken":
        raise InputError.one("was not taken", "There is nothing to give back", came=row.giver)
    # on the day itself the turn counts as begun: nobody could find a stand-in in time
    if row.starts <= today:
        raise InputError.one("has started", "Ask your coordinator", came=row.starts)
    fact = _fact(connection, row.plan, row.thing, row.starts, row.taker)
    connection.execute(update(SWAP).where(SWAP.c.id == swap).values(status="open", taker="", answered=""))
    reason = f"{row.taker} gives it back"
    rev = swap_facts(connection, row.plan, fact, row.giver, who=who, reason=reason)
    _follow(connection, row, row.taker, row.giver, who)
    return rev


def _follow(connection: Connection, swap: Any, giver: str, taker: str, who: str) -> None:
    """Let the draft stay near the plan with the swap in it, or the next revision would undo the swap."""
    names = [giver, taker, swap.starts]
    if series_row(connection, swap.series).job == "allocation":
        names.append(swap.thing)
    body = {"before": amend_draft(connection, swap.plan), "names": names}
    add_step(connection, swap.plan, last_seq(connection, swap.plan), "taken", body, who)


def withdraw(connection: Connection, swap: str, *, who: str) -> None:
    """Withdraw an open offer."""
    connection.execute(
        update(SWAP)
        .where(SWAP.c.id == swap, SWAP.c.status == "open")
        .values(status="withdrawn", answered=now_text())
    )
    note(connection, who, "swap withdrawn", swap)


def open_swaps(connection: Connection, series: str = "", *, every: bool = False) -> list[Any]:
    """Return the swaps of a series (or all), open ones first, then by day."""
    query = select(SWAP).order_by(SWAP.c.status != "open", SWAP.c.starts)
    if series:
        query = query.where(SWAP.c.series == series)
    if not every:
        query = query.where(SWAP.c.status == "open")
    return list(connection.execute(query).all())
