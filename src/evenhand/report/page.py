"""One page of HTML that holds everything it needs, drawn from the templates that the web app uses too.

A job's page makes ``Section`` objects of plain view models and hands them to ``page``. Jinja escapes whatever
comes from a user. A static page carries one style element and, only where a list is long, one small script;
its own content-security policy names the two by their hashes, so a browser runs and fetches nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from evenhand.core.version import VERSION

if TYPE_CHECKING:
    from markupsafe import Markup

FONTS: Final = {
    "inter-latin.woff2": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,"
    "U+0329,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "inter-latin-ext.woff2": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,"
    "U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
}
"""Font files beside the style sheet and the characters each holds; only a server links them."""

SEARCHED: Final = 50
"""Lines of a list beyond which a page offers to search in it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a stable name, drawn by one macro from one view of plain data.

    Attributes:
        name: the public name, such as ``board``; also the id of the element.
        title: the heading.
        macro: ``template:macro`` that draws the inside, such as ``allocation:board``.
        view: what the macro is fed: strings, numbers, tuples and frozen dataclasses of those.
        frame: ``bare`` (the macro draws all), ``card`` (heading and card), ``open`` (heading, no card),
            ``fold`` (closed until asked for).
        what: a short line beside a fold's heading.
        fresh: whether it begins on a new sheet of paper.
        beside: "left" or "right" where neighbours share the width of a large screen; a page's order is kept.
    """

    name: str
    title: str
    macro: str
    view: Any
    frame: str = "card"
    what: str = ""
    fresh: bool = False
    beside: str = ""

    @property
    def body(self) -> Markup:
        """The inside of the section, as markup."""
        template, _, macro = self.macro.partition(":")
        module = environment().get_template(f"report/{template}.html.jinja").module
        from markupsafe import Markup

        return Markup(getattr(module, macro)(self.view))  # noqa: S704 - drawn by a template that escapes

    @property
    def html(self) -> Markup:
        """The whole element, as a page or an answer to htmx holds it."""
        module = environment().get_template("report/ui.html.jinja").module
        from markupsafe import Markup

        return Markup(module.section(self))  # noqa: S704 - drawn by a template


def loader() -> Any:
    """Return a Jinja2 loader that finds the templates under ``report/``, for the web app's environment.

    Cost: constant; templates are read once.
    """
    from jinja2 import PackageLoader, PrefixLoader

    return PrefixLoader({"report": PackageLoader("evenhand.report", "templates")})


@cache
def environment() -> Any:
    """Return the environment that draws static pages: everything escaped, a name that is missing an error."""
    from jinja2 import Environment, StrictUndefined

    jinja = Environment(
        loader=loader(), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # the web app translates what its templates say; a static page is in English
    jinja.globals["_"] = str
    return jinja


@cache
def asset(name: str) -> bytes:
    """Return a file that goes with the pages: ``evenhand.css``, ``search.js``, a font of ``FONTS``."""
    from importlib.resources import files

    return files("evenhand.report").joinpath("assets", name).read_bytes()


@cache
def stylesheet(fonts: str | None = None) -> str:
    """Return the one style sheet.

    Args:
        fonts: the folder a server hands out ``FONTS`` under, such as ``/static/``; None links no font, as a
            static page must not fetch anything.
    """
    sheet = asset("evenhand.css").decode()
    if fonts is None:
        return sheet
    faces = "\n".join(
        f'@font-face {{ font-family: "Inter"; font-style: normal; font-weight: 100 900; font-display: swap; '
        f'src: url("{fonts}{name}") format("woff2"); unicode-range: {characters}; }}'
        for name, characters in FONTS.items()
    )
    return f"{faces}\n{sheet}"


def policy(style: str, script: str = "") -> str:
    """Return the content-security policy of a static page: its own style and script by hash, nothing else.

    >>> policy("p{}")
    "default-src 'none'; style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='"
    """
    parts = ["default-src 'none'", f"style-src {_hash(style)}"]
    return "; ".join([*parts, f"script-src {_hash(script)}"] if script else parts)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _plain_style() -> str:
    """The style sheet without comments and needless space: a third fewer bytes in every page."""
    import re

    sheet = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    sheet = re.sub(r"\s+", " ", sheet)
    return re.sub(r"\s*([{};,])\s*", r"\1", sheet).replace(";}", "}").strip()


def page(
    title: str,
    sections: Sequence[Section],
    *,
    period: str = "",
    reading: bool = False,
    lead: str = "",
    sheets: bool = False,
) -> bytes:
    """Return a self-contained page.

    Args:
        title: the browser's title, plain text.
        sections: in order; one named ``answer`` brings the first heading, else the title is it.
        period: what stands behind the name in the bar at the top; the title if left out.
        reading: whether the page is as wide as a text rather than a board.
        lead: a sentence under the title where there is no answer.
        sheets: whether the page is printed as sheets to hand out, which the title would not fit.

    Promise:
        Deterministic: no date, no path, no random name. Nothing is fetched; no attribute holds style.
    """
    bodies = [section.html for section in sections]
    script = asset("search.js").decode().strip() if any("data-search" in str(body) for body in bodies) else ""
    text = (
        environment()
        .get_template("report/page.html.jinja")
        .render(
            title=title,
            lead=lead,
            period=period or title,
            sections=list(zip(sections, bodies, strict=True)),
            answered=any(section.name == "answer" for section in sections),
            reading=reading,
            sheets=sheets,
            style=_plain_style(),
            script=script,
            policy=policy(_plain_style(), script),
            version=VERSION,
        )
    )
    return str(text).encode()
