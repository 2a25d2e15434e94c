"""The API: the same verbs as the pages, JSON, with versions by ETag and problems as documents."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Path, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from evenhand.core.errors import InputError
from evenhand.core.recipe import sha_of
from evenhand.store import get_json, now_text
from evenhand.store.schema import METADATA
from evenhand.web.forms import TheHall, Who
from evenhand.web.publishing import publish_draft
from evenhand.work import submit
from evenhand.workspace.drafts import add_step, history, plan_row, series_row, step_row
from evenhand.workspace.periods import near_tables
from evenhand.workspace.publications import balances, series_facts
from evenhand.workspace.tasks import answer_row

router = APIRouter()
SERIES, PLAN, RUN, ENTRY, IDEMPOTENCY = (
    METADATA.tables[name] for name in ("series", "plan", "run", "entry", "idempotency")
)

Id = Annotated[str, Path(max_length=64, pattern=r"^[0-9A-Za-z]+$")]
Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class StepIn(BaseModel):
    """A step of a draft."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal[
        "pin", "unpin", "forbid", "unforbid", "lock", "unlock", "away", "back", "dial", "undo", "redo", "goto"
    ]
    names: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=500)
    dials: dict[Annotated[str, Field(max_length=40)], str | int | float | None] = Field(
        default={}, max_length=20
    )
    seq: int = Field(default=0, ge=0, le=10**9)


class PublishIn(BaseModel):
    """What to publish, and why."""

    model_config = ConfigDict(extra="forbid")
    answer: str = Field(pattern=r"^[0-9a-f]{64}$")
    reason: str = Field(default="", max_length=300)


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": said, "content": {"application/problem+json": {}}}
    for code, said in (
        (400, "cannot be done"),
        (401, "not signed in"),
        (403, "not allowed"),
        (404, "not there"),
        (409, "somebody changed the same"),
        (422, "cannot be read, with findings"),
        (428, "If-Match is missing"),
    )
}


STILL: dict[int | str, dict[str, Any]] = {202: {"description": "is being worked out"}}


@router.get("/api/v1/series", name="api_series", responses=PROBLEMS)
def api_series(hall: TheHall) -> list[dict[str, Any]]:
    """Return all series with their plans."""
    with hall.database.read() as connection:
        plans: dict[str, list[dict[str, Any]]] = {}
        for row in connection.execute(select(PLAN).order_by(PLAN.c.made)):
            plans.setdefault(row.series, []).append(
                {"id": row.id, "period": row.period, "version": row.version}
            )
        return [
            {
                "id": row.id,
                "name": row.name,
                "job": row.job,
                "unit": row.unit,
                "ledger": row.ledger,
                "plans": plans.get(row.id, []),
            }
            for row in connection.execute(select(SERIES).order_by(SERIES.c.made))
        ]


def _plan(connection: Any, plan: str) -> Any:
    try:
        return plan_row(connection, plan)
    except InputError:
        raise HTTPException(404) from None


@router.get("/api/v1/plans/{plan}", name="api_plan", responses=PROBLEMS)
def api_plan(plan: Id, hall: TheHall, response: Response) -> dict[str, Any]:
    """Return a plan: its version, its recipe's key, and whether there is an answer."""
    with hall.database.read() as connection:
        row = _plan(connection, plan)
        state = step_row(connection, plan, row.tip).state
        answer = answer_row(connection, state)
    response.headers["ETag"] = f'"{row.version}"'
    return {
        "id": plan,
        "series": row.series,
        "period": row.period,
        "version": row.version,
        "tip": row.tip,
        "answer": state,
        "answered": answer is not None,
        "status": answer.status if answer is not None else None,
    }


@router.get("/api/v1/plans/{plan}/steps", name="api_steps", responses=PROBLEMS)
def api_steps(plan: Id, hall: TheHall) -> list[dict[str, Any]]:
    """Return all steps of a plan, moves included, oldest first."""
    with hall.database.read() as connection:
        _plan(connection, plan)
        return [
            {
                "seq": s.seq,
                "at": s.at,
                "who": s.who,
                "kind": s.kind,
                "body": s.body,
                "touches": sorted(s.touches),
                "parent": s.parent,
                "target": s.target,
                "answer": s.state,
            }
            for s in history(connection, plan)
        ]


