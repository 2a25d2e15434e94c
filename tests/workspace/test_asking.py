"""Questions about a plan, the same words for every job: who else, why not, what becomes fact."""

from __future__ import annotations

from typing import Any

import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution
from evenhand.jobs import asking_named
from evenhand.store import Database, open_database, put_blob
from evenhand.workspace.asking import asked
from evenhand.workspace.drafts import add_step, last_seq, recipe_at
from evenhand.workspace.samples import SAMPLES, make_sample
from evenhand.workspace.tasks import Desk
from planned import planned


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The three samples, planned: a database, and the solution of each by name."""
    store = open_database(tmp_path_factory.mktemp("asking") / "a.db")
    found: dict[str, Solution] = {}
    for name in SAMPLES:
        with store.write() as connection:
            plan = make_sample(connection, name)
        found[name] = Desk(store).solution(planned(store, plan))
    yield store, found
    store.close()


def whynot(plans: tuple[Database, dict[str, Solution]], name: str, subject: str) -> str:
    """Ask why something is not as somebody wishes; return the first line."""
    store, found = plans
    solution = found[name]
    with store.read() as connection:
        recipe = recipe_at(connection, _key(connection, solution))
    told = asked(solution, recipe, "whynot", subject, Progress())
    return str(told["lines"][0])


def _key(connection: Any, solution: Solution) -> str:
    from sqlalchemy import text

    query = (
        "SELECT step.state FROM step JOIN plan ON plan.id = step.plan JOIN series ON series.id = plan.series"
    )
    found = connection.execute(text(f"{query} WHERE series.job = :job"), {"job": solution.job}).scalar()
    return str(found)


def test_why_not_names_the_rule_or_the_cost(plans: Any) -> None:
    """What is so is said to be so, what a rule forbids names the rule, and the rest what it would cost."""
    _, found = plans
    fleet = found["fleet"].problem
    award = int(found["fleet"].awards[0])
    item, who = fleet.items[fleet.item[award]], fleet.recipients[fleet.recipient[award]]
    assert "is in the plan" in whynot(plans, "fleet", f"{item}|{who}")
    told = asking_named("allocation").alternatives(found["fleet"], item, Progress())
    assert "cannot be" in whynot(plans, "fleet", f"{item}|{told['not'][0]['who']}")
    costly = next(row for row in told["rows"] if row["change"])
    assert "it would cost" in whynot(plans, "fleet", f"{item}|{costly['who']}")

    teams = found["teams"].problem
    person, own = teams.people[0], teams.teams[int(found["teams"].awards[0])]
    assert whynot(plans, "teams", f"{own}|{person}") == f"{person} is in {own}."
    other = next(team for team in teams.teams if team != own)
    assert "even" in whynot(plans, "teams", f"{other}|{person}")

    garden = found["garden"]
    label = garden.problem.slot_label[0]
    serves = garden.problem.people[int(garden.awards[0])]
    assert whynot(plans, "garden", f"{label}|{serves}") == f"{serves} serves {label}."
    said = {name: whynot(plans, "garden", f"{label}|{name}") for name in garden.problem.people}
    assert sum("in order" in line or "cannot serve" in line for line in said.values()) == len(said) - 2


def test_a_pinned_item_can_still_go_to_others() -> None:
    """Who else could have a pinned item is priced as the step that pins it to them: its own pin is gone."""
    rows = {"item": ["car", "car", "van", "van"], "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
    plan = eh.solve(
        eh.AllocationProblem.from_tables(rows, pins=[{"item": "car", "recipient": "Bo"}], penalty="none")
    )
    told = asking_named("allocation").alternatives(plan, "car", Progress())
    assert told["holder"]["who"] == "Bo"
    assert [(row["who"], row["change"], row["moved"]) for row in told["rows"]] == [("Ann", 2, ["car"])]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_not_there_is_said(plans: Any, name: str) -> None:
    """A thing or a person that the plan does not know is refused with a sentence, not a fault."""
    for subject in ("nothing|nobody", "", "|", "Team 1|nobody", "2026-02-17|nobody"):
        with pytest.raises(InputError):
            whynot(plans, name, subject)


@pytest.mark.parametrize("name", SAMPLES)
def test_facts_are_the_plan_and_entries_sum_to_nothing(plans: Any, name: str) -> None:
    """Every award becomes one fact of the claimant who holds it; what is booked adds up to nothing."""
    _, found = plans
    solution = found[name]
    booking = asking_named(solution.job).facts(solution, 7)
    assert len(booking.facts) == int((solution.awards >= 0).sum())
    assert sum(one["due"] - one["received"] for one in booking.entries) == 0
    assert sum(one["due"] - one["received"] for one in booking.opening) == 0
    for _, field in asking_named(solution.job).before:
        assert all(field in fact for fact in booking.facts)


def test_loans_last_as_long_as_the_settings_say(tmp_path: Any) -> None:
    """The days of a fact follow the fleet's own table of settings."""
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        plan = make_sample(connection, "fleet")
        table = put_blob(connection, b"setting,value\nloan days,3\n", "source:settings.csv")
        add_step(connection, plan, last_seq(connection, plan), "sources", {"settings": table}, "Ann")
    checked = Desk(store).checked(planned(store, plan), Progress())
    days = {(fact["starts"], fact["ends"]) for fact in checked["facts"]}
    assert ("2026-09-28", "2026-09-30") in days
    store.close()
