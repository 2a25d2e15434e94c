"""The long run: churn and absence over years."""

from __future__ import annotations

import pytest

from evenhand.core.errors import InputError
from evenhand.rota.asking.simulate import churn, long_run
from evenhand.rota.solving.model.presence import members


def test_there_are_always_as_many_members() -> None:
    """Whoever leaves is replaced in the same week, about a fifth in a year."""
    world = churn(20, years=5)
    assert set(members(world).sum(axis=1).tolist()) == {20}
    assert 30 <= len(world.people) <= 50
    assert churn(20, years=1, turnover=0.0).people == tuple(f"P{at:02d}" for at in range(20))


@pytest.mark.slow
def test_the_ledger_stays_within_two_turns_over_twenty_years() -> None:
    """With 4 and 20 people the ledger's spread stays below 2 in twenty years; the seed's rule does not."""
    for seed in range(3):
        for run in long_run((4, 20), ("ledger", "rate"), seed=seed):
            assert (run.spread <= 2) is (run.policy == "ledger")


def test_one_history_for_all_policies() -> None:
    """Policies are compared over one history, and a second run gives the same figures."""
    runs = long_run((4,), ("rate", "ledger"), years=3)
    assert [run.row for run in runs] == [run.row for run in long_run((4,), ("rate", "ledger"), years=3)]
    assert runs[0].days.tolist() == runs[1].days.tolist()
    assert (runs[0].high >= runs[0].low).all()


@pytest.mark.parametrize("wrong", [{"people": 1}, {"people": 4, "years": 0}, {"people": 4, "absence": 1.0}])
def test_settings_out_of_range(wrong: dict[str, float]) -> None:
    """Settings that make no rota are refused."""
    with pytest.raises(InputError):
        churn(**wrong)  # type: ignore[arg-type]
