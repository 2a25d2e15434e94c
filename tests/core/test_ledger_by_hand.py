"""A book kept by hand: every field of every entry, every hash, and every sentence of an error.

The ledger counts in halves (2 ticks to a unit), so that all figures can be followed on paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from evenhand.core.errors import InputError
from evenhand.core.ledger import Entry, Head, Ledger, Line, lines_of
from evenhand.core.statement import Statement

EMPTY = Ledger(ticks=2, unit="turns")
MONDAY = [Line("Ben", 1, 0, "mon", "2026-01-05"), Line("Ada", 1, 2, "mon", "2026-01-05")]
"""Ada served Monday's turn, which two were due half of: she is half a unit ahead, Ben owed half a unit."""


def kept() -> Ledger:
    """Return the book of Monday, made anew: what is made at import would be made before any mutant is on."""
    return EMPTY.join("2026", ["Ben", "Ada"]).publish("w1", MONDAY, unit="turns")


def rows(ledger: Ledger, since: int = 0) -> list[tuple[Any, ...]]:
    """Return the entries after some as plain rows, without their hashes."""
    return [
        (e.seq, e.kind, e.label, e.claimant, e.due, e.received, e.note, e.when, e.thing, e.account)
        for e in ledger.entries[since:]
    ]


def test_joining_and_publishing_by_hand() -> None:
    """Who joins comes first and by name; lines follow in order of day, thing, name, and keep all they say."""
    assert rows(kept()) == [
        (1, "join", "2026", "Ada", 0, 0, "", "", "", ""),
        (2, "join", "2026", "Ben", 0, 0, "", "", "", ""),
        (3, "statement", "w1", "Ada", 1, 2, "", "2026-01-05", "mon", ""),
        (4, "statement", "w1", "Ben", 1, 0, "", "2026-01-05", "mon", ""),
    ]
    called = {"P1": "Ada", "Ben": "Ben"}
    assert rows(EMPTY.join("2026", ["P1", "Ben", "P2"], called)) == [
        (1, "join", "2026", "Ben", 0, 0, "", "", "", ""),
        (2, "join", "2026", "P1", 0, 0, "Ada", "", "", ""),
        (3, "join", "2026", "P2", 0, 0, "", "", "", ""),
    ]
    lines = [
        Line("Eve", 1, 2, "tue", "2026-01-06", "", "swapped"),
        Line("Dan", 1, 0, "tue", "2026-01-06"),
        Line("Dan", 1, 0, "zoo", "2026-01-05", "holiday"),
        Line("Ada", 1, 2, "zoo", "2026-01-05", "holiday"),
        Line("Fay", 0, 0, "zoo", "2026-01-07"),
    ]
    assert rows(kept().publish("w2", lines), 4) == [
        (5, "join", "w2", "Dan", 0, 0, "", "", "", ""),
        (6, "join", "w2", "Eve", 0, 0, "", "", "", ""),
        (7, "join", "w2", "Fay", 0, 0, "", "", "", ""),
        (8, "statement", "w2", "Ada", 1, 2, "", "2026-01-05", "zoo", "holiday"),
        (9, "statement", "w2", "Dan", 1, 0, "", "2026-01-05", "zoo", "holiday"),
        (10, "statement", "w2", "Dan", 1, 0, "", "2026-01-06", "tue", ""),
        (11, "statement", "w2", "Eve", 1, 2, "swapped", "2026-01-06", "tue", ""),
        (12, "statement", "w2", "Fay", 0, 0, "", "2026-01-07", "zoo", ""),
    ]


