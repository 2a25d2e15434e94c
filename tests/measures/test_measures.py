"""Each measure holds its range, its even value and its principles; the table finds new ones by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.measures import MEASURES, Measure, Shared, figure
from evenhand.measures.evenness import cv, cv_floor, gini_all, theil

COUNTS = st.lists(st.integers(0, 12), min_size=1, max_size=9)
WEIGHTED = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), min_size=1, max_size=8)
NAMES = tuple(MEASURES)
SCALE_FREE = ("served", "gini", "gini_all", "hhi", "effective", "top1", "top5", "jain", "theil", "cv")
TRANSFER = (
    "gini_all",
    "hhi",
    "effective",
    "top1",
    "top5",
    "jain",
    "theil",
    "cv",
    "misplaced",
    "worst",
    "most",
)
STRICT = ("gini_all", "hhi", "effective", "jain", "theil", "cv")


def partitions(total: int, parts: int, largest: int) -> Iterator[list[int]]:
    """Yield every descending way to share ``total`` among ``parts``, zeros allowed."""
    if parts == 0:
        if total == 0:
            yield []
        return
    for first in range(min(total, largest), -1, -1):
        for rest in partitions(total - first, parts - 1, first):
            yield [first, *rest]


def worse(measure: Measure, before: float, after: float) -> float:
    """Return by how much less even ``after`` is by this measure."""
    return before - after if measure.better == "more" else after - before


@pytest.mark.parametrize("name", NAMES)
def test_a_line_of_the_table_is_complete(name: str) -> None:
    """Every measure says its range, its even value, when it misleads and where it comes from."""
    line = MEASURES[name]
    assert line.name == name
    for text in (line.title, line.says, line.span, line.even, line.misleads, line.source):
        assert text.strip()
    assert line.says.endswith(".")
    assert line.misleads.endswith(".")


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=60)
@given(counts=COUNTS)
def test_values_are_within_reach(name: str, counts: list[int]) -> None:
    """No outcome is outside the range the table gives for its number and total."""
    shared = Shared.of(counts)
    low, high = MEASURES[name].reach(shared)
    assert low - 1e-9 <= float(MEASURES[name].value(shared)) <= high + 1e-9


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=60)
@given(lines=WEIGHTED.filter(lambda lines: any(weight for _, weight in lines)))
def test_weighted_values_are_within_reach(name: str, lines: list[tuple[int, int]]) -> None:
    """The same with unequal claims, some of them 0."""
    shared = Shared.of([unit for unit, _ in lines], [weight for _, weight in lines])
    low, high = MEASURES[name].reach(shared)
    assert low - 1e-9 <= float(MEASURES[name].value(shared)) <= high + 1e-9


@pytest.mark.parametrize("name", [name for name in NAMES if name != "beyond"])
@pytest.mark.parametrize(("total", "many"), [(0, 3), (1, 1), (4, 6), (7, 3), (8, 4), (9, 5)])
def test_the_range_is_tight(name: str, total: int, many: int) -> None:
    """Both ends of the range are reached by some whole outcome (all of them are tried)."""
    line = MEASURES[name]
    values = [float(line.value(Shared.of(counts))) for counts in partitions(total, many, total)]
    low, high = line.reach(Shared.of([total] + [0] * (many - 1)))
    assert min(values) == pytest.approx(low, abs=1e-12)
    assert max(values) == pytest.approx(high, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=40)
@given(each=st.integers(1, 9), many=st.integers(1, 9))
def test_even_is_even(name: str, each: int, many: int) -> None:
    """Where all have the same, every measure has its most even value."""
    shared = Shared.of([each] * many)
    low, high = MEASURES[name].reach(shared)
    want = high if MEASURES[name].better == "more" else low
    assert float(MEASURES[name].value(shared)) == pytest.approx(want, abs=1e-12)


@pytest.mark.parametrize("name", SCALE_FREE)
@settings(deadline=None, max_examples=40)
@given(counts=COUNTS, factor=st.integers(2, 9))
def test_scale_does_not_matter(name: str, counts: list[int], factor: int) -> None:
    """Ten times as much to everyone is as even."""
    assert figure(name, [factor * count for count in counts]) == pytest.approx(figure(name, counts))


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=40)
@given(lines=WEIGHTED.filter(lambda lines: any(weight for _, weight in lines)), data=st.data())
def test_order_does_not_matter(name: str, lines: list[tuple[int, int]], data: st.DataObject) -> None:
    """The same people in another order give the same figure, bit for bit."""
    order = data.draw(st.permutations(range(len(lines))))
    made = Shared.of([unit for unit, _ in lines], [weight for _, weight in lines])
    moved = Shared(tuple(made.units[at] for at in order), tuple(made.due[at] for at in order))
    assert float(MEASURES[name].value(moved)) == float(MEASURES[name].value(made))


@pytest.mark.parametrize("name", TRANSFER)
@settings(deadline=None, max_examples=80)
@given(counts=st.lists(st.integers(0, 12), min_size=2, max_size=9).filter(any), data=st.data())
def test_transfers_upwards_are_less_even(name: str, counts: list[int], data: st.DataObject) -> None:
    """A unit moved from one to another who has no less never looks more even (Pigou, Dalton)."""
    giver = data.draw(st.sampled_from([at for at, count in enumerate(counts) if count]))
    taker = data.draw(st.sampled_from([at for at, count in enumerate(counts) if count >= counts[giver]]))
    moved = list(counts)
    moved[giver] -= 1
    moved[taker] += 1
    line = MEASURES[name]
    by = worse(line, float(line.value(Shared.of(counts))), float(line.value(Shared.of(moved))))
    assert by >= -1e-12
    if giver != taker and name in STRICT:
        assert by > 0


def test_gini_of_receivers_breaks_the_principle() -> None:
    """Taking the poorest one's last unit can lower the Gini among receivers."""
    assert figure("gini", [3, 3, 1]) > figure("gini", [4, 3, 0])
    assert figure("gini_all", [3, 3, 1]) < figure("gini_all", [4, 3, 0])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), min_size=1, max_size=7))
