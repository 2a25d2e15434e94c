"""Bringing in a table: one page of three folds (file, columns, faults); nothing is kept until "Use it"."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.datastructures import UploadFile

from evenhand.core.errors import Finding, InputError
from evenhand.core.recipe import Recipe
from evenhand.jobs import JOBS
from evenhand.store import put_blob
from evenhand.web.board import LISTS, dial_of, one_size
from evenhand.web.forms import AnyForm, TheHall, Who
from evenhand.web.hall import Hall
from evenhand.web.language import Language
from evenhand.workspace.building import csv_bytes, tables_needed
from evenhand.workspace.drafts import add_step, create_plan, create_series, last_seq, series_row, step_row
from evenhand.workspace.importing import MOST, Draft, draft_of, template
from evenhand.workspace.mending import alike, better_cell, remember, remembered
from evenhand.workspace.periods import FIRST, period_name

router = APIRouter()

KEPT: Final = 20
"""Imports in hand at once; older ones are forgotten, as nothing of them was promised to be kept."""

SHOWN: Final = 5
"""Sample rows under each head."""


@router.get("/import", name="import_page")
def import_page(request: Request, hall: TheHall, job: str = "", series: str = "") -> Response:
    """Ask for a file, or pasted cells."""
    tables = {form: tables_needed(form) for form in ("candidates", "fleet", "roster", "turns")}
    return hall.page(request, "import.html", draft=None, job=job, series=series, tables=tables)


@router.post("/import", name="import_file")
def import_file(hall: TheHall, form: AnyForm) -> Response:
    """Read what was brought and show what it is."""
    files: list[tuple[str, bytes]] = [
        # one byte over the limit is enough to tell a file that is too large
        (upload.filename[:200], upload.file.read(MOST + 1))
        for upload in form.get("files", [])
        if isinstance(upload, UploadFile) and upload.filename
    ]
    pasted = str(form.get("pasted", [""])[0])
    if pasted.strip():
        files.append(("pasted.csv", pasted.encode()))
    job = str(form.get("job", [""])[0])
    draft = draft_of(
        files,
        job=job if job in JOBS else "",
        series=str(form.get("series", [""])[0]),
        folder=str(form.get("folder", [""])[0])[:60],
    )
    with hall.database.read() as connection:
        remembered(connection, draft)
    # drawn, not counted: an import in hand must not be guessed by another visitor
    token = secrets.token_urlsafe(12)
    hall.drafts[token] = draft
    while len(hall.drafts) > KEPT:
        # a dict keeps the order of adding: the first key is the oldest import
        hall.drafts.pop(next(iter(hall.drafts)))
    return hall.go(f"/import/{token}")


def _draft(hall: Hall, draft: str) -> Draft:
    draft_kept = hall.drafts.get(draft)
    if not isinstance(draft_kept, Draft):
        raise HTTPException(404)
    return draft_kept


@router.get("/import/{draft}", name="import_draft")
def import_draft(request: Request, draft: str, hall: TheHall) -> Response:
    """Show file, columns and faults."""
    draft_kept = _draft(hall, draft)
    findings = draft_kept.findings()
    series = None
    if draft_kept.series:
        with hall.database.read() as connection:
            series = series_row(connection, draft_kept.series)
    wrong = {(f.table, f.column, f.row) for f in findings}
    return hall.page(
        request,
        "import.html",
        draft=draft_kept,
        id=draft,
        findings=findings,
        groups=_groups(findings, hall.language(request)),
        rows_wrong=len({(f.table, f.row) for f in findings if f.row is not None}),
        alike=alike(draft_kept),
        wrong=wrong,
        samples=[_sample(brought, wrong) for brought in draft_kept.tables],
        series=series,
        job=draft_kept.job,
        needed=tables_needed(draft_kept.form),
        lists=LISTS,
    )


NUMERAL: Final = re.compile(r"[-+]?[\d.,' ]+%?")


def _sample(brought: Any, wrong: set[tuple[str, str, int | None]]) -> dict[str, Any]:
    """Return the places of the rows shown under the heads, wrong ones too, and which heads are of numbers."""
    faulty = {row for table, _, row in wrong if table == brought.name}
    places = [place for place, row in enumerate(brought.rows) if row in faulty][: SHOWN - 2]
    places += [place for place in range(len(brought.rows)) if place not in places][: SHOWN - len(places)]
    places.sort()

    def numeral(head: str) -> bool:
        cells = [brought.cells[head][place].strip() for place in places]
        held = [cell for cell in cells if cell]
        # one cell in words among numbers is the fault that is looked for: it stands under the others
        return bool(held) and 2 * sum(bool(NUMERAL.fullmatch(cell)) for cell in held) > len(held)

    return {"places": places, "numerals": {head for head in brought.heads if numeral(head)}}


MANY: Final[Mapping[str, str]] = {
    "is": "are",
    "has": "have",
    "was": "were",
    "does": "do",
    "needs": "need",
    "stands": "stand",
    "ist": "sind",
    "hat": "haben",
    "wird": "werden",
    "kann": "können",
    "steht": "stehen",
    "endet": "enden",
}
"""What a finding says of one cell, said of several."""


def _said(cells: Sequence[Finding], words: Language) -> str:
    """Return what is wrong with cells of one column: "3 cells in Punkte are not a number"."""
    first, count = cells[0], len(cells)
    problem = words.tell(first.problem)
    if not first.column or first.row is None:
        where = ", ".join(part for part in (first.column, first.table) if part)
        return f"{where}: {problem}" if where else problem
    verb, _, rest = problem.partition(" ")
    if count == 1:
        return f"{words('1 cell in {column}', column=first.column)} {problem}"
    many = f"{MANY[verb]} {rest}" if verb in MANY else f"({problem})"
    return f"{words('{n} cells in {column}', n=count, column=first.column)} {many}"


def _groups(findings: list[Finding], words: Language) -> list[dict[str, Any]]:
    """Return findings grouped by what mends them, with the cells of each."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.table, finding.column, finding.problem, finding.mend), []).append(finding)
    return [
        {
            "table": table,
            "column": column,
            "said": _said(cells, words),
            "mend": mend,
            # a hundred cells can be mended by hand; more are mended in the file, and ``count`` says how many
            "cells": cells[:100],
            "count": len(cells),
            "rows": [cell for cell in cells if cell.row is not None][:100],
            "better": {cell.row: better_cell(cell) for cell in cells[:100]},
        }
        for (table, column, _, mend), cells in groups.items()
    ]


