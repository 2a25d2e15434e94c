"""What stands beside a plan: advice, certificate, and a rota's own panel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evenhand import solver
from evenhand.core.errors import MethodError
from evenhand.core.solution import Solution
from evenhand.report.notes import advice_blocks, certificate_said, fairness_blocks
from evenhand.report.summary import proof_line, solution_blocks
from evenhand.report.text import Text, plain
from evenhand.rota import RotaProblem, weekly
from report.small import allocated, rostered, teamed


def planned(method: str, **dials: Any) -> Solution:
    """Return ten weeks for four people with two seats."""
    people = [{"name": name, "joined": "2026-01-01"} for name in ("Ada", "Ben", "Cem", "Dea")]
    problem = RotaProblem.from_tables(
        people=people, duties=weekly("2026-01-05", 10, seats=2), policy="ledger", **dials
    )
    return solver.solve(problem, method=method)


def test_a_rota_without_choice_says_so() -> None:
    """Four people in two seats with a week of rest: that there is no choice stands beside the plan."""
    blocks = advice_blocks(planned("auto", rest=1))
    assert isinstance(blocks[0], Text)
    assert "no choice" in blocks[0].text
    assert "Worth knowing" in plain(solution_blocks(planned("auto", rest=1)))


def test_others_have_no_advice_and_no_panel_of_their_own() -> None:
    """Advice and the panel over time are for rotas."""
    for solution in (allocated(), teamed()):
        assert advice_blocks(solution) == fairness_blocks(solution) == []
    assert "Spread of lags" in plain(fairness_blocks(rostered()))


def test_a_quota_plan_carries_a_certificate_that_holds() -> None:
    """The independent checker says what it looked at; a plan changed by hand does not pass."""
    solution = planned("quota")
    assert certificate_said(solution)[0]
    forged = replace(solution, awards=np.roll(np.sort(solution.awards), 1))
    assert not certificate_said(forged)[0]


def test_a_plan_without_certificate_says_which_method_has_one() -> None:
    """Asking for what a plan does not carry names a way to get it."""
    with pytest.raises(MethodError, match="--method quota"):
        certificate_said(rostered())
    with pytest.raises(MethodError, match=r"carries no certificate\.$"):
        certificate_said(allocated())


def test_a_certificate_in_words_stands_in_the_proof() -> None:
    """What teams carry as a sentence is shown and can be asked for."""
    said = replace(teamed(), proof={"certificate": "All within quota."})
    assert "All within quota." in proof_line(said)
    assert certificate_said(said) == (True, "All within quota.")
