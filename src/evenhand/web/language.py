"""Sentences in English and German. The English sentence is the key; German stands in one catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from evenhand.core.units import decimals
from evenhand.web.telling import GERMAN, told

LANGUAGES: Final = {"en": "English", "de": "Deutsch"}

DAYS: Final = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
}
MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": ("Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sept", "Okt", "Nov", "Dez"),
}
GROUPED: Final = {
    code: re.compile(rf"[1-9]\d{{0,2}}({mark}\d{{3}})+") for code, mark in (("en", ","), ("de", r"\."))
}
"""A whole number with the marks of thousands of its language."""

ISO_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
MINUS: Final = "\N{MINUS SIGN}"
SHORT_DAY: Final = re.compile(r"\b(\d{1,2}) (" + "|".join(MONTHS["en"]) + r")\b")
FIGURE: Final = re.compile(r"[<>]? ?[+\u2212-]?\d[\d,]*(\.\d+)?%?")


def preferred(header: str) -> str:
    """Return the language a browser asks for first among those there are; English otherwise.

    Example:
        >>> preferred("de-AT,de;q=0.9,en;q=0.5"), preferred("fr"), preferred("")
        ('de', 'en', 'en')
    """
    for part in header.split(","):
        # in the order of the header: browsers send the first choice first, weights seldom differ from it
        code = part.split(";")[0].strip()[:2].casefold()
        if code in LANGUAGES:
            return code
    return "en"


class Language:
    """One language: sentences, numbers, dates.

    Example:
        >>> english = Language("en")
        >>> english("{n} of {all}", n=1200, all=3), english.signed(-98), english.day("2026-09-28")
        ('1,200 of 3', '−98', 'Mon 28 Sep')
    """

    def __init__(self, code: str) -> None:
        """Take a code of ``LANGUAGES``."""
        self.code = code if code in LANGUAGES else "en"

    def __call__(self, sentence: str, **values: Any) -> str:
        """Return a sentence with its places filled."""
        text = GERMAN.get(sentence, sentence) if self.code == "de" else sentence
        if not values:
            return text
        shown = {name: self.shown(value) for name, value in values.items()}
        # one pass, not str.format: a brace in somebody's name is left as it is
        return re.sub(r"\{(\w+)\}", lambda match: shown.get(match[1], match[0]), text)

    def say(self, message: Any) -> str:
        """Return a message of a view: [sentence, values]; text stays as it is."""
        if isinstance(message, (list, tuple)) and len(message) == 2 and isinstance(message[1], dict):  # noqa: PLR2004 - a sentence and its values
            # without places it may be a sentence that the library filled
            return self(message[0], **message[1]) if message[1] else self.tell(message[0])
        return self.shown(message)

    def shown(self, value: Any) -> str:
        """Return a value as people read it: numbers with their marks, days with their weekday."""
        if value is None:
            return ""
        if isinstance(value, (int, float)):
            return self.number(value)
        if isinstance(value, dict) and "day" in value:
            return self.day(value["day"], year=bool(value.get("year")))
        if isinstance(value, (list, tuple)):
            return self.say(value)
        return str(value)

    @staticmethod
    def names(names: Iterable[str]) -> str:
        """Return names in a row, so that "Weber, Ben" stays one.

        Example:
            >>> Language("en").names(["Ann", "Ben"]), Language("en").names(["Weber, Ben", "Ann"])
            ('Ann, Ben', 'Weber, Ben; Ann')
        """
        row = list(names)
        return ("; " if any("," in name for name in row) else ", ").join(row)

    def number(self, value: float, digits: int | None = None) -> str:
        """Return a number with thousands' marks and a real minus."""
        # ten digits: ledgers of millions stay whole, and 0.1 + 0.2 reads 0.3
        text = f"{value:,.10g}" if digits is None else decimals(value, digits)
        if self.code == "de":
            # both marks at once, or a comma made from a point would be turned again
            text = text.translate(str.maketrans(",.", ".,"))
        return text.replace("-", MINUS)

    def written(self, value: Any) -> str:
        """Return a number as somebody of this language writes it into a field, without marks of thousands.

        Example:
            >>> Language("de").written(12.5), Language("en").written(1200.0), Language("de").written("")
            ('12,5', '1200', '')
        """
        if not isinstance(value, (int, float)):
            return str(value)
        text = f"{value:.10g}"
        return text.replace(".", ",") if self.code == "de" else text

    def read(self, text: str) -> float:
        """Return the number that somebody of this language wrote; either mark may stand before the decimals.

        Raises:
            ValueError: it is none.

        Example:
            >>> Language("en").read("1,200"), Language("de").read("1.200"), Language("de").read("12.5")
            (1200.0, 1200.0, 12.5)
        """
        whole, mark, rest = text.partition("." if self.code == "en" else ",")
        if GROUPED[self.code].fullmatch(whole):
            return float(re.sub(r"\D", "", whole) + ("." + rest if mark else ""))
        # a German keyboard writes 12,5 on English pages too
        return float(text.replace(",", "."))

    def figure(self, text: str) -> str:
        r"""Return a figure that was written in English, such as 18.6% or 1,455, as the language writes it.

        Example:
            >>> Language("de").figure("18.6%"), Language("de").figure("1,455"), Language("en").figure("1,455")
            ('18,6\xa0%', '1.455', '1,455')
        """
        if self.code != "de" or not FIGURE.fullmatch(text):
            return text
        return text.translate(str.maketrans(",.", ".,")).replace("%", "\N{NO-BREAK SPACE}%")

    def signed(self, value: float, digits: int | None = None) -> str:
        """Return a change: +5, −98, ±0."""
        text = self.number(abs(value), digits)
        return f"±{text}" if not value else f"+{text}" if value > 0 else f"{MINUS}{text}"

    def day(self, text: str, *, year: bool = False) -> str:
        """Return a day as "Mon 28 Sep"; text that is not a date stays."""
        try:
            when = date.fromisoformat(text[:10])
        except ValueError:
            return text
        after = f" {when.year}" if year else ""
        dot = "." if self.code == "de" else ""
        return f"{DAYS[self.code][when.weekday()]} {when.day}{dot} {MONTHS[self.code][when.month - 1]}{after}"

    def moment(self, text: str) -> str:
        """Return a moment by this machine's clock, as "Mon 28 Sep, 14:05"; text that is no moment stays."""
        try:
            when = datetime.fromisoformat(text).astimezone()
        except ValueError:
            return text
        return f"{self.day(when.date().isoformat())}, {when:%H:%M}"

    def period(self, text: str) -> str:
        """Return a period's name in this language: "Week of 5 Oct"; one that was given by hand stays.

        Example:
            >>> Language("de").period("27 Jan to 6 Apr"), Language("de").period("Week of 5 Oct")
            ('27. Jan bis 6. Apr', 'Woche vom 5. Okt')
            >>> Language("de").period("Autumn offsite")
            'Autumn offsite'
        """
        if self.code == "en":
            return text
        months = MONTHS["en"]
        days = [f"{day}. {self.month(months.index(name) + 1)}" for day, name in SHORT_DAY.findall(text)]
        sentence = SHORT_DAY.sub("{}", text)
        if GERMAN.get(sentence) is None:
            # a name that somebody gave
            return text
        return GERMAN[sentence].format(*days)

    def within(self, text: str) -> str:
        """Return a period's name as it stands within a sentence: "the week of 5 Oct", a given name in quotes.

        Example:
            >>> Language("en").within("Week of 5 Oct"), Language("de").within("Week of 5 Oct")
            ('the week of 5 Oct', 'die Woche vom 5. Okt')
            >>> Language("en").within("27 Jan to 6 Apr"), Language("en").within("Offsite")
            ('27 Jan to 6 Apr', '“Offsite”')
        """
        name = self.period(text)
        if SHORT_DAY.search(text) is None or text.startswith("From "):
            return self("“{name}”", name=name)
        week, _, day = name.rpartition(self("Week of {}").removesuffix("{}"))
        return name if week or name == day else self("the week of {}").format(day)

    def who(self, name: str) -> str:
        """Return by whom: a name, or "You" where nobody has said what the history calls them.

        Example:
            >>> Language("de").who("You"), Language("de").who("Ann")
            ('Sie', 'Ann')
        """
        return self("You") if name in {"", "You"} else name

    def nth(self, number: int) -> str:
        """Return an ordinal: 2nd, 3rd, 11th; 2. in German."""
        if self.code == "de":
            return f"{number}."
        tail = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{tail}"

    def month(self, number: int) -> str:
        """Return a month's short name, 1 for January."""
        return MONTHS[self.code][number - 1]

    def tell(self, text: Any) -> str:
        """Return a sentence of the library, which speaks English and to a terminal, as a page says it.

        A sentence with figures or names in it is known by its words; what stands in its places is kept. A
        sentence that is not in the catalogue stays as it is.
        """
        if not isinstance(text, str):
            return self.say(text)
        sentence = told(text, self.code)
        # the library writes days as 2026-09-30; people read Wed 30 Sep
        return ISO_DAY.sub(lambda match: self.day(match[0]), sentence)

    def sentence(self, text: str) -> str:
        """Return a phrase as a sentence: a capital first, a full stop last."""
        text = text.strip()
        end = "" if not text or text[-1] in ".?!…" else "."
        return text[:1].upper() + text[1:] + end

    def ago(self, text: str, now: datetime) -> str:
        """Return how long ago a time was: "just now", "2 min ago", then the day."""
        try:
            then = datetime.fromisoformat(text)
        except ValueError:
            return text
        minutes = int((now - then).total_seconds() // 60)
        if minutes < 1:
            return self("just now")
        if minutes < 60:  # noqa: PLR2004 - minutes of an hour
            return self("{n} min ago", n=minutes)
        if minutes < 24 * 60:
            return self("{n} h ago", n=minutes // 60)
        return self.day(text)

    def standing(self, lag: float) -> dict[str, str]:
        """Return a standing in words, its mark and its kind: owed, ahead or even."""
        if decimals(lag, 2) == "0.00":
            return {"kind": "even", "text": self("even")}
        if lag > 0:
            return {"kind": "owed", "text": self("owed {n}", n=self.number(lag, 2))}
        return {"kind": "ahead", "text": self("ahead {n}", n=self.number(-lag, 2))}
