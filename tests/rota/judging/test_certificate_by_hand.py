"""A certificate on paper: two people, four weekly turns of one seat, half a turn due to each in every slot.

Ada and Ben serve in turn. Before Ada's first turn nothing is due to her, after it half a turn; before Ben's
first a half, after it a whole; and so on in steps of a half.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.report.rota_page import answer_of
from evenhand.rota.judging.certificate import Check, check
from evenhand.rota.problem import RotaProblem
from rota_boards import calendar

HALF = TICKS // 2
AWARDS = np.array([0, 1, 0, 1])


def board(**changes: Any) -> RotaProblem:
    """Return the four turns of Ada and Ben."""
    problem = calendar(2, people=2, slots=4, seats=1, away=0.0, churn=False)
    names: dict[str, Any] = {"people": ("Ada", "Ben"), "slot_label": ("one", "two", "three", "four")}
    return replace(problem, **{**names, **changes})


def paper(**changes: Any) -> dict[str, Any]:
    """Return the certificate of the plan, with some of it changed."""
    whole: dict[str, Any] = {
        "before": HALF * np.array([0, 1, 2, 3]),
        "after": HALF * np.array([1, 2, 3, 4]),
        "parts": [{"first_slot": 0}],
    }
    return {"certificate": whole | changes}


def faults(awards: Any = AWARDS, problem: RotaProblem | None = None, **changes: Any) -> tuple[str, ...]:
    """Return what does not hold."""
    return check(problem or board(), np.array(awards), paper(**changes)).faults


def test_the_true_one_holds_and_says_so() -> None:
    """Nothing is wrong, and four turns over four slots are looked at; nothing is proven smoothest."""
    told = check(board(), AWARDS, paper())
    assert told == Check((), 4, 4, added_up=True, smoothest=False, moved=None, excess=None)
    quick = check(board(), AWARDS, paper(), add_up=False)
    assert quick == Check((), 4, 4, added_up=False, smoothest=False, moved=None, excess=None)
    assert str(quick) == (
        "The certificate holds (by the figures it carries): in 4 turns over 4 slots only able people serve, "
        "every seat that can be filled is filled, and nobody is ever a whole turn ahead or behind."
    )


def test_what_a_certificate_can_say() -> None:
    """Given turns, views and the smoothest plan each add a clause; faults are listed in its place."""
    told = str(Check((), 1000, 2000, added_up=True, smoothest=True, moved=1.25, excess=0))
    assert told == (
        "The certificate holds (shares added up anew): in 1,000 turns over 2,000 slots only able people "
        "serve, every seat that can be filled is filled, and nobody is ever a whole turn ahead or behind of "
        "their share, which given turns (and history) move by up to 1.3 turns on the way. By the end "
        "everybody is within one turn in total and in every view. No plan within quota has a smaller sum of "
        "squared lags."
    )
    assert " within 3 turns in total" in str(Check((), 1, 1, added_up=False, excess=2))
    broken = Check(("One.", "Two."), 1, 1, added_up=True)
    assert not broken.holds
    assert str(broken) == "The certificate does not hold.\n  - One.\n  - Two."


@pytest.mark.parametrize(
    ("awards", "changes", "sentence"),
    [
        ([0, 1, 0], {}, "The plan does not fit the problem: other seats, or people nobody knows."),
        ([0, 1, 0, 2], {}, "The plan does not fit the problem: other seats, or people nobody knows."),
        ([0, 1, 0, -2], {}, "The plan does not fit the problem: other seats, or people nobody knows."),
        (AWARDS, {"before": "soon"}, "The certificate is damaged: figures are missing or are no numbers."),
        (AWARDS, {"parts": [7]}, "The certificate is damaged: figures are missing or are no numbers."),
        (AWARDS, {"after": [1, 2]}, "The certificate is damaged: it needs two figures a seat."),
        (AWARDS, {"before": [1, 2]}, "The certificate is damaged: it needs two figures a seat."),
        (AWARDS, {"views": {}}, "The certificate is damaged: its parts are not as a method writes them."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_damage(awards: Any, changes: dict[str, Any], sentence: str) -> None:
    """Whatever comes in the place of figures is told in one sentence, and nothing was looked at."""
    told = check(board(), np.array(awards), paper(**changes))
    assert told == Check((sentence,), 0, 0, added_up=False)


def test_no_certificate_is_said() -> None:
    """Only two methods hand one out."""
    told = check(board(), AWARDS, {})
    assert told.faults == (
        "The plan carries no certificate: only the methods quota and quota-smooth hand one out.",
    )


def test_who_may_not_serve_is_told_by_slot() -> None:
    """An absence, a membership that ends, a skill that is missing: each in its slot, and only there."""
    problem = board()
    away = board(
        absent_person=np.array([0]), absent_from=problem.slot_start[[2]], absent_to=problem.slot_end[[2]]
    )
    assert check(away, AWARDS, paper(), add_up=False).faults == ("three: Ada is away.",)
    left = board(period_end=np.array([problem.slot_end[1], problem.period_end[1]]))
    assert check(left, AWARDS, paper(), add_up=False).faults == (
        "three: Ada is not a member for the whole slot.",
    )
    skills: dict[str, Any] = {
        "skills": ("cook", "drive"),
        "seat_skill": np.array([1, 1, 0, -1]),
        "skill_person": np.array([0, 1]),
        "skill_code": np.array([1, 0]),
    }
    # Ada can drive and Ben can cook: Ada may serve one, Ben not two, Ada not three, anybody four.
    assert check(board(**skills), AWARDS, paper(), add_up=False).faults == (
        "two: Ben lacks the skill of the seat.",
        "three: Ada lacks the skill of the seat.",
    )
    # What is fixed stands, whatever the calendar says.
    fixed = board(
        absent_person=np.array([0]), absent_from=problem.slot_start[[2]], absent_to=problem.slot_end[[2]],
        fixed=np.array([[2, 0]]),
    )  # fmt: skip
    assert check(fixed, AWARDS, paper(), add_up=False).faults == ()


def test_nobody_serves_twice_in_a_slot() -> None:
    """Two seats of one slot need two people."""
    drawn = calendar(2, people=2, slots=2, seats=2, away=0.0, churn=False)
    problem = replace(drawn, people=("Ada", "Ben"), slot_label=("one", "two"))
    certificate = {"before": TICKS * np.array([0, 0, 1, 1]), "after": TICKS * np.array([1, 1, 2, 2])}
    proof = {"certificate": {**certificate, "parts": [{"first_slot": 0}]}}
    assert check(problem, np.array([0, 1, 0, 1]), proof).faults == ()
    told = check(problem, np.array([0, 1, 1, 1]), proof, add_up=False).faults
    assert "two: Ben serves twice." in told
    assert not any("Ada" in fault or "one" in fault for fault in told)


def test_quota_at_each_turn() -> None:
    """A whole turn behind before a turn, or nothing due of it after, is a fault; a tick less is none."""
    late = {"before": [0, HALF, 2 * TICKS, 3 * HALF], "after": [HALF, TICKS, 2 * TICKS + 1, 2 * TICKS]}
    assert check(board(), AWARDS, paper(**late), add_up=False).faults == (
        "three: Ada was a whole turn behind before it.",
    )
    near = {"before": [0, HALF, 2 * TICKS - 1, 3 * HALF], "after": [HALF, TICKS, 2 * TICKS, 2 * TICKS]}
    assert check(board(), AWARDS, paper(**near), add_up=False).faults == ()
    early = {"before": [0, HALF, HALF, 3 * HALF], "after": [HALF, TICKS, TICKS, 2 * TICKS]}
    assert check(board(), AWARDS, paper(**early), add_up=False).faults == (
        "three: Ada is a whole turn ahead after it.",
    )
    just = {"before": [0, HALF, HALF, 3 * HALF], "after": [HALF, TICKS, TICKS + 1, 2 * TICKS]}
    assert check(board(), AWARDS, paper(**just), add_up=False).faults == ()
    nothing = {"before": [0, HALF, TICKS + 5, 3 * HALF], "after": [HALF, TICKS, TICKS + 5, 2 * TICKS]}
    assert check(board(), AWARDS, paper(**nothing), add_up=False).faults == (
        "three: Ada serves without a share.",
    )
    below = {"before": [-1, HALF, TICKS, 3 * HALF]}
    assert check(board(), AWARDS, paper(**below), add_up=False).faults == (
        "one: Ada serves without a share.",
    )
    falls = {"before": [0, HALF, HALF - 1, 3 * HALF], "after": [HALF, TICKS, 3 * HALF, 2 * TICKS]}
    assert check(board(), AWARDS, paper(**falls), add_up=False).faults == (
        "three: what is due to Ada falls.",
    )


def test_figures_are_added_up_anew() -> None:
    """A tick off in one figure, a seat left open, and who ends behind are found by adding up."""
    off = faults(before=HALF * np.array([0, 1, 2, 3]) + np.array([0, 1, 0, 0]))
    assert off == ("two: the certificate's figures for Ben are not what is due.",)
    # Slot four stays open: Ben, due two whole turns by then, has served one.
    empty = faults([0, 1, 0, -1])
    assert empty == (
        "four: a seat that can be filled is open, or too many serve.",
        "four: Ben ends a whole turn behind.",
    )


def test_views_are_counted() -> None:
    """Each ends with two turns of two due: within one turn. A claim that is not a number is damage."""
    assert check(board(), AWARDS, paper(views={"excess": 0})).excess == 0
    assert faults(views={"excess": -1}) == (
        "The certificate is damaged: what it says of views is not a number of turns.",
    )
    assert faults(views={"excess": True}) == (
        "The certificate is damaged: what it says of views is not a number of turns.",
    )
    # Ada serves three of four turns, one more than the two that are due to her.
    told = faults([0, 0, 0, 1], views={"excess": 0})
    assert "Ada ends further off in total than the certificate says." in told
    assert "Ben ends further off in total than the certificate says." in told
    assert not [fault for fault in faults([0, 0, 0, 1], views={"excess": 1}) if "further" in fault]


def test_what_is_paid_back_must_have_been_left() -> None:
    """Without history nothing is left to pay back; slots and people nobody knows are damage."""
    ten = {"first_slot": 0, "repaid_slot": [0, 0], "repaid_person": [0, 1], "repaid_ticks": [10, -10]}
    assert faults(parts=[ten])[0] == "The certificate pays back what history did not leave."
    strange = {"first_slot": 0, "repaid_slot": [9], "repaid_person": [0], "repaid_ticks": [10]}
    damage = "The certificate is damaged: it pays back in slots or to people nobody knows."
    assert faults(parts=[strange]) == (damage,)
    assert faults(parts=[{**strange, "repaid_slot": [0], "repaid_person": [-1]}]) == (damage,)
    assert faults(parts=[{**strange, "repaid_slot": [0], "repaid_person": [5]}]) == (damage,)
    assert faults(parts=[{**strange, "repaid_slot": "x"}]) == (damage,)
    given = {"first_slot": 0, "given_slot": [0], "given_person": [0]}
    assert faults(parts=[given]) == (
        "The certificate calls turns given that are neither fixed nor published.",
    )


def test_prices_that_prove_the_smoothest_plan() -> None:
    """Prices of 0 prove the plan best: with half due each slot every lag is a half or 0 either way."""
    priced = check(board(), AWARDS, paper(parts=[{"first_slot": 0, "slot_price": [0, 0, 0, 0]}]))
    assert priced.holds
    for price in ([0, 0, 0], ["a"] * 4, [0.0] * 4, None, [10**6, 0, 0, 0]):
        told = check(board(), AWARDS, paper(parts=[{"first_slot": 0, "slot_price": price}]))
        assert (told.holds, told.smoothest) == (True, False)


def test_figures_are_whole_numbers() -> None:
    """Half a tick is damage, and so are truth values and numbers too large: nothing is rounded away."""
    true = HALF * np.array([0, 1, 2, 3])
    for figures in (true + 0.5, true.astype(float), [True, False, True, False], [2**70, 0, 0, 0], [[0]] * 4):
        assert faults(before=figures)[0].startswith("The certificate is damaged")
    ten = {"first_slot": 0, "repaid_slot": [0.5], "repaid_person": [0], "repaid_ticks": [10]}
    assert faults(parts=[ten]) == (
        "The certificate is damaged: it pays back in slots or to people nobody knows.",
    )


def test_five_faults_of_a_kind_are_told_and_the_rest_counted() -> None:
    """Ada is away all the time: of five turns each is told, of seven the last two are counted."""
    for turns, rest in ((5, []), (7, ["... and 2 more like the last."])):
        problem = calendar(2, people=1, slots=turns, seats=1, away=0.0, churn=False)
        away = replace(
            problem, absent_person=np.array([0]), absent_from=problem.slot_start[:1],
            absent_to=problem.slot_end[-1:],
        )  # fmt: skip
        figures = TICKS * np.arange(turns + 1)
        proof = {"certificate": {"before": figures[:-1], "after": figures[1:], "parts": []}}
        told = check(away, np.zeros(turns, dtype=np.int64), proof, add_up=False).faults
        assert [fault for fault in told if "is away" in fault] == list(told[:5])
        assert list(told[5:]) == rest


def test_a_given_turn_moves_half_a_turn_until_it_is_paid_back() -> None:
    """Ben is fixed for the first day: half of Ada's share goes to him, and comes back on the second day."""
    problem = board(fixed=np.array([[0, 1]]))
    given = {"first_slot": 0, "given_slot": [0], "given_person": [1], "repaid_slot": [1, 1],
             "repaid_person": [0, 1], "repaid_ticks": [HALF, -HALF]}  # fmt: skip
    # Due are 0 and 1, then 1 and 0, then halves: Ben, Ada, Ben, Ada.
    figures = {"before": HALF * np.array([0, 0, 2, 3]), "after": HALF * np.array([2, 2, 3, 4])}
    told = check(problem, np.array([1, 0, 1, 0]), paper(parts=[given], **figures))
    assert (told.faults, told.moved) == ((), 0.5)
    assert "which given turns (and history) move by up to 0.5 turns on the way" in str(told)
    # Nothing paid back, or the wrong way, or the figures of a rota without the fixed turn: all refused.
    for repaid in ([], [HALF, HALF], [-HALF, HALF]):
        wrong = {
            **given,
            "repaid_ticks": repaid,
            **({} if repaid else {"repaid_slot": [], "repaid_person": []}),
        }
        assert check(problem, np.array([1, 0, 1, 0]), paper(parts=[wrong], **figures)).faults
    assert check(problem, np.array([1, 0, 1, 0]), paper(parts=[given])).faults
    published = board(published=np.array([1, 0, 1, 0]), frozen=0)
    assert check(published, np.array([1, 0, 1, 0]), paper(parts=[given], **figures)).faults == ()
    twice = {**given, "given_slot": [0, 0], "given_person": [1, 1]}
    nobody = {**given, "given_slot": [0], "given_person": [0]}
    for wrong in (twice, nobody, {**given, "given_slot": [7]}, {**given, "given_person": "Ben"}):
        assert check(problem, np.array([1, 0, 1, 0]), paper(parts=[wrong], **figures)).faults == (
            "The certificate calls turns given that are neither fixed nor published.",
        )


