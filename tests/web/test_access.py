"""Every page in a real browser: axe, light and dark, wide and narrow, nothing sideways, nothing elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from served import PATIENCE, SOAK, Server, Watch, ready, violations

PAGES = {
    "home": "/",
    "fleet": "fleet",
    "fleet, why": "fleet?at={item}&tab=why",
    "fleet, give it to": "fleet?at={item}&tab=give",
    "fleet, dials": "fleet?tab=dials",
    "fleet, history": "fleet?tab=history",
    "fleet, publish": "fleet/publish",
    "fleet, compare": "fleet/compare",
    "teams": "teams?tab=dials",
    "garden": "garden",
    "garden, one turn": "garden?at=2026-02-17|Jay&tab=give",
    "garden, dials": "garden?tab=dials",
    "garden, months": "garden?month=1",
    "teams, swap with": "teams?at=Zoe Hansen&tab=give",
    "fleet, standing": "fleet?tab=standing",
    "garden, standing": "garden?tab=standing",
    "garden, publish": "garden/publish",
    "teams, publish": "teams/publish",
    "import": "/import",
    "setup": "/setup",
    "swaps": "/swaps",
    "help": "/help",
    "api": "/api/docs",
    "login": "/login",
    "nothing": "/plans/none",
}


def address(server: Server, path: str) -> str:
    """Return the address of a page of the table."""
    if path.startswith("/"):
        return server.base + path
    name, _, rest = path.replace("?", "|?", 1).replace("/", "|/", 1).partition("|")
    return server.plans[name] + rest.replace("{item}", "LABMW00125")


WAYS: list[tuple[Literal["light", "dark"], int]] = [("light", 1280), ("dark", 360)]
"""Each side and each width once a page; ``EVENHAND_SOAK`` looks at all four, each loaded anew."""
if SOAK:
    WAYS += [("light", 360), ("dark", 1280)]


def looked_at(page: Page, where: str, part: str | None = None) -> list[str]:
    """Return what is wrong with a page, light and dark, wide and on a phone."""
    wrong = []
    page.goto(where)
    for scheme, width in WAYS:
        # without motion: a colour on its way from one to the other is neither
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        if SOAK:
            page.reload()
        # a page that is changed while axe reads it is neither the one nor the other
        wrong += [f"{scheme} {width} {fault}" for fault in violations(ready(page), part)]
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if sideways > 0:
            wrong.append(f"{scheme} {width}: {sideways} px sideways")
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_open_to_everybody(page: Page, server: Server, name: str) -> None:
    """No page breaks a rule of axe, light or dark, wide or on a phone; none is wider than the phone."""
    # the board beside these panels is the one of "fleet", where axe looks at all of it
    part = "#panel" if name.startswith("fleet,") and "tab=" in PAGES[name] else None
    wrong = looked_at(page, address(server, PAGES[name]), part)
    assert not wrong, "\n".join(wrong)


def test_pages_of_a_series_are_open_to_everybody(page: Page, server: Server) -> None:
    """The series, an account with entries, its people and a published board: no rule of axe is broken."""
    page.goto(server.base)
    page.click("#sample-garden")
    page.wait_for_url("**/plans/**")
    page.click("text=Publish…")
    page.click("button:has-text('Publish rev 1')")
    page.wait_for_selector("#panel >> text=Published, rev 1")
    board = page.url
    page.click(".crumbs a")
    page.wait_for_url("**/series/**")
    series = page.url.split("?")[0]
    places = [board, series, f"{series}/people", f"{series}/people/Hugs", f"{series}?tab=tables"]
    wrong = [fault for place in places for fault in looked_at(page, place)]
    assert not wrong, "\n".join(wrong)


def test_a_faulty_import_is_open_to_everybody(page: Page, server: Server, tmp_path: Path) -> None:
    """Faults by cell, with their one-click mends, break no rule of axe and fit a phone."""
    rows = "".join(f"Golf {at};Pacific Wheels;{at}\n" for at in range(1, 6))
    text = f"Fahrzeug;Empfänger;Punkte\n{rows}Polo;Pacific Weels;zwölf\nUp;Anna;drei\n;;\n"
    (tmp_path / "faulty.csv").write_text(text, encoding="utf-8")
    page.goto(server.base + "/import?job=allocation")
    page.set_input_files("#files", tmp_path / "faulty.csv")
    page.wait_for_url("**/import/*")
    page.wait_for_selector(".mends")
    wrong = looked_at(page, page.url)
    assert not wrong, "\n".join(wrong)


def test_personal_and_wrong_pages_are_open_to_everybody_in_german(
    page: Page, browser: Browser, server: Server, watch: Watch
) -> None:
    """A personal page, a used-up address and a wrong one, in German: no rule of axe, nothing sideways."""
    page.goto(server.base)
    page.click("#sample-garden")
    page.wait_for_url("**/plans/**")
    page.click("text=Publish…")
    page.click("button:has-text('Publish rev 1')")
    page.wait_for_selector("#panel >> text=Published, rev 1")
    page.click(".crumbs a")
    page.wait_for_url("**/series/**")
    page.select_option("#claimant", "Jay")
    page.locator("form:has(#claimant) button").click()
    personal = page.inner_text(".secret")
    home = server.base
    places = [personal, f"{home}/me/nobody", f"{home}/series/none", f"{home}/open/{'x' * 32}"]
    stranger = browser.new_context(locale="de")
    watch.on(stranger, home)
    there = stranger.new_page()
    there.set_default_timeout(PATIENCE)
    wrong = [fault for place in places for fault in looked_at(there, place)]
    stranger.close()
    assert not wrong, "\n".join(wrong)


def test_parts_of_a_large_board_are_open_to_everybody(page: Page, server: Server, tmp_path: Path) -> None:
    """A board in parts, and the links that lead from one to the next: no rule of axe, nothing sideways."""
    names = "".join(f"Person {number}\n" for number in range(30))
    (tmp_path / "people.csv").write_text(f"name\n{names}", encoding="utf-8")
    page.goto(server.base + "/import?job=rota")
    page.set_input_files("#files", tmp_path / "people.csv")
    page.wait_for_url("**/import/*")
    ready(page).fill("[name='dial.weeks']", "120")
    page.locator(".foldfoot button").first.click()
    page.wait_for_url("**/plans/**")
    page.wait_for_selector(".parts")
    place = page.url.split("?")[0]
    wrong = looked_at(page, f"{place}?part=2", ".left")
    assert not wrong, "\n".join(wrong)