def test_the_hashes_by_hand() -> None:
    """A hash is SHA-256 of the one before, a line break, and the fields; unit and ticks come first."""
    root = sha256(b"evenhand ledger\nturns\n2").hexdigest()
    first = sha256(f'{root}\n[1,"join","2026","Ada",0,0,"","","",""]'.encode()).hexdigest()
    second = sha256(f'{first}\n[2,"join","2026","Ben",0,0,"","","",""]'.encode()).hexdigest()
    third = sha256(f'{second}\n[3,"statement","w1","Ada",1,2,"","2026-01-05","mon",""]'.encode()).hexdigest()
    assert EMPTY.tip == EMPTY.root == root
    assert [entry.hash for entry in kept().entries[:3]] == [first, second, third]
    assert kept().tip == kept().entries[-1].hash


def test_a_place_in_a_later_part_is_counted_from_its_own_start() -> None:
    """Where only the entries after a head are kept, a broken one is counted among those."""
    later = Ledger((), 2, "turns", kept().head).join("w2", ["Cleo", "Dan"])
    assert later.broken() == 0
    assert [entry.seq for entry in later.entries] == [5, 6]
    changed = replace(later, entries=(later.entries[0], replace(later.entries[1], claimant="Eve")))
    assert changed.broken() == 2


def test_a_head_is_carried_along() -> None:
    """A verb's ledger knows its head without reading its entries again, and it is the one they all give."""
    later = kept().leave("w2", "Ada")
    assert "head" in vars(later)
    assert later.head == Head().after(later.entries)
    assert later.head.seq == 6
    assert later.head.hash == later.entries[-1].hash
    assert later.head.labels == {"w1"}
    assert later.append([]) is later


def test_opening_balances_by_hand() -> None:
    """Each named joins; what is owed is booked as due, what one is ahead as received, and 0 not at all."""
    book = EMPTY.open_with("2026", {"Cleo": -2, "Ada": 3, "Ben": -1, "Dan": 0})
    assert rows(book) == [
        (1, "join", "2026", "Ada", 0, 0, "", "", "", ""),
        (2, "join", "2026", "Ben", 0, 0, "", "", "", ""),
        (3, "join", "2026", "Cleo", 0, 0, "", "", "", ""),
        (4, "join", "2026", "Dan", 0, 0, "", "", "", ""),
        (5, "opening", "2026", "Ada", 3, 0, "brought forward", "", "", ""),
        (6, "opening", "2026", "Ben", 0, 1, "brought forward", "", "", ""),
        (7, "opening", "2026", "Cleo", 0, 2, "brought forward", "", "", ""),
    ]
    noted = EMPTY.join("x", ["Ada"]).open_with("2026", {"Ada": 1, "Eve": -1}, "from the old list")
    assert rows(noted, 1) == [
        (2, "join", "2026", "Eve", 0, 0, "", "", "", ""),
        (3, "opening", "2026", "Ada", 1, 0, "from the old list", "", "", ""),
        (4, "opening", "2026", "Eve", 0, 1, "from the old list", "", "", ""),
    ]


def test_weights_by_hand() -> None:
    """A weight is an entry of its own with its day; one is everybody's weight until another is booked."""
    book = kept()
    assert book.weigh("w2", "Ada", 1) is book
    heavier = kept().weigh("w2", "Ada", 3, "2026-02-01")
    assert rows(heavier, 4) == [(5, "weight", "w2", "Ada", 0, 0, "3", "2026-02-01", "", "")]
    assert rows(heavier.weigh("w3", "Ada", 1), 5) == [(6, "weight", "w3", "Ada", 0, 0, "1", "", "", "")]
    assert heavier.weigh("w3", "Ada", 1).head.weights == {"Ada": 1}


