"""Secrets of links stand in no log, no error and no address that leaves the machine."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlencode

import pytest

from evenhand.store import open_database
from evenhand.web.security import HEADERS
from evenhand.workspace import links
from evenhand.workspace.drafts import plan_row
from evenhand.workspace.samples import make_sample
from planned import published
from served import ended, started


def asked(base: str, method: str, path: str, body: str = "", **heads: str) -> int:
    """Send a request as it is written, and return the status."""
    host = base.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=60)
    given = {"Content-Type": "application/x-www-form-urlencoded", "Origin": base, **heads}
    connection.request(method, path, body or None, given)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.slow
def test_no_secret_is_in_a_log(tmp_path: Path) -> None:
    """Whatever is asked with a link or a password, and whatever fails, no secret is printed or kept."""
    place = tmp_path / "a.db"
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "garden")
    published(store, plan)
    with store.write() as connection:
        series = plan_row(connection, plan).series
        secrets = {
            kind: links.make(connection, kind, series=series, claimant="Hugs", scope="publish")
            for kind in ("me", "share", "api", "login")
        }
    server = started(place, "--name", "evenhand.example")
    paths = [
        ("GET", "/me/{me}"),
        ("GET", "/me/{me}/nothing"),
        ("GET", "/me/{me}%00"),
        ("GET", "/feeds/{me}.ics"),
        ("GET", "/share/{share}"),
        ("POST", "/me/{me}/swap"),
        ("POST", "/me/{me}/take"),
        ("DELETE", "/me/{me}"),
        ("GET", "/open/{login}"),
        ("GET", "/open/{login}"),
        ("GET", f"/open/{server.enter.rsplit('/', 1)[1]}"),
    ]
    try:
        seen = {asked(server.base, method, path.format(**secrets)) for method, path in paths}
        bearer = {"Authorization": f"Bearer {secrets['api']}"}
        seen.add(asked(server.base, "GET", "/api/v1/series", **bearer))
        seen.add(asked(server.base, "GET", f"/me/{secrets['me']}", Host="evil.example"))
        seen.add(
            asked(server.base, "POST", "/login", urlencode({"email": "a@b", "password": "hunter2hunter2"}))
        )
        # an account that is not a number makes the page fail inside: the server says so, and logs what failed
        with store.write() as connection:
            connection.exec_driver_sql("DROP TRIGGER entry_no_update")
            connection.exec_driver_sql("UPDATE entry SET due = 'none'")
        seen.add(asked(server.base, "GET", f"/me/{secrets['me']}"))
    finally:
        server.process.terminate()
        out, wrong = server.process.communicate(timeout=60)
        ended(server)
        store.close()
    assert {200, 303, 403, 404, 405, 421, 500} <= seen
    assert "Traceback" in wrong
    everything = [*secrets.values(), "hunter2", server.enter.rsplit("/", 1)[1]]
    for secret in everything:
        assert secret not in wrong
        assert secret not in out
        for path in tmp_path.iterdir():
            assert secret.encode() not in path.read_bytes()
    assert HEADERS["Referrer-Policy"] == "same-origin"
