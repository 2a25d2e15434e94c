"""Whatever is asked for or sent, a browser gets a page with a sentence, and a program a problem document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from evenhand.workspace import links
from evenhand.workspace.drafts import plan_row
from planned import ORIGIN, Desktop, published, routes_of

IDS = ("x", "%00", "%F0%9F%92%A9", "a" * 300, "%3Cb%3E", "-1")
"""What stands where an id should."""

VALUES = ("", "x", "-1", "²", "\0", "<b>", "9" * 30, "2026-02-30")
"""What stands in every field of a form, and in every part of an address behind the question mark."""

FIELDS = (
    *("at", "tab", "more", "month", "find", "part", "a", "b", "names", "version", "seq", "link", "whose"),
    *("ask", "job", "series", "name", "first", "last", "called", "other", "key", "reason", "thing", "starts"),
    *("giver", "taker", "hash", "claimant", "back", "email", "password", "draft", "table", "scope", "days"),
    *("role", "dial.lam", "dial.teams", "dial.weeks", "dial.policy", "dial.balance", "dial.views", "cell.x"),
    *("head.0", "fix", "row", "column", "value", "withdraw", "period", "text"),
)
"""Fields of all forms: a route takes what it knows and leaves the rest."""

KINDS = (
    "",
    "pin",
    "unpin",
    "lock",
    "away",
    "swap",
    "dial",
    "undo",
    "goto",
    "join",
    "leave",
    "rename",
    "merge",
)

TAKES_KINDS = frozenset({"step", "people_change"})
"""Routes that do one of several things."""

FILES = frozenset({"effect", "export", "recipe", "backup", "import_template", "import_rejected", "feed"})
"""Routes that hand out something else than a page where all is well."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """One garden, published once."""
    made = Desktop(str(tmp_path_factory.mktemp("wrong") / "w.db"))
    published(made.store, made.plan)
    # a failure inside is an answer here too: the test says which
    made.client._transport.raise_server_exceptions = False
    made.client.follow_redirects = False
    # guesses of secrets are many here, and not the matter
    made.hall.keeper.too_many = lambda: False  # type: ignore[method-assign]
    yield made
    made.store.close()


def wrong_with(route: str, path: str, answer: Any) -> str:
    """Return what a browser or a program would stumble on in an answer; "" if nothing."""
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if path.startswith("/api/"):
        return "" if answer.status_code < 400 or "problem+json" in kind else f"an error as {kind}"
    if answer.status_code >= 400:
        if "text/html" not in kind or "<h1" not in answer.text:
            return f"an error as {kind}"
        # the sentence below the heading
        said = re.sub("<[^>]+>", " ", answer.text.partition("</h1>")[2].partition("</main>")[0])
        return "" if len(said.split()) > 3 else "no sentence"
    return "JSON" if "json" in kind and route not in FILES else ""


def asked(desk: Desktop, real: dict[str, str], route: APIRoute) -> Iterator[tuple[str, Any]]:
    """Yield (what was asked, answer) of a route: wrong ids, then right ones with wrong fields."""
    parts = re.findall(r"\{(\w+)", route.path)
    methods = [method for method in ("GET", "POST") if method in (route.methods or ())]

    def path(values: dict[str, str]) -> str:
        return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: values[found[1]], route.path)

    for odd in IDS if parts else ():
        for method in methods:
            where = path(dict.fromkeys(parts, odd))
            yield f"{method} {where[:60]}", desk.client.request(method, where, headers=ORIGIN)
    where = path({part: real.get(part, "x") for part in parts})
    other = next(method for method in ("PUT", "DELETE", "GET") if method not in (route.methods or ()))
    yield f"{other} {where}", desk.client.request(other, where, headers=ORIGIN)
    for value in VALUES:
        fields = dict.fromkeys(FIELDS, value)
        if "GET" in methods:
            yield f"GET {where} {value!r}", desk.client.get(where, params=fields)
        for kind in (KINDS if route.name in TAKES_KINDS else KINDS[:1]) if "POST" in methods else ():
            sent = fields | {"kind": kind, "version": value or "1"}
            yield f"POST {where} {kind} {value!r}", desk.client.post(where, data=sent, headers=ORIGIN)
    if "POST" in methods:
        for content, kind in ((b"\xff\xfe", "application/json"), (b"--x", "multipart/form-data; boundary=x")):
            heads = {**ORIGIN, "Content-Type": kind}
            yield f"POST {where} {kind}", desk.client.post(where, content=content, headers=heads)


STREAMS = frozenset({"run_events", "logout"})
"""Not asked here: a stream that stays open, and the way out."""


def test_every_wrong_request_is_answered_with_a_sentence(desk: Desktop) -> None:
    """Each route with wrong ids, fields, methods and bodies: no failure inside, no JSON in a browser."""
    with desk.store.write() as connection:
        series = plan_row(connection, desk.plan).series
        secret = links.make(connection, "me", series=series, claimant="Jay")
    real = {"plan": desk.plan, "series": series, "claimant": "Jay", "secret": secret, "kind": "csv"}
    wrong = {
        f"{route.name}: {what}: {found}"
        for route in routes_of(desk.client.app.routes)  # type: ignore[attr-defined]
        if route.name not in STREAMS
        for what, answer in asked(desk, real, route)
        if (found := wrong_with(route.name, route.path, answer))
    }
    assert sorted(wrong) == []


def test_a_wrong_number_is_said_in_the_language_of_the_page(desk: Desktop) -> None:
    """What the framework finds wrong in an address is said in our words, and in German."""
    # the language that a request above chose
    desk.client.cookies.delete("evenhand_language")
    where = f"/plans/{desk.plan}/compare?a=three"
    assert "three is not a whole number. Write it like 3." in desk.get(where)
    assert "three ist keine ganze Zahl. Schreiben Sie es wie 3." in desk.get(where, "de")
    told = desk.client.get("/api/v1/answers/xyz").json()
    assert told["findings"][0]["problem"] == "is not written as it should be"
