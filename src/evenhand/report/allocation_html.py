"""An allocation as one page to send on: chip, week, partners, money, measures, what is left and why."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from evenhand.core.solution import Solution
from evenhand.measures import hover
from evenhand.report.allocation_parts import Parts, Use, parts_of
from evenhand.report.frontier_html import section as frontier_section
from evenhand.report.generic_page import about_section, measures_section
from evenhand.report.notes import advice_on
from evenhand.report.page import Section, facts, page, paragraphs, spoken, table, tag
from evenhand.report.units import shown

__all__ = ["html", "sections"]

TITLES = {"none": "No fairness", "A": "Mode A", "B": "Mode B", "strong": "Strong", "own": "Own steps"}
FIVE = "grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr))"
"""A working week stands in one row on a desk's screen."""
LINES = "white-space: pre-line; list-style: none; padding: 0"
FEW, AT_LEAST, HALF = 24, 3, 0.5
"""Groups of a rule that are drawn: those at least half full, but three anyway; the rest are counted."""


def html(solution: Solution) -> bytes:
    """Return the page."""
    parts = parts_of(solution)
    title = f"The plan for {_span(parts)}" if len(parts.days) > 1 else "The plan"
    return page(title, sections(solution, parts), solution.headline)


def _span(parts: Parts) -> str:
    return f"{parts.days[0][0]} to {parts.days[-1][0]}"


def sections(solution: Solution, parts: Parts) -> list[Section]:
    """Return the page's sections in order; empty ones are left out."""
    found = [
        _glance(solution, parts),
        _board(parts),
        _receivers(parts),
        _rules(parts),
        measures_section(solution),
        _advice(solution),
        frontier_section(solution),
        _left(parts),
        _dropped(solution, parts),
        about_section(solution),
    ]
    return [section for section in found if section is not None]


def _glance(solution: Solution, parts: Parts) -> Section:
    """The chip with what hides behind it, and the figures a reader asks for first."""
    problem = solution.problem
    counts = Counter(problem.recipient[solution.awards].tolist())
    said = hover(TITLES.get(problem.penalty.mode, problem.penalty.mode), list(counts.values()))
    chip = tag("summary", spoken(solution.headline), class_="chip", title=said)
    details = tag("details", chip + tag("p", said))
    eligible = len(set(problem.recipient.tolist()))
    slots = int(problem.slots.sum())
    scored = {
        f"{parts.words.award}s": f"{len(solution.awards):,} of {slots:,} {parts.words.start}s",
        f"{parts.words.recipient}s served": f"{len(counts):,} of {eligible:,} who could be",
        "points": shown("allocation", problem, solution.objective or 0),
        "proven": _proven(solution),
    }
    terms = {
        term.name: shown("allocation", problem, term.value)
        for term in solution.terms
        if term.value or term.name == "score"
    }
    body = details + facts(scored) + tag("h3", "What the points are made of") + facts(terms)
    return Section("At a glance", body)


def _proven(solution: Solution) -> str:
    if solution.gap == 0:
        return "the best there is: no plan under these rules has more points"
    if solution.gap is None:
        return "nothing: it is a good plan, no bound was sought"
    return f"at most {shown('allocation', solution.problem, solution.gap)} below the best there is"


def _board(parts: Parts) -> Section:
    """One card a day."""
    cards = Markup("")
    for code, (day, given, slots, note) in enumerate(parts.days):
        mine = [line for line in parts.lines if line[0] == code]
        if not mine and not slots and not note:
            continue
        entries = Markup("").join(_entry(*line[1:]) for line in mine)
        head = tag("h3", _weekday(day), style="white-space: pre-line") + tag(
            "p", f"{given:,} of {slots:,} {parts.words.start}s", class_="note"
        )
        cards += tag(
            "div", head + (tag("p", note) if note else "") + tag("ul", entries, style=LINES), class_="card"
        )
    words = parts.words
    lead = paragraphs(f"{words.recipient.capitalize()}, {words.item}, and what the {words.award} scores.")
    return Section("Day by day", lead + tag("div", cards, class_="cards", style=FIVE))


def _entry(who: str, item: str, ids: str, points: float) -> Markup:
    """One line of a day: who, what and its points; in fine print the ids, where they are not the names."""
    said = tag("strong", who) + f"\n{item}, {points:,.6g}"
    fine = Markup("\n") + tag("small", ids, class_="note") if ids else Markup("")
    return tag("li", said + fine, style="margin-bottom: .5rem")


def _weekday(day: str) -> str:
    from datetime import date

    try:
        return f"{date.fromisoformat(day):%A}\n{day}"
    except ValueError:
        return day


