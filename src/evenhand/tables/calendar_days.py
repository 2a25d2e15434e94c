"""Cells to dates. Where day and month could change places, the column decides, or it is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, timedelta

Said = tuple[str, str]
"""What is wrong, and how to mend it."""

MEND = "Write dates as 2026-01-31"
WHICH = "Correct the date or the weekday"
NO_DAY = "is not a day of the calendar"
TWO_DIGITS = "has a year of two digits"
MIDNIGHT = re.compile(
    r"(.{8,10})[T ](?:00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:?\d{2})?|12:00(?::00)? ?[Aa][Mm])"
)
TIMED = re.compile(r"(.{8,10})[T ]\d{1,2}:\d{2}.*")
CHINESE = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
CHINESE_DAY = re.compile(r"(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
PARTS = re.compile(r"[\s,.\-/]+")
MONTH_NAMES = (
    "jan january januar janner jaenner janvier janv enero ene januari janeiro gennaio gen styczen stycznia",
    "feb february februar fevrier fevr fev febrero februari fevereiro febbraio lutego luty lut",
    "mar march marz maerz mrz mars marzo maart mrt marco marts marca marzec",
    "apr april avril avr abril abr aprile kwietnia kwiecien kwi",
    "may mai mayo mei maio maggio mag maj maja",
    "jun june juni juin junio junho giugno giu czerwca czerwiec cze",
    "jul july juli juillet juil julio julho luglio lug lipca lipiec lip",
    "aug august aout agosto ago augustus augusti sierpnia sierpien sie",
    "sep sept september septembre septiembre setembro settembre set wrzesnia wrzesien wrz",
    "oct october okt oktober octobre octubre outubro out ottobre ott pazdziernik pazdziernika paz",
    "nov november novembre noviembre novembro listopada listopad lis",
    "dec december dez dezember decembre diciembre dic dezembro dicembre desember grudnia grudzien gru",
)
MONTH_OF = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
"""Months in ten languages, whole and short, without accents. No name stands for two of them."""
WEEKDAY_NAMES = (
    "monday mon montag mo lundi lun lunes maandag ma lunedi segunda seg mandag poniedzialek pon",
    "tuesday tue tues dienstag di mardi martes dinsdag martedi terca ter tirsdag tisdag tis wtorek wt",
    "wednesday wed mittwoch mi mercredi mer miercoles mie woensdag wo mercoledi quarta qua onsdag ons sroda",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue donderdag giovedi gio quinta qui torsdag",
    "friday fri freitag fr vendredi ven viernes vie vrijdag vr venerdi sexta sex fredag fre piatek pt",
    "saturday sat samstag sonnabend sa samedi sam sabado sab zaterdag za sabato lørdag lør lordag sobota",
    "sunday sun sonntag so dimanche dim domingo dom zondag zo domenica søndag søn sondag niedziela niedz",
)
WEEKDAY_OF = {name: day for day, names in enumerate(WEEKDAY_NAMES) for name in names.split()}
"""Weekdays in ten languages, 0 for Monday; "mar" is a month to some and a day to others."""
TUESDAY_TOO = "mar"
"""Tuesday in French, Spanish and Italian where another month stands beside it: mar. 3 févr."""
WEEKDAY_FIRST = re.compile(r"([^\W\d_]+)\.?,?\s+(.*\d.*)")
FULL_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FILLERS = frozenset(
    [
        "de",
        "of",
        "the",
        "th",
        "st",
        "nd",
        "rd",
        "le",
        "der",
        "den",
        "dr",
        "do",
        "il",
        "van",
        "feira",
        *WEEKDAY_OF,
    ]
)
"""Weekdays and small words that may stand in a date and change nothing."""
ISO = re.compile(r"\d{8}|\d{4}-\d{2}-\d{2}")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})")
EITHER = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
"""31/12/2026 or 12/31/2026: the column decides."""
SHORT = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
SPAN = re.compile(r"\d{1,2}\.?(?:\d{1,2}\.?(?:\d{4})?)?\s*(?:-|–|bis|to|au|al|à)\s*\d{1,2}\b.*")
"""Several days in a cell, as in 6.-12.11."""
NO_YEAR = re.compile(r"\d{1,2}[./]\s?\d{1,2}\.?")
WEEK_NUMBER = re.compile(
    r"(?:kw|cw|wk|week|woche|kalenderwoche|semaine|semana|sem|s|w)\.?\s?\d{1,2}(?:\s?[/ -]\s?\d{2,4})?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"[1-9]\d{4}(?:\.0)?")
SPREADSHEET_ZERO = date(1899, 12, 30)
"""Day 0 of the day counts in spreadsheets, right for all days after 1900-02-28."""

FAULTS: tuple[tuple[re.Pattern[str], Said], ...] = (
    *((form, (NO_DAY, MEND)) for form in (ISO, YEAR_FIRST, DOTTED, CHINESE)),
    (SHORT, (TWO_DIGITS, MEND)),
    (TIMED, ("has a time of day", "Write the date alone, as 2026-01-31")),
    (WEEK_NUMBER, ("is a week, not a day", "Write its Monday as 2026-01-26")),
    (NO_YEAR, ("has no year", MEND)),
    (
        SPAN,
        (
            "names several days",
            "Write the first day here, as 2026-01-31, and the last in a column of its own",
        ),
    ),
)
"""Forms of cells that are no date, and what is said of each; the first that fits is said."""

MONTHS = 12
MOST_DAYS = 31


def days(cells: Collection[str]) -> tuple[dict[str, date], dict[str, Said], tuple[str, str, str] | None]:
    """Return the date of each distinct cell that is one, and what is wrong with the others.

    ISO 8601 dates, also with slashes, points or without zeros (2026-1-31, 2026/01/31, 20260131), with or
    without a midnight after them; days first with points (31.1.2026); a month by its name (31 Jan 2026,
    January 31, 2026, 31. Januar 2026), in ten languages. A weekday before the date
    (Mo 5.1.2026) has to be its weekday.

    With slashes or hyphens, 31/12/2026 and 12/31/2026 are read where one cell of the column shows which comes
    first and none denies it; otherwise there is one fault for the whole column.

    Args:
        cells: the distinct cells of a column that are not empty, in the order in which they stand first.

    Returns:
        Dates by cell; (problem, mend) by cell; and (cell, problem, mend) where the column decides nothing.
    """
    out: dict[str, date] = {}
    faults: dict[str, Said] = {}
    open_cells: dict[str, tuple[int, int, int]] = {}
    written_day: dict[str, int | None] = {}
    for cell in cells:
        weekday, bare = without_weekday(cell)
        bare = match.group(1) if (match := MIDNIGHT.fullmatch(bare)) else bare
        written_day[cell] = weekday
        # These wait: which number is the day is known only when the whole column has been seen.
        if either := EITHER.fullmatch(bare):
            open_cells[cell] = (int(either[1]), int(either[3]), int(either[4]))
            continue
        day = _plain(bare)
        if day is None:
            faults[cell] = _fault(cell)
        else:
            out[cell] = day
    day_first, whole = _order(open_cells)
    for cell, (left, right, year) in open_cells.items() if whole is None else ():
        month, day_of_month = (right, left) if day_first else (left, right)
        try:
            out[cell] = date(year, month, day_of_month)
        except ValueError:
            faults[cell] = (NO_DAY, MEND)
    # The weekday beside a date is the only check that a person wrote down; a slip of either is told.
    for cell in [cell for cell, day in out.items() if written_day[cell] not in {None, day.weekday()}]:
        faults[cell] = (f"is a {FULL_NAMES[out.pop(cell).weekday()]}", WHICH)
    return out, faults, whole


def without_weekday(cell: str) -> tuple[int | None, str]:
    """Return the weekday that stands before a date, None without one, and the rest."""
    if cell[:1].isalpha() and (parts := WEEKDAY_FIRST.fullmatch(cell)):
        word = "".join(sign for sign in unicodedata.normalize("NFKD", parts[1].casefold()) if sign.isalpha())
        if word in WEEKDAY_OF:
            return WEEKDAY_OF[word], parts[2]
    return None, cell


def without_year(text: str) -> tuple[int, int] | None:
    """Return month and day of a date that lacks its year; None for what is none.

    5/1 is none: nothing says whether it is in January or in May.

    >>> without_year("5.1."), without_year("Mon 5 Jan"), without_year("5/1")
    ((1, 5), (1, 5), None)
    """
    if NO_YEAR.fullmatch(text) and "/" not in text:
        left, right = (int(number) for number in re.findall(r"\d+", text))
        return (right, left) if 1 <= right <= MONTHS and 1 <= left <= MOST_DAYS else None
    if match := CHINESE_DAY.fullmatch(text):
        return int(match[1]), int(match[2])
    plain = unicodedata.normalize("NFKD", text.strip().casefold())
    words = PARTS.split("".join(sign for sign in plain if not unicodedata.combining(sign)))
    words = _without_tuesday([word for word in words if word and word not in FILLERS])
    months = [MONTH_OF[word] for word in words if word in MONTH_OF]
    numbers = [
        int(word) for word in map(_without_th, words) if word.isdecimal() and 1 <= int(word) <= MOST_DAYS
    ]
    if len(words) == 2 and len(months) == len(numbers) == 1:  # noqa: PLR2004 - a day and a month
        return months[0], numbers[0]
    return None


def _without_tuesday(words: list[str]) -> list[str]:
    """Drop a "mar" that is a Tuesday: one before another month."""
    months = [word for word in words if word in MONTH_OF]
    return words[1:] if len(months) > 1 and words[0] == TUESDAY_TOO else words


def _without_th(word: str) -> str:
    return re.sub(r"(?<=\d)(?:st|nd|rd|th|er)$", "", word)


def _plain(cell: str) -> date | None:
    try:
        # From 3.11 on fromisoformat also takes weeks (2026-W05-1), which nobody means here: the pattern comes
        # first.
        if ISO.fullmatch(cell):
            return date.fromisoformat(cell)
        if match := YEAR_FIRST.fullmatch(cell):
            return date(int(match[1]), int(match[3]), int(match[4]))
        if match := DOTTED.fullmatch(cell):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := CHINESE.fullmatch(cell):
            return date(int(match[1]), int(match[2]), int(match[3]))
        return _named(cell)
    except ValueError:
        return None


def _named(cell: str) -> date | None:
    """Return a date whose month is a word; None unless there is one month, one year and one day."""
    plain = unicodedata.normalize("NFKD", cell.casefold())
    parts = PARTS.split("".join(sign for sign in plain if not unicodedata.combining(sign)))
    parts = _without_tuesday([part for part in parts if part and part not in FILLERS])
    if len(parts) != 3:  # noqa: PLR2004 - a day, a month, a year
        return None
    months = [MONTH_OF[part] for part in parts if part in MONTH_OF]
    years = [int(part) for part in parts if len(part) == 4 and part.isdecimal()]  # noqa: PLR2004
    days_of = [int(part) for part in parts if len(part) < 3 and part.isdecimal()]  # noqa: PLR2004 - 1 to 31
    if len(months) == len(years) == len(days_of) == 1:
        return date(years[0], months[0], days_of[0])
    return None


def _fault(cell: str) -> Said:
    # Five digits are days from 1927 to 2173, so a year is never taken for a day count.
    if SERIAL.fullmatch(cell):
        day = SPREADSHEET_ZERO + timedelta(days=int(float(cell)))
        return "is not a date but a spreadsheet's day count", f"Show the column as dates; this one is {day}"
    words = [word for word in PARTS.split(cell.casefold()) if word]
    if len(words) == 2 and {words[0].isdigit(), words[1].isdigit()} == {True, False}:  # noqa: PLR2004 - 6. Nov
        cell = cell if MONTH_OF.keys().isdisjoint(words) else "6.11."
    return next((sentence for form, sentence in FAULTS if form.fullmatch(cell)), ("is not a date", MEND))


def _order(open_cells: Mapping[str, tuple[int, int, int]]) -> tuple[bool, tuple[str, str, str] | None]:
    """Return whether the day comes first, and (cell, problem, mend) where the column leaves it open."""
    day_first = [cell for cell, (left, right, _) in open_cells.items() if left > MONTHS >= right]
    month_first = [cell for cell, (left, right, _) in open_cells.items() if right > MONTHS >= left]
    if day_first and month_first:
        order = list(open_cells)
        first, later = sorted((day_first[0], month_first[0]), key=order.index)
        return False, (later, f"has another order of day and month than {first} in the same column", MEND)
    # 1/1 and 7/7 are the same either way and decide nothing, so they are no reason to ask.
    undecided = [
        cell for cell, (left, right, _) in open_cells.items() if left != right and max(left, right) <= MONTHS
    ]
    if undecided and not day_first and not month_first:
        left, right, year = open_cells[undecided[0]]
        both = f"{year}-{left:02}-{right:02} or {year}-{right:02}-{left:02}"
        return False, (undecided[0], f"could be {both}, and no other cell of the column decides it", MEND)
    return bool(day_first), None
