"""Statements over time. Entries are facts and are never rewritten; balances sum to exactly 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.core.statement import Statement

__all__ = ["Entry", "Ledger"]

Kind = Literal["statement", "correction", "join", "leave", "return"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking: who, when, why, and by how many ticks the lag moved.

    ``at`` is the period it belongs to (a date or a label); ``due`` and ``received`` are ticks, so that an
    account can be read line by line; the lag moves by due - received.
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
        Balanced: the lags of the members and of those who left (whose lag is shared among the members,
        so that their own account closes at 0) sum to exactly 0 after every event.
    """

    entries: tuple[Entry, ...] = ()
    ticks: int = TICKS

    @property
    def members(self) -> tuple[str, ...]:
        """Those who joined and have not left, sorted by name."""
        state: dict[str, bool] = {}
        for entry in self.entries:
            if entry.kind == "join" or (entry.kind == "return" and entry.note != "share"):
                state[entry.claimant] = True
            elif entry.kind == "leave" and entry.note != "share":
                state[entry.claimant] = False
        return tuple(sorted(name for name, inside in state.items() if inside))

    @property
    def balances(self) -> Mapping[str, int]:
        """Lag in ticks by claimant, sorted by name: above 0 is owed, below 0 is ahead."""
        lags: dict[str, int] = {}
        for entry in self.entries:
            lags[entry.claimant] = lags.get(entry.claimant, 0) + entry.due - entry.received
        return MappingProxyType(dict(sorted(lags.items())))

    def _with(self, entries: Iterable[Entry]) -> Ledger:
        return replace(self, entries=(*self.entries, *entries))

    def join(self, at: str, names: Iterable[str]) -> Ledger:
        """Let newcomers in at lag 0; nobody else's standing moves."""
        inside = set(self.members)
        return self._with(Entry(at, "join", name, 0, 0) for name in sorted(set(names) - inside))

    def post(self, at: str, statement: Statement) -> Ledger:
        """Book a statement; claimants not yet members join first. All things are added up."""
        due: dict[str, int] = {}
        got: dict[str, int] = {}
        for who, owed, units in zip(statement.claimant, statement.entitlement, statement.received, strict=True):
            name = statement.claimants[int(who)]
            due[name] = due.get(name, 0) + int(owed) * self.ticks // statement.ticks
            got[name] = got.get(name, 0) + int(units) * self.ticks
        if self.ticks % statement.ticks and any(due.values()):
            raise InputError.one(
                "does not divide the ledger's ticks", "Use the same ticks throughout", came=str(statement.ticks)
            )
        return self.join(at, due)._with(Entry(at, "statement", name, due[name], got[name]) for name in sorted(due))

    def correct(self, at: str, debit: str, credit: str, units: int, note: str) -> Ledger:
        """Book a correction: ``debit`` turns out to have received ``units`` that ``credit`` was booked for."""
        moved = units * self.ticks
        return self._with(
            [Entry(at, "correction", debit, 0, moved, note), Entry(at, "correction", credit, 0, -moved, note)]
        )

    def leave(self, at: str, name: str, weights: Mapping[str, int] | None = None) -> Ledger:
        """Close an account: its lag is shared among those who stay (by weight; else equally).

        Raises:
            InputError: ``name`` is not a member.
        """
        self._must_be(name, inside=True)
        lag = self.balances.get(name, 0)
        stay = [other for other in self.members if other != name]
        if not stay and lag:
            raise InputError.one("is the last member and has a lag", "Keep at least one member", came=name)
        shares = self._shared(lag, stay, weights)
        return self._with(
            [
                Entry(at, "leave", name, -lag, 0, f"lag {lag}"),
                *(Entry(at, "leave", other, part, 0, "share") for other, part in zip(stay, shares, strict=True)),
            ]
        )

    def come_back(self, at: str, name: str, weights: Mapping[str, int] | None = None) -> Ledger:
        """Open the account again with the lag it was left with; the members give it back between them.

        Raises:
            InputError: ``name`` never left, or is a member.
        """
        self._must_be(name, inside=False)
        left = [entry for entry in self.entries if entry.kind == "leave" and entry.claimant == name]
        lag = -left[-1].due if left and left[-1].note != "share" else 0
        others = list(self.members)
        shares = self._shared(lag, others, weights)
        return self._with(
            [
                Entry(at, "return", name, lag, 0),
                *(Entry(at, "return", other, -part, 0, "share") for other, part in zip(others, shares, strict=True)),
            ]
        )

    def _must_be(self, name: str, *, inside: bool) -> None:
        if (name in self.members) != inside or (not inside and name not in self.balances):
            wrong = "is not a member" if inside else "is a member or never was one"
            raise InputError.one(wrong, f"Members are {', '.join(self.members) or 'none yet'}", came=name)

    def _shared(self, lag: int, names: list[str], weights: Mapping[str, int] | None) -> list[int]:
        if not names:
            return []
        claims = [1 if weights is None else weights.get(name, 0) for name in names]
        parts = [int(part) for part in largest_remainder(abs(lag), claims if any(claims) else [1] * len(names))]
        return parts if lag >= 0 else [-part for part in parts]
