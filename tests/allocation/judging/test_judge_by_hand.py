"""The judge of allocations on examples worked out on paper: sentences, ties, the headline's word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, no_penalty, own_steps
from evenhand.allocation.judging.judge import columns, judge, most_receivable, nearest, statement

Ints = NDArray[np.int64]


def unlimited(candidates: int, recipients: int, days: int) -> dict[str, Any]:
    """Return limits that never bind, and no groups, pins or penalty."""
    return {
        "recipient_day_limit": np.full((recipients, days), NO_LIMIT),
        "recipient_limit": np.full(recipients, NO_LIMIT),
        "groups": (),
        "pinned": np.zeros(candidates, dtype=bool),
        "weight": np.ones(recipients, dtype=np.int64),
        "penalty": no_penalty(),
        "scale": 10,
    }


def handed_out(counts: list[int], able: int, forbidden: int = 0) -> str:
    """Return the headline where recipients get so many each, of ``able``, with ``forbidden`` more barred."""
    total, people = sum(counts), able + forbidden
    item, recipient = np.divmod(np.arange(total * people), people)
    problem = AllocationProblem(
        items=tuple(f"i{code:02d}" for code in range(total)),
        recipients=tuple(f"r{code:02d}" for code in range(people)),
        days=("all",),
        item=item,
        recipient=recipient,
        day=np.zeros(len(item), dtype=np.int64),
        score=np.ones(len(item), dtype=np.int64),
        slots=np.array([total]),
        forbidden=recipient >= able,
        **unlimited(len(item), people, 1),
    )
    takers = np.repeat(np.arange(len(counts)), counts)
    verdict = judge(problem, np.arange(total) * people + takers)
    assert not verdict.faults
    return verdict.headline


@pytest.mark.parametrize(
    ("counts", "able", "word"),
    [
        # The top one has 3 of 20, just 15 %, and 20 recipients could have one each: missed.
        ([3] + [1] * 17, 20, "Concentrated"),
        # 4 of 28 are 14.3 %; the top five have 8, 28.6 %. Gini 72 / (25 x 28) = 0.103.
        ([4] + [1] * 24, 28, "Good"),
        # The top five have 10 of 25, just 40 %: missed, as 25 could have one each.
        ([2] * 5 + [1] * 15, 25, "Concentrated"),
        # 10 of 26 are 38.5 %. Gini 80 / (21 x 26) = 0.147.
        ([2] * 5 + [1] * 16, 26, "Good"),
        # 10 of 24 are 41.7 %, but of 16 recipients eight must have two. Gini 64 / 384.
        ([2] * 8 + [1] * 8, 16, "Good"),
        # 11 of 26 for the top five, where [2] x 6 and [1] x 14 give them 10, below 40 %: missed.
        ([3] + [2] * 4 + [1] * 15, 20, "Concentrated"),
        # Five have two each, 20 %, though thirty could have had one: the top one's 15 % is missed.
        ([2] * 5, 30, "Concentrated"),
        # The same where only these five could have anything.
        ([2] * 5, 5, "Excellent"),
        # One award to one of many is as even as one award can be.
        ([1], 9, "Excellent"),
    ],
)  # fmt: skip
def test_the_headlines_word_heeds_the_targets_of_concentration(
    counts: list[int], able: int, word: str
) -> None:
    """HHI, top five and top one count where some plan could meet them; else the Gini alone says the word."""
    assert f" {word} · " in handed_out(counts, able)


def test_who_may_not_receive_is_not_able() -> None:
    """Twenty-five whose candidates are forbidden do not make five with two each look concentrated."""
    assert " Excellent · " in handed_out([2] * 5, 5, forbidden=25)


def board(**changes: Any) -> AllocationProblem:
    """Return three items that each of three recipients could get on each of two days, at no cost."""
    item, rest = np.divmod(np.arange(18), 6)
    recipient, day = np.divmod(rest, 2)
    problem = AllocationProblem(
        items=("bus", "car", "van"),
        recipients=("Ann", "Bob", "Cas"),
        days=("Mon", "Tue"),
        item=item,
        recipient=recipient,
        day=day,
        score=100 * np.arange(1, 19),
        slots=np.array([2, 3]),
        forbidden=np.zeros(18, dtype=bool),
        **unlimited(18, 3, 2),
    )
    return replace(problem, **changes)


def test_unknown_candidates_are_faults_and_score_nothing() -> None:
    """Of 18 candidates the last is number 17; 18 and -1 do not exist, whatever else is awarded."""
    verdict = judge(board(), np.array([18, 17, -1]))
    assert verdict.faults == ("Candidate 18 does not exist.", "Candidate -1 does not exist.")
    assert verdict.objective == 1800
    assert verdict.statement.received.tolist() == [0, 0, 1]


def test_what_was_due_is_kept_in_whole_numbers() -> None:
    """Due and received are arrays of 64-bit integers, of awards, with or without any award and any weight."""
    for problem in (board(), board(weight=np.zeros(3, dtype=np.int64))):
        for awards in (np.array([0, 8]), np.zeros(0, dtype=np.int64)):
            lines = statement(problem, awards)
            assert lines.things == ("awards",)
            assert lines.entitlement.dtype == lines.received.dtype == np.int64
    assert nearest(board(), np.array([0, 8])).dtype == np.int64


def test_a_table_is_sorted_by_day_then_recipient_then_item() -> None:
    """Rows come by day, within it by recipient, within that by item; not by candidate."""
    # 17: van, Cas, Tue; 12: van, Ann, Mon; 3: bus, Bob, Tue; 2: bus, Bob, Mon; 6: car, Ann, Mon.
    assert columns(board(), np.array([17, 12, 3, 2, 6])) == {
        "day": ["Mon", "Mon", "Mon", "Tue", "Tue"],
        "recipient": ["Ann", "Ann", "Bob", "Bob", "Cas"],
        "item": ["car", "van", "bus", "bus", "van"],
        "score": [70, 130, 30, 40, 180],
    }


def test_the_nearest_outcome_by_hand() -> None:
    """Four units by weights 5, 2 and 1 are due 2.5, 1 and 0.5."""
    awards = np.array([0, 7, 14, 3])
    due = board(weight=np.array([5, 2, 1]), recipient_limit=np.array([9, 9, 9]), slots=np.array([9, 9]))
    # Ann 2.5, Ann 1.5, Bob 1, then Ann and Cas are both owed 0.5: the first of them.
    assert most_receivable(due).tolist() == [3, 3, 3]
    assert nearest(due, awards).tolist() == [3, 1, 0]
    # Ann may take nothing: Bob 1, Cas 0.5, Bob 0, then Bob is 1 ahead and Cas 0.5 ahead.
    barred = replace(due, recipient_limit=np.array([0, 9, 9]))
    assert nearest(barred, awards).tolist() == [0, 2, 2]
    # Ann may take two: two of her 2.5, then Bob, then Cas.
    assert nearest(replace(due, recipient_limit=np.array([2, 9, 9])), awards).tolist() == [2, 1, 1]


def test_the_most_one_can_receive_by_hand() -> None:
    """Candidates allowed, a limit a day, slots, and each item once: whichever binds first."""
    assert most_receivable(board()).tolist() == [3, 3, 3]
    # One slot a day: two awards at most. Bob once a day, Cas at most once at all.
    few = board(
        slots=np.array([1, 1]),
        recipient_limit=np.array([NO_LIMIT, NO_LIMIT, 1]),
    )
    assert most_receivable(few).tolist() == [2, 2, 1]
    daily = board(recipient_day_limit=np.array([[1, 0], [1, 1], [9, 9]]))
    assert most_receivable(daily).tolist() == [1, 2, 3]
    # Ann may have the bus alone, on both days: one item.
    bus = board(forbidden=(np.arange(18) >= 6) & (np.arange(18) % 6 < 2))
    assert most_receivable(bus).tolist() == [1, 3, 3]


def test_terms_are_said_in_sentences() -> None:
    """Scores, bonuses for those who were owed, and what groups cost, with plurals as they should be."""
    groups = (
        GroupSet(
            "cost", ("blue", "green", "red"), np.arange(18) // 6, np.full(18, 2),
            np.array([[1], [1], [1]]), np.array([[5], [5], [5]]),
            np.full(3, NO_LIMIT), "dollars",
        ),
    )  # fmt: skip
    problem = board(owed_bonus=np.array([40, 0, 30]), groups=groups)
    told = {term.name: (term.value, term.sentence) for term in judge(problem, np.array([0, 8])).terms}
    # Scores 100 and 900. Ann's bonus is 40, Bob has none. Two groups hold 2 each, of which 1 is free: 5 each.
    assert told == {
        "score": (1000, "Scores of all awards."),
        "owed": (40, "1 who were owed from earlier weeks got something."),
        "cost": (-10, "2 groups are beyond what is free."),
    }
    both = {term.name: (term.value, term.sentence) for term in judge(problem, np.array([0, 10])).terms}
    assert both["owed"] == (70, "2 who were owed from earlier weeks got something.")
    one = {term.name: (term.value, term.sentence) for term in judge(problem, np.array([0])).terms}
    assert one["cost"] == (-5, "1 group is beyond what is free.")


def test_further_awards_are_said_in_sentences() -> None:
    """Beyond one each, Ann has two and Bob one more: three awards, at 20 points of 10 units each."""
    problem = board(
        penalty=own_steps([(1, 20)]), slots=np.array([9, 9]), recipient_day_limit=np.full((3, 2), 9)
    )
    terms = judge(problem, np.array([0, 6, 12, 2, 8])).terms
    told = {term.name: (term.value, term.sentence) for term in terms}
    assert told["fairness"] == (-600, "3 awards beyond 1 each, at 20 points.")
    two = {term.name: (term.value, term.sentence) for term in judge(problem, np.array([0, 6])).terms}
    assert two["fairness"] == (-200, "1 award beyond 1 each, at 20 points.")


def test_a_full_day_is_said_in_a_sentence() -> None:
    """Slots are counted in the plural but for one."""
    assert judge(board(), np.array([0, 8, 16])).faults == ("Mon has 3 awards and 2 slots.",)
    single = board(slots=np.array([1, 0]))
    assert judge(single, np.array([0, 8])).faults == ("Mon has 2 awards and 1 slot.",)
    assert judge(single, np.array([1])).faults == ("Tue has 1 awards and 0 slots.",)
