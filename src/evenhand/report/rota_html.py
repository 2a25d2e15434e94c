"""A rota as one page: the year at a glance, every turn and why, how even it is, what is proven, accounts."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.report import rota_accounts, rota_grid
from evenhand.report.generic_page import about_section, measures_section
from evenhand.report.page import Section, facts, page, paragraphs, table, tag
from evenhand.report.rota_parts import Why, hours_said, owed, turns, whys
from evenhand.rota.solving.model.presence import able

__all__ = ["html", "sections"]

MOST_CELLS: Final = 400_000
"""Slots times people beyond which accounts and reasons are left out: they would be a page nobody can open."""
MOST_WHYS: Final = 600
"""Slots whose standings stand on the page."""
SHOWN: Final = 0.005
"""Turns that can be seen in two decimals."""
MOST_STOOD: Final = 12
"""People shown in one slot's standings: those next in order, and whoever serves."""

APART: Final = {
    "day": "The accounts below count days up to each slot, the table up to the plan's end: they can differ a "
    "little at the end.",
    "ledger": "The accounts below also share among those who stay what leavers had over or short: they can "
    "differ a little from the table at the end.",
}

STYLE: Final = """
.day { white-space: nowrap; } .why summary { max-width: 30rem; } .why table { font-size: .85rem; }
.why caption { display: none; }
@media print { .more:not([open]) { display: none; } }
"""


def html(solution: Solution) -> bytes:
    """Return the page; for a rota without slots it says so."""
    problem = solution.problem
    if not len(problem.slot_start):
        return page("The rota", [about_section(solution)], "There is no slot to plan.")
    labels = problem.slot_label
    title = f"The rota from {labels[0]} to {labels[-1]}" if len(labels) > 1 else f"The rota of {labels[0]}"
    style = rota_grid.STYLE + rota_accounts.STYLE + STYLE
    return page(title, sections(solution), solution.headline, style=style)


def sections(solution: Solution) -> list[Section]:
    """Return the page's sections in order; those with nothing in them are left out."""
    problem, awards = solution.problem, np.asarray(solution.awards)
    can = able(problem)
    small = can.size <= MOST_CELLS
    found = [
        _glance(solution),
        _worth_knowing(solution, small=small),
        Section("The year", rota_grid.glance(problem, awards, can), fresh_sheet=True),
        _turns(solution, small=small),
        _evenness(solution),
        _proof(solution),
        _accounts(solution, small=small),
        about_section(solution),
    ]
    return [section for section in found if section is not None]


def _glance(solution: Solution) -> Section:
    problem, awards = solution.problem, solution.awards
    open_seats = int((awards < 0).sum())
    serving = len(set(awards[awards >= 0].tolist()))
    policy = problem.policy
    said = {
        "turns": f"{len(awards) - open_seats:,} in {len(problem.slot_start):,} slots",
        "people": f"{serving:,} serve, of {len(problem.people):,} in the table",
        "duties": ", ".join(problem.duties),
        "policy": f"{policy.name}: entitlement grows by {policy.accrual}, next is by {policy.order}",
    }
    if open_seats:
        said["open seats"] = f"{open_seats:,}, marked (open) below, with the reason"
    kinds = [name for name in problem.classes if name]
    for code, name in enumerate(problem.classes):
        count = int((problem.slot_class == code).sum())
        if kinds and name and count:
            said[f"{name} slots"] = f"{count:,}"
    return Section("At a glance", facts(said))


def _worth_knowing(solution: Solution, *, small: bool) -> Section | None:
    """What will happen that nobody may expect, what avoids it, and what was odd about the tables."""
    from evenhand.rota.asking.advice import advise

    notes = Markup("").join(
        tag("li", tag("strong", advice.sentence) + (f" {advice.instead}" if advice.instead else ""))
        for advice in (advise(solution.problem, solution.awards) if small else ())
    )
    notes += Markup("").join(tag("li", str(finding)) for finding in solution.warnings)
    return Section("Worth knowing", tag("ul", notes)) if notes else None


def _turns(solution: Solution, *, small: bool) -> Section:
    """Every slot in order: when, what, who, and why them."""
    problem, awards = solution.problem, solution.awards
    lines = turns(problem, awards)
    reasons = list(islice(whys(problem, awards, solution.seed), MOST_WHYS)) if small else []
    several, special = len(problem.duties) > 1, any(line.remark for line in lines)
    notes = _open_notes(solution)
    heads = ["from", "until", *(["duty"] if several else []), "who", *(["note"] if special or notes else [])]
    stand_ins = dict(zip(problem.seat_slot.tolist(), solution.columns.get("substitutes", ()), strict=False))
    heads += ["stand-ins"] if stand_ins else []
    heads += ["why (open a line for everybody's standing)"] if reasons else []
    rows = []
    for line in lines:
        note = "; ".join(part for part in (line.remark, notes.get(line.slot, "")) if part)
        row: list[Any] = [
            line.begin,
            tag("span", line.until, class_="day"),
            *([line.duty] if several else []),
            ", ".join(line.crew),
        ]
        row += [note] if special or notes else []
        row += [stand_ins[line.slot]] if stand_ins else []
        if reasons:
            row.append(_why(reasons[line.slot]) if line.slot < len(reasons) else "")
        rows.append(row)
    body = table("Every turn in order", heads, rows)
    if small and len(lines) > len(reasons):
        body += paragraphs(
            f"Reasons of the first {len(reasons):,} slots; evenhand explain gives every other."
        )
    return Section("Every turn, and why", body, fresh_sheet=True)


