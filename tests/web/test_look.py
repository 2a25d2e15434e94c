"""The look is measured: colours, type, space and sizes, as a browser computes them, are the design's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from served import Server, ready

Wanted = list[tuple[str, str, float | str]]

TOKENS = {
    "bg": ("#f7f7f4", "#111211"),
    "surface": ("#ffffff", "#191b1a"),
    "raised": ("#ffffff", "#212423"),
    "sunken": ("#f0f0ec", "#151716"),
    "hover": ("#f0f0ec", "#272b29"),
    "ink": ("#1a1c1a", "#eceeea"),
    "ink-2": ("#50544e", "#b1b5ad"),
    "ink-3": ("#676b64", "#979c93"),
    "line": ("#e3e3dd", "#2d302e"),
    "line-strong": ("#85877f", "#74786f"),
    "accent": ("#0a665a", "#5bcdb6"),
    "on-accent": ("#ffffff", "#06231e"),
    "accent-soft": ("#e2f1ed", "#16322c"),
    "owed": ("#2458c5", "#86aaf7"),
    "owed-soft": ("#e4ecfb", "#1d2943"),
    "ahead": ("#9a5300", "#eda95a"),
    "ahead-soft": ("#f9ebd6", "#3a2a14"),
    "changed": ("#6a3fc0", "#bda2fb"),
    "changed-soft": ("#efe8fc", "#2b2342"),
    "bad": ("#b1222b", "#f58d89"),
    "bad-soft": ("#fbe7e6", "#3d1f1f"),
    "primary": ("#1d211e", "#eceeea"),
    "on-primary": ("#ffffff", "#141614"),
    "cell": ("#efefea", "#232625"),
    "seg": ("#ffffff", "#363b38"),
}
"""Each colour by its name, light and dark."""

EVERYWHERE: Wanted = [
    (".topbar", "height", 48),
    (".topbar", "padding-left", 20),
    ("h1", "font", "22/28/650"),
    ("h1", "letter-spacing", -0.396),
    ("body", "font", "14/20/400"),
]

BOARD: Wanted = [
    ("main", "max-width", 1360),
    (".tile", "count", 4),
    (".tile", "padding-left", 16),
    (".tile dt", "font", "12/16/550"),
    (".tile .figure", "font", "26/32/640"),
    (".tile .unit", "font-size", 13),
    (".tile .bar", "height", 8),
    (".tiles", "border-radius", 10),
    (".panel", "width", 372),
    (".panel", "border-radius", 10),
    (".with-panel", "column-gap", 16),
    (".button.ink", "height", 32),
    (".button.ink", "border-radius", 6),
    (".button.ink", "padding-left", 12),
    (".button.ink", "count", 1),
    (".tabs a", "count", 5),
]
"""What the boards of all three jobs share."""

ALLOCATION: Wanted = [
    (".chip", "height", 26),
    (".loan", "height", 38),
    (".loan", "border-radius", 6),
    (".loan .who", "font", "12.5/16/580"),
    (".loan .thing", "font", "12/16/400"),
    (".day", "count", 5),
    # notes of two and of no lines stand above: the first cards of all days align all the same
    (".loans > li:first-child", "lines", 1),
    (".day .note", "font", "11/14/400"),
    (".panel h2", "font", "15/20/650"),
    (".button.small", "height", 26),
    (".option", "height", 40),
    (".option b", "font", "13/16/560"),
    (".option small", "font", "12/16/400"),
    (".option .cost", "font", "13/16/620"),
    (".badge", "font-size", 11),
    (".badge", "border-radius", 4),
    (".card", "padding-left", 16),
]

TEAMS: Wanted = [
    (".team", "border-radius", 10),
    (".team h3", "font", "15/20/650"),
    (".team li", "height", 24),
    (".team .about", "font-size", 11.5),
]

ROTA: Wanted = [
    (".slot", "height", 42),
    (".slot", "border-radius", 6),
    (".standing svg", "height", 26),
    (".standing .words", "font-size", 12),
    (".table td", "font", "13/20/400"),
    (".table thead th", "font", "12/16/550"),
]

MONTH: Wanted = [(".month-table td", "height", 87), (".turn-bar", "height", 22)]

PHONE: Wanted = [
    ("main", "padding-left", 12),
    (".button", "height", 40),
    (".input", "height", 40),
    (".input", "font-size", 16),
    (".tile", "columns", 2),
    ("kbd", "shown", 0),
]

MEASURED = """([selector, what]) => {
    const all = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
    if (what === 'count' || what === 'shown') return all.length;
    const places = (side) => new Set(all.map((node) => Math.round(node.getBoundingClientRect()[side]))).size;
    if (what === 'columns') return places('left');
    if (what === 'lines') return places('top');
    const style = getComputedStyle(all[0]);
    const number = (name) => Math.round(parseFloat(style.getPropertyValue(name)) * 1000) / 1000;
    if (what === 'font') return ['font-size', 'line-height', 'font-weight'].map(number).join('/');
    if (what === 'height' || what === 'width') return Math.round(all[0].getBoundingClientRect()[what]);
    return number(what);
}"""


def measured(page: Page, wanted: Wanted) -> dict[tuple[str, str], tuple[object, object]]:
    """Return what differs from the design: (selector, property) to (computed, wanted)."""
    got = {(selector, what): page.evaluate(MEASURED, [selector, what]) for selector, what, _ in wanted}
    return {(s, w): (got[s, w], value) for s, w, value in wanted if got[s, w] != value}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_those_of_the_design(page: Page, server: Server, scheme: str) -> None:
    """Every token has its colour on either side, and the page is painted with them."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(server.plans["garden"])
    seen = page.evaluate(
        """(names) => names.map((name) => {
            const probe = document.createElement('i');
            document.body.append(probe);
            probe.style.color = `var(--${name})`;
            const shown = getComputedStyle(probe).color;
            probe.remove();
            return shown;
        })""",
        list(TOKENS),
    )
    as_hex = ["#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3]) for colour in seen]
    side = 0 if scheme == "light" else 1
    assert dict(zip(TOKENS, as_hex, strict=True)) == {name: pair[side] for name, pair in TOKENS.items()}
    painted = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert painted == seen[0]


@pytest.mark.parametrize(
    ("sample", "more", "wanted"),
    [
        ("fleet", "?at=LABMW00125&tab=give", [*BOARD, *ALLOCATION]),
        ("teams", "", [*BOARD, *TEAMS]),
        ("garden", "?tab=standing", [*BOARD, *ROTA]),
        ("garden", "?month=1", MONTH),
    ],
    ids=["allocation", "teams", "rota", "month"],
)
def test_a_board_has_the_sizes_of_the_design(
    page: Page, server: Server, sample: str, more: str, wanted: Wanted
) -> None:
    """Type, padding, radii, heights and counts of each component are the design's; no text is under 11 px."""
    page.goto(server.plans[sample] + more)
    assert measured(ready(page), [*EVERYWHERE, *wanted]) == {}
    small = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter((node) =>
            node.checkVisibility() && [...node.childNodes].some((part) => part.data && part.data.trim())
            && parseFloat(getComputedStyle(node).fontSize) < 11).map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert small == []


@pytest.mark.parametrize("sample", ["fleet", "teams", "garden"])
def test_a_phone_has_the_sizes_of_the_design(page: Page, server: Server, sample: str) -> None:
    """One column: gutter 12, tiles two by two, buttons and fields 40 high, no key caps, nothing too wide."""
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(server.plans[sample])
    assert measured(ready(page), PHONE) == {}
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_reading_pages_are_narrow(page: Page, server: Server) -> None:
    """Home and import are read in 1080 px, and the one committing button of a page is the accent's."""
    for path in ("/", "/import"):
        page.goto(server.base + path)
        inner = ready(page).evaluate(
            "(() => { const s = getComputedStyle(document.querySelector('main')); const b = "
            "document.querySelector('main').getBoundingClientRect(); "
            "return b.width - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight); })()"
        )
        assert inner == 1080
    page.goto(server.plans["garden"] + "/publish")
    assert ready(page).locator(".button.commit").count() == 1
    # a focused control wears the ring of the design, whatever it is
    page.keyboard.press("Tab")
    ring = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); "
        "return [s.outlineWidth, s.outlineStyle, s.outlineOffset]; })()"
    )
    assert ring == ["2px", "solid", "2px"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_tabs_of_a_panel_fit_beside_each_other(page: Page, server: Server, language: str) -> None:
    """All five are seen at once in both languages; a tab out of sight is a page nobody finds."""
    page.context.add_cookies([{"name": "evenhand_language", "value": language, "url": server.base}])
    for plan in server.plans.values():
        page.goto(plan)
        tabs = (
            "(() => { const t = document.querySelector('.tabs'); return t.scrollWidth - t.clientWidth; })()"
        )
        assert ready(page).evaluate(tabs) == 0