def test_sums_too_large_to_add_create_nothing() -> None:
    """Figures so large that floats or 64 bits lose a part of their sum pay nobody out of nothing."""
    problem = board(fixed=np.array([[0, 1]]))
    # As in the test above; then Ada is paid 100 ticks on the third day, in the shade of two huge figures.
    given = {"first_slot": 0, "given_slot": [0], "given_person": [1], "repaid_slot": [1, 1, 2, 2],
             "repaid_person": [0, 1, 0, 0], "repaid_ticks": [HALF, -HALF, 2**60 + 100, -(2**60)]}  # fmt: skip
    more = 100 * np.array([0, 0, 0, 1])
    figures = {"before": HALF * np.array([0, 0, 2, 3]) + more, "after": HALF * np.array([2, 2, 3, 4]) + more}
    told = check(problem, np.array([1, 0, 1, 0]), paper(parts=[given], **figures))
    assert told.faults == ("The certificate pays back what history did not leave.",)


def test_prices_too_large_to_add_prove_nothing() -> None:
    """The same price on all slots proves as much as none, as long as the prices' sum stays below 2**60."""
    for price, proves in (
        (2**57, True),
        (2**58 - 2**20, True),
        (2**58, False),
        (-(2**58), False),
        (2**62, False),
    ):
        part = {"first_slot": 0, "slot_price": [price] * 4}
        # Both have half a turn due in every slot: any of their plans within quota is as smooth as another.
        told = check(board(), AWARDS, paper(parts=[part]))
        assert (told.holds, told.smoothest) == (True, proves)


