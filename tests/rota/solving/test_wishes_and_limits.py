"""Limits for one person, and wishes that are met where they cost nobody anything."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota import RotaProblem, daily
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.views import views_of

FOUR = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]


@pytest.mark.parametrize("method", ["online", "optimise"])
def test_a_limit_for_one_person_binds_that_person_alone(method: str) -> None:
    """``most,Ada,1 in 28 days`` keeps Ada to one turn in four weeks; the others take the rest."""
    rules = [{"rule": "most", "name": "Ada", "value": "1", "days": "56"}]
    problem = RotaProblem.from_tables(FOUR, eh.weekly("2026-01-05", 8), policy="ledger", rules=rules)
    assert problem.most_person.tolist() == [0]
    turns = np.bincount(eh.solve(problem, method=method).awards, minlength=4)
    assert turns[0] == 1
    assert turns.sum() == 8
    faults = judge(problem, np.array([0, 0, 1, 1, 1, 2, 2, 3])).faults
    assert len(faults) == 1
    assert "Ada serves more than 1 turns within 56 days" in faults[0]
    everybody = [{"rule": "most", "name": "", "value": "2", "days": "56"}]
    both = RotaProblem.from_tables(FOUR, eh.weekly("2026-01-05", 8), policy="ledger", rules=everybody)
    assert len(judge(both, np.array([0, 0, 0, 1, 1, 1, 2, 2])).faults) == 2


def wishing(rules: list[dict[str, str]]) -> RotaProblem:
    """Return four people over forty days with some wishes."""
    return RotaProblem.from_tables(FOUR, daily("2026-01-05", 40), policy="ledger", rules=rules)


def wish(kind: str, name: str, *days: int) -> list[dict[str, str]]:
    """Return rows that wish for, or against, days counted from the first."""
    return [{"rule": kind, "name": name, "date": f"2026-01-{5 + day:02d}"} for day in days]


def test_wishes_are_met_where_they_cost_nothing() -> None:
    """Ada would rather not serve three days and would like a fourth: all are met at no cost to anybody."""
    plain = RotaProblem.from_tables(FOUR, daily("2026-01-05", 40), policy="ledger")
    without = eh.solve(plain, method="optimise")
    busy = np.flatnonzero(without.awards == 0)[:3].tolist()
    free = int(np.flatnonzero(without.awards != 0)[0])
    solution = eh.solve(wishing([*wish("avoid", "Ada", *busy), *wish("prefer", "Ada", free)]))
    assert solution.method == "optimise"
    assert not (solution.awards[busy] == 0).any()
    assert solution.awards[free] == 0
    assert solution.objective == without.objective
    assert max(view.worst for view in views_of(plain, solution.awards)) < 1


@pytest.mark.parametrize("asked", [1, 5, 15])
def test_nobody_gains_by_asking(asked: int) -> None:
    """However many days Ada would rather not have, everybody has as many turns and weekends as before."""
    plain = RotaProblem.from_tables(FOUR, daily("2026-01-05", 40), policy="ledger")
    before = eh.solve(plain, method="optimise").awards
    after = eh.solve(wishing(wish("avoid", "Ada", *range(asked)))).awards
    assert np.bincount(after, minlength=4).tolist() == np.bincount(before, minlength=4).tolist()
    for one, other in zip(views_of(plain, before), views_of(plain, after), strict=True):
        assert one.served.tolist() == other.served.tolist()


def test_weekends_are_whole() -> None:
    """Who serves Saturday serves Sunday; the judge sees a weekend that is parted."""
    problem = wishing([{"rule": "whole weekends"}])
    assert len(problem.whole) == 5
    solution = eh.solve(problem)
    assert solution.method == "optimise"
    for saturday, sunday in problem.whole.tolist():
        assert sunday == saturday + 1
        assert solution.awards[saturday] == solution.awards[sunday]
    parted = solution.awards.copy()
    saturday = int(problem.whole[0, 0])
    parted[saturday] = (parted[saturday] + 1) % 4
    assert any("though they go together" in fault for fault in judge(problem, parted).faults)


@pytest.mark.parametrize("method", ["online", "optimise"])
def test_at_most_so_many_in_a_row(method: str) -> None:
    """With two people and three turns in a row at most, nobody has four days running."""
    people = [{"name": "Ada"}, {"name": "Bo"}]
    away = [{"name": "Bo", "from": "2026-01-05", "to": "2026-01-07"}]
    problem = RotaProblem.from_tables(
        people,
        daily("2026-01-05", 20),
        policy="ledger",
        absences=away,
        rules=[{"rule": "in a row", "value": "3"}],
    )
    awards = eh.solve(problem, method=method).awards
    assert awards[:4].tolist() == [0, 0, 0, 1]
    assert (
        max(
            len(run)
            for run in "".join(map(str, awards.tolist())).replace("01", "0 1").replace("10", "1 0").split()
        )
        <= 3
    )
    assert any("more than 3 turns" in fault for fault in judge(problem, np.zeros(20, dtype=int)).faults)


def test_the_optimiser_hands_out_its_best_so_far() -> None:
    """Whoever watches gets a whole plan whose value and bound are those of the judge's figures."""
    from evenhand.core.progress import Progress

    progress = Progress()
    problem = RotaProblem.from_tables(FOUR, eh.weekly("2026-01-05", 12), policy="ledger", rest=1)
    solution = eh.solve(problem, progress=progress)
    assert progress.best is not None
    assert judge(problem, progress.best.awards).faults == ()
    assert judge(problem, progress.best.awards).objective == progress.best.value
    assert progress.best.bound is not None
    assert solution.objective is not None
    assert progress.best.bound <= solution.objective <= progress.best.value


