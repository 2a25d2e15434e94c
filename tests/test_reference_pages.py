"""Pages of the manual that are made from the tables in the code, so that they cannot fall behind.

When a method, a policy or an error is new, write the pages again with

    EVENHAND_WRITE_MANUAL=1 pytest tests/test_reference_pages.py
"""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import evenhand as eh
from evenhand import documents
from evenhand.core import errors
from evenhand.documents.schema import PLAIN
from evenhand.jobs import JOBS, job_named
from evenhand.rota.problem.policies import POLICIES, Policy
from evenhand.tables.descriptions import kinds_of

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"

DIALS = {
    "min_days": "divides by at least {} days",
    "damping_days": "damped below {} days",
    "established_days": "the rate comes from those with {} days or more",
    "offset_percent": "newcomers without a turn are credited {} % of what is expected",
    "alpha_percent": "{} % of what became due since the last turn is added",
}


def methods() -> str:
    """Return the page of methods and policies."""
    return "\n".join([*_methods(), *_policies()]) + "\n"


def _methods() -> Iterator[str]:
    yield "# Methods and policies"
    yield ""
    yield "A *method* is one way to solve a job; `--method` and `method=` take its name, and `auto` takes the"
    yield "best that fits. The job's judge, which shares no code with any method, looks at every outcome."
    for name in JOBS:
        job = job_named(name)
        yield f"\n## {name}: {job.question}\n"
        yield "| method | take it when | promises | proves | from |"
        yield "|---|---|---|---|---|"
        for method in job.methods.values():
            cells = (method.suits, method.promise, "yes" if method.exact else "", method.reference)
            yield f"| `{method.name}` | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _policies() -> Iterator[str]:
    yield "\n## Policies of a rota\n"
    yield "A *policy* says what is fair over time: how entitlement grows (accrual) and who is next (order)."
    yield "`--policy` and `policy=` take its name."
    yield ""
    yield "| policy | accrual | order | and |"
    yield "|---|---|---|---|"
    plain = Policy()
    for policy in POLICIES.values():
        said = [
            words.format(getattr(policy, dial))
            for dial, words in DIALS.items()
            if getattr(policy, dial) != getattr(plain, dial)
        ]
        yield f"| `{policy.name}` | {policy.accrual} | {policy.order} | {'; '.join(said)} |"


def mistakes() -> str:
    """Return the page of errors."""
    codes = {
        "EvenhandError": "the root of all below",
        "InputError": "2",
        "MethodError": "2",
        "InfeasibleError": "1",
        "JudgeError": "3",
    }
    lines = [
        "# Errors",
        "",
        "Everything evenhand says on purpose is an `EvenhandError`. Each message says where, what came, and",
        "how to mend it. Catch the root to catch them all.",
        "",
        "| error | exit code of the command | means |",
        "|---|---|---|",
    ]
    for name in errors.__all__:
        if name.endswith("Error"):
            said = (inspect.getdoc(getattr(errors, name)) or "").split("\n\n")[0].replace("\n", " ")
            lines.append(f"| `{name}` | {codes[name]} | {said.replace('``', '`')} |")
    return "\n".join(lines) + "\n"


def documents_page() -> str:
    """Return the page of what saved plans hold, with the schema beside it."""
    lines = [
        "# Documents",
        "",
        '`solution.save("week.json")` writes a document: UTF-8 JSON with a `kind` and an `edition`. It holds',
        "the plan, its score by term, what is proven, the proof, and the problem it answers. Reading it",
        "checks everything again: the judge looks at the awards, proofs are checked, and what cannot be",
        "proven anew is marked as claimed by the file. Unknown fields, missing ones and values of another",
        "kind are errors.",
        "",
        f"Edition {documents.EDITION} is written; later ones will read earlier ones. The whole shape is in",
        "[evenhand-1.schema.json](evenhand-1.schema.json) (JSON Schema, draft 2020-12).",
        "",
        f"A plan of more than {documents.LARGE // 10**6} MB keeps its problem in a file of its own,",
        "`week.problem.json`, and names its SHA-256. Objectives are exact integers in units; `unit` of a",
        "solution says how many make a point. Whole numbers beyond 2^53, as the squared lags of a rota",
        'are, stand in quotes, as many readers of JSON would round them; "inf", "-inf" and "nan" stand for',
        "what JSON lacks.",
    ]
    for name, shape in documents.schema()["$defs"].items():
        lines += ["", f"## {name}", "", "| field | holds |", "|---|---|"]
        lines += [f"| `{field}` | {_holds(part)} |" for field, part in shape["properties"].items()]
    return "\n".join(lines) + "\n"


def _holds(part: dict[str, Any]) -> str:  # noqa: PLR0911 - a line a shape
    """Say in words what a schema of one field allows."""
    if "$ref" in part:
        return str(part["$ref"]).rsplit("/", 1)[1]
    if "enum" in part:
        return "one of " + ", ".join(f"`{value}`" for value in part["enum"])
    if part == PLAIN[int]:
        return "integer"
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_holds(inner) for inner in part["anyOf"]))
    if part.get("type") == "array" and "items" in part and part["items"]:
        return f"list of {_holds(part['items'])}"
    if part.get("type") == "array":
        return "list of " + ", ".join(_holds(inner) for inner in part.get("prefixItems", []))
    if part.get("type") == "object" and "properties" in part:
        return "shape and values"
    return str(part.get("format", part.get("type", "any value")))


def schema_file() -> str:
    """Return the schema as its file holds it."""
    return json.dumps(documents.schema(), indent=1, ensure_ascii=False) + "\n"


