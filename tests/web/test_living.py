"""What a coordinator does in the weeks between plans: sliders, guide, people, months, drags, mends."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

import evenhand as eh
from evenhand.report.page import stylesheet
from evenhand.store import open_database
from evenhand.web.hall import STATIC
from planned import crowd, small_week
from served import PATIENCE, Server, Watch, ready, violations

ROOT = Path(eh.__file__).parent


def vans(page: Page, server: Server) -> str:
    """Open a small week of its own, beside the server, and return the address of its plan."""
    store = open_database(server.database)
    plan = f"{server.base}/plans/{small_week(store)}"
    store.close()
    page.goto(plan)
    page.wait_for_selector(".tiles")
    return plan


def test_the_sliders_move_over_solved_plans_without_asking_anybody(page: Page, server: Server) -> None:
    """Moved by key, a slider says what the plan would give and marks the board, with no request at all."""
    page.goto(vans(page, server) + "?tab=dials")
    page.wait_for_selector("[data-frontier]")
    ready(page)
    said = page.inner_text("[data-frontier-said]")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#front").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert page.inner_text("[data-frontier-said]") != said
    assert page.locator(".would-move").count() > 0
    page.locator("#third").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-frontier-step]")).to_have_value("0")
    assert asked == []
    # what the slider shows is what the plan gives
    promised = re.findall(r"[\d,]+(?= points)", page.inner_text("[data-frontier-said]"))
    page.click("[data-sliders] >> text=Try it")
    page.wait_for_selector(".banner >> text=Changed")
    expect(page.locator(".tiles")).to_contain_text(promised[0])
    page.click(".banner >> text=Undo")
    page.wait_for_selector("text=Redo")


def test_a_plan_that_is_not_even_brings_its_procedure(page: Page, server: Server) -> None:
    """Where one each is forced the three steps stand there, and the last is a button that solves."""
    vans(page, server)
    page.click(".tabs >> text=Dials")
    page.click(".segments button:has-text('Strong')")
    expect(page.locator("h1")).to_contain_text("12 of 16 recipients got one.")
    expect(page.locator(".procedure > li")).to_have_count(3)
    expect(page.locator(".procedure")).to_contain_text("111 points more")
    expect(page.locator(".guide > li")).to_have_count(3)
    page.click(".procedure button")
    expect(page.locator("h1")).to_contain_text("9 of 16 recipients")
    expect(page.locator(".procedure")).to_have_count(0)


def test_the_chip_opens_by_key_and_by_touch(browser: Browser, page: Page, server: Server) -> None:
    """Seven lines, by focus and by tap; Esc closes them. They are read out with the chip."""
    page.goto(server.plans["fleet"])
    ready(page).locator(".chip").focus()
    card = page.locator(".hover-card")
    expect(card).to_be_visible()
    assert card.locator(".pair").count() == 7
    assert page.get_attribute(".chip", "aria-describedby") == card.get_attribute("id")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    phone = browser.new_context(
        storage_state=server.state, viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True
    )
    touched = phone.new_page()
    touched.goto(server.plans["fleet"])
    ready(touched).tap(".chip")
    expect(touched.locator(".hover-card")).to_be_visible()
    phone.close()


def test_a_name_is_found_by_a_key_and_without_script(browser: Browser, page: Page, server: Server) -> None:
    """The slash goes to the field, other cells step back; without script the first match is opened."""
    page.goto(server.plans["teams"])
    ready(page).locator("[data-cell]").first.focus()
    page.keyboard.press("/")
    page.keyboard.type("Zoe Hansen")
    expect(page.locator("[data-cell]:not(.dim)")).to_have_count(1)
    plain = browser.new_context(storage_state=server.state, java_script_enabled=False)
    still = plain.new_page()
    still.goto(server.plans["teams"] + "?find=zoe+hansen")
    expect(still.locator("#panel h2").first).to_have_text("Zoe Hansen")
    plain.close()


def a_garden(page: Page, server: Server) -> str:
    """Make a garden of its own and return the address of its plan."""
    page.goto(server.base)
    page.click("#sample-garden")
    page.wait_for_url("**/plans/**")
    page.wait_for_selector(".grid")
    return page.url.split("?")[0]


def published(page: Page, plan: str, rev: int, reason: str = "") -> None:
    """Publish a plan as it stands."""
    page.goto(plan + "/publish")
    if reason:
        page.fill("#reason", reason)
    page.click(f"button:has-text('Publish rev {rev}')")
    page.wait_for_selector(f"#panel >> text=Published, rev {rev}")


def row_of(page: Page, name: str) -> Locator:
    """Open a person's changes on the page of people and return the row."""
    row = page.locator(f"tr:has(summary:has-text('{name}'))")
    row.locator("summary").click()
    return row


