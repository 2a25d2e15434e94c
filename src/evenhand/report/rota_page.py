"""A rota as one page: the answer, the grid, who stands where, every turn and why, months, accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any, Final

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.sentences import counted, joined
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.core.units import at_most, decimals
from evenhand.report import rota_grid
from evenhand.report.charts import Chart, steps
from evenhand.report.common_sections import about_section, measures_section, notes_section
from evenhand.report.notes import proven_said
from evenhand.report.page import Section, page
from evenhand.report.rota_parts import Why, hours_said, turns, whys
from evenhand.report.views import (
    Answer,
    Part,
    Standing,
    TableView,
    Tag,
    Tile,
    minus,
    owed_words,
    short_day,
    signed,
    standings_of,
    table_view,
)

MOST_CELLS: Final = 400_000
"""Slots times people beyond which accounts and reasons are left out: they would be a page nobody can open."""
MOST_WHYS: Final = 600
"""Slots whose standings stand on the page."""
MOST_STOOD: Final = 12
"""People shown in one slot's standings: those next in order, and whoever serves."""
MOST_PEOPLE: Final = 60
"""People with a page of their own; the workbook holds everybody's account."""
MOST_MONTHS: Final = 24
"""Months drawn: two years; longer plans stand in the calendar files."""
MOST_BESIDE: Final = 24
"""People whose standings stand beside the grid; more would be longer than grid and turns."""
FIRST_TURNS: Final = 12
"""Turns in sight; the rest of the list is folded."""
SHOWN: Final = 0.005
"""Turns that can be seen in two decimals."""


@dataclass(frozen=True, slots=True)
class Stood:
    """Where one person stood when a turn was given out: place, standing, wait, and what came of it."""

    name: str
    rank: str
    words: str
    tone: str
    waited: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One slot: when, which duty, who, what is special, why, and where everybody stood."""

    when: str
    until: str
    duty: str
    who: str
    note: str
    stand_ins: str
    why: str
    stood: tuple[Stood, ...]
    more: str


@dataclass(frozen=True, slots=True)
class TurnList:
    """Every turn in order; the first ones in sight."""

    first: tuple[TurnLine, ...]
    rest: tuple[TurnLine, ...]
    duties: bool
    notes: bool
    stand_ins: bool
    hidden: str


@dataclass(frozen=True, slots=True)
class Account:
    """One line of a person's account: what happened, the share, what was done, the standing after it."""

    when: str
    beside: str
    share: str
    did: str
    standing: str
    tone: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person's page: sentence and reason, both also as said to them, turns, balance, account."""

    name: str
    sentence: str
    reason: str
    to_them: tuple[str, str]
    words: str
    tone: str
    turns: tuple[str, ...]
    chart: Chart
    account: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a turn in one day of a month: the text where it begins, its ends, and what it is."""

    text: str
    first: bool
    last: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month."""

    day: str
    outside: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its name and its weeks of seven days, Monday first."""

    name: str
    weeks: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Standings:
    """How far everybody is from even at the end, furthest owed first."""

    lead: str
    rows: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Evenness:
    """The rota's own figures, turns per day, and what is proven."""

    own: TableView
    rates: TableView


def html(solution: Solution) -> bytes:
    """Return the page; for a rota without slots it says so."""
    problem = solution.problem
    if not len(problem.slot_start):
        return page("There is no turn to plan.", [about_section(solution)], period="The rota")
    answer = answer_of(solution)
    return page(answer.sentence, sections(solution), period=answer.period)


def sections(solution: Solution) -> list[Section]:
    """Return the page's sections in order; those with nothing in them are left out."""
    problem, awards = solution.problem, np.asarray(solution.awards, dtype=np.int64)
    if not len(problem.slot_start):
        return [about_section(solution)]
    small = len(problem.slot_start) * len(problem.people) <= MOST_CELLS
    months = months_of(solution)
    people = people_of(solution) if small else ()
    # A year's grid needs the whole width; a short plan leaves room for the standings at its side.
    panel = len(problem.slot_start) <= rota_grid.ROOMY and len(problem.people) <= MOST_BESIDE
    parts_of_page = [
        Section("answer", "", "common:answer", _answer(solution, small=small), "bare"),
        Section("board", "Who serves when", "rota:grids", rota_grid.grids_of(problem, awards), "bare",
                beside="left" if panel else ""),
        _standings(solution, beside="right" if panel else ""),
        Section("turns", "Turn by turn", "rota:turns", _turns(solution, small=small), "card",
                beside="left" if panel else ""),
        notes_section(_notes(solution, small=small)),
        Section("people", "Everybody's account", "rota:people", people, "fold", "a page for each person")
        if people else None,
        Section("calendar", "Months", "rota:months", months, "fold", "as a calendar for the wall")
        if months else None,
        _evenness(solution),
        measures_section(solution),
        about_section(solution, *_proof(solution)),
    ]  # fmt: skip
    return [section for section in parts_of_page if section is not None]


