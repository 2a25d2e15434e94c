"""Pages and commands on PostgreSQL: the same as on a file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from databases import Postgres
from evenhand.store import open_database
from evenhand.workspace.publications import faults_of
from served import PATIENCE, Watch, running


@pytest.mark.slow
def test_a_server_on_postgres(browser: Browser, watch: Watch, postgres_server: Postgres) -> None:
    """Sample, plan and publish by clicks; the command checks the same database, and no password is shown."""
    url = postgres_server.make("served").replace("postgres@", "postgres:secret@")
    with running(Path("served.db"), place=url) as server:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        watch.on(context, server.base)
        page = context.new_page()
        page.goto(server.enter)
        page.click("#sample-garden")
        page.wait_for_url("**/plans/**")
        page.wait_for_selector(".tiles")
        page.click("text=Publish…")
        page.click("button:has-text('Publish rev 1')")
        expect(page.locator("#panel")).to_contain_text("Published, rev 1")
        page.goto(server.base + "/setup")
        assert "secret" not in page.content()
        context.close()
    assert watch.wrong == []
    check = [sys.executable, "-m", "evenhand", "history", url, "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=True)
    assert "agree" in done.stdout
    assert not re.search("secret", done.stdout + done.stderr)
    store = open_database(url)
    with store.read() as connection:
        assert faults_of(connection) == []
    store.close()
