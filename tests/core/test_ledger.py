"""The account book: balanced to the tick after every event, and the past stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from evenhand.core.errors import InputError
from evenhand.core.ledger import Head, Ledger, Line
from evenhand.core.shares import TICKS, largest_remainder, split
from evenhand.core.statement import Statement

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Fay")


def turns(received: dict[str, int], weights: list[int] | None = None) -> Statement:
    """Make a statement of turns, due by weight."""
    names = tuple(received)
    units = np.array(list(received.values()), dtype=np.int64)
    due = split(int(units.sum()), weights or [1] * len(names))
    return Statement.of_one_thing(names, "turns", due, units)


def lags(ledger: Ledger) -> dict[str, float]:
    """Return the lags in units."""
    return {name: lag / TICKS for name, lag in ledger.balances.items()}


def test_newcomers_stand_at_zero_and_move_nobody() -> None:
    """Joining adds accounts at 0 and changes no other; joining twice changes nothing."""
    ledger = Ledger().publish("w1", turns({"Ada": 1, "Ben": 0}))
    after = ledger.join("w2", ["Cleo", "Ada"])
    assert lags(after) == {"Ada": -0.5, "Ben": 0.5, "Cleo": 0.0}
    assert after.join("w3", ["Cleo"]).entries == after.entries
    assert after.members == ("Ada", "Ben", "Cleo")


def test_one_name_is_one_newcomer() -> None:
    """A single name given as text is one person and not one a letter."""
    assert Ledger().join("w1", "Ada").members == ("Ada",)


def test_a_statement_books_due_and_received() -> None:
    """Several things are added up, and newcomers in the statement join first."""
    statement = Statement(
        ("Ada", "Ben"),
        ("early", "late"),
        np.array([0, 0, 1, 1]),
        np.array([0, 1, 0, 1]),
        np.array([3, 1, 1, 1]) * TICKS // 2,
        np.array([2, 0, 0, 1]),
    )
    ledger = Ledger().publish("w1", statement)
    assert [entry.kind for entry in ledger.entries] == ["join", "join", "statement", "statement"]
    assert lags(ledger) == {"Ada": 0.0, "Ben": 0.0}
    last = ledger.entries[-1]
    assert (last.seq, last.kind, last.claimant, last.due, last.received) == (
        4,
        "statement",
        "Ben",
        TICKS,
        TICKS,
    )


def test_a_leaver_shares_the_lag_and_finds_it_again() -> None:
    """Leaving and coming back, twice, gives back the lag left with each time."""
    ledger = Ledger().publish("w1", turns({"Ada": 3, "Ben": 0, "Cleo": 0}))
    gone = ledger.leave("w2", "Ada")
    assert lags(gone) == {"Ada": 0.0, "Ben": 0.0, "Cleo": 0.0}
    assert gone.members == ("Ben", "Cleo")
    back = gone.come_back("w3", "Ada")
    assert back.balances == ledger.balances
    worked = back.publish("w4", turns({"Ada": 0, "Ben": 3, "Cleo": 0}))
    again = worked.leave("w5", "Ada").leave("w6", "Ben").come_back("w7", "Ada")
    assert again.balances["Ada"] == worked.balances["Ada"]
    assert sum(again.balances.values()) == 0


def test_a_leaver_at_lag_zero_moves_nobody() -> None:
    """Who leaves at 0 leaves one entry and comes back at 0."""
    ledger = Ledger().join("w1", ["Ada", "Ben"])
    gone = ledger.leave("w2", "Ada")
    assert len(gone.entries) == len(ledger.entries) + 1
    back = gone.come_back("w3", "Ada")
    assert [entry.kind for entry in back.entries] == ["join", "join", "leave", "return"]
    assert lags(back) == {"Ada": 0.0, "Ben": 0.0}


def test_a_share_goes_by_weight() -> None:
    """Weights say who takes how much of a leaver's lag; without any weight above 0 all take the same."""
    ledger = Ledger().publish("w1", turns({"Ada": 0, "Ben": 2, "Cleo": 1}))
    before = ledger.balances
    by_weight = ledger.leave("w2", "Ada", {"Ben": 3, "Cleo": 1}).balances
    assert by_weight["Ben"] - before["Ben"] == 3 * TICKS // 4
    one_sided = ledger.leave("w2", "Ada", {"Ben": 3}).balances
    assert one_sided["Ben"] - before["Ben"] == TICKS
    assert one_sided["Cleo"] == before["Cleo"]
    for none in ({}, {"Ben": 0, "Cleo": 0}):
        assert ledger.leave("w2", "Ada", none).balances["Ben"] - before["Ben"] == TICKS // 2


