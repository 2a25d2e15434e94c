"""Every constant of a method is measured at half and at twice its value, or says why not."""

from __future__ import annotations

import ast
from pathlib import Path

from benchmarks.constants import GROUPS, GUARDS, PAGE, scaled

SOURCE = Path(__file__).resolve().parents[1] / "src" / "evenhand"


def constants() -> set[str]:
    """Return the numeric constants of all methods and of counterfactuals, by module and name."""
    files = [*SOURCE.glob("*/solving/**/*.py"), SOURCE / "allocation" / "asking" / "counterfactual.py"]
    out = set()
    for path in files:
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            numbers = [
                part for part in ast.walk(node.value) if isinstance(part, ast.Constant | ast.Name | ast.Call)
            ]
            if not numbers or not all(
                isinstance(part, ast.Constant) and isinstance(part.value, int | float) for part in numbers
            ):
                continue
            assigned = node.targets if isinstance(node, ast.Assign) else [node.target]
            targets = [
                part.id for target in assigned for part in ast.walk(target) if isinstance(part, ast.Name)
            ]
            out |= {f"{module}.{name}" for name in targets if name.isupper() and not name.startswith("_")}
    return out


def test_every_constant_of_a_method_is_measured() -> None:
    """All but a few new ones stand in a group of `benchmarks/constants.py` or among its guards."""
    measured = {
        f"{module}.{name}"
        for group in GROUPS.values()
        for module, names in group.constants.items()
        for name in names
    }
    listed, there = measured | GUARDS.keys(), constants()
    # A constant that was just added or renamed may wait for its measurement; one in twenty may, not more.
    assert 20 * len(there - listed) <= len(there), sorted(there - listed)
    assert 20 * len(listed - there) <= len(there), sorted(listed - there)


def test_half_and_twice_of_any_constant() -> None:
    """Numbers are halved and doubled, counts stay whole and above 0, and shares near one stay below one."""
    assert (scaled(5, 0.5), scaled(1, 0.5), scaled(3, 2.0), scaled(0.5, 2.0)) == (2, 1, 6, 1.0)
    assert (round(scaled(0.9, 2.0), 9), round(scaled(0.9, 0.5), 9)) == (0.95, 0.8)
    assert scaled(((32, 200), (-0.5,)), 2.0) == ((64, 400), (-1.0,))


def test_the_page_shows_groups_that_there_are() -> None:
    """No part of the page is of a group that was taken out."""
    heads = [line[3:] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("## ")]
    assert set(heads) <= set(GROUPS)