def _period(problem: Any) -> str:
    first, last = (date.fromordinal(int(day)) for day in (problem.slot_start.min(), problem.slot_end.max()))
    if first == last:
        return short_day(first)
    year = f" {last.year}" if first.year == last.year else ""
    begin = f"{first.day} {first:%b}" if year else f"{first.day} {first:%b %Y}"
    return f"{begin} to {last.day} {last:%b}{year}" if year else f"{begin} to {last.day} {last:%b %Y}"


def _answer(solution: Solution, *, small: bool) -> Answer:
    """Return the first sight, and which policy would keep this team's accounts nearer, where one would."""
    from evenhand.rota.asking.advice import nearer_policy

    answer = answer_of(solution)
    nearer = nearer_policy(solution.problem, solution.awards) if small else None
    return replace(answer, sub=f"{answer.sub} {nearer}".strip()) if nearer else answer


def answer_of(solution: Solution) -> Answer:
    """Return the first sight: whether every turn is filled, and who is furthest from even."""
    problem, awards = solution.problem, np.asarray(solution.awards, dtype=np.int64)
    if not len(problem.slot_start):
        return Answer("There is no turn to plan.")
    whole, empty = len(awards), int((awards < 0).sum())
    last = date.fromordinal(int(problem.slot_end.max()))
    until = f"{last.day} {last:%B}" + (f" {last.year}" if _years(problem) > 1 else "")
    duty = problem.duties[0] if len(problem.duties) == 1 else ""
    named = f"{duty} " if duty and duty.lower() not in {"duty", "turn"} and len(duty) <= 24 else ""  # noqa: PLR2004
    sentence = (
        f"Every {named}turn is filled until {until}."
        if not empty
        else f"{whole - empty:,} of {counted(whole, f'{named}turn')} {'is' if whole - empty == 1 else 'are'} filled until {until}; {empty:,} {'is' if empty == 1 else 'are'} open."  # noqa: E501
    )
    tags = [Tag("Proven best", "accent", check=True)] if solution.gap == 0 else []
    # History and given turns may put somebody further off than a certificate's windows promise.
    far = max((abs(lag) for lag in _ends(solution).values()), default=0.0)
    if solution.proof.get("certificate") and not tags and far < 1:
        tags.append(Tag("Proven within one turn", "accent", check=True))
    if solution.cut:
        # What is proven is the sum of lags; among plans as good the search for even views was cut.
        so_far = "views may get more even" if solution.gap == 0 else "the best found so far"
        tags.append(Tag(f"Stopped early: {so_far}", "changed"))
    return Answer(
        sentence,
        _furthest_sentence(solution),
        tags=tuple(tags),
        tiles=_tiles(solution),
        period=_period(problem),
    )


def _years(problem: Any) -> int:
    first, last = (
        date.fromordinal(int(day)).year for day in (problem.slot_start.min(), problem.slot_end.max())
    )
    return last - first + 1


def _ends(solution: Solution) -> dict[str, float]:
    """Return everybody's lag at the end of the plan, in turns: the judge's statement, no other.

    Whoever neither was due nor did anything is left out.
    """
    statement = solution.statement
    if statement is None:
        return {}
    return {
        name: lag / statement.ticks
        for name, lag, due, got in zip(
            statement.claimants,
            statement.lag.tolist(),
            statement.entitlement.tolist(),
            statement.received.tolist(),
            strict=True,
        )
        if due or got
    }


def _furthest_sentence(solution: Solution) -> str:
    ends = _ends(solution)
    if not ends:
        return ""
    most = max(abs(lag) for lag in ends.values())
    if most <= SHOWN:
        return "Everybody is even at its end."
    return f"Nobody is more than {at_most(most, 2)} turns from even at its end."


