"""An allocation's page and workbook: what they say is what the judge says."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, mode_b
from evenhand.allocation.judging.judge import judge, objective
from evenhand.core.solution import Solution
from evenhand.press_fleet import FleetSettings
from evenhand.report.allocation_page import answer_of, board_of, html, letters_html, letters_of
from evenhand.report.allocation_parts import added, count_word, explained, nth, parts_of, span
from evenhand.report.allocation_xlsx import workbook, xlsx
from evenhand.solver import solve


@cache
def week() -> Solution:
    """A small week with caps, tight budgets and a cost per vehicle."""
    return solve(arrays(3, size=0.2, tight=True, cost_per_vehicle=True))


def random_problem(seed: int) -> AllocationProblem:
    """A tiny problem with every kind of rule."""
    rng = np.random.default_rng(seed)
    shape = (4, 3, 2)
    keys = rng.permutation(24)[: int(rng.integers(1, 20))]
    item, recipient, day = np.unravel_index(np.sort(keys), shape)
    count = len(keys)
    group = GroupSet(
        name="budget",
        labels=("a", "b"),
        of=rng.integers(-1, 2, count),
        weight=rng.integers(0, 5, count),
        allowance=rng.integers(0, 6, (2, 2)),
        slope=rng.integers(0, 9, (2, 2)),
        limit=np.where(rng.random(2) < 0.5, NO_LIMIT, rng.integers(0, 9, 2)),
        unit="dollars",
    )
    return AllocationProblem(
        items=tuple("ABCD"),
        recipients=tuple("PQR"),
        days=("one", "two"),
        item=item,
        recipient=recipient,
        day=day,
        score=rng.integers(0, 900, count),
        slots=rng.integers(0, 4, 2),
        recipient_day_limit=rng.integers(0, 3, (3, 2)),
        recipient_limit=rng.integers(0, 5, 3),
        groups=(group,),
        pinned=np.zeros(count, dtype=np.bool_),
        forbidden=rng.random(count) < 0.1,
        scale=1,
        penalty=mode_b(),
        weight=np.ones(3, dtype=np.int64),
    )


@settings(deadline=None, max_examples=120)
@given(st.integers(0, 2**32))
def test_what_a_candidate_would_add_is_the_judges_difference(seed: int) -> None:
    """Each figure is the objective with the candidate less the one without; -inf breaks a rule."""
    problem = random_problem(seed)
    solution = solve(problem, method="greedy")
    awards = solution.awards
    taken = set(problem.item[awards].tolist())
    figures = added(problem, awards)
    wide = replace(problem, slots=np.full(2, 99))
    for at in range(len(problem)):
        if int(problem.item[at]) in taken:
            continue
        more = np.append(awards, at)
        if np.isneginf(figures[at]):
            assert judge(wide, more).faults
        else:
            assert not judge(wide, more).faults
            assert figures[at] == objective(problem, more) - objective(problem, awards)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_uses_and_receivers_add_up_to_the_terms(seed: int) -> None:
    """Points of receivers, their penalties and the groups' costs are the solution's terms."""
    solution = solve(random_problem(seed), method="greedy")
    parts = parts_of(solution)
    terms = {term.name: term.value for term in solution.terms}
    assert sum(row[2] for row in parts.receivers) == terms["score"]
    assert sum(row[3] for row in parts.receivers) == -sum(
        value for name, value in terms.items() if name.startswith("fairness")
    )
    assert sum(use.cost for use in parts.uses) == -terms["budget"]
    assert len(parts.left) + len(solution.awards) == 4
    assert [given for _, given, _, _ in parts.days] == [
        int((solution.problem.day[solution.awards] == day).sum()) for day in range(2)
    ]


def test_the_page_holds_every_part_and_no_script() -> None:
    """Answer, chip with its hover text, days, partners, money, measures, what stays; nothing is fetched."""
    text = html(week()).decode()
    for part in ("answer", "board", "left", "recipients", "rules", "measures", "proof"):
        assert f'<section id="{part}"' in text
    assert "<span>Mode</span> <b>Mode B</b>" in text
    assert "cooldown" in text
    assert " slots, not " in text
    assert html(week()) == html(week())


def test_the_first_sight_answers() -> None:
    """One sentence with the counts, four tiles, and the chip to the letter."""
    solution = week()
    answer = answer_of(solution)
    counts = np.bincount(solution.problem.recipient[solution.awards])
    assert answer.sentence.startswith(
        f"{len(solution.awards)} cars handed out. {int((counts > 0).sum())} of "
    )
    assert [tile.label for tile in answer.tiles] == [
        "Handed out", "Partners served", "Most for one partner", "Proven best",
    ]  # fmt: skip
    assert answer.tiles[2].figure == str(counts.max())
    assert answer.chip is not None
    assert answer.chip.text in solution.headline
    assert answer.period.startswith("Week of ")


def test_capacity_that_nobody_gave_is_not_shown() -> None:
    """Without a capacity the page counts items; with one it counts slots."""
    rows = [{"item": f"i{at}", "recipient": "AB"[at % 2], "day": "mon", "score": 900} for at in range(4)]
    free = solve(AllocationProblem.from_tables(candidates=rows))
    assert parts_of(free).days[0][2] is None
    assert answer_of(free).tiles[0].unit == "of 4 items"
    assert [day.given for day in board_of(free).days] == ["2 items", "2 items"]
    tight = solve(AllocationProblem.from_tables(candidates=rows, capacity=1))
    rows += [{**row, "day": "tue"} for row in rows]
    two = solve(AllocationProblem.from_tables(candidates=rows, capacity=1))
    assert [day.given for day in board_of(two).days] == ["1 of 1", "1 of 1"]
    assert answer_of(tight).tiles[0].unit == "of 1 slot"


def test_few_recipients_are_named() -> None:
    """Two recipients stand by name in the first sentence."""
    rows = [{"item": f"i{at}", "recipient": "Ann", "day": "mon", "score": 900} for at in range(2)]
    rows.append({"item": "i0", "recipient": "Bo", "day": "mon", "score": 10})
    assert answer_of(solve(AllocationProblem.from_tables(candidates=rows, capacity=1))).sentence == (
        "1 item handed out. Ann got one and Bo got none."
    )


def test_every_award_says_why() -> None:
    """Each card has one to four sentences: its score first, and who scores more for the same item."""
    solution = week()
    parts = parts_of(solution)
    why = explained(solution.problem, parts)
    assert set(why) == set(solution.awards.tolist())
    for line in parts.lines:
        sentences = why[line.candidate]
        assert 1 <= len(sentences) <= 4
        assert sentences[0].startswith("It scores ")
        score, item = solution.problem.score, solution.problem.item
        rivals = (item == item[line.candidate]) & (score > score[line.candidate])
        rivals &= solution.problem.recipient != solution.problem.recipient[line.candidate]
        assert rivals.any() == any(
            re.search(r" scores? [\d,. and]+ for it", sentence) for sentence in sentences
        )
    assert "What limits it: all" in html(solution).decode()


def test_a_letter_tells_its_reader_alone() -> None:
    """A letter a partner with a loan: its own cars and days, no scores and nobody else."""
    solution = week()
    letters = letters_of(solution)
    names = {letter.who for letter in letters}
    assert sum(len(letter.lines) for letter in letters) == len(solution.awards)
    for letter in letters:
        words = " ".join((*(part for line in letter.lines for part in line), *letter.text))
        assert not any(name in words for name in names)
        assert "points" not in words
    assert letters_html(solution).count(b'<article class="sheet upright">') == len(letters)


def test_small_words() -> None:
    """Ordinals, counts and periods are written as people say them."""
    assert [nth(number) for number in (1, 2, 3, 4, 11, 12, 21, 22, 113)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "22nd", "113th",
    ]  # fmt: skip
    assert (count_word(0), count_word(2), count_word(1234)) == ("none", "two", "1,234")
    assert span(("2026-09-28", "2026-10-02")) == "Week of 28 Sep"
    assert span(("2026-09-29", "2026-10-12")) == "29 Sep to 12 Oct"
    assert span(("a", "b")) == ""


def test_every_award_stands_on_the_page_and_in_the_workbook() -> None:
    """Each loan's vehicle and partner can be read in both."""
    solution = week()
    text = html(solution).decode()
    for at in solution.awards.tolist():
        assert solution.problem.items[solution.problem.item[at]] in text
    sheets = workbook(solution)
    assert list(sheets)[:4] == ["plan", "days", "partners", "caps and budgets"]
    assert sum(len(str(cell).split(", ")) for cell in sheets["partners"]["loans"]) == len(solution.awards)
    assert len(sheets["cars left"]["car"]) == len(solution.problem.items) - len(solution.awards)
    assert xlsx(solution)[:2] == b"PK"


