"""Two steps of a plan side by side: what differs, each measure, and for whom it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from evenhand.measures.table import MEASURES
from evenhand.report.text import name_key
from evenhand.web.board import cells_of, changes, names_of, renamed_people, shown_names
from evenhand.web.drawing import answer_of
from evenhand.web.forms import TheHall
from evenhand.web.language import Language
from evenhand.web.saying import step_text
from evenhand.workspace.drafts import history, plan_row, series_row
from evenhand.workspace.tasks import answer_row

router = APIRouter()

STEP: Final = {"percent": 0.0005, "units": 0.005, "count": 0.5, "index": 0.0005}
"""Half of the last digit that is shown of each form: two values nearer than that read the same, and a row
that says 0.158, 0.158 and "better" would be doubted."""


@router.get("/plans/{plan}/compare", name="compare")
def compare(request: Request, plan: str, hall: TheHall, a: int = 0, b: int = 0) -> Response:
    """Show two steps of a plan side by side: what differs by cell, each measure, each person's change."""
    words = hall.language(request)
    with hall.database.read() as connection:
        row = plan_row(connection, plan)
        series = series_row(connection, row.series)
        steps = {s.seq: s for s in history(connection, plan) if s.kind != "goto"}
        first, second = steps.get(a) or steps[min(steps)], steps.get(b) or steps[row.tip]
        views: list[Any] = []
        for compared in (first, second):
            answer = answer_row(connection, compared.state)
            views.append(hall.view(connection, answer))
        renamed = renamed_people(connection, row.series)
    measures = [
        hall.ask(compared.state, "measures", "") if view else None
        for compared, view in zip((first, second), views, strict=True)
    ]
    both = None not in views
    views = [shown_names(view, renamed) for view in views]
    names = names_of(views[0]) | names_of(views[1]) | renamed
    differ = changes(views[0], views[1]) if both else {}
    return hall.page(
        request,
        "compare.html",
        plan=row,
        series=series,
        steps=list(steps.values()),
        a=first,
        b=second,
        view_a=views[0],
        view_b=views[1],
        answer_a=answer_of(views[0], words) if views[0] else None,
        answer_b=answer_of(views[1], words) if views[1] else None,
        step_text=lambda step: step_text(step, words, names, series.job),
        differ=differ,
        rows=_differences(views[0], views[1], differ, names, words) if differ else [],
        people=_shares(views[0], views[1]) if differ else {},
        measures=_measured(views, measures, words) if both else [],
    )


def _differences(
    before: dict[str, Any],
    after: dict[str, Any],
    differ: Mapping[str, Any],
    names: Mapping[str, str],
    words: Language,
) -> list[dict[str, str]]:
    """Return a row for each thing, turn or person that differs: its name, what A gives and what B gives."""
    if after["job"] == "rota":
        return _turns(before, after, names, words)
    old, new = differ["old"], cells_of(after)

    def held(value: str | None) -> str:
        if value is None or after["job"] == "teams":
            return value or ""
        who, _, day = value.partition("|")
        return ", ".join([names.get(who, who), *([words.day(day)] if day else [])])

    cells = sorted(
        {*differ["cells"], *differ["gone"]}, key=lambda cell: (name_key(names.get(cell, cell)), cell)
    )
    return [
        {
            "name": names.get(cell, cell),
            # two cars of one model are told apart by their ids alone
            "id": cell if names.get(cell, cell) != cell else "",
            "a": held(old.get(cell)),
            "b": held(new.get(cell)),
        }
        for cell in cells
    ]


def _turns(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str], words: Language
) -> list[dict[str, str]]:
    """Return a row for each turn that somebody else serves."""
    served = [
        {turn["slot"]: sorted(names.get(name, name) for name in turn["who"]) for turn in view["turns"]}
        for view in (before, after)
    ]
    slots = {slot["key"]: slot for view in (before, after) for slot in view["slots"]}
    several = len({slot["duty"] for slot in slots.values()}) > 1
    return [
        {
            "name": words.day(slots[key]["iso"]) + (f", {slots[key]['duty']}" if several else ""),
            "id": "",
            "a": words.names(served[0].get(key, ())),
            "b": words.names(served[1].get(key, ())),
        }
        for key in sorted(slots)
        if served[0].get(key, []) != served[1].get(key, [])
    ]


def _shares(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return for whom it changes how much they get, most first, and how many keep what they have."""
    if after["job"] == "teams":
        # everybody is in one team under either
        return {}
    called = {row["name"]: row["called"] for view in (before, after) for row in view["standing"]}
    got: list[dict[str, int]] = [dict.fromkeys(called, 0) for _ in range(2)]
    for counted, view in zip(got, (before, after), strict=True):
        if view["job"] == "allocation":
            takers = [card["who"] for day in view["days"] for card in day["cards"]]
        else:
            takers = [name for turn in view["turns"] for name in turn["who"]]
        for name in takers:
            counted[name] = counted.get(name, 0) + 1
    rows = [
        {"name": called.get(name, name), "a": got[0].get(name, 0), "b": got[1].get(name, 0)}
        for name in sorted(got[0] | got[1])
    ]
    moved = sorted(
        (row for row in rows if row["a"] != row["b"]),
        key=lambda row: (row["a"] - row["b"], name_key(row["name"])),
    )
    return {"rows": moved, "same": len(rows) - len(moved)}


def _measured(views: list[Any], measures: list[Any], words: Language) -> list[dict[str, Any]]:
    """Return a row for each measure: its value in A and in B, the change, and whether B is better."""
    rows: list[dict[str, Any]] = []
    if views[1]["job"] == "allocation":
        scores = [view["score"] / view["scale"] for view in views]
        rows.append(
            {
                "title": words("Points from scores"),
                "a": words.number(scores[0]),
                "b": words.number(scores[1]),
                **_verdict(scores[1] - scores[0], "more", words.signed(scores[1] - scores[0]), words),
            }
        )
    if any(told is None or "error" in told for told in measures):
        return rows
    other = {row["name"]: row for row in measures[1]["rows"]}
    for row in measures[0]["rows"]:
        beside = other.get(row["name"])
        if beside is None:
            continue
        line, a, b = MEASURES[row["name"]], row["value"], beside["value"]
        change = 0.0 if a is None or b is None or abs(b - a) < STEP[row["form"]] else b - a
        # percents are written as such, and their difference in points of a hundred
        digits = {"percent": 1, "units": 2, "count": 0, "index": 3}[row["form"]]
        scale = 100 if row["form"] == "percent" else 1
        rows.append(
            {
                "title": words.tell(row["title"]),
                "meaning": [words.tell(text) for text in (line.title, line.says, line.misleads)],
                "a": words.figure(row["shown"]),
                "b": words.figure(beside["shown"]),
                **_verdict(change, row["better"], words.signed(change * scale, digits), words),
            }
        )
    return rows


def _verdict(change: float, better: str, signed: str, words: Language) -> dict[str, str]:
    """Return the change as it is shown, and whether it is for the better; a mark never stands alone."""
    if not change:
        return {"change": words("same"), "verdict": ""}
    good = better and (change > 0) == (better == "more")
    return {"change": signed, "verdict": "better" if good else "worse" if better else ""}
