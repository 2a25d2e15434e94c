"""The ledger of teams: what is booked, and that the next plans prefer those who got less."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.core.ledger import Ledger
from evenhand.core.shares import TICKS
from evenhand.teams import TeamsProblem, amended_in, published, taken_back, with_ledger
from evenhand.teams.asking.explain import explain
from evenhand.teams.asking.ledger import STEPS, lines_of_plan, preferred, units_of
from evenhand.teams.judging.roles import holders


def fans(people: int, stars: int, teams: int) -> TeamsProblem:
    """Return people who all wish to be with the first star, some of them with the others too."""
    names = [f"p{at:02d}" for at in range(people)]
    friends = {name: names[: 1 + at % stars] for at, name in enumerate(names) if at >= stars}
    rows = [{"name": name, "house": "NS"[at % 2]} for at, name in enumerate(names)]
    return TeamsProblem.from_rows(rows, teams=teams, balance="house", friends=friends)


@settings(max_examples=3)
@given(st.integers(2, 4), st.integers(2, 3), st.integers(1, 2))
def test_nobody_is_owed_more_than_a_wish_and_a_quarter(teams: int, size: int, houses: int) -> None:
    """All wish for one star and any could be served: over seven plans the gap stays within 1 + 1/STEPS."""
    people = teams * size
    rows = [{"name": f"p{at:02d}", "house": "NS"[at % houses]} for at in range(people)]
    friends = {f"p{at:02d}": ["p00"] for at in range(1, people)}
    problem = TeamsProblem.from_rows(rows, teams=teams, balance="house", friends=friends)
    book = Ledger()
    for _ in range(7):
        plan = eh.solve(with_ledger(problem, book))
        book = published(book, problem, plan.awards)
        lags = [lag / TICKS for lag in book.balances.values()]
        assert sum(book.balances.values()) == 0
        assert max(lags) - min(lags) <= 1 + 1 / STEPS


def test_wishes_that_clash_are_granted_in_turn() -> None:
    """Two stars, and fans of one or of both: over eight plans nobody's refused wishes drift away."""
    problem = fans(12, 2, 4)
    book, without = Ledger(), Ledger()
    first = eh.solve(problem)
    for at in range(8):
        plan = eh.solve(with_ledger(problem, book)) if at else first
        book = published(book, problem, plan.awards, f"plan {at}")
        without = published(without, problem, first.awards, f"plan {at}")
    # Without the ledger the same people lose each time, so that what they are owed grows with every plan.
    assert max(book.balances.values()) < 2 * TICKS
    assert max(without.balances.values()) > 2 * TICKS


@settings(max_examples=5)
@given(st.integers(2, 4), st.integers(2, 4), st.integers(1, 3))
def test_turns_of_a_role_go_round(teams: int, size: int, gaps: int) -> None:
    """Who may be captain is captain as often as anybody else who may, but for one turn."""
    rows = [
        {"name": f"p{at:02d}", "h": "ab"[at % 2], "captain": "yes" if at >= gaps - 1 else "no"}
        for at in range(teams * size)
    ]
    problem = TeamsProblem.from_rows(rows, teams=teams, balance="h", roles="captain")
    book = Ledger()
    for _ in range(5):
        plan = eh.solve(with_ledger(problem, book))
        filled = holders(plan.problem, plan.awards)
        book = published(book, plan.problem, plan.awards)
        lags = list(book.balances.values())
        assert sum(lags) == 0
        assert max(lags) - min(lags) <= TICKS
        assert len(filled) == teams


def test_people_who_met_are_parted() -> None:
    """Sixteen people in fours: five plans in a row with a ledger of meetings repeat few of the pairs."""
    problem = TeamsProblem.from_rows(
        [{"name": f"p{at:02d}", "h": "ab"[at % 2]} for at in range(16)], teams=4, balance="h"
    )
    book, met, again = Ledger(), set[tuple[int, int]](), 0
    for _ in range(4):
        plan = eh.solve(with_ledger(problem, book))
        for one, other in combinations(range(16), 2):
            if plan.awards[one] == plan.awards[other]:
                again += (one, other) in met
                met.add((one, other))
        book = published(book, problem, plan.awards, unit="meetings")
    assert book.unit == "meetings"
    assert again <= 4