def _open_notes(solution: Solution) -> dict[int, str]:
    """Return why seats are open, by slot."""
    seats = solution.problem.seat_slot.tolist()
    notes = solution.columns.get("note", ())
    return {slot: f"open: {note}" for slot, note in zip(seats, notes, strict=True) if note}


def _why(why: Why) -> Markup:
    shown = [stand for at, stand in enumerate(why.stood) if at < MOST_STOOD or stand.serves]
    rows = [
        (stand.name, stand.rank or "", owed(stand.lag), stand.wait, _place(stand.serves, stand.why_not))
        for stand in shown
    ]
    heads = ["person", "order", "stood", "days waited", ""]
    hidden = len(why.stood) - len(shown)
    more = paragraphs(f"... and {hidden:,} more, further down.") if hidden else Markup("")
    inner = tag("summary", why.sentence) + table("Standings at this slot", heads, rows) + more
    return tag("details", inner, class_="why")


def _place(serves: bool, why_not: str) -> str:  # noqa: FBT001 - a fact of the standing
    return "serves" if serves else why_not


def _evenness(solution: Solution) -> Section:
    """The rota's own figures, each beside what whole turns allow, then the panel all jobs share."""
    from evenhand.rota.asking.panel import fairness

    found = fairness(solution.problem, solution.awards)
    rows = [
        (
            "Variation (CV) by what was due",
            f"{found.cv_due:.1%}",
            f"nearest whole outcome {found.nearest:.1%}",
        ),
        ("Variation (CV) by calendar days", f"{found.cv_days:.1%}", "over days of membership"),
        (
            "Floor of the variation",
            f"{found.floor:.1%}",
            f"whole turns alone give this much, with {found.expected:.2f} turns due on average",
        ),
        ("Spread of lags", f"{found.spread:.2f} turns", "most owed less most ahead, among the members"),
        (
            "Longest wait",
            f"{found.wait:.2f} cycles",
            f"{found.waiter or 'nobody'}; a cycle is one turn of one's own share",
        ),
        ("Gini", f"{found.gini:.3f}", "0 is even"),
    ]
    body = table("How even this rota is", ["measure", "here", "beside"], rows, figures={1})
    panel = measures_section(solution)
    if panel is not None:
        inner = tag("summary", "The measures of every job, and the Lorenz curve") + panel.body
        body += tag("details", inner, class_="more")
    return Section("How even it is", body, fresh_sheet=True)


def _proof(solution: Solution) -> Section:
    """What is proven: the certificate checked anew, else the bound; and what was reached in any case."""
    problem, said = solution.problem, []
    if solution.proof.get("certificate"):
        from evenhand.rota.judging.certificate import check

        said.append(str(check(problem, solution.awards, solution.proof)))
    elif solution.proof.get("says"):
        said.append(str(solution.proof["says"]))
    elif solution.gap == 0:
        said.append("No plan that keeps the rules has a smaller sum of squared lags: this is proven.")
    elif solution.gap is not None and solution.objective:
        said.append(
            f"The sum of squared lags is at most {100 * solution.gap / solution.objective:.1f}% above the "
            "least there can be: this is proven."
        )
    else:
        said.append(
            "Planned slot by slot, as days come: no such plan can promise a bound under absences that nobody "
            "knows yet. The methods quota and quota-smooth prove one for a calendar that is known."
        )
    statement = solution.statement
    if statement is not None:
        lag = statement.lag / TICKS
        said.append(f"Reached at the end: lags from {lag.min():+.2f} to {lag.max():+.2f} turns.")
    return Section("What is proven", paragraphs(*said) + _hours(problem))


def _hours(problem: Any) -> Markup:
    """Say which slots have more or fewer hours than their days: the clocks change in them."""
    odd = [
        f"{problem.slot_label[slot]} ({hours_said(problem, slot).partition(':')[0]})"
        for slot in range(len(problem.slot_start))
        if hours_said(problem, slot)
    ]
    return paragraphs(f"The clocks change in {', '.join(odd[:20])}.") if odd else Markup("")


def _accounts(solution: Solution, *, small: bool) -> Section | None:
    from evenhand.rota.asking.explain import accounts
    from evenhand.rota.solving.model.entitlement import opening

    problem, statement = solution.problem, solution.statement
    if statement is None:
        return None
    words = "Lag is due minus served: above 0 is owed turns, below 0 is ahead."
    body = paragraphs(words) + rota_accounts.totals(statement)
    if small:
        found = accounts(problem, solution.awards, solution.seed)
        ends = np.array([one.lag[-1] for one in found])
        if np.abs(ends - statement.lag / TICKS).max() > SHOWN:
            body += paragraphs(APART["day" if problem.policy.accrual == "day" else "ledger"])
        duties = [problem.duties[int(code)] for code in problem.slot_duty]
        body += rota_accounts.account_pages(found, problem.slot_label, opening(problem) / TICKS, duties)
    return Section("Everybody's account", body, fresh_sheet=True)
