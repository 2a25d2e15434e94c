"""What is odd about a table as a whole, noted when it is read for a job.

A header with nothing below it, a row of totals at the end, a column that is empty from top to bottom, days
that no calendar has, and two names that may be one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from evenhand.tables.calendar_days import NO_DAY, WHICH, days
from evenhand.tables.coded import first_seen, places_of, words_of
from evenhand.tables.descriptions import TableKind
from evenhand.tables.polls import poll_heads
from evenhand.tables.recognise import Match, word_key
from evenhand.tables.table import Headed, Table
from evenhand.tables.texts import bare, listed

TOTALS: Final = frozenset(
    map(
        word_key,
        (
            "total", "totals", "sum", "sums", "subtotal", "grand total", "average", "mean", "count",
            "Summe", "Gesamt", "Gesamtsumme", "Gesamtergebnis", "insgesamt", "Zwischensumme",
            "Durchschnitt", "Mittelwert", "Anzahl",
            "somme", "total général", "sous-total", "moyenne", "ensemble",
            "suma", "total general", "subtotal", "promedio", "media",
            "totale", "somma", "totaal", "gemiddelde", "soma", "média", "razem", "summa",
            "Ergebnis", "Gesamtzahl", "résultat", "résultat total", "totale complessivo", "eindtotaal",
        ),
    )
)  # fmt: skip
"""What stands in the first cell of a row of totals: the words of spreadsheets' totals and pivot tables."""
HEADING: Final = re.compile(
    r":$|\b(group|gruppe|groupe|grup[op]a?|gruppo|groep|ryhmä|skupina|team|équipe|equipe|equipo|squadra|squad|klasse?"
    r"|class|classe|clase|turma|třída|klasa|se[ck]tion|sección|sezione|abteilung|department|département|departamento"
    r"|bereich|division|jahrgang|stufe|grade|kurs|course|cours|curso|schicht|shift|wache)\b",
    re.IGNORECASE,
)
"""What stands in a heading between people: "Group North", "Klasse 7a", "Altos:"."""
SECTION: Final = "section"
"""The column that such headings become."""
TOLD: Final = 5
"""Headings named in one sentence."""
LAST: Final = 3
"""Rows at the end that may be of totals: a sum, an average and a count."""
BY_HAND: Final = 10_000
"""Rows up to which subtotals and points in thousands are looked for: longer tables come from programs."""
THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
FIGURE: Final = re.compile(r"[-+]?[\d.,]+ ?%?")
NAMES: Final = {
    ("allocation", "candidates"): ("recipient", "item"),
    ("fleet", "partners"): ("partner_id",),
    ("fleet", "vehicles"): ("vin", "make"),
    ("rota", "people"): ("name",),
    ("teams", "people"): ("name",),
}
"""Columns in which a name spelt in two ways becomes two who are due something."""
NOBODY: Final = frozenset(
    (
        "n/a", "null", "nan", "none", "-", "–", "—", "?", "??", "???", "tbd", "tba", "unknown", "unbekannt",
        "vacant", "n.n.",
    )
)  # fmt: skip
"""What people write where a name is still to come; no "na", which is a family name."""
MARKS: Final = "*†‡¹²³ "
"""Marks of footnotes: "Oslo*" is Oslo with a remark."""
UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
"""Mueller is how Müller is written where there are no dots, so the two are often one person."""
ASPECTS: Final = frozenset(
    map(
        word_key,
        (
            "gender", "sex", "age", "office", "site", "city", "country", "department", "unit", "role",
            "grade", "class", "email", "e-mail", "phone", "joined", "left", "weight", "team", "group",
            "skill", "skills", "level", "language", "languages", "experience", "birthday", "score",
            "Geschlecht", "Alter", "Büro", "Standort", "Ort", "Abteilung", "Rolle", "Klasse", "Gruppe",
            "Sprache", "Sprachen", "Eintritt", "Austritt", "Gewicht",
            "sexe", "âge", "bureau", "ville", "service", "rôle", "classe", "groupe", "langue", "langues",
            "sexo", "género", "edad", "oficina", "ciudad", "departamento", "rol", "clase", "grupo", "idioma",
        ),
    )
)  # fmt: skip
"""What is told of people, in four languages: where these stand as names, a table is on its side."""
SPOILERS: Final = "?&*(["
"""One of these, or a letter beyond ASCII, is in everything that ``SPOILT`` finds."""
SPOILT: Final = (
    (
        re.compile("\ufffd"),
        "has a letter that was lost",
        "Write the name again, or export the table as UTF-8",
    ),
    (
        re.compile(r"[^\W\d_]\?[^\W\d_]"),
        "has a question mark inside a word, as where a letter was lost",
        "Write the name again, or export the table as UTF-8",
    ),
    (
        re.compile(
            r"&(#\d+|#x[\da-fA-F]+|amp|lt|gt|quot|apos|nbsp|[A-Za-z]+(?:uml|acute|grave|circ|tilde));"
        ),
        "has a code of a web page",
        "Write the letter itself, as it is shown to people",
    ),
    (
        re.compile(r".[*†‡¹²³]+$"),
        "ends in the mark of a footnote",
        "Delete the mark, and write what it says in a column of its own",
    ),
    (
        re.compile(
            r"[(\[](cancell?ed|withdrawn|absent|ill|sick|left|abgesagt|abgemeldet|krank|ausgetreten|annulée?"
            r"|absente?|malade|cancelad[oa]|baja)[)\]]",
            re.IGNORECASE,
        ),
        "was taken for somebody who takes part",
        "Delete the row if they do not",
    ),
)
"""What in a name shows that something happened to it on its way, what is said of it, and how to mend it."""
DAY_COUNTS: Final = range(36_526, 73_051)
"""Day counts of spreadsheets for the years 2000 to 2099; other numbers are somebody's labels."""
COMPARED: Final = 20_000
"""Different names up to which spellings are compared: 20 ms; a million would take a second of the reading."""
FEWEST: Final = 4
"""Rows from which one that differs from all others can be told."""


