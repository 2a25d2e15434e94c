"""The API under random requests: what OpenAPI says is what comes back, whatever is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from evenhand.store import open_database
from evenhand.web.api import router
from evenhand.web.serving import hall_of
from evenhand.workspace import links
from evenhand.workspace.samples import make_sample

EXAMPLES = 200 if os.environ.get("EVENHAND_SOAK") else 10
HOST = "127.0.0.1:8321"
NAMES = sorted(
    str(getattr(route, "name", ""))
    for route in router.routes
    if "/api/v1/" in str(getattr(route, "path", ""))
)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[str, str]]]:
    """The API's own description, with a token that may publish."""
    store = open_database(tmp_path_factory.mktemp("api") / "a.db")
    with store.write() as connection:
        make_sample(connection, "garden")
        token = links.make(connection, "api", scope="publish")
    hall, app = hall_of(store, "127.0.0.1", 8321)
    hall.pool = None
    heads = {"Authorization": f"Bearer {token}", "Host": HOST}
    yield schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=heads), heads
    store.close()


@pytest.mark.parametrize("at", range(len(NAMES)), ids=NAMES)
def test_nothing_that_is_sent_breaks_the_api(described: Any, at: int) -> None:
    """No request ends in a fault of the server, and every answer is as the description says."""
    schema, heads = described
    operation = list(schema.get_all_operations())[at].ok()

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def send(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.call_and_validate(headers=heads, checks=[not_a_server_error, response_schema_conformance])

    send()
