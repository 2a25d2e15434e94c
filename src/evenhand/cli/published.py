"""What was handed out before, and what is handed out now: published plans, swaps, calendars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.cli.output import say
from evenhand.cli.publish import ledger_from
from evenhand.cli.sources import plan_of

if TYPE_CHECKING:
    from evenhand.core.solution import Solution
    from evenhand.rota import RotaProblem


@dataclass
class Calendars:
    """Calendars to write, and those handed out before.

    Attributes:
        files: calendars of everybody.
        folder: where a calendar a person goes, or None.
        previous: what was handed out before; None for nothing.
    """

    files: list[Path] = field(default_factory=list)
    folder: Path | None = None
    previous: Any = None

    def write(self, solution: Solution) -> None:
        """Write all of them, and say so."""
        from evenhand.report.rota_ics import ALL, ics, save_calendars
        from evenhand.tables.files import write_atomically

        before = self.previous
        calendar = before.get(ALL) if isinstance(before, dict) else before
        for path in self.files:
            write_atomically(path, ics(solution, calendar))
            say(f"wrote {path}")
        if self.folder is not None:
            written = save_calendars(solution, self.folder, before)
            say(f"wrote {len(written):,} calendars into {self.folder}")


def calendars_of(
    out: Sequence[Path] | None, folder: Path | None, previous: Path | None
) -> tuple[list[Path], Calendars]:
    """Part the files to write into calendars and others; read what was handed out before.

    Raises:
        InputError: the folder cannot be one, nothing is where ``previous`` says, or no calendar is asked for.
    """
    from evenhand.core.errors import Findings

    files = [path for path in out or () if path.suffix.lower() == ".ics"]
    findings = Findings()
    if folder is not None and folder.exists() and not folder.is_dir():
        findings.error("is a file", "Give a folder for the calendars", table="--calendars", came=str(folder))
    elif folder is not None and not folder.absolute().parent.is_dir():
        mend = f"Make the folder {folder.absolute().parent}"
        findings.error("stands in a folder that is not there", mend, table="--calendars", came=str(folder))
    if previous is not None and not files and folder is None:
        mend = "Ask for one with --out plan.ics or --calendars FOLDER"
        findings.error("was given, but no calendar is written", mend, table="--previous", came=str(previous))
    findings.raise_errors()
    before = None
    # Only where it is needed: what writes calendars takes a fifth of a short command's time to load.
    if previous is not None:
        from evenhand.report.rota_ics import previous_of

        before = previous_of(previous)
    others = [path for path in out or () if path not in files]
    return others, Calendars(files, folder, before)


@dataclass
class Published:
    """A plan that was published, what really was served of it, and until when nothing may change.

    Attributes:
        plan: the plan's file.
        frozen: up to this day everything stays.
        swaps: a table of who really served.
        ledger: the ledger of published turns.
        stickiness: turns of lag that one change must be worth; None keeps whatever can be kept.
        earlier: the published problem and its plan as it was really served, once ``onto`` has read it.
    """

    plan: Path | None = None
    frozen: str | None = None
    swaps: Path | None = None
    ledger: Path | None = None
    stickiness: float | None = None
    earlier: tuple[RotaProblem, Any] | None = None

    def onto(self, problem: RotaProblem) -> RotaProblem:
        """Return the problem that begins where the ledger ends, with the plan published onto its slots.

        Of a plan that is in the ledger, the ledger knows the swaps and the turns that were missed; what it
        booked for that plan is left out of the balances, as it is planned anew.

        Raises:
            InputError: the plan is no rota's, a swap fits no turn, the frozen day is no date, or the ledger
                is none or was changed by hand.
        """
        from evenhand.core.errors import Findings, InputError
        from evenhand.rota.asking.amend import corrected, published_onto
        from evenhand.rota.asking.ledger import as_served, label_of, with_ledger
        from evenhand.rota.problem import KEEP

        book = None if self.ledger is None else ledger_from(self.ledger)
        if self.plan is None:
            findings, mend = Findings(), "Give the plan with --published PLAN.json"
            for name in ("frozen", "swaps", "stickiness"):
                if getattr(self, name) is not None:
                    came = str(getattr(self, name))
                    findings.error("needs a published plan", mend, table=f"--{name}", came=came)
            findings.raise_errors()
            return problem if book is None else with_ledger(problem, book)
        document = plan_of(self.plan, "rota")
        awards = document.awards
        if book is not None:
            label = label_of(book, document.problem)
            awards = as_served(book, document.problem, awards, label)
            problem = with_ledger(problem, book, without=label)
        if self.swaps:
            awards = corrected(document.problem, awards, self._swaps())
        self.earlier = (document.problem, awards)
        worth = KEEP if self.stickiness is None else round(self.stickiness * 1000)
        if worth < 0:
            came = f"{self.stickiness:g}"
            raise InputError.one("is below 0", "Give turns, such as 1.5", table="--stickiness", came=came)
        return published_onto(problem, *self.earlier, self.frozen, stickiness=worth)

    def _swaps(self) -> list[Any]:
        """Read swaps: date, planned, served, and duty where there are several; or turn and served."""
        from evenhand.core.errors import Findings
        from evenhand.rota.asking.amend import Swap
        from evenhand.tables import read

        findings = Findings()
        table = read(self.swaps, "swaps", findings, job="rota")
        rows: list[Any] = []
        by_turn = table.has("turn")
        if table.need(*(("turn", "served") if by_turn else ("date", "planned", "served"))):
            days = table.dates("date", optional=by_turn) if table.has("date") else [None] * len(table)
            cells = (table.text(name) for name in ("planned", "served", "duty", "turn"))
            for day, planned, served, duty, turn in zip(days, *cells, strict=True):
                rows.append(Swap("" if day is None else day.isoformat(), planned, served, duty, turn))
        findings.raise_errors()
        return rows

    def told(self, solution: Solution) -> Solution:
        """Return the solution with every published turn that changed among its notes, with the reason."""
        from dataclasses import replace

        from evenhand.rota.asking.amend import findings_of, told

        if self.earlier is None:
            return solution
        lines = findings_of(told(solution.problem, solution.awards, *self.earlier))
        return replace(solution, warnings=(*solution.warnings, *lines))

    def tell(self, solution: Solution) -> None:
        """Say how much of what was published changed, and whom to tell."""
        from evenhand.rota.asking.amend import changes, told

        if self.earlier is None:
            return
        kept = int((solution.problem.published >= 0).sum())
        changed = changes(solution.problem, solution.awards)
        whom = dict.fromkeys(
            name for change in told(solution.problem, solution.awards, *self.earlier) for name in change.whom
        )
        if whom:
            say(f"tell {', '.join(sorted(whom))}")
        say(f"{changed:,} of {kept:,} published turns changed")


STEPS = (None, 3.0, 2.0, 1.5, 1.0, 0.75, 0.5, 0.25, 0.0)
"""Stickinesses of the trade-off, in turns: None changes only what must change, 0 plans anew."""


def show_trade_off(before: Published, problem: RotaProblem, method: str, seed: int) -> None:
    """Show how many published turns change, and how even everybody then is, from few changes to all.

    Raises:
        InputError: there is no published plan to change.
    """
    from dataclasses import replace

    from evenhand.cli.screen import show
    from evenhand.core.errors import InputError
    from evenhand.report.text import Grid, Heading, Text
    from evenhand.rota.asking.amend import changes
    from evenhand.rota.asking.panel import fairness
    from evenhand.rota.problem import KEEP
    from evenhand.solver import solve

    if before.earlier is None:
        mend = "Give the plan with --published PLAN.json"
        raise InputError.one("needs a published plan", mend, table="--trade-off")
    kept = int((problem.published >= 0).sum())
    tried: list[tuple[int, float, str]] = []
    for step in STEPS:
        worth = KEEP if step is None else round(step * 1000)
        plan = solve(replace(problem, stickiness=worth), method=method, seed=seed)
        words = "only where it must" if step is None else f"{step:g} {'turn' if step == 1 else 'turns'}"
        # Compared as they are shown: two rows that read the same are one choice.
        spread = round(fairness(plan.problem, plan.awards).spread, 1)
        tried.append((changes(plan.problem, plan.awards), spread, words))
    # Fewest changes first; a plan that is no more even than one with fewer changes is not worth them.
    rows: list[tuple[str, ...]] = []
    least = math.inf
    for changed, spread, words in sorted(tried, key=lambda row: row[:2]):
        if spread < least:
            least = spread
            rows.append((words, f"{changed:,}", f"{changed / max(1, kept):.0%}", f"{spread:.1f}"))
    heads = ("changed for at least", "changes", "of published", "spread in turns")
    grid = Grid(heads, tuple(rows), frozenset({1, 2, 3}))
    show([Heading("Changes against fairness"), grid, Text("Plan with the row you like: --stickiness TURNS")])
    plans = "plan is" if len(rows) == 1 else "plans are"
    say(f"{len(STEPS)} settings tried; {len(rows)} {plans} worth the changes")