def is_total(cell: str) -> bool:
    """Whether a cell names a row of totals: "Total", "Summe:", "Total général (EUR)".

    >>> is_total("Summe:"), is_total("Total 2026"), is_total("Tota Lee")
    (True, True, False)
    """
    # A figure in front comes of two columns read as one name: "8 Totale".
    words = re.split(r"[:=(\d]", cell.lstrip("0123456789., "), maxsplit=1)[0]
    return word_key(words) in TOTALS


def subtotal_rows(table: Table, label: Callable[[int], str]) -> list[int]:
    """Return rows of totals between the others: with a word for it, and figures alone beside it.

    Args:
        table: as read.
        label: what a row is called, by its index.
    """
    if len(table) > BY_HAND:
        return []
    columns = list(table.columns.values())
    return [
        row
        for row in range(len(table) - LAST)
        if is_total(label(row))
        and all(FIGURE.fullmatch(cells[row]) or cells[row] in ("", label(row)) for cells in columns)
    ]


def noted_oddities(table: Table, kind: TableKind, fits: Match) -> Table:
    """Note what is odd and return the table without rows of totals.

    Args:
        table: as read, under the person's own heads.
        kind: what it is.
        fits: which head is which column.
    """
    if not kind.columns or not table.columns:
        return table
    if not len(table) and kind.needed and table.origin.kind != "values":
        table.findings.error("has a header and nothing below it", f"Add {kind.meaning}", table=table.name)
        return table
    # The roster's reader looks at its numbers too; in a table of rules "count" is a kind of rule.
    if kind.name != "rules" and (kind.job, kind.name) != ("teams", "people"):
        table = _without_totals(table, kind, fits)
    _on_its_side(table, kind, fits)
    _empty_columns(table, kind, fits)
    _no_days(table, kind, fits)
    _small_thousands(table, kind, fits)
    _nearly_alike(table, kind, fits)
    table = _under_headings(table, kind)
    _nothing_beside(table, kind)
    _not_read(table, kind, fits)
    return table


