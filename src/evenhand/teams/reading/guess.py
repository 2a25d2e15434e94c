"""What each column of a roster is for: to balance, several answers in a cell, names of others, or neither.

A guess is for a person to confirm: ``guess`` says why each column was left out. Form tools add columns that
mean nothing for teams (time stamps, e-mail, consent), and questions such as "Whom would you like to be
with?" hold names: balancing those would only do harm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from evenhand.core.arguments import said_in_words
from evenhand.tables import Table, read
from evenhand.tables.coded import word_counts, words_of
from evenhand.tables.numerals import decimals
from evenhand.teams.reading.columns import folded, split_tags
from evenhand.teams.reading.names import FIRST, LAST, WHOLE_NAMES, name_parts, naming_columns
from evenhand.teams.reading.schedules import ANY_WEEK, spans_of

FEW = 12
"""Most different values of a column that is guessed: beyond, teams of usual size cannot mirror them, and the
column is rather a name or a free text."""

SHARE = 3
"""Of n people at least three must share a value on average, else hardly any two people are alike in it."""

SMALL = 4
"""Values up to which two people a value are enough: in a roster of six, three roles of two people each are
what somebody wants to see in every team. Beyond four, pairs are as likely first names."""

MOST_CELLS = 0.6
"""Share of a column's filled cells that must look like one thing (names of people, times) to be it. Forms
are filled by people: some write "anyone" where a name is asked for."""

SOME_CELLS = 0.1
"""Share of filled cells with several answers from which a column is one of several answers."""

TIMES = frozenset(
    [
        "timestamp",
        "zeitstempel",
        "horodateur",
        "marcatemporal",
        "starttime",
        "completiontime",
        "submittedat",
        "submitdate",
        "startdate",
        "enddate",
        "recordeddate",
        "date",
        "datum",
        "createdat",
        "lastmodifiedtime",
        "startzeit",
        "fertigstellungszeit",
    ]
)
IDS = frozenset(
    [
        "id",
        "uid",
        "uuid",
        "ids",
        "nr",
        "no",
        "number",
        "nummer",
        "matric",
        "matriculation",
        "matrikelnummer",
        "studentid",
        "personid",
        "userid",
        "ref",
        "zip",
        "zipcode",
        "postcode",
        "postalcode",
        "plz",
        "postleitzahl",
        "codepostal",
        "cp",
        "codigopostal",
        "phone",
        "telephone",
        "telefon",
        "tel",
        "mobile",
        "handy",
        "ip",
        "ipaddress",
        "token",
        "respondent",
        "responseid",
        "collectorid",
    ]
)
NEVER = frozenset(
    [
        "url",
        "photo",
        "foto",
        "picture",
        "notes",
        "note",
        "comment",
        "comments",
        "bemerkung",
        "bemerkungen",
        "kommentar",
        "remarque",
        "remarques",
        "observaciones",
        "team",
        "teams",
        "group",
        "gruppe",
        "score",
        "consent",
        "agree",
        "einwilligung",
    ]
)
WISHES = re.compile(
    r"friend|wish|would like to be with|work with|like to (sit|work|be|play)|buddy|partner|freund|wunsch"
    r"|zusammen (mit|sein)|mit wem|with whom|who .*\bwith\b|avec qui|con quién|ami[es]*\b|souhait|amig[oa]s?",
    re.IGNORECASE,
)
APART = re.compile(
    r"\bnot\b.*\bwith\b|\bavoid|\bapart\b|nicht mit|getrennt|trennen|pas avec|séparer|no con\b|separar",
    re.IGNORECASE,
)
"""A head under which people name those whom they, or a teacher, do not want beside them."""
AGAINST = re.compile(
    r"\bnot\b|n['’]?t\b|\bnever\b|conflict|\bfeuds?\b|enem|rather without|\bno\b|nunca|jamás|evitar|enemig"
    r"|\bnicht\b|\bkeine(n|m|r|sfalls)?\b|\bohne\b|streit|feind|\bpas\b|jamais|éviter|conflit|ennemi"
    r"|\bnon\b|\bmai con\b|nemic|\bniet\b|\bnão\b",
    re.IGNORECASE,
)
"""Words by which a head says so where the cells below it are names of people already."""
CLOCK = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T,]+\d{1,2}:\d{2}")
"""A date with a time of day, as form tools write it."""

IDENTIFIER = "an identifier"
TIMES_SEEN = "times"
"""Reasons for which a column is left out, told to the person."""

NUMBERS = "a number, --numbers"
MEETING_TIMES = "when people can meet, --times"
WORDY = frozenset({"free text", "too many different values"})

LOOKED_AT = 20
"""Different cells that are read as times or numbers before a column is taken for them: reading all of a
million texts to say what a column is would take longer than planning."""

NUMBERED = re.compile(r"[\[(]?\b([1-9]|1st|2nd|3rd|first|second|third)\b[\])]?", re.IGNORECASE)

FRACTION = re.compile(r"[-+]?\d+[.,]\d+")

WORD = re.compile(r"[A-Za-zÀ-ÿ]+|\d+")


@dataclass(frozen=True, slots=True)
class Guess:
    """What columns were taken for.

    Attributes:
        criteria: columns to balance, in the table's order; tags are among them.
        tags: those of them with several answers in a cell.
        wishes: columns whose cells name other people of the roster.
        apart: those whose cells name whom somebody should not be with.
        choices: columns that rank the same answers, as "Project 1" and "Project 2" do.
        left_out: other columns that might have been meant, with the reason.
    """

    criteria: tuple[str, ...]
    tags: tuple[str, ...]
    wishes: tuple[str, ...]
    apart: tuple[str, ...]
    choices: tuple[str, ...]
    left_out: dict[str, str]


@said_in_words
def guess_criteria(source: Any) -> tuple[str, ...]:
    """Guess which columns to balance: those in which few different values are shared by many people.

    Args:
        source: a roster: a path, a mapping of columns, a list of rows or a data frame.

    Returns:
        Columns with at least 2 and at most 12 different values (or a third of the people, where that is
        less; up to 4 values, half of the people), in the table's order. Names, numbers that identify,
        times and wishes never count.

    Cost: linear in the cells.

    Example:
        >>> from evenhand.teams import guess_criteria
        >>> rows = [{"name": f"p{at}", "house": "NSW"[at % 3], "ZIP": f"0{at % 2}999"} for at in range(9)]
        >>> guess_criteria(rows)
        ('house',)
    """
    return guess(read(source, "people")).criteria


def guess(table: Table, *, apart_from: Collection[str] = ()) -> Guess:
    """Return what each column is taken for; O(cells), and little more than the different cells where coded.

    Args:
        table: the roster.
        apart_from: columns that somebody named for something else.
    """
    names = set(naming_columns(table))
    people = name_parts(table).union(*(words_of(table.columns[column]) for column in names))
    skipped = {folded(column) for column in apart_from}
    criteria: list[str] = []
    tags: list[str] = []
    wishes: list[str] = []
    apart: list[str] = []
    left_out: dict[str, str] = {}
    ranked = _ranked(table)
    for header in table.columns:
        if header in ranked:
            continue
        if header in names or folded(header) in {*WHOLE_NAMES, *FIRST, *LAST} or folded(header) in skipped:
            continue
        counts: Counter[str] = Counter()
        for cell, times in word_counts(table.columns[header]).items():
            counts[cell.strip()] += times
        what, reason = _kind(header, counts, people)
        if reason in WORDY and _says_when(header, counts):
            reason = MEETING_TIMES
        if what in {"category", "tags"}:
            criteria.append(header)
            if what == "tags":
                tags.append(header)
        elif what == "wish":
            (apart if _against(header) else wishes).append(header)
        elif reason:
            left_out[header] = reason
    ranked = tuple(column for column in ranked if column not in wishes and folded(column) not in skipped)
    friends = [
        column
        for column in ranked
        if any(cell.casefold() in people for cell in words_of(table.columns[column]) if cell)
    ]
    apart += [column for column in friends if _against(column)]
    wishes += [column for column in friends if column not in apart]
    ranked = tuple(column for column in ranked if column not in friends)
    return Guess(tuple(criteria), tuple(tags), tuple(wishes), tuple(apart), ranked, left_out)


def _against(header: str) -> bool:
    """Whether a column that names people says whom somebody should not be with."""
    return bool(APART.search(header) or AGAINST.search(header))


def _ranked(table: Table) -> tuple[str, ...]:
    """Return columns whose heads differ by a number only, as "Project 1" and "Project 2" do."""
    stems: dict[str, list[str]] = {}
    for header in table.columns:
        if NUMBERED.search(header):
            stems.setdefault(folded(NUMBERED.sub("", header)), []).append(header)
    ranked = []
    for columns in stems.values():
        answers = [
            {cell.casefold() for cell in words_of(table.columns[column]) if cell} for column in columns
        ]
        if len(columns) > 1 and all(answers) and len(answers[0] & answers[1]) * 2 >= len(answers[0]):
            ranked += columns
    return tuple(ranked)


def _kind(header: str, cells: Mapping[str, int], people: Collection[str]) -> tuple[str, str]:  # noqa: PLR0911, C901 - one return for each thing a column can be
    """Return what a column is ("category", "tags", "wish" or "") and why it is left out, if it is.

    Args:
        header: its head.
        cells: how often each text stands in it; a million rows have few.
        people: names of the roster.
    """
    filled = {cell: times for cell, times in cells.items() if cell}
    rows = sum(filled.values())
    everybody = sum(cells.values())
    few = _few(rows)
    if not filled:
        return "", "empty"
    if folded(header) in NEVER:
        return "", NUMBERS if len(filled) > few and _are_numbers(filled) else ""
    if folded(header) in TIMES or _share(filled, lambda cell: bool(CLOCK.match(cell))) >= MOST_CELLS * rows:
        return "", TIMES_SEEN
    if _identifies(header):
        return "", IDENTIFIER
    answers = Counter[str]()
    for cell, times in filled.items():
        for part in split_tags(cell):
            answers[part] += times
    named = sum(times for part, times in answers.items() if part.casefold() in people or part in people)
    answers = _folded_counts(answers)
    if named >= MOST_CELLS * answers.total():
        return "wish", ""
    if (WISHES.search(header) or APART.search(header)) and len(answers) > few:
        return "wish", ""
    several = any((";" in cell or "|" in cell) and len(split_tags(cell)) > 1 for cell in filled)
    commas = _share(filled, lambda cell: ", " in cell)
    distinct = {cell.casefold() for cell in filled}
    if several or (commas >= SOME_CELLS * rows and len(answers) < len(distinct)):
        if _says_when(header, filled):
            return "", MEETING_TIMES
        # Several answers in a cell are tags where the answers themselves come again, as a form's choices do.
        return ("tags", "") if 1 < len(answers) <= few else ("", "free text")
    # Marks such as 2.5 are measured; whole numbers may be kinds, such as years of study.
    measured = any(map(FRACTION.fullmatch, filled)) and _are_numbers(filled)
    # Remarks of a few people are all different; so are the kinds of two people, where each has one.
    remarks = len(distinct) == rows < everybody
    if 1 < len(distinct) <= few and not measured and not remarks:
        return "category", ""
    if len(distinct) == 1:
        # A cross beside some of the names is a kind of people; the same word beside all of them is none.
        return ("category", "") if 1 < rows < everybody else ("", "all alike")
    return "", NUMBERS if _are_numbers(filled) else "too many different values"


def _few(rows: int) -> int:
    """Return up to how many different values are kinds, which many people share."""
    return max(2, min(FEW, rows // SHARE), min(SMALL, rows // 2))


def measured_columns(table: Table, columns: Sequence[str], teams: int) -> list[str]:
    """Return those columns whose cells are numbers of too many values to be kinds, such as ages.

    Where a value has fewer people than there are teams, each team has one of them or none, and nearly any
    teams are even in that. A number that identifies, such as a postcode, measures nothing.
    """
    measured = []
    for column in columns:
        filled = {cell: times for cell, times in word_counts(table.columns.get(column, ())).items() if cell}
        rows = sum(filled.values())
        many = len(filled) > _few(rows) and rows < len(filled) * teams
        if many and not _identifies(column) and folded(column) not in NEVER:
            numbers = not decimals(list(filled), semicolons=table.semicolons)[1]
            measured += [column] if numbers else []
    return measured


def _are_numbers(cells: Mapping[str, int]) -> bool:
    """Whether most cells are numbers."""
    some = list(cells)[:LOOKED_AT]
    return len(decimals(some)[1]) < (1 - MOST_CELLS) * len(some)


def _says_when(header: str, cells: Mapping[str, int]) -> bool:
    """Whether most cells say when people can meet."""
    some = [cell for cell in cells if cell][:LOOKED_AT]
    return bool(some) and sum(
        not wrong and bool(spans)
        for spans, wrong in (spans_of(cell, UTC, ANY_WEEK, head=header) for cell in some)
    ) > MOST_CELLS * len(some)


def _folded_counts(cells: Mapping[str, int]) -> Counter[str]:
    """Return counts of texts that differ by case only together."""
    out = Counter[str]()
    for cell, times in cells.items():
        out[cell.casefold()] += times
    return out


def _share(cells: Mapping[str, int], fits: Callable[[str], bool]) -> int:
    """Return how many cells fit."""
    return sum(times for cell, times in cells.items() if fits(cell))


def _identifies(header: str) -> bool:
    """Whether a header says that its cells identify: an own word for it, or such a word at its end."""
    words = [word.casefold() for word in WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", header))]
    return (
        folded(header) in IDS
        or bool(words and words[-1] in IDS)
        or bool({"zip", "plz", "postcode"} & set(words))
    )
