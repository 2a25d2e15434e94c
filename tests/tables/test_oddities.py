"""What is odd about a table as a whole is noted with its row."""

from __future__ import annotations

import pytest

import evenhand as eh


def notes(problem: eh.AllocationProblem | eh.RotaProblem | eh.TeamsProblem) -> list[str]:
    """Return what the problem says of two spellings of a name."""
    return [str(note) for note in problem.warnings if "is nearly" in str(note)]


def test_two_spellings_of_one_name_are_noted_in_every_job() -> None:
    """Capitals, accents and wide letters alone part no two people silently; other names are left alone."""
    rows = [
        {"name": name, "g": "ab"[place % 2]} for place, name in enumerate(["José", "Jose", "Josef", "Ben"])
    ]
    teams = notes(eh.TeamsProblem.from_table(rows, teams=2, balance="g"))
    assert len(teams) == 1
    assert "people, row 3, column name: 'Jose' is nearly José, and was taken for another." in teams[0]
    people = [{"name": name} for name in ("Ada", "ADA", "Bo")]
    assert len(notes(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 3)))) == 1
    candidates = [{"item": item, "recipient": who, "score": 1} for item, who in (("a", "Ann"), ("ａ", "ann"))]
    assert len(notes(eh.AllocationProblem.from_rows(candidates))) == 2


@pytest.mark.parametrize("names", [["Ann", "Anne"], ["Bo", "Bö2"], ["Ann", "Bo"]])
def test_names_that_differ_are_left_alone(names: list[str]) -> None:
    """A further letter makes another name."""
    assert (
        notes(eh.RotaProblem.from_tables([{"name": name} for name in names], eh.weekly("2026-01-05", 3)))
        == []
    )


def test_a_rule_of_the_kind_count_is_no_row_of_totals() -> None:
    """The last rows of a table of rules may be of the kind count: each is kept, without a word of totals."""
    problem = eh.TeamsProblem.from_table(
        {"name": list("ABCD"), "house": ["North", "North", "South", "South"]},
        teams=2,
        balance="house",
        rules=[
            {"kind": "apart", "people": "A;B"},
            {"kind": "count", "column": "house", "value": "North", "min": 1},
        ],
    )
    assert [rule.kind for rule in problem.rules] == ["apart", "count"]
    assert "totals" not in "".join(map(str, problem.warnings))