def test_a_plan_taken_back_or_amended_leaves_what_the_last_word_says() -> None:
    """Undone, everybody stands at 0 and nothing is preferred; amended, as if the new plan had been first."""
    problem = fans(8, 1, 2)
    one, two = np.repeat([0, 1], 4), np.tile([0, 1], 4)
    book = published(Ledger(), problem, one)
    assert set(taken_back(book).balances.values()) == {0}
    assert with_ledger(problem, taken_back(book)).rules == problem.rules
    assert amended_in(book, problem, two).balances == published(Ledger(), problem, two).balances
    assert len(amended_in(book, problem, two).entries) > len(book.entries)
    met = published(Ledger(), problem, one, unit="meetings")
    assert with_ledger(problem, taken_back(met)).rules == problem.rules


def test_the_same_plan_is_not_booked_twice_by_accident() -> None:
    """A second booking is refused by the name of the first; with a label it is meant."""
    problem, awards = fans(6, 1, 2), np.repeat([0, 1], 3)
    book = published(Ledger(), problem, awards)
    with pytest.raises(InputError, match="is booked already, as plan 1"):
        published(book, problem, awards)
    assert published(book, problem, awards, "again").periods == ("again", "plan 1")


def test_a_ledger_counts_one_thing() -> None:
    """Units are never mixed; a plan without wishes, or a ledger of another job, is answered in a sentence."""
    problem, awards = fans(6, 1, 2), np.repeat([0, 1], 3)
    assert units_of(problem) == ("wishes", "meetings")
    book = published(Ledger(), problem, awards)
    with pytest.raises(InputError, match="is not what the ledger counts: wishes"):
        published(book, problem, awards, unit="meetings")
    with pytest.raises(InputError, match="the ledger counts awards"):
        with_ledger(problem, Ledger(unit="awards"))
    with pytest.raises(InputError, match="has no role"):
        lines_of_plan(problem, awards, "roles")
    with pytest.raises(InputError, match="is not something that a ledger of teams counts"):
        lines_of_plan(problem, awards, "hats")
    plain = TeamsProblem.from_rows(
        [{"name": name, "h": "ab"[at % 2]} for at, name in enumerate("pqrs")], teams=2, balance="h"
    )
    told = with_ledger(plain, book)
    assert told.rules == plain.rules
    assert "The ledger counts wishes and this plan has none" in str(told.warnings[-1])


def test_what_a_later_wish_counts() -> None:
    """The first friend is a wish, the second half, the third a third, none nothing; choices alike."""
    names = ["Ada", "Bo", "Cy", "Di", "Ed", "Fy", "Gu", "Hy"]
    friends = {"Ada": ["Bo"], "Cy": ["Ada", "Di"], "Ed": ["Ada", "Bo", "Fy"], "Gu": ["Ada"]}
    problem = TeamsProblem.from_rows([{"name": name} for name in names], teams=4, balance=[], friends=friends)
    got = {
        line.claimant: line.received / TICKS
        for line in lines_of_plan(problem, np.repeat(range(4), 2), "wishes")
    }
    assert got == pytest.approx({"Ada": 1, "Cy": 1 / 2, "Ed": 1 / 3, "Gu": 0})
    rows = [{"name": name, "first": "Sea", "second": "Wood"} for name in names]
    chosen = TeamsProblem.from_rows(
        rows, teams=4, names=["Sea", "Wood", "Hill", "Moor"], balance=[], choices=["first", "second"]
    )
    lines = lines_of_plan(chosen, np.repeat(range(4), 2), "wishes")
    assert [line.received / TICKS for line in lines] == [1, 1, 0.5, 0.5, 0, 0, 0, 0]


def test_explain_and_first_lines_say_what_the_ledger_did() -> None:
    """Who is owed is told so, with what it changed; whose turn it is as well."""
    rows = [{"name": name, "friend": "Bo"} for name in ("Ada", "Bo", "Cy", "Di")]
    problem = TeamsProblem.from_rows(rows, teams=2, balance=[], wishes="friend", roles="captain")
    book = published(Ledger(), problem, np.array([0, 0, 1, 1]))
    heeded = with_ledger(problem, book)
    plan = eh.solve(heeded)
    told = preferred(heeded, plan.awards)
    assert told[0].startswith("1 of 2 people who were owed a wish got one")
    assert told[1].startswith("captain: ")
    assert "2 people are owed a wish or part of one (Cy 0.33, Di 0.33)" in str(heeded.warnings[-1])
    facts = str(explain(heeded, plan.awards, {}, "Di"))
    assert "From earlier plans Di is owed 0.33 of a wish" in facts
    assert "in line" in facts
