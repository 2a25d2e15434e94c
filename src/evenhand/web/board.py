"""The board of a plan: what it gives, the panel beside it, and the one route by which a draft changes."""

from __future__ import annotations

import asyncio
import io
import json
import math
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy import select

from evenhand.core.errors import InputError
from evenhand.jobs import asking_named
from evenhand.store import get_blob, get_json
from evenhand.store.schema import METADATA
from evenhand.web.drawing import (
    answer_of,
    day_columns,
    months_of,
    rota_grid,
    rota_legend,
    rules_of,
    standings_of,
    team_cards,
)
from evenhand.web.forms import AnyForm, TheHall, Who, whole
from evenhand.web.hall import Hall, last_run
from evenhand.web.language import Language
from evenhand.web.parts import board_part
from evenhand.web.permissions import allowed
from evenhand.web.saying import names_text, said_change, step_text
from evenhand.web.security import Visitor
from evenhand.work import ask_to_stop
from evenhand.workspace.building import csv_bytes
from evenhand.workspace.drafts import (
    MOVES,
    PICKED,
    ConflictError,
    add_step,
    history,
    plan_row,
    recipe_at,
    series_row,
    step_row,
)
from evenhand.workspace.people import join_late
from evenhand.workspace.periods import near_tables
from evenhand.workspace.publications import current_facts, last_publication
from evenhand.workspace.recipe_files import recipe_toml
from evenhand.workspace.tasks import answer_row, source_names

router = APIRouter()
RUN, PLAN, PERSON = (METADATA.tables[name] for name in ("run", "plan", "person"))

Names = Annotated[list[str] | tuple[()], Query()]

TABS: Final = ("why", "give", "dials", "standing", "history")

USES: Final = ("balance", "numbers", "tags", "similar", "wishes", "choices", "roles", "apart", "together")
"""What a column of a roster may be for: each a setting that lists columns."""
LISTS: Final = frozenset({*USES, "priority", "names"})
NUMBERS: Final = frozenset(
    {
        "change",
        "lam",
        "step",
        "target",
        "teams",
        "size",
        "weeks",
        "seats",
        "rest",
        "rest_days",
        "per_day",
        "per_recipient",
        "slots",
    }
)

PAGES: Final = frozenset(map(str, range(1000)))
"""How many pages more of a list a panel is asked for; anything else is none."""

STEPS: Final = frozenset({*PICKED, *MOVES, "swap", "dial"})
"""Kinds of step that a form of the board takes."""

TELLING: Final = 0.5
"""How far the bound may be from the best plan to be worth telling: a search begins with bounds of 0 or of
twice the best, and "at most 100% from the best" says less than nothing."""

EARLIER: Final = 4
"""Periods before that are looked through for the same days: tables are used again in the next, if ever."""

LISTENS: Final = 120
"""Half seconds a stream that has said all stays open for a page that is slow to close it."""

GLANCE: Final = 0.2
"""Seconds a click waits for what a panel tells. Most is kept from the first time somebody asked; what is not,
such as eight exact prices while both processors solve, comes into the panel when it is there."""


@dataclass(frozen=True, slots=True)
class Look:
    """What of a board is looked at: all of its address but the plan.

    Attributes:
        at: the chosen cell; tab: the panel's; more: what of the panel, beyond what it shows at first.
        month: whether a rota is shown as months; find: a name to look for.
        part: which part of a large board, from 1, or "all".
    """

    at: str = ""
    tab: str = ""
    more: str = ""
    month: str = ""
    find: str = ""
    part: str = ""


TheLook = Annotated[Look, Depends(Look)]


