"""The table of duties: start, every, until or count, seats, load, skills, timezone, at, and how long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any, NamedTuple
from zoneinfo import available_timezones

import numpy as np

from evenhand.core.errors import Findings
from evenhand.rota.problem.calendar import MOST, NTH, Duty, Slot, slots_of
from evenhand.rota.reading.people import aliased, parted
from evenhand.tables import Table, near
from evenhand.tables.calendar_days import WEEKDAY_OF
from evenhand.tables.clock import DAY as MIDNIGHT
from evenhand.tables.clock import clock_of
from evenhand.tables.texts import bare

RHYTHM = re.compile(r"(?:every\s+)?(?:(\d+)|(other|second|2nd))?\s*(day|week|month|year|fortnight)s?")
_NTH_WORD = r"(?:first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)"
_NTH_PARTED = r"(?:\s*[,;&+/]\s*|\s*,?\s+and\s+|\s+)"
NTH_DAY = re.compile(
    rf"(every\s+)?({_NTH_WORD}(?:{_NTH_PARTED}{_NTH_WORD})*)\s+([a-z]+)"
    r"(\s+(?:of|in)\s+(?:the|every|each)\s+month)?"
)
SHORT_NTH = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth"}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RHYTHM_MEND = (
    "Write day, week, 2 weeks, every other week, 10 days, month, year, weekdays, Mon Wed Fri, every other "
    "Sunday, first Sunday, first and third Sunday or last Friday"
)
WORDS = {
    "daily": "day",
    "weekly": "week",
    "biweekly": "2 weeks",
    "fortnightly": "2 weeks",
    "monthly": "month",
    "quarterly": "3 months",
    "yearly": "year",
}
ENGLISH = {
    word: english
    for english, words in {
        "every": "jede jeden jedes jeder alle chaque toutes tous cada",
        "": "les la le el los las und et y am an",
        "other": "zweite zweiten zweiter zweites deuxieme segundo",
        "day": "tag tage tagen jour jours dia dias taglich quotidien diario",
        "15": "quinze quince",
        "week": "woche wochen semaine semaines semana semanas wochentlich hebdomadaire semanal",
        "2 weeks": "14-tagig 14-tagiger zweiwochentlich quinzaine quincenal",
        "month": "monat monate monaten mois mes meses monatlich mensuel mensual",
        "year": "jahr jahre jahren an ans annee ano anos jahrlich annuel anual",
        "weekdays": "werktag werktags wochentags laborables",
        "weekends": "wochenende wochenenden week-end fin",
        "first": "erste ersten erster 1er premier primer primero",
        "second": "2e 2eme",
        "third": "dritte dritten dritter 3e 3eme troisieme tercer",
        "fourth": "vierte vierten vierter 4e 4eme quatrieme cuarto",
        "last": "letzte letzten letzter dernier ultimo",
    }.items()
    for word in words.split()
}
"""Words of a rhythm, without accents, in German, French and Spanish."""
OF_THE_MONTH = re.compile(r"\b(?:im|des|eines|du|de|del|de chaque|de cada)\s+(?:monat|monats|mois|mes)\b")
UNITS = {
    "day": ("day", 1),
    "week": ("day", 7),
    "fortnight": ("day", 14),
    "month": ("month", 1),
    "year": ("month", 12),
}
# Python's calendar ends with 9999; a turn lasts a year at most, which leaves some years for rest and a
# second time zone.
LAST_YEAR = 9990
"""Turns start in it at latest: the longest turn and its rest end before the calendar does."""
DAYS_A_YEAR, MONTHS_A_YEAR = 365, 12
RANGE = re.compile(r"\s*(?:-|–|—|\bto\b|\bbis\b)\s*")


class _Cells(NamedTuple):
    """The cells of one row."""

    name: str
    start: date | None
    every: str
    until: date | None
    slots: int
    seats: int
    load: int
    days: int
    hours: float
    skills: str
    timezone: str
    begins: str
    ends: str
    skip: str


def read_duties(table: Table, findings: Findings, skip: frozenset[int] = frozenset()) -> list[Duty]:
    """Read duties, a row each, sorted by name and start; what cannot be read is noted by row and column.

    Args:
        table: the duties.
        findings: where to note what is wrong.
        skip: days, as ordinals, on which no duty starts (school holidays, say).
    """
    name_at = "name" if table.has("name") else "duty"
    start_at = aliased(table, "start")
    if not table.need(start_at):
        return []
    # A list of shifts, a row each, says neither how often they come nor until when.
    single = len(table) > 0 and not any(map(table.has, ("every", "until", "count")))
    if single:
        problem = "has no until, count or every, so each row is one turn"
        findings.warning(problem, "", table=table.name)
    columns = (
        table.text(name_at, default="duty"),
        table.dates(start_at),
        table.text("every", default="day" if single else "week"),
        table.dates("until", optional=True) if table.has("until") else [None] * len(table),
        table.integers("count", default=int(single), low=0, high=MOST).tolist(),
        table.integers("seats", default=1, low=1, high=100_000).tolist(),
        table.integers("load", default=1, low=1, high=10_000).tolist(),
        days := [int(length) for length in _lengths(table)],
        [float(length) for length in table.numbers("hours", default=0, low=0, high=366 * 24)],
        *(table.text(name) for name in ("skills", "timezone", "at", "end_time", "skip")),
    )
    rows = enumerate(_Cells(*cells) for cells in zip(*columns, strict=True))
    out = [(row, duty) for row, cells in rows if (duty := _duty(table, row, cells, skip)) is not None]
    _tell_long(table, out, days)
    if not len(table) and not findings.errors:
        findings.error("has no duty in it", "Give at least one duty, a row each", table=table.name)
    return sorted((duty for _, duty in out), key=lambda duty: (duty.name, duty.start, duty.seats, duty.load))


def _duty(table: Table, row: int, cells: _Cells, skip: frozenset[int]) -> Duty | None:
    """Read the duty of a row; None where something is missing, which is noted like all else that is wrong."""
    rhythm = _rhythm(table, row, cells.every)
    unending = not cells.slots and cells.until is None
    if unending:
        column = "count" if table.has("count") else "until"
        table.wrong(row, column, "has neither until nor count", "Give one of them")
    asked = tuple(parted(cells.skills))
    if len(asked) > cells.seats:
        problem = f"asks {len(asked)} skills of {cells.seats} seats"
        table.wrong(row, "skills", problem, "Give one skill a seat at most")
    zone = _zone(table, row, cells.timezone)
    clock, lasting = _times(table, row, cells.begins, cells.ends)
    # The rest needs a rhythm and a first day; faults are told by now, and the next rows are still read.
    if unending or rhythm is None or cells.start is None:
        return None
    unit, step, weekdays = rhythm
    if lasting and (cells.hours or cells.days):
        beside = "hours" if cells.hours else "days"
        table.wrong(row, beside, "stands beside the time at which it ends", "Give one of them")
    _length(table, row, cells.days, cells.hours, clock)
    if _beyond(cells.start, (unit, step), cells.slots, cells.until):
        column = "count" if cells.slots else "until"
        table.wrong(row, column, "reaches beyond the year 9990", "Plan a shorter time")
        return None
    # Without a length a slot lasts until the next one; months and weekdays have steps of unequal
    # length, so there it is a day.
    whole = cells.days or (step if unit == "day" and not weekdays else 1)
    return Duty(
        cells.name, cells.start, (unit, step), cells.until, cells.slots or None, cells.seats, cells.load,
        asked, zone, clock, whole, lasting or cells.hours, weekdays, skip | _skipped(table, row, cells.skip),
    )  # fmt: skip


def _tell_long(table: Table, duties: Sequence[tuple[int, Duty]], days: Sequence[int]) -> None:
    """Note turns that last until the next one, as no length is said, beside duties of shorter turns.

    That is seldom meant: a surgery every second Saturday takes no fortnight.
    """
    for row, duty in duties:
        unsaid = duty.days > 1 and not days[row] and not duty.hours
        if unsaid and any(other.days < duty.days for _, other in duties):
            table.odd(
                row,
                "every",
                f"means turns of {duty.days} days, as no length is said; meanwhile nobody who has one serves "
                "another duty",
                "Write 1 in the column days if a turn is one day",
            )


def _lengths(table: Table) -> Any:
    """Read how many days each slot lasts; weekdays written there belong into the column every."""
    cells = table.text("days")
    named = [index for index, cell in enumerate(cells) if cell and _on_weekdays(cell.strip().casefold())]
    for index in named:
        mend = f"Write {cells[index]} in the column every; days is how many days a turn lasts"
        table.wrong(index, "days", "names weekdays", mend)
    return [0] * len(cells) if named else table.integers("days", default=0, low=0, high=366)


Rhythm = tuple[str, int, tuple[int, ...]]


def _rhythm(table: Table, index: int, text: str) -> Rhythm | None:
    """Read a rhythm: its unit, its step, and the weekdays on which slots start (any where empty)."""
    for word in (text.strip().casefold(), _in_english(text)):
        plain = WORDS.get(word, word)
        if _two_meanings(plain):
            problem, once = "may mean every so many weeks, or once a month", plain.removeprefix("every ")
            table.wrong(index, "every", problem, f"Write every other Sunday, 3 weeks or {once}")
            return None
        rhythm = _plain(plain) or _nth(plain) or _on_weekdays(plain)
        if rhythm is not None:
            return rhythm
    table.wrong(index, "every", "is not a rhythm", RHYTHM_MEND)
    return None


def _in_english(text: str) -> str:
    """Return a German, French or Spanish rhythm in English: "alle 2 Wochen", "1er dimanche du mois"."""
    parts = [part for part in re.split(r"[\s,;/&+.]+", OF_THE_MONTH.sub("", bare(text))) if part]
    days = {part: WEEKDAY_OF.get(part, WEEKDAY_OF.get(part.removesuffix("s"))) for part in parts}
    words = [ENGLISH.get(part, part) if (day := days[part]) is None else WEEK[day] for part in parts]
    words = [word for word in words if word]
    if len(words) == 2 and words[1] in WEEK:  # noqa: PLR2004 - a number and a weekday
        # "2. Dienstag", "segundo martes": beside a weekday the word for every other is a number.
        words[0] = {"other": "second", **dict(zip("12345", SHORT_NTH.values(), strict=True))}.get(
            words[0], words[0]
        )
    # Fifteen days are two weeks in French and Spanish, as both ends are counted.
    return " ".join(words).replace("every 15 day", "2 weeks")


def _plain(word: str) -> Rhythm | None:
    """Read ``week``, ``2 weeks``, ``every other day``, ``10 days``, ``month``."""
    match = RHYTHM.fullmatch(word)
    if match is None:
        return None
    unit, step = UNITS[match[3]]
    # "Every other week" is every second one. 0 weeks would never move on and is not a rhythm.
    count = 2 if match[2] else int(match[1] or 1)
    return (unit, step * count, ()) if count else None


def _nth(word: str) -> Rhythm | None:
    """Read ``first Sunday``, ``first and third Sunday``, ``2nd Tuesday of the month``, ``last Friday``."""
    match = NTH_DAY.fullmatch(word)
    if match is None or _weekday(match[3]) is None:
        return None
    named = {SHORT_NTH.get(which, which) for which in re.findall(_NTH_WORD, match[2])}
    return " ".join(which for which in NTH if which in named), 1, (_weekday(match[3]) or 0,)


def _two_meanings(word: str) -> bool:
    """Whether a rhythm may mean every other Sunday, or the second Sunday of each month."""
    match = NTH_DAY.fullmatch(word)
    return bool(match and match[1] and not match[4] and match[2] not in {"first", "1st", "last"})


def _on_weekdays(word: str) -> Rhythm | None:
    """Read ``Mon, Wed, Fri``, ``weekdays``, ``weekends``, ``every other Sunday``."""
    plain = word.removeprefix("every ")
    if plain.startswith("other ") and (weekly := _on_weekdays(plain.removeprefix("other "))):
        return "day", 14, weekly[2]
    if word in {"weekday", "weekdays", "workdays", "every weekday"}:
        return "day", 7, (0, 1, 2, 3, 4)
    if word in {"weekend", "weekends", "every weekend day"}:
        return "day", 7, (5, 6)
    parts = [part for part in re.split(r"[\s,;/&+]+|\band\b", plain) if part]
    days = [_weekday(part) for part in parts]
    known = sorted({day for day in days if day is not None})
    # One word that is no weekday spoils the whole cell: leaving it out would change the rhythm in silence.
    return ("day", 7, tuple(known)) if known and None not in days else None


def _weekday(word: str) -> int | None:
    """Return the day of the week, 0 for Monday: its name, or its first letters (two at least)."""
    word = word.strip().removesuffix("s") if len(word) > 4 else word.strip()  # noqa: PLR2004 - Mondays
    # One letter alone could be two days (T, S); of two letters each means one.
    near_enough = [index for index, name in enumerate(WEEK) if len(word) > 1 and name.startswith(word)]
    return near_enough[0] if near_enough else None


def _skipped(table: Table, index: int, text: str) -> frozenset[int]:
    """Read days to leave out: ``2026-12-24; 2026-12-31 to 2027-01-02``."""
    out: set[int] = set()
    for part in parted(text):
        ends = [_iso(cell) for cell in re.split(r"\s+to\s+|\s*\.\.\s*", part)]
        if len(ends) > 2 or None in ends or (ends[-1] or 0) < (ends[0] or 0):  # noqa: PLR2004 - from and to
            table.wrong(
                index,
                "skip",
                f"holds {part!r}, which is not a day",
                "Write 2026-12-24, or 2026-12-24 to 2027-01-02",
            )
        else:
            out.update(range(ends[0] or 0, (ends[-1] or 0) + 1))
    return frozenset(out)


def _iso(text: str) -> int | None:
    try:
        return date.fromisoformat(text.strip()).toordinal()
    except ValueError:
        return None


def _length(table: Table, index: int, days: int, hours: float, clock: time | None) -> None:
    """Note a length in hours that says too much, or that starts at no time."""
    if hours and days:
        table.wrong(index, "hours", "stands beside days", "Give one of them")
    elif hours and clock is None:
        table.wrong(
            index, "hours", "start at no time of day", "Give the time in the column at, such as 09:00"
        )
    # Slots are kept in whole minutes; less would be none.
    elif 0 < hours * 60 < 1:
        table.wrong(index, "hours", "are less than a minute", "Give hours, such as 8 or 0.5")


def _beyond(first: date, rhythm: tuple[str, int], count: int, until: date | None) -> bool:
    """Whether turns would reach the end of the calendar, which knows no day after 9999-12-31."""
    unit, step = rhythm
    years = count * step / (DAYS_A_YEAR if unit == "day" else MONTHS_A_YEAR) if count else 0
    return first.year + years > LAST_YEAR or (not count and until is not None and until.year > LAST_YEAR)


def _zone(table: Table, index: int, zone: str) -> str:
    if zone and zone not in available_timezones():
        meant = near(zone, sorted(available_timezones()))
        table.wrong(index, "timezone", "is not a time zone", f"Write {meant or 'a name such as Europe/Oslo'}")
        return ""
    return zone


def _times(table: Table, index: int, begins: str, ends: str) -> tuple[time | None, float]:
    """Return when a turn starts, and how many hours it lasts by when it ends; 0 where that is not said."""
    if not ends and len(parts := RANGE.split(begins)) == 2 and all(parts):  # noqa: PLR2004 - from and to
        begins, ends = parts
    begin = _minutes(table, index, "at", begins)
    end = _minutes(table, index, "end_time" if table.has("end_time") else "at", ends)
    if ends and not begins:
        table.wrong(index, "end_time", "has no time at which it starts", "Give it in the column at")
    if begin == MIDNIGHT:
        mend = "Write 00:00, and the next day for the date"
        table.wrong(index, "at", "is the end of the day, when no turn starts", mend)
    if begin is None or begin == MIDNIGHT:
        return None, 0.0
    # To the same time is a whole day: a watch from 8:00 to 8:00.
    lasting = 0.0 if end is None else ((end - begin - 1) % MIDNIGHT + 1) / 60
    return time(*divmod(begin, 60)), lasting


def _minutes(table: Table, index: int, column: str, text: str) -> int | None:
    if not text:
        return None
    # In a column of times a bare 9 can be nothing but an hour.
    minutes = clock_of(f"{text}:00" if text.isdecimal() and len(text) < 3 else text)  # noqa: PLR2004
    if minutes is None:
        mend = "Write a time such as 09:00"
        if re.fullmatch(r"0?[.,]\d+", text):  # how spreadsheets keep a time
            mend = "Show the column as times in your spreadsheet and save again"
        table.wrong(index, column, "is not a time of day", mend)
    return minutes


def home_zone(duties: list[Duty]) -> str:
    """Return the one time zone that duties name; "" where they name none, or several.

    A duty without a zone is taken to be where the others are.
    """
    zones = {duty.timezone for duty in duties} - {""}
    return zones.pop() if len(zones) == 1 else ""


def slot_columns(
    duties: list[Duty], skills: tuple[str, ...], marked: dict[int, str], load: int
) -> dict[str, Any]:
    """Return the slots of all duties as the problem's columns, sorted by start, clock and duty.

    Args:
        duties: the duties.
        skills: names of the skills that people have; those only a seat asks for are added.
        marked: public holidays by day; slots that hold one are of the class "holiday".
        load: what a holiday's turn counts, in turns of its duty; 0 leaves those slots out.
    """
    names = tuple(sorted({duty.name for duty in duties}))
    code = {name: index for index, name in enumerate(names)}
    home = home_zone(duties)
    # Sorted by all that tells two slots apart, so that the order of the table's rows never matters.
    every: list[Slot] = sorted(
        (slot for duty in duties for slot in slots_of(duty, home)),
        key=lambda slot: (slot.start, slot.clock, slot.duty.name, slot.end, slot.duty.seats),
    )
    # A slot is left out if any of its days is a holiday, as it is marked below.
    if marked and not load:
        every = [slot for slot in every if not any(day in marked for day in range(slot.start, slot.end + 1))]
    known = tuple(sorted({*skills, *(skill for duty in duties for skill in duty.skills)}))
    place = {skill: index for index, skill in enumerate(known)}
    asked = {
        duty: [place[skill] for skill in duty.skills] + [-1] * (duty.seats - len(duty.skills))
        for duty in duties
    }
    holiday = (
        [any(day in marked for day in range(slot.start, slot.end + 1)) for slot in every] if marked else []
    )
    classes = ("", "holiday") if any(holiday) else ("",)
    loads = [slot.duty.load * (load if holiday and holiday[index] else 1) for index, slot in enumerate(every)]
    out: dict[str, Any] = {
        "slot_start": [slot.start for slot in every],
        "slot_end": [slot.end for slot in every],
        "slot_clock": [slot.clock for slot in every],
        "slot_minutes": [slot.minutes for slot in every],
        "slot_utc": [slot.utc for slot in every],
        "slot_span": [slot.duty.span for slot in every],
        "slot_duty": [code[slot.duty.name] for slot in every],
        "slot_class": [int(holiday[index]) if holiday else 0 for index in range(len(every))],
        "seats": [slot.duty.seats for slot in every],
        "load": loads,
        "seat_skill": [skill for slot in every for skill in asked[slot.duty]],
    }
    columns: dict[str, Any] = {name: np.array(values, dtype=np.int64) for name, values in out.items()}
    # Backwards, so that of several rows of one duty the first gives the zone.
    zones = {duty.name: duty.timezone for duty in reversed(duties)}
    return {
        **columns,
        "duties": names or ("duty",),
        "timezones": tuple(zones[name] for name in names) or ("",),
        "classes": classes,
        "skills": known,
    }
