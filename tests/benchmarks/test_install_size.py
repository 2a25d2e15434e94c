"""What is installed with the core stays small, and the manual lists it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from benchmarks.install_size import PAGE, pulled_in
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]


def test_the_core_pulls_in_no_heavy_library() -> None:
    """Data frames, validation, servers and compilers come with extras alone, whatever a dependency wants."""
    core = pulled_in("evenhand")
    asked = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert asked <= core
    assert (
        core
        & {"pydantic", "pandas", "polars", "pyarrow", "scipy", "fastapi", "sqlalchemy", "numba", "ortools"}
        == set()
    )
    assert "pydantic" in pulled_in("evenhand", "web")


def test_the_install_page_lists_every_extra_for_users() -> None:
    """Each extra but those for working on evenhand itself stands in the table with its size."""
    page = PAGE.read_text(encoding="utf-8")
    extras = set(PROJECT["optional-dependencies"]) - {"test", "mutants", "docs", "bench"}
    assert [extra for extra in sorted(extras) if f"| `evenhand[{extra}]` |" not in page] == []
    assert "**all of the core**" in page
