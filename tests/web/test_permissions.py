"""Who may do what: every route, every role, by table; foreign hosts and origins; secrets that nobody logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from evenhand.store import StoreError, open_database
from evenhand.web.permissions import ROLES, ROUTES, allowed
from evenhand.web.security import COOKIE, HEADERS
from evenhand.web.serving import hall_of, listening
from evenhand.workspace import links
from evenhand.workspace.accounts import create_account, signed_in
from evenhand.workspace.samples import make_sample
from planned import planned, routes_of

HOST = "127.0.0.1:8321"
PASSWORD = "correct horse"  # noqa: S105 - a password of this test alone


class World:
    """An application on a database, without children: permissions need no plans."""

    def __init__(self, folder: Path) -> None:
        """Make a workspace with a plan of teams and one account a role."""
        self.store = open_database(folder / "a.db")
        self.hall, self.app = hall_of(self.store, "127.0.0.1", 8321)
        self.hall.pool = None
        with self.store.write() as connection:
            self.plan = make_sample(connection, "teams", who="Ann")
            for role in ("owner", "coordinator", "member", "viewer"):
                create_account(connection, role.title(), f"{role}@example.org", PASSWORD, role)
        self.client = TestClient(self.app, base_url=f"http://{HOST}", follow_redirects=False)
        self.routes = list(routes_of(self.app.routes))
        self.sessions: dict[str, str] = {}

    def cookies(self, role: str) -> dict[str, str]:
        """Return the cookie of somebody signed in with a role; nothing for nobody."""
        if not role:
            return {}
        if role not in self.sessions:  # a password is slow to check, on purpose
            row = signed_in(self.store, f"{role}@example.org", PASSWORD)
            self.sessions[role] = self.hall.keeper.open_session(name=row.name, account=row.id)
        return {COOKIE: self.sessions[role]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One workspace for all tests of the file."""
    made = World(tmp_path_factory.mktemp("doors"))
    yield made
    made.store.close()


def test_every_route_has_a_line_in_the_table(world: World) -> None:
    """A route without a permission fails here, and the table names no route that is not there."""
    names = {route.name for route in world.routes}
    assert len(names) > 40
    assert names == set(ROUTES) - {"static"}
    assert set(ROUTES.values()) <= {verb for verbs in ROLES.values() for verb in verbs}


@pytest.mark.parametrize("role", ["owner", "coordinator", "member", "viewer", ""])
def test_every_role_may_just_what_the_table_says(world: World, role: str) -> None:
    """Each route refuses a role that the table does not let in, before it does anything, and no other."""
    world.client.cookies.update(world.cookies(role))
    wrong = []
    for route in world.routes:
        if ROUTES[route.name] == "open" or route.name in (
            "run_events",
            "publish_page",
            "publish",
            "api_publish",
        ):
            continue
        path = route.path
        for part in (
            "{plan}",
            "{series}",
            "{run}",
            "{answer}",
            "{claimant}",
            "{swap}",
            "{draft}",
            "{name}",
            "{kind}",
            "{form}",
            "{table}",
        ):
            path = path.replace(part, "0" * 64 if part == "{answer}" else "none")
        for verb in (route.methods or set()) - {"HEAD"}:
            answer = world.client.request(verb, path, headers={"Origin": f"http://{HOST}"})
            let_in = answer.status_code not in (401, 403)
            if let_in != allowed(route.name, role):
                wrong.append(f"{role or 'nobody'} {verb} {route.path}: {answer.status_code}")
    world.client.cookies.clear()
    assert wrong == []


@pytest.mark.parametrize("sample", ["fleet", "teams", "garden"])
def test_no_page_shows_a_form_that_would_be_refused(world: World, sample: str) -> None:
    """Whoever may only read meets the reasons, prices and steps of a plan, and no button that answers 403."""
    with world.store.write() as connection:
        plan = make_sample(connection, sample)
    planned(world.store, plan)
    board = f"/plans/{plan}"
    for role in ("owner", "coordinator", "viewer"):
        world.client.cookies.clear()
        world.client.cookies.update(world.cookies(role))
        text = world.client.get(board).text
        cell = unescape(re.findall(r'data-cell[^>]* href="([^"]*)"', text)[0])
        series = re.findall(r"/series/[0-9A-Z]+", text)[0]
        pages = ["/", "/swaps", board, cell, f"{series}", f"{series}/people", f"{board}/publish"]
        pages += [f"{board}?tab={tab}" for tab in ("dials", "standing", "history")]
        pages.append(cell.replace("tab=why", "tab=give"))
        forms = sum(_forms_that_may(world, page, role) for page in pages)
        assert (forms > 5) == (role != "viewer"), role
    world.client.cookies.clear()


