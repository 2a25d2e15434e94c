"""``evenhand what-if`` of an allocation: a slot more, an absence, another price of fairness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evenhand.allocation.asking.what_if import WhatIf, changed, compared
from evenhand.allocation.problem.penalties import tuned
from evenhand.cli.fairness import penalty_of
from evenhand.cli.output import print_json

if TYPE_CHECKING:
    from evenhand.cli.session import Session
    from evenhand.core.solution import Solution
    from evenhand.report.text import Block

OPTIONS = ("without", "slots", "budget", "pin", "forbid", "mode", "lam", "step", "target")
"""What a change of an allocation can be."""
LISTED = "absences"
"""What is listed where no change is asked for."""
MOST = 10**12
SHOWN = 10
"""Absences shown, the dearest; the file holds them all."""


def problem_asked(before: Solution, given: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """Return the changed problem, and what was changed in words.

    Raises:
        InputError: a name is unknown, or an option cannot be read.
    """
    asked: dict[str, Any] = {
        "without": given["without"] or [],
        "slots": {name: int(more) for name, more in _moves(given["slots"], "--slots", whole=True).items()},
        "budgets": _moves(given["budget"], "--budget"),
        "pin": parts(given["pin"]),
        "forbid": parts(given["forbid"]),
    }
    dials = tuple(given[name] for name in ("mode", "lam", "step", "target"))
    if dials != (None, None, None, None):
        penalty = penalty_of(*dials)
        own = before.problem.penalty
        asked["penalty"] = tuned(own, **penalty) if isinstance(penalty, dict) else penalty
    return changed(before.problem, **asked)


def answered(
    _session: Session, words: tuple[str, ...], before: Solution, after: Solution, _seconds: float | None
) -> tuple[WhatIf, Solution]:
    """Return both plans side by side, and the one to write."""
    return compared(words, before, after), after


def figures(answer: WhatIf) -> dict[str, Any]:
    """Return what is said of an allocation alone, for ``--json``."""
    return {"exact": answer.exact, "went": list(answer.went), "came": list(answer.came)}


def _moves(given: list[str] | None, option: str, *, whole: bool = False) -> dict[str, float]:
    """Return NAME=+N as a number by name."""
    from evenhand.core.errors import Findings

    findings, out = Findings(), {}
    for text in given or ():
        # At the last sign, as a group's name may hold "=" itself.
        name, sign, more = text.rpartition("=")
        try:
            out[name.strip()] = float(int(more)) if whole else float(more)
        except ValueError:
            sign = ""
        # "Not at most" and not "more than": so a NaN is refused too.
        if not sign or not name.strip() or not abs(out.get(name.strip(), 0)) <= MOST:
            kind = "whole number" if whole else "number"
            findings.error(f"is not a name and {kind}", "Write it as NAME=+1", table=option, came=text)
    findings.raise_errors()
    return out


def parts(given: Sequence[str] | None) -> list[tuple[str, ...]]:
    """Return the parts of each text, parted by commas."""
    return [tuple(part.strip() for part in text.split(",")) for text in given or ()]


def survey(before: Solution, *, as_json: bool) -> tuple[dict[str, Any], list[Block]]:
    """Return what each absence costs as a table, and as blocks with what one more slot brings on each day."""
    from evenhand.allocation.asking.counterfactual import without_each
    from evenhand.allocation.asking.explain import binding
    from evenhand.allocation.asking.what_if import what_if as asked
    from evenhand.allocation.problem.allocation_problem import title
    from evenhand.report.text import Grid, Heading
    from evenhand.report.views import short_day

    called = before.problem.called
    slots = [(day, asked(before, slots={day: 1}).change) for day in before.problem.days]
    groups = binding(before)
    absences = without_each(before)
    columns = {
        name: [getattr(answer, name) for answer in absences]
        for name in ("item", "recipient", "day", "costs", "exact")
    }
    if as_json:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        print_json({"slots": dict(slots), "groups": [asdict(answer) for answer in groups], "absences": rows})
        return columns, []
    blocks: list[Block] = [
        Heading("One slot more"),
        Grid(("Day", "Points"), tuple((short_day(day), _plus(more)) for day, more in slots), frozenset({1})),
        *_groups_shown(groups),
        Heading("One item less"),
        Grid(
            ("Item", "Recipient", "Day", "Points"),
            tuple(
                (
                    title(answer.item, called),
                    title(answer.recipient, called),
                    short_day(answer.day),
                    _minus(answer.costs),
                )
                for answer in absences[:SHOWN]
            ),
            frozenset({3}),
            note=_note(absences),
        ),
    ]
    return columns, blocks


def _groups_shown(groups: list[Any]) -> list[Block]:
    """Say which budgets and caps bind, and what room for the lightest further award would bring."""
    from evenhand.report.text import Grid, Heading

    rows = tuple(
        (
            group.rule,
            group.label,
            f"{group.used:,g}",
            f"{group.free:,g}",
            f"{group.more:+,g} {group.unit}",
            _plus(group.brings),
        )
        for group in groups
    )
    heads = ("Rule", "Group", "Used", "Free", "Room for one more", "Points")
    if not rows:
        return []
    return [Heading("More of what binds"), Grid(heads, rows, frozenset({2, 3, 4, 5}))]


def _plus(more: float | None) -> str:
    return "no plan" if more is None else f"{more:+,g}" if more else "0"


def _minus(costs: float | None) -> str:
    return "pinned" if costs is None else f"{-costs:,g}" if costs else "0"


def _note(absences: list[Any]) -> str:
    nothing = sum(1 for absence in absences if absence.costs == 0)
    exact = (
        "Each is the difference of two proven optima."
        if all(absence.exact for absence in absences)
        else ("Not all are proven: the plan, or the one without the item, is only the best found.")
    )
    more = (
        f"{len(absences) - SHOWN:,} more are in the file that --out writes. " if len(absences) > SHOWN else ""
    )
    return f"{more}{nothing:,} of {len(absences):,} would not be missed: another is as good. {exact}"