@router.get("/plans/{plan}", name="board")
def board(request: Request, plan: str, hall: TheHall, look: TheLook) -> Response:
    """Show a plan with the panel of one cell."""
    tab = look.tab if look.tab in TABS else ""
    # Dials are for who may turn them; others begin at the reason or the accounts.
    if tab in ("", "dials") and not allowed("step", getattr(request.state, "visitor", Visitor()).role):
        tab = "why" if look.at else "standing"
    values = board_values(hall, plan, hall.language(request), replace(look, tab=tab))
    return hall.page(request, f"board_{values['job']}.html", **values)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the database holds of a draft, read in one moment.

    Attributes:
        plan, series: their rows; siblings: the series' plans in order of making.
        steps: all steps, by_seq: by number; tip: the one looked at, with its recipe and its answer.
        view: the plan of that answer, None where there is none; earlier: of the step before it, by its key.
        last: the last publication; facts: what stands published; renamed: what people are called instead.
        run: the last run of the recipe; twice: the period that published the same days, "" for none.
    """

    plan: Any
    series: Any
    siblings: Sequence[Any]
    steps: Sequence[Any]
    by_seq: dict[int, Any]
    tip: Any
    recipe: Any
    answer: Any
    view: Any
    earlier: Any
    earlier_key: str
    last: Any
    facts: list[Any]
    twice: str
    renamed: dict[str, str]
    run: Any


def _draft(hall: Hall, plan: str, key: str) -> _Draft:
    """Read a draft as it stands, or as it was at the recipe ``key``."""
    with hall.database.read() as connection:
        row = plan_row(connection, plan)
        steps = history(connection, plan)
        by_seq = {step.seq: step for step in steps}
        tip = next((step for step in steps if step.state == key), by_seq[row.tip])
        answer = answer_row(connection, tip.state)
        earlier, earlier_key = _earlier(hall, connection, by_seq, tip)
        siblings = connection.execute(
            select(PLAN.c.id, PLAN.c.period).where(PLAN.c.series == row.series).order_by(PLAN.c.made)
        ).all()
        view, facts = hall.view(connection, answer), current_facts(connection, plan)
        return _Draft(
            plan=row,
            series=series_row(connection, row.series),
            siblings=siblings,
            steps=steps,
            by_seq=by_seq,
            tip=tip,
            recipe=recipe_at(connection, tip.state),
            answer=answer,
            view=view,
            earlier=earlier,
            earlier_key=earlier_key,
            last=last_publication(connection, plan),
            facts=facts,
            twice="" if facts else published_in(connection, siblings, plan, view),
            renamed=renamed_people(connection, row.series),
            # in the same moment as the answer: a run that ended between two looks would be neither running
            # nor answered, and the page would wait for nothing
            run=last_run(connection, tip.state),
        )


def board_values(hall: Hall, plan: str, words: Language, look: Look, *, key: str = "") -> dict[str, Any]:
    """Return what a board's page shows: of the draft as it stands, or as it was at the recipe ``key``."""
    draft = _draft(hall, plan, key)
    tip, recipe, last, run, renamed = draft.tip, draft.recipe, draft.last, draft.run, draft.renamed
    earlier = draft.earlier
    status = run.status if run is not None else ""
    failure = json.loads(run.outcome) if status == "failed" and draft.answer is None else None
    # a plan that is not there yet (or cannot be) leaves the one before in sight
    stale = draft.view is None
    view = earlier if stale else draft.view
    moved = earlier is not None and view is not None and not stale and draft.earlier_key != tip.state
    at, tab = look.at, look.tab
    hits = found_cells(shown_names(view, renamed), look.find) if look.find and view is not None else []
    if hits and not at:
        at = hits[0][0]
    selected = _selected(view, at) if view is not None else None
    # the step that a publication leaves: from it on the draft stays near what people were told
    just_published = (
        tip.kind == "sources" and "before" in tip.body and last is not None and last.kind != "takeback"
    )
    tab = tab or ("why" if selected else ("dials" if asking_named(recipe.job).priced else "standing"))
    values = {
        "plan": draft.plan,
        "series": draft.series,
        "steps": [s for s in draft.steps if s.kind != "goto"],
        "moves": draft.steps,
        "tip": tip,
        "recipe": recipe,
        "key": tip.state,
        "view": view,
        "stale": stale,
        "run": run,
        "status": status,
        "failure": failure,
        "planning": status in ("queued", "running"),
        # nobody plans it and nobody failed to: it was stopped too early, or its server ended first
        "unplanned": draft.answer is None and failure is None and status not in ("queued", "running"),
        "changed": changes(earlier, view) if moved else {},
        "selected": selected,
        "at": at,
        "tab": tab,
        "job": recipe.job,
        "version": draft.steps[-1].seq,
        "published": last if last and last.kind != "takeback" else None,
        "facts": draft.facts,
        "siblings": draft.siblings,
        "can_undo": draft.by_seq.get(tip.parent) is not None,
        "picks": recipe.picks,
        "line": _line(draft.by_seq, tip.seq),
        "can_redo": any(s.parent == tip.seq and s.kind != "goto" for s in draft.steps),
        "quote": quote,
        "twice": draft.twice,
        "uses": USES,
        "more": int(look.more) if look.more in PAGES else 0,
        "month": look.month,
        "find": look.find,
        "hits": hits,
        "here": f"/plans/{plan}",
        "just_published": just_published,
        # nothing of it is new to anybody: another revision would say just the same
        "as_published": bool(draft.facts)
        and not stale
        and view is not None
        and told_facts(view) == facts_told(draft.facts),
        "read_only": False,
    }
    values["panel"] = _panel(hall, values) if view is not None and not stale else {}
    criteria = (view or {}).get("criteria", ())
    if renamed or criteria:
        values["tell"] = _telling(words, {**{f"{name}=": f"{name} " for name in criteria}, **renamed})
    values["person"] = lambda name: renamed.get(name, name)
    return values | _drawn(values, earlier, words, look.part, renamed)


