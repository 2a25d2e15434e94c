"""A rota's page and workbook: what they say is what the judge, the accounts and the checker say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand import solver
from evenhand.cli.bundled import folder
from evenhand.core.shares import TICKS
from evenhand.report import rota_page, rota_xlsx, sections
from evenhand.report.rota_grid import WIDE, grids_of, letters, sheets_of
from evenhand.report.rota_ics import turns_of
from evenhand.report.rota_page import MOST_PEOPLE, answer_of, html, months_of, people_html, people_of
from evenhand.report.rota_parts import reasons, turns, whys
from evenhand.report.rota_xlsx import workbook, xlsx
from evenhand.report.views import owed_words
from evenhand.rota import RotaProblem, daily, standings, weekly
from evenhand.rota.asking.advice import advise
from evenhand.rota.asking.explain import turns_owed
from report.rota_small import garden, office, planned
from rota_histories import random_rota


def test_the_page_has_every_part_and_fetches_nothing() -> None:
    """All sections stand on the page, nothing is loaded from elsewhere, and names are text."""
    text = html(office()).decode()
    for part in (
        "answer",
        "board",
        "standings",
        "turns",
        "people",
        "calendar",
        "evenness",
        "measures",
        "proof",
    ):
        assert f'<section id="{part}"' in text
    assert re.findall(r'(?:src|href)="(?!#)', text) == []
    assert "<b>Dea" not in text
    assert html(office()) == html(office())


def test_the_first_sight_answers() -> None:
    """Whether all turns are filled and until when, who is furthest from even, the longest wait."""
    assert answer_of(garden()).sub == "Everybody is even at its end."
    solution = planned(weeks=9)
    answer = answer_of(solution)
    assert answer.sentence == "Every watering turn is filled until 30 March."
    statement = solution.statement
    assert statement is not None
    most = np.abs(statement.lag).max() / TICKS
    assert f"{most:.2f} turns from even" in answer.sub
    assert [tile.label for tile in answer.tiles] == [
        "Turns filled", "People serving", "Furthest from even", "Longest wait",
    ]  # fmt: skip
    assert answer.tiles[0].unit == "of 18"


def test_the_grid_shows_every_turn_once() -> None:
    """The letters in the grid are the plan, and each row's sum is the person's number of turns."""
    solution = office()
    problem = solution.problem
    (grid,) = grids_of(problem, solution.awards).grids
    rows = {row.name: row for row in grid.rows}
    for who, name in enumerate(problem.people):
        mine = np.flatnonzero(solution.awards == who)
        assert int(rows[name].turns) == len(mine)
        shown = "".join(slot.text for slot in rows[name].slots if slot.kind == "turn")
        assert len(shown) == len(mine)
        assert shown.count("O") == sum(problem.slot_duty[problem.seat_slot[mine]] == 1)
    assert sum(slot.kind == "away" for slot in rows["Bo"].slots) == 5
    assert sum(slot.kind == "out" for slot in rows["Cem"].slots) == 18
    assert sum("*" in head.day for head in grid.heads) == len(set(problem.slot_start[problem.slot_class > 0]))


def test_history_stands_before_a_short_plan() -> None:
    """The last turns served stand before the first week, apart from the plan and not in its sums."""
    served = [(f"2025-12-{day:02d}", name) for day in (2, 9, 16, 23, 30) for name in ("Hugs", "Jay")]
    history = [
        {"date": day, "name": name} for day, name in [*served, ("2026-01-06", "Jay"), ("2026-01-13", "Hugs")]
    ]
    solution = planned(history=history)
    (grid,) = grids_of(solution.problem, solution.awards).grids
    assert sum(head.now for head in grid.heads) == 1
    for row in grid.rows:
        before = [slot for slot in row.slots if slot.kind in {"served", "past"}]
        assert len(before) == 6
        assert sum(slot.kind == "served" for slot in before) == {"Hugs": 5, "Jay": 5}.get(row.name, 0)
        assert int(row.turns) == sum(slot.kind == "turn" for slot in row.slots)


def test_months_hold_every_day_of_every_turn() -> None:
    """Each day of the plan stands once with whoever serves on it; other months' days are marked."""
    solution = garden()
    problem = solution.problem
    named: dict[int, str] = {}
    for line in turns(problem, solution.awards):
        for day in range(int(problem.slot_start[line.slot]), int(problem.slot_end[line.slot]) + 1):
            named[day] = ", ".join(line.crew)
    seen = 0
    for month in months_of(solution):
        begin = datetime.strptime(f"1 {month.name}", "%d %B %Y").replace(tzinfo=UTC).date()
        first = begin - timedelta(days=begin.weekday())
        for number, cell in enumerate(cell for week in month.weeks for cell in week):
            shown = first + timedelta(days=number)
            assert cell.day.split()[0] == str(shown.day)
            assert cell.outside == (shown.month != begin.month)
            bars = [bar for bar in cell.bars if bar.kind == "turn"]
            assert len(bars) == (shown.toordinal() in named)
            seen += bool(bars) and not cell.outside
            assert all(bar.text in {"", named[shown.toordinal()]} for bar in bars)
    assert seen == len(named)