def _without_totals(table: Table, kind: TableKind, fits: Match) -> Table:
    texts = [
        fits.columns[column.name]
        for column in kind.columns
        if column.type == "text" and column.name in fits.columns
    ]
    heads = texts or list(table.columns)[:1]

    def label(row: int) -> str:
        return next((table.columns[head][row] for head in heads if table.columns[head][row]), "")

    last = range(max(0, len(table) - LAST), len(table))
    gone = [*subtotal_rows(table, label), *(row for row in last if is_total(label(row)))]
    if not gone or len(gone) == len(table):
        return table
    for row in gone:
        named = next(head for head in heads if table.columns[head][row])
        table.odd(row, named, "looks like a row of totals and was left out", "Delete it if it is one")
    return _without_rows(table, set(gone))


def _without_rows(table: Table, gone: set[int]) -> Table:
    kept = [row for row in range(len(table)) if row not in gone]
    columns = {head: [cells[row] for row in kept] for head, cells in table.columns.items()}
    place = {row: new for new, row in enumerate(kept)}
    broken = frozenset(place[row] for row in table.broken if row in place)
    rows = [table.rows[row] for row in kept]
    return replace(table, columns=Headed(columns), rows=rows, broken=broken)


def _small_thousands(table: Table, kind: TableKind, fits: Match) -> None:
    """Note 1.200 beside 950: read as a little more than one, as the file's commas are no decimal marks."""
    if len(table) > BY_HAND:
        return
    numbers = [column.name for column in kind.columns if column.type in ("number", "weight")]
    for head in (fits.columns[name] for name in numbers if name in fits.columns):
        words = [word for word in words_of(table.columns[head]) if word]
        pointed = [word for word in words if "." in word]
        large = any(word.isdecimal() and len(word) > 2 for word in words)  # noqa: PLR2004 - from 100 on
        if pointed and large and all(THOUSANDS.fullmatch(word) for word in pointed):
            row = next(row for row, cell in enumerate(table.columns[head]) if cell == pointed[0])
            mend = f"If it is {pointed[0].replace('.', '')}, write it without the point"
            table.odd(row, head, f"was read as {float(pointed[0]):g}", mend)


def _on_its_side(table: Table, kind: TableKind, fits: Match) -> None:
    """Refuse a table whose rows are ages and offices of people: "age" would be planned as a person."""
    head = fits.columns.get("name", "")
    # Rows of aspects are few: a table of more texts is not looked at cell by cell.
    few = bool(head) and kind.name == "people" and len(words_of(table.columns[head])) <= len(ASPECTS) + 1
    cells = [cell for cell in table.columns[head] if cell] if few else []
    if not 0 < len(cells) <= len(ASPECTS):
        return
    told = [cell for cell in cells if word_key(cell) in ASPECTS]
    if len(told) * 2 >= len(cells) and len(table.columns) > 1:
        mend = "Turn it: one row a person and one column for each of these (paste special, transpose)"
        problem = f"lies on its side: {listed(told)} stand{'s' * (len(told) == 1)} where names should"
        table.findings.error(problem, mend, table=table.name, column=table.head(head))


def _empty_columns(table: Table, kind: TableKind, fits: Match) -> None:
    for name, head in fits.columns.items():
        # In a team that nobody has left yet the column is empty for good reason, month after month.
        if name == "left":
            continue
        if name in kind and not kind.column(name).needed and len(table) > 1 and not any(table.columns[head]):
            table.findings.warning(
                "is empty in every row",
                "Fill it, or delete it; formulas need their results saved with them",
                table=table.name,
                column=table.head(head),
            )


