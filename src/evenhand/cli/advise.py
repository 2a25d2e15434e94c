"""``evenhand advise``: what is worth knowing of a plan, and what another setting would give?"""

from __future__ import annotations

from typing import Annotated

import typer

from evenhand.cli.options import example
from evenhand.cli.output import print_json
from evenhand.cli.sources import plan_of
from evenhand.cli.what_if import Plan

SHORT = "Does the fairness setting suit the plan, and what would another give?"
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand allocate demo-out/fleet --mode a --out week.json",
    "evenhand advise week.json",
)
FINE = "Nothing to mend: every target that can be met is met."

AsJson = Annotated[bool, typer.Option("--json", help="Print the advice as JSON and nothing else.")]


def advise(plan: Plan, *, as_json: AsJson = False) -> None:
    """Say which fairness targets a plan misses and why, and what other settings would give, each solved."""
    from evenhand.allocation.asking.advice import advise as advice_on
    from evenhand.cli.screen import show
    from evenhand.report.text import Heading, Text

    solution = plan_of(plan, "allocation")
    known = advice_on(solution)
    if as_json:
        print_json(
            [
                {
                    "kind": advice.kind,
                    "sentence": advice.sentence,
                    "instead": advice.instead,
                    "setting": None if advice.setting is None else advice.setting.text,
                    "headline": None if advice.outcome is None else advice.outcome.headline,
                }
                for advice in known
            ]
        )
        return
    lines = [f"{advice.sentence}\n  {advice.instead}".rstrip() for advice in known] or [FINE]
    show([Heading("Worth knowing"), Text(solution.headline), *map(Text, lines)])


COMMAND = advise