def test_money_over_a_budget_is_said_in_figures() -> None:
    """What is overspent stands with its dollars and points."""
    solution = solve(arrays(2, tight=True, cost_per_vehicle=True), method="greedy")
    over = [use for use in parts_of(solution).uses if use.used > use.free]
    assert {use.rule for use in over} == {"budget"}
    assert sum(use.cost for use in over) == pytest.approx(
        sum(-term.value for term in solution.terms if term.name == "budget")
    )
    assert "over: \N{MINUS SIGN}" in html(solution).decode()


def test_hard_budgets_are_called_limits() -> None:
    """A hard budget's free part is its limit, and nothing is over."""
    solution = solve(arrays(3, size=0.2, tight=True, settings=FleetSettings(hard_budgets=True)))
    uses = [use for use in parts_of(solution).uses if use.rule == "budget"]
    assert all(use.hard and use.used <= use.free for use in uses)
    assert " limit" in html(solution).decode()


def test_what_stays_names_the_rule_or_the_price() -> None:
    """A dropped car names its rule; another says what one more slot would add."""
    left = parts_of(week()).left
    reasons = {one.reason for one in left}
    assert "Not free on every day of a loan." in reasons
    assert "No slot was left on a day somebody wanted it." in reasons
    assert not any("not the best" in reason for reason in reasons)
    assert all("would add" in one.detail for one in left if one.reason.startswith("No slot"))


def test_a_plan_of_ones_own_candidates_uses_the_jobs_words() -> None:
    """Items and recipients where there is no fleet; an empty plan makes a page too."""
    problem = replace(random_problem(1), groups=())
    text = html(solve(problem)).decode()
    assert ">Recipients</h2>" in text or "were not handed out" in text
    assert not re.search(r"\bcars?\b", text.partition("</style>")[2].replace("Open a card", ""))
    empty = replace(problem, slots=np.zeros(2, dtype=np.int64))
    assert b"No item was handed out." in html(solve(empty))


def test_hostile_names_are_written_as_text() -> None:
    """A name with markup in it changes nothing on the page."""
    problem = replace(random_problem(2), recipients=("<script>alert(1)</script>", "Q", "R"))
    assert b"<script>alert" not in html(solve(problem))