def _no_days(table: Table, kind: TableKind, fits: Match) -> None:
    """Note cells of days that look like a date and are none: a slip of the hand makes a new day."""
    head = fits.columns.get("day", "")
    if not head or "day" not in kind or kind.column("day").type != "text":
        return
    cells: Sequence[str] = table.columns[head]
    counts = [cell for cell in words_of(cells) if cell]
    if counts and all(cell.isascii() and cell.isdigit() and int(cell) in DAY_COUNTS for cell in counts):
        day = date.fromordinal(int(counts[0]) + date(1899, 12, 30).toordinal())
        row, problem = places_of(counts[0], cells)[0], f"looks like a spreadsheet's day count, {day}"
        table.odd(row, head, problem, "Show the column as dates; now it is a day's name and no date")
    # Digits alone may be any name; a date with the wrong weekday beside it is a slip of either.
    wrong = {
        word: fault
        for word, fault in days([word for word in words_of(cells) if word])[1].items()
        if not word.isdigit() and (fault[0] == NO_DAY or fault[1] == WHICH)
    }
    for row, fault in sorted((row, fault) for word, fault in wrong.items() for row in places_of(word, cells)):
        table.wrong(row, head, *fault)


def _not_read(table: Table, kind: TableKind, fits: Match) -> None:
    """Note columns that a rota does not read: how many are needed, or who is away, often stands in one."""
    asked = set(poll_heads(table)) if kind.name == "people" else set()
    spare = [head for head in fits.spare if any(table.columns[head]) and head not in asked]
    if kind.job != "rota" or not spare or table.origin.kind in {"values", "a calendar", "a strict calendar"}:
        return
    known = listed(column.name for column in kind.columns)
    mend = f"Columns are {known}; --map HEAD=COLUMN names one"
    if kind.name == "people":
        mend = f"Absences stand in a table of their own, with name, from and to. {mend}"
    problem = f"{listed(spare)} {'is' if len(spare) == 1 else 'are'} not read"
    table.findings.warning(problem, mend, table=table.name)


def _alone(table: Table, most: int) -> list[int]:
    """Return rows with one cell where others have more, unless they are more than one of ``most`` rows."""
    if len(table.columns) < 2 or not FEWEST <= len(table) <= COMPARED:  # noqa: PLR2004
        return []
    filled = [sum(map(bool, cells)) for cells in zip(*table.columns.values(), strict=True)]
    rows = [row for row, count in enumerate(filled) if count == 1 and row not in table.broken]
    # Where more have one cell, that is how the table is: some columns are for few people.
    return rows if len(rows) * most <= len(table) else []


def _under_headings(table: Table, kind: TableKind) -> Table:
    """Leave out rows such as "Group North" between people; where each person is under one, it is a column.

    A row of one cell without such a word may be somebody of whom nothing is known yet, and stays.
    """
    if kind.name != "people":
        return table
    headings: dict[int, str] = {}
    # Every other row may be a heading, of people alone in their groups; with a word for it they are known.
    for row in _alone(table, 2):
        cell = next(cells[row] for cells in table.columns.values() if cells[row])
        if HEADING.search(cell) and not is_total(cell):
            headings[row] = cell.rstrip(": ")
    if not headings:
        return table
    several = len(set(headings.values())) > 1 and 0 in headings and SECTION not in table.columns
    column: list[str] = []
    for row in range(len(table)):
        column.append(headings.get(row, column[-1] if column else ""))
    names = list(dict.fromkeys(headings.values()))
    told = listed(names[:TOLD]) + (f" and {len(names) - TOLD:,} more" if len(names) > TOLD else "")
    problem, mend = (
        f"has headings between its rows, which were left out: {told}",
        "Delete them if that is right",
    )
    if several and kind.job == "teams":
        problem = f"has headings between its rows, which were read as the column {SECTION}: {told}"
        mend = "Write them into a column of their own if that is wrong"
        table = replace(table, columns=Headed({**table.columns, SECTION: column}))
    table.findings.warning(problem, mend, table=table.name, row=table.rows[min(headings)])
    return _without_rows(table, set(headings))