def _forms_that_may(world: World, page: str, role: str) -> int:
    """Return how many forms a page shows beside the language, each of which the role may send."""
    answer = world.client.get(page)
    assert answer.status_code == HTTPStatus.OK, page
    forms = 0
    for action in re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', answer.text):
        path = unescape(action).partition("?")[0]
        names = [
            route.name
            for route in world.routes
            if "POST" in (route.methods or ()) and route.path_regex.fullmatch(path)
        ]
        assert names, (page, action)
        assert allowed(names[0], role), (page, action)
        forms += names[0] != "language"
    return forms


def test_a_new_route_without_a_line_is_refused_to_all() -> None:
    """The guard of the application refuses what the table does not know, to the owner as well."""
    assert not any(allowed("a new route", role) for role in ROLES)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1:9999"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Content-Length": "60000000"}, 413),
        ({"Sec-Fetch-Site": "same-origin", "Content-Length": "9" * 5000}, 413),
        ({"Sec-Fetch-Site": "same-origin", "Transfer-Encoding": "chunked"}, 411),
    ],
)
def test_other_sites_may_send_nothing(world: World, headers: dict[str, str], code: int) -> None:
    """Another site's form, a rebound name, a POST that hides where it is from or its size are refused."""
    world.client.cookies.update(world.cookies("owner"))
    answer = world.client.post("/samples/teams", headers=headers)
    world.client.cookies.clear()
    assert answer.status_code == code
    assert "Content-Security-Policy" in answer.headers


def test_headers_hold_on_every_answer(world: World) -> None:
    """The policy allows no inline script or style, no other machine, and no frame; pages are not kept."""
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for path in ("/", "/healthz", "/assets/pages.css", "/nothing", "/api/v1/series"):
        answer = world.client.get(path)
        assert answer.headers["Content-Security-Policy"] == policy
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert path.startswith(("/static", "/assets")) or answer.headers["Cache-Control"] == "no-store"


def test_the_api_knows_scopes_and_versions(world: World) -> None:
    """A read token may not plan; a step needs the version that was seen.

    A stale one on the same cell is 409.
    """
    with world.store.write() as connection:
        read, plan = (links.make(connection, "api", scope=scope) for scope in ("read", "plan"))
    path = f"/api/v1/plans/{world.plan}/steps"
    body = {"kind": "pin", "names": ["Akira Dahl", "Team 2"]}
    reads, plans = ({"Authorization": f"Bearer {token}"} for token in (read, plan))
    assert world.client.get(path, headers=reads).status_code == 200
    assert world.client.post(path, json=body, headers={**reads, "If-Match": '"1"'}).status_code == 403
    assert world.client.get("/setup", headers=plans).status_code == 403
    assert world.client.post(path, json=body, headers=plans).status_code == 428
    done = world.client.post(path, json=body, headers={**plans, "If-Match": '"1"'})
    assert done.status_code == 201
    assert done.headers["ETag"] == '"2"'
    other = {"kind": "pin", "names": ["Akira Dahl", "Team 3"]}
    clash = world.client.post(path, json=other, headers={**plans, "If-Match": '"1"'})
    assert clash.status_code == 409
    assert clash.headers["Content-Type"] == "application/problem+json"
    assert clash.json()["theirs"][0]["touches"] == ["cell:Akira Dahl"]
    elsewhere = {"kind": "pin", "names": ["Goran Zeman", "Team 3"]}
    assert world.client.post(path, json=elsewhere, headers={**plans, "If-Match": '"1"'}).status_code == 201


def test_one_key_makes_one_run(world: World) -> None:
    """The same Idempotency-Key gives the same run, and is refused for another request."""
    with world.store.write() as connection:
        token = links.make(connection, "api", scope="plan")
    heads = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}
    first, second = (world.client.post(f"/api/v1/plans/{world.plan}/runs", headers=heads) for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.json()["run"] == second.json()["run"]
    with world.store.write() as connection:
        other = make_sample(connection, "garden")
    assert world.client.post(f"/api/v1/plans/{other}/runs", headers=heads).status_code == 422


def test_another_address_needs_an_owner(tmp_path: Path) -> None:
    """Listening beyond this computer is refused until there is an owner account, and says what to do."""
    store = open_database(tmp_path / "a.db")
    with pytest.raises(StoreError, match="no owner account"):
        listening(store, "0.0.0.0", 0)  # noqa: S104 - refused, that is the point
    store.close()


def test_guessing_is_slowed(tmp_path: Path) -> None:
    """After ten wrong secrets in a minute even the right one waits."""
    store = open_database(tmp_path / "a.db")
    hall, app = hall_of(store, "127.0.0.1", 8321)
    hall.pool = None
    client = TestClient(app, base_url=f"http://{HOST}", follow_redirects=False)
    codes = [client.get(f"/me/{'x' * 32}{n}").status_code for n in range(12)]
    assert codes[:10] == [404] * 10
    assert codes[10:] == [429, 429]
    store.close()