def test_people_join_pause_leave_and_are_renamed(page: Page, server: Server) -> None:
    """Each change is a step of the plan, planned at once; months show whose week it is."""
    plan = a_garden(page, server)
    page.goto(plan + "?month=1")
    expect(page.locator(".month-table caption").first).to_have_text("Jan 2026")
    page.click("a.turn-bar >> nth=1")
    expect(page.locator("#panel h2").first).to_be_visible()
    expect(page.locator(".month-table").first).to_be_visible()
    page.click(".crumbs a >> nth=0")
    page.click(".tabs >> text=People")
    page.fill("#jn", "Zoe")
    page.fill("#jd", "2026-02-10")
    page.click("button:has-text('Joins')")
    expect(page.locator("h1")).to_have_text("5 people take part.")
    people = page.url
    jay = row_of(page, "Jay")
    assert violations(ready(page)) == []
    jay.locator("input[name=first]").first.fill("2026-03-01")
    jay.locator("input[name=last]").first.fill("2026-03-20")
    jay.locator("button:has-text('Is away')").click()
    expect(jay).to_contain_text("away Sun 1 Mar to Fri 20 Mar")
    page.goto(plan + "?tab=history")
    expect(page.locator(".steps")).to_contain_text("Zoe joins")
    expect(page.locator(".grid tbody tr")).to_have_count(5)
    published(page, plan, 1)
    page.goto(people)
    hugs = row_of(page, "Hugs")
    hugs.locator("input[name=called]").fill("Hugo S.")
    hugs.locator("button:has-text('Rename')").click()
    page.wait_for_selector("a:has-text('Hugo S.')")
    kompono = row_of(page, "Kompono")
    kompono.locator("form:has(button:has-text('Leaves')) input[name=first]").fill("2026-03-10")
    kompono.locator("button:has-text('Leaves')").click()
    expect(page.locator("h1")).to_have_text("4 people take part.")
    page.goto(server.base + "/setup")
    expect(page.locator("main")).to_contain_text("facts, entries, balances and the log agree")


def test_a_person_says_away_and_sees_what_changed(
    browser: Browser, page: Page, server: Server, watch: Watch
) -> None:
    """On a personal page "away" plans the draft anew; published, the page says what is gone."""
    plan = a_garden(page, server)
    published(page, plan, 1)
    page.click(".crumbs a >> nth=0")
    page.select_option("#claimant", "Neu")
    page.click("text=Make a personal link")
    link = page.inner_text(".secret")
    phone = browser.new_context(viewport={"width": 390, "height": 800})
    phone.set_default_timeout(PATIENCE)
    watch.on(phone, server.base)
    neu = phone.new_page()
    neu.goto(link)
    expect(neu.locator(".banner")).to_have_count(0)
    assert violations(ready(neu)) == []
    neu.fill("#aw1", "2026-01-20")
    neu.fill("#aw2", "2026-04-20")
    with neu.expect_response("**/away"):
        neu.click("text=Say that I am away")
    page.goto(plan)
    page.wait_for_selector(".banner >> text=Changed: 3 of 20")
    published(page, plan, 2, "Neu is away")
    neu.goto(link)
    expect(neu.locator(".banner")).to_contain_text("Not yours any more: watering")
    neu.click("text=Seen")
    expect(neu.locator(".banner")).to_have_count(0)
    phone.close()