def test_who_left_stays_out_of_later_statements() -> None:
    """An empty line of somebody who left is passed over; a real one is booked and makes no member."""
    ledger = Ledger().join("w1", ["Ada", "Ben"]).leave("w2", "Ada")
    passed = ledger.publish("w3", turns({"Ada": 0, "Ben": 1}, [0, 1]))
    assert [entry.claimant for entry in passed.entries[3:]] == ["Ben"]
    booked = ledger.publish("w3", turns({"Ada": 1, "Ben": 0}))
    assert booked.members == ("Ben",)
    assert lags(booked) == {"Ada": -0.5, "Ben": 0.5}
    assert lags(booked.come_back("w4", "Ada")) == {"Ada": -0.5, "Ben": 0.5}


def test_a_correction_is_a_new_entry() -> None:
    """A swap found later moves a whole unit from one account to the other and rewrites nothing."""
    ledger = Ledger().publish("w1", turns({"Ada": 1, "Ben": 0}))
    mended = ledger.correct("w2", debit="Ben", credit="Ada", units=1, note="they swapped")
    assert mended.entries[: len(ledger.entries)] == ledger.entries
    assert lags(mended) == {"Ada": 0.5, "Ben": -0.5}


WRONGS: dict[str, tuple[Callable[[Ledger], Any], str]] = {
    "nobody leaves twice": (lambda book: book.leave("w", "Cleo"), "is not a member"),
    "no stranger leaves": (lambda book: book.leave("w", "Dan"), "Members are Ada, Ben"),
    "no member comes back": (lambda book: book.come_back("w", "Ada"), "is a member or never was one"),
    "no stranger comes back": (lambda book: book.come_back("w", "Dan"), "is a member or never was one"),
    "who left is not a newcomer": (lambda book: book.join("w", ["Cleo"]), "Let them come back"),
    "no stranger is corrected": (lambda book: book.correct("w", "Dan", "Ada", 1, ""), "Ada, Ben, Cleo"),
    "nobody corrects themselves": (lambda book: book.correct("w", "Ada", "Ada", 1, ""), "Give two names"),
    "no correction is empty": (lambda book: book.correct("w", "Ada", "Ben", 0, ""), "Give 1 or more"),
    "the last one with a lag stays": (
        lambda book: book.correct("w", "Ada", "Cleo", 1, "").leave("w", "Ada").leave("w", "Ben"),
        "is the last member and has a lag",
    ),
    "ticks must divide": (
        lambda book: book.publish(
            "w", Statement.of_one_thing(["Ada"], "t", np.array([19]), np.array([1]), 19)
        ),
        "does not divide",
    ),
}


@pytest.mark.parametrize("name", WRONGS)
def test_wrong_events_are_said_plainly(name: str) -> None:
    """Each wrong event is an InputError that says what is wrong."""
    act, said = WRONGS[name]
    ledger = Ledger().join("w1", ["Ada", "Ben", "Cleo"]).leave("w2", "Cleo")
    with pytest.raises(InputError) as caught:
        act(ledger)
    assert said in str(caught.value)


def test_an_empty_ledger_names_nobody() -> None:
    """With no members yet the message says so."""
    with pytest.raises(InputError, match="none yet"):
        Ledger().leave("w", "Ada")