@router.post("/api/v1/plans/{plan}/steps", name="api_step", status_code=201, responses=PROBLEMS)
def api_step(
    plan: Id,
    step: StepIn,
    hall: TheHall,
    who: Who,
    response: Response,
    if_match: Annotated[str | None, Header(max_length=20)] = None,
) -> dict[str, Any]:
    """Take a step onto the plan as it is; If-Match says the version that was seen."""
    if if_match is None:
        raise HTTPException(428, "Send If-Match with the version you saw.")
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):  # noqa: PLR2004 - no plan has more steps
        raise InputError.one(
            "is not a version", "Send the ETag of the plan", came=if_match, column="If-Match"
        )
    body: dict[str, Any] = {"names": step.names}
    if step.kind == "dial":
        body = dict(step.dials)
    elif step.kind == "goto":
        body = {"seq": step.seq}
    with hall.database.write() as connection:
        _plan(connection, plan)
        near = near_tables(connection, plan, step.kind)
        taken = add_step(connection, plan, int(digits), step.kind, body, who, near)
        version = plan_row(connection, plan).version
    response.headers["ETag"] = f'"{version}"'
    return {"seq": taken.seq, "answer": taken.state, "version": version}


@router.post("/api/v1/plans/{plan}/runs", name="api_runs", status_code=202, responses=PROBLEMS)
def api_runs(
    plan: Id, hall: TheHall, idempotency_key: Annotated[str | None, Header(max_length=100)] = None
) -> dict[str, Any]:
    """Have the draft planned; the same Idempotency-Key gives the same run."""
    with hall.database.read() as connection:
        row = _plan(connection, plan)
        state = step_row(connection, plan, row.tip).state
    digest = sha_of(f"{plan}/{state}".encode())
    try:
        with hall.database.write() as connection:
            run = submit(connection, state, "solve", {}, plan=plan, limit=hall.limit)
            if idempotency_key is not None:
                # insert first and let the database say that it was there: twenty at once make one run
                connection.execute(
                    insert(IDEMPOTENCY).values(
                        key=f"runs/{idempotency_key}",
                        digest=digest,
                        result=json.dumps({"run": run}),
                        made=now_text(),
                    )
                )
    except IntegrityError:
        # another request with the same key came first: its run is the answer to this one too
        with hall.database.read() as connection:
            kept = connection.execute(
                select(IDEMPOTENCY).where(IDEMPOTENCY.c.key == f"runs/{idempotency_key}")
            ).one()
        if kept.digest != digest:
            mend = "Send another key for another request"
            raise InputError.one(
                "was used for another request", mend, came=idempotency_key, column="Idempotency-Key"
            ) from None
        run = json.loads(kept.result)["run"]
    if hall.pool is not None:
        hall.pool.wake()
    return {"run": run, "answer": state}


@router.get("/api/v1/runs/{run}", name="api_run", responses=PROBLEMS)
def api_run(run: Id, hall: TheHall) -> dict[str, Any]:
    """Return a run: queued, running, done, failed or stopped; its news and its outcome."""
    with hall.database.read() as connection:
        row = connection.execute(select(RUN).where(RUN.c.id == run)).first()
    if row is None:
        raise HTTPException(404)
    return {
        "id": row.id,
        "status": row.status,
        "news": json.loads(row.news),
        "outcome": json.loads(row.outcome),
        "answer": row.key,
    }


@router.get("/api/v1/answers/{answer}", name="api_answer", responses=PROBLEMS)
def api_answer(answer: Sha, hall: TheHall, response: Response) -> dict[str, Any]:
    """Return an answer: what it gives, as the pages show it, and the awards as kept."""
    with hall.database.read() as connection:
        row = answer_row(connection, answer)
        if row is None:
            raise HTTPException(404)
        kept = get_json(connection, row.solution)
        view = get_json(connection, row.view)
    response.headers["ETag"] = f'"{row.solution}"'
    return {"answer": answer, "status": row.status, "cut": bool(row.cut), "solution": kept, "view": view}


