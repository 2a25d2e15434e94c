"""``evenhand what-if`` of a rota: somebody leaves, joins or is away, a rule goes, a turn is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.cli.output import print_json, say
from evenhand.cli.session import Session, refuse_early
from evenhand.core.errors import InfeasibleError, InputError

if TYPE_CHECKING:
    from evenhand.core.solution import Solution
    from evenhand.rota import WhatIf


def of_rota(
    before: Solution,
    given: Mapping[str, Sequence[str] | None],
    seconds: float | None,
    out: Sequence[Path] | None,
    *,
    as_json: bool,
) -> bool:
    """Answer for a rota's plan; return whether there is a plan.

    Args:
        before: the plan.
        given: options as they were written: without, join, away, pin, forbid, drop.
        seconds: how long the search may go on.
        out: files for the changed plan.
        as_json: whether to print figures only.

    Raises:
        InputError: nothing is asked, a name is unknown, or an option cannot be read.
    """
    from evenhand.cli.screen import show
    from evenhand.report.text import Heading, Text
    from evenhand.report.views import weekdays_in
    from evenhand.rota.asking.what_if import WhatIf, changed, compared
    from evenhand.solver import save

    if not any(given.values()):
        mend = "Ask for one: --without, --join, --away, --pin, --forbid or --drop"
        raise InputError.one("no change is asked for", mend, table="what-if")
    refuse_early("rota", out, seconds=seconds)
    problem, asked = changed(
        before.problem,
        before.awards,
        without=given["without"] or (),
        join=given["join"] or (),
        drop=given["drop"] or (),
        away=_parts(given["away"]),
        pin=_parts(given["pin"]),
        forbid=_parts(given["forbid"]),
    )
    try:
        # With the seed of the plan, so that only the change makes the difference.
        after = Session(list(out or ())).solve(problem, method="auto", seed=before.seed, seconds=seconds)
        answer = compared(asked, before, after)
        for path in out or ():
            save(after, path)
    except InfeasibleError as error:
        answer = WhatIf(asked, before, None, conflict=error.conflict)
    if as_json:
        print_json(_figures(answer))
    else:
        show([Heading("What if"), Text(weekdays_in(str(answer)))])
    for path in (out or ()) if answer.after is not None else ():
        say(f"wrote {path}")
    return answer.after is not None


def _parts(given: Sequence[str] | None) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in text.split(",")) for text in given or ()]


def _figures(answer: WhatIf) -> dict[str, Any]:
    return {
        "asked": list(answer.asked),
        "change": answer.change,
        "turns": {name: list(turns) for name, turns in answer.turns.items()},
        "spread": list(answer.spread),
        "moved": answer.moved,
        "open": list(answer.left_open),
        "before": answer.before.headline,
        "after": None if answer.after is None else answer.after.headline,
        "conflict": list(answer.conflict),
    }
