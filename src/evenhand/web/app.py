"""The application: middleware, the guard of every route, and what becomes of errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Any, Final

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException as StarletteHTTPException

from evenhand import __version__
from evenhand.core.errors import EvenhandError, InputError
from evenhand.report.page import stylesheet
from evenhand.store import StoreError
from evenhand.web import api, board, comparing, doors, home, imports, people, personal, publishing, setup
from evenhand.web.hall import STATIC, Hall
from evenhand.web.permissions import ROUTES, allowed
from evenhand.web.security import guarded
from evenhand.workspace.drafts import ConflictError
from evenhand.workspace.sweeping import sweep

DAY: Final = 86_400
"""Seconds between two sweeps: what is swept waited for a month, so a day more or less is nothing."""

ROOMS = (home, board, comparing, publishing, people, personal, imports, setup, doors, api)


def create_app(hall: Hall) -> FastAPI:
    """Make the application of a hall; the children start and end with it."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        if hall.pool is not None:
            hall.pool.start()
        sweeping = asyncio.create_task(_swept_daily(hall))
        yield
        sweeping.cancel()
        if hall.pool is not None:
            hall.pool.close()
        hall.database.close()

    app = FastAPI(
        title="evenhand",
        version=__version__,
        lifespan=life,
        # on the application, not on the rooms: a room that is added later is guarded too
        dependencies=[Depends(_guard)],
        # FastAPI's own pages load scripts from another site; /api/docs is ours
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.hall = hall
    app.middleware("http")(guarded(hall.keeper, _http))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # the one style sheet and its fonts, the same that static pages hold
    app.add_route("/assets/pages.css", _style, methods=["GET", "HEAD"])
    app.mount("/assets", StaticFiles(packages=[("evenhand.report", "assets")]), name="assets")
    for room in ROOMS:
        app.include_router(room.router)
    app.add_exception_handler(EvenhandError, _said)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(DataError, _unkept)
    app.add_exception_handler(Exception, _fault)
    return app


async def _swept_daily(hall: Hall) -> None:
    """Take out what nothing refers to any more, at the start and once a day."""

    def swept() -> None:
        # a database that is locked or full is swept tomorrow
        with suppress(StoreError), hall.database.write() as connection:
            sweep(connection)

    while True:
        await asyncio.to_thread(swept)
        await asyncio.sleep(DAY)


def _style(_request: Request) -> Response:
    return Response(stylesheet("/assets/"), media_type="text/css", headers={"Cache-Control": "no-cache"})


def _guard(request: Request) -> None:
    """Refuse whoever may not use the route; a route without a line in the table is refused to all."""
    hall: Hall = request.app.state.hall
    visitor = hall.keeper.visitor(request)
    request.state.visitor = visitor
    name = request.scope["route"].name
    if name not in ROUTES:
        raise HTTPException(500, f"The route {name} has no permission.")
    api_call = request.url.path.startswith("/api/")
    if not allowed(name, visitor.role):
        raise HTTPException(401 if not visitor.role else 403)
    # a token opens the API alone, never a page, and no more of it than its scope
    if visitor.scope and (not api_call or not _in_scope(ROUTES[name], visitor.scope)):
        raise HTTPException(403)


def _in_scope(verb: str, scope: str) -> bool:
    # each verb holds those before it; "admin" is in no token
    order = ["open", "read", "plan", "publish"]
    return verb in order and order.index(verb) <= order.index(scope)


def _api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def problem_of(status: int, title: str, **more: Any) -> JSONResponse:
    """Return a problem document (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "title": title, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


async def _said(request: Request, error: Exception) -> Response:
    """Turn what evenhand says on purpose into a page or a problem document."""
    hall: Hall = request.app.state.hall
    conflict = isinstance(error, ConflictError)
    # a conflict is no fault of the input: its page offers both versions, with a button each
    status = 409 if conflict else 422 if isinstance(error, InputError) else 400
    findings = [asdict(finding) for finding in (error.findings if isinstance(error, InputError) else ())]
    if _api(request):
        more: dict[str, Any] = {"findings": findings}
        if isinstance(error, ConflictError):
            more = {
                "theirs": [
                    {"seq": s.seq, "who": s.who, "kind": s.kind, "touches": sorted(s.touches)}
                    for s in error.theirs
                ]
            }
        return problem_of(status, str(error), **more)
    if isinstance(error, ConflictError):
        told = board.conflict_of(hall, request.path_params["plan"], error, hall.language(request))
        return hall.page(request, "conflict.html", http=409, **told)
    return hall.page(request, "error.html", http=status, message=str(error), findings=findings, code=status)


WORDS = {
    400: "The request cannot be read. Mend its body.",
    401: "Open the address that evenhand serve printed, or sign in.",
    403: "You may not do this here. Ask the owner of this workspace.",
    404: "There is nothing at this address.",
    405: "This address does not take that.",
}


async def _http(request: Request, error: Exception) -> Response:
    """Turn an HTTP error into a page or a problem document."""
    hall: Hall = request.app.state.hall
    code = getattr(error, "status_code", 500)
    sentence = WORDS.get(code, str(getattr(error, "detail", "")))
    if _api(request):
        response: Response = problem_of(code, sentence)
        response.headers.update(getattr(error, "headers", None) or {})
        return response
    return hall.page(request, "error.html", http=code, message=sentence, findings=[], code=code)


async def _fault(request: Request, _error: Exception) -> Response:
    """Say that evenhand itself failed. What failed stands in the server's log, without the address."""
    hall: Hall = request.app.state.hall
    sentence = "This is a fault of evenhand, not yours. What you had before is as it was."
    if _api(request):
        return problem_of(500, sentence)
    return hall.page(request, "error.html", http=500, message=sentence, findings=[], code=500)


async def _unkept(request: Request, _error: Exception) -> Response:
    """Say that a text cannot be kept: PostgreSQL takes no zero byte, which no keyboard writes."""
    hall: Hall = request.app.state.hall
    sentence = "The request holds a sign that no text has. Write it again."
    if _api(request):
        return problem_of(422, sentence)
    return hall.page(request, "error.html", http=422, message=sentence, findings=[], code=422)


NUMBER = ("is not a whole number", "Write it like 3")
RANGE = ("is out of range", "Give another number")
UNREADABLE: Final = {
    "missing": ("is missing", "Say it in the request"),
    "int_parsing": NUMBER,
    "int_parsing_size": NUMBER,
    "int_type": NUMBER,
    "int_from_float": NUMBER,
    "greater_than_equal": RANGE,
    "less_than_equal": RANGE,
    "string_too_long": ("is too long", "Shorten it"),
    "too_long": ("is too long", "Shorten it"),
    "extra_forbidden": ("is not known here", "Leave it out"),
    "literal_error": ("is none of the choices", "Choose {expected}"),
    "json_invalid": ("is not JSON", "Mend the body of the request"),
}
"""Kind of a fault that FastAPI finds in a request to what is wrong with it and how to mend it."""


def _misread(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fault of a request as a finding, in words that have their German."""
    other = ("is not written as it should be", "Copy it from the page it came from")
    problem, mend = UNREADABLE.get(str(part["type"]), other)
    came = part.get("input")
    return {
        "table": "",
        "row": None,
        "column": ".".join(str(place) for place in part["loc"][1:]),
        # what came is a whole body at times
        "came": str(came)[:60] if isinstance(came, (str, int, float)) else None,
        "problem": problem,
        "mend": mend.format(expected=part.get("ctx", {}).get("expected", "")),
    }


async def _unreadable(request: Request, error: Exception) -> Response:
    hall: Hall = request.app.state.hall
    parts = error.errors() if isinstance(error, RequestValidationError) else []
    findings = [_misread(part) for part in parts]
    sentence = "The request cannot be read."
    if _api(request):
        return problem_of(422, sentence, findings=findings)
    return hall.page(request, "error.html", http=422, message=sentence, findings=findings, code=422)