def test_two_accounts_become_one(page: Page, server: Server) -> None:
    """What was owed to the one is owed to the other, the books still agree, and the plan knows one person."""
    plan = a_garden(page, server)
    published(page, plan, 1)
    page.click(".crumbs a >> nth=0")
    page.click(".tabs >> text=People")
    neu = row_of(page, "Neu")
    neu.locator("select[name=other]").select_option("Hugs")
    neu.locator("button:has-text('Merge')").click()
    expect(page.locator("h1")).to_have_text("3 people take part.")
    page.goto(plan)
    expect(page.locator(".grid tbody tr")).to_have_count(3)
    page.goto(server.base + "/setup")
    expect(page.locator("main")).to_contain_text("facts, entries, balances and the log agree")


def test_stopping_a_search_keeps_its_best_plan(page: Page, server: Server) -> None:
    """While a draft is searched the page tells how far it is; stopped, the best plan by then is shown."""
    store = open_database(server.database)
    plan, _ = crowd(store)
    store.close()
    page.goto(f"{server.base}/plans/{plan}")
    expect(page.locator(".banner")).to_contain_text("This step is not planned yet.")
    page.click("button:has-text('Plan it')")
    expect(page.locator(".banner")).to_contain_text("A whole plan is there")
    page.click("button:has-text('Stop and keep the best')")
    expect(page.locator(".answer, .head").first).to_contain_text("Stopped early: the best found so far")
    # of 400 teams a page draws as many as are soon shown; the rest are a link away
    first = page.locator(".parts summary").first.inner_text()
    page.locator(".parts a[rel=next]").first.click()
    expect(page.locator(".parts summary").first).not_to_have_text(first)
    expect(page.locator(".parts").first).to_contain_text("Part 2 of")


def test_rules_that_cannot_all_hold_offer_a_way_on(page: Page, server: Server) -> None:
    """The page names the rules in conflict; one click breaks as few of them as can be and lists where."""
    a_garden(page, server)
    page.click(".tabs >> text=Dials")
    page.fill("#rst", "4")
    page.fill("#wks", "5")
    page.click("button:has-text('Try it')")
    expect(page.locator(".banner.failed")).to_contain_text("4 weeks of rest")
    page.click("button:has-text('Break as few rules as can be')")
    expect(page.locator("main")).to_contain_text("as few as can be")
    expect(page.locator("main")).to_contain_text(re.compile("Rules are broken [0-9]+ times"))


def test_a_published_plan_says_what_a_change_must_bring(page: Page, server: Server) -> None:
    """After publishing a step offers more freedom: few changes, the best plan, or a price of each change."""
    published(page, vans(page, server), 1)
    page.click('[data-item="Van 05"]')
    page.click("#panel >> button:has-text('Forbid')")
    expect(page.locator(".banner")).to_contain_text("Changed:")
    # of the plans that are worth as much the step took the one that changes least
    page.click("text=More freedom…")
    expect(page.locator("#freedom")).to_contain_text("1 change is needed; more would bring nothing.")
    plan = page.url.split("?")[0]
    page.goto(plan + "/publish")
    expect(page.locator("main")).to_contain_text("Rev 2: 1 of the published change")
    page.goto(plan + "?tab=dials")
    page.click(".segments >> text=Strong")
    # another price of fairness changes many: the table says how many for which price
    row = page.locator("#freedom tbody tr")
    expect(row.first).to_contain_text("only what it must")
    row.first.locator("button").click()
    expect(page.locator("#freedom tr.chosen")).to_contain_text("only what it must ✓")
    page.goto(plan + "/publish")
    expect(page.locator("main")).to_contain_text("Rev 2: 1 of the published change")