def test_one_account_has_one_number() -> None:
    """What a person's page says at the end is the statement's figure, and its lines add up to it."""
    for solution in (garden(), office(), planned("rate-hybrid"), planned("rate")):
        statement = solution.statement
        assert statement is not None
        ends = dict(zip(statement.claimants, (statement.lag / TICKS).tolist(), strict=True))
        html_text = unescape(html(solution).decode())
        for person in people_of(solution):
            words = owed_words(ends[person.name])[0]
            assert person.words == words
            assert person.account[0].standing == words
            assert person.sentence.endswith((f"is {words} at the end.", ": even."))
            assert person.sentence in html_text
            opening = {"owed": 1, "ahead": -1}.get(person.account[-1].tone, 0)
            brought = opening * float(person.account[-1].standing.split()[-1]) if opening else 0.0
            moves = sum(number(line.share) + number(line.did) for line in person.account[:-1])
            assert brought + moves == pytest.approx(ends[person.name], abs=0.006 * len(person.account))


def number(text: str) -> float:
    """Read a figure with the field's own minus; a dot stands for nothing."""
    return float(text.replace("\N{MINUS SIGN}", "-")) if text.strip("\N{MIDDLE DOT}") else 0.0


def test_a_page_a_person_says_what_they_got_and_why() -> None:
    """Each sheet has the number of turns, the share, where it comes from, and every turn with its date."""
    solution = garden()
    people = people_of(solution)
    served = np.bincount(solution.awards, minlength=len(solution.problem.people))
    for person, count in zip(people, served.tolist(), strict=True):
        assert person.sentence.startswith(f"{person.name} got {count} turn")
        assert "The share follows from policy ledger" in person.reason
        assert len(person.turns) == count
    assert people_html(solution).count(b'<article class="sheet upright">') == len(people)


def test_turns_per_day_are_the_members_own() -> None:
    """Turns over days of membership stand a person, to four digits."""
    solution = garden()
    rates = sections(solution, only=("evenness",))["evenness"].view.rates
    for name, turns_, days, rate in rates.rows:
        assert name in solution.problem.people
        assert float(rate) == pytest.approx(int(turns_) / int(days), abs=5e-5)


def test_the_plan_table_is_the_plan() -> None:
    """Every slot has a row with its people, its times, and hours where the clocks change."""
    solution = office()
    lines = turns(solution.problem, solution.awards)
    assert len(lines) == 104
    names = solution.columns["name"]
    assert [name.partition(" (")[0] for line in lines for name in line.crew] == names
    assert {line.remark for line in lines if "hours" in line.remark} == {
        "167 hours: the clocks change", "169 hours: the clocks change"
    }  # fmt: skip
    assert (lines[1].begin, lines[1].until) == ("2026-01-05 09:00", "2026-01-12 09:00")
    listed = sections(solution, only=("turns",))["turns"].view
    shown = [*listed.first, *listed.rest]
    assert [line.who for line in shown] == [", ".join(line.crew) for line in lines]
    assert [line.when for line in shown[:2]] == ["Mon 5 Jan", "Mon 5 Jan, 09:00"]
    assert listed.duties


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_one_replay_gives_the_standings_of_every_slot(seed: int) -> None:
    """The reasons of all slots, replayed once, are those that ``standings`` gives slot by slot."""
    solution = solver.solve(random_rota(seed, people=5, slots=12))
    problem, awards = solution.problem, solution.awards
    found = list(whys(problem, awards, 0))
    for slot in range(len(problem.slot_start)):
        assert list(found[slot].stood) == standings(problem, awards, slot)
    said = reasons(problem, awards, 0)
    assert len(said) == int((awards >= 0).sum())