def test_a_lag_needs_somebody_to_give_it_back() -> None:
    """With no member left, who has a lag waits until the one who left last is back, and then finds it."""
    ledger = Ledger().publish("w1", turns({"Ada": 2, "Ben": 0})).leave("w2", "Ada").leave("w3", "Ben")
    assert ledger.members == ()
    with pytest.raises(InputError, match="Let Ben come back first"):
        ledger.come_back("w4", "Ada")
    back = ledger.come_back("w4", "Ben").come_back("w5", "Ada")
    assert lags(back) == {"Ada": -1.0, "Ben": 1.0}


def test_ticks_of_a_divisor_are_scaled() -> None:
    """A statement in halves is booked exactly in a ledger of ticks."""
    halves = Statement.of_one_thing(["Ada", "Ben"], "t", np.array([1, 1]), np.array([1, 0]), 2)
    assert lags(Ledger().publish("w1", halves)) == {"Ada": -0.5, "Ben": 0.5}


class Book(RuleBasedStateMachine):
    """Random histories of a ledger, with a plain model of what each lag must be beside it."""

    def __init__(self) -> None:
        """Start with an empty book."""
        super().__init__()
        self.ledger = Ledger()
        self.left: dict[str, int] = {}
        self.at = 0

    def move(self, after: Ledger, most: int, *, but: str = "") -> None:
        """Take over a ledger: the past is as it was and others moved by no more than ``most`` ticks."""
        before = self.ledger
        assert after.entries[: len(before.entries)] == before.entries
        for name, lag in before.balances.items():
            if name != but:
                assert abs(after.balances[name] - lag) <= most
        self.ledger = after
        self.at += 1

    @property
    def strangers(self) -> list[str]:
        """Names without an account."""
        return [name for name in NAMES if name not in self.ledger.balances]

    @precondition(lambda self: bool(self.strangers))
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        """Somebody new comes in at 0."""
        name = data.draw(st.sampled_from(self.strangers))
        self.move(self.ledger.join(f"t{self.at}", [name]), 0)
        assert self.ledger.balances[name] == 0

    @precondition(lambda self: bool(self.ledger.members))
    @rule(data=st.data())
    def post(self, data: st.DataObject) -> None:
        """A statement is booked: each member's lag moves by due less received."""
        names = data.draw(st.lists(st.sampled_from(self.ledger.members), min_size=1, unique=True))
        units = data.draw(st.lists(st.integers(0, 3), min_size=len(names), max_size=len(names)))
        weights = data.draw(st.lists(st.integers(1, 5), min_size=len(names), max_size=len(names)))
        statement = turns(dict(zip(names, units, strict=True)), weights)
        want = dict(self.ledger.balances)
        for name, lag in zip(names, statement.lag.tolist(), strict=True):
            want[name] += lag
        self.ledger = self.ledger.publish(f"t{self.at}", statement)
        self.at += 1
        assert self.ledger.balances == want

    @precondition(lambda self: bool(self.ledger.periods) and bool(self.ledger.members))
    @rule(data=st.data())
    def amend(self, data: st.DataObject) -> None:
        """Amending books the difference: lags move by the new statement less what stood booked."""
        label = data.draw(st.sampled_from(self.ledger.periods))
        names = data.draw(st.lists(st.sampled_from(self.ledger.members), min_size=1, unique=True))
        units = data.draw(st.lists(st.integers(0, 3), min_size=len(names), max_size=len(names)))
        new = turns(dict(zip(names, units, strict=True)))
        want = dict(self.ledger.balances)
        for line in self.ledger.booked(label):
            want[line.claimant] -= line.due - line.received
        for name, lag in zip(names, new.lag.tolist(), strict=True):
            want[name] += lag
        after = self.ledger.amend(label, None, new)
        assert after.entries[: len(self.ledger.entries)] == self.ledger.entries
        assert after.balances == want
        assert after.amend(label, new, new) == after
        self.ledger = after

    @precondition(lambda self: len(self.ledger.balances) > 1)
    @rule(data=st.data(), units=st.integers(1, 2))
    def correct(self, data: st.DataObject, units: int) -> None:
        """A correction moves two accounts by whole units and no other."""
        pair = st.lists(st.sampled_from(sorted(self.ledger.balances)), min_size=2, max_size=2, unique=True)
        debit, credit = data.draw(pair)
        before = self.ledger.balances
        self.move(self.ledger.correct(f"t{self.at}", debit, credit, units, "swap"), units * TICKS)
        moved = {name for name in before if before[name] != self.ledger.balances[name]}
        assert moved == {debit, credit}

    @precondition(lambda self: bool(self.ledger.members))
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """A leaver's lag is shared among those who stay."""
        name = data.draw(st.sampled_from(self.ledger.members))
        lag = self.ledger.balances[name]
        if lag and len(self.ledger.members) == 1:
            with pytest.raises(InputError):
                self.ledger.leave(f"t{self.at}", name)
            return
        weights = data.draw(st.none() | st.dictionaries(st.sampled_from(NAMES), st.integers(0, 4)))
        self.move(self.ledger.leave(f"t{self.at}", name, weights), abs(lag), but=name)
        assert self.ledger.balances[name] == 0
        self.left[name] = lag

    @precondition(lambda self: len(self.ledger.balances) > len(self.ledger.members))
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        """A returner finds the lag they left with, and what was corrected meanwhile."""
        name = data.draw(st.sampled_from(sorted(set(self.ledger.balances) - set(self.ledger.members))))
        lag = self.left[name]
        if lag and not self.ledger.members:
            with pytest.raises(InputError):
                self.ledger.come_back(f"t{self.at}", name)
            return
        meanwhile = self.ledger.balances[name]
        self.move(self.ledger.come_back(f"t{self.at}", name), abs(lag), but=name)
        assert self.ledger.balances[name] == lag + meanwhile

    @invariant()
    def balanced(self) -> None:
        """The lags of all accounts sum to exactly 0."""
        assert sum(self.ledger.balances.values()) == 0
        assert set(self.ledger.members) <= set(self.ledger.balances)

    @invariant()
    def chained(self) -> None:
        """The chain holds, and the head carried along is the one that all entries give."""
        assert not self.ledger.broken()
        assert self.ledger.head == Head().after(self.ledger.entries)

    @invariant()
    def resumed(self) -> None:
        """Whoever keeps the head alone books the same entry, hash and all, as who keeps them all."""
        short = Ledger(ticks=self.ledger.ticks, start=self.ledger.head)
        assert short.balances == self.ledger.balances
        if self.strangers:
            name = self.strangers[:1]
            assert short.join("x", name).entries[-1] == self.ledger.join("x", name).entries[-1]


