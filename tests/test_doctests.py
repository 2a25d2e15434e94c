"""Examples in docstrings run as they stand."""

from __future__ import annotations

import doctest
import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1] / "src"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "evenhand").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


class Finder(doctest.DocTestFinder):
    """A finder that looks behind decorators: a wrapped function belongs to the module that defines it."""

    def _from_module(self, module: ModuleType | None, object: Any) -> bool:  # noqa: A002 - the parent's name
        return super()._from_module(module, inspect.unwrap(object))  # type: ignore[misc, no-any-return]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    """Every example of a module prints what stands below it."""
    module = import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for examples in Finder().find(module, name):
        runner.run(examples)
    assert runner.tries > 0, f"{name} shows >>> but nothing of it is run"
    assert runner.failures == 0
