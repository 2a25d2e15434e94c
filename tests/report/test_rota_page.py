"""A rota's page and workbook: what they say is what the judge, the accounts and the checker say."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand import solver
from evenhand.core.shares import TICKS
from evenhand.report import rota_html, rota_xlsx
from evenhand.report.rota_accounts import MOST_PEOPLE
from evenhand.report.rota_grid import WIDE, letters, sheets_of
from evenhand.report.rota_html import html
from evenhand.report.rota_ics import turns_of
from evenhand.report.rota_parts import owed, reasons, turns, whys
from evenhand.report.rota_xlsx import workbook, xlsx
from evenhand.rota import RotaProblem, daily, standings, weekly
from report.rota_small import garden, office, planned
from rota_histories import random_rota


class Tables(HTMLParser):
    """Reads the cells of every table of a page, by caption."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.title, self.row, self.inside = "", [""], ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a caption, a row or a cell."""
        del attrs
        self.inside = tag
        if tag == "caption":
            self.title = ""
        elif tag == "tr":
            self.row = []
        elif tag in {"td", "th"}:
            self.row.append("")

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a row."""
        if tag in {"td", "th", "caption"}:
            self.inside = ""
        if tag == "tr":
            self.found.setdefault(self.title, []).append(self.row)
            self.row = []

    def handle_data(self, data: str) -> None:
        """Keep a caption's or a cell's text."""
        if self.inside == "caption":
            self.title += data
        elif self.row and self.inside:
            self.row[-1] += data


def tables(content: bytes) -> dict[str, list[list[str]]]:
    """Return the tables of a page by caption."""
    reader = Tables()
    reader.feed(content.decode())
    return reader.found


def test_the_page_has_every_part_and_fetches_nothing() -> None:
    """All sections stand on the page, there is no script, and nothing is loaded from elsewhere."""
    text = html(office()).decode()
    for part in (
        "At a glance", "The year", "Every turn, and why", "How even it is", "What is proven",
        "Everybody&#39;s account", "How it was found",
    ):  # fmt: skip
        assert f">{part}</h2>" in text
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="(?!#)', text) == []
    assert "<b>Dea" not in text
    assert html(office()) == html(office())


def test_the_year_shows_every_turn_once() -> None:
    """The letters in the grid are the plan, and each row's sum is the person's number of turns."""
    solution = office()
    grid = tables(html(solution))["2026: who serves when"]
    shown = {row[0]: row[2:] for row in grid[2:]}
    sums = {row[0]: int(row[1]) for row in grid[2:]}
    problem = solution.problem
    for who, name in enumerate(problem.people):
        mine = np.flatnonzero(solution.awards == who)
        assert sums[name] == len(mine)
        letters_shown = "".join(cell for cell in shown[name] if cell not in {"–", "·"})
        assert len(letters_shown) == len(mine)
        assert letters_shown.count("O") == sum(problem.slot_duty[problem.seat_slot[mine]] == 1)
    assert shown["Bo"].count("–") == 5
    assert shown["Cem"].count("·") == 18
    assert sum("*" in head for head in grid[1]) == len(set(problem.slot_start[problem.slot_class > 0]))


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
    rows = tables(html(solution))["Every turn in order"]
    assert rows[0][:5] == ["from", "until", "duty", "who", "note"]


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
    """The sentence of a slot names its people, and the best of those who did not serve."""
    solution = garden()
    for why in whys(solution.problem, solution.awards, 0):
        crew = {stand.name for stand in why.stood if stand.serves}
        assert all(name in why.sentence for name in crew)
        others = [stand for stand in why.stood if stand.rank and not stand.serves]
        assert f"The runner-up was {others[0].name}, {owed(others[0].lag)}." in why.sentence
    everybody = solver.solve(RotaProblem.from_values(["Ada"], weekly("2026-01-05", 2), policy="ledger"))
    assert "Nobody else could have taken it." in html(everybody).decode()


def test_due_served_and_lag_are_the_statements() -> None:
    """The table of accounts holds the statement to two decimals."""
    solution = office()
    rows = tables(html(solution))["History and plan together, in turns"][1:]
    statement = solution.statement
    assert statement is not None
    assert [row[0] for row in rows] == list(statement.claimants)
    assert [int(row[2]) for row in rows] == statement.received.tolist()
    lags = (statement.lag / TICKS).tolist()
    assert [float(row[3]) for row in rows] == pytest.approx(lags, abs=0.005)
    assert all(row[4] == owed(lag) for row, lag in zip(rows, lags, strict=True))


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
    assert "Planned slot by slot" in html(garden()).decode()
    best = planned(weeks=4, rest=1, seats=1)
    assert best.gap == 0
    assert str(best.proof["says"]) in html(best).decode()
    object.__setattr__(best, "proof", {})
    assert "No plan that keeps the rules has a smaller sum" in html(best).decode()
    object.__setattr__(best, "bound", 0)
    assert "above the least there can be: this is proven." in html(best).decode()


def test_advice_and_warnings_stand_on_the_page() -> None:
    """What ``advise`` says of the seed's rule for a newcomer, and what was odd about the tables."""
    history = [{"date": "2025-12-02", "name": name} for name in ("Hugs", "Jay", "Kompono")]
    text = html(planned("rate", history=history)).decode()
    assert "Worth knowing" in text
    assert "has no turn in the history" in text


