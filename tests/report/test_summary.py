"""What a person reads first: the headline, the plan in the job's own way, and what is proven."""

from __future__ import annotations

from dataclasses import replace

import evenhand as eh
from evenhand.core.solution import Status
from evenhand.report.plans import grid_of, plan_blocks, spread_line
from evenhand.report.summary import measure_blocks, proof_line, solution_blocks
from evenhand.report.text import plain
from evenhand.report.units import in_points, shown
from report.small import allocated, rostered, teamed


def test_an_allocation_shows_days_and_awards() -> None:
    """Every day with its slots, everything given out, and how many get how many."""
    text = plain(solution_blocks(allocated()))
    assert " handed out. " in text.splitlines()[0]
    assert "mon  1 of 1" in text
    assert "Ann <&>" in text
    assert spread_line(allocated()) in text


def test_teams_show_their_members_and_scores() -> None:
    """Everybody stands in one team, and each criterion has its score."""
    text = plain(solution_blocks(teamed()))
    assert all(text.count(name) == 1 for name in ("Ada", "Ben", "Cem", "Dea", "=Eve", "<b>Fin"))
    assert "gender" in text
    assert spread_line(teamed()) == ""


def test_an_allocation_shows_what_people_call_things() -> None:
    """Names that people know stand first and the codes last."""
    solution = allocated()
    columns = {**solution.columns, "item name": ["The red one", "The blue one"]}
    text = plain(plan_blocks(replace(solution, columns=columns)))
    (head,) = [line.split() for line in text.splitlines() if line.startswith("day")]
    assert head == ["day", "recipient", "item", "score", "item", "id"]
    assert "The red one" in text


def test_a_rota_shows_slots_and_accounts() -> None:
    """One row a slot with who serves; an open seat gives its reason; everybody's account stands below."""
    text = plain(solution_blocks(rostered()))
    assert "Ann <&> (first aid)" in text
    assert "(open: nobody is able) (first aid)" in text
    assert "duty" in text
    assert "owed (+) or ahead (-)" in text
    assert "4 more rows" in plain(plan_blocks(rostered(), 2))


def test_a_rota_without_a_statement_shows_its_slots() -> None:
    """Where there is no account there is still the plan."""
    assert len(plan_blocks(replace(rostered(), statement=None))) == 1


def test_hidden_rows_are_counted() -> None:
    """A plan cut short says how many rows are hidden and how to see them."""
    text = plain(plan_blocks(allocated(), 1))
    assert "1 more row: --rows 2 shows all" in text
    assert "more row" in plain(plan_blocks(teamed(), 1))
    assert "more row" not in plain(plan_blocks(teamed(), 2))


def test_cells_are_written_for_people() -> None:
    """Thousands are parted, nothing is blank, yes is yes; only columns of figures stand on the right."""
    grid = grid_of({"n": [1234, 5], "t": ["a", None], "b": [True, False], "f": [1.5, 2.0]})
    assert grid.rows == (("1,234", "a", "yes", "1.50"), ("5", "", "no", "2.00"))
    assert grid.right == {0, 3}


def test_the_proof_says_bound_and_gap_and_cut() -> None:
    """A plan with a gap says how far it may be from the best, and one that was cut says so."""
    solution = allocated()
    value = solution.objective or 0
    loose = replace(solution, bound=value + 12, status=Status.FEASIBLE, cut=True)
    said = proof_line(loose)
    assert f"bound {shown('allocation', solution.problem, value + 12)}" in said
    assert "gap 1.00%" in said
    assert "Stopped early" in said
    assert "value" not in proof_line(teamed())


def test_a_bound_of_nothing_is_no_gap() -> None:
    """Of a rota whose least is not known no share is given; a bound above 0 is what no plan is below."""
    turns = rostered()
    unproven = replace(turns, objective=4_000_000, bound=0, status=Status.FEASIBLE, proof={})
    assert "how near it is to the least is not proven" in proof_line(unproven)
    assert "gap" not in proof_line(unproven)
    half = proof_line(replace(unproven, bound=3_000_000))
    assert f"no plan has less than {shown('rota', turns.problem, 3_000_000)}" in half


def test_measures_stand_beside_the_nearest() -> None:
    """The panel is shown with its headline; without awards there is nothing to measure."""
    text = plain(measure_blocks(allocated()))
    assert "nearest" in text
    assert "Gini, receivers" in text
    assert "no awards" in plain(measure_blocks(replace(allocated(), statement=None)))


def test_values_are_whole_where_they_are_whole() -> None:
    """Integer units become points: whole ones without a point, others with two digits."""
    solution = allocated()
    scaled = replace(solution.problem, scale=100)
    assert shown("allocation", scaled, 150_000) == "1,500 points"
    assert shown("allocation", scaled, 150_050) == "1,500.50 points"
    assert in_points(replace(solution, problem=scaled, unit=scaled.unit), 150_050) == 1500.5
    assert shown("teams", None, 7) == "7"


def test_names_with_numbers_stand_as_people_look_them_up() -> None:
    """On a screen Person 2 stands before Person 10, in teams and accounts; the plan's bytes are as before."""
    people = {"name": [f"Person {n}" for n in (1, 2, 3, 10, 11, 20)], "g": list("ababab")}
    teams = eh.solve(eh.TeamsProblem.from_table(people, teams=1, balance="g"))
    assert "Person 1, Person 2, Person 3, Person 10, Person 11, Person 20" in plain(plan_blocks(teams))
    crew = [{"name": name} for name in people["name"]]
    rota = eh.solve(eh.RotaProblem.from_tables(crew, eh.weekly("2026-01-05", 6)))
    account = plain(plan_blocks(rota)).partition("served")[2]
    assert account.index("Person 3 ") < account.index("Person 10 ")
    assert rota.problem.people == tuple(sorted(people["name"]))