@router.post("/import/{draft}/columns", name="import_columns")
def import_columns(request: Request, draft: str, hall: TheHall, form: AnyForm) -> Response:
    """Take what the columns are, which tables they are, and the dials."""
    _confirmed(_draft(hall, draft), form, hall.language(request))
    return hall.go(f"/import/{draft}")


def _confirmed(draft: Draft, form: Mapping[str, list[Any]], words: Language) -> None:
    """Take what a form says of tables, columns, dials and the name."""
    for index, brought in enumerate(list(draft.tables)):
        row = str(form.get(f"header.{index}", [""])[0]).strip()
        if _row(row) and int(row) not in (0, brought.origin.header_row):
            draft.headed_by(brought, int(row))
            continue
        table = str(form.get(f"table.{index}", [brought.table])[0])
        if table != brought.table:
            # the columns that were sent are those of the other table
            draft.is_table(brought, table)
            continue
        for place, head in enumerate(brought.heads):
            brought.columns[head] = str(form.get(f"column.{index}.{place}", [brought.columns[head]])[0])
        # the form was sent: from now on all columns are what a person confirmed
        brought.guessed = frozenset()
    dials = {}
    for name, values in form.items():
        if name.startswith("dial."):
            key = name.removeprefix("dial.")
            value = dial_of(key, values, words)
            if value != draft.settings.get(key):
                dials[key] = value
    # an emptied dial is taken away, so that the default holds again
    settings = draft.settings | one_size(dials, draft.settings)
    draft.settings = {key: value for key, value in settings.items() if value is not None}
    name = " ".join(str(form.get("name", [draft.name])[0]).split())[:60]
    draft.name = name or draft.name or words("New series")


@router.post("/import/{draft}/mend", name="import_mend")
def import_mend(draft: str, hall: TheHall, form: AnyForm) -> Response:
    """Write cells, or leave the rows out that are wrong."""
    draft_kept = _draft(hall, draft)
    if form.get("leave_out"):
        rows: dict[str, set[int]] = {}
        for finding in draft_kept.findings():
            if finding.row is not None:
                rows.setdefault(finding.table, set()).add(finding.row)
        draft_kept.leave_out(rows)
        return hall.go(f"/import/{draft}")
    if form.get("write"):
        # "cell|table|row|head|what it shall be": one button, one cell; the fields beside it stay as they are
        # an address that was written by hand has fewer parts, and writes nothing
        _, table, row, rest = (str(form["write"][0]) + "|||").split("|", 3)
        head, _, text = rest.removesuffix("|||").rpartition("|")
        if _row(row):
            draft_kept.mend(table, int(row), head, text[:500])
        return hall.go(f"/import/{draft}")
    for name, values in form.items():
        if name.startswith("cell|"):
            # at most three splits: a head may hold the mark itself
            _, table, row, head = (name + "|||").split("|", 3)
            head = head.removesuffix("|||")
            if _row(row):
                draft_kept.mend(table, int(row), head, str(values[0])[:500])
    return hall.go(f"/import/{draft}")


