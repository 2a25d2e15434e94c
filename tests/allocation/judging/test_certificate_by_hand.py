"""Bounds that prices prove, added up on paper: two items, two recipients, two days, every pair possible.

Scores are 1000, 900, 800, 700 for the car (to Ann on Mon and Tue, to Bob on Mon and Tue) and 600, 500, 400,
305 for the van. Ten ticks are a unit. Without any price the bound is the best of each item: 1000 + 600.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, no_penalty
from evenhand.allocation.judging.certificate import LARGEST, recheck

NOTHING = np.zeros(0, dtype=np.int64)


def world(**changes: Any) -> AllocationProblem:
    """Return the problem: one slot on Mon and two on Tue, Ann once a day and once in all."""
    item, rest = np.divmod(np.arange(8), 4)
    recipient, day = np.divmod(rest, 2)
    problem = AllocationProblem(
        items=("car", "van"),
        recipients=("Ann", "Bob"),
        days=("Mon", "Tue"),
        item=item,
        recipient=recipient,
        day=day,
        score=np.array([1000, 900, 800, 700, 600, 500, 400, 305]),
        slots=np.array([1, 2]),
        recipient_day_limit=np.array([[1, 1], [1, NO_LIMIT]]),
        recipient_limit=np.array([1, NO_LIMIT]),
        groups=(),
        pinned=np.zeros(8, dtype=bool),
        forbidden=np.zeros(8, dtype=bool),
        weight=np.ones(2, dtype=np.int64),
        scale=10,
        penalty=no_penalty(),
    )
    return replace(problem, **changes)


def pins(*candidates: int) -> np.ndarray[Any, Any]:
    """Return which candidates are marked."""
    return np.isin(np.arange(8), candidates)


def proof(ticks: Any = 10, **prices: Any) -> dict[str, Any]:
    """Return a proof with these prices and no others."""
    none: dict[str, Any] = {
        "day": [0, 0], "place": [], "place_price": [], "source": [], "counted": [],
        "group": [], "group_price": [], "cuts": [],
    }  # fmt: skip
    return {"ticks": ticks, "prices": none | prices}


def grouped(source: int, price: int, *, counted: bool, code: int = 0) -> dict[str, Any]:
    """Return a proof with one price on one group."""
    return proof(source=[source], counted=[int(counted)], group=[[code]], group_price=[[price]], cuts=[[]])


def budget(**changes: Any) -> AllocationProblem:
    """Return the problem with a budget: four units free, ten a unit beyond, five at most."""
    told: dict[str, Any] = {
        "of": np.array([0, 0, 0, 0, 0, 0, 0, -1]),
        "weight": np.array([3, 2, 1, 0, 3, 2, 1, 5]),
        "allowance": np.array([[4]]),
        "slope": np.array([[10]]),
        "limit": np.array([5]),
    }
    told |= {name: changes.pop(name) for name in tuple(changes) if name in told}
    group = GroupSet(
        "budget",
        ("all",),
        told["of"],
        told["weight"],
        told["allowance"],
        told["slope"],
        told["limit"],
        "dollars",
    )
    return world(groups=(group,), **changes)


def test_without_prices_each_item_is_worth_its_best() -> None:
    """The bound is 1000 + 600, less what is forbidden, and at least 0 an item."""
    assert recheck(world(), NOTHING, proof()).bound == 1600
    assert recheck(world(forbidden=pins(0, 4, 5)), NOTHING, proof()).bound == 900 + 400
    low = world(score=np.array([-5, -6, -7, -8, 6, 5, 4, 3]))
    assert recheck(low, NOTHING, proof()).bound == 6


def test_prices_of_days_and_places_by_hand() -> None:
    """Slots cost 3000 and 1000 ticks, Ann's Monday 500.

    Room: 3000 x 1 + 1000 x 2 + 500 x 1 = 5500. To Ann on Tue the car is worth 9000 - 1000, the van
    5000 - 1000.
    5500 + 8000 + 4000 are 17500 ticks, 1750 units.
    """
    paid = proof(day=[3000, 1000], place=[0], place_price=[500])
    assert recheck(world(), NOTHING, paid).bound == 1750
    # Half a unit more on Monday's slot is rounded down: the bound is whole.
    assert recheck(world(), NOTHING, proof(day=[3005, 1000], place=[0], place_price=[500])).bound == 1750
    assert recheck(world(), NOTHING, proof(day=[3010, 1000], place=[0], place_price=[500])).bound == 1751
    # Bob's Tuesday has no limit, so it counts as many as there are items: 2 x 100 more, and nobody minds.
    far = proof(day=[3000, 1000], place=[0, 3], place_price=[500, 100])
    assert recheck(world(), NOTHING, far).bound == 1770


def test_pins_take_room_and_items() -> None:
    """The van is pinned to Bob on Tue: 305, one slot of Tue less, and no more choice for the van.

    3000 + 1000 + 500 + 8000 are 12500 ticks; 1250 + 305 = 1555.
    """
    paid = proof(day=[3000, 1000], place=[0], place_price=[500])
    assert recheck(world(pinned=pins(7)), NOTHING, paid).bound == 1555
    # Pinned to Ann on Mon it takes Monday's only slot and her place too: 2000 + 8000 are 1000, and 600 more.
    assert recheck(world(pinned=pins(4)), NOTHING, paid).bound == 1600
    # A pin that is too many leaves no room, and never less than none.
    assert recheck(world(pinned=pins(4), slots=np.array([0, 2])), NOTHING, paid).bound == 1600


def test_a_price_by_weight_by_hand() -> None:
    """A unit of the budget costs 30 ticks: the car to Ann on Mon pays 90, the van the same.

    Four units are free, so the price is ahead by 4 x 30 = 120; of five it would be 150 less 100 of cost.
    120 + (10000 - 90) + (6000 - 90) are 15940 ticks.
    """
    assert recheck(budget(), NOTHING, grouped(0, 30, counted=False)).bound == 1594
    # With a slope of 2 the fifth unit costs 20 and gains 30: 130 instead of 120.
    gentle = budget(slope=np.array([[2]]))
    assert recheck(gentle, NOTHING, grouped(0, 30, counted=False)).bound == 1595
    # With room for three units at most the price is ahead by 90.
    assert recheck(budget(limit=np.array([3])), NOTHING, grouped(0, 30, counted=False)).bound == 1591
    # Without any limit all 12 units of the members: 360 less 80 x 10 for eight beyond; so four, 120, again.
    assert recheck(budget(limit=np.array([NO_LIMIT])), NOTHING, grouped(0, 30, counted=False)).bound == 1594
    free = budget(limit=np.array([NO_LIMIT]), slope=np.array([[0]]))
    assert recheck(free, NOTHING, grouped(0, 30, counted=False)).bound == 1600 - 18 + 36


def test_a_price_by_number_by_hand() -> None:
    """Every member of a weight above 0 pays 70 once; the lightest weighs 1, so five fit, four of them free.

    4 x 70 = 280 (of five 350 less 100). 280 + (10000 - 70) + (6000 - 70) are 16140 ticks.
    """
    assert recheck(budget(), NOTHING, grouped(0, 70, counted=True)).bound == 1614
    # Where all weigh 2 or 3, two fit into five: 140, and 16000 - 140.
    heavy = budget(weight=np.array([3, 2, 2, 2, 3, 2, 2, 5]))
    assert recheck(heavy, NOTHING, grouped(0, 70, counted=True)).bound == 1600
    # Three free units are one and a half members: one is free, the second costs 10 x 10 and gains 70.
    odd = budget(weight=np.array([3, 2, 2, 2, 3, 2, 2, 5]), allowance=np.array([[3]]))
    assert recheck(odd, NOTHING, grouped(0, 70, counted=True)).bound == 1600 - 7
    # It gains 120 where the price is so much: both, 240 less 100.
    assert recheck(odd, NOTHING, grouped(0, 120, counted=True)).bound == (16000 - 240 + 140) // 10


def test_prices_of_one_tick_and_single_members() -> None:
    """A price of a single tick, a group of a single member and a weight of 1 count as any other."""
    # Ten free units: all 10 of the members' 12 fit at no cost, so a tick a unit gains 10 and is paid 3 + 3.
    wide = budget(allowance=np.array([[12]]), limit=np.array([10]))
    assert recheck(wide, NOTHING, proof(
        ticks=1, source=[0], counted=[0], group=[[0]], group_price=[[1]], cuts=[[]]
    )).bound == 1600 + 10 - 6  # fmt: skip
    # Only the car to Ann on Mon is in the group: it pays 50 ticks a unit of 3, and gains as many.
    lone = budget(of=np.array([0] + [-1] * 7), allowance=np.array([[9]]))
    assert recheck(lone, NOTHING, grouped(0, 50, counted=False)).bound == 1600
    single = budget(of=np.array([0] + [-1] * 7), weight=np.ones(8, dtype=np.int64), allowance=np.array([[9]]))
    assert recheck(single, NOTHING, grouped(0, 50, counted=True)).bound == 1600
    # Without limit six members of a weight above 0 pay 70 once; all are free: 420 - 140.
    many = budget(limit=np.array([NO_LIMIT]), allowance=np.array([[NO_LIMIT]]))
    assert recheck(many, NOTHING, grouped(0, 70, counted=True)).bound == 1600 + 28
    # Candidates of weight 0 pay nothing where the price is one of numbers; the best of each item is one.
    light = budget(
        weight=np.array([0, 2, 1, 3, 0, 2, 1, 5]), limit=np.array([NO_LIMIT]), slope=np.array([[0]])
    )
    assert recheck(light, NOTHING, grouped(0, 70, counted=True)).bound == 1600 + 35


def test_half_a_member_does_not_fit() -> None:
    """Of a limit of 5 two members of weight 2 fit and no half one: 2 x 100, less 2 x 100."""
    halves = budget(weight=np.full(8, 2), allowance=np.array([[9]]))
    assert recheck(halves, NOTHING, grouped(0, 100, counted=True)).bound == 1600
    # By weight the step is one unit even where the lightest weighs two: five units at 100, less 2 x 200.
    assert recheck(halves, NOTHING, grouped(0, 100, counted=False)).bound == 1600 + 50 - 40


def test_days_with_more_room_than_items() -> None:
    """Nine slots are worth as many as there are items: two; no more than two awards can be given."""
    assert recheck(world(slots=np.array([1, 9])), NOTHING, proof(day=[0, 100])).bound == 1600 + 20
    # Two pins on Ann's Monday, where one is allowed, leave no room and not less.
    crowded = world(pinned=pins(0, 4))
    assert recheck(crowded, NOTHING, proof(place=[0], place_price=[500])).bound == 1600
    assert recheck(crowded, NOTHING, proof(day=[500, 0])).bound == 1600


def test_unsigned_prices_are_whole_numbers_too() -> None:
    """Arrays of unsigned numbers, as a document may hold them, are read as any other."""
    unsigned = proof(place=np.array([0], dtype=np.uint16), place_price=np.array([500], dtype=np.uint16))
    assert recheck(world(), NOTHING, unsigned).bound == 50 + (1000 - 50) + (600 - 50)
    assert recheck(world(), NOTHING, proof(place=[0], place_price=[0.5])).bound is None


def test_pins_use_the_budget_before() -> None:
    """The car is pinned to Ann on Mon and uses 3 of 4 free units: one more gains 30, a second 60 less 100.

    1000 + (30 + 6000 - 90) ticks: 1594.
    """
    assert recheck(budget(pinned=pins(0)), NOTHING, grouped(0, 30, counted=False)).bound == 1594
    # What is over the free amount already costs nothing again: 3 of 2 free; each further unit costs 100.
    over = budget(pinned=pins(0), allowance=np.array([[2]]))
    assert recheck(over, NOTHING, grouped(0, 30, counted=False)).bound == 990 + (6000 - 90) // 10
    # A pin outside the group uses nothing of it: the car pays 90, the price is ahead by 120, 305 for the van.
    assert recheck(budget(pinned=pins(7)), NOTHING, grouped(0, 30, counted=False)).bound == 305 + 1003


def test_a_group_without_members_gains_nothing() -> None:
    """Two of three labels have no members; their prices gain nothing, and a price of 0 neither."""
    group = GroupSet(
        "cap", ("a", "b", "c"), np.array([1] * 4 + [-1] * 4), np.full(8, 1),
        np.zeros((3, 0), dtype=np.int64), np.zeros((3, 0), dtype=np.int64), np.array([9, 2, 9]), "loans",
    )  # fmt: skip
    problem = world(groups=(group,))
    for code, bound in ((0, 1600), (1, 1600 - 50 + 100), (2, 1600)):
        assert recheck(problem, NOTHING, grouped(0, 500, counted=False, code=code)).bound == bound


def test_prices_of_recipients_limits_by_hand() -> None:
    """Source -1 is the recipients' own limits: Ann's one award costs 200 ticks, and gains as much once.

    200 + (10000 - 200) + (6000 - 200) are 15800 ticks.
    """
    assert recheck(world(), NOTHING, grouped(-1, 200, counted=False)).bound == 1580
    # Bob has no limit and four candidates: 4 x 100, and nobody best pays.
    assert recheck(world(), NOTHING, grouped(-1, 100, counted=False, code=1)).bound == 1640
    # Ann's one award is pinned: nothing is left of her limit; 600 and the car to Ann at 10000 - 200.
    assert recheck(world(pinned=pins(4)), NOTHING, grouped(-1, 200, counted=False)).bound == 600 + 980


def test_two_groups_are_charged_together() -> None:
    """Prices on Ann's limit and on the budget are both paid, and both gain."""
    both = proof(source=[-1, 0], counted=[0, 0], group=[[0], [0]], group_price=[[200], [30]], cuts=[[], []])
    # 200 + 120 + max(10000 - 200 - 90, 8000 - 30) + (6000 - 200 - 90) are 15740 ticks.
    assert recheck(budget(), NOTHING, both).bound == 1574