def renamed_people(connection: Any, series: str) -> dict[str, str]:
    """Return what people of a series are called, where that is not the name of their table."""
    rows = connection.execute(select(PERSON.c.name, PERSON.c.called).where(PERSON.c.series == series))
    return {row.name: row.called for row in rows if row.called and row.called != row.name}


def _telling(words: Language, renamed: Mapping[str, str]) -> Callable[[Any], str]:
    """Return how sentences of the library are told with other words for some of theirs.

    People may be called otherwise than in their table, and "Level=2" is "Level 2" to who reads a page.
    """
    # the longest first, and whole names alone: "Ann" is no part of "Ann Bo" or "Anna"
    names = "|".join(map(re.escape, sorted(renamed, key=lambda name: (-len(name), name))))
    pattern = re.compile(rf"(?<!\w)(?:{names})(?:(?<==)|(?!\w))")
    return lambda text: pattern.sub(lambda match: renamed[match[0]], words.tell(text))


def _drawn(
    values: dict[str, Any], earlier: Any, words: Language, part: str, renamed: dict[str, str]
) -> dict[str, Any]:
    """Return the views that the shared templates draw, in the visitor's language."""
    changed, at = values["changed"], values["at"]
    whole, earlier = shown_names(values["view"], renamed), shown_names(earlier, renamed)
    names = _called(whole) | _called(earlier) | renamed
    drawn: dict[str, Any] = {
        "step_text": lambda step: step_text(step, words, names, values["job"]),
        "step_names": lambda picked: names_text(picked, words, names, values["job"]),
        "cell_name": lambda cell: names_text(cell.split("|"), words, names, values["job"]),
        "part": part,
        "parts": None,
    }
    if whole is None:
        return drawn
    drawn["whole"] = whole
    marks = {"at": at, "changed": changed.get("cells"), "gone": changed.get("gone")}
    drawn["answer"] = answer_of(whole, words)
    drawn["changed_said"] = (
        said_change(changed, earlier, whole, values["tip"], words, names) if changed else ""
    )
    drawn["parts"], view = board_part(whole, words, chosen=at, part=part, changed=changed.get("cells") or ())
    if view["job"] == "allocation":
        drawn["columns"] = day_columns(view, words, **marks)
        drawn["on_board"] = {card["item"] for day in view["days"] for card in day["cards"]}
        drawn["rules"] = rules_of(view, words)
        drawn["unit"] = view.get("fair_unit", 200)
    elif view["job"] == "rota":
        drawn["grid"] = rota_grid(view, words, **marks)
        drawn["turns"] = list(zip(view["slots"], view["turns"], strict=True))
        drawn["legend"] = rota_legend(drawn["grid"], view, words)
        drawn["months"] = months_of(view, words, **marks) if values["month"] else []
    else:
        drawn["cards"] = team_cards(view, words, **marks)
    if values["tab"] == "standing" and view["job"] != "teams":
        drawn["standings"] = standings_of(view["standing"], words)
    return drawn


