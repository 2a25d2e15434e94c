"""Which column holds names, and who the people of a roster are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.tables import Table
from evenhand.tables.coded import Coded
from evenhand.tables.oddities import is_total, subtotal_rows
from evenhand.teams.reading.columns import folded

WHOLE_NAMES = (
    "displayname",
    "fullname",
    "name",
    "person",
    "participant",
    "student",
    "member",
    "email",
    "mail",
)
"""Headers that hold a name, folded (case, spaces, dots, dashes and underscores left out), best first."""
FIRST = ("firstname", "givenname", "forename", "first")
LAST = ("lastname", "surname", "familyname", "last")
HALF_A_HUNDREDTH = 0.005

NUMBER = re.compile(r"[-+]?[\d.,]+ ?%?")

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SENT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[T ,]+\d{1,2}:\d{2}")
"""When an answer was sent: a date and a time of day, as every form tool writes it."""

LAST_ROWS = 3
"""A totals row stands among the last three: a sum, an average, a count."""


def name_columns(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the column (or the two columns) that hold people's names; () where none is known.

    displayName, fullName, then firstName + lastName, then name or email; case, spaces, dots, dashes and
    underscores do not matter.
    """
    seen = {folded(header): header for header in reversed(headers)}
    for known in WHOLE_NAMES[:2]:
        if known in seen:
            return (seen[known],)
    first = next((seen[known] for known in FIRST if known in seen), None)
    last = next((seen[known] for known in LAST if known in seen), None)
    if first and last:
        return (first, last)
    if last and "name" in seen:
        # "Name" beside "Surname" is the first name: the two make the whole.
        return (seen["name"], last)
    if first and "name" in seen:
        # "First name" beside "Name": Name is the family name, as in German and French forms.
        return (first, seen["name"])
    for known in WHOLE_NAMES[2:]:
        if known in seen:
            return (seen[known],)
    return (first,) if first else ()


def naming_columns(table: Table) -> tuple[str, ...]:
    """Return the columns that name people: first names rather than addresses, where no two are alike."""
    columns = name_columns(list(table.columns))
    first = next((head for head in table.columns if folded(head) in FIRST), None)
    if len(columns) == 1 and first is not None and folded(columns[0]) in {"email", "mail"}:
        cells = [cell.casefold() for cell in table.columns[first]]
        if len(set(cells)) == len(cells) and all(cells):
            return (first,)
    return columns


def name_parts(table: Table) -> frozenset[str]:
    """Return the folded whole names of a roster, and the first names that only one person bears."""
    columns = naming_columns(table)
    if not columns:
        return frozenset()
    if len(columns) == 1:
        whole = [cell.strip().casefold() for cell in table.columns[columns[0]]]
    else:
        rows = zip(*(table.columns[column] for column in columns), strict=True)
        whole = [" ".join(cells).strip().casefold() for cells in rows]
    # "Lopes, Ada" is Ada Lopes to those who name her.
    whole = [" ".join(name.split(", ")[::-1]) if ", " in name else name for name in whole]
    first = Counter([name.split(None, 1)[0] for name in whole if name])
    return frozenset(whole) | {name for name, bearers in first.items() if bearers == 1}


def people_of_table(table: Table, name: str | None) -> tuple[tuple[str, ...], Ints]:
    """Return the names sorted and the row of each; note rows without a name and names that come twice."""
    columns = (name,) if name else naming_columns(table)
    if not columns:
        if not table.columns:
            return (), np.zeros(0, dtype=np.int64)
        here = ", ".join(table.columns)
        table.findings.error(
            "no column holds names",
            f"Call one displayName, fullName, firstName + lastName, name or email; it has {here}",
            table=table.name,
        )
        return (), np.zeros(0, dtype=np.int64)
    if not table.need(*columns):
        return (), np.zeros(0, dtype=np.int64)
    for column in columns:
        table.looked_at(column)  # an error of the spreadsheet is not a name, and is noted
    whole = _whole_names([table.columns[column] for column in columns])
    skipped = _totals(table, whole, columns)
    if isinstance(whole, Coded) and not skipped:
        # Sorted and different already, and each code is the place of its row's name: nothing is left to do.
        order_of = np.empty(len(whole), dtype=np.int64)
        order_of[whole.codes] = np.arange(len(whole))
        return whole.words, order_of
    if not _all_fine(whole):
        skipped |= _answered_again(table, whole, columns)
        _tell_twice(table, whole, columns, skipped)
    order = sorted((index for index in range(len(whole)) if index not in skipped), key=whole.__getitem__)
    return tuple(whole[index] for index in order), np.array(order, dtype=np.int64)


