"""Pages stand alone: no script, nothing fetched, everything escaped, and readable without colours."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from evenhand.report import render
from evenhand.report.page import Section, bars, facts, page, paragraphs, spoken, table, tag
from report.small import allocated, rostered, teamed

VOID = {"meta", "br", "link", "img", "hr", "input"}


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


@pytest.mark.parametrize("make", [allocated, teamed, rostered])
def test_a_page_stands_alone(make: object) -> None:
    """No script, no address to fetch from, no event handler: the file is all there is."""
    reader = read(render(make(), ".html"))  # type: ignore[operator]
    assert not {"script", "iframe", "link", "img"} & {tag for tag, _ in reader.seen}
    for _, attributes in reader.seen:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize("make", [allocated, teamed, rostered])
def test_a_page_can_be_heard(make: object) -> None:
    """One first heading, captioned tables with scoped heads, named sections and charts, a language."""
    reader = read(render(make(), ".html"))  # type: ignore[operator]
    tags = [tag for tag, _ in reader.seen]
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption") > 0
    assert all(attributes.get("scope") for tag, attributes in reader.seen if tag == "th")
    assert all(attributes.get("aria-labelledby") for tag, attributes in reader.seen if tag == "section")
    shown = [
        attributes for tag, attributes in reader.seen if tag == "svg" and "aria-hidden" not in attributes
    ]
    assert all(attributes.get("role") == "img" and attributes.get("aria-label") for attributes in shown)
    assert ("html", {"lang": "en"}) in reader.seen


def test_names_are_text_and_never_markup() -> None:
    """A recipient called Ann <&> and a person called <b>Fin come out as they are written."""
    assert "Ann <&>" in read(render(allocated(), ".html")).text
    reader = read(render(teamed(), ".html"))
    assert "<b>Fin" in reader.text
    assert "b" not in {tag for tag, _ in reader.seen}


def test_a_page_links_its_parts_when_there_are_several() -> None:
    """Each link leads to a part that is there; a short page has none."""
    parts = [Section(f"Part {at}", paragraphs("x")) for at in range(3)]
    reader = read(page("T", parts, "lead"))
    ids = {attributes["id"] for tag, attributes in reader.seen if tag == "section"}
    links = {(attributes["href"] or "")[1:] for tag, attributes in reader.seen if tag == "a"}
    assert links == ids == {"part-1", "part-2", "part-3"}
    assert "nav" not in {tag for tag, _ in read(page("T", parts[:1])).seen}


def test_a_part_may_begin_on_a_new_sheet() -> None:
    """Print styles break before parts that ask for it."""
    assert b'class="fresh-sheet"' in page("T", [Section("A", Markup("x"), fresh_sheet=True)])


def test_tables_write_figures_and_scope_heads() -> None:
    """Numbers are parted in thousands and stand on the right; the first column names the row."""
    drawn = str(table("C", ["who", "got", "ok"], [("Ada", 1234, True), ("Bo", None, False)]))
    assert '<td class="figure">1,234</td>' in drawn
    assert drawn.count('scope="row"') == 2
    assert "<td>yes</td>" in drawn
    assert "0.5" in str(table("C", ["x"], [(0.5,)]))


def test_coloured_marks_are_drawn() -> None:
    """The chip's sign becomes a drawn dot of its band's colour beside the word, and text stays escaped."""
    drawn = str(spoken("🔵 Good <x>"))
    assert 'class="dot blue"' in drawn
    assert "Good &lt;x&gt;" in drawn
    assert "🔵" not in drawn


def test_bars_say_their_figure_in_words_too() -> None:
    """The drawing is hidden from those who listen, as the figure stands beside it."""
    drawn = str(bars("Days", [("Mon", 2.0, "2 of 4"), ("Tue", 0.0, "0 of 4")]))
    assert drawn.count('aria-hidden="true"') == 2
    assert 'width="100.00"' in drawn
    assert 'width="0.00"' in drawn
    assert "2 of 4" in drawn


def test_attributes_and_facts_are_escaped() -> None:
    """Quotes in an attribute cannot end it."""
    assert str(tag("a", "x", title='"<')) == '<a title="&#34;&lt;">x</a>'
    assert "<dt>a&amp;b</dt><dd>1,000</dd>" in str(facts({"a&b": 1000}))
