"""Series, plans and their steps: append-only, each knowing what it touches, so that two people lose nothing.

A page carries the number of the last step it saw. A step from a page that is behind is still taken, onto the
plan as it is now, unless a step it has not seen touched the same cell or dial: then both are shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from evenhand.core.errors import EvenhandError, InputError
from evenhand.core.recipe import CELL, Pick, Recipe, recipe_of
from evenhand.store import get_json, new_id, now_text, put_blob
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import note

SERIES, PLAN, STEP, WORKSPACE = (METADATA.tables[name] for name in ("series", "plan", "step", "workspace"))

PICKED: Final = {
    "pin": ("pin", True),
    "unpin": ("pin", False),
    "forbid": ("forbid", True),
    "unforbid": ("forbid", False),
    "lock": ("lock", True),
    "unlock": ("lock", False),
    "away": ("away", True),
    "back": ("away", False),
}
"""Kind of step to the kind of pick and whether it is set."""

SWAPPED: Final = 4
"""Names of a swap: two people and the team each goes to."""

MOVES: Final = ("undo", "redo", "goto")


class ConflictError(EvenhandError):
    """Somebody else changed the same thing since the page was loaded; ``theirs`` are their steps."""

    def __init__(self, theirs: Sequence[Step], own: Mapping[str, Any]) -> None:
        """Take the steps in the way, and what was asked for."""
        self.theirs, self.mine = tuple(theirs), dict(own)
        who = ", ".join(sorted({step.who for step in theirs}))
        super().__init__(f"{who} changed the same thing meanwhile.")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a plan's history.

    Attributes:
        seq: number in the plan's log, from 1.
        at: when; who: by whom; kind: what; body: of what.
        touches: cells and dials it changes.
        parent: the step it stands on; target: for a move, the step gone to.
        state: SHA-256 of the recipe after it.
    """

    seq: int
    at: str
    who: str
    kind: str
    body: Mapping[str, Any]
    touches: frozenset[str]
    parent: int
    target: int
    state: str


def workspace_id(connection: Connection) -> str:
    """Return the workspace; made when the first thing is kept."""
    workspace = connection.execute(select(WORKSPACE.c.id).limit(1)).scalar()
    if workspace is None:
        workspace = new_id()
        connection.execute(insert(WORKSPACE).values(id=workspace, name="Workspace", made=now_text()))
    return str(workspace)


UNITS: Final = {"allocation": "item", "teams": "person", "rota": "turn"}
"""What a plan of each job counts, where its settings name no other thing."""


def create_series(connection: Connection, name: str, recipe: Recipe, *, who: str = "") -> str:
    """Make a series: one thing that is shared again and again, with one ledger.

    Args:
        connection: in a write transaction.
        name: what it is called.
        recipe: of its first plan: it says the job, the form of the tables, and what is counted.
        who: by whom.

    Raises:
        InputError: the name is empty or too long.
    """
    called = name.strip()
    if not called or len(called) > 120:  # noqa: PLR2004 - what a heading can hold
        raise InputError.one("is not a name", "Give a name of 1 to 120 letters", came=name, column="name")
    series = new_id()
    connection.execute(
        insert(SERIES).values(
            id=series,
            workspace=workspace_id(connection),
            name=called,
            job=recipe.job,
            form=recipe.form,
            ledger=new_id(),
            unit=str(recipe.settings.get("thing", UNITS[recipe.job])),
            made=now_text(),
        )
    )
    note(connection, who, "series made", called)
    return series


def series_row(connection: Connection, series: str) -> Any:
    """Return a series.

    Raises:
        InputError: there is none of that id.
    """
    row = connection.execute(select(SERIES).where(SERIES.c.id == series)).first()
    if row is None:
        raise InputError.one("is not a series", "Go back to the list of series", came=series)
    return row


def plan_row(connection: Connection, plan: str) -> Any:
    """Return a plan.

    Raises:
        InputError: there is none of that id.
    """
    row = connection.execute(select(PLAN).where(PLAN.c.id == plan)).first()
    if row is None:
        raise InputError.one("is not a plan", "Go back to the list of series", came=plan)
    return row


def create_plan(
    connection: Connection,
    series: str,
    period: str,
    recipe: Recipe,
    *,
    who: str = "",
    days: tuple[str, str] = ("", ""),
) -> str:
    """Open a plan of a series with its first step."""
    plan = new_id()
    state = put_blob(connection, recipe.to_bytes(), "recipe")
    connection.execute(
        insert(PLAN).values(
            id=plan,
            series=series,
            period=period,
            first_day=days[0],
            last_day=days[1],
            version=1,
            tip=1,
            made=now_text(),
        )
    )
    _insert(connection, plan, Step(1, now_text(), who, "start", {}, frozenset(), 0, 0, state))
    note(connection, who, "plan opened", plan)
    return plan


def step_row(connection: Connection, plan: str, seq: int) -> Step:
    """Return one step of a plan.

    Raises:
        InputError: the plan has no such step.
    """
    row = connection.execute(select(STEP).where(STEP.c.plan == plan, STEP.c.seq == seq)).first()
    if row is None:
        raise InputError.one("is not a step of this plan", "Choose one of the history", came=str(seq))
    return _step(row)