def shown_names(view: Any, renamed: Mapping[str, str]) -> Any:
    """Return a view that shows people as they are called now; what names a cell stays the table's name."""
    if not view or not renamed:
        return view

    def shown(row: Mapping[str, Any], who: str, field: str) -> dict[str, Any]:
        return {**row, field: renamed[row[who]]} if row[who] in renamed else dict(row)

    changed = dict(view)
    if view["job"] != "teams":
        changed["standing"] = [shown(row, "name", "called") for row in view["standing"]]
    if view["job"] == "allocation":
        days = view["days"]
        changed["days"] = [{**day, "cards": [shown(c, "who", "title") for c in day["cards"]]} for day in days]
    elif view["job"] == "teams":
        cards = view["cards"]
        changed["cards"] = [
            {**card, "people": [shown(p, "name", "shown") for p in card["people"]]} for card in cards
        ]
    else:
        changed["rows"] = [shown(row, "name", "shown") for row in view["rows"]]
    return changed


def _called(view: Any) -> dict[str, str]:
    return names_of(view) if view else {}


def conflict_of(hall: Hall, plan: str, error: ConflictError, words: Language) -> dict[str, Any]:
    """Return what a page of a conflict says: their steps and ours in sentences, with names instead of ids."""
    with hall.database.read() as connection:
        row = plan_row(connection, plan)
        series = series_row(connection, row.series)
        answer = answer_row(connection, step_row(connection, plan, row.tip).state)
        names = names_of(get_json(connection, answer.view)) if answer is not None else {}
    wanted = SimpleNamespace(who="", kind=error.mine["kind"], body=error.mine["body"])
    return {
        "plan": row,
        "series": series,
        "error": error,
        "theirs": [(step_text(step, words, names, series.job), step.at) for step in error.theirs],
        "wanted": step_text(wanted, words, names, series.job),
    }


def found_cells(view: dict[str, Any], text: str) -> list[tuple[str, str]]:
    """Return the cells whose name holds a text, with what people call them, in the board's order."""
    wanted = text.strip().casefold()
    if view["job"] == "allocation":
        cells = [
            (card["item"], f"{card['title']}, {card['thing']}", card["item"])
            for day in view["days"]
            for card in day["cards"]
        ]
    elif view["job"] == "teams":
        cells = [
            (person["name"], f"{person.get('shown', person['name'])}, {card['name']}", "")
            for card in view["cards"]
            for person in card["people"]
        ]
    else:
        cells = [
            (f"{slot['key']}|{row['name']}", f"{row.get('shown', row['name'])}, {slot['key']}", "")
            for row in view["rows"]
            for slot, cell in zip(view["slots"], row["cells"], strict=True)
            if cell["state"] == "turn"
        ]
    hits = [(key, name) for key, name, more in cells if wanted in f"{name} {more}".casefold()]
    return hits if wanted else []


def _line(steps: dict[int, Any], seq: int) -> set[int]:
    line = set()
    while seq:
        line.add(seq)
        seq = steps[seq].parent
    return line


def _earlier(hall: Hall, connection: Any, steps: dict[int, Any], tip: Any) -> tuple[Any, str]:
    """Return the view of the nearest step before that has an answer, to compare with, and its key."""
    step = steps.get(tip.parent)
    while step is not None:
        answer = answer_row(connection, step.state)
        if answer is not None:
            return hall.view(connection, answer), step.state
        step = steps.get(step.parent)
    return None, ""


def cells_of(view: dict[str, Any]) -> dict[str, str]:
    """Return what each cell of a view holds: item to recipient and day, person to team, turn and person."""
    if view["job"] == "allocation":
        return {card["item"]: f"{card['who']}|{card['day']}" for day in view["days"] for card in day["cards"]}
    if view["job"] == "teams":
        return {person["name"]: card["name"] for card in view["cards"] for person in card["people"]}
    return {
        f"{slot['key']}|{row['name']}": row["cells"][index]["state"]
        for row in view["rows"]
        for index, slot in enumerate(view["slots"])
        if row["cells"][index]["state"] == "turn"
    }


