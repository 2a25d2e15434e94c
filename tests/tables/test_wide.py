"""Tables with a column for each item or choice are read as candidates, and say so."""

from __future__ import annotations

import pytest

import evenhand as eh
from evenhand.core.errors import Findings
from evenhand.tables import read
from evenhand.tables.overview import overview

SCORES = {"Family": ["Lee", "Ray"], "Tent": ["10", "9"], "Bike": ["5", ""], "Phone": ["a", "b"]}
CHOICES = {"Family": ["Lee", "Ray"], "1st choice": ["Tent", "Tent"], "2nd choice": ["Bike", ""]}


def triples(problem: eh.AllocationProblem) -> set[tuple[str, str, float]]:
    """Return item, recipient and score of each candidate."""
    return {
        (problem.items[item], problem.recipients[who], score / problem.scale)
        for item, who, score in zip(
            problem.item.tolist(), problem.recipient.tolist(), problem.score.tolist(), strict=True
        )
    }


def test_a_column_for_each_item() -> None:
    """Each filled number is a candidate, an empty cell is none, and a column of texts is left alone."""
    problem = eh.AllocationProblem.from_tables(candidates=SCORES)
    assert triples(problem) == {("Tent", "Lee", 10), ("Tent", "Ray", 9), ("Bike", "Lee", 5)}
    assert "a column for each of the items with their scores: Tent, Bike" in str(problem.warnings[0])


def test_a_column_for_each_recipient() -> None:
    """The same table turned round is the same problem."""
    turned = {"item": ["Tent", "Bike"], "Lee": ["10", "5"], "Ray": ["9", ""]}
    there = eh.AllocationProblem.from_tables(candidates=turned)
    assert triples(there) == triples(eh.AllocationProblem.from_tables(candidates=SCORES))


def test_choices_are_worth_more_the_earlier_they_are() -> None:
    """Of two choices the first is worth two points; the note says what each is worth."""
    problem = eh.AllocationProblem.from_tables(candidates=CHOICES)
    assert triples(problem) == {("Tent", "Lee", 2), ("Tent", "Ray", 2), ("Bike", "Lee", 1)}
    assert "choices, worth 2, 1 points: 1st choice, 2nd choice" in str(problem.warnings[0])


@pytest.mark.parametrize("columns", [SCORES, CHOICES])
def test_check_says_the_same(columns: dict[str, list[str]]) -> None:
    """Where no job has all it needs, check reads the table so too, and gives a command that works."""
    seen = overview(columns)
    assert seen.job == "allocation"
    assert seen.command
    assert any("was read as a column for each" in line for line in seen.warnings)


def test_a_slip_keeps_its_row() -> None:
    """A number that is none is told with the row in which the person wrote it."""
    wrong = {"Family": ["Lee", "Ray"], "Tent": ["10", "9"], "Bike": ["1,234.5.6", "3"]}
    with pytest.raises(eh.InputError, match="score"):
        eh.AllocationProblem.from_tables(candidates=wrong)


def test_first_and_last_names_are_one_name_in_a_rota() -> None:
    """Two people of one first name are two people; a whole name beside its first part stays as it is."""
    people = {"First name": ["Ann", "Ann"], "Last name": ["Lee", "Ray"]}
    problem = eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 2))
    assert problem.people == ("Ann Lee", "Ann Ray")
    assert "First name and Last name were read as one name" in str(problem.warnings[0])
    whole = {"Name": ["Ann Lee", "Ann Ray"], "First name": ["Ann", "Ann"]}
    assert eh.RotaProblem.from_tables(whole, eh.weekly("2026-01-05", 2)).people == ("Ann Lee", "Ann Ray")


def test_a_grid_of_scores_needs_no_word_for_who_rates() -> None:
    """Beside columns of numbers alone, the one column of different texts is who gets what they rate."""
    table = read(b"Name;Tent;Kayak\nAda;7,5;3\nBo;6;", "candidates", Findings(), job="allocation")
    assert dict(table.columns) == {
        "recipient": ["Ada", "Ada", "Bo"],
        "score": ["7,5", "3", "6"],
        "item": ["Tent", "Kayak", "Tent"],
    }
    assert table.head("recipient") == "Name (recipient)"


@pytest.mark.parametrize("text", ["Name,Tent,Kayak\nAda,7,3\nAda,6,1", "Name,Home,Tent,Kayak\nAda,Oslo,7,3"])
def test_what_may_be_no_grid_is_asked_for(text: str) -> None:
    """With a name twice, or another column of texts, nobody can know who rates what."""
    table = read(text.encode(), "candidates", Findings(), job="allocation")
    assert "recipient" not in table.columns
