"""All measures of one statement, each beside the same measure at the nearest whole outcome."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import InputError
from evenhand.core.notebook import html_list, html_table
from evenhand.core.statement import Statement
from evenhand.measures.chip import Band, band, written
from evenhand.measures.shared import Shared
from evenhand.measures.table import MEASURES, Form, Measure


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one statement.

    Attributes:
        measure: the measure's line of the table.
        value: its value.
        nearest: its value at the nearest whole outcome the rules allow.
        least: least value that whole units allow for so many claimants and units; None with several things.
        largest: the largest; None with several things.
        target: what the value should be below; None where there is no target.
        met: whether it is; None where there is no target.
        remark: what the reader should know, such as that the target cannot be reached here; "" for nothing.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> row = eh.measure(solution)["most"]
        >>> row.measure.title, row.value
        ('Most', 2.0)
    """

    measure: Measure
    value: float
    nearest: float
    least: float | None
    largest: float | None
    target: Fraction | None
    met: bool | None
    remark: str


@dataclass(frozen=True)
class Panel:
    """How even an outcome is, by every measure that holds for it.

    Attributes:
        rows: one a measure, in the table's order.
        claimants: how many there are.
        lines: lines of the statement measured.
        total: units given out; unit: what they are, such as "turns".
        band: band of the Gini among receivers; None with several things.
        of: the part of the outcome whose band it is, where that is worse than the whole's; "" for the whole.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> panel = eh.measure(solution)
        >>> panel.total, panel["most"].value
        (4, 2.0)
    """

    rows: tuple[Row, ...]
    claimants: int
    lines: int
    total: int
    unit: str
    band: Band | None
    of: str = ""

    def __getitem__(self, name: str) -> Row:
        """Return the row of a measure by its name."""
        for row in self.rows:
            if row.measure.name == name:
                return row
        raise KeyError(name)

    def to_columns(self) -> Mapping[str, Sequence[Any]]:
        """Return the panel as a table: column name to values, one row a measure."""
        rows = self.rows
        return {
            "measure": [row.measure.name for row in rows],
            "title": [row.measure.title for row in rows],
            "value": [row.value for row in rows],
            "nearest": [row.nearest for row in rows],
            "least": [row.least for row in rows],
            "largest": [row.largest for row in rows],
            "target": [None if row.target is None else float(row.target) for row in rows],
            "met": [row.met for row in rows],
            "remark": [row.remark for row in rows],
        }

    def _repr_html_(self) -> str:
        """Return what a notebook shows: every measure beside the nearest whole outcome."""
        columns = {
            "measure": [row.measure.title for row in self.rows],
            "here": [shown(row.value, row.measure.form) for row in self.rows],
            "nearest": [shown(row.nearest, row.measure.form) for row in self.rows],
            "target": [
                "" if row.target is None else f"< {shown(row.target, row.measure.form)}" for row in self.rows
            ],
            "remark": [row.remark for row in self.rows],
        }
        return html_list(str(self).split("\n")[0], []) + html_table(columns)

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if self.total == 1 else self.unit
        head = f"{self.total:,} {unit} shared by {self.claimants:,}"
        if self.band is not None:
            head += f": {self.band.name}" + (f", by {self.of}" if self.of else "")
        table = [("", "here", "nearest", "target", "")]
        for row in self.rows:
            form, aim = row.measure.form, row.target
            target = "" if aim is None else f"< {shown(aim, form)}"
            table.append(
                (row.measure.title, shown(row.value, form), shown(row.nearest, form), target, row.remark)
            )
        widths = [max(len(line[index]) for line in table) for index in range(4)]
        lines = [
            "  ".join(
                [
                    line[0].ljust(widths[0]),
                    *(line[index].rjust(widths[index]) for index in (1, 2, 3)),
                    line[4],
                ]
            )
            for line in table
        ]
        return "\n".join([head, *(line.rstrip() for line in lines)])


def shown(value: Fraction | float, form: Form) -> str:
    """Write a value as its measure's form asks.

    >>> shown(0.1333, "percent"), shown(48, "count")
    ('13.3%', '48')
    """
    if isinstance(value, float) and math.isinf(value):
        return "no limit"
    if form == "percent":
        return f"{written(value * 100, 1)}%"
    return written(value, {"index": 3, "units": 2, "count": 0}[form])


def panel(statement: Statement, nearest: Ints, *, targets: bool = True) -> Panel:
    """Measure a statement by every measure that holds for it.

    Args:
        statement: what was due and received; of one thing, or of several (teams), where only the measures
            of distance from what was due hold.
        nearest: units a line, shape (lines,), of the nearest whole outcome that the job's rules allow.
        targets: whether to hold the values against a press fleet's targets; they mean little
            where turns are shared among four people.

    Returns:
        The panel. Cost O(lines log lines) a measure.

    Raises:
        InputError: ``nearest`` has not one value a line, or a value below 0.

    >>> due = np.array([3, 1]) * 2
    >>> week = Statement.of_one_thing(["Ada", "Bo"], "turns", due, np.array([3, 1]), 2)
    >>> panel(week, np.array([3, 1]))["worst"].value
    0.0
    """
    units, beside = statement.received.tolist(), np.asarray(nearest).tolist()
    if len(units) != len(beside) or any(value < 0 for value in beside):
        raise InputError.one(
            "is not an outcome of this statement", f"Give {len(units)} counts of 0 or more", column="nearest"
        )
    due = tuple(statement.entitlement.tolist())
    here = Shared(tuple(units), due, statement.ticks)
    there = Shared(tuple(beside), due, statement.ticks)
    single = len(statement.things) == 1
    rows = tuple(
        _row(line, here, there, single=single, targets=targets)
        for line in MEASURES.values()
        if single or line.several
    )
    # Bands are made for a single thing that is shared; of teams there are as many as columns.
    band_of_gini = band(MEASURES["gini"].value(here)) if single else None
    # Of several things, as in teams, each value of a column is one: people with gender=woman, say.
    unit = statement.things[0] if single else "values"
    return Panel(rows, len(statement.claimants), len(units), here.total, unit, band_of_gini)


def _row(measure: Measure, here: Shared, there: Shared, *, single: bool, targets: bool) -> Row:
    value, beside = measure.value(here), measure.value(there)
    # What whole units allow is known for one thing; of several things, rules couple the lines.
    least, largest = measure.reach(here) if single else (None, None)
    target = measure.target if targets else None
    met = None if target is None else value < target
    remark = ""
    if target is not None and not met:
        goal = shown(target, measure.form)
        # The strongest reason first: what cannot be had at all is nobody's fault.
        if least is not None and least >= float(target):
            remark = f"cannot be below {goal} here: at least {shown(least, measure.form)}"
        elif beside >= target:
            remark = "the nearest whole outcome misses the target too"
        else:
            remark = "misses the target"
    return Row(measure, float(value), float(beside), least, largest, target, met, remark)