Book.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestBook = Book.TestCase


def test_an_amendment_takes_awards_away_and_adds_others() -> None:
    """Withdrawn and new awards are both booked as differences, and withdrawing all leaves everybody at 0."""
    ledger = Ledger().publish("w1", turns({"Ada": 2, "Ben": 1, "Cleo": 0}))
    fewer = ledger.amend("w1", None, turns({"Ada": 1, "Ben": 0, "Cleo": 0}))
    assert fewer.balances == Ledger().publish("w1", turns({"Ada": 1, "Ben": 0, "Cleo": 0})).balances
    more = fewer.amend("w1", turns({"Ada": 1, "Ben": 0, "Cleo": 0}), turns({"Ada": 1, "Ben": 1, "Dan": 3}))
    assert more.balances["Dan"] == -3 * TICKS + 5 * TICKS // 3
    gone = more.amend("w1", None, [])
    assert set(gone.balances.values()) == {0}
    assert gone.amend("w1", None, turns({"Eve": 1})).balances["Eve"] == 0


def test_an_amendment_of_another_plan_is_refused() -> None:
    """A plan that is not booked cannot be the old one; a period never published cannot be amended."""
    ledger = Ledger().publish("w1", turns({"Ada": 2, "Ben": 1}))
    with pytest.raises(InputError, match="is not booked as"):
        ledger.amend("w1", turns({"Ada": 1, "Ben": 2}), turns({"Ada": 1, "Ben": 1}))
    with pytest.raises(InputError, match="booked are w1"):
        ledger.amend("w2", None, turns({"Ada": 1}))
    with pytest.raises(InputError, match="is booked already"):
        ledger.publish("w1", turns({"Ada": 1}))


