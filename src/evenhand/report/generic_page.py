"""Any job's solution as one page: plan, statement, measures, proof. A job's own page may take its parts."""

from __future__ import annotations

from markupsafe import Markup

from evenhand.core.solution import Solution
from evenhand.measures.panel import shown
from evenhand.report.page import Section, facts, page, paragraphs, table, tag
from evenhand.report.plans import spread_line
from evenhand.report.rooms import measured
from evenhand.report.sheets import about, statement_columns
from evenhand.report.summary import TITLES

__all__ = ["about_section", "html", "measures_section", "plan_section", "statement_section"]


def html(solution: Solution) -> bytes:
    """Return a self-contained page with plan, statement, measures, notes and proof."""
    sections = [plan_section(solution)]
    sections += [
        part for part in (statement_section(solution), measures_section(solution)) if part is not None
    ]
    if solution.warnings:
        notes = Markup("").join(tag("li", str(finding)) for finding in solution.warnings)
        sections.append(Section("Worth knowing", tag("ul", notes)))
    sections.append(about_section(solution))
    return page(TITLES[solution.job], sections, solution.headline)


def plan_section(solution: Solution) -> Section:
    """Return the awards as a table; columns without any entry are left out."""
    columns = {
        head: cells
        for head, cells in solution.columns.items()
        if any(cell not in {"", None} for cell in cells)
    }
    rows = list(zip(*columns.values(), strict=True))
    said = spread_line(solution)
    body = paragraphs(f"{said[0].upper()}{said[1:]}." if said else "")
    return Section("The plan", body + table("Everything given out", list(columns), rows))


def statement_section(solution: Solution) -> Section | None:
    """Return what was due and received; None where there are no awards."""
    columns = statement_columns(solution)
    if not columns:
        return None
    rows = list(zip(*columns.values(), strict=True))
    words = "Lag is due minus received: above 0 is still owed, below 0 is ahead."
    return Section("Due and received", paragraphs(words) + table("One line a claim", list(columns), rows))


def measures_section(solution: Solution) -> Section | None:
    """Return the panel beside the nearest whole outcome; for one kind of thing with its Lorenz curve."""
    found = measured(solution)
    statement = solution.statement
    if found is None or statement is None:
        return None
    rows = [
        (
            row.measure.title,
            shown(row.value, row.measure.form),
            shown(row.nearest, row.measure.form),
            "" if row.target is None else f"< {shown(row.target, row.measure.form)}",
            row.remark,
        )
        for row in found.rows
    ]
    heads = ["measure", "here", "nearest", "target", ""]
    caption = "Each measure beside its value at the nearest outcome that whole units allow"
    body = table(caption, heads, rows, figures={1, 2, 3})
    if len(statement.things) == 1 and found.total:
        from evenhand.report.charts import lorenz

        title = "Lorenz curve of what was given out; the nearer to the straight line, the more even"
        body += lorenz(statement.received.tolist(), statement.entitlement.tolist(), title)
    return Section("How even it is", body)


def about_section(solution: Solution) -> Section:
    """Return how it was found and what is proven."""
    return Section("How it was found", facts(about(solution)))
