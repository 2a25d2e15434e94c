"""What every page needs: the database, the children, the templates, and how to wait for a run."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from sqlalchemy import Connection, Select, select

from evenhand.report.charts import nice_ticks
from evenhand.report.page import loader
from evenhand.store import Database, get_json
from evenhand.store.schema import METADATA
from evenhand.web.language import LANGUAGES, Language, preferred
from evenhand.web.permissions import allowed
from evenhand.web.security import Doorkeeper, Visitor
from evenhand.work import Pool, let_go, submit
from evenhand.workspace.drafts import tips
from evenhand.workspace.tasks import answer_row

RUN, ASK = METADATA.tables["run"], METADATA.tables["ask"]

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"

PATIENCE: Final = 1.2
"""Seconds a click waits for its plan before the page says "planning": most plans take a quarter of that, and
a page that comes at once with the plan needs no live line."""

LOOK: Final = 0.02
"""Seconds between two looks at a run. A look is one read of a row, 0.2 ms."""


VIEWS: Final = 6
"""Views kept read: what two coordinators look at, the step before each, and two to compare. Those of 5,000
loans or 400 weeks take 10 MB each, and a third of a second to read anew."""


@dataclass
class Hall:
    """The server's parts.

    Attributes:
        database: where everything stands.
        pool: the children; None in tests of pages alone.
        keeper: sessions and hosts.
        limit: seconds a plan may take.
        drafts: imports that are not used yet, by their id; nothing of them is kept in the database.
    """

    database: Database
    pool: Pool | None
    keeper: Doorkeeper
    limit: float = 60.0
    drafts: dict[str, Any] = field(default_factory=dict)
    pages: Environment = field(init=False)
    _views: OrderedDict[str, Any] = field(default_factory=OrderedDict, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self.pages = Environment(
            # components and boards are those of the static pages; only what lives here is written here
            loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), loader()]),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.pages.globals["nice_ticks"] = nice_ticks

    def language(self, request: Request) -> Language:
        """Return the visitor's language: as chosen, else as the browser asks."""
        chosen = request.cookies.get("evenhand_language", "")
        return Language(
            # a cookie is the visitor's to write: only what is in the list becomes a language
            chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))
        )

    def view(self, connection: Connection, answer: Any) -> Any:
        """Return what the board of an answer shows, None without one; read once, as it never changes."""
        if answer is None:
            return None
        sha = str(answer.view)
        with self._reading:
            if sha not in self._views:
                self._views[sha] = get_json(connection, sha)
            self._views.move_to_end(sha)
            while len(self._views) > VIEWS:
                self._views.popitem(last=False)
            return self._views[sha]

    def page(self, request: Request, template: str, *, http: int = 200, **values: Any) -> Response:
        """Return a page."""
        words = self.language(request)
        visitor: Visitor = getattr(request.state, "visitor", Visitor())
        html = self.pages.get_template(template).render(
            _=words,
            say=words.say,
            tell=values.pop("tell", words.tell),
            sentence=words.sentence,
            base=str(request.base_url).rstrip("/"),
            words=words,
            lang=words.code,
            languages=LANGUAGES,
            visitor=visitor,
            can=lambda route: allowed(route, visitor.role),
            now=datetime.now(UTC),
            local=self.keeper.local,
            path=request.url.path,
            query=str(request.url.query),
            **values,
        )
        return HTMLResponse(html, status_code=http)

    @staticmethod
    def go(where: str) -> Response:
        """Return "see there": what every form answers with, so that a reload repeats nothing."""
        return RedirectResponse(where, status_code=303)

    def solve(self, key: str, plan: str, *, patience: float = PATIENCE) -> None:
        """Have a recipe solved, and wait a little for it; an answer that is there costs nothing."""
        with self.database.read() as connection:
            row = answer_row(connection, key)
            left = connection.execute(_others(plan, key)).scalars().all()
        # a plan that was cut is searched again; one that came to its end never changes
        done = row is not None and not row.cut
        if done and not left:
            return
        with self.database.write() as connection:
            if left:
                # what is the tip of another plan with the same tables is still waited for there
                let_go(connection, plan, tips(connection, map(str, left)) | {key})
            if done:
                return
            run = submit(connection, key, "solve", {}, plan=plan, limit=self.limit)
        self._woken(run, patience)

    def ask(self, answer: str, kind: str, subject: str, *, patience: float = PATIENCE) -> Any:
        """Return the answer to a question; None while it is being worked out, {"error": ...} if it failed."""
        with self.database.read() as connection:
            told = self._asked(connection, answer, kind, subject)
            if told is not None:
                return told
        # the whole question: two people who ask the same at once wait for one run
        key = f"{answer}/{kind}/{subject}"
        with self.database.write() as connection:
            body = {"answer": answer, "kind": kind, "subject": subject}
            run = submit(connection, key, "ask", body, limit=self.limit)
        row = self._woken(run, patience)
        if row is not None and row.status == "failed":
            return {"error": json.loads(row.outcome)}
        with self.database.read() as connection:
            return self._asked(connection, answer, kind, subject)

    @staticmethod
    def _asked(connection: Any, answer: str, kind: str, subject: str) -> Any:
        sha = connection.execute(
            select(ASK.c.result).where(ASK.c.answer == answer, ASK.c.kind == kind, ASK.c.subject == subject)
        ).scalar()
        return None if sha is None else get_json(connection, sha)

    def _woken(self, run: str, patience: float) -> Any:
        if self.pool is None:
            patience = 0.0  # nobody works here, so there is nothing to wait for
        else:
            self.pool.wake()
        # monotonic: a clock that is set back must not keep a page waiting
        until = time.monotonic() + patience
        while True:
            with self.database.read() as connection:
                row = connection.execute(select(RUN).where(RUN.c.id == run)).first()
            if row is None or row.status in ("done", "failed", "stopped"):
                return row
            if time.monotonic() >= until:
                return None
            time.sleep(LOOK)


def _others(plan: str, key: str) -> Select[tuple[str]]:
    """Return the question for the keys of a plan that are searched besides one."""
    going = RUN.c.status.in_(("queued", "running"))
    return select(RUN.c.key).where(RUN.c.plan == plan, RUN.c.kind == "solve", RUN.c.key != key, going)


def last_run(connection: Connection, key: str) -> Any:
    """Return the last run of a recipe, or None."""
    return connection.execute(
        # of two in one millisecond the id decides, so that a reload shows the same run
        select(RUN).where(RUN.c.key == key).order_by(RUN.c.made.desc(), RUN.c.id.desc()).limit(1)
    ).first()