def test_open_seats_are_marked_and_explained() -> None:
    """Where all but one are away the second seat is open, in the grid, the table and the facts."""
    away = [{"name": name, "from": "2026-02-01", "to": "2026-02-20"} for name in ("Hugs", "Jay", "Neu")]
    solution = planned(absences=away)
    text = html(solution).decode()
    grid = tables(html(solution))["2026: who serves when"]
    assert grid[-1][0] == "(open seats)"
    assert int(grid[-1][1]) == int((solution.awards < 0).sum()) > 0
    assert "(open)" in text
    assert "open: nobody else is free" in text


def test_stand_ins_are_named() -> None:
    """Asked for, the next in order stands beside each turn, on the page and in the calendar."""
    solution = planned(substitutes=1)
    assert ">stand-ins</th>" in html(solution).decode()
    assert ">stand-ins</th>" not in html(garden()).decode()
    first = solution.columns["substitutes"][0]
    assert first not in solution.columns["name"][:2]
    assert f"Stand-in: {first}." in turns_of(solution)[0].note


def test_a_rota_nobody_can_serve_makes_a_page() -> None:
    """With everybody away each slot is open and says so."""
    away = [{"name": "Ada", "from": "2026-01-01", "to": "2026-12-31"}]
    problem = RotaProblem.from_values(["Ada"], weekly("2026-01-05", 2), policy="ledger", absences=away)
    text = html(solver.solve(problem)).decode()
    assert "Open: nobody could take it." in text
    assert "The rota from 2026-01-05 to 2026-01-12" in text


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
    found = [title for title in tables(html(solver.solve(problem))) if title.endswith("who serves when")]
    assert len(found) == 12
    assert found[0] == "January 2026: who serves when"


@given(st.lists(st.text(max_size=12), unique=True, max_size=40))
@settings(deadline=None, max_examples=100)
def test_letters_tell_duties_apart(duties: list[str]) -> None:
    """However alike the names, no two duties have the same letters, and none has none."""
    found = letters(duties)
    assert len(set(found.values())) == len(duties)
    assert all(found.values())


def test_lags_too_small_to_see_are_even() -> None:
    """Nobody is owed 0.00 turns."""
    assert (owed(0.004), owed(-0.004), owed(0.5), owed(-1.25)) == (
        "even", "even", "owed 0.50 turns", "1.25 turns ahead",
    )  # fmt: skip


def test_large_rotas_leave_out_what_nobody_could_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its limits the page counts what it leaves out, and points to where it stands."""
    people = {f"P{at:03d}": "2025-01-01" for at in range(MOST_PEOPLE + 3)}
    solution = solver.solve(RotaProblem.from_values(people, weekly("2026-01-05", 120), policy="ledger"))
    monkeypatch.setattr(rota_html, "MOST_WHYS", 10)
    monkeypatch.setattr("evenhand.report.rota_grid.MOST_CELLS", 4_000)
    text = html(solution).decode()
    assert "... and 3 more people" in text
    assert "Reasons of the first 10 slots" in text
    assert "more such tables" in text
    monkeypatch.setattr(rota_html, "MOST_CELLS", 100)
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
    assert "There is no slot to plan." in html(solution).decode()
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