@pytest.mark.parametrize(
    "given",
    [
        proof(ticks=0),
        proof(ticks=True),
        proof(ticks=10.0),
        proof(ticks=LARGEST + 1),
        proof(day=[1]),
        proof(day=[[1, 2]]),
        proof(day=[1.0, 2.0]),
        proof(day=[1, -1]),
        proof(day=[1, LARGEST + 1]),
        proof(place=[0.0], place_price=[1]),
        proof(place=[4], place_price=[1]),
        proof(place=[-1], place_price=[1]),
        proof(place=[0, 1], place_price=[1]),
        proof(place=[0, 1, 2, 3, 0], place_price=[1] * 5),
        proof(group=[[0]], group_price=[], source=[-1], counted=[0], cuts=[[]]),
        proof(group=[[0]], group_price=[[1]], source=[], counted=[0], cuts=[[]]),
        proof(group=[[0]], group_price=[[1]], source=[-1], counted=[], cuts=[[]]),
        proof(group=[[0]], group_price=[[1]], source=[0], counted=[0], cuts=[[]]),
        proof(group=[[0], [0]], group_price=[[1]], source=[-1, -1], counted=[0, 0], cuts=[[]]),
        proof(group=[[0]], group_price=[[1], [1]], source=[-1, -1], counted=[0, 0], cuts=[[]]),
        proof(group=[[2]], group_price=[[1]], source=[-1], counted=[0], cuts=[[]]),
        proof(cuts=[[]]),
        {"ticks": 10, "prices": {"source": []}},
        {"prices": {}},
    ],
)
def test_damage_is_told(given: dict[str, Any]) -> None:
    """What cannot be read proves nothing, and says so in one clause."""
    told = recheck(world(), NOTHING, given)
    assert told.bound is None
    assert told.damage == ("prices are not written as evenhand writes them",)


