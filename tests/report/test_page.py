"""Pages stand alone: nothing fetched, everything escaped, no style attribute, readable without colours."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from typing import Any

import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.core.sentences import counted, joined
from evenhand.core.solution import Solution
from evenhand.report import FONTS, FORMS, SECTIONS, Section, asset, render, sections, stylesheet
from evenhand.report.page import environment, page, policy
from evenhand.report.views import (
    figure_of,
    owed_words,
    short_day,
    signed,
    standings_of,
    table_view,
)
from report.small import allocated, rostered, teamed

VOID = {"meta", "br", "link", "img", "hr", "input"}
MADE: list[Callable[[], Solution]] = [allocated, teamed, rostered]
PAGES = [
    (make, ending) for make in MADE for job, ending in FORMS if ending.endswith(".html") and job == make().job
]


class Reader(HTMLParser):
    """Reads a page as a browser would, noting unclosed elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be this one."""
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def read(content: bytes) -> Reader:
    """Return what a browser makes of a page."""
    reader = Reader()
    reader.feed(content.decode())
    assert reader.open == []
    return reader


@pytest.mark.parametrize(("make", "ending"), PAGES)
def test_a_page_stands_alone(make: Callable[[], Solution], ending: str) -> None:
    """No address to fetch from, no event handler, no style attribute: the file is all there is."""
    reader = read(render(make(), ending))
    assert not {"iframe", "link", "img"} & {tag for tag, _ in reader.seen}
    for _, attributes in reader.seen:
        assert not any(name.startswith("on") or name in {"src", "style"} for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize(("make", "ending"), PAGES)
def test_a_page_allows_only_its_own_style_and_script(make: Callable[[], Solution], ending: str) -> None:
    """The policy in the page names its one style element, and its script if there is one, by their hashes."""
    text = render(make(), ending).decode()
    allowed = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert allowed is not None
    styles = re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert len(styles) == 1
    assert "unsafe" not in allowed[1]
    assert allowed[1].count("sha256-") == 1 + len(scripts)
    for inside in (*styles, *scripts):
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert digest in allowed[1].replace("&#43;", "+")


@pytest.mark.parametrize(("make", "ending"), PAGES)
def test_a_page_can_be_heard(make: Callable[[], Solution], ending: str) -> None:
    """One first heading, captioned tables with scoped heads, named sections and charts, a language."""
    reader = read(render(make(), ending))
    tags = [tag for tag, _ in reader.seen]
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption")
    assert all(attributes.get("scope") for tag, attributes in reader.seen if tag == "th")
    ids = [attributes["id"] for _, attributes in reader.seen if attributes.get("id")]
    assert len(ids) == len(set(ids))
    links = {(attributes["href"] or "")[1:] for tag, attributes in reader.seen if tag == "a"}
    assert links <= set(ids)
    shown = [
        attributes for tag, attributes in reader.seen if tag == "svg" and "aria-hidden" not in attributes
    ]
    assert all(attributes.get("role") == "img" and attributes.get("aria-label") for attributes in shown)
    assert ("html", {"lang": "en"}) in reader.seen


def test_names_are_text_and_never_markup() -> None:
    """A recipient called Ann <&> and a person called <b>Fin come out as they are written."""
    assert "Ann <&>" in read(render(allocated(), ".html")).text
    for ending in (".html", ".names.html", ".cards.html", ".pages.html"):
        text = render(teamed(), ending).decode()
        assert "<b>Fin" in read(text.encode()).text
        assert "<b>Fin" not in text


@pytest.mark.parametrize("make", MADE)
def test_sections_have_stable_names_and_plain_views(make: Callable[[], Solution]) -> None:
    """Each section stands in the table of names in that order, and its view holds data without markup."""
    found = sections(make())
    assert list(found) == [name for name in SECTIONS[make().job] if name in found]
    for section in found.values():
        plain(section.view)
        assert f'id="{section.name}"' in str(section.html)


def plain(value: Any) -> None:
    """Check that a view is made of plain data."""
    if is_dataclass(value):
        for one in fields(value):
            plain(getattr(value, one.name))
    elif isinstance(value, (tuple, frozenset)):
        for part in value:
            plain(part)
    else:
        assert value is None or type(value) in {str, int, float, bool}, type(value)


def test_sections_can_be_asked_for_one_by_one() -> None:
    """Only what is asked for comes; a name that is none says which there are."""
    assert list(sections(teamed(), only=("board",))) == ["board"]
    with pytest.raises(InputError, match="Choose from answer, board"):
        sections(teamed(), only=("bord",))


def test_a_page_links_its_parts_when_there_are_several() -> None:
    """Each link leads to a part that is there; a short page has none."""
    parts = [Section(f"part{place}", f"Part {place}", "common:notes", ("x",)) for place in range(3)]
    reader = read(page("T", parts, lead="lead"))
    ids = {attributes["id"] for tag, attributes in reader.seen if tag == "section"}
    links = {(attributes["href"] or "")[1:] for tag, attributes in reader.seen if tag == "a"}
    assert links == ids | {"content"}
    assert "nav" not in {tag for tag, _ in read(page("T", parts[:1])).seen}


def test_a_part_may_begin_on_a_new_sheet() -> None:
    """Print styles break before parts that ask for it."""
    assert b'class="fresh card"' in page("T", [Section("a", "A", "common:notes", ("x",), fresh=True)])


def test_long_lists_can_be_searched_and_short_ones_bring_no_script() -> None:
    """A table of more than 50 rows brings the script; without it the page has none."""

    def of(count: int) -> bytes:
        table = table_view("C", ["who", "got"], [(f"n{place}", place) for place in range(count)])
        return page("T", [Section("a", "A", "common:table", table)])

    assert b"<script>" in of(51)
    assert b'data-search="Search"' in of(51)
    assert b"<script" not in of(50)


def test_tables_write_figures_and_scope_heads() -> None:
    """Numbers are parted in thousands and stand on the right; the first column names the row."""
    view = table_view("C", ["who", "got", "ok"], [("Ada", 1234, True), ("Bo", None, False)])
    drawn = str(Section("a", "A", "common:table", view).body)
    assert '<td class="figure">1,234</td>' in drawn
    assert drawn.count('scope="row"') == 2
    assert "<td>yes</td>" in drawn
    assert figure_of(-0.5) == "\N{MINUS SIGN}0.5"


def test_the_style_sheet_is_one_and_fonts_are_linked_only_when_asked() -> None:
    """A static page fetches no font; a server names the folder it hands them out under."""
    assert "@font-face" not in stylesheet()
    assert "http" not in stylesheet()
    linked = stylesheet("/static/")
    for name in FONTS:
        assert f'url("/static/{name}")' in linked
        assert asset(name)[:4] == b"wOF2"
    assert "Open Font License" in asset("inter-OFL.txt").decode()
    assert policy("a").startswith("default-src 'none'; style-src 'sha256-")


def test_every_class_of_the_templates_has_a_rule() -> None:
    """A class that a template writes and no rule of the style sheet names is a slip."""
    sheet = stylesheet()
    loader = environment().loader
    known = {
        "icon",
        "board",
        "person",
        "print",
        "answer",
        "card-head",
        "pair",
        "keys",
        "why",
        "turns",
        "inside",
        "text",
    }
    for name in loader.list_templates():
        source, _, _ = loader.get_source(environment(), name)
        for value in re.findall(r'class="([^"{]*)"', source):
            for one in value.split():
                assert f".{one}" in sheet + source or one in known, f"{name}: {one}"


def test_sentences_are_written_as_people_say_them() -> None:
    """Days have weekdays, counts their nouns, lists an "and", and balances words."""
    assert short_day("2026-09-29") == "Tue 29 Sep"
    assert short_day("slot 3") == "slot 3"
    assert (counted(1, "person", "people"), counted(2, "person", "people")) == ("1 person", "2 people")
    assert joined(["Ann", "Bo", "Cy"]) == "Ann, Bo and Cy"
    assert (signed(0.58), signed(-1), signed(-0.001)) == ("+0.58", "\N{MINUS SIGN}1.00", "0.00")
    assert (owed_words(0.59), owed_words(-0.41), owed_words(0.004)) == (
        ("owed 0.59", "owed"), ("ahead 0.41", "ahead"), ("even", ""),
    )  # fmt: skip


def test_standing_bars_share_one_scale_of_at_least_a_unit() -> None:
    """Owed runs left from the middle, ahead right; small balances look small."""
    jay, hugs, neu = standings_of({"Jay": 2.0, "Hugs": -1.0, "Neu": 0.0})
    assert (jay.x, jay.width) == (0.0, 50.0)
    assert (hugs.x, hugs.width) == (50.0, 25.0)
    assert (neu.width, neu.words) == (0.0, "even")
    assert standings_of({"Jay": 0.5})[0].width == 25.0


def test_eleven_turns_each_are_no_turn() -> None:
    """The tile of turns counts its noun by the whole number, not by its last digit."""
    weeks = eh.weekly("2026-01-05", 22)
    solution = eh.solve(eh.RotaProblem.from_values(["Ada", "Ben"], weeks, policy="ledger"))
    shown = render(solution, ".html").decode()
    assert "11 turns each." in shown
    assert "11 turn each" not in shown