def test_leaving_and_coming_back_by_hand() -> None:
    """Ada's lags are split by weight, each account by itself, and she finds them again."""
    book = kept().publish(
        "w2",
        [
            Line("Ada", 3, 0),
            Line("Ben", 0, 3),
            Line("Ada", 0, 4, account="h"),
            Line("Cleo", 4, 0, account="h"),
        ],
    )
    # Ada: -1 + 3 = 2 owed on the ordinary account, -4 on h; Ben: 1 - 3 = -2; Cleo: 4 on h.
    assert book.balances_of("") == {"Ada": 2, "Ben": -2, "Cleo": 0}
    assert book.balances_of("h") == {"Ada": -4, "Cleo": 4}
    assert book.balances == {"Ada": -2, "Ben": -2, "Cleo": 4}
    # By weights 3 and 1 Ada's 2 ticks are 1.5 and 0.5, so 2 and 0 or 1 and 1; 4 are 3 and 1.
    gone = book.leave("w3", "Ada", {"Ben": 3, "Cleo": 1}, "2026-03-01")
    known = rows(gone, len(book.entries))
    assert known[:2] == [
        (10, "leave", "w3", "Ada", -2, 0, "", "2026-03-01", "", ""),
        (11, "leave", "w3", "Ada", 4, 0, "", "2026-03-01", "", "h"),
    ]
    assert known[-2:] == [
        (len(gone.entries) - 1, "share", "w3", "Ben", -3, 0, "of Ada, who left", "2026-03-01", "", "h"),
        (len(gone.entries), "share", "w3", "Cleo", -1, 0, "of Ada, who left", "2026-03-01", "", "h"),
    ]
    assert {row[6] for row in known[2:]} == {"of Ada, who left"}
    assert gone.head.left_with == {"Ada": {"": 2, "h": -4}}
    assert gone.members == ("Ben", "Cleo")
    back = gone.come_back("w4", "Ada", {"Ben": 3, "Cleo": 1}, "2026-04-01")
    assert back.balances_of("") == book.balances_of("")
    assert back.balances_of("h") == {**book.balances_of("h"), "Ben": 0}
    opened = rows(back, len(gone.entries))
    assert opened[:2] == [
        (len(gone.entries) + 1, "return", "w4", "Ada", 2, 0, "", "2026-04-01", "", ""),
        (len(gone.entries) + 2, "return", "w4", "Ada", -4, 0, "", "2026-04-01", "", "h"),
    ]
    assert {row[6] for row in opened[2:]} == {"of Ada, who came back"}
    assert {row[7] for row in opened} == {"2026-04-01"}
    assert {row[2] for row in opened} == {"w4"}


def test_equal_shares_and_weights_of_nobody() -> None:
    """Without weights a lag is shared equally; so it is where those who stay have none."""
    book = EMPTY.open_with("2026", {"Ada": 4, "Ben": -2, "Cleo": -2})
    for weights in (None, {"Zoe": 3}, {"Ben": 0, "Cleo": 0}):
        gone = book.leave("w1", "Ada", weights)
        assert rows(gone, 6) == [
            (7, "leave", "w1", "Ada", -4, 0, "", "", "", ""),
            (8, "share", "w1", "Ben", 2, 0, "of Ada, who left", "", "", ""),
            (9, "share", "w1", "Cleo", 2, 0, "of Ada, who left", "", "", ""),
        ]
    least = EMPTY.open_with("2026", {"Ada": 1, "Ben": -1, "Cleo": 0}).leave("w1", "Ada", {"Cleo": 1})
    assert least.balances == {"Ada": 0, "Ben": -1, "Cleo": 1}
    level = EMPTY.join("2026", ["Ada", "Ben"])
    assert rows(level.leave("w1", "Ada"), 2) == [(3, "leave", "w1", "Ada", 0, 0, "", "", "", "")]
    assert rows(level.leave("w1", "Ada").come_back("w2", "Ada"), 3) == [
        (4, "return", "w2", "Ada", 0, 0, "", "", "", "")
    ]


def test_who_left_and_is_booked_a_fact_is_closed_again() -> None:
    """Ada leaves at 1 ahead, a correction books her 2 more, and she is closed once more: both parts wait."""
    gone = kept().leave("w2", "Ada").correct("w2", "Ada", "Ben", 1, "found later")
    assert gone.balances == {"Ada": -2, "Ben": 2}
    closed = gone.leave("w3", "Ada")
    assert closed.balances == {"Ada": 0, "Ben": 0}
    assert closed.head.left_with == {"Ada": {"": -3}}
    assert closed.come_back("w4", "Ada").balances == {"Ada": -3, "Ben": 3}