def test_a_rest_for_one_person_binds_that_person_alone() -> None:
    """``rest,Ada,3`` rests Ada three weeks after a turn; the others may serve again at once."""
    rules = [{"rule": "rest", "name": "Ada", "value": "3"}]
    problem = RotaProblem.from_tables(FOUR[:2], eh.weekly("2026-01-05", 8), policy="ledger", rules=rules)
    assert problem.rest_slots == 0
    awards = eh.solve(problem, seed=1).awards
    ada = np.flatnonzero(awards == 0)
    assert ada.size == 2
    assert (np.diff(ada) > 3).all()
    faults = judge(problem, np.array([0, 1, 0, 1, 1, 1, 1, 0])).faults
    assert faults == ("Ada serves 2026-01-19 without 3 start days of rest before.",)


def test_nights_come_in_blocks_of_two() -> None:
    """With ``least in a row`` for the nights nobody has a single night, but for the last of the plan."""
    duties = [
        {"name": "night", "start": "2026-01-05", "every": "day", "count": "9", "at": "20:00", "hours": "8"},
        {"name": "day", "start": "2026-01-05", "every": "3 days", "count": "3", "at": "08:00", "hours": "8"},
    ]
    rules = [{"rule": "least in a row", "value": "2", "duty": "night"}, {"rule": "rest hours", "value": "9"}]
    problem = RotaProblem.from_tables(FOUR, duties, policy="ledger", rules=rules)
    solution = eh.solve(problem)
    nights = problem.slot_duty == problem.duties.index("night")
    row = "".join(map(str, solution.awards[nights].tolist()))
    blocks = [len(list(run)) for _, run in groupby(row)]
    assert min(blocks[:-1]) >= 2
    assert solution.status == "optimal"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"rule": "least in row", "value": "2"}, "Did you mean least in a row?"),
        ({"rule": "rest dayz", "value": "2"}, "Did you mean rest days?"),
        ({"rule": "appart", "name": "Ada", "with": "Bo"}, "Did you mean apart?"),
        ({"rule": "rest", "name": "Adaa", "value": "2"}, "Did you mean Ada?"),
        ({"rule": "most", "value": "1", "days": "7", "duty": "dutty"}, "Did you mean duty?"),
        ({"rule": "least in a row", "value": "1"}, "Give a value of 2 or more"),
        ({"rule": "rest", "value": "0"}, "Give 1 or more"),
        ({"rule": "rest", "value": "1", "weight": "-3"}, "weight"),
        ({"rule": "rest", "value": "1", "soft": "perhaps"}, "is neither yes nor no"),
        ({"rule": "rest", "value": "1", "weight": "3", "soft": "no"}, "and the row has a weight"),
        ({"rule": "avoid", "name": "Ada", "date": "2026-01-05", "weight": "3"}, "does not go with avoid"),
        ({"rule": "together", "name": "Ada", "with": ""}, "is empty"),
        ({"rule": "fixed", "name": "Ada", "date": "2026-01-06"}, "is the first day of no slot"),
    ],
)
def test_a_rule_that_cannot_be_read_says_how_to_mend_it(row: dict[str, str], said: str) -> None:
    """A misspelt kind, person or duty, and a number that means nothing, get a sentence with a way out."""
    with pytest.raises(InputError) as caught:
        RotaProblem.from_tables(FOUR, eh.weekly("2026-01-05", 8), rules=[row])
    assert said in str(caught.value)
    assert "rules, row 1" in str(caught.value) or "rules, row 2" in str(caught.value)


def test_cells_that_a_rule_does_not_look_at_are_noted() -> None:
    """A date beside a rest would mean nothing: it is said, and the rule holds."""
    rules = [{"rule": "rest", "value": "2", "date": "2026-01-05"}]
    problem = RotaProblem.from_tables(FOUR, eh.weekly("2026-01-05", 8), rules=rules)
    assert problem.rest_slots == 2
    assert [finding.column for finding in problem.warnings] == ["date"]