def _tiles(solution: Solution) -> tuple[Tile, ...]:
    problem, awards = solution.problem, np.asarray(solution.awards, dtype=np.int64)
    whole, empty = len(awards), int((awards < 0).sum())
    slots = len(problem.slot_start)
    seats = sorted(set(problem.seats.tolist()))
    each = f"{seats[0]} each time, " if len(seats) == 1 and seats[0] > 1 else ""
    filled = Tile(
        "Turns filled",
        f"{whole - empty:,}",
        f"of {whole:,}",
        f"{_title(each)}{counted(slots, 'date')}, {f'{empty:,} open' if empty else 'nothing open'}.",
        (Part(0, 100 * (whole - empty) / max(1, whole)),),
    )
    served = np.bincount(awards[awards >= 0], minlength=len(problem.people))
    active = served[served > 0]
    spread = (
        ""
        if not len(active)
        else f"{counted(int(active.min()), 'turn')} each."
        if active.min() == active.max()
        else f"{active.min()} to {active.max()} turns each."
    )
    people = Tile("People serving", f"{len(active):,}", f"of {len(problem.people):,}", spread,
                  (Part(0, 100 * len(active) / max(1, len(problem.people))),))  # fmt: skip
    return (filled, people, _furthest(solution), _longest(problem, awards))


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]


def _furthest(solution: Solution) -> Tile:
    """The largest distance from even, and who is furthest on either side."""
    ends = _ends(solution)
    label = "Furthest from even"
    if not ends:
        return Tile(label, "0", "turns")
    owed, ahead = max(ends, key=lambda name: ends[name]), min(ends, key=lambda name: ends[name])
    sentences = []
    if ends[owed] > SHOWN:
        sentences.append(f"{owed} is owed {decimals(ends[owed], 2)}")
    if ends[ahead] < -SHOWN:
        sentences.append(f"{ahead} is {decimals(-ends[ahead], 2)} ahead")
    most = max(abs(ends[owed]), abs(ends[ahead]))
    reach = max(1.0, most)
    left, right = 50 * max(0.0, ends[owed]) / reach, 50 * max(0.0, -ends[ahead]) / reach
    bar = tuple(part for part in (Part(50 - left, left, "owed"), Part(50, right, "ahead")) if part.width > 0)
    return Tile(
        label,
        decimals(most, 2),
        "turns",
        f"{', '.join(sentences)}." if sentences else "Everybody is even.",
        bar,
        middle=True,
    )