def _nothing_beside(table: Table, kind: TableKind) -> None:
    """Note rows with one cell where nearly all have more: a heading between rows, or a remark below them."""
    for row in _alone(table, 4) if kind.own else ():
        head = next(head for head, cells in table.columns.items() if cells[row])
        cell = table.columns[head][row]
        if is_total(cell) or not any(map(str.isalpha, cell)):  # told as a row of totals, or of no name
            continue
        mend = "Delete the row if it is a heading or a remark"
        table.odd(row, head, "stands alone in its row", mend)


def _nearly_alike(table: Table, kind: TableKind, fits: Match) -> None:
    """Note names that differ by capitals, accents or twin letters alone, and cells that are nobody's name."""
    for column in NAMES.get((kind.job, kind.name), ()):
        head = fits.columns.get(column, "")
        if not head:
            continue
        cells = table.columns[head]
        _tell_spoilt(table, head)
        # A roster refuses names that differ by capitals, so that is said there.
        note_alike(table, head, case=kind.job != "teams")
        nobody = {word for word in words_of(cells) if word.casefold() in NOBODY}
        for row in sorted(places_of(word, cells)[0] for word in nobody):
            mend = "If it stands for nobody, write the name or delete the row"
            table.odd(row, head, "was taken for a name", mend)


def _tell_spoilt(table: Table, head: str) -> None:
    """Note the first name of each kind that was changed on its way here, and how many more there are."""
    cells = table.columns[head]
    words = words_of(cells)
    whole = "\n".join(words)
    # All at once, as a roster may hold a million names; most tables are done here.
    if whole.isascii() and not any(mark in whole for mark in SPOILERS):
        return
    odd = [word for word in words if not word.isascii() or any(mark in word for mark in SPOILERS)]
    kinds = [([word for word in odd if sign.search(word)], problem, mend) for sign, problem, mend in SPOILT]
    twice = [word for word in odd if _read_twice(word) != word]
    if twice:
        mend = "Export the table as UTF-8 again, or write the names anew"
        kinds.append((twice, f"looks like {_read_twice(min(twice))} with its letters read wrongly", mend))
    for words, problem, mend in kinds:
        if words:
            first = min(words)
            more = f"; {len(words) - 1:,} more like it" if len(words) > 1 else ""
            table.odd(places_of(first, cells)[0], head, problem + more, mend)


def _read_twice(word: str) -> str:
    """Return what a text was before UTF-8 was taken for Windows-1252: JÃ¼rgen was Jürgen."""
    try:
        return word.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return word


def note_alike(table: Table, head: str, *, case: bool) -> None:
    """Note texts of a column that the eye takes for one and the plan for two.

    Args:
        table: the table.
        head: the column.
        case: whether texts that differ by capitals are two.
    """
    cells = table.columns[head]
    if len(words_of(cells)) > COMPARED:
        return
    first: dict[str, str] = {}
    for word in filter(None, first_seen(cells)):
        spelt = word.casefold().translate(UMLAUTS)
        for key in dict.fromkeys((bare(word), bare(spelt), bare(word.rstrip(MARKS)))):
            other = first.setdefault(key, word)
            if other == word or (not case and other.casefold() == word.casefold()):
                continue
            letter = _twin(word, other)
            nearly = (
                f"looks like {other} but has {letter}, so it was taken for another"
                if letter
                else f"is nearly {other}, and was taken for another"
            )
            table.odd(places_of(word, cells)[0], head, nearly, "If they are one, spell them alike")
            break


def _twin(word: str, other: str) -> str:
    """Return which letter of another alphabet tells two names apart that look alike; "" where none does."""
    for name in (word, other):
        for letter in name:
            alphabet = unicodedata.name(letter, "").split(" ")[0].capitalize()
            if alphabet in {"Cyrillic", "Greek"} and (letter in word) != (letter in other):
                # Said of the second name, even where the first one holds the letter.
                return f"{'a' if name is word else 'no'} {alphabet} {letter}"
    return ""
