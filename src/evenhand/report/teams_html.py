"""Teams as a handout: a card a team with its members and its mix as small bars, then the quality in short."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from evenhand.core.solution import Solution
from evenhand.report.generic_page import about_section, measures_section
from evenhand.report.page import Section, page, paragraphs, table, tag

__all__ = ["html", "sections"]

MOST_CARDS: Final = 400
"""Teams with a card of their own; beyond, a page is a book, and the workbook serves better."""

MOST_VALUES: Final = 12
"""Values of a criterion shown on a card."""

STYLE: Final = """
.card .mix { width: 100%; font-size: .82rem; margin-top: .4rem; } .card .mix th, .card .mix td
  { border: 0; padding: .05rem .4rem .05rem 0; } .card .mix td.bar { width: 40%; }
.card .mix svg { display: block; width: 100%; height: .7rem; } .mix rect { fill: var(--bar); }
.mix line { stroke: var(--ink); stroke-width: 1.5; } .card caption { padding: .3rem 0 0; }
"""


def html(solution: Solution) -> bytes:
    """Return the handout: one self-contained page, cards that no sheet of paper cuts in two."""
    teams = len(solution.problem.teams)
    title = f"{teams} {'team' if teams == 1 else 'teams'}, {solution.problem.n} people"
    return page(title, sections(solution), solution.headline, style=STYLE)


def sections(solution: Solution) -> list[Section]:
    """Return cards, quality, measures and how it was found; parts without content are left out."""
    found = [_cards(solution), _quality(solution)]
    if solution.warnings:
        notes = Markup("").join(tag("li", str(finding)) for finding in solution.warnings)
        found.append(Section("Worth knowing", tag("ul", notes)))
    found += [measures_section(solution) if len(solution.problem.teams) <= MOST_CARDS else None]
    return [section for section in [*found, about_section(solution)] if section is not None]


def _cards(solution: Solution) -> Section:
    problem = solution.problem
    awards = np.asarray(solution.awards)
    tables = [
        (criterion, criterion.table(awards, len(problem.teams)))
        for criterion in problem.criteria
        if criterion.weight
    ]
    sizes = np.bincount(awards, minlength=len(problem.teams))
    order = np.argsort(awards, kind="stable")
    members = np.split(order, np.cumsum(sizes)[:-1]) if len(problem.teams) else []
    cards = Markup("").join(
        _card(problem, team, members[team].tolist(), tables) for team in range(min(len(members), MOST_CARDS))
    )
    more = len(members) - MOST_CARDS
    said = (
        paragraphs(f"... and {more:,} more teams; the workbook and the CSV hold them all.")
        if more > 0
        else ""
    )
    return Section("The teams", tag("div", cards, class_="cards") + Markup(said))  # noqa: S704 - both are markup


def _card(problem: Any, team: int, members: list[int], tables: list[tuple[Any, NDArray[np.int64]]]) -> Markup:
    names = Markup("").join(tag("li", problem.people[person]) for person in members)
    count = f"{len(members)} {'member' if len(members) == 1 else 'members'}"
    head = tag("h3", problem.teams[team]) + tag("p", count, class_="note")
    mixes = Markup("").join(
        _mix(criterion, table_[team], len(members), problem.n) for criterion, table_ in tables
    )
    return tag("article", head + tag("ul", names) + mixes, class_="card")


def _mix(criterion: Any, row: NDArray[np.int64], size: int, people: int) -> Markup:
    """Return one criterion's small bars; the stroke is the fair share."""
    lines = Markup("")
    for value, label in list(enumerate(criterion.values))[:MOST_VALUES]:
        held, due = int(row[value]), size * int(criterion.counts[value]) / max(1, people)
        if held or due >= 1 / 2:
            cells = tag("th", label, scope="row") + tag("td", str(held), class_="figure")
            lines += tag("tr", cells + tag("td", _bar(held, due, size), class_="bar"))
    return tag("table", tag("caption", criterion.name) + tag("tbody", lines), class_="mix")


def _bar(held: int, due: float, size: int) -> Markup:
    wide, mark = 100 * held / max(1, size), 100 * due / max(1, size)
    inner = tag("rect", width=f"{wide:.1f}", height="10") + tag(
        "line", x1=f"{mark:.1f}", x2=f"{mark:.1f}", y1="0", y2="10"
    )
    said = f"{held} of {size}, fair share {due:.1f}"
    return tag("svg", inner, viewBox="0 0 100 10", preserveAspectRatio="none", role="img", aria_label=said)


def _quality(solution: Solution) -> Section | None:
    from evenhand.teams import balance, summary

    problem = solution.problem
    awards = np.asarray(solution.awards)
    found = balance(problem, awards)
    rows = summary(problem, awards, found)
    if not rows:
        return None
    if any(score for _, score, _ in rows):
        rows.append(("all", f"{float(found.overall):.3f}", ""))
    body = table(
        "1 is as even as the counts allow, 0 the least even",
        ["balanced", "score", "in words"],
        rows,
        figures={1},
    )
    teams = len(problem.teams)
    said = "Every team is within quota: each count is its fair share rounded down or up."
    if found.teams_off:
        said = f"{found.teams_off} of {teams} teams are outside quota somewhere."
    return Section(
        "Quality", body + paragraphs(said, str(solution.proof.get("certificate", ""))), fresh_sheet=True
    )