def recipe_at(connection: Connection, state: str) -> Recipe:
    """Return the recipe of a step's state."""
    return recipe_of(get_json(connection, state))


def history(connection: Connection, plan: str) -> list[Step]:
    """Return all steps of a plan, oldest first, moves included."""
    # by number, not by time: two clocks may disagree, the numbers cannot
    rows = connection.execute(select(STEP).where(STEP.c.plan == plan).order_by(STEP.c.seq)).all()
    return [_step(row) for row in rows]


def _since(connection: Connection, plan: str, version: int) -> list[Step]:
    """Return the steps that a page of a version has not seen; not all, which after a year are thousands."""
    rows = connection.execute(select(STEP).where(STEP.c.plan == plan, STEP.c.seq > version)).all()
    return [_step(row) for row in rows]


def _step(row: Any) -> Step:
    return Step(
        row.seq,
        row.at,
        row.who,
        row.kind,
        json.loads(row.body),
        frozenset(json.loads(row.touches)),
        row.parent,
        row.target,
        row.state,
    )


def _insert(connection: Connection, plan: str, step: Step) -> None:
    connection.execute(
        insert(STEP).values(
            plan=plan,
            seq=step.seq,
            at=step.at,
            who=step.who,
            kind=step.kind,
            body=json.dumps(dict(step.body)),
            touches=json.dumps(sorted(step.touches)),
            parent=step.parent,
            target=step.target,
            state=step.state,
        )
    )


def add_step(
    connection: Connection,
    plan: str,
    version: int,
    kind: str,
    body: Mapping[str, Any],
    who: str,
    near: Mapping[str, str] | None = None,
) -> Step:
    """Take a step, onto the plan as it is now.

    Args:
        connection: in a write transaction.
        plan: the plan.
        version: number of the last step that the page had seen.
        kind: one of ``PICKED``, "swap", "dial", "sources", "people", "taken", or one of ``MOVES``.
        body: of a pick {"names": [...]}, of a swap {"names": [one, its new team, other, its new team]}, of
            dials {setting: value}, of sources {table: sha}, of people what ``workspace.people`` writes, of a
            goto {"seq": n}.
        who: by whom.
        near: the plan that the step stays near, as the tables that say so; none keeps what there is.

    Returns:
        The step as kept; a move that has nowhere to go returns the tip's own step.

    Raises:
        ConflictError: a step that the page had not seen touched the same.
        InputError: the kind is unknown, or the body does not fit it.
    """
    row = plan_row(connection, plan)
    last = last_seq(connection, plan)
    if kind in MOVES:
        return _move(connection, row, kind, body, who)
    tip = step_row(connection, plan, row.tip)
    recipe = recipe_at(connection, tip.state)
    changed, touches = _changed(recipe, kind, body)
    # only what is newer and touches the same: anything else merges without a question
    unseen = [step for step in _since(connection, plan, version) if step.touches & touches]
    if unseen:
        raise ConflictError(unseen, {"kind": kind, "body": dict(body)})
    # a second click on Pin is not a step: undo must take back something that can be seen
    if changed == recipe:
        return tip
    if near:
        changed = changed.with_sources(near)
    state = put_blob(connection, changed.to_bytes(), "recipe")
    step = Step(last + 1, now_text(), who, kind, body, touches, tip.seq, 0, state)
    _insert(connection, plan, step)
    _advance(connection, plan, row.version, step.seq, step.seq)
    return step


def _advance(connection: Connection, plan: str, seen: int, version: int, tip: int) -> None:
    done = connection.execute(
        # PostgreSQL lets two writers read the same version: the second finds no row and is told
        update(PLAN).where(PLAN.c.id == plan, PLAN.c.version == seen).values(version=version, tip=tip)
    )
    if done.rowcount != 1:
        raise InputError.one("was changed at the same moment", "Try again", came="the plan")


def _changed(recipe: Recipe, kind: str, body: Mapping[str, Any]) -> tuple[Recipe, frozenset[str]]:
    """Return the recipe after a step, and what the step touches."""
    if kind in PICKED:
        return _picked(recipe, kind, body)
    if kind == "swap":
        names = body.get("names")
        if not isinstance(names, (list, tuple)) or len(names) != SWAPPED:
            raise InputError.one(
                "names nothing", "Choose two people of the board", came=str(names), column="names"
            )
        sentence, cells = _changed(recipe, "pin", {"names": names[:2]})
        both, more = _changed(sentence, "pin", {"names": names[2:]})
        return both, cells | more
    if kind == "people":
        return _with_people(recipe, body), frozenset({f"cell:{body['name']}"})
    if kind == "taken":
        # what two people swapped: what was decided by hand for its giver is decided anew
        giver, taker, starts, *thing = body["names"]
        cells = frozenset(f"cell:{starts}/{name}" for name in (giver, taker))
        if thing:
            # a loan stays with whom two people agreed on: the plan's own value would give it back
            changed, more = _picked(recipe, "pin", {"names": [thing[0], taker, starts]})
            cells |= more
        else:
            changed = recipe.without_pick(Pick("pin", (starts, giver)))
        return changed.with_sources({"before": str(body["before"])}), cells
    if kind == "dial":
        return recipe.with_settings(body), frozenset(f"dial:{name}" for name in body)
    if kind == "sources":
        tables = {str(name): str(sha) for name, sha in body.items()}
        return recipe.with_sources(tables), frozenset(f"table:{name}" for name in tables)
    raise InputError.one("is not a kind of step", f"Choose {', '.join((*PICKED, 'dial', *MOVES))}", came=kind)