def told_facts(view: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return what a plan would tell people if it were published: who, what and when."""
    if view["job"] == "allocation":
        return {(card["who"], card["item"], card["day"]) for day in view["days"] for card in day["cards"]}
    if view["job"] == "teams":
        return {(person["name"], card["name"], "") for card in view["cards"] for person in card["people"]}
    turns = zip(view["slots"], view["turns"], strict=True)
    return {(name, slot["duty"], slot["iso"]) for slot, turn in turns for name in turn["who"]}


def facts_told(facts: Iterable[Any]) -> set[tuple[str, str, str]]:
    """Return what people were told: who, what and when."""
    return {(fact.claimant, fact.thing, fact.starts) for fact in facts}


def published_in(connection: Any, siblings: Sequence[Any], plan: str, view: Any) -> str:
    """Return the earlier period that told people of the same things on the same days; "" for none.

    The next period opens with the tables of the last one: published as they are, they would count twice.
    """
    if not view or view["job"] == "teams":
        return ""
    own = {(thing, day) for _, thing, day in told_facts(view) if day}
    earlier = [row for row in siblings[: [row.id for row in siblings].index(plan)][-EARLIER:] if own]
    for row in reversed(earlier):
        if any((fact.thing, fact.starts) in own for fact in current_facts(connection, row.id)):
            return str(row.period)
    return ""


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what differs between two views of one job: the cells that are new, and those that are gone."""
    if before["job"] != after["job"]:
        return {}
    old, new = cells_of(before), cells_of(after)
    if before["job"] == "teams":
        # teams keep no names from one search to the next: most of a team stays together under either
        old = _renamed(old, new)
    fresh = {cell for cell, held in new.items() if old.get(cell) != held}
    gone = {cell: old[cell] for cell in old.keys() - new.keys()}
    return {
        "cells": fresh,
        "gone": gone,
        "count": max(len(fresh), len(gone)),
        "of": after["count"],
        "old": old,
    }


def _renamed(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    shared: dict[tuple[str, str], int] = {}
    for person, team in old.items():
        if person in new:
            shared[team, new[person]] = shared.get((team, new[person]), 0) + 1
    names: dict[str, str] = {}
    # most shared people first, then by name: each team finds its heir, the same one every time
    for (was, now), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if was not in names and now not in names.values():
            names[was] = now
    return {person: names.get(team, team) for person, team in old.items()}


def _selected(view: dict[str, Any], at: str) -> dict[str, Any] | None:
    if not at:
        return None
    if view["job"] == "allocation":
        return next((card for day in view["days"] for card in day["cards"] if card["item"] == at), None)
    if view["job"] == "teams":
        for card in view["cards"]:
            for person in card["people"]:
                if person["name"] == at:
                    return {**person, "team": card["name"]}
        return None
    slot, _, name = at.partition("|")
    for k, (turn, place) in enumerate(zip(view["turns"], view["slots"], strict=True)):
        if turn["slot"] == slot:
            held: dict[str, Any] = next((row["cells"][k] for row in view["rows"] if row["name"] == name), {})
            return {
                "slot": place,
                "name": name,
                "turn": turn,
                "serves": name in turn["who"],
                "pinned": bool(held.get("pinned")),
            }
    return None


def _panel(hall: Hall, values: dict[str, Any]) -> dict[str, Any]:
    """Return what the open tab needs from a child; None stands for "being worked out"."""
    tab, selected, key = values["tab"], values["selected"], values["key"]
    allocation = values["job"] == "allocation"
    if tab == "dials":
        # not waited for: they take seconds, and the dials beside them are ready
        panel = {}
        if values["facts"] and "before" in values["recipe"].sources:
            panel["freedom"] = hall.ask(key, "freedom", "", patience=0.0)
        if not allocation:
            return panel
        if values["view"].get("state"):
            # before the frontier: a plan that few share is more urgent than what other prices would give
            panel["guide"] = hall.ask(key, "guide", "", patience=0.0)
        panel["frontier"] = hall.ask(key, "frontier", "", patience=0.0)
        return panel
    if selected is None or values["job"] == "rota":
        return {}
    subject = selected["item"] if allocation else selected["name"]
    if tab == "why":
        return {"why": hall.ask(key, "why", subject, patience=GLANCE)}
    if tab == "give":
        subject += "|all" if values["more"] and allocation else ""
        options = hall.ask(key, "alternatives", subject, patience=GLANCE)
        return {"give": _by_rule(options) if allocation and options else options}
    return {}


def _by_rule(give: dict[str, Any]) -> dict[str, Any]:
    """Return the alternatives with those who cannot grouped by the rule that keeps them out."""
    groups: dict[str, tuple[Any, list[str]]] = {}
    for row in give.get("not", ()):
        groups.setdefault(json.dumps(row["why"], sort_keys=True), (row["why"], []))[1].append(row["called"])
    # the rules that keep few out first: they say most about this one
    return {**give, "not_by_rule": sorted(groups.values(), key=lambda pair: (len(pair[1]), pair[1]))}


@router.post("/plans/{plan}/steps", name="step")
def step(request: Request, plan: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Take a step, have it planned, and show the board where it was."""
    kind = str(form.get("kind", [""])[0])
    if kind not in STEPS:
        # people and tables have pages of their own, which write what such a step holds
        raise InputError.one("is not a kind of step", "Use the buttons of the page", came=kind[:40])
    body, version = _body(kind, form, hall.language(request)), whole(form, "version")
    with hall.database.write() as connection:
        near = near_tables(connection, plan, kind)
        if kind == "dial":
            # a form sends all its fields: what stands as the page showed it is nobody's step
            seen = next((s.state for s in history(connection, plan) if s.seq == version), None)
            settings = recipe_at(connection, seen).settings if seen is not None else {}
            body = {name: value for name, value in body.items() if value != settings.get(name)} or body
            body = one_size(body, settings)
        taken = add_step(connection, plan, version, kind, body, who, near)
        target = taken.state
    hall.solve(target, plan)
    return hall.go(_back(plan, form))


@router.get("/plans/{plan}/effect", name="effect")
def effect(request: Request, plan: str, hall: TheHall, kind: str = "pin", names: Names = ()) -> Response:
    """Say what a step by hand would do before it is taken: a sentence, and the items that would move."""
    words = hall.language(request)
    with hall.database.read() as connection:
        row = plan_row(connection, plan)
        key = step_row(connection, plan, row.tip).state
        answer = answer_row(connection, key)
        view = hall.view(connection, answer)
    if view is None or not names:
        return JSONResponse({"said": "", "moved": []})
    told = hall.ask(key, "effect", json.dumps([kind, *names]), patience=2.0)
    if not told or "error" in told:
        why = words("This cannot be done.") if told else words("Working it out.")
        return JSONResponse({"said": why, "moved": []})
    sentence = told["said"]
    # names are known to the page, not to the child that solved
    called = names_of(view)
    if isinstance(sentence, list):
        sentence = [
            sentence[0],
            {
                place: called.get(value, value) if isinstance(value, str) else value
                for place, value in sentence[1].items()
            },
        ]
    return JSONResponse({"said": words.say(sentence), "moved": told["moved"]})


@router.post("/plans/{plan}/people", name="late")
def late(plan: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Let somebody join teams that are made."""
    cells = {
        key.removeprefix("cell."): str(values[0]) for key, values in form.items() if key.startswith("cell.")
    }
    with hall.database.write() as connection:
        near = (near_tables(connection, plan, "pin") or {}).get("before", "")
        taken = join_late(connection, plan, str(form.get("name", [""])[0]), cells, who, near)
    hall.solve(taken.state, plan)
    return hall.go(_back(plan, form))


def _body(kind: str, form: dict[str, list[Any]], words: Language) -> dict[str, Any]:
    if kind == "dial":
        dials = {
            name.removeprefix("dial."): dial_of(name.removeprefix("dial."), values, words)
            for name, values in form.items()
            if name.startswith("dial.")
        }
        uses = {
            name.removeprefix("use."): str(values[0])
            for name, values in form.items()
            if name.startswith("use.")
        }
        if uses:
            # a column has one use: what is said of all of them is said anew
            dials |= {
                use: [head for head, use_said in uses.items() if use_said == use] or None for use in USES
            }
        return dials
    if kind == "goto":
        return {"seq": whole(form, "seq")}
    return {"names": [str(name) for name in form.get("names", [])]}


def dial_of(name: str, values: list[Any], words: Language) -> Any:
    """Return a setting's value as its kind wants it; empty takes the setting away."""
    text = str(values[0]).strip()
    if name in LISTS:
        parts = [part.strip() for value in values for part in str(value).split(",")]
        return [part for part in dict.fromkeys(parts) if part] or None
    if name == "views":
        text = ",".join(part for value in values if (part := str(value).strip()))
    if not text:
        return None
    if name in NUMBERS and text not in ("few", "best"):
        try:
            number = words.read(text)
        except ValueError:
            raise InputError.one("is not a number", "Write it like 200", column=name, came=text) from None
        # written so that it refuses nan too; a thousand million is more than any price or count here
        if not 0 <= number <= 10**9:
            raise InputError.one("is out of range", "Give 0 or more", column=name, came=text)
        return int(number) if number == int(number) else number
    # longer than any setting; what is cut names nothing, and the problem says so
    return text[:200]


def one_size(dials: dict[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return dials by which teams are asked for by their number or by their size: what was written last wins.

    Both written at once stay both, and the reader of the roster says that they are one too many.

    Example:
        >>> one_size({"size": 4}, {"teams": 5})
        {'size': 4, 'teams': None}
        >>> one_size({"balance": ["Level"]}, {"teams": 5})
        {'balance': ['Level']}
    """
    for name, other in (("size", "teams"), ("teams", "size")):
        if dials.get(name) and other not in dials and settings.get(other):
            return {**dials, other: None}
    return dials


def _back(plan: str, form: dict[str, list[Any]]) -> str:
    at, tab = str(form.get("at", [""])[0]), str(form.get("tab", [""])[0])
    month, part = str(form.get("month", [""])[0]), str(form.get("part", [""])[0])
    # a chosen cell says which part it is on
    named = (("at", at), ("tab", tab), ("month", month), ("part", "" if at else part))
    parts = [f"{name}={quote(value)}" for name, value in named if value]
    return f"/plans/{plan}" + ("?" + "&".join(parts) if parts else "")


@router.post("/plans/{plan}/runs", name="plan_again")
def plan_again(plan: str, hall: TheHall, form: AnyForm) -> Response:
    """Plan the draft as it stands.

    Where it is planned already nothing happens but where it failed or was cut.
    """
    with hall.database.read() as connection:
        row = plan_row(connection, plan)
        state = next(s.state for s in history(connection, plan) if s.seq == row.tip)
    hall.solve(state, plan)
    return hall.go(_back(plan, form))


@router.post("/runs/{run}/stop", name="stop")
def stop(run: str, hall: TheHall, form: AnyForm) -> Response:
    """Ask a run to stop and keep the best so far."""
    with hall.database.write() as connection:
        ask_to_stop(connection, run)
        plan = connection.execute(select(RUN.c.plan).where(RUN.c.id == run)).scalar()
    hall._woken(run, 1.0)  # noqa: SLF001 - the hall's own way of waiting
    del form
    return hall.go(f"/plans/{plan}" if plan else "/")


@router.get("/runs/{run}/events", name="run_events")
async def run_events(request: Request, run: str, hall: TheHall) -> Response:
    """Send what a run says of itself: news, and over at its end; an exception sends failed before that."""
    words = hall.language(request)

    async def stream() -> AsyncIterator[str]:
        try:
            while not await request.is_disconnected():
                row = await run_in_threadpool(_run_row, hall, run)
                if row is None or row.status in ("done", "failed", "stopped"):
                    break
                yield f"event: news\ndata: {_said_of_run(json.loads(row.news), words)}\n\n"
                # a child's news come four times a second: more looks would repeat it
                await asyncio.sleep(0.3)
        except Exception:  # noqa: BLE001 - whoever listens must hear that it is over
            yield "event: failed\ndata: failed\n\n"
        yield "event: over\ndata: over\n\n"
        # the page closes the stream when it hears that; closed from here a browser calls it an error
        for _ in range(LISTENS):
            if await request.is_disconnected():
                return
            await asyncio.sleep(0.5)

    # the header keeps nginx from holding news back until its buffer is full
    return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _said_of_run(news: dict[str, Any], words: Language) -> str:
    """Return a sentence of how far a search is: seconds, and what is known of its best plan."""
    seconds, best, bound = int(news.get("seconds", 0)), news.get("best"), news.get("bound")
    if best is None:
        return words("Planning, {n} s.", n=seconds)
    if bound is not None and best and abs(bound - best) <= TELLING * abs(best):
        # a bound is rounded up, so that it stays one
        gap = words.number(math.ceil(1000 * abs(bound - best) / abs(best)) / 10, 1)
        return words("Planning, {n} s. The plan so far is at most {gap}% from the best.", n=seconds, gap=gap)
    return words("Planning, {n} s. A whole plan is there; it is still getting better.", n=seconds)


def _run_row(hall: Hall, run: str) -> Any:
    with hall.database.read() as connection:
        return connection.execute(select(RUN).where(RUN.c.id == run)).first()


def names_of(view: Any) -> dict[str, str]:
    """Return what people call items and recipients of a view."""
    if not view or view["job"] != "allocation":
        return {}
    names = {card["item"]: card["thing"] for day in view["days"] for card in day["cards"]}
    return names | {row["name"]: row["called"] for row in view["standing"]}


@router.get("/plans/{plan}/export/{kind}", name="export")
def export(plan: str, kind: str, hall: TheHall) -> Response:
    """Hand out a plan as a table or as data."""
    values = board_values(hall, plan, Language("en"), Look(tab="history"))
    view = values["view"]
    if view is None or kind not in ("csv", "json", *(["rest"] if "yard" in view else [])):
        raise InputError.one("is not there", "Plan first, then choose csv or json", came=kind)
    if kind == "json":
        return Response(json.dumps(view, ensure_ascii=False), media_type="application/json")
    name = f'attachment; filename="{values["job"] if kind == "csv" else kind}.csv"'
    body = _as_csv(view) if kind == "csv" else _table(("item", "item name", "reason"), view["yard"]["rows"])
    return Response(body, media_type="text/csv", headers={"Content-Disposition": name})


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    def safe(cell: Any) -> Any:
        # a spreadsheet takes a cell that begins so for a formula
        return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell

    return csv_bytes(heads, [[safe(cell) for cell in row] for row in rows])


def _as_csv(view: dict[str, Any]) -> bytes:
    heads: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    if view["job"] == "allocation":
        heads = ("day", "item", "item name", "recipient", "recipient name", "score")
        rows = [
            (card["day"], card["item"], card["thing"], card["who"], card["title"], card["score"])
            for day in view["days"]
            for card in day["cards"]
        ]
    elif view["job"] == "teams":
        heads = ("team", "name", "values")
        rows = [
            (card["name"], person["name"], person["tags"])
            for card in view["cards"]
            for person in card["people"]
        ]
    else:
        heads = ("date", "until", "duty", "name")
        rows = [
            (slot["key"], slot["ends"], slot["duty"], name)
            for slot, turn in zip(view["slots"], view["turns"], strict=True)
            for name in turn["who"]
        ]
    return _table(heads, rows)


@router.get("/plans/{plan}/recipe", name="recipe")
def recipe(plan: str, hall: TheHall) -> Response:
    """Hand out the recipe with its tables as a zip; ``evenhand run`` makes the same plan of it."""
    with hall.database.read() as connection:
        row = plan_row(connection, plan)
        state = next(s.state for s in history(connection, plan) if s.seq == row.tip)
        recipe_kept = recipe_at(connection, state)
        names = source_names(connection, recipe_kept)
        content = {table: get_blob(connection, sha) for table, sha in recipe_kept.sources.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {table: f"{table}{_ending(names[table])}" for table in recipe_kept.sources}
        archive.writestr("recipe.toml", recipe_toml(recipe_kept, files))
        for table, held in content.items():
            archive.writestr(files[table], held)
    head = {"Content-Disposition": 'attachment; filename="recipe.zip"'}
    return Response(out.getvalue(), media_type="application/zip", headers=head)


def _ending(name: str) -> str:
    return "." + name.rpartition(".")[2] if "." in name else ".csv"
