"""Pages of the manual that are made from the tables in the code, so that they cannot fall behind.

When a method, a policy or an error is new, write the pages again with

    EVENHAND_WRITE_MANUAL=1 pytest tests/test_reference_pages.py
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evenhand.core import errors
from evenhand.jobs import JOBS, job_named
from evenhand.rota.problem.policies import POLICIES, Policy

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


@pytest.mark.parametrize(("page", "make"), [("methods.md", methods), ("errors.md", mistakes)])
def test_pages_made_from_tables_are_up_to_date(page: str, make: Callable[[], str]) -> None:
    """The page is what the tables in the code say now."""
    path = FOLDER / page
    if os.environ.get("EVENHAND_WRITE_MANUAL"):
        path.write_text(make(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == make()
