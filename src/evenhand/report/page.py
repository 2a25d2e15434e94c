"""One page of HTML that holds everything it needs: no script, no file beside it, readable on paper.

A job's own page makes sections of what these functions return and hands them to ``page``. Everything that
comes from a user goes through Jinja's autoescape or ``markupsafe.escape``; a chart is an SVG made here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from evenhand.core.version import VERSION
from evenhand.measures import BANDS
from evenhand.report.style import STYLE

__all__ = ["Section", "bars", "facts", "page", "paragraphs", "spoken", "table", "tag"]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its heading, its content, and whether it begins on a new sheet of paper."""

    title: str
    body: Markup
    fresh_sheet: bool = False


DOT = '<svg class="dot {}" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5"/></svg>'

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="evenhand {{ version }}">
<meta name="color-scheme" content="light dark">
<title>{{ title }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<header><h1>{{ title }}</h1>
{%- if lead %}<p class="lead">{{ lead }}</p>{% endif %}</header>
{%- if sections|length > 2 %}
<nav aria-label="On this page"><ul>
{%- for section in sections %}<li><a href="#part-{{ loop.index }}">{{ section.title }}</a></li>{% endfor -%}
</ul></nav>
{%- endif %}
<main>
{%- for section in sections %}
<section id="part-{{ loop.index }}" aria-labelledby="head-{{ loop.index }}"
{%- if section.fresh_sheet %} class="fresh-sheet"{% endif %}>
<h2 id="head-{{ loop.index }}">{{ section.title }}</h2>
{{ section.body }}
</section>
{%- endfor %}
</main>
<footer><p>Made by evenhand {{ version }}. The same input and seed make the same page.</p></footer>
</body>
</html>
"""


@cache
def _template() -> Any:
    from jinja2 import Environment

    return Environment(autoescape=True, trim_blocks=False).from_string(PAGE)


def page(title: str, sections: Sequence[Section], lead: str | Markup = "", *, style: str = "") -> bytes:
    """Return a self-contained page.

    Args:
        title: plain text: the browser's title and the first heading.
        sections: in order.
        lead: what a reader needs first, under the title; coloured marks in it are drawn.
        style: rules of this kind of page, after the common ones.

    Promise:
        Deterministic: no date, no path, no random name.
    """
    text = _template().render(
        title=title,
        sections=list(sections),
        lead=spoken(lead) if lead else "",
        style=STYLE + style,
        version=VERSION,
    )
    return str(text).encode()


def tag(name: str, body: str | Markup = "", **attributes: str) -> Markup:
    """Return an element; body and attributes are escaped unless they are Markup. ``class_`` is class."""
    said = "".join(
        f' {escape(key.rstrip("_").replace("_", "-"))}="{escape(value)}"' for key, value in attributes.items()
    )
    return Markup(f"<{name}{said}>{escape(body)}</{name}>")  # noqa: S704 - all is escaped


def spoken(text: str) -> Markup:
    """Return text whose coloured marks are drawn, as not every machine has the signs."""
    said = escape(text)
    for band in BANDS:
        said = Markup(str(said).replace(band.mark, DOT.format(band.colour)))  # noqa: S704 - escaped above
    return said


def paragraphs(*texts: str | Markup) -> Markup:
    """Return a paragraph a text; empty ones are left out."""
    return Markup("\n").join(tag("p", text) for text in texts if text)


def facts(values: Mapping[str, Any]) -> Markup:
    """Return a list of names and values."""
    rows = Markup("").join(tag("dt", name) + tag("dd", _figure(value)) for name, value in values.items())
    return tag("dl", rows, class_="facts")


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    row_heads: int = 1,
    figures: Collection[int] = (),
) -> Markup:
    """Return a table with a caption and scoped headers; columns of figures stand on the right.

    Args:
        caption: what the table shows; read out first by a screen reader.
        heads: a header a column.
        rows: cells; None is empty, numbers are written with thousands parted.
        row_heads: how many of the first columns name the row.
        figures: columns that hold figures written as text, such as percentages.
    """
    right = [
        bool(rows) and all(row[at] is None or _is_figure(row[at]) for row in rows) for at in range(len(heads))
    ]
    classes = ["figure" if side or at in figures else "" for at, side in enumerate(right)]
    head = Markup("").join(
        tag("th", name, scope="col", **({"class_": kind} if kind else {}))
        for name, kind in zip(heads, classes, strict=True)
    )
    body = Markup("\n").join(_row(row, classes, row_heads) for row in rows)
    inner = tag("caption", caption) + tag("thead", tag("tr", head)) + Markup("\n") + tag("tbody", body)
    return tag("div", tag("table", inner), class_="wide", tabindex="0", role="region", aria_label=caption)


def _row(row: Sequence[Any], classes: Sequence[str], row_heads: int) -> Markup:
    cells = Markup("")
    for at, (value, kind) in enumerate(zip(row, classes, strict=True)):
        said = {"class_": kind} if kind else {}
        if at < row_heads:
            cells += tag("th", _figure(value), scope="row", **said)
        else:
            cells += tag("td", _figure(value), **said)
    return tag("tr", cells)


def _is_figure(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _figure(value: Any) -> str | Markup:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return value if isinstance(value, Markup) else str(value)


def bars(caption: str, rows: Sequence[tuple[str, float, str]]) -> Markup:
    """Return horizontal bars as a table: (label, value >= 0, what is written) each, to one scale.

    The bar is drawn behind the written figure, so nothing is said by length or colour alone.
    """
    largest = max((value for _, value, _ in rows), default=0.0)
    lines = Markup("\n").join(
        tag(
            "tr",
            tag("th", label, scope="row")
            + tag("td", said, class_="figure")
            + tag("td", _bar(value, largest), class_="bar", aria_hidden="true"),
        )
        for label, value, said in rows
    )
    return tag("table", tag("caption", caption) + tag("tbody", lines), class_="bars")


def _bar(value: float, largest: float) -> Markup:
    wide = 0.0 if largest <= 0 or value <= 0 else max(0.5, 100 * value / largest)
    drawn = f'<rect width="{wide:.2f}" height="10" rx="1"/>'
    return Markup(f'<svg viewBox="0 0 100 10" preserveAspectRatio="none">{drawn}</svg>')  # noqa: S704 - a number
