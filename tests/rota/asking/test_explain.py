"""Why you: standings, runner-up, accounts."""

from __future__ import annotations

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota import ASKING, RotaProblem, account, accounts, standings
from rota_histories import random_rota

PEOPLE = [{"name": name} for name in ("Ada", "Bob", "Cy")]
WEEKS = eh.weekly("2026-01-05", 6)


def rota(**more: object) -> RotaProblem:
    """Return a small weekly rota."""
    return RotaProblem.from_tables(PEOPLE, WEEKS, **{"policy": "ledger", **more})  # type: ignore[arg-type]


def test_every_turn_names_its_runner_up() -> None:
    """A turn is explained by who stood first, who was next, and what would have changed it."""
    solution = eh.solve(rota())
    said = eh.explain(solution, "2026-01-19")
    third = solution.to_columns()["name"][2]
    assert said.headline == f"2026-01-19: {third}, next in order under the policy ledger."
    assert said.values("standing")[third] == 1.0
    assert len(said.values("runner_up")) == 1
    assert "would have served" in str(said)
    assert "would have come before" in str(said)


def test_ties_are_said() -> None:
    """Where two stand alike, the longer wait and the draw decided, and the explanation says so."""
    assert "owed alike" in str(eh.explain(eh.solve(rota()), "2026-01-05"))


def test_the_order_is_the_engines() -> None:
    """In a plan made slot by slot, the first in the standings is who serves, at every slot."""
    for policy in ("rate", "ledger", "fewest"):
        problem = random_rota(3, people=5, slots=12, policy=policy)
        awards = eh.solve(problem, method="online").awards
        for slot in range(12):
            crew = [stand for stand in standings(problem, awards, slot) if stand.serves]
            if policy != "rate":
                assert sorted(stand.rank for stand in crew) == list(range(1, len(crew) + 1))


def test_why_not() -> None:
    """Those away, resting or without the skill are listed with their reason."""
    away = [{"name": "Ada", "from": "2026-01-12", "to": "2026-01-13"}]
    problem = rota(absences=away, rest=1)
    solution = eh.solve(problem, method="online")
    stood = {stand.name: stand for stand in standings(problem, solution.awards, 1)}
    assert stood["Ada"].why_not == "they are away"
    resting = [stand.why_not for stand in stood.values() if "rest" in stand.why_not]
    assert resting == ["they rest for 1 start day after a turn"]
    cooks = [{"name": "Ada", "skills": "cook"}, {"name": "Bob"}]
    asked = RotaProblem.from_tables(cooks, eh.weekly("2026-01-05", 1, skills=["cook"]))
    assert standings(asked, np.array([0]), 0)[1].why_not == "they lack the skill"


def test_open_turns_are_explained() -> None:
    """An open slot says that nobody could take it; a partly open one how many seats stay open."""
    away = [{"name": row["name"], "from": "2026-01-12", "to": "2026-01-13"} for row in PEOPLE]
    said = eh.explain(eh.solve(rota(absences=away)), "2026-01-12")
    assert said.headline == "2026-01-12 is open: nobody could take it."
    assert said.values("open") == {"": 1}


def test_plans_made_with_the_calendar_in_view() -> None:
    """A turn that is not next in order says that the whole plan was in view."""
    problem = rota()
    said = str(ASKING.explain(problem, np.array([0, 0, 1, 1, 2, 2]), {}, "2026-01-12"))
    assert "chosen with the whole plan in view" in said
    assert "due sooner by the order" in said


def test_accounts_add_up() -> None:
    """Due minus served is the lag at every slot, and the lags of all sum to 0."""
    problem = rota()
    solution = eh.solve(problem)
    everyone = accounts(problem, solution.awards)
    assert np.allclose(sum(one.lag for one in everyone), 0)
    for one in everyone:
        assert np.allclose(one.due - one.served, one.lag)
    assert account(problem, solution.awards, "Bob").turns.sum() == 2
    with pytest.raises(InputError):
        account(problem, solution.awards, "Zed")