def _tell_twice(table: Table, whole: Sequence[str], columns: Sequence[str], skipped: frozenset[int]) -> None:
    """Note rows without a name, and names that come twice."""
    first: dict[str, int] = {}
    for index, person in enumerate(whole):
        if index in skipped:
            continue
        if not person:
            table.wrong(index, columns[0], "is empty", "Write the person's name or delete the row")
            continue
        fold = _name_key(person)
        if first.setdefault(fold, index) != index:
            other = whole[first[fold]]
            table.findings.error(
                f"stands in row {table.rows[first[fold]]} already"
                + (f" as {other!r}" if other != person else ""),
                "Delete one of the rows if it is one person, else tell them apart by a middle name",
                table=table.name,
                row=table.rows[index],
                column=" + ".join(columns),
                came=person,
            )


def _name_key(name: str) -> str:
    """Return what makes two spellings one name: case and doubled spaces do not count."""
    return name.casefold() if "  " not in name else " ".join(name.casefold().split())


def _answered_again(table: Table, names: Sequence[str], columns: Sequence[str]) -> frozenset[int]:
    """Return the earlier answers of people who filled in a form twice, each with a note.

    One person is who has the same name and the same e-mail address in rows that say when they were sent.
    Forms add each answer below those before, so the lowest counts. Anybody else who stands twice is an error.
    """
    cells = {head: table.columns[head] for head in table.columns if head not in columns}
    latest: dict[tuple[str, str], int] = {}
    gone: list[int] = []
    for row, name in enumerate(names):
        address = next(
            (column[row].casefold() for column in cells.values() if ADDRESS.fullmatch(column[row])), ""
        )
        if not name or not address or not any(SENT.match(column[row]) for column in cells.values()):
            continue
        before = latest.get((_name_key(name), address))
        latest[_name_key(name), address] = row
        if before is not None:
            gone.append(before)
            table.findings.warning(
                f"answered again in row {table.rows[row]}, and that answer counts",
                "Delete the answer that does not count, if it is another one",
                table=table.name, row=table.rows[before], column=" + ".join(columns), came=names[before],
            )  # fmt: skip
    return frozenset(gone)


def _whole_names(columns: list[Sequence[str]]) -> Sequence[str]:
    """Return the whole name in each row, in NFC; still coded where the texts are people as they stand."""
    if len(columns) == 1 and isinstance(columns[0], Coded) and _plain(columns[0]):
        return columns[0]
    if len(columns) == 1:
        return [_composed(cell) for cell in columns[0]]
    return [_composed(f"{a} {b}".strip()) for a, b in zip(*columns, strict=True)]


def _composed(cell: str) -> str:
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell)


def _plain(column: Coded) -> bool:
    """Whether a column's texts are people as they stand: all different, not empty, ASCII."""
    if len(column.words) != len(column):
        return False
    text = "\n".join(column.words)
    return text.isascii() and _all_fine(column.words, text)


def _all_fine(names: Sequence[str], text: str = "") -> bool:
    """Whether no name is empty and no two are alike, case aside; by whole texts, as rosters may be long."""
    text = text or "\n".join(names)
    if "  " in text:
        return False  # names that differ by spaces are looked at one by one
    folded_names = text.casefold().split("\n")
    return len(folded_names) == len(names) == len(set(folded_names)) and "" not in names


def _totals(table: Table, names: Sequence[str], columns: Sequence[str]) -> frozenset[int]:
    """Return rows that add up the rows above them, each with a note; they are nobody."""
    skipped = set(subtotal_rows(table, names.__getitem__))
    for code in sorted(skipped):
        _tell_total(table, code, columns, names[code])
    for code in range(len(names) - 1, max(-1, len(names) - 1 - LAST_ROWS), -1):
        cells = [table.columns[column][code] for column in table.columns]
        label = names[code] or next((cell for cell in cells if cell), "")
        word = is_total(label)
        # Without a word for it, a nameless row is one of totals where its number sums up those above.
        bare = not names[code] and any(_adds_up(table, column, code) for column in table.columns)
        if not (word or bare) or len(names) - len(skipped) <= 1:
            break
        _tell_total(table, code, columns, label)
        skipped.add(code)
    return frozenset(skipped)


def _tell_total(table: Table, code: int, columns: Sequence[str], label: str) -> None:
    problem, mend = "looks like a row of totals and was left out", "If it is a person, write the whole name"
    head = " + ".join(columns)
    table.findings.warning(problem, mend, table=table.name, row=table.rows[code], column=head, came=label)


def _adds_up(table: Table, column: str, index: int) -> bool:
    """Whether a cell is the sum, the average or the count of the cells above it."""
    cell = table.columns[column][index]
    above = [table.columns[column][row] for row in range(index)]
    if not NUMBER.fullmatch(cell) or not all(NUMBER.fullmatch(other) for other in above if other):
        return False
    try:
        value, numbers = float(cell), [float(other) for other in above if other]
    except ValueError:
        return False
    total = sum(numbers)
    # Spreadsheets show averages with few digits, so half a hundredth either way is the same number.
    return len(numbers) > 1 and any(
        abs(value - figure) <= HALF_A_HUNDREDTH for figure in (total, total / len(numbers))
    )
