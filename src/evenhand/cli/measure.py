"""``evenhand measure``: how even is it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.options import example
from evenhand.cli.output import print_json

SHORT = "How even is a plan?"
EPILOG = example(
    "evenhand demo --tables demo-out",
    "cd demo-out/roster",
    "evenhand teams people.csv --teams 8 --balance gender,office --out teams.json",
    "evenhand measure teams.json",
)

Plan = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan saved as .json.")]
Certificate = Annotated[bool, typer.Option("--certificate", help="Check the certificate the plan carries.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the measures as JSON and nothing else.")]


def measure(plan: Plan, *, certificate: Certificate = False, as_json: AsJson = False) -> None:
    """Measure how even a plan is, each figure beside the best that any plan could do."""
    from evenhand.solver import load
    from evenhand.solver import measure as panel_of

    # What a file claims and cannot prove is proven anew, by planning once more.
    solution = load(plan, prove=certificate)
    if certificate:
        from evenhand.report.notes import certificate_said

        holds, sentence = certificate_said(solution)
        if as_json:
            print_json({"job": solution.job, "holds": holds, "said": sentence})
        else:
            typer.echo(sentence)
        raise typer.Exit(0 if holds else 2)
    panel = panel_of(solution)
    if as_json:
        columns = panel.to_columns()
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        print_json({"job": solution.job, "measures": rows})
        return
    from evenhand.cli.screen import show
    from evenhand.report.summary import measure_blocks

    show(measure_blocks(solution))


COMMAND = measure
