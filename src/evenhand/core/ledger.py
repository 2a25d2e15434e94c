"""Statements over time: an append-only book in which every entry holds the hash of the one before.

A ledger has one unit (turns, awards, people): they are never added to each other. Entries are plain data, so
the same ledger can stand in a file or in a database table. What the verbs need to book more is a small
``Head`` (balances, members, periods), never the entries themselves: booking a week into a book of 20,000
entries reads a few hundred figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, get_args

from evenhand.core.arguments import whole_number
from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.core.statement import Statement

Kind = Literal[
    "opening", "statement", "amendment", "correction", "join", "leave", "return", "share", "weight"
]

KINDS: Final = get_args(Kind)
"""What an entry can be: a balance brought along; a published statement, what a later plan changed of it, a
fact found later; who joins, leaves or comes back, and each member's part of their lag; a new weight."""

LARGEST_PART: Final = 10**7
"""Numerator and denominator of a weight are smaller: what a ledger's file holds."""

_MEMBERSHIP = frozenset({"join", "leave", "return"})
_OF_A_PERIOD = frozenset({"statement", "amendment", "correction"})


class Line(NamedTuple):
    """One line of what is booked: who was due how much, and got how much, of what.

    Attributes:
        claimant: whose account.
        due: ticks due; received: ticks received.
        thing: what it is about, such as a slot or a turn's id; "" for the period as a whole.
        when: the day it belongs to, as ISO text; "" where it has none.
        account: which of the claimant's accounts, "" for the ordinary one ("holiday" for another).
        note: anything a reader should know.
    """

    claimant: str
    due: int
    received: int
    thing: str = ""
    when: str = ""
    account: str = ""
    note: str = ""


