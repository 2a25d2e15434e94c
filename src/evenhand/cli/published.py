"""What was handed out before, and what is handed out now: published plans, swaps, calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.cli.output import say
from evenhand.cli.publish import ledger_from

if TYPE_CHECKING:
    from evenhand.core.solution import Solution
    from evenhand.rota import RotaProblem

__all__ = ["Calendars", "Published", "calendars_of"]


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
        one = before.get(ALL) if isinstance(before, dict) else before
        for path in self.files:
            write_atomically(path, ics(solution, one))
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
    from evenhand.report.rota_ics import previous_of

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
    before = None if previous is None else previous_of(previous)
    others = [path for path in out or () if path not in files]
    return others, Calendars(files, folder, before)


@dataclass
class Published:
    """A plan that was published, what really was served of it, and until when nothing may change."""

    plan: Path | None = None
    frozen: str | None = None
    swaps: Path | None = None
    ledger: Path | None = None

    def onto(self, problem: RotaProblem) -> RotaProblem:
        """Return the problem that begins where the ledger ends, with the plan published onto its slots.

        Of a plan that is in the ledger, the ledger knows the swaps and the turns that were missed; what it
        booked for that plan is left out of the balances, as it is planned anew.

        Raises:
            InputError: the plan is no rota's, a swap fits no turn, the frozen day is no date, or the ledger
                is none or was changed by hand.
        """
        from evenhand.core.errors import InputError
        from evenhand.rota.asking.amend import corrected, published_onto
        from evenhand.rota.asking.ledger import as_served, label_of, with_ledger
        from evenhand.solver import load

        book = None if self.ledger is None else ledger_from(self.ledger)
        if self.plan is None:
            for name, value in (("--frozen", self.frozen), ("--swaps", self.swaps)):
                if value is not None:
                    mend = "Give the plan with --published PLAN.json"
                    raise InputError.one("needs a published plan", mend, table=name, came=str(value))
            return problem if book is None else with_ledger(problem, book)
        earlier = load(self.plan)
        if earlier.job != "rota":
            raise InputError.one("is no rota", "Give a rota's plan saved as .json", came=str(self.plan))
        awards = corrected(earlier.problem, earlier.awards, self._swaps()) if self.swaps else earlier.awards
        if book is not None:
            label = label_of(book, earlier.problem)
            awards = as_served(book, earlier.problem, awards, label)
            problem = with_ledger(problem, book, without=label)
        return published_onto(problem, earlier.problem, awards, self.frozen)

    def _swaps(self) -> list[Any]:
        """Read swaps: date, planned, served, and duty where there are several."""
        from evenhand.core.errors import Findings
        from evenhand.rota.asking.amend import Swap
        from evenhand.tables import read

        findings = Findings()
        table = read(self.swaps, "swaps", findings, job="rota")
        rows: list[Any] = []
        if table.need("date", "planned", "served"):
            cells = (table.text("planned", required=True), table.text("served", required=True))
            for day, planned, served, duty in zip(
                table.dates("date"), *cells, table.text("duty"), strict=True
            ):
                rows.append(Swap("" if day is None else day.isoformat(), planned, served, duty))
        findings.raise_errors()
        return rows

    def tell(self, solution: Solution) -> None:
        """Say how much of what was published changed."""
        from evenhand.rota.asking.amend import changes

        if self.plan is not None:
            kept = int((solution.problem.published >= 0).sum())
            changed = changes(solution.problem, solution.awards)
            say(f"{changed:,} of {kept:,} published turns changed")