def test_lines_of_turns_keep_what_they_are_about() -> None:
    """Lines are booked a thing and account each; each balances, and a swap is netted with its turn."""
    lines = [
        Line("Ada", 1, 2, "mon", "2026-01-05"),
        Line("Ben", 1, 0, "mon", "2026-01-05"),
        Line("Ada", 1, 0, "sun", "2026-01-11", "holiday"),
        Line("Ben", 1, 2, "sun", "2026-01-11", "holiday"),
    ]
    ledger = Ledger(ticks=2, unit="turns").publish("w1", lines, unit="turns")
    assert ledger.balances_of("holiday") == {"Ada": 1, "Ben": -1}
    assert set(ledger.balances.values()) == {0}
    swapped = ledger.correct("w1", "Ben", "Ada", 1, "swap", thing="mon", when="2026-01-05")
    net = {(line.claimant, line.thing): line.received for line in swapped.booked("w1")}
    assert net == {("Ada", "mon"): 0, ("Ben", "mon"): 2, ("Ada", "sun"): 0, ("Ben", "sun"): 2}
    with pytest.raises(InputError, match="do not balance"):
        ledger.publish("w2", [Line("Ada", 1, 0), Line("Ben", 0, 1, account="holiday")])
    with pytest.raises(InputError, match="the ledger counts turns"):
        ledger.publish("w2", lines, unit="awards")


def test_opening_balances_must_sum_to_zero() -> None:
    """Balances brought along are booked as due or received, never below 0, and must cancel out."""
    ledger = Ledger().open_with("2026", {"Ada": 3, "Ben": -1, "Cleo": -2, "Dan": 0})
    assert ledger.balances == {"Ada": 3, "Ben": -1, "Cleo": -2, "Dan": 0}
    assert all(entry.due >= 0 and entry.received >= 0 for entry in ledger.entries)
    with pytest.raises(InputError, match="make them sum to 0"):
        Ledger().open_with("2026", {"Ada": 3})
    with pytest.raises(InputError, match="has a balance already"):
        ledger.open_with("2027", {"Ada": 1, "Eve": -1})


def test_a_new_weight_is_booked_once() -> None:
    """A change of share is an entry of its own that moves no lag; the same weight again adds none."""
    ledger = Ledger().join("2026", ["Ada", "Ben"]).weigh("2026-07-01", "Ada", 2, "2026-07-01")
    assert ledger.head.weights == {"Ada": 2}
    assert ledger.weigh("2026-08-01", "Ada", 2) == ledger
    assert set(ledger.balances.values()) == {0}
    with pytest.raises(InputError, match="is not a weight"):
        ledger.weigh("2026-08-01", "Ada", 0)


def test_any_change_of_any_entry_breaks_the_chain() -> None:
    """Changing any field of any entry by hand is noticed at that entry."""
    ledger = Ledger(unit="turns").publish("w1", turns({"Ada": 1, "Ben": 0})).leave("w2", "Ada")
    for at, entry in enumerate(ledger.entries):
        for name in entry.__slots__:
            value = getattr(entry, name)
            other = value + 1 if isinstance(value, int) else f"{value}x"
            changes: dict[str, Any] = {name: other}
            changed = replace(entry, **changes)
            entries = (*ledger.entries[:at], changed, *ledger.entries[at + 1 :])
            assert replace(ledger, entries=entries).broken() == at + 1
    assert replace(ledger, entries=ledger.entries[1:]).broken() == 1
    assert replace(ledger, unit="cars").broken() == 1


def test_a_long_ledger_is_read_once_an_event() -> None:
    """After ten thousand entries the sums still hold, and asking again reads nothing again."""
    names = [f"P{at:03}" for at in range(100)]
    ledger = Ledger().join("start", names)
    for week in range(100):
        units = largest_remainder(50, [(at * 7 + week) % 11 for at in range(100)])
        ledger = ledger.publish(f"w{week}", turns(dict(zip(names, units.tolist(), strict=True))))
    assert len(ledger.entries) == 10_100
    assert sum(ledger.balances.values()) == 0
    assert ledger.balances is ledger.balances
    assert ledger.leave("end", "P007").balances["P007"] == 0