def test_teams_change_as_little_as_can_be(page: Page, server: Server, tmp_path: Path) -> None:
    """A drop is a swap of two, a latecomer moves nobody else, and after publishing so does a drop-out."""
    rows = [f"Pupil {at:02},{'girl' if at % 2 else 'boy'}" for at in range(24)]
    (tmp_path / "class.csv").write_text("name,gender\n" + "\n".join(rows) + "\n", encoding="utf-8")
    page.goto(server.base + "/import?job=teams")
    page.set_input_files("#files", tmp_path / "class.csv")
    page.wait_for_url("**/import/*")
    page.click("button:has-text('Use it')")
    page.wait_for_selector(".team")
    ready(page)
    left, right = (page.locator(".team").nth(at).locator(".member") for at in (0, 1))
    one, other = left.nth(2).inner_text().split("\n")[0], right.nth(3).inner_text().split("\n")[0]
    left.nth(2).drag_to(right.nth(3))
    expect(page.locator(".banner")).to_contain_text("Changed: 2 of 24.")
    expect(page.locator(".team").nth(1)).to_contain_text(one)
    expect(page.locator(".team").nth(0)).to_contain_text(other)
    page.click(".tabs >> text=Dials")
    page.fill("#late", "Late Comer")
    page.fill("#late1", "girl")
    page.click("text=Let them join")
    expect(page.locator(".banner")).to_contain_text("Changed: 1 of 25.")
    page.click("text=Publish…")
    page.click("button:has-text('Publish rev 1')")
    page.wait_for_selector("#panel >> text=Published, rev 1")
    page.click(".member >> text=Late Comer")
    page.click("#panel >> button:has-text('Is away')")
    expect(page.locator(".banner")).to_contain_text(re.compile(r"Changed: [01] of 24"))


def test_a_card_is_dragged_with_its_price_in_sight(page: Page, server: Server) -> None:
    """While a card hovers over another taker the line says what it would cost; dropping pays just that."""
    page.goto(server.base)
    page.click("#sample-fleet")
    page.wait_for_url("**/plans/**")
    page.wait_for_selector("[data-cell]")
    ready(page)
    # The browser's own drag events, sent one by one: a mouse on a busy machine may begin no drag at all.
    card, goal = (page.locator("[data-cell]").nth(place) for place in (2, 20))
    moved = {"dataTransfer": page.evaluate_handle("new DataTransfer()")}
    card.dispatch_event("dragstart", moved)
    goal.dispatch_event("dragover", moved)
    expect(page.locator("[data-looking]")).to_contain_text("points")
    cost = re.findall(r"[−+±][\d,]+", page.inner_text("[data-looking]"))[0]
    goal.dispatch_event("drop", moved)
    page.wait_for_selector(".banner >> text=Changed")
    paid = 86_100 + int(cost.replace("−", "-").replace("±", "").replace(",", ""))
    expect(page.locator(".tiles")).to_contain_text(f"{paid:,}")