@pytest.mark.parametrize(
    ("cut", "right"),
    [
        ((1, 0, 5, 0, 0, 1), True),
        ((0, 1, 5, 1, 3, 2), True),
        ((2, 0, 5, 0, 0, 1), False),
        ((-1, 0, 5, 0, 0, 1), False),
        ((0, -1, 5, 0, 0, 1), False),
        ((0, 0, 5, 2, 0, 1), False),
        ((0, 0, 5, 0, -1, 1), False),
        ((0, 0, 5, 0, 0, 0), False),
        ((0, 0, 5.5, 0, 0, 1), False),
        ((0, 0, 5, 0, 0), False),
    ],
)
def test_count_cuts_are_looked_at_and_passed_over(cut: tuple[Any, ...], *, right: bool) -> None:
    """A cut is six whole numbers: group, rise, level, 0 or 1, a fraction; it changes no bound."""
    given = proof(source=[-1], counted=[0], group=[[]], group_price=[[]], cuts=[[cut]])
    told = recheck(world(), NOTHING, given)
    assert (told.bound, bool(told.damage)) == ((1600, False) if right else (None, True))


def test_prices_at_the_edge_of_the_numbers() -> None:
    """The largest ticks and prices are read; what does not fit 64 bits proves nothing."""
    most = LARGEST // 1000
    assert recheck(world(), NOTHING, proof(ticks=most)).bound == 1600
    huge = recheck(world(), NOTHING, proof(day=[LARGEST, 0]))
    assert (huge.bound, huge.damage) == (None, ())
    halves = recheck(world(), NOTHING, proof(day=[LARGEST // 2, 0], place=[0], place_price=[LARGEST // 2]))
    assert (halves.bound, halves.damage) == (None, ())
    # Three units of weight times a third of the largest reach it.
    wide = recheck(budget(), NOTHING, grouped(0, LARGEST // 3 + 1, counted=False))
    assert (wide.bound, wide.damage) == (None, ())
    assert recheck(budget(), NOTHING, grouped(0, LARGEST // 3 + 1, counted=True)).bound is not None


def test_scores_that_pass_64_bits_in_ticks_are_added_exactly() -> None:
    """A score of 10^12 in ticks of 2^32 is added whole, pinned or free."""
    score = np.array([10**12, 900, 800, 700, 600, 500, 400, 305])
    pinned = recheck(world(score=score, pinned=pins(0)), NOTHING, proof(ticks=2**32))
    assert (pinned.bound, pinned.damage) == (10**12 + 600, ())
    assert recheck(world(score=score), NOTHING, proof(ticks=2**32)).bound == 10**12 + 600
    charged = recheck(world(score=score), NOTHING, proof(ticks=2**32, day=[2**32, 0]))
    assert charged.bound == 10**12 + 599


def test_a_proof_without_prices_proves_nothing() -> None:
    """No prices are no damage; prices that are no object are."""
    assert recheck(world(), NOTHING, {}).damage == ()
    assert recheck(world(), NOTHING, {"prices": None}).damage == ()
    told = recheck(world(), NOTHING, {"prices": [1, 2]})
    assert (told.bound, told.damage) == (None, ("prices are no object",))
