"""Rosters as people have them: names, criteria, sizes, rules, and everything wrong with them at once."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from evenhand.core.errors import InputError
from evenhand.teams import Criterion, TeamsProblem, guess_criteria
from evenhand.teams.reading.names import name_columns

ROWS: list[dict[str, Any]] = [
    {"name": name, "gender": gender, "office": office, "skill": skill, "lang": lang}
    for name, gender, office, skill, lang in (
        ("Ada", "Woman", "Oslo", "3", "en; no"),
        ("Bo", "man", "oslo ", "5", "no"),
        ("Cy", "MAN", "Rome", "", "it|en"),
        ("Di", "woman", "Rome", "1", ""),
        ("Ed", "", "Oslo", "2", "en"),
        ("Fy", "woman", "Rome", "4", "it"),
    )
]


def said(**settings: Any) -> str:
    """Return the message of the error that these settings raise."""
    rows = settings.pop("rows", ROWS)
    with pytest.raises(InputError) as caught:
        TeamsProblem.from_table(rows, **{"teams": 2, "balance": "gender", **settings})
    return str(caught.value)


def test_values_compare_trimmed_and_without_case() -> None:
    """Woman and woman, Oslo and "oslo " are one value; an empty cell is none."""
    problem = TeamsProblem.from_table(ROWS, teams=2, balance=["gender", "office"])
    gender, office = problem.criteria
    assert gender.values == ("MAN", "Woman")
    assert gender.counts.tolist() == [2, 3]
    assert office.values == ("Oslo", "Rome")


def test_row_order_does_not_matter() -> None:
    """Shuffled rows make the same problem, to the spelling of its values."""
    one = TeamsProblem.from_table(ROWS, teams=2, balance="gender,office", numbers="skill", tags="lang")
    rows = list(ROWS)
    random.Random(3).shuffle(rows)
    two = TeamsProblem.from_table(rows, teams=2, balance="gender,office", numbers="skill", tags="lang")
    assert (one.people, one.columns) == (two.people, two.columns)
    for mine, theirs in zip(one.criteria, two.criteria, strict=True):
        assert mine.values == theirs.values
        assert np.array_equal(mine.person, theirs.person)
        assert np.array_equal(mine.value, theirs.value)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["Display Name", "name"], ("Display Name",)),
        (["id", "full_name"], ("full_name",)),
        (["First Name", "Last Name", "email"], ("First Name", "Last Name")),
        (["E-Mail", "team"], ("E-Mail",)),
        (["firstname"], ("firstname",)),
        (["colour"], ()),
    ],
)
def test_names_are_found_by_their_headers(headers: list[str], found: tuple[str, ...]) -> None:
    """displayName, fullName, first and last name, name or email, however they are spelt."""
    assert name_columns(headers) == found


def test_criteria_are_guessed_from_few_values() -> None:
    """Columns of names, identifiers, one value or too many are not guessed."""
    rows = [
        {
            "fullName": f"P {at}",
            "id": "ab"[at % 2],
            "team": "xy"[at % 2],
            "a": "uv"[at % 2],
            "b": str(at),
            "c": "k",
        }
        for at in range(30)
    ]
    assert guess_criteria(rows) == ("a",)


def test_first_and_last_names_make_one() -> None:
    """FirstName and lastName are joined by a space."""
    rows = [{"firstName": "Ada", "lastName": "Lo", "g": "a"}, {"firstName": "Bo", "lastName": "Mi", "g": "b"}]
    assert TeamsProblem.from_table(rows, teams=1, balance="g").people == ("Ada Lo", "Bo Mi")


def test_size_makes_enough_teams_and_teams_are_capped() -> None:
    """ceil(n / size) teams; more teams than people are capped with a warning."""
    assert TeamsProblem.from_table(ROWS, size=4, balance="gender").sizes.tolist() == [3, 3]
    problem = TeamsProblem.from_table(ROWS, teams=9, balance="gender")
    assert len(problem.teams) == 6
    assert "6 people" in str(problem.warnings[0])


def test_all_that_is_wrong_is_said_at_once() -> None:
    """A double, an empty name, a bad size list and an unknown column come in one message, by row."""
    rows = [*ROWS, {"name": "Ada", "gender": "man"}, {"name": "", "gender": "man"}]
    message = said(rows=rows, teams=None, sizes=[3, 3], balance="gender,colour")
    for words in ("row 8", "'Ada'", "row 2", "row 9", "is empty", "6 places for 8 people", "colour"):
        assert words in message, words


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"size": 3}, "teams and size are both given"),
        ({"teams": None}, "Say how many teams: --teams 4, --size 5 or --sizes 5,5,4"),
        ({"teams": 0}, "whole number of 1 or more"),
        ({"teams": True}, "whole number of 1 or more"),
        ({"teams": None, "sizes": [6, 0]}, "is not a size"),
        ({"teams": None, "sizes": [4, 4]}, "2 too many"),
        ({"names": ["A", "B", "C"]}, "3 names for 2 teams"),
        ({"names": ["A", "A"]}, "name of two teams"),
        ({"weights": {"gender": -1}}, "is not a weight"),
        ({"weights": {"office": 2}}, "is not balanced"),
        ({"balance": []}, "no column is named"),
        ({"colour": 3}, "is not a setting"),
        ({"numbers": "office"}, "is not a number"),
        ({"minimum": {"gender=robot": 1}}, "is not a value of gender"),
        ({"minimum": {"colour=red": 1}}, "is not a column"),
        ({"minimum": {"gender": 1}}, "is empty"),
        ({"minimum": {"gender=man": 0}}, "is empty or 0, and so is max"),
        ({"minimum": {"gender=man": "two"}}, "is not a whole number"),
        ({"minimum": 3}, "cannot be read"),
        ({"apart": [["Ada"]]}, "names one person"),
        ({"apart": [["Ada", "Zed"]]}, "'Zed' is not on the roster"),
        ({"locked": {"Ada": "Team 9"}}, "'Team 9' is not a team"),
        ({"locked": {"Ada": ""}}, "is empty"),
        ({"locked": {"Ada": ["Team 1", "Team 2"]}}, "more than one team"),
        ({"locked_teams": {"Team 1": [row["name"] for row in ROWS]}}, "leave 0 people for 1 other teams"),
        ({"rules": [{"kind": "magic"}]}, "is not a kind of rule"),
        ({"rules": [{"kind": "together", "people": "Ada;Bo", "weight": "3"}]}, "always kept"),
        ({"rules": [{"people": "Ada"}]}, "kind"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, Any], words: str) -> None:
    """Each bad setting is refused with words that say what is wrong."""
    assert words in said(**settings)


def test_slips_in_names_are_told_what_was_meant() -> None:
    """A misspelt setting, column or value is answered with the near one, and with nothing that follows."""
    assert "'balnce' is not a setting of teams. Did you mean balance?" in said(balnce=["g"])
    message = said(apart=[["Ada", "Zedd"]], minimum={"gender=womn": 1, "offce=Oslo": 1})
    assert message.count("rules, row") == 3
    assert "Did you mean woman?" in message.replace("Woman", "woman")
    assert "Did you mean office?" in message


def test_no_guess_is_said() -> None:
    """A roster without a column of few values is told which columns it has."""
    message = said(rows=[{"name": "Ada", "x": "1"}, {"name": "Bo", "x": "1"}], balance=None)
    assert "I can't tell which columns to balance" in message


def test_rules_come_from_a_table_too() -> None:
    """A rules table reads as the keywords do."""
    table = [
        {"kind": "minimum", "column": "gender", "value": "woman", "min": "1"},
        {"kind": "apart", "people": "Ada; Bo"},
        {"kind": "wish", "people": "Cy;Di;Ed", "weight": "3"},
        {"kind": "wish", "people": "Cy;Fy", "weight": "0"},
        {"kind": "lock", "people": "Ada", "teams": "Team 1"},
        {"kind": "forbid", "people": "Bo", "teams": "Team 1"},
        {"kind": "no lone", "column": "office"},
        {"kind": "free", "column": "lang", "min": "1", "teams": "Team 2"},
    ]
    problem = TeamsProblem.from_table(ROWS, teams=2, balance="gender", rules=table)
    kinds = [rule.kind for rule in problem.rules]
    assert kinds == ["count", "apart", "wish", "wish", "together", "allowed", "allowed", "lone", "free"]
    assert [criterion.weight for criterion in problem.criteria] == [1, 0, 0]
    assert problem.rules[6].teams == (1,)


def test_locked_teams_keep_their_people_and_size() -> None:
    """A locked team has exactly its people; the others share the rest."""
    problem = TeamsProblem.from_table(ROWS, teams=3, balance="gender", locked_teams={"Team 2": ["Ada"]})
    assert problem.sizes.tolist() == [3, 1, 2]
    assert problem.listed


@pytest.mark.parametrize(
    "change",
    [
        {"people": ("b", "a")},
        {"teams": ("x", "x"), "sizes": np.array([1, 1])},
        {"sizes": np.array([3])},
        {"criteria": (Criterion("c", ("v",), np.array([5]), np.array([0])),)},
        {"criteria": (Criterion("c", ("v",), np.array([0]), np.array([2])),)},
    ],
)
def test_a_problem_is_checked_when_made(change: dict[str, Any]) -> None:
    """Unsorted names, doubles, sizes that do not add up and codes that point nowhere are refused."""
    whole: dict[str, Any] = {"people": ("a", "b"), "teams": ("x",), "sizes": np.array([2])}
    with pytest.raises(InputError):
        TeamsProblem(**{**whole, **change})


def test_values_in_memory_are_checked() -> None:
    """Doubles and columns of another length are refused; NaN and None are no value."""
    with pytest.raises(InputError, match="one name"):
        TeamsProblem.from_values(["a", "a"], {"c": [1, 2]}, teams=1)
    with pytest.raises(InputError, match="3 values for 2 people"):
        TeamsProblem.from_values(2, {"c": [1, 2, 3]}, teams=1)
    problem = TeamsProblem.from_values(4, {"c": [1.5, float("nan"), None, "x"]}, teams=2)
    assert problem.criteria[0].counts.tolist() == [1, 1]


def test_a_name_in_two_spellings_is_one_name() -> None:
    """Names that differ in case or blanks alone would make rules ambiguous, and are refused."""
    message = said(rows=[{"name": "Ada L", "g": "a"}, {"name": "ada  l", "g": "b"}], balance="g")
    assert "stands in row" in message
    assert "'Ada L'" in message


def test_a_hard_rule_about_free_slots_needs_a_number() -> None:
    """Without a least number and without a weight the rule asks for nothing, and that is said."""
    message = said(rules=[{"kind": "free", "column": "lang"}])
    assert "is empty in a hard rule" in message