def test_an_import_is_mended_by_clicks_and_remembered(page: Page, server: Server, tmp_path: Path) -> None:
    """A number in words, a name spelt twice: one click each; the next file of these heads is read alike."""
    rows = "".join(f"Golf {at};Pacific Wheels;{at}\n" for at in range(1, 6))
    text = f"Fahrzeug;Empfänger;Wert\n{rows}Polo;Pacific Weels;zwölf\nUp;Anna;3\n"
    for name in ("first.csv", "second.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.goto(server.base + "/import?job=allocation")
    page.set_input_files("#files", tmp_path / "first.csv")
    page.wait_for_url("**/import/*")
    page.select_option("select:has(option:text-is('keep as Wert'))", "score")
    page.click("text=Look again")
    page.click("text=Write 12")
    expect(page.locator("h1")).to_contain_text("Nothing is missing.")
    page.click("text=Treat as one: Pacific Wheels")
    expect(page.locator("text=Is it the same name?")).to_have_count(0)
    page.click("button:has-text('Use it')")
    page.wait_for_url("**/plans/**")
    expect(page.locator(".tiles")).to_contain_text("2")
    page.goto(server.base + "/import?job=allocation")
    page.set_input_files("#files", tmp_path / "second.csv")
    page.wait_for_url("**/import/*")
    expect(page.locator("main")).to_contain_text("Read as the last file with these heads.")
    expect(page.locator("select:has(option:text-is('keep as Wert'))")).to_have_value("score")


def rules(sheet: str) -> set[tuple[str, str]]:
    """Return (selector, declaration) of every rule of a style sheet outside its media queries."""
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    text = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    found = set()
    for selectors, body in re.findall(r"([^{}@;]+)\{([^{}]*)\}", text):
        for selector in selectors.split(","):
            for line in body.split(";"):
                if line.strip():
                    found.add((" ".join(selector.split()), " ".join(line.split())))
    return found


def test_a_class_is_brought_in_with_its_heads_and_by_size(page: Page, server: Server, tmp_path: Path) -> None:
    """The heads stand below the school's own rows; teams of four, and nobody from one table sits together."""
    rows = "".join(f"P{n:02},{'high' if n % 2 else 'low'},{'ABCDEFG'[n // 4]}\n" for n in range(26))
    (tmp_path / "3b.csv").write_text(f"Class,Room\n3b,12\nName,Level,Table\n{rows}", encoding="utf-8")
    page.goto(server.base + "/import?job=teams")
    page.set_input_files("#files", tmp_path / "3b.csv")
    page.wait_for_url("**/import/*")
    expect(page.locator("#h0")).to_have_value("3")
    page.fill("#h0", "4")
    ready(page).click("button:has-text('Change')")
    expect(page.locator(".mapcol").first).to_contain_text("P00")
    page.fill("#h0", "3")
    page.click("button:has-text('Change')")
    expect(page.locator(".mapcol").first).to_contain_text("Name")
    page.fill("#dz", "4")
    page.fill("#da", "Table")
    page.click("button:has-text('Use it')")
    page.wait_for_url("**/plans/**")
    expect(page.locator("h1")).to_contain_text("7 teams of 3 or 4")
    for members in page.locator(".team").all_inner_texts():
        numbers = [int(number) // 4 for number in re.findall(r"P(\d\d)", members)]
        assert len(set(numbers)) == len(numbers) in (3, 4)
    page.click(".tabs >> text=Dials")
    expect(page.locator("#nt")).to_have_value("")
    page.fill("#nt", "5")
    page.click("#panel >> text=Try it")
    expect(page.locator("h1")).to_contain_text("5 teams of 5 or 6")
    expect(page.locator("#nz")).to_have_value("")


def test_a_folder_is_brought_in_whole(page: Page, server: Server, tmp_path: Path) -> None:
    """A fleet's folder is chosen at once; it names the series, what is no table is left out with a word."""
    folder = tmp_path / "Berlin fleet"
    shutil.copytree(ROOT / "data" / "fleet", folder)
    (folder / "contract.pdf").write_bytes(b"%PDF-1.4")
    page.goto(server.base + "/import")
    page.set_input_files("#folder", folder)
    page.wait_for_url("**/import/*")
    expect(page.locator("h1")).to_contain_text("Nothing is missing.")
    expect(page.locator("#sn")).to_have_value("Berlin fleet")
    expect(page.locator("main")).to_contain_text("contract.pdf: is no table and was left out.")


def test_an_upload_that_is_too_large_is_answered_with_a_page(
    page: Page, server: Server, tmp_path: Path
) -> None:
    """The page says how much may come, in the reader's language; nothing of it is read."""
    (tmp_path / "huge.csv").write_bytes(b"name\n" + b"Ann\n" * (11 << 20))
    page.context.add_cookies([{"name": "evenhand_language", "value": "de", "url": server.base}])
    page.goto(server.base + "/import?job=teams")
    page.set_input_files("#files", tmp_path / "huge.csv")
    expect(page.locator("main")).to_contain_text("Das ist zu groß. Lesen Sie höchstens 40 MB auf einmal ein.")


def test_no_rule_of_style_is_written_twice() -> None:
    """The live app's sheet holds only what the shared one lacks: no selector of it is styled in both."""
    live, shared = rules((STATIC / "live.css").read_text(encoding="utf-8")), rules(stylesheet())
    assert live & shared == set()
    # the same selector may only add to what the shared sheet says, never say the same property again
    properties = {(selector, line.partition(":")[0].strip()) for selector, line in shared}
    again = {(s, line) for s, line in live if (s, line.partition(":")[0].strip()) in properties}
    assert again == set()
    assert not re.search(r"#[0-9a-f]{3,6}\b", (STATIC / "live.css").read_text(encoding="utf-8"))
