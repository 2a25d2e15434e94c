"""Generated weeks: same seed, same bytes; a real week's skew; the bundled data."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from benchmarks.made_up_weeks import BUNDLED_SEED, WEEK, arrays, many_offices, week_tables, write_week

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem
from evenhand.allocation.problem.penalties import mode_a, mode_b, no_penalty
from evenhand.press_fleet import FleetSettings, from_folder
from press_fleet.tiny import triples


def greedy_counts(problem: AllocationProblem) -> list[int]:
    """Awards a partner, by taking the best candidate at its marginal value again and again."""
    tariff = [0] * 80
    for beyond, points in problem.penalty.steps:
        for already in range(beyond, 80):
            tariff[already] += round(points)
    have = np.zeros(len(problem.recipients), dtype=np.int64)
    slots = problem.slots.copy()
    taken = np.zeros(len(problem.items), dtype=np.bool_)
    started = np.zeros(problem.recipient_day_limit.shape, dtype=np.int64)
    costs = np.array(tariff)
    while slots.sum():
        fine = ~taken[problem.item] & (slots[problem.day] > 0)
        fine &= (started < problem.recipient_day_limit)[problem.recipient, problem.day]
        value = np.where(fine, problem.score - costs[have[problem.recipient]], -1)
        best = int(np.argmax(value))
        if value[best] <= 0:
            break
        taken[problem.item[best]] = True
        slots[problem.day[best]] -= 1
        have[problem.recipient[best]] += 1
        started[problem.recipient[best], problem.day[best]] += 1
    return sorted((int(count) for count in have if count), reverse=True)


def test_the_bundled_week_is_the_generators(tmp_path: Path) -> None:
    """Every file of the bundled fleet is, byte for byte, what write_week makes of the bundled seed."""
    bundled = resources.files("evenhand") / "data" / "fleet"
    written = write_week(tmp_path, BUNDLED_SEED)
    assert sorted(one.name for one in bundled.iterdir()) == sorted(file.name for file in written)
    assert [file.name for file in written if file.read_bytes() != (bundled / file.name).read_bytes()] == []
    assert sum(file.stat().st_size for file in written) < 600_000


def test_files_and_arrays_are_the_same_problem(tmp_path: Path) -> None:
    """A week read from its CSV files equals the one made without files."""
    write_week(tmp_path, 5)
    one, two = from_folder(tmp_path), arrays(5)
    assert (one.items, one.recipients, one.days) == (two.items, two.recipients, two.days)
    assert np.array_equal(one.score, two.score)
    assert np.array_equal(one.slots, two.slots)
    assert triples(one) == triples(two)


@pytest.mark.parametrize("seed", [BUNDLED_SEED, 2, 3])
def test_weeks_have_the_founding_size(seed: int) -> None:
    """226 vehicles, 202 partners, 75 slots on five days, about 60,000 candidates, caps, budgets."""
    problem = arrays(seed)
    assert (len(problem.items), len(problem.recipients), int(problem.slots.sum())) == (226, 202, 75)
    assert 50_000 < len(problem.item) < 72_000
    assert [group.name for group in problem.groups] == ["tier cap", "budget"]
    assert {label[-2:] for label in problem.groups[1].labels} == {"Q3", "Q4"}
    assert not problem.warnings[:-2]


@pytest.mark.parametrize("seed", [BUNDLED_SEED, 2, 3])
def test_weeks_have_the_founding_skew(seed: int) -> None:
    """By a greedy plan: without fairness ten hold all, mode A serves 36 to 52, mode B gives two at most."""
    rules = FleetSettings(partner_per_day=None)
    none, linear, stepped = (
        greedy_counts(arrays(seed, penalty=mode, settings=rules, budgets=False))
        for mode in (no_penalty(), mode_a(), mode_b())
    )
    assert (sum(none), sum(linear), sum(stepped)) == (75, 75, 75)
    assert len(none) <= 10
    assert none[0] >= 12
    assert 36 <= len(linear) <= 52
    assert linear[0] >= 8
    assert 44 <= len(stepped) <= 52
    assert stepped[0] == 2


def test_switches_make_weeks_harder() -> None:
    """Noise tells candidates apart, costs differ by vehicle, budgets shrink, and no budgets means none."""
    plain = arrays(2)
    assert len(np.unique(arrays(2, noise=50).score)) > len(np.unique(plain.score))
    easy, hard = week_tables(2), week_tables(2, tight=True, cost_per_vehicle=True)
    assert len(set(hard["vehicles"]["cost"])) > len(set(easy["vehicles"]["cost"]))
    spare = [sum(one["budgets"]["budget"]) - sum(one["budgets"]["used"]) for one in (easy, hard)]
    assert spare[1] < spare[0]
    assert [group.name for group in arrays(2, budgets=False).groups] == ["tier cap"]


def test_size_grows_candidates() -> None:
    """Ten times the size is about ten times the candidates, with slots to match."""
    problem = arrays(2, size=10)
    assert 500_000 < len(problem.item) < 720_000
    assert int(problem.slots.sum()) > 200


def test_many_offices_share_one_budget() -> None:
    """Each office keeps to itself, one hard budget holds all, and an office more changes no other."""
    two, three = many_offices(2, 2, size=0.1), many_offices(2, 3, size=0.1)
    assert len(two.days) == 10
    assert two.groups[-1].labels == ("all offices",)
    assert int(two.groups[-1].limit[0]) < NO_LIMIT
    assert triples(two) < triples(three)
    assert all(item[:4] == who[:4] == day[:4] for item, who, day in triples(three))
    assert int(many_offices(2, 2, size=0.1, shared=77).groups[-1].limit[0]) == 77


def test_offices_in_one_folder_are_told_apart(tmp_path: Path) -> None:
    """A folder with two offices gives each the week it would have alone, but for the partners' names."""
    write_week(tmp_path, 4, offices=("LA", "NY"), size=0.2)
    both = from_folder(tmp_path, office="NY", week_start=WEEK)
    alone = arrays(4, office="NY", size=0.2)
    assert both.items == alone.items
    assert both.recipients == tuple(f"NY-{name}" for name in alone.recipients)
    assert np.array_equal(both.score, alone.score)