def _longest(problem: Any, awards: Ints) -> Tile:
    """The longest stretch from one turn to the same person's next, history included."""
    starts = problem.slot_start[problem.seat_slot]
    days: dict[int, list[int]] = {}
    for person, day in zip(problem.history_person.tolist(), problem.history_day.tolist(), strict=True):
        days.setdefault(person, []).append(int(day))
    for person, day in zip(awards.tolist(), starts.tolist(), strict=True):
        if person >= 0:
            days.setdefault(person, []).append(int(day))
    first = int(problem.slot_start.min())
    waits = [
        (later - earlier, -person)
        for person, served in days.items()
        for earlier, later in pairwise(sorted(served))
        if later >= first
    ]
    label = "Longest wait"
    if not waits:
        return Tile(label, "none", "", "Nobody serves twice.")
    wait, person = max(waits)
    figure, unit = (wait // 7, "week") if wait % 7 == 0 else (wait, "day")
    return Tile(
        label,
        f"{figure:,}",
        unit if figure == 1 else f"{unit}s",
        f"Between two turns of {problem.people[-person]}.",
    )


def _standings(solution: Solution, *, beside: str) -> Section | None:
    ends = _ends(solution)
    if not ends:
        return None
    problem = solution.problem
    ordered = dict(sorted(ends.items(), key=lambda pair: -pair[1]))
    served = dict(zip(solution.statement.claimants, solution.statement.received.tolist(), strict=True))  # type: ignore[union-attr]
    notes = {name: f"did {counted(int(served[name]), 'turn')}" for name in ordered}
    last = date.fromordinal(int(problem.slot_end.max()))
    lead = "In turns, history included. Left of the line: owed turns. Right: ahead."
    view = Standings(lead, standings_of(ordered, notes))
    title = f"Standing after {last.day} {last:%B}"
    return Section("standings", title, "rota:standings", view, beside=beside)


def _notes(solution: Solution, *, small: bool) -> list[str]:
    """Say what will happen that nobody may expect, what avoids it, and what was odd about the tables."""
    from evenhand.rota.asking.advice import advise

    notes = [
        f"{advice.sentence} {advice.instead}".strip()
        for advice in (advise(solution.problem, solution.awards) if small else ())
    ]
    return [*notes, *(str(finding) for finding in solution.warnings), *_hours(solution.problem)]


def _hours(problem: Any) -> Iterator[str]:
    """Say which slots have more or fewer hours than their days: the clocks change in them."""
    odd = [
        f"{short_day(problem.slot_label[slot])} ({hours_said(problem, slot).partition(':')[0]})"
        for slot in range(len(problem.slot_start))
        if hours_said(problem, slot)
    ]
    if odd:
        yield f"The clocks change in {joined(odd[:20])}."


def _turns(solution: Solution, *, small: bool) -> TurnList:
    """Every slot in order: when, what, who, and why them."""
    problem, awards = solution.problem, solution.awards
    lines = turns(problem, awards)
    reasons = list(islice(whys(problem, awards, solution.seed), MOST_WHYS)) if small else []
    notes = _open_notes(solution)
    stand_ins = dict(zip(problem.seat_slot.tolist(), solution.columns.get("substitutes", ()), strict=False))
    turns_listed = []
    for line in lines:
        why = reasons[line.slot] if line.slot < len(reasons) else None
        stood, more = _stood(why) if why else ((), "")
        turns_listed.append(
            TurnLine(
                _when(line.begin),
                "" if line.until == line.begin else _when(line.until),
                line.duty,
                ", ".join(line.crew),
                "; ".join(part for part in (line.remark, notes.get(line.slot, "")) if part),
                str(stand_ins.get(line.slot, "")),
                why.sentence if why else "",
                stood,
                more,
            )
        )
    hidden = ""
    if small and len(lines) > len(reasons):
        hidden = f"Reasons of the first {len(reasons):,} dates; evenhand explain gives every other."
    return TurnList(
        tuple(turns_listed[:FIRST_TURNS]),
        tuple(turns_listed[FIRST_TURNS:]),
        len(problem.duties) > 1,
        any(line.note for line in turns_listed),
        bool(stand_ins),
        hidden,
    )


def _when(text: str) -> str:
    """Write a day as ``Tue 3 Feb``, with the time of day where it has one."""
    return f"{short_day(text)}{f', {text[11:]}' if len(text) > 10 else ''}"  # noqa: PLR2004 - an ISO day


def _open_notes(solution: Solution) -> dict[int, str]:
    """Return why seats are open and which rules are broken, by slot."""
    out: dict[int, list[str]] = {}
    columns = solution.columns
    rows = zip(solution.problem.seat_slot.tolist(), columns["name"], columns.get("note", ()), strict=True)
    for slot, name, note in rows:
        if note:
            out.setdefault(slot, []).append(note if name else f"open: {note}")
    return {slot: "; ".join(sentences) for slot, sentences in out.items()}


def _stood(why: Why) -> tuple[tuple[Stood, ...], str]:
    shown = [stand for place, stand in enumerate(why.stood) if place < MOST_STOOD or stand.serves]
    rows = []
    for stand in shown:
        words, tone = owed_words(stand.lag)
        outcome = "serves" if stand.serves else stand.why_not
        rows.append(Stood(stand.name, str(stand.rank or ""), words, tone, f"{stand.wait:,}", outcome))
    hidden = len(why.stood) - len(shown)
    return tuple(rows), f"... and {hidden:,} more, further down." if hidden else ""


def _evenness(solution: Solution) -> Section:
    """The rota's own figures, each beside what whole turns allow, and turns per day a person."""
    from evenhand.rota.asking.panel import fairness

    evenness = fairness(solution.problem, solution.awards)
    due = f"whole turns allow {evenness.nearest:.1%} at best"
    floor = f"whole turns alone give this much, with {evenness.expected:.2f} turns due on average"
    wait = f"{evenness.waiter or 'nobody'}; a cycle is a turn of one's own share"
    rows = [
        ("Variation (CV) by what was due", f"{evenness.cv_due:.1%}", due),
        ("Variation (CV) by calendar days", f"{evenness.cv_days:.1%}", "the aim is below 10%"),
        ("Floor of the variation", f"{evenness.floor:.1%}", floor),
        ("Spread of standings", f"{evenness.spread:.2f} turns", "most owed to most ahead, members only"),
        ("Longest wait", f"{evenness.wait:.2f} cycles", wait),
        ("Gini", f"{evenness.gini:.3f}", "0 is even"),
    ]
    own = table_view("How even this rota is", ["Measure", "This plan", "Remark"], rows, figures={1}, hide={2})
    return Section("evenness", "How even it is", "rota:evenness", Evenness(own, _rates(solution)), "fold",
                   "turns per day, variation, waits")  # fmt: skip


def _rates(solution: Solution) -> TableView:
    """Turns per day of membership a person, history included."""
    from evenhand.rota.solving.model.presence import member_days

    problem, statement = solution.problem, solution.statement
    end = int(problem.slot_end.max())
    days = member_days(problem, end).tolist()
    rows = []
    if statement is not None:
        for who, name in enumerate(problem.people):
            got = int(statement.received[who])
            rate = f"{got / days[who]:.4f}" if days[who] else ""
            rows.append((name, got, days[who], rate))
    return table_view(
        "Turns per day of membership, history included",
        ["Person", "Turns", "Days", "Turns per day"],
        rows,
        figures={3},
    )


def _proof(solution: Solution) -> list[str]:
    """Say what is proven: the certificate checked anew, else the bound; and what was reached in any case."""
    problem, sentences = solution.problem, []
    if solution.proof.get("certificate"):
        from evenhand.rota.judging.certificate import check

        sentences.append(str(check(problem, solution.awards, solution.proof)))
    elif proven_said(solution):
        sentences.append(proven_said(solution))
    elif solution.gap == 0:
        sentences.append("Proven: no plan that keeps the rules has a smaller sum of squared standings.")
    elif solution.gap is not None and solution.bound:
        above = at_most(100 * solution.gap / solution.bound, 1)
        sentences.append(
            f"Proven: the sum of squared standings is at most {above}% above the least there can be."
        )
    elif solution.gap is not None:
        sentences.append("How near this is to the smallest sum of squared standings is not proven.")
    else:
        sentences.append(
            "Planned date by date, as days come: no such plan can promise a bound under absences that nobody "
            "knows yet. The methods quota and quota-smooth prove one for a calendar that is known."
        )
    ends = _ends(solution)
    if ends:
        low, high = min(ends.values()), max(ends.values())
        sentences.append(f"Reached at the end: from {signed(-high)} (owed) to {signed(-low)} turns (ahead).")
    return sentences


def people_of(solution: Solution) -> tuple[Person, ...]:
    """Return everybody's page, by name: what they got, what their share was, and why.

    The account ends at the judge's figure. Slot by slot the standings are those by which turns were given
    out; where days after the last turn, or what leavers left, change them, a last line says so. So one
    account has one number.
    """
    from evenhand.rota.asking.explain import accounts
    from evenhand.rota.asking.limits import kept_by_rules
    from evenhand.rota.judging.attendance import may_serve
    from evenhand.rota.solving.model.entitlement import opening

    problem, statement = solution.problem, solution.statement
    if statement is None or not len(problem.slot_start):
        return ()
    ends, limits = _ends(solution), kept_by_rules(problem, solution.awards)
    found_accounts = accounts(problem, solution.awards, solution.seed)
    begun = (opening(problem) / TICKS).tolist()
    can = may_serve(problem)
    reach = max(
        [
            1.0,
            *(float(np.abs(account.lag).max()) for account in found_accounts if len(account.lag)),
            *(abs(lag) for lag in ends.values()),
        ]
    )
    crews = [", ".join(line.crew) for line in turns(problem, solution.awards)]
    out: list[Person] = []
    for who, account in enumerate(found_accounts):
        if account.name not in ends or len(out) >= MOST_PEOPLE:
            continue
        person = _person(problem, account, begun[who], ends[account.name], can[:, who], reach, crews)
        limit = limits.get(account.name, "")
        out.append(replace(person, reason=f"{person.reason} {limit}".strip()) if limit else person)
    return tuple(out)


def _person(
    problem: Any, account: Any, begun: float, end: float, can: Bools, reach: float, crews: list[str]
) -> Person:
    slots_served = np.flatnonzero(account.turns).tolist()
    did = int(account.served[-1] - (account.served[0] - (int(problem.load[0]) if account.turns[0] else 0)))
    share = end + did - begun
    words, tone = owed_words(end)
    got = f"{counted(did, 'turn')}; {{}} share was {decimals(share, 2)}"
    end_words = f", so {{}} {words} at the end." if tone else ": even."
    sentence = f"{account.name} got {got.format('the')}{end_words.format(f'{account.name} is')}"
    to_them = f"You got {got.format('your')}{end_words.format('you are')}"
    reason = _because(begun, can)
    return Person(
        account.name,
        sentence,
        f"The share follows from policy {problem.policy.name}: {reason}.",
        (to_them, f"You {reason}."),
        words,
        tone,
        tuple(f"{_when(_begin(problem, slot))}{_with(crews[slot], account.name)}" for slot in slots_served),
        _balance_chart(problem, account, begun, end, can, reach),
        tuple(_account(problem, account, begun, end, crews)),
    )


def _begin(problem: Any, slot: int) -> str:
    return date.fromordinal(int(problem.slot_start[slot])).isoformat()


def _with(crew: str, name: str) -> str:
    others = [other for other in crew.split(", ") if other.partition(" (")[0] != name and other != "(open)"]
    return f", with {joined(others)}" if others else ""


def _because(begun: float, can: Bools) -> str:
    """Say what a share is made of, as the end of a sentence: presence, and what was brought forward."""
    there, whole = int(can.sum()), len(can)
    dates = f"all {counted(whole, 'date')}" if there == whole else f"{there:,} of {counted(whole, 'date')}"
    return f"could serve on {dates} and began {owed_words(begun)[0]}"


def _balance_chart(problem: Any, account: Any, begun: float, end: float, can: Bools, reach: float) -> Chart:
    """Draw one person's standing after every date, to the same scale as everybody's; the last is the end."""
    values = [*account.lag.tolist()[:-1], end]
    gone = [int(slot) for slot in np.flatnonzero(~can)]
    words = (
        f"From {owed_words(begun)[0]} at the start to {owed_words(end)[0]} at the end; between "
        f"{owed_words(max(values))[0]} and {owed_words(min(values))[0]}; a dot marks each own turn."
    )
    ends = (short_day(_begin(problem, 0)), short_day(date.fromordinal(int(problem.slot_end.max()))))
    return steps(
        f"Standing of {account.name} over the plan, in turns",
        minus(words),
        values,
        reach,
        start=begun,
        marked=np.flatnonzero(account.turns).tolist(),
        away=_runs(gone),
        ends=ends,
    )


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Join places that follow each other.

    >>> _runs([3, 4, 7])
    [(3, 4), (7, 7)]
    """
    out: list[tuple[int, int]] = []
    for place in places:
        if out and out[-1][1] == place - 1:
            out[-1] = (out[-1][0], place)
        else:
            out.append((place, place))
    return out


def _account(problem: Any, account: Any, begun: float, end: float, crews: list[str]) -> Iterator[Account]:
    """Yield the account, newest first, as bank statements are read; "brought forward" is last."""
    due = account.due.tolist()
    lag = account.lag.tolist()
    rest = end - lag[-1]
    if abs(rest) > SHOWN:
        words, tone = owed_words(end)
        yield Account(
            "End of the plan",
            "days after the last turn began, and what leavers left",
            signed(rest),
            "\N{MIDDLE DOT}",
            words,
            tone,
        )
    for slot in range(len(lag) - 1, -1, -1):
        turned = bool(account.turns[slot])
        before = due[slot - 1] if slot else lag[0] + (int(problem.load[0]) if account.turns[0] else 0) - begun
        share = due[slot] - before if slot else before
        words, tone = owed_words(lag[slot])
        beside = _with(crews[slot], account.name).removeprefix(", ") if turned else "no turn"
        did = minus(f"-{int(problem.load[slot])}") if turned else "\N{MIDDLE DOT}"
        yield Account(_when(_begin(problem, slot)), beside, signed(share), did, words, tone)
    words, tone = owed_words(begun)
    yield Account("Before", "brought forward", "", "", words, tone)


def months_of(solution: Solution) -> tuple[Month, ...]:
    """Return the plan as months: a bar a turn from its first to its last day, absences hatched below."""
    problem = solution.problem
    if not len(problem.slot_start):
        return ()
    entries = _entries(problem, np.asarray(solution.awards, dtype=np.int64))
    first, last = (date.fromordinal(int(day)) for day in (problem.slot_start.min(), problem.slot_end.max()))
    months: list[Month] = []
    day = first.replace(day=1)
    while day <= last and len(months) < MOST_MONTHS:
        after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        months.append(Month(f"{day:%B %Y}", tuple(_weeks(day, after, entries))))
        day = after
    return tuple(months)


def _entries(problem: Any, awards: Ints) -> list[tuple[int, int, str, str]]:
    """Return (first day, last day, text, kind) of every turn, then of every absence."""
    several = len(problem.duties) > 1
    entries = []
    for line in turns(problem, awards):
        begin, end = int(problem.slot_start[line.slot]), int(problem.slot_end[line.slot])
        # A turn from 9:00 to 9:00 ends on the day the next begins; it is shown up to the evening before.
        if problem.slot_clock[line.slot] >= 0 and end > begin:
            end -= 1
        kind = "open" if any(name.startswith("(open)") for name in line.crew) else "turn"
        text = ", ".join(line.crew).replace("(open)", "open")
        entries.append((begin, end, f"{line.duty}: {text}" if several else text, kind))
    low, high = int(problem.slot_start.min()), int(problem.slot_end.max())
    for person, begin, end in zip(
        problem.absent_person.tolist(), problem.absent_from.tolist(), problem.absent_to.tolist(), strict=True
    ):
        if begin <= high and end >= low:
            entries.append((begin, min(end, high), f"{problem.people[person]} away", "away"))
    return sorted(entries, key=lambda entry: (entry[3] == "away", entry[0], entry[2]))


def _weeks(first: date, after: date, entries: list[tuple[int, int, str, str]]) -> Iterator[tuple[Cell, ...]]:
    monday = first - timedelta(days=first.weekday())
    while monday < after:
        base = monday.toordinal()
        inside = [entry for entry in entries if entry[0] <= base + 6 and entry[1] >= base]
        lanes = _lanes(inside)
        week = []
        for offset in range(7):
            ordinal = base + offset
            shown = date.fromordinal(ordinal)
            bars = tuple(_bar(lane, ordinal, offset) for lane in lanes)
            while bars and not bars[-1].kind:
                bars = bars[:-1]
            number = f"{shown.day}" if shown.month == first.month else f"{shown.day} {shown:%b}"
            week.append(Cell(number, not first <= shown < after, bars))
        yield tuple(week)
        monday += timedelta(days=7)


def _lanes(entries: list[tuple[int, int, str, str]]) -> list[list[tuple[int, int, str, str]]]:
    """Put a week's entries into as few lanes as do not overlap, in order."""
    lanes: list[list[tuple[int, int, str, str]]] = []
    for entry in entries:
        for lane in lanes:
            if all(entry[0] > other[1] or entry[1] < other[0] for other in lane):
                lane.append(entry)
                break
        else:
            lanes.append([entry])
    return lanes


def _bar(lane: list[tuple[int, int, str, str]], ordinal: int, offset: int) -> Bar:
    """Return what a lane shows on one day; a week that begins inside a turn names it again."""
    for begin, end, text, kind in lane:
        if begin <= ordinal <= end:
            first = ordinal == begin
            return Bar(text if first or offset == 0 else "", first, ordinal == end, kind)
    return Bar("", first=False, last=False, kind="")


def months_html(solution: Solution) -> bytes:
    """Return the rota as months to hang up: names on days, no figures."""
    months = months_of(solution)
    section = Section("calendar", "", "rota:months", months, "bare")
    period = answer_of(solution).period or "The rota"
    title = f"The rota, {period}" if months else "There is no turn to plan."
    return page(title, [section], period=period, sheets=bool(months))


def people_html(solution: Solution) -> bytes:
    """Return a sheet of paper a person: their turns, their share, and why."""
    people = people_of(solution)
    section = Section("people", "", "rota:people_sheets", people, "bare")
    period = answer_of(solution).period or "The rota"
    title = f"A page for each person, {period}" if people else "There is no turn to plan."
    return page(title, [section], period=period, reading=True, sheets=bool(people))