def test_weights_are_people(lines: list[tuple[int, int]]) -> None:
    """Gini and Theil weigh by claim: a claim of three is three people."""
    units = [6 * weight * unit for unit, weight in lines]
    weights = [weight for _, weight in lines]
    people = [6 * unit for unit, weight in lines for _ in range(weight)]
    assert figure("gini_all", units, weights) == pytest.approx(figure("gini_all", people), abs=1e-6)
    assert figure("theil", units, weights) == pytest.approx(figure("theil", people), abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(1, 5))
def test_claims_met_are_even(weights: list[int], factor: int) -> None:
    """Where everyone has just what is due, no measure of ratios or distances sees anything."""
    units = [factor * weight for weight in weights]
    for name in ("gini", "gini_all", "theil", "cv", "misplaced", "worst", "beyond"):
        assert figure(name, units, weights) == pytest.approx(0, abs=1e-6), name
    assert figure("jain", units, weights) == pytest.approx(1)


@settings(deadline=None, max_examples=60)
@given(COUNTS.filter(any))
def test_against_the_definitions(counts: list[int]) -> None:
    """Gini, Jain, Theil, CV and Hoover agree with their textbook sums."""
    n, total = len(counts), sum(counts)
    mean = Fraction(total, n)
    pairs = sum(abs(a - b) for a in counts for b in counts)
    assert MEASURES["gini_all"].value(Shared.of(counts)) == Fraction(pairs) / (2 * n * n * mean)
    received = [count for count in counts if count]
    pairs = sum(abs(a - b) for a in received for b in received)
    assert MEASURES["gini"].value(Shared.of(counts)) == Fraction(pairs, 2 * len(received) * total)
    variance = sum((count - mean) ** 2 for count in counts) / n
    assert figure("cv", counts) == pytest.approx(math.sqrt(variance) / float(mean))
    assert figure("jain", counts) == pytest.approx(1 / (1 + figure("cv", counts) ** 2))
    nats = sum(count / float(mean) * math.log(count / float(mean)) for count in received) / n
    assert figure("theil", counts) == pytest.approx(nats, abs=1e-12)
    hoover = sum(abs(count - mean) for count in counts) / 2 / total
    assert figure("misplaced", counts) == pytest.approx(float(hoover), abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(total=st.integers(1, 60), many=st.integers(1, 12))
def test_the_floor_of_the_variation(total: int, many: int) -> None:
    """Whole units alone vary by sqrt(f (1 - f)) / e at least, and the nearest outcome reaches it."""
    floor = cv_floor(Fraction(total, many))
    nearest = largest_remainder(total, [1] * many).tolist()
    assert figure("cv", nearest) == pytest.approx(floor)
    assert MEASURES["cv"].reach(Shared.of(nearest))[0] == pytest.approx(floor)
    assert cv_floor(0) == 0


def test_a_whole_unit_is_beyond_quota() -> None:
    """Exactly one unit away is beyond quota, just under it is not."""
    assert figure("beyond", [2, 0, 1]) == pytest.approx(2 / 3)
    assert figure("beyond", [2, 1]) == 0


def test_counts_and_shares_by_hand() -> None:
    """Of 4, 3, 2, 1, 0, 0: four received, the most is 4, HHI is 30 of 100."""
    counts = [4, 3, 2, 1, 0, 0]
    want = {
        "receivers": 4,
        "most": 4,
        "served": 4 / 6,
        "hhi": 0.3,
        "effective": 1 / 0.3,
        "top1": 0.4,
        "top5": 1,
    }
    for name, value in want.items():
        assert figure(name, counts) == pytest.approx(value), name
    assert figure("effective", [7, 7, 7]) == 3


def test_jain_counts_everyone_once() -> None:
    """With unequal claims Jain and CV look at each ratio once: jain is 1 / (1 + cv squared)."""
    shared = Shared.of([11, 11, 10, 3], [462, 462, 462, 141])
    assert float(MEASURES["jain"].value(shared)) == pytest.approx(1 / (1 + cv(shared) ** 2))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("counts", [[], [0], [0, 0, 0]])
def test_nothing_given_out_is_even(name: str, counts: list[int]) -> None:
    """Where nothing was given out, nothing is uneven, and nothing is divided by 0."""
    value = figure(name, counts)
    even_where_nothing = {"jain": 1.0, "served": 0.0 if counts else 1.0}
    assert value == even_where_nothing.get(name, 0.0)
    low, high = MEASURES[name].reach(Shared.of(counts))
    assert low <= value <= high


@pytest.mark.parametrize("name", NAMES)
def test_units_to_somebody_without_a_claim(name: str) -> None:
    """Ratios leave out to whom nothing is due; distances, shares and counts see them."""
    with_guest = Shared.of([2, 2, 4], [1, 1, 0])
    value = float(MEASURES[name].value(with_guest))
    assert math.isfinite(value)
    if name in ("gini", "gini_all", "theil", "cv"):
        assert value == 0
    if name == "misplaced":
        assert value == 0.5
    if name == "worst":
        assert value == 4


def test_nobody_with_a_claim_received() -> None:
    """All to somebody without a claim: ratios are all 0 and even, nobody is served, all is misplaced."""
    shared = Shared.of([0, 0, 4], [1, 2, 0])
    assert figure("jain", [0, 0, 4], [1, 2, 0]) == 1
    assert [cv(shared), theil(shared), float(gini_all(shared))] == [0.0, 0.0, 0.0]
    assert figure("served", [0, 0, 4], [1, 2, 0]) == 0
    assert figure("misplaced", [0, 0, 4], [1, 2, 0]) == 1


def test_rounding_to_the_tick_is_not_seen() -> None:
    """Claims that differ by a tick, or by slots' roundings, are equal: one each has a Gini of 0."""
    assert MEASURES["gini"].value(Shared.of([1] * 75 + [0] * 127)) == 0
    slots = Shared((10, 10, 10), (10 * TICKS + 300, 10 * TICKS - 100, 10 * TICKS - 200))
    assert slots.equal
    assert gini_all(slots) == 0
    assert not Shared.of([1, 1], [9, 10]).equal
    for due, alike in [
        ((2, 1, 1), True),
        ((3, 1), False),
        ((2_000_000, 1_999_998), True),
        ((2_000_000, 1_999_997), False),
    ]:
        assert Shared(due, due, 1).equal is alike, due


def test_wrong_counts_are_said_plainly() -> None:
    """Counts below 0, weights of another length and unknown measures are input errors."""
    with pytest.raises(InputError, match="'-1' is below zero"):
        figure("gini", [1, -1])
    with pytest.raises(InputError, match="Give 2 weights"):
        figure("gini", [1, 1], [1])
    with pytest.raises(InputError, match="Choose one of receivers, served"):
        figure("ginny", [1, 1])