def _picked(recipe: Recipe, kind: str, body: Mapping[str, Any]) -> tuple[Recipe, frozenset[str]]:
    """Return the recipe after a pick, or without it, and what it touches."""
    names = body.get("names")
    if not isinstance(names, (list, tuple)) or not names or not all(isinstance(n, str) and n for n in names):
        raise InputError.one("names nothing", "Choose a cell of the board", came=str(names), column="names")
    sort, wanted = PICKED[kind]
    pick = Pick(sort, tuple(names))
    changed = recipe.with_pick(pick) if wanted else recipe.without_pick(pick)
    if wanted and sort in ("pin", "forbid"):
        # pinning takes away what contradicts it: a forbid of the same award, another pin of the same
        # thing
        other = Pick("forbid" if sort == "pin" else "pin", tuple(names))
        changed = changed.without_pick(other)
        count = CELL[recipe.job]
        for pinned in recipe.picks if sort == "pin" else ():
            if pinned.kind == "pin" and pinned.names[:count] == pick.names[:count] and pinned != pick:
                changed = changed.without_pick(pinned)
    return changed, _cells(recipe.job, sort, names)


def _with_people(recipe: Recipe, body: Mapping[str, Any]) -> Recipe:
    """Return the recipe after a change of who takes part."""
    changed = recipe.with_sources(dict(body.get("sources", {})))
    # a table written anew bears the job's own heads: what was mapped before is mapped already
    done = set(body.get("mapping", {}))
    changed = replace(changed, mapping={t: heads for t, heads in changed.mapping.items() if t not in done})
    if "away" in body:
        pick = Pick("away", (str(body["name"]),))
        changed = changed.with_pick(pick) if body["away"] else changed.without_pick(pick)
    return changed


def _cells(job: str, sort: str, names: Sequence[str]) -> frozenset[str]:
    """Return the cells that a pick touches.

    The thing, for an absence the person, for a lock all its people.
    """
    if sort == "lock":
        return frozenset({f"team:{names[0]}", *(f"cell:{name}" for name in names[1:])})
    # two people's turns on one date are two cells: two coordinators may work on them at once
    count = 1 if sort == "away" else CELL[job]
    return frozenset({f"cell:{'/'.join(names[:count])}"})


def _move(connection: Connection, row: Any, kind: str, body: Mapping[str, Any], who: str) -> Step:
    """Go to another step: undo, redo, or any. The move itself is kept, the steps stay as they are."""
    steps = {step.seq: step for step in history(connection, row.id)}
    tip = steps[row.tip]
    if kind == "undo":
        target = tip.parent or tip.seq
    elif kind == "redo":
        # of several that were undone here the one taken last is the one a person means
        target = max(
            (s.seq for s in steps.values() if s.parent == tip.seq and s.kind not in MOVES), default=tip.seq
        )
    else:
        target = int(body.get("seq", 0))
    if target not in steps or steps[target].kind in MOVES:
        raise InputError.one("is not a step of this plan", "Choose one of the history", came=str(target))
    if target == tip.seq:
        return tip
    # steps on one line only are those the move takes away or brings back: what it touches
    between = _line(steps, tip.seq) ^ _line(steps, target)
    touches = frozenset().union(*(steps[seq].touches for seq in between))
    step = Step(
        max(steps) + 1,
        now_text(),
        who,
        "goto",
        {"seq": target},
        touches,
        tip.seq,
        target,
        steps[target].state,
    )
    _insert(connection, row.id, step)
    _advance(connection, row.id, row.version, step.seq, target)
    return step


def _line(steps: Mapping[int, Step], seq: int) -> frozenset[int]:
    line = set()
    while seq:
        line.add(seq)
        seq = steps[seq].parent
    return frozenset(line)


def last_seq(connection: Connection, plan: str) -> int:
    """Return the number of a plan's last step, moves included."""
    return int(connection.execute(select(func.max(STEP.c.seq)).where(STEP.c.plan == plan)).scalar_one())


def tips(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Return those of some recipes at which a plan stands."""
    at_tip = PLAN.join(STEP, (STEP.c.plan == PLAN.c.id) & (STEP.c.seq == PLAN.c.tip))
    return set(
        connection.execute(
            select(STEP.c.state).select_from(at_tip).where(STEP.c.state.in_(list(keys)))
        ).scalars()
    )