def test_a_correction_by_hand() -> None:
    """Two entries: the one who received gets the units, the one who was booked for them loses as many."""
    mended = kept().correct("w1", "Ben", "Ada", 2, "swap", thing="mon", when="2026-01-05", account="h")
    assert rows(mended, 4) == [
        (5, "correction", "w1", "Ben", 0, 4, "swap", "2026-01-05", "mon", "h"),
        (6, "correction", "w1", "Ada", 0, -4, "swap", "2026-01-05", "mon", "h"),
    ]
    assert rows(kept().correct("w1", "Ben", "Ada", 1, "swap"), 4) == [
        (5, "correction", "w1", "Ben", 0, 2, "swap", "", "", ""),
        (6, "correction", "w1", "Ada", 0, -2, "swap", "", "", ""),
    ]


def test_an_amendment_by_hand() -> None:
    """Monday goes from Ada to Ben and a newcomer gets Tuesday: what is booked are the differences."""
    new = [
        Line("Ben", 1, 2, "mon", "2026-01-05", "", "by phone"),
        Line("Ada", 1, 0, "mon", "2026-01-05"),
        Line("Cleo", 2, 2, "tue", "2026-01-06"),
    ]
    amended = kept().amend("w1", MONDAY, new, note="second thoughts")
    assert rows(amended, 4) == [
        (5, "join", "w1", "Cleo", 0, 0, "", "", "", ""),
        (6, "amendment", "w1", "Ada", 0, -2, "second thoughts", "2026-01-05", "mon", ""),
        (7, "amendment", "w1", "Ben", 0, 2, "second thoughts; by phone", "2026-01-05", "mon", ""),
        (8, "amendment", "w1", "Cleo", 2, 2, "second thoughts", "2026-01-06", "tue", ""),
    ]
    assert amended.booked("w1") == [
        Line("Ada", 1, 0, "mon", "2026-01-05", "", "second thoughts"),
        Line("Ben", 1, 2, "mon", "2026-01-05", "", "second thoughts; by phone"),
        Line("Cleo", 2, 2, "tue", "2026-01-06", "", "second thoughts"),
    ]
    holiday = kept().amend("w1", None, [*MONDAY, Line("Ada", 2, 2, "sun", "2026-01-11", "holiday")])
    assert rows(holiday, 4) == [
        (5, "amendment", "w1", "Ada", 2, 2, "amended", "2026-01-11", "sun", "holiday")
    ]
    withdrawn = kept().amend("w1", None, [])
    assert rows(withdrawn, 4) == [
        (5, "amendment", "w1", "Ada", -1, -2, "amended", "2026-01-05", "mon", ""),
        (6, "amendment", "w1", "Ben", -1, 0, "amended", "2026-01-05", "mon", ""),
    ]
    assert withdrawn.booked("w1") == []
    assert kept().booked("w2") == []
    assert kept().amend("w1", [*MONDAY, Line("Zoe", 0, 0)], MONDAY) == kept()
    # A line with something due and nothing received, or the other way round, is a difference too.
    owing = kept().publish("w2", [Line("Ada", 2, 0, "tue"), Line("Ben", 0, 2, "tue")])
    with pytest.raises(InputError, match="is not booked as the plan given as the old one says"):
        owing.amend("w2", [Line("Ada", 1, 1, "tue"), Line("Ben", 1, 1, "tue")], [])
    with pytest.raises(InputError, match="is not booked as the plan given as the old one says"):
        owing.amend("w2", [], [])


def test_a_later_part_of_a_book_takes_the_old_plan_on_trust() -> None:
    """Where earlier entries are kept elsewhere, what stood booked cannot be read and is not compared."""
    later = Ledger((), 2, "turns", kept().head)
    other = [Line("Ada", 2, 2, "mon")]
    assert rows(later.amend("w1", other, MONDAY)) == [
        (5, "amendment", "w1", "Ada", -1, 0, "amended", "2026-01-05", "mon", ""),
        (6, "amendment", "w1", "Ben", 1, 0, "amended", "2026-01-05", "mon", ""),
    ]


