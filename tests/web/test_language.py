"""Two languages: every sentence of pages and views has its German, with the same places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import evenhand
from evenhand.measures.chip import BANDS
from evenhand.web.app import WORDS
from evenhand.web.german import GERMAN
from evenhand.web.language import Language
from evenhand.web.saying import DIALS, PEOPLE, SAID
from evenhand.workspace.views.allocation import MODES
from evenhand.workspace.views.words import NOUNS

ROOT = Path(evenhand.__file__).parent
SPOKEN = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')|else _\("((?:[^"\\]|\\.)*)\"""")
SHARED = ("ui", "allocation", "rota", "teams")
"""Templates of the static pages that the web draws with too."""
PLACE = re.compile(r"\{(\w+)\}")


def sentences() -> Iterator[str]:
    """Yield every sentence that a page or a view says."""
    shared = [ROOT / "report" / "templates" / f"{name}.html.jinja" for name in SHARED]
    for path in [*sorted((ROOT / "web" / "templates").glob("*.html")), *shared]:
        for found in SPOKEN.finditer(path.read_text(encoding="utf-8")):
            yield found[1] or found[2] or found[3]
    for path in [*sorted((ROOT / "workspace").rglob("*.py")), *sorted((ROOT / "web").glob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("msg", "words", "self")
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
    yield from (*NOUNS, *NOUNS.values(), *(band.name for band in BANDS), *WORDS.values())
    yield from (*SAID.values(), *PEOPLE.values(), *DIALS.values(), *MODES.values(), "Mon", "Sun")


def test_every_sentence_has_its_german() -> None:
    """No sentence of a page or a view is left in English on a German page."""
    assert sorted({one for one in sentences() if one not in GERMAN}) == []


def test_translations_fill_the_same_places() -> None:
    """A translation has just the places of its sentence, so that no figure is lost."""
    wrong = [
        english
        for english, german in GERMAN.items()
        if set(PLACE.findall(english)) != set(PLACE.findall(german))
    ]
    assert wrong == []


def test_numbers_and_days_are_written_as_people_there_write_them() -> None:
    """Thousands, decimals, signs and days follow the language."""
    english, german = Language("en"), Language("de")
    assert (english.number(86100), german.number(86100)) == ("86,100", "86.100")
    assert (english.signed(-0.5, 2), german.signed(-0.5, 2)) == ("−0.50", "−0,50")
    assert (english.day("2026-09-28"), german.day("2026-09-28")) == ("Mon 28 Sep", "Mo 28. Sept")
    assert german.say(["{n} {noun}", {"n": 2, "noun": ["cars", {}]}]) == "2 Autos"
    assert english.day("any day") == "any day"