def _row(text: str) -> bool:
    """Whether a field's name says a row; no table has a million million."""
    return text.isascii() and text.isdigit() and len(text) <= 12  # noqa: PLR2004 - as said above


@router.post("/import/{draft}/alike", name="import_alike")
def import_alike(draft: str, hall: TheHall, form: AnyForm) -> Response:
    """Take two names for one, or note that they are two."""
    draft_kept = _draft(hall, draft)
    table, head, rare, common = (
        str(form.get(name, [""])[0])[:500] for name in ("table", "head", "rare", "common")
    )
    if form.get("same", [""])[0]:
        draft_kept.as_one(table, head, rare, common)
    draft_kept.settled.add((table, head, rare, common))
    return hall.go(f"/import/{draft}")


@router.get("/import/{draft}/rejected", name="import_rejected")
def import_rejected(draft: str, hall: TheHall) -> Response:
    """Hand out the rows that are wrong, with what is wrong, as a table to mend elsewhere."""
    draft_kept = _draft(hall, draft)
    rows = []
    for finding in draft_kept.findings():
        for brought in draft_kept.tables:
            if finding.row in brought.rows and finding.table == brought.name:
                index = brought.rows.index(finding.row)
                cells = [brought.cells[head][index] for head in brought.heads]
                rows.append(
                    [finding.table, finding.row, finding.column, f"{finding.problem}. {finding.mend}", *cells]
                )
    heads = {"Content-Disposition": 'attachment; filename="rejected.csv"'}
    body = csv_bytes(("table", "row", "column", "what is wrong", "cells as they came"), rows)
    return Response(body, media_type="text/csv", headers=heads)


@router.get("/import/templates/{form}/{table}", name="import_template")
def import_template(form: str, table: str) -> Response:
    """Hand out an empty table with its heads and an example."""
    heads = {"Content-Disposition": f'attachment; filename="{table}.csv"'}
    return Response(template(form, table), media_type="text/csv", headers=heads)


@router.post("/import/{draft}/use", name="import_use")
def import_use(request: Request, draft: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Keep the tables and plan them: a new series, or the next step of the one they renew."""
    draft_kept = _draft(hall, draft)
    # the fields above come with the button: what was written there counts, also where nobody looked again
    _confirmed(draft_kept, form, hall.language(request))
    if draft_kept.findings():
        # asked again here: a column may just have become another, or the page be older than the tables
        return hall.go(f"/import/{draft}")
    recipe, content, names = draft_kept.recipe()
    # tables, series and plan in one transaction: an import is there or it is not
    with hall.database.write() as connection:
        for table, held in content.items():
            put_blob(connection, held, f"source:{names[table]}")
        if draft_kept.series:
            plan = _renewed(connection, draft_kept, recipe, who)
        else:
            series = create_series(connection, draft_kept.name, recipe, who=who)
            plan = create_plan(connection, series, _first_period(recipe), recipe, who=who)
        key = _tip_state(connection, plan)
        remember(connection, draft_kept)
    del hall.drafts[draft]
    # the first plan is waited for longer: people expect an import to take a moment
    hall.solve(key, plan, patience=4.0)
    return hall.go(f"/plans/{plan}")


def _first_period(recipe: Recipe) -> str:
    """Return what the first period is called: by its days where the dials say them."""
    try:
        first = date.fromisoformat(str(recipe.settings.get("start", "")))
        last = first + timedelta(days=7 * int(recipe.settings.get("weeks", 0)) - 1)
    except (ValueError, TypeError, OverflowError):
        return FIRST
    return period_name(first.isoformat(), last.isoformat())


def _tip_state(connection: Any, plan: str) -> str:
    from evenhand.workspace.drafts import plan_row

    return step_row(connection, plan, plan_row(connection, plan).tip).state


def _renewed(connection: Any, draft_kept: Draft, recipe: Any, who: str) -> str:
    """Put new tables into the last plan of a series; its settings and picks stay."""
    from sqlalchemy import select

    from evenhand.store.schema import METADATA

    table = METADATA.tables["plan"]
    plan = connection.execute(
        select(table.c.id)
        .where(table.c.series == draft_kept.series)
        .order_by(table.c.made.desc(), table.c.id.desc())
        .limit(1)
    ).scalar()
    if plan is None:
        raise InputError.one("has no plan", "Start a new series with this table", came="this series")
    add_step(connection, plan, last_seq(connection, plan), "sources", dict(recipe.sources), who)
    return str(plan)
