"""The manual's table of a rota's rules is written from the registry of kinds.

When a kind changes, write the page again with

    EVENHAND_WRITE_MANUAL=1 pytest tests/rota/rules/test_rules_page.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from evenhand.rota.rules import IN_PROGRAM

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "rota-rules.md"
KINDS = re.compile(r"(<!-- kinds:.*?-->\n).*?(<!-- end of kinds -->)", re.DOTALL)


def test_the_page_lists_every_kind_of_rule() -> None:
    """Each word of a rules table stands on the page with what it needs and means."""
    rows = [
        f"| `{word}` | {needs} | {means.replace('``', '`')} |"
        for kind in IN_PROGRAM
        for word, (needs, means) in kind.means.items()
    ]
    table = "\n".join(["| rule | needs | means |", "|---|---|---|", *rows])
    text = PAGE.read_text(encoding="utf-8")
    fresh = KINDS.sub(lambda found: f"{found.group(1)}{table}\n{found.group(2)}", text)
    if os.environ.get("EVENHAND_WRITE_MANUAL"):
        PAGE.write_text(fresh, encoding="utf-8")
    assert fresh == text or os.environ.get("EVENHAND_WRITE_MANUAL")