def test_reasons_say_who_was_next() -> None:
    """The sentence of a slot says where its people stood, and who of the others was next."""
    solution = garden()
    for why in whys(solution.problem, solution.awards, 0):
        crew = [stand for stand in why.stood if stand.serves]
        assert all(owed_words(stand.lag)[0] in why.sentence for stand in crew)
        others = [stand for stand in why.stood if stand.rank and not stand.serves]
        assert f"Next in line: {others[0].name}, {owed_words(others[0].lag)[0]}." in why.sentence
    everybody = solver.solve(RotaProblem.from_values(["Ada"], weekly("2026-01-05", 2), policy="ledger"))
    assert "Nobody else could have taken it." in html(everybody).decode()


def test_standings_are_the_statements() -> None:
    """The bars after the plan are the judge's figures, furthest owed first."""
    solution = office()
    statement = solution.statement
    assert statement is not None
    rows = sections(solution, only=("standings",))["standings"].view.rows
    ends = dict(zip(statement.claimants, (statement.lag / TICKS).tolist(), strict=True))
    assert [row.words for row in rows] == [owed_words(ends[row.name])[0] for row in rows]
    lags = [ends[row.name] for row in rows]
    assert lags == sorted(lags, reverse=True)


def test_the_certificate_is_checked_anew() -> None:
    """A quota plan's page says that the certificate holds; a forged one's says what does not."""
    solution = planned(method="quota")
    assert "The certificate holds" in html(solution).decode()
    forged = {**solution.proof, "certificate": {**solution.proof["certificate"], "before": [0] * 20}}
    false = solver.solve(solution.problem, method="quota")
    object.__setattr__(false, "proof", forged)
    assert "The certificate does not hold." in html(false).decode()