@pytest.mark.parametrize(
    ("days", "away"), [((0, 0), True), ((6, 6), True), ((-3, -1), False), ((7, 9), False)]
)
def test_a_single_day_away_counts_within_the_slot(days: tuple[int, int], *, away: bool) -> None:
    """Who is away on the first or last day of a slot may not serve it; the day before or after is free."""
    first = board().slot_start[[2]]
    absent = board(absent_person=np.array([0]), absent_from=first + days[0], absent_to=first + days[1])
    assert check(absent, AWARDS, paper(), add_up=False).faults == ("three: Ada is away.",) * away


def test_a_membership_of_just_the_slots_days_is_enough() -> None:
    """From the first day of Ada's first slot to the last day of her last: she may serve both."""
    problem = board()
    just = board(
        period_start=np.array([problem.slot_start[0], problem.period_start[1]]),
        period_end=np.array([problem.slot_end[2], problem.period_end[1]]),
    )
    assert check(just, AWARDS, paper(), add_up=False).faults == ()


def test_what_a_given_turn_moves_may_be_paid_back_twice_but_not_more() -> None:
    """Ben's fixed first day takes half a turn from Ada; until the end she may be half a turn ahead by it."""
    problem = board(fixed=np.array([[0, 1]]))
    given = {"first_slot": 0, "given_slot": [0], "given_person": [1], "repaid_slot": [1, 1, 2, 2],
             "repaid_person": [0, 1, 0, 1], "repaid_ticks": [HALF, -HALF] * 2}  # fmt: skip
    # Due to Ada are 0, 1, 1 and a half, to Ben 1, 0, 0 and a half: Ben, Ada, Ada, Ben.
    figures = {"before": TICKS * np.array([0, 0, 1, 1]), "after": HALF * np.array([2, 2, 4, 3])}
    awards, even = np.array([1, 0, 0, 1]), {"excess": 0}
    told = check(problem, awards, paper(parts=[given], views=even, **figures))
    assert (told.faults, told.moved, told.off) == ((), 0.5, 0.0)
    assert "By the end everybody is within one turn in total and in every view." in str(told)
    # Without a word on the end it is refused: so much paid back is more than was taken.
    silent = "The certificate does not say how far off the end is by what was not paid back."
    assert check(problem, awards, paper(parts=[given], **figures)).faults == (silent,)
    # A third half a turn, on the last day: Ada is a whole turn ahead of what was hers, and that is said.
    third = {**given, "repaid_slot": [1, 1, 2, 2, 3, 3], "repaid_person": [0, 1] * 3,
             "repaid_ticks": [HALF, -HALF] * 3}  # fmt: skip
    figures = {"before": TICKS * np.array([0, 0, 1, 2]), "after": TICKS * np.array([1, 1, 2, 3])}
    told = check(problem, np.array([1, 0, 0, 0]), paper(parts=[third], views=even, **figures))
    assert (told.faults, told.moved, told.off) == ((), 1.0, 1.0)
    assert (
        "By the end everybody is within one turn in total and in every view, apart from what these slots "
        "cannot pay back; with it, somebody is 1.0 turns off."
    ) in str(told)
    # On the second and third day it comes and goes again: what counts is what is left at the end.
    swung = {**given, "repaid_slot": [1, 1, 2, 2, 3, 3], "repaid_person": [0, 1] * 3,
             "repaid_ticks": [HALF, -HALF, -100, 100, 100, -100]}  # fmt: skip
    moved = np.array([0, 0, 100, 0])
    figures = {"before": HALF * np.array([0, 0, 2, 3]), "after": HALF * np.array([2, 2, 3, 4]) + moved}
    figures["before"] -= np.array([0, 0, 0, 100])
    told = check(problem, np.array([1, 0, 1, 0]), paper(parts=[swung], **figures))
    assert told.faults == ()


def test_history_that_cannot_be_paid_back_is_said() -> None:
    """Ada served six turns more than was due to her: four slots bring back two, and the sentence says so."""
    drawn = board()
    days = drawn.slot_start[0] - 7 * np.arange(6, 0, -1)
    past = {"history_day": days, "history_person": np.zeros_like(days), "history_load": np.ones_like(days)}
    problem = board(**past)
    plan = eh.solve(problem, method="quota")
    told = check(problem, plan.awards, plan.proof)
    assert (told.holds, told.past, told.off) == (True, True, 1.0)
    assert "ahead or behind of their share, with what is paid back from before" in str(told)
    assert "apart from what these slots cannot pay back; with it, somebody is 1.0 turns off." in str(told)
    answer = answer_of(plan)
    assert not [tag for tag in answer.tags if "Proven" in tag.text]
    assert [tag.text for tag in answer_of(eh.solve(board(), method="quota")).tags] == [
        "Proven within one turn"
    ]
