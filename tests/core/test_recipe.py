"""Recipes: equal ones are equal bytes, whatever order they were made in; wrong ones are said part by part."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand import documents
from evenhand.core.errors import InputError
from evenhand.core.recipe import PICKS, Pick, Recipe, recipe_of, sha_of

NAMES = st.text(min_size=1, max_size=12)
PICK = st.builds(Pick, st.sampled_from(PICKS), st.tuples(NAMES, NAMES))
RECIPES = st.builds(
    lambda sources, dials, picks, seed: Recipe("teams", "roster", sources, {}, dials, tuple(picks), seed),
    st.dictionaries(NAMES, NAMES.map(lambda name: sha_of(name.encode()))),
    st.dictionaries(NAMES, st.one_of(st.integers(), NAMES, st.booleans(), st.lists(NAMES))),
    st.lists(PICK),
    st.integers(0, 10**6),
)


@settings(max_examples=60)
@given(RECIPES)
def test_a_recipe_comes_back_from_its_bytes(recipe: Recipe) -> None:
    """Reading a recipe's document gives the same recipe and the same key."""
    again = recipe_of(json.loads(recipe.to_bytes()))
    assert again.key == recipe.key
    assert again.to_bytes() == recipe.to_bytes()


@settings(max_examples=60)
@given(RECIPES, st.lists(PICK, unique=True), st.randoms())
def test_the_order_of_picks_does_not_matter(recipe: Recipe, picks: list[Pick], draw: object) -> None:
    """Two people who pick the same things in another order share one answer.

    Undoing a pick undoes it wholly.
    """
    one = two = recipe
    for pick in picks:
        one = one.with_pick(pick)
    for pick in reversed(picks):
        two = two.with_pick(pick).with_pick(pick)
    assert one.key == two.key
    for pick in picks:
        one = one.without_pick(pick)
    assert set(one.picks) == set(recipe.picks) - set(picks)
    del draw


def test_every_wrong_part_is_said_at_once() -> None:
    """A document with five faults is refused with five findings."""
    raw = {
        "job": "teams",
        "form": "roster",
        "sources": {"people": 3},
        "picks": [["pin"]],
        "seed": -1,
        "edition": 9,
        "colour": 1,
    }
    with pytest.raises(InputError) as caught:
        recipe_of(raw)
    assert {finding.column for finding in caught.value.findings} == {
        "sources.people",
        "picks",
        "seed",
        "edition",
        "colour",
    }
    with pytest.raises(InputError, match="does not go with this job"):
        Recipe("rota", "roster", {})


def test_a_recipe_is_a_kind_of_document() -> None:
    """``documents.read`` knows recipes beside solutions, problems and ledgers."""
    recipe = Recipe("teams", "roster", {"people": sha_of(b"x")}, settings={"teams": 4})
    assert documents.loads(recipe.to_bytes()) == recipe
    assert documents.dumps(recipe) == recipe.to_bytes()