def test_what_is_proven_is_said_without_a_certificate() -> None:
    """On line nothing is promised; an optimised plan names its gap, or that there is none."""
    assert "Planned date by date" in html(garden()).decode()
    best = planned(weeks=4, rest=1, seats=1)
    assert best.gap == 0
    assert str(best.proof["says"]) in html(best).decode()
    object.__setattr__(best, "proof", {})
    assert "no plan that keeps the rules has a smaller sum" in html(best).decode()
    # The share is of the least there can be, not of what was reached.
    object.__setattr__(best, "bound", (best.objective or 0) * 4 // 5)
    assert "at most 25.0% above the least there can be." in html(best).decode()
    object.__setattr__(best, "bound", 0)
    assert "How near this is to the smallest sum" in html(best).decode()


def test_advice_and_warnings_stand_on_the_page() -> None:
    """What ``advise`` says of a rule that treats a newcomer oddly, and what was odd about the tables."""
    history = [{"date": "2025-12-02", "name": name} for name in ("Hugs", "Jay", "Kompono")]
    solution = planned("rate", history=history)
    notes = sections(solution, only=("notes",))["notes"].view
    said = [*advise(solution.problem, solution.awards), *solution.warnings]
    assert said
    assert len(notes) >= len(said)
    assert all(any(str(one).split(".")[0] in note for note in notes) for one in said)


def test_open_seats_are_marked_and_explained() -> None:
    """Where all but one are away the second seat is open, in the grid, the table and the facts."""
    away = [{"name": name, "from": "2026-02-01", "to": "2026-02-20"} for name in ("Hugs", "Jay", "Neu")]
    solution = planned(absences=away)
    text = html(solution).decode()
    row = grids_of(solution.problem, solution.awards).grids[0].rows[-1]
    assert row.name == "(open seats)"
    assert int(row.turns) == int((solution.awards < 0).sum()) > 0
    assert "are filled until" in answer_of(solution).sentence
    assert "(open)" in text
    assert "open: nobody else is free" in text


def test_stand_ins_are_named() -> None:
    """Asked for, the next in order stands beside each turn, on the page and in the calendar."""
    solution = planned(substitutes=1)
    assert "stand-in: " in html(solution).decode()
    assert "stand-in: " not in html(garden()).decode()
    first = solution.columns["substitutes"][0]
    assert first not in solution.columns["name"][:2]
    assert f"Stand-in: {first}." in turns_of(solution)[0].note


def test_a_rota_nobody_can_serve_makes_a_page() -> None:
    """With everybody away each slot is open and says so."""
    away = [{"name": "Ada", "from": "2026-01-01", "to": "2026-12-31"}]
    problem = RotaProblem.from_values(["Ada"], weekly("2026-01-05", 2), policy="ledger", absences=away)
    text = html(solver.solve(problem)).decode()
    assert "Open: nobody could take it." in text
    assert "0 of 2 turns are filled until 18 January; 2 are open." in text


@given(st.sets(st.integers(0, 1500), min_size=1, max_size=400))
@settings(deadline=None, max_examples=60)
def test_calendars_are_parted_to_fit(days: set[int]) -> None:
    """Every date stands in exactly one part, in order, and no part is wider than the page."""
    dates = [date(2026, 1, 1) + timedelta(days=day) for day in sorted(days)]
    parts = sheets_of(dates)
    assert [day for _, run in parts for day in run] == dates
    assert all(len(run) <= WIDE for _, run in parts)
    assert len({name for name, _ in parts}) == len(parts)


def test_daily_turns_are_parted_into_months() -> None:
    """A year of daily turns makes twelve tables."""
    problem = RotaProblem.from_values(["Ada", "Ben"], daily("2026-01-01", 365), policy="ledger")
    solution = solver.solve(problem)
    found = [grid.name for grid in grids_of(solution.problem, solution.awards).grids]
    assert len(found) == 12
    assert found[0] == "January 2026"


@given(st.lists(st.text(max_size=12), unique=True, max_size=40))
@settings(deadline=None, max_examples=100)
def test_letters_tell_duties_apart(duties: list[str]) -> None:
    """However alike the names, no two duties have the same letters, none begins another, none is empty."""
    found = letters(duties)
    assert len(set(found.values())) == len(duties)
    assert all(found.values())
    words = [code for code in found.values() if not code.isdecimal()]
    assert not [
        (code, other) for code in words for other in words if code != other and other.startswith(code)
    ]


def test_two_duties_of_one_day_are_parted_in_the_grid() -> None:
    """Who reads and serves coffee on one day has two marks with a sign between, as the legend names them."""
    duties = [row for name in ("reading", "reserve") for row in daily("2026-01-04", 1, name=name)]
    rota = RotaProblem.from_tables([{"name": "Ada"}], duties, policy="ledger", overlaps=True)
    grids = grids_of(rota, np.array([0, 0]))
    assert [slot.text for slot in grids.grids[0].rows[0].slots] == ["RA+RS"]
    assert [(words, letter) for _, words, letter in grids.legend] == [("reading", "RA"), ("reserve", "RS")]


def test_lags_too_small_to_see_are_even() -> None:
    """Nobody is owed 0.00 turns."""
    assert (turns_owed(0.004), turns_owed(-0.004), turns_owed(0.5), turns_owed(-1.25)) == (
        "even", "even", "owed 0.50 turns", "1.25 turns ahead",
    )  # fmt: skip


def test_large_rotas_leave_out_what_nobody_could_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its limits the page counts what it leaves out, and points to where it stands."""
    people = {f"P{at:03d}": "2025-01-01" for at in range(MOST_PEOPLE + 3)}
    solution = solver.solve(RotaProblem.from_values(people, weekly("2026-01-05", 120), policy="ledger"))
    monkeypatch.setattr(rota_page, "MOST_WHYS", 10)
    monkeypatch.setattr("evenhand.report.rota_grid.MOST_CELLS", 4_000)
    text = html(solution).decode()
    assert text.count('<article class="person"') == MOST_PEOPLE
    assert "Reasons of the first 10 dates" in text
    assert "more such tables" in text
    monkeypatch.setattr(rota_page, "MOST_CELLS", 100)
    assert "<article" not in html(solution).decode()


def test_a_rota_without_slots_has_a_page_and_a_workbook() -> None:
    """No slot is no fault."""
    problem = planned().problem
    empty = RotaProblem(
        people=problem.people, weight=problem.weight, period_person=problem.period_person,
        period_start=problem.period_start, period_end=problem.period_end,
        slot_start=np.zeros(0, dtype=np.int64), slot_end=np.zeros(0, dtype=np.int64),
        seats=np.zeros(0, dtype=np.int64), load=np.zeros(0, dtype=np.int64),
        slot_duty=np.zeros(0, dtype=np.int64),
    )  # fmt: skip
    solution = solver.solve(empty)
    assert "There is no turn to plan." in html(solution).decode()
    assert xlsx(solution)[:2] == b"PK"


def test_the_workbook_holds_plan_accounts_and_standings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheets agree with the plan; too many rows are cut by whole slots, and that is said."""
    solution = office()
    sheets: dict[str, Any] = dict(workbook(solution))
    assert list(sheets) == ["plan", "statement", "accounts", "standings", "measures", "about"]
    assert len(sheets["accounts"]["name"]) == 5 * 104
    assert sheets["accounts"]["turn"].count("yes") == int((solution.awards >= 0).sum())
    assert sheets["standings"]["serves"].count("yes") == int((solution.awards >= 0).sum())
    assert xlsx(solution) == xlsx(solution)
    monkeypatch.setattr(rota_xlsx, "MOST_ROWS", 50)
    short: dict[str, Any] = dict(workbook(solution))
    assert len(short["accounts"]["name"]) == 50
    assert set(short["standings"]["date"]) <= set(short["accounts"]["date"])
    assert "of the first 10 of 104 slots" in short["about"]["value"]


def test_the_page_names_the_nearer_policy_first() -> None:
    """Where another policy would keep this team nearer, the page's first lines say so with figures, too."""
    people, duties, history = (folder("garden") / f"{name}.csv" for name in ("people", "duties", "history"))
    rate, ledger = (
        html(solver.solve(RotaProblem.from_tables(people, duties, history=history, policy=policy)))
        for policy in ("rate", "ledger")
    )
    said = "Policy ledger would keep everybody exactly at what was due, history included; rate leaves"
    assert said in rate.decode().partition("<h2")[0]
    assert b"Policy ledger would keep" not in ledger


def test_who_lacks_a_skill_is_not_shown_as_away() -> None:
    """Of three desks that each ask for their own people, nobody is away; who is on leave is."""
    people = [{"name": name, "skills": skill} for name, skill in (("Aiko", "apac"), ("Dirk", "emea"))]
    duties = [
        row
        for skill in ("apac", "emea")
        for row in daily("2026-03-02", 5, skills=[skill], name=f"{skill} desk")
    ]
    away = [{"name": "Dirk", "from": "2026-03-04", "to": "2026-03-04"}]
    problem = RotaProblem.from_tables(people, duties, policy="ledger", absences=away)
    (grid,) = grids_of(problem, solver.solve(problem).awards).grids
    kinds = {row.name: [slot.kind for slot in row.slots] for row in grid.rows}
    assert kinds["Aiko"] == ["turn"] * 5
    assert kinds["Dirk"] == ["turn", "turn", "away", "turn", "turn"]
    other = RotaProblem.from_tables(people, duties[:1], policy="ledger", absences=away)
    (grid,) = grids_of(other, solver.solve(other).awards).grids
    assert [slot.kind for slot in grid.rows[1].slots] == ["", "", "away", "", ""]