def python() -> str:
    """Return the page of every public name, each with its docstring."""
    rooms = {name: module for name in eh.__all__ if isinstance(module := getattr(eh, name), ModuleType)}
    lines = [
        "# Python",
        "",
        "`import evenhand as eh` is all you need: every name below stands in `eh`, or in one of its rooms.",
        "Nothing is loaded before it is used.",
        "",
        "## eh",
        "",
        "```{eval-rst}",
    ]
    shown: set[int] = set()
    for name in eh.__all__:
        if name not in rooms:
            lines += _directive("evenhand", name, getattr(eh, name), shown)
    lines += ["```"]
    for name, module in rooms.items():
        summary = inspect.getdoc(module) or ""
        lines += ["", f"## eh.{name}", "", summary.split("\n")[0], "", "```{eval-rst}"]
        for part in module.__all__:
            if part.isupper() and part in {"ASKING", "JOB", "METHODS"}:
                continue  # what the desk needs of a room, not what users need
            lines += _directive(module.__name__, part, getattr(module, part), shown)
        lines += ["```"]
    return "\n".join(lines) + "\n"


def _directive(module: str, name: str, thing: Any, shown: set[int]) -> list[str]:
    """Return the lines that let the manual show one name; of one that was shown before, no second target."""
    if inspect.isclass(thing):
        again = ["   :no-index:"] * (id(thing) in shown)
        shown.add(id(thing))
        return [f".. autoclass:: {module}.{name}", "   :members:", *again, ""]
    if callable(thing):
        return [f".. autofunction:: {module}.{name}", ""]
    words = [f"   {line}".rstrip() for line in _about(module, name, thing).splitlines()]
    return [f".. py:data:: {module}.{name}", "", *words, ""]


def _about(module: str, name: str, thing: Any) -> str:
    """Return what stands below a constant where it is made; a type alias or version has nothing."""
    for inner in [part for part in sys.modules.values() if getattr(part, "__name__", "").startswith(module)]:
        if vars(inner).get(name) is not thing or not getattr(inner, "__file__", None):
            continue
        body = ast.parse(Path(str(inner.__file__)).read_text(encoding="utf-8")).body
        for node, below in itertools.pairwise(body):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
            named = any(isinstance(target, ast.Name) and target.id == name for target in targets)
            if named and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                return inspect.cleandoc(str(below.value.value))
    return ""


def test_every_public_name_stands_in_the_reference() -> None:
    """Each name of the front door and of its rooms is on the page, and has a docstring of its own."""
    page = (FOLDER / "python.md").read_text(encoding="utf-8")
    for name in eh.__all__:
        thing = getattr(eh, name)
        assert name in page
        if isinstance(thing, ModuleType):
            for part in {*thing.__all__} - {"ASKING", "JOB", "METHODS"}:
                assert f":: {thing.__name__}.{part}\n" in page, part
                inner = getattr(thing, part)
                assert not callable(inner) or inspect.getdoc(inner) or part == "Source", part
        else:
            assert f":: evenhand.{name}\n" in page
            assert not callable(thing) or inspect.getdoc(thing)


def test_pages_of_the_manual_need_only_the_front_door() -> None:
    """No page imports from a module of evenhand, but those that walk through the code of a method."""
    folder = FOLDER.parent
    deeper = [
        f"{path.relative_to(folder)}: {line.strip()}"
        for path in sorted(folder.rglob("*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(>>> )?(from evenhand\S* import|import evenhand\.)", line)
        and not {"history", "how-it-works"} & set(path.parts)
    ]
    assert deeper == []


JOB_TITLES = {
    "allocation": "Allocation from your own candidates",
    "fleet": "Allocation of a press fleet's week",
    "teams": "Teams",
    "rota": "Rota",
}

FRONT = """# Tables and columns

Every table that is read, and every column of it. `evenhand template JOB` writes them empty, and
`evenhand check FILE` says what yours are taken for. Case, spaces, underscores and hyphens of a head do not
count. The last column lists other heads that are understood, in English, German, French and Spanish; for any
other, say `--map HEAD=COLUMN`."""


def columns() -> str:
    """Return the page of tables and columns."""
    return "\n".join(_columns()) + "\n"


def _columns() -> Iterator[str]:
    yield FRONT
    for job, title in JOB_TITLES.items():
        yield f"\n## {title}"
        for kind in kinds_of(job):
            yield f"\n### {job}: {kind.name}{' (needed)' if kind.needed else ''}\n"
            yield f"{kind.meaning[:1].upper()}{kind.meaning[1:]}."
            for choice in kind.either:
                yield f"One of {' or '.join(f'`{one}`' for one in choice)} is needed."
            yield "\n| column | type | needed | meaning | example | also understood |"
            yield "|---|---|---|---|---|---|"
            for column in kind.columns:
                words = ", ".join((*column.also, *column.words))
                cells = (column.type, "yes" if column.needed else "", column.meaning, column.example, words)
                yield f"| `{column.name}` | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


@pytest.mark.parametrize(
    ("page", "make"),
    [
        ("methods.md", methods),
        ("errors.md", mistakes),
        ("columns.md", columns),
        ("python.md", python),
        ("documents.md", documents_page),
        ("evenhand-1.schema.json", schema_file),
    ],
)
def test_pages_made_from_tables_are_up_to_date(page: str, make: Callable[[], str]) -> None:
    """The page is what the tables in the code say now."""
    path = FOLDER / page
    if os.environ.get("EVENHAND_WRITE_MANUAL"):
        path.write_text(make(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == make()
