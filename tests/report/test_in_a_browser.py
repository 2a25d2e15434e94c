"""The pages people send on, opened in a real browser: whole, in light, dark and small."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

import evenhand as eh
from evenhand import press_fleet
from evenhand.report import FORMS, render
from served import PATIENCE, SOAK, violations

DATA = Path(eh.__file__).parent / "data"
PAGES = sorted((job, ending) for job, ending in FORMS if ending.endswith(".html"))
OPEN_ALL = """for (const fold of document.querySelectorAll("details")) {
  fold.removeAttribute("name");
  fold.open = true;
}"""
LOOK = """() => {
  const all = selector => [...document.querySelectorAll(selector)];
  return {
    wide: document.documentElement.scrollWidth - innerWidth,
    fetched: performance.getEntriesByType("resource").map(one => one.name),
    styled: all("[style]").length,
    dead: all("a[href^='#']").filter(one => !document.getElementById(one.hash.slice(1))).length,
    small: all("body *").filter(one => one.checkVisibility() && one.childNodes.length &&
      [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) &&
      parseFloat(getComputedStyle(one).fontSize) < 10 &&
      parseFloat(getComputedStyle(one).fontSize) > 0).length,
  };
}"""


WHOLE = {"wide": 0, "fetched": [], "styled": 0, "dead": 0, "small": 0}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@cache
def solved(job: str) -> eh.Solution:
    """Return the bundled job, solved."""
    if job == "allocation":
        return eh.solve(press_fleet.from_folder(DATA / "fleet"))
    if job == "teams":
        people = DATA / "roster" / "people.csv"
        return eh.solve(eh.TeamsProblem.from_table(people, teams=8, balance="gender,office,role"))
    duties, history = eh.weekly("2026-01-27", 10, seats=2), DATA / "garden" / "history.csv"
    people = DATA / "garden" / "people.csv"
    return eh.solve(eh.RotaProblem.from_tables(people, duties, history=history, policy="ledger"))


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """One tab and what it complains of, for all pages: to open one takes longer than to draw a page."""
    page = browser.new_page(reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    def asked(dialog: Dialog) -> None:
        complaints.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", asked)
    yield page, complaints
    page.close()


@pytest.fixture
def show(tab: tuple[Page, list[str]], tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Show a solution in one of its forms as a reader's machine would; no page may complain of anything."""
    page, complaints = tab

    def shown(
        solution: eh.Solution, ending: str = ".html", scheme: Scheme = "light", width: int = 1280
    ) -> Page:
        path = tmp_path / f"page{ending}"
        path.write_bytes(render(solution, ending))
        _look(page, scheme, width)
        page.goto(path.as_uri())
        return page

    complaints.clear()
    yield shown
    page.emulate_media(media="null", forced_colors="null")
    assert complaints == []


