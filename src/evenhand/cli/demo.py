"""``evenhand demo``: all three jobs on bundled data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.bundled import folder, write_tables
from evenhand.cli.options import example
from evenhand.cli.session import Session

if TYPE_CHECKING:
    from evenhand.core.solution import Solution
    from evenhand.report.text import Block

SHORT = "All three jobs on bundled data: start here."
EPILOG = example("evenhand demo")
FACTS = 4
"""Facts of an explanation that the demo shows."""
ROWS = 8
IDEA = "Everybody is due a share and gets whole units; fair is when the two stay near."

Tables = Annotated[
    Path | None, typer.Option("--tables", metavar="FOLDER", help="Only write the bundled tables there.")
]


def demo(*, tables: Tables = None) -> None:
    """Run all three jobs on bundled data: a press fleet's week, a company's teams, a garden's rota."""
    if tables is not None:
        for path in write_tables(tables):
            typer.echo(f"wrote {path}")
        return
    from evenhand.cli.screen import show
    from evenhand.core.version import VERSION
    from evenhand.report.text import Text

    show([Text(f"evenhand {VERSION}: three jobs on bundled data.\n{IDEA}")])
    for part in (_fleet, _company, _garden):
        typer.echo()
        show(part())
    typer.echo()
    show([Text("The same in a browser, with undo, accounts and personal links:\n  evenhand serve")])


def _fleet() -> list[Block]:
    from evenhand.allocation import mode_a, mode_b, no_penalty, strong
    from evenhand.press_fleet import from_folder
    from evenhand.report.comparison import mode_name

    session = Session()
    problem = session.read(lambda: from_folder(folder("fleet")))
    asked = (
        f"{len(problem.items):,} vehicles, {len(problem.recipients):,} partners, "
        f"{int(problem.slots.sum()):,} slots, {len(problem.score):,} possible loans."
    )
    others = [
        (mode_name(penalty), "auto", replace(problem, penalty=penalty))
        for penalty in (no_penalty(), mode_a(), mode_b(), strong())
    ]
    return _told(
        session,
        "Who gets what? A week of a press fleet",
        asked,
        others,
        chosen=2,
        subject=_most_served,
        more=("evenhand allocate demo-out/fleet --out week.html",),
    )


def _company() -> list[Block]:
    from evenhand.teams import TeamsProblem

    session = Session()
    people = folder("roster") / "people.csv"
    problem = session.read(
        lambda: TeamsProblem.from_table(people, teams=8, balance=["gender", "office", "role"])
    )
    asked = f"{problem.n:,} people, 8 teams, balanced by gender, office and role."
    return _told(
        session,
        "Who goes with whom? Teams of a company",
        asked,
        [("", "deal", problem), ("", "auto", problem)],
        chosen=1,
        subject=lambda solution: str(solution.problem.people[0]),
        more=(
            "evenhand teams demo-out/roster/people.csv --teams 8 --balance gender,office --out teams.xlsx",
        ),
    )


def _garden() -> list[Block]:
    from evenhand.rota import RotaProblem
    from evenhand.rota.problem.policies import policy_named

    session = Session()
    tables = folder("garden")
    problem = session.read(
        lambda: RotaProblem.from_tables(
            people=tables / "people.csv", history=tables / "history.csv", duties=tables / "duties.csv"
        )
    )
    asked = f"{len(problem.people)} people, 10 weeks, 2 a week; one of them joined ten weeks ago."
    policies = [(name, "auto", replace(problem, policy=policy_named(name))) for name in ("rate", "ledger")]
    return _told(
        session,
        "Whose turn is it? A garden's watering",
        asked,
        policies,
        chosen=0,
        subject=lambda solution: str(solution.problem.people[-1]),
        more=("evenhand rota demo-out/garden --out rota.html",),
    )


def _most_served(solution: Solution) -> str:
    statement = solution.statement
    return "" if statement is None else str(statement.claimants[int(statement.received.argmax())])


def _short(block: Block) -> Block:
    """Return a block whose note only counts what is hidden: the demo has no --rows."""
    from evenhand.report.text import Grid

    return replace(block, note=block.note.split(":", 1)[0]) if isinstance(block, Grid) else block


def _told(
    session: Session,
    title: str,
    asked: str,
    problems: list[tuple[str, str, Any]],
    *,
    chosen: int,
    subject: Callable[[Solution], str],
    more: tuple[str, ...],
) -> list[Block]:
    """Solve a job's problems, each of a name ("" for its method's) by a method; tell the chosen in full."""
    from evenhand.report.comparison import comparison_grid
    from evenhand.report.plans import plan_blocks
    from evenhand.report.summary import answer_line, proof_line
    from evenhand.report.text import Heading, Text
    from evenhand.report.views import weekdays_in
    from evenhand.solver import explain

    solved = []
    for name, method, problem in problems:
        solution = session.solve(problem, method=method, seed=0, seconds=None)
        solved.append((name or solution.method, solution))
    main = solved[chosen][1]
    with session.stage("explain"):
        answer = explain(main, subject(main))
    facts = [f"  - {fact.sentence}" for fact in answer.facts[:FACTS]]
    stages = {"tables": session.stages["read"], **main.stages, "explain": session.stages["explain"]}
    time = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in stages.items())
    return [
        Heading(title),
        Text(asked),
        Text(answer_line(main), "strong"),
        Text(main.headline),
        *(_short(block) for block in plan_blocks(main, ROWS)),
        Text(proof_line(main), "note"),
        comparison_grid(solved, "Side by side"),
        Text(weekdays_in("\n".join([f"Why {answer.subject}? {answer.headline}", *facts]))),
        Text(f"Time: {time}; all {len(solved)} solves {session.stages['solve']:.2f} s.", "note"),
        Text("\n".join(["Try next:", "  evenhand demo --tables demo-out", *(f"  {line}" for line in more)])),
    ]


COMMAND = demo
