"""One name for each day, however a table writes its date."""

from __future__ import annotations

from evenhand.tables import Table
from evenhand.tables.calendar_days import TWO_DIGITS, days
from evenhand.tables.coded import words_of


def day_name(cell: str) -> str:
    """Return the name of a day somebody asks for: a date in ISO 8601, whatever else names a day as it stands.

    >>> day_name("5.1.2026"), day_name("2026-01-06 00:00:00"), day_name("Monday")
    ('2026-01-05', '2026-01-06', 'Monday')
    """
    return str(days([cell])[0].get(cell, cell))


def names_in(*tables: Table | None) -> dict[str, str]:
    """Return the name of each day of some tables, which decide together how their dates are read.

    Dates that may still be read both ways (2/3/2026), or have a year of two digits, stay as they are. Beside
    other dates that is an error; by themselves they are days, and a note says in which order they stand.
    """
    written = {
        table: words_of(table.columns["day"]) for table in tables if table is not None and table.has("day")
    }
    cells = sorted({cell for words in written.values() for cell in words if cell})
    dates, faults, undecided = days(cells)
    short = [(cell, *fault) for cell, fault in faults.items() if fault[0] == TWO_DIGITS]
    for cell, problem, mend in [undecided] if undecided else short[:1]:
        table = next(table for table, words in written.items() if cell in words)
        place = list(table.columns["day"]).index(cell)
        if dates:
            table.wrong(place, "day", problem, mend)
        else:
            table.odd(place, "day", f"{problem}; such days stand in the order of their letters", mend)
    return {cell: str(dates.get(cell, cell)) for cell in cells}