def _look(page: Page, scheme: Scheme, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


AXE = {("light", 1280), ("dark", 360)}
"""Where axe looks: at each scheme and each width once."""


@pytest.mark.parametrize(("job", "ending"), PAGES)
def test_a_page_is_whole_wherever_it_is_opened(show: Callable[..., Page], job: str, ending: str) -> None:
    """Every fold open: axe finds nothing, nothing is fetched or styled inline, nothing sticks out."""
    page = show(solved(job), ending)
    page.evaluate(OPEN_ALL)
    for scheme, width in product(SCHEMES, (1280, 360)):
        _look(page, scheme, width)
        assert page.evaluate(LOOK) == WHOLE, (scheme, width)
        # axe comes into the page after it has loaded; the page's own policy allows nothing but its own script
        if SOAK or (scheme, width) in AXE:
            assert violations(page) == [], (scheme, width)


DIM = {
    "a colour of its own": "color: #999",
    "a ground of its own": "background: #555",
    "half seen through": "opacity: .4",
}


@pytest.mark.parametrize("style", DIM.values(), ids=DIM.keys())
def test_axe_finds_one_dim_line_among_many(tab: tuple[Page, list[str]], style: str) -> None:
    """Contrast is looked at once for lines drawn alike, so one that differs in colour or ground is found."""
    page, _ = tab
    # a page without a policy, as this one brings a style of its own
    page.goto("about:blank")
    lines = [f"<li>line {number}</li>" for number in range(40)]
    text = "<!doctype html><html lang=en><title>Lines</title><main><h1>Lines</h1><ul>{}</ul></main></html>"
    page.set_content(text.format("".join(lines)))
    assert violations(page) == []
    lines[17] = f'<li style="{style}">line 17</li>'
    page.set_content(text.format("".join(lines)))
    broken = violations(page)
    assert len(broken) == 1
    assert broken[0].startswith("color-contrast: ['<li style=")


def test_a_long_list_can_be_searched(show: Callable[..., Page]) -> None:
    """Typing in the field of a list of more than 50 lines leaves the lines that hold the words."""
    page = show(solved("allocation"))
    page.evaluate(OPEN_ALL)
    lines = page.locator("ul[data-search] > li")
    assert lines.count() > 50
    field = page.get_by_label("Search these")
    field.fill("Porsche")
    count = lines.count()
    expect(lines.filter(visible=True).filter(has_not_text="Porsche")).to_have_count(0)
    assert 0 < lines.filter(visible=True).count() < 50
    field.fill("")
    expect(lines.filter(visible=True)).to_have_count(count)


def test_a_card_is_found_by_name(show: Callable[..., Page]) -> None:
    """The field beside the headline leaves the cards of a partner, or the teams with that person."""
    page = show(solved("allocation"))
    page.get_by_label("Find a partner or a car").fill("Pacific")
    shown = page.locator(".loans > li").filter(visible=True)
    expect(shown.filter(has_not_text="Pacific")).to_have_count(0)
    assert 0 < shown.count() < 10
    page = show(solved("teams"))
    page.get_by_label("Find a person").fill("Carlos Oruc")
    expect(page.locator(".team").filter(visible=True)).to_have_count(1)


def test_the_chip_tells_more_on_hover_and_focus(show: Callable[..., Page]) -> None:
    """The card with mode, counts and Gini shows on hover and focus, and stays under the pointer."""
    page = show(solved("allocation"))
    card = page.locator(".hover-card")
    expect(card).to_be_hidden()
    page.locator(".chip").hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text("Gini coefficient")
    card.hover()
    expect(card).to_be_visible()
    page.mouse.move(900, 700)
    expect(card).to_be_hidden()
    page.locator(".chip").focus()
    expect(card).to_be_visible()


def test_every_award_says_why_when_its_card_is_opened(browser: Browser, tmp_path: Path) -> None:
    """A card is a fold that works without any script: closed at first, reasons when it is pressed."""
    path = tmp_path / "page.html"
    path.write_bytes(render(solved("allocation"), ".html"))
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(path.as_uri())
    reasons = page.locator(".why").first
    expect(reasons).to_be_hidden()
    page.locator("summary.loan").first.click()
    expect(reasons).to_be_visible()
    expect(reasons).to_contain_text("It scores")
    context.close()


HARD = (
    "Verylongnamewithoutanyspaces" * 10,
    "\u05e9\u05dc\u05d5\u05dd \u202eoverride",
    "\u540d\u524d\u592a\u90ce",
    "<script>alert(1)</script>",
    'O\'Hara & "Sons"',
)


@cache
def hard(job: str) -> eh.Solution:
    """Return a small plan for people whose names break careless pages."""
    if job == "allocation":
        rows = [
            {"item": f"{item} {name}", "recipient": name, "day": day, "score": 10 * item + len(name)}
            for item, day in ((1, "2026-09-28"), (2, "2026-09-29"), (3, "2026-09-29"))
            for name in HARD
        ]
        return eh.solve(eh.AllocationProblem.from_tables(candidates=rows, capacity=3))
    if job == "teams":
        people = [{"name": f"{name} {at}", "kind": HARD[at % 2]} for at, name in enumerate(HARD * 2)]
        return eh.solve(eh.TeamsProblem.from_table(people, teams=2, balance="kind"))
    people_ = dict.fromkeys(HARD, "2025-01-01")
    return eh.solve(eh.RotaProblem.from_values(people_, eh.weekly("2026-01-05", 6, seats=2), policy="ledger"))


@pytest.mark.parametrize(("job", "ending"), PAGES)
def test_names_of_any_kind_keep_their_place(show: Callable[..., Page], job: str, ending: str) -> None:
    """Names of 280 letters, right to left, with an override or markup: no overflow, no dialog."""
    page = show(hard(job), ending, "light", 360)
    page.evaluate(OPEN_ALL)
    assert page.evaluate(LOOK) == WHOLE
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".loan .who, .team .name, .standing .name")].filter(one =>
          one.getBoundingClientRect().right >
            one.closest(".day, .team, .standing").getBoundingClientRect().right + 1
        ).length"""
    )
    assert cut == 0, "a name sticks out of its card"


@pytest.mark.parametrize(
    ("job", "ending", "sheets"),
    [("allocation", ".html", 1), ("allocation", ".letters.html", 48), ("teams", ".pages.html", 8),
     ("rota", ".months.html", 4), ("rota", ".people.html", 4)],
)  # fmt: skip
def test_paper_holds_what_a_person_would_hand_out(
    show: Callable[..., Page], job: str, ending: str, sheets: int
) -> None:
    """A week fits one sheet, what stays the next; letters, teams, months and people have a sheet each."""
    page = show(solved(job), ending, "dark", 1280)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == sheets


def test_paper_holds_what_is_folded_on_the_screen(show: Callable[..., Page]) -> None:
    """Dates and cards behind "more" are printed: a year's fifty-two turns, and a day of seventy."""
    year = eh.RotaProblem.from_values({"Ada": "2025-01-01", "Ben": "2025-01-01"}, eh.weekly("2026-01-05", 52))
    day = [{"item": f"Car {car}", "recipient": f"Partner {car}", "score": 9} for car in range(70)]
    plans = (
        (eh.solve(year), ".turns > tbody > tr"),
        (eh.solve(eh.AllocationProblem.from_tables(candidates=day)), ".loans > li"),
    )
    for solution, lines in plans:
        page = show(solution)
        page.emulate_media(media="print")
        printed = page.locator(lines).evaluate_all(
            "all => all.filter(one => one.checkVisibility({contentVisibilityAuto: true})).length"
        )
        assert printed == page.locator(lines).count() >= 52


@pytest.mark.parametrize("job", ["allocation", "teams", "rota"])
def test_a_page_holds_under_every_setting_of_a_reader(show: Callable[..., Page], job: str) -> None:
    """Forced colours, twice the size and wide text: nothing sideways, focus in sight, in the page's order."""
    page = show(solved(job), width=640)
    page.emulate_media(forced_colors="active")
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wide) <= 0
    # WCAG 1.4.12: what a reader may set, and everything must still be there
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [sheet];
        sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important;" +
          " word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"); }"""
    )
    assert page.evaluate(wide) <= 0
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        place, outlined, shown = page.evaluate(
            """() => { const one = document.activeElement, box = one.getBoundingClientRect();
            const shown = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
            const place = [...document.querySelectorAll("body *")].indexOf(one);
            return [place, getComputedStyle(one).outlineStyle !== "none", shown]; }"""
        )
        if place < 0:  # past the last thing of the page
            break
        seen.append((place, outlined, shown))
    assert len(seen) >= 6
    assert all(outlined and shown for _, outlined, shown in seen), seen
    assert seen == sorted(seen)
    assert page.evaluate("getComputedStyle(document.querySelector('.topbar')).transitionDuration") == "0s"