def _receivers(parts: Parts) -> Section | None:
    if not parts.receivers:
        return None
    words = parts.words
    heads = [words.recipient, f"{words.award}s", "points", "its penalty", "the next would cost"]
    caption = f"Who got what, most first; the next {words.award} of each would cost the plan so many points"
    return Section(
        f"{words.recipient.capitalize()}s", table(caption, heads, parts.receivers), fresh_sheet=True
    )


def _rules(parts: Parts) -> Section | None:
    """Caps, budgets and other groups: what is used of what is free, those with the least left first."""
    if not parts.uses:
        return None
    body = Markup("")
    for rule in dict.fromkeys(use.rule for use in parts.uses):
        mine = [use for use in parts.uses if use.rule == rule]
        over = [use for use in mine if use.used > use.free]
        said = f"{len(over):,} of {len(mine):,} in use are beyond what is free"
        lost = sum(use.cost for use in mine)
        body += tag("h3", f"{rule.capitalize()}s") + paragraphs(f"{said}, at a cost of {lost:,.0f} points.")
        near = [use for use in mine if use.used >= use.free * HALF][:FEW]
        drawn = near if len(near) >= AT_LEAST else mine[:AT_LEAST]
        body += _meters(f"{rule}: used and free, the least left first", drawn)
        if len(mine) > len(drawn):
            body += paragraphs(f"... and {len(mine) - len(drawn):,} more, which stand in the workbook.")
    return Section("Caps and budgets", body)


def _meters(caption: str, uses: list[Use]) -> Markup:
    """Bars with the free part marked; figures stand beside them, so that nothing is said by length alone."""
    largest = max(max(use.used, use.free) for use in uses) or 1.0
    rows = Markup("\n").join(
        tag(
            "tr",
            tag("th", use.group, scope="row", style="white-space: nowrap")
            + tag("td", _used(use), class_="figure")
            + tag("td", _meter(use, largest), class_="bar", aria_hidden="true"),
        )
        for use in uses
    )
    return tag("table", tag("caption", caption) + tag("tbody", rows), class_="bars")


def _used(use: Use) -> str:
    money = "$" if use.unit == "dollars" else ""
    unit = "" if money else f" {use.unit}"
    kind = "limit" if use.hard else "free"
    said = f"{money}{use.used:,.6g} of {money}{use.free:,.6g} {kind}{unit}"
    return (
        f"{said}, {money}{use.used - use.free:,.6g} over: -{use.cost:,.0f} points"
        if use.used > use.free
        else said
    )


def _meter(use: Use, largest: float) -> Markup:
    scale = max(use.used, use.free, largest * 0.02)
    filled, free = 100 * use.used / scale, 100 * use.free / scale
    drawn = (
        f'<rect width="{filled:.2f}" height="10" rx="1"/>'
        f'<path d="M{min(99.5, free):.2f} 0V10" stroke="currentColor" stroke-width="1.5"/>'
    )
    return Markup(f'<svg viewBox="0 0 100 10" preserveAspectRatio="none">{drawn}</svg>')  # noqa: S704 - numbers


def _advice(solution: Solution) -> Section | None:
    """What the tuning guide says of this plan; other settings are solved, not guessed."""
    known = advice_on(solution)
    if not known:
        return None
    return Section("Worth knowing", tag("ul", Markup("").join(tag("li", one) for one in known)))


def _left(parts: Parts) -> Section | None:
    """What was not given, the same reasons together."""
    if not parts.left:
        return None
    words = parts.words
    together: dict[str, list[str]] = {}
    for item, why in parts.left:
        together.setdefault(why, []).append(item)
    order = sorted(together.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    rows = [(why, len(items), ", ".join(items)) for why, items in order]
    lead = paragraphs(f"{len(parts.left):,} {words.item}s were not given.")
    body = table(f"Why {words.item}s stay, most first", ["why", "how many", f"{words.item}s"], rows)
    return Section(f"{words.item.capitalize()}s left", lead + body, fresh_sheet=True)


def _dropped(solution: Solution, parts: Parts) -> Section | None:
    """What the rules ruled out beforehand, and what was odd about the tables."""
    body = Markup("")
    if parts.dropped:
        body += table("Candidates that each rule ruled out beforehand", ["rule", "candidates"], parts.dropped)
    notes = [str(one) for one in solution.warnings if one.column != "date"]
    if notes:
        body += tag("ul", Markup("").join(tag("li", note) for note in notes))
    return Section("What was ruled out, and worth knowing", body) if body else None
