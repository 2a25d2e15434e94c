"""Statements over time. Entries are facts and are never rewritten; balances sum to exactly 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.core.statement import Statement

__all__ = ["Entry", "Ledger"]

Kind = Literal["statement", "correction", "join", "leave", "return", "share"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking: who, when, why, and by how many ticks the lag moved.

    ``at`` is the period it belongs to (a date or a label); ``due`` and ``received`` are ticks, so that an
    account can be read line by line; the lag moves by due - received. A "share" is a member's part of the lag
    of somebody who left or came back.
    """

    at: str
    kind: Kind
    claimant: str
    due: int
    received: int
    note: str = ""


@dataclass(frozen=True)
class Ledger:
    """An immutable account book: every verb returns a new ledger with more entries.

    Attributes:
        entries: all bookings, oldest first.
        ticks: ticks to one unit.

    Promise:
        Balanced: the lags of all accounts sum to exactly 0 after every event. Newcomers stand at 0. Who
        leaves closes the account at 0, the lag being shared among the members; who comes back finds that
        lag again. Nobody's standing moves by more than the lag that is shared. Entries are never changed.

    Cost: every verb and property reads the entries once, O(entries); what was read is kept with the ledger.
    """

    entries: tuple[Entry, ...] = ()
    ticks: int = TICKS

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Those who joined and have not left, sorted by name."""
        state: dict[str, bool] = {}
        for entry in self.entries:
            if entry.kind in _DOORS:
                state[entry.claimant] = entry.kind != "leave"
        return tuple(sorted(name for name, inside in state.items() if inside))

    @cached_property
    def balances(self) -> Mapping[str, int]:
        """Lag in ticks by claimant, sorted by name: above 0 is owed, below 0 is ahead."""
        lags: dict[str, int] = {}
        for entry in self.entries:
            lags[entry.claimant] = lags.get(entry.claimant, 0) + entry.due - entry.received
        return MappingProxyType(dict(sorted(lags.items())))

    def _with(self, entries: Iterable[Entry]) -> Ledger:
        return replace(self, entries=(*self.entries, *entries))

    def join(self, at: str, names: Iterable[str]) -> Ledger:
        """Let newcomers in at lag 0; nobody else's standing moves. Members stay as they are.

        Raises:
            InputError: one of them left: they come back to the lag they left with.
        """
        new = sorted({names} if isinstance(names, str) else set(names).difference(self.members))
        for name in new:
            if name in self.balances:
                raise InputError.one("left and is no newcomer", "Let them come back", came=name)
        return self._with(Entry(at, "join", name, 0, 0) for name in new)

    def post(self, at: str, statement: Statement) -> Ledger:
        """Book a statement; newcomers in it join first. All things are added up.

        Who left keeps out: a line of theirs is booked to their account, an empty one is passed over.

        Raises:
            InputError: the statement's ticks do not divide the ledger's.
        """
        if self.ticks % statement.ticks:
            raise InputError.one(
                "does not divide the ledger's ticks",
                "Use the same ticks throughout",
                came=str(statement.ticks),
            )
        due: dict[str, int] = {}
        got: dict[str, int] = {}
        lines = zip(statement.claimant, statement.entitlement, statement.received, strict=True)
        for who, owed, units in lines:
            name = statement.claimants[int(who)]
            due[name] = due.get(name, 0) + int(owed) * (self.ticks // statement.ticks)
            got[name] = got.get(name, 0) + int(units) * self.ticks
        away = self.balances.keys() - set(self.members)
        booked = sorted(name for name in due if name not in away or due[name] or got[name])
        joined = self.join(at, due.keys() - away)
        lines_out = (Entry(at, "statement", name, due[name], got[name]) for name in booked)
        return replace(joined, entries=(*joined.entries, *lines_out))

    def correct(self, at: str, debit: str, credit: str, units: int, note: str) -> Ledger:
        """Book a correction: ``debit`` turns out to have received ``units`` that ``credit`` was booked for.

        Both may have left: a fact found later is still a fact.

        Raises:
            InputError: an unknown name, the same name twice, or fewer than one unit.
        """
        for name in (debit, credit):
            if name not in self.balances:
                raise InputError.one(
                    "has no account", f"Accounts are {self._named(self.balances)}", came=name
                )
        if debit == credit:
            raise InputError.one("is debited and credited", "Give two names", came=debit)
        if units < 1:
            raise InputError.one("is no number of units", "Give 1 or more", came=str(units), column="units")
        moved = units * self.ticks
        return self._with(
            [Entry(at, "correction", debit, 0, moved, note), Entry(at, "correction", credit, 0, -moved, note)]
        )

    def leave(self, at: str, name: str, weights: Mapping[str, int] | None = None) -> Ledger:
        """Close an account: its lag is shared among those who stay (by weight; else equally).

        Raises:
            InputError: ``name`` is not a member, or is the last one and has a lag.
        """
        self._must_be(name, inside=True)
        lag = self.balances[name]
        stay = [other for other in self.members if other != name]
        if not stay and lag:
            raise InputError.one("is the last member and has a lag", "Keep at least one member", came=name)
        shares = self._shared(at, lag, stay, weights, f"of {name}, who left")
        return self._with([Entry(at, "leave", name, -lag, 0), *shares])

    def come_back(self, at: str, name: str, weights: Mapping[str, int] | None = None) -> Ledger:
        """Open the account again with the lag it was left with; the members give it back between them.

        Raises:
            InputError: ``name`` never left, is a member, or has a lag that no member is there to give back.
        """
        self._must_be(name, inside=False)
        doors = [entry for entry in self.entries if entry.kind == "leave"]
        lag = -next(entry.due for entry in reversed(doors) if entry.claimant == name)
        if lag and not self.members:
            raise InputError.one(
                "has a lag, and there is no member to give it back",
                f"Let {doors[-1].claimant} come back first, or somebody new join",
                came=name,
            )
        shares = self._shared(at, -lag, list(self.members), weights, f"of {name}, who came back")
        return self._with([Entry(at, "return", name, lag, 0), *shares])

    def _must_be(self, name: str, *, inside: bool) -> None:
        if (name in self.members) != inside or name not in self.balances:
            wrong = "is not a member" if inside else "is a member or never was one"
            raise InputError.one(wrong, f"Members are {self._named(self.members)}", came=name)

    @staticmethod
    def _named(names: Iterable[str]) -> str:
        return ", ".join(names) or "none yet"

    @staticmethod
    def _shared(
        at: str, lag: int, names: list[str], weights: Mapping[str, int] | None, note: str
    ) -> list[Entry]:
        """Share a lag to the tick; members whose part is 0 get no entry."""
        claims = [1 if weights is None else weights.get(name, 0) for name in names]
        parts = largest_remainder(abs(lag), claims if any(claims) else [1] * len(names))
        sign = 1 if lag > 0 else -1
        shares = zip(names, parts.tolist(), strict=True)
        return [Entry(at, "share", name, sign * part, 0, note) for name, part in shares if part]


_DOORS = frozenset({"join", "leave", "return"})