Booking = Statement | Iterable[Line]
"""What can be published: a statement, or lines (which then need not be one claimant's sum)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking: who, when, why, and by how many ticks the lag moved.

    Attributes:
        seq: 1 for the first entry of the ledger.
        kind: one of ``KINDS``.
        label: the period it belongs to, or the day of an event.
        claimant: whose account.
        due, received: ticks; the lag moves by due - received.
        note, when, thing, account: as in ``Line``.
        hash: SHA-256 of the hash before and of all the fields above, as hexadecimal text.
    """

    seq: int
    kind: Kind
    label: str
    claimant: str
    due: int
    received: int
    note: str = ""
    when: str = ""
    thing: str = ""
    account: str = ""
    hash: str = ""

    def linked(self, before: str) -> str:
        """Return the hash this entry must hold after one with the hash ``before``."""
        cells = [
            self.seq, self.kind, self.label, self.claimant, self.due, self.received,
            self.note, self.when, self.thing, self.account,
        ]  # fmt: skip
        return sha256(f"{before}\n{json.dumps(cells, separators=(',', ':'))}".encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """All that booking needs to know of the entries before: a projection, which a database may keep.

    Attributes:
        seq: entries so far.
        hash: of the last of them; "" for none.
        lags: ticks owed by (claimant, account).
        members: who joined and has not left.
        left_with: the lag that each who left was left with, by account.
        weights: the last weight booked, of those who ever had another than 1.
        labels: periods that are published.
    """

    seq: int = 0
    hash: str = ""
    lags: Mapping[tuple[str, str], int] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    left_with: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()

    def after(self, entries: Iterable[Entry]) -> Head:
        """Return the head after more entries. Cost O(accounts + entries)."""
        seq, tip = self.seq, self.hash
        lags, members, weights = dict(self.lags), set(self.members), dict(self.weights)
        left_with = {name: dict(parts) for name, parts in self.left_with.items()}
        labels = set(self.labels)
        for entry in entries:
            seq, tip = entry.seq, entry.hash
            key = (entry.claimant, entry.account)
            lags[key] = lags.get(key, 0) + entry.due - entry.received
            if entry.kind == "leave":
                members.discard(entry.claimant)
                parts = left_with.setdefault(entry.claimant, {})
                # a leaver may be closed again when a fact is found later: both parts wait for the return
                parts[entry.account] = parts.get(entry.account, 0) - entry.due
            elif entry.kind in _MEMBERSHIP:
                members.add(entry.claimant)
                left_with.pop(entry.claimant, None)
            elif entry.kind == "weight":
                weights[entry.claimant] = Fraction(entry.note)
            elif entry.kind == "statement":
                labels.add(entry.label)
        return Head(seq, tip, lags, frozenset(members), left_with, weights, frozenset(labels))


def lines_of(booking: Booking, ticks: int = TICKS) -> list[Line]:
    """Return what is to be booked as lines, one a (claimant, thing, account), in order of claimants.

    A statement's things are added up: it becomes one line a claimant. Lines of the same key are added up.

    Raises:
        InputError: the statement's ticks do not divide ``ticks``, or due and received do not balance.

    >>> lines_of([Line("Ben", 0, 6, "Mon"), Line("Ada", 6, 0, "Mon")], 6)[0].claimant
    'Ada'
    """
    out: dict[tuple[str, str, str], Line] = {}
    given = _statement_lines(booking, ticks) if isinstance(booking, Statement) else booking
    for line in given:
        key = (line.claimant, line.thing, line.account)
        known = out.get(key)
        if known is not None:
            line = line._replace(due=line.due + known.due, received=line.received + known.received)  # noqa: PLW2901 - the sum stands for both
        out[key] = line
    beyond: dict[str, int] = {}
    for line in out.values():
        beyond[line.account] = beyond.get(line.account, 0) + line.due - line.received
    for account, left in beyond.items():
        if left:
            raise InputError.one(
                f"ticks {'more' if left > 0 else 'fewer'} are due than received: the lines do not balance",
                "Book what everybody was due and received, together",
                came=str(abs(left)), column=account or "due",
            )  # fmt: skip
    # the day comes first, so that an account read from top to bottom is in order of time
    return sorted(out.values(), key=lambda line: (line.when, line.thing, line.claimant, line.account))


def _statement_lines(statement: Statement, ticks: int) -> Iterator[Line]:
    if ticks % statement.ticks:
        raise InputError.one(
            "does not divide the ledger's ticks", "Use the same ticks throughout", came=str(statement.ticks)
        )
    # A statement may count in coarser ticks; a whole number of the ledger's then makes one of its own.
    scale = ticks // statement.ticks
    columns = (statement.claimant, statement.entitlement, statement.received)
    for who, owed, units in zip(*(column.tolist() for column in columns), strict=True):
        yield Line(statement.claimants[who], owed * scale, units * ticks)


@dataclass(frozen=True)
class Ledger:
    """An immutable account book: every verb returns a new ledger with more entries.

    Attributes:
        entries: bookings, oldest first; those after ``start``.
        ticks: ticks to one unit.
        unit: what one unit is: "turns", "awards", "people"; "" where it is not said.
        start: what is known of entries before, where they are kept elsewhere; empty for a whole ledger.

    Promise:
        Balanced: the lags of all accounts sum to exactly 0 after every event. Newcomers stand at 0. Who
        leaves closes the account at 0, the lag being shared among the members; who comes back finds that
        lag again. Nobody's standing moves by more than the lag that is shared. Entries are never changed,
        and an entry changed by hand no longer fits the chain of hashes.

    Cost: a verb costs O(accounts + new entries), however many entries the ledger has. A ledger that was just
    read costs O(entries) once.

    >>> book = Ledger(unit="turns").join("2026-01-01", ["Ada", "Ben"])
    >>> book = book.publish("week 1", [Line("Ada", TICKS // 2, TICKS), Line("Ben", TICKS // 2, 0)])
    >>> {name: lag / TICKS for name, lag in book.balances.items()}
    {'Ada': -0.5, 'Ben': 0.5}
    """

    entries: tuple[Entry, ...] = ()
    ticks: int = TICKS
    unit: str = ""
    start: Head = field(default_factory=Head, repr=False)

    @cached_property
    def head(self) -> Head:
        """What the verbs need to know of all entries."""
        return self.start.after(self.entries)

    @property
    def members(self) -> tuple[str, ...]:
        """Those who joined and have not left, sorted by name."""
        return tuple(sorted(self.head.members))

    @cached_property
    def balances(self) -> Mapping[str, int]:
        """Lag in ticks by claimant over all their accounts, sorted by name: above 0 is owed, below ahead."""
        lags: dict[str, int] = {}
        for (name, _account), lag in self.head.lags.items():
            lags[name] = lags.get(name, 0) + lag
        return MappingProxyType(dict(sorted(lags.items())))

    def balances_of(self, account: str) -> Mapping[str, int]:
        """Return the lags of one account ("" for the ordinary one), sorted by name."""
        lags = {name: lag for (name, which), lag in self.head.lags.items() if which == account}
        return MappingProxyType(dict(sorted(lags.items())))

    @cached_property
    def called(self) -> Mapping[str, str]:
        """Names of those whose accounts go by an id, as they were when they joined."""
        return MappingProxyType({e.claimant: e.note for e in self.entries if e.kind == "join" and e.note})

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the published periods, sorted."""
        return tuple(sorted(self.head.labels))

    @property
    def tip(self) -> str:
        """The hash of the last entry; of an empty ledger that of its unit and ticks."""
        return self.head.hash or self.root

    @property
    def root(self) -> str:
        """The hash that stands before the first entry: it holds unit and ticks to what they are."""
        return sha256(f"evenhand ledger\n{self.unit}\n{self.ticks}".encode()).hexdigest()

    def broken(self) -> int:
        """Return the place of the first entry that does not fit the chain, counted from 1; 0 where all fit.

        >>> book = Ledger().join("2026-01-01", ["Ada", "Ben"])
        >>> book.broken()
        0
        >>> replace(book, entries=(replace(book.entries[0], claimant="Eve"), *book.entries[1:])).broken()
        1
        """
        before, seq = self.start.hash or self.root, self.start.seq
        for entry in self.entries:
            seq += 1
            if entry.seq != seq or entry.hash != entry.linked(before):
                return seq - self.start.seq
            before = entry.hash
        return 0

    def append(self, drafts: Iterable[Entry]) -> Ledger:
        """Return the ledger with more entries, numbered and chained anew.

        The other verbs are the ones to call: what is appended is not checked. Cost O(accounts + drafts).
        """
        seq, tip = self.head.seq, self.tip
        new = []
        for draft in drafts:
            seq += 1
            numbered = replace(draft, seq=seq)
            tip = numbered.linked(tip)
            new.append(replace(numbered, hash=tip))
        if not new:
            return self
        after = replace(self, entries=(*self.entries, *new))
        # the head goes along with the new ledger, so that the next verb does not read all entries again
        after.__dict__["head"] = self.head.after(new)
        return after

    def open_with(self, label: str, lags: Mapping[str, int], note: str = "brought forward") -> Ledger:
        """Book opening balances in ticks, from a list kept elsewhere; those named join.

        Raises:
            InputError: the balances do not sum to 0, or somebody has entries already.

        >>> Ledger(ticks=2).open_with("2026", {"Ada": 1, "Ben": -1}).balances["Ben"]
        -1
        """
        if sum(lags.values()):
            raise InputError.one(
                "ticks is the sum of the opening balances, not 0",
                "What some are owed, others are ahead: make them sum to 0",
                came=str(sum(lags.values())), column="balance",
            )  # fmt: skip
        known = [name for name in sorted(lags) if self.balances.get(name)]
        if known:
            raise InputError.one(
                "has a balance already", "Book a correction instead", came=known[0], column="name"
            )
        joined = self.join(label, [name for name in lags if name not in self.balances])
        # who is ahead has received that much already, so that neither figure is ever below 0
        parts = ((name, max(lag, 0), max(-lag, 0)) for name, lag in sorted(lags.items()) if lag)
        return joined.append(Entry(0, "opening", label, name, due, got, note) for name, due, got in parts)

    def join(
        self, label: str, names: Iterable[str], called: Mapping[str, str] = MappingProxyType({})
    ) -> Ledger:
        """Let newcomers in at lag 0; nobody else's standing moves. Members stay as they are.

        Args:
            label: the period, or the day.
            names: whose accounts; ids where ``called`` has names for them.
            called: names by id: a ledger that outlives its plans still says who P003 is.

        Raises:
            InputError: one of them left: they come back to the lag they left with.

        >>> Ledger().join("2026-01-01", "Ada").members
        ('Ada',)
        """
        new = sorted(({names} if isinstance(names, str) else set(names)).difference(self.head.members))
        for name in new:
            if name in self.head.left_with:
                raise InputError.one("left and is not a newcomer", "Let them come back", came=name)
        return self.append(
            Entry(0, "join", label, name, 0, 0, "" if called.get(name) == name else called.get(name, ""))
            for name in new
        )

    def weigh(self, label: str, name: str, weight: float | Fraction, when: str = "") -> Ledger:
        """Book that somebody's share changes from now on; what was due before stays as it was booked.

        Raises:
            InputError: the weight is not above 0, or no fraction of numbers up to seven digits.

        >>> print(Ledger().join("2026", "Ada").weigh("2026", "Ada", Fraction(1, 2)).head.weights["Ada"])
        1/2
        """
        try:
            # By its text, as 0.1 is meant as a tenth and not as the nearest float.
            exact = Fraction(str(weight))
        except ValueError:
            exact = Fraction(0)
        if exact <= 0 or max(exact.numerator, exact.denominator) >= LARGEST_PART:
            mend = "Give more than 0, such as 2 or 1/2, with seven digits at most"
            raise InputError.one("is not a weight", mend, came=str(weight), column="weight")
        if self.head.weights.get(name, 1) == exact:
            return self
        return self.append([Entry(0, "weight", label, name, 0, 0, str(exact), when)])

    def publish(self, label: str, booking: Booking, *, unit: str = "", continued: bool = False) -> Ledger:
        """Book what was due and received in a period; newcomers in it join first.

        Who left keeps out: a line of theirs is booked to their account, an empty one is passed over.

        Args:
            label: the period's name; it can be published once, and amended after.
            booking: a statement, or lines.
            unit: what it is counted in; checked against the ledger's.
            continued: whether it is a further part of the same publication.

        Raises:
            InputError: the period is booked already, unit or ticks are others, or it does not balance.

        >>> week = [Line("Ada", 1, 2), Line("Ben", 1, 0)]
        >>> Ledger(ticks=2).publish("w1", week).balances["Ada"]
        -1
        """
        self._one_unit(unit)
        if label in self.head.labels and not continued:
            raise InputError.one(
                "is booked already", "Amend it, or give the period another name", came=label, column="label"
            )
        lines = lines_of(booking, self.ticks)
        booked = [
            line for line in lines if line.claimant not in self.head.left_with or line.due or line.received
        ]
        joined = self.join(label, {line.claimant for line in booked} - self.head.left_with.keys())
        return joined.append(
            Entry(0, "statement", label, line.claimant, line.due, line.received,
                  line.note, line.when, line.thing, line.account)
            for line in booked
        )  # fmt: skip

    def booked(self, label: str) -> list[Line]:
        """Return what stands booked for a period: its statement with amendments and corrections added up.

        Cost O(entries). Keys whose due and received are both 0 after all are left out.

        >>> Ledger(ticks=2).publish("w1", [Line("Ada", 2, 2)]).booked("w1")[0].received
        2
        """
        lines: dict[tuple[str, str, str], Line] = {}
        for entry in self.entries:
            if entry.label != label or entry.kind not in _OF_A_PERIOD:
                continue
            key = (entry.claimant, entry.thing, entry.account)
            known = lines.get(key)
            due, got = (known.due, known.received) if known is not None else (0, 0)
            # the latest note speaks: it says how the line came to stand as it does
            lines[key] = Line(entry.claimant, due + entry.due, got + entry.received,
                              entry.thing, entry.when, entry.account, entry.note)  # fmt: skip
        return [line for line in lines.values() if line.due or line.received]

    def amend(self, label: str, old: Booking | None, new: Booking, *, note: str = "amended") -> Ledger:
        """Book the difference of two statements for a period that is published: more, fewer or other awards.

        Entries are never changed: the difference is added, and the lags are then what they would be had the
        new statement been published at once.

        Args:
            label: the period.
            old: what was published; None for what stands booked, read from the entries.
            new: what holds instead.
            note: goes with every entry.

        Raises:
            InputError: the period is not published, ``old`` is not what stands booked, or does not balance.

        >>> book = Ledger(ticks=2).publish("w1", [Line("Ada", 1, 2), Line("Ben", 1, 0)])
        >>> book.amend("w1", None, [Line("Ada", 0, 0)]).balances["Ada"]      # withdrawn
        0
        """
        if label not in self.head.labels:
            known = ", ".join(self.periods) or "none yet"
            raise InputError.one(
                "is not booked yet", f"Publish it first; booked are {known}", came=label, column="label"
            )
        whole = not self.start.seq
        stands = lines_of(self.booked(label) if old is None else old, self.ticks)
        if old is not None and whole and _sums(stands) != _sums(self.booked(label)):
            raise InputError.one(
                "is not booked as the plan given as the old one says",
                "Leave the old plan out: what stands booked is then read from the ledger",
                came=label, column="label",
            )  # fmt: skip
        return self._difference(label, stands, lines_of(new, self.ticks), note)

    def _difference(self, label: str, old: list[Line], new: list[Line], note: str) -> Ledger:
        before = {(line.claimant, line.thing, line.account): line for line in old}
        after = {(line.claimant, line.thing, line.account): line for line in new}
        drafts = []
        # in the order of the new lines, then what is gone: deterministic, and read in order of time
        for key in (*after, *(key for key in before if key not in after)):
            was, now = before.get(key), after.get(key)
            shown = now if now is not None else before[key]
            due = (now.due if now else 0) - (was.due if was else 0)
            got = (now.received if now else 0) - (was.received if was else 0)
            if due or got:
                sentence = "; ".join(part for part in (note, shown.note) if part)
                drafts.append(Entry(0, "amendment", label, shown.claimant, due, got, sentence,
                                    shown.when, shown.thing, shown.account))  # fmt: skip
        newcomers = {draft.claimant for draft in drafts} - self.head.left_with.keys() - self.balances.keys()
        return self.join(label, newcomers).append(drafts)

    def correct(
        self,
        label: str,
        debit: str,
        credit: str,
        units: int,
        note: str,
        *,
        thing: str = "",
        when: str = "",
        account: str = "",
    ) -> Ledger:
        """Book a correction: ``debit`` turns out to have received ``units`` that ``credit`` was booked for.

        Both may have left: a fact found later is still a fact.

        Args:
            label: the period it belongs to.
            debit: who really received.
            credit: who was booked.
            units: whole units, >= 1.
            note: why.
            thing: the turn or award, where the period's lines name it.
            when: its day.
            account: the account it was booked to.

        Raises:
            InputError: an unknown name, the same name twice, or fewer than one unit.

        >>> book = Ledger(ticks=1).publish("w1", [Line("Ada", 1, 1), Line("Ben", 0, 0)])
        >>> dict(book.correct("w1", "Ben", "Ada", 1, "they swapped").balances)
        {'Ada': 1, 'Ben': -1}
        """
        for name in (debit, credit):
            if name not in self.balances:
                mend = f"Accounts are {self._named(self.balances)}"
                raise InputError.one("has no account", mend, came=name)
        if debit == credit:
            raise InputError.one("is debited and credited", "Give two names", came=debit)
        if (whole_number(units) or 0) < 1:
            mend = "Give 1 or more, a whole number"
            raise InputError.one("is not a number of units", mend, came=str(units), column="units")
        moved = int(units) * self.ticks
        return self.append(
            Entry(0, "correction", label, name, 0, got, note, when, thing, account)
            for name, got in ((debit, moved), (credit, -moved))
        )

    def leave(
        self, label: str, name: str, weights: Mapping[str, int] | None = None, when: str = ""
    ) -> Ledger:
        """Close an account: its lag is shared among those who stay (by weight; else equally).

        Somebody who left before and was booked a fact since is closed again.

        Raises:
            InputError: ``name`` has no account, is closed already, or is the last member and has a lag.

        >>> book = Ledger(ticks=2).publish("w1", [Line("Ada", 1, 2), Line("Ben", 1, 0)])
        >>> dict(book.leave("w2", "Ada").balances)
        {'Ada': 0, 'Ben': 0}
        """
        lags = {account: lag for (who, account), lag in self.head.lags.items() if who == name and lag}
        if name not in self.balances or (name not in self.head.members and not lags):
            raise InputError.one("is not a member", f"Members are {self._named(self.members)}", came=name)
        stay = [other for other in self.members if other != name]
        if not stay and lags:
            raise InputError.one("is the last member and has a lag", "Keep at least one member", came=name)
        drafts = [
            Entry(0, "leave", label, name, -lag, 0, "", when, "", account)
            for account, lag in (sorted(lags.items()) or [("", 0)])
        ]
        for account, lag in sorted(lags.items()):
            drafts += self._shared(label, lag, stay, weights, f"of {name}, who left", when, account)
        return self.append(drafts)

    def come_back(
        self, label: str, name: str, weights: Mapping[str, int] | None = None, when: str = ""
    ) -> Ledger:
        """Open the account again with the lag it was left with; the members give it back between them.

        Raises:
            InputError: ``name`` never left, is a member, or has a lag that no member is there to give back.

        >>> book = Ledger(ticks=2).publish("w1", [Line("Ada", 1, 2), Line("Ben", 1, 0)])
        >>> book.leave("w2", "Ada").come_back("w3", "Ada").balances == book.balances
        True
        """
        if name not in self.head.left_with:
            raise InputError.one(
                "is a member or never was one", f"Members are {self._named(self.members)}", came=name
            )
        lags = {account: lag for account, lag in self.head.left_with[name].items() if lag}
        if lags and not self.members:
            last = next((entry.claimant for entry in reversed(self.entries) if entry.kind == "leave"), "")
            raise InputError.one(
                "has a lag, and there is no member to give it back",
                f"Let {last or 'another'} come back first, or somebody new join",
                came=name,
            )
        drafts = [
            Entry(0, "return", label, name, lag, 0, "", when, "", account)
            for account, lag in (sorted(lags.items()) or [("", 0)])
        ]
        for account, lag in sorted(lags.items()):
            note = f"of {name}, who came back"
            drafts += self._shared(label, -lag, list(self.members), weights, note, when, account)
        return self.append(drafts)

    def _one_unit(self, unit: str) -> None:
        if unit and self.unit and unit != self.unit:
            raise InputError.one(
                f"is the unit of this plan, and the ledger counts {self.unit}",
                "Keep a ledger of its own for each: they are never added up",
                came=unit, column="unit",
            )  # fmt: skip

    @staticmethod
    def _named(names: Iterable[str]) -> str:
        return ", ".join(names) or "none yet"

    @staticmethod
    def _shared(
        label: str,
        lag: int,
        names: list[str],
        weights: Mapping[str, int] | None,
        note: str,
        when: str,
        account: str,
    ) -> list[Entry]:
        """Share a lag to the tick; members whose part is 0 get no entry."""
        claims = [1 if weights is None else weights.get(name, 0) for name in names]
        parts = largest_remainder(abs(lag), claims if any(claims) else [1] * len(names))
        sign = 1 if lag > 0 else -1
        shares = zip(names, parts.tolist(), strict=True)
        return [
            Entry(0, "share", label, name, sign * part, 0, note, when, "", account)
            for name, part in shares
            if part
        ]


def _sums(lines: Iterable[Line]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return due and received by key, without keys where both are 0."""
    return {
        (line.claimant, line.thing, line.account): (line.due, line.received)
        for line in lines
        if line.due or line.received
    }