@router.get("/api/v1/answers/{answer}/{question}", name="api_ask", responses=PROBLEMS | STILL)
def api_ask(
    answer: Sha,
    question: Literal["why", "whynot", "alternatives", "measures"],
    hall: TheHall,
    response: Response,
    subject: Annotated[str, Query(max_length=300)] = "",
) -> dict[str, Any]:
    """Answer a question about an answer; 202 while it is being worked out: ask again.

    The subject of why is a name, of alternatives a thing of the plan, of whynot "thing|claimant".
    """
    with hall.database.read() as connection:
        if answer_row(connection, answer) is None:
            raise HTTPException(404)
    told = hall.ask(answer, question, subject)
    if told is None:
        response.status_code = 202
        return {"status": "running"}
    if "error" in told:
        error = told["error"]
        finding = next(iter(error.get("findings", [])), {"problem": error["message"], "mend": ""})
        raise InputError.one(
            str(finding["problem"]), str(finding["mend"]), came=subject[:80], column="subject"
        )
    return dict(told)


@router.post("/api/v1/plans/{plan}/publications", name="api_publish", status_code=201, responses=PROBLEMS)
def api_publish(plan: Id, wanted: PublishIn, hall: TheHall, who: Who) -> dict[str, Any]:
    """Publish an answer: facts, entries and balances at once."""
    with hall.database.read() as connection:
        _plan(connection, plan)
    rev = publish_draft(hall, plan, wanted.answer, who=who, reason=wanted.reason)
    if rev is None:
        mend = "Ask for a run, wait until it is done, then publish"
        raise InputError.one("is not planned and checked yet", mend, came=wanted.answer[:12])
    return {"rev": rev}


@router.get("/api/v1/series/{series}/facts", name="api_facts", responses=PROBLEMS)
def api_facts(series: Id, hall: TheHall) -> list[dict[str, Any]]:
    """Return the facts that hold in a series."""
    with hall.database.read() as connection:
        _series(connection, series)
        names = ("claimant", "thing", "starts", "ends", "units")
        return [{name: getattr(fact, name) for name in names} for fact in series_facts(connection, series)]


def _series(connection: Any, series: str) -> Any:
    try:
        return series_row(connection, series)
    except InputError:
        raise HTTPException(404) from None


@router.get("/api/v1/series/{series}/balances", name="api_balances", responses=PROBLEMS)
def api_balances(series: Id, hall: TheHall) -> dict[str, int]:
    """Return everybody's standing in ticks: owed above 0; they sum to 0."""
    with hall.database.read() as connection:
        return balances(connection, _series(connection, series).ledger)


@router.get("/api/v1/series/{series}/entries", name="api_entries", responses=PROBLEMS)
def api_entries(
    series: Id, hall: TheHall, after: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> list[dict[str, Any]]:
    """Return the entries after a number, oldest first, a thousand at most."""
    with hall.database.read() as connection:
        ledger = _series(connection, series).ledger
        rows = connection.execute(
            select(ENTRY)
            .where(ENTRY.c.ledger == ledger, ENTRY.c.seq > after)
            .order_by(ENTRY.c.seq)
            # a page of entries; ``after`` asks for the next
            .limit(1000)
        )
        names = ("seq", "at", "kind", "claimant", "due", "received", "note")
        return [{name: getattr(row, name) for name in names} for row in rows]


@router.get("/api/openapi.json", name="api_schema", include_in_schema=False)
def api_schema(request: Request) -> dict[str, Any]:
    """Return the description of the API, OpenAPI 3.1."""
    routes = [route for route in router.routes if str(getattr(route, "path", "")).startswith("/api/v1/")]
    schema = get_openapi(title="evenhand", version=request.app.version, routes=routes)
    schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"token": []}]
    return schema


@router.get("/api/docs", name="api_docs", include_in_schema=False)
def api_docs(request: Request, hall: TheHall) -> Response:
    """Show the API as a page, made here, with nothing fetched from elsewhere."""
    schema = api_schema(request)
    return hall.page(request, "api.html", schema=schema)