def test_a_publication_in_parts() -> None:
    """A further part of a publication is booked under its label; who left is passed over where 0."""
    gone = kept().leave("w1", "Ada")
    part = gone.publish("w1", [Line("Ada", 0, 0, "tue"), Line("Ben", 2, 2, "tue")], continued=True)
    assert rows(part, len(gone.entries)) == [
        (len(gone.entries) + 1, "statement", "w1", "Ben", 2, 2, "", "", "tue", "")
    ]
    due = gone.publish("w3", [Line("Ada", 2, 0), Line("Ben", 0, 2)])
    assert [row[3] for row in rows(due, len(gone.entries))] == ["Ada", "Ben"]


def test_lines_of_one_key_are_added_up() -> None:
    """Lines of one person, thing and account become one; a statement comes in the ledger's ticks."""
    both = lines_of(
        [Line("Ada", 1, 0, "mon"), Line("Ada", 1, 2, "mon"), Line("Ada", 3, 3, "mon", "", "h")], 2
    )
    assert both == [Line("Ada", 2, 2, "mon"), Line("Ada", 3, 3, "mon", "", "h")]
    # Three units of one tick each, due 2 and 1, received 3 and 0; in sixths they are 12 and 6, 18 and 0.
    thirds = Statement.of_one_thing(["Ben", "Ada"], "t", np.array([2, 1]), np.array([3, 0]), 1)
    assert lines_of(thirds, 6) == [Line("Ada", 6, 0), Line("Ben", 12, 18)]
    days = [Line("Ada", 0, 0, "b", "2"), Line("Ada", 0, 0, "c", "1"), Line("Ada", 0, 0, "a", "2")]
    assert [(line.when, line.thing) for line in lines_of(days, 2)] == [("1", "c"), ("2", "a"), ("2", "b")]


def statement_in_nineteenths() -> Statement:
    """Return a statement whose ticks do not divide 2."""
    return Statement.of_one_thing(["Ada"], "t", np.array([19]), np.array([1]), 19)