def test_people_and_slots_can_be_asked_about() -> None:
    """Subjects are people and slots (with their duty where several start); near misses are named."""
    duties = [*eh.weekly("2026-01-05", 2, name="cook"), *eh.weekly("2026-01-05", 1, name="wash")]
    problem = RotaProblem.from_tables(PEOPLE, duties)
    solution = eh.solve(problem)
    known = ASKING.subjects(problem, solution.awards)
    assert list(known) == ["Ada", "Bob", "Cy", "2026-01-05 cook", "2026-01-05 wash", "2026-01-12"]
    assert known["Ada"] == "1 turn"
    assert known["2026-01-12"] in problem.people
    assert eh.explain(solution, "Ada").headline.startswith("Ada serves 1 turn ")
    with pytest.raises(InputError, match="Did you mean Ada"):
        eh.explain(solution, "Adda")
    with pytest.raises(InputError, match="Give a person"):
        eh.explain(solution, "zzzzzz")


def test_a_plan_without_slots_has_empty_accounts() -> None:
    """A person of a rota without slots is explained too."""
    problem = RotaProblem.from_tables(PEOPLE, [{"start": "2026-02-01", "until": "2026-01-01"}])
    assert "the plan has no slots" in str(eh.explain(eh.solve(problem), "Ada"))


@pytest.mark.parametrize("method", ["online", "quota", "quota-smooth", "optimise"])
def test_the_draw_explained_is_that_of_the_seed(method: str) -> None:
    """Among people who stand alike the explanation draws with the plan's seed, whichever method made it."""
    weeks = eh.weekly("2026-01-05", 4)
    problem = RotaProblem.from_values(["Ada", "Bob", "Cy", "Di"], weeks, policy="ledger")
    for seed in (0, 5):
        solution = eh.solve(problem, method=method, seed=seed)
        said = eh.explain(solution, "2026-01-05")
        assert solution.proof["seed"] == seed
        assert str(said) == str(ASKING.explain(problem, solution.awards, {"seed": seed}, "2026-01-05"))


def test_a_day_with_several_slots_and_a_turn_by_its_id() -> None:
    """A day tells of each slot who serves and who came next; a turn's id and a slot's name tell of one."""
    evenings = [
        {"name": "bar", "start": "2026-01-05", "every": "week", "count": "2", "at": at, "hours": "3"}
        for at in ("18:00", "21:00")
    ]
    people = [{"name": name} for name in ("Ada", "Ben", "Cem")]
    rota = RotaProblem.from_tables(people, evenings, policy="ledger")
    plan = eh.solve(rota)
    day = eh.explain(plan, "2026-01-05")
    assert day.headline == "2026-01-05: 2 slots start."
    sentences = [fact.sentence for fact in day.facts]
    assert sum(sentence.startswith("2026-01-05 bar 21:00: ") for sentence in sentences) == 1
    turn = eh.explain(plan, "bar/2026-01-05T21:00/1")
    assert turn.headline == eh.explain(plan, "2026-01-05 bar 21:00").headline
    assert turn.headline in sentences
    twice = RotaProblem.from_tables(people, [{"name": "bar", "start": "2026-01-05", "count": "2"}] * 2)
    second = eh.explain(eh.solve(twice), "2026-01-05 bar (2)")
    assert second.headline.startswith("2026-01-05 bar (2): ")


def test_a_crew_is_said_as_a_list() -> None:
    """Three people are named with a comma and one "and"."""
    rota = RotaProblem.from_values(["Ada", "Ben", "Cem"], eh.weekly("2026-01-05", 1, seats=3))
    plan = eh.solve(rota)
    said = eh.explain(plan, "2026-01-05").headline
    assert said.count(" and ") == 1
    assert said.count(", ") == 2
