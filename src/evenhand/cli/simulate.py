"""``evenhand simulate``: what does a rota's policy come to over years?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.options import Json, Out, Seed, example, listed
from evenhand.cli.output import print_json, say
from evenhand.cli.progress import shown_progress
from evenhand.cli.signals import StoppedError
from evenhand.cli.teams import whole_numbers

if TYPE_CHECKING:
    from evenhand.rota.asking.simulate import LongRun

SHORT = "Simulate a rota policy over several years."
EPILOG = example("evenhand simulate --people 4,20 --years 5 --policies rate,ledger")
ENDINGS = (".csv", ".xlsx", ".html", ".svg")

People = Annotated[
    str,
    typer.Option(
        "--people", metavar="N,M", help="How many members there are at any time; several sizes are compared."
    ),
]
Policies = Annotated[
    str | None, typer.Option("--policies", metavar="A,B", help="Policies to compare; all if left out.")
]
Years = Annotated[int, typer.Option("--years", metavar="Y", help="How many years.")]
Absence = Annotated[float, typer.Option("--absence", metavar="%", help="Percent of the time away.")]
Turnover = Annotated[float, typer.Option("--turnover", metavar="%", help="Percent who leave a year.")]


def simulate(
    *,
    people: People = "4,20,200",
    policies: Policies = None,
    years: Years = 20,
    absence: Absence = 8.0,
    turnover: Turnover = 20.0,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Simulate policies over years in which people join, leave and are away, the same for each policy.

    Under every policy people are owed the turns due while they were there, less the turns they served. The
    spread is taken from the third year on.
    """
    refused(out)
    from evenhand.rota.problem.policies import POLICIES, policy_named

    names = (
        list(POLICIES) if policies is None else [policy_named(name).name for name in listed(policies) or []]
    )
    settings = {"years": years, "absence": absence / 100, "turnover": turnover / 100, "seed": seed}
    counts = whole_numbers(people, "--people") or []
    deliver(played([(count, name) for count in counts for name in names], settings), out, as_json=as_json)


def played(asked: list[tuple[int, str]], settings: dict[str, Any]) -> list[LongRun]:
    """Play each policy with progress on the terminal; Ctrl-C keeps those that are done.

    Raises:
        StoppedError: none was done yet.
    """
    from evenhand.rota.asking.simulate import long_run

    done: list[LongRun] = []
    with shown_progress(str) as tell:
        try:
            for count, name in asked:
                if tell is not None:
                    tell(f"{count} people under {name}, {len(done)} of {len(asked)} done", None, None, 0.0)
                done += long_run((count,), (name,), **settings)
        except StoppedError:
            if not done:
                raise
            say(f"Stopped early: {len(done)} of {len(asked)} were played.")
    return done


def refused(
    out: list[Path] | None, what: str = "a table of policies", endings: tuple[str, ...] = ENDINGS
) -> None:
    """Refuse files that could not be written.

    Raises:
        InputError: an ending is unknown or a folder is not there.
    """
    from evenhand.core.errors import Findings
    from evenhand.report.formats import refuse_path

    findings = Findings()
    for path in out or ():
        refuse_path(path, endings, what, findings)
    findings.raise_errors()


def deliver(runs: list[LongRun], out: list[Path] | None, *, as_json: bool) -> None:
    """Show the runs and write them where asked."""
    from evenhand.cli.screen import show
    from evenhand.report.plans import grid_of
    from evenhand.report.text import Heading
    from evenhand.tables.write import write_csv, write_xlsx

    columns: dict[str, list[Any]] = {
        "people": [run.people for run in runs],
        "policy": [run.policy for run in runs],
        "largest spread": [round(run.spread, 4) for run in runs],
        "mean spread": [round(run.mean, 4) for run in runs],
        "spread at the end": [round(run.end, 4) for run in runs],
        "longest wait": [round(run.wait, 4) for run in runs],
        "CV": [round(run.cv, 4) for run in runs],
        "Gini": [round(run.gini, 4) for run in runs],
    }
    for path in out or ():
        ending = path.suffix.lower()
        if ending == ".csv":
            write_csv(columns, path)
        elif ending == ".xlsx":
            write_xlsx({"policies": columns}, path)
        else:
            from evenhand.report import rota_simulation
            from evenhand.tables.files import write_atomically

            write_atomically(path, (rota_simulation.svg if ending == ".svg" else rota_simulation.html)(runs))
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
    else:
        show([Heading("Over the years, in turns; waits in cycles"), grid_of(columns)])
    for path in out or ():
        say(f"wrote {path}")


COMMAND = simulate