SENTENCES: dict[str, Callable[[], Any]] = {
    "column label: 'w1' is booked already. Amend it, or give the period another name.":
        lambda: kept().publish("w1", MONDAY),
    "column unit: 'awards' is the unit of this plan, and the ledger counts turns. "
    "Keep a ledger of its own for each: they are never added up.":
        lambda: kept().publish("w2", MONDAY, unit="awards"),
    "column due: '1' ticks more are due than received: the lines do not balance. "
    "Book what everybody was due and received, together.":
        lambda: kept().publish("w2", [Line("Ada", 2, 1)]),
    "column h: '1' ticks fewer are due than received: the lines do not balance. "
    "Book what everybody was due and received, together.":
        lambda: kept().publish("w2", [Line("Ada", 0, 1, account="h")]),
    "'19' does not divide the ledger's ticks. Use the same ticks throughout.":
        lambda: kept().publish("w2", statement_in_nineteenths()),
    "column balance: '2' ticks is the sum of the opening balances, not 0. "
    "What some are owed, others are ahead: make them sum to 0.":
        lambda: EMPTY.open_with("2026", {"Ada": 3, "Ben": -1}),
    "column name: 'Ada' has a balance already. Book a correction instead.":
        lambda: kept().open_with("2026", {"Ben": 1, "Ada": -1}),
    "'Ada' left and is not a newcomer. Let them come back.":
        lambda: kept().leave("w2", "Ada").join("w3", "Ada"),
    "column weight: '0' is not a weight. Give more than 0, such as 2 or 1/2, with seven digits at most.":
        lambda: kept().weigh("w2", "Ada", 0),
    "column label: 'w9' is not booked yet. Publish it first; booked are w1, w2.":
        lambda: kept().publish("w2", MONDAY).amend("w9", None, []),
    "column label: 'w9' is not booked yet. Publish it first; booked are none yet.":
        lambda: EMPTY.amend("w9", None, []),
    "column label: 'w1' is not booked as the plan given as the old one says. "
    "Leave the old plan out: what stands booked is then read from the ledger.":
        lambda: kept().amend("w1", [Line("Ada", 2, 2, "mon")], MONDAY),
    "'Zoe' has no account. Accounts are Ada, Ben.":
        lambda: kept().correct("w1", "Ada", "Zoe", 1, ""),
    "'Yan' has no account. Accounts are none yet.":
        lambda: EMPTY.correct("w1", "Yan", "Zoe", 1, ""),
    "'Ada' is debited and credited. Give two names.":
        lambda: kept().correct("w1", "Ada", "Ada", 1, ""),
    "column units: '0' is not a number of units. Give 1 or more, a whole number.":
        lambda: kept().correct("w1", "Ada", "Ben", 0, ""),
    "'Zoe' is not a member. Members are Ada, Ben.":
        lambda: kept().leave("w2", "Zoe"),
    "'Ada' is not a member. Members are Ben.":
        lambda: kept().leave("w2", "Ada").leave("w3", "Ada"),
    "'Ben' is the last member and has a lag. Keep at least one member.":
        lambda: kept().leave("w2", "Ada").correct("w2", "Ada", "Ben", 1, "").leave("w3", "Ben"),
    "'Ada' is a member or never was one. Members are Ada, Ben.":
        lambda: kept().come_back("w2", "Ada"),
    "'Ada' has a lag, and there is no member to give it back. "
    "Let Ben come back first, or somebody new join.":
        lambda: kept().leave("w2", "Ada").join("w3", ["Cleo"]).leave("w4", "Cleo").leave("w5", "Ben")
        .come_back("w6", "Ada"),
    "'Ada' has a lag, and there is no member to give it back. "
    "Let another come back first, or somebody new join.":
        lambda: Ledger((), 2, "", kept().leave("w2", "Ada").leave("w3", "Ben").head).come_back("w4", "Ada"),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_error_says_where_what_came_and_how_to_mend_it(sentence: str) -> None:
    """Each wrong event raises just this sentence, with its column and the value that came."""
    with pytest.raises(InputError) as caught:
        SENTENCES[sentence]()
    assert str(caught.value) == sentence


def test_a_statement_is_booked_in_the_ledgers_own_ticks() -> None:
    """One unit to Ada, due to both halves, is 2 ticks in a ledger of 2, published or amended."""
    halves = Statement.of_one_thing(["Ada", "Ben"], "t", np.array([1, 1]), np.array([1, 0]), 2)
    other = Statement.of_one_thing(["Ada", "Ben"], "t", np.array([1, 1]), np.array([0, 1]), 2)
    booked = EMPTY.publish("w1", halves)
    assert [(e.claimant, e.due, e.received) for e in booked.entries[2:]] == [("Ada", 1, 2), ("Ben", 1, 0)]
    amended = booked.amend("w1", halves, other)
    assert [(e.claimant, e.due, e.received) for e in amended.entries[4:]] == [("Ada", 0, -2), ("Ben", 0, 2)]


def test_a_ledger_without_unit_takes_any() -> None:
    """Units are compared only where both are said."""
    assert Ledger(ticks=2).publish("w1", MONDAY, unit="cars").periods == ("w1",)
    assert EMPTY.publish("w1", MONDAY).periods == ("w1",)


def test_entries_by_hand_are_not_renumbered_by_what_they_say() -> None:
    """Appending numbers and chains entries anew, whatever number they came with."""
    book = EMPTY.append([Entry(77, "join", "x", "Ada", 0, 0, hash="no hash")])
    assert rows(book) == [(1, "join", "x", "Ada", 0, 0, "", "", "", "")]
    assert book.broken() == 0
