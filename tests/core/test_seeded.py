"""Draws depend on seed and names alone, and never change between versions."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core import seeded as chance

NAMES = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12, unique=True)


@settings(deadline=None, max_examples=60)
@given(names=NAMES, seed=st.integers(-(2**70), 2**70), data=st.data())
def test_keys_do_not_depend_on_order(names: list[str], seed: int, data: st.DataObject) -> None:
    """A name has the same key wherever it stands."""
    key = dict(zip(names, chance.keys(seed, names).tolist(), strict=True))
    shuffled = data.draw(st.permutations(names))
    assert chance.keys(seed, shuffled).tolist() == [key[name] for name in shuffled]


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_keys_do_not_depend_on_the_file(name: str) -> None:
    """Composed and decomposed letters are the same name."""
    forms = [unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    first, second = chance.keys(7, forms)
    assert first == second


def test_golden_bytes() -> None:
    """These draws are what they were in the first version: a plan made then is made again."""
    assert [hex(key) for key in chance.keys(7, ["P017", "Zoë"], "ties").tolist()] == GOLDEN_KEYS
    pair = chance.mix(chance.keys(7, ["a"]), chance.keys(7, ["b"]))
    assert hex(int(pair[0])) == GOLDEN_MIX
    assert chance.unit(pair).tolist() == [GOLDEN_UNIT]
    assert chance.stream(7, "deal").integers(0, 1000, 5).tolist() == GOLDEN_STREAM


GOLDEN_KEYS = ["0x2030ff58e6a44de7", "0xde886abfae2c556e"]
GOLDEN_MIX = "0xa779a4b2849836c1"
GOLDEN_UNIT = 0.6541998802027542
GOLDEN_STREAM = [44, 501, 20, 932, 198]


def test_seed_salt_and_order_of_parts_matter() -> None:
    """Another seed, another purpose and the other way round are other draws."""
    base = chance.keys(1, ["a", "b"], "x")
    assert not (base == chance.keys(2, ["a", "b"], "x")).any()
    assert not (base == chance.keys(1, ["a", "b"], "y")).any()
    assert (chance.mix(base[:1], base[1:]) != chance.mix(base[1:], base[:1])).all()
    assert chance.stream(1, "x").random() != chance.stream(1, "y").random()


def test_mix_broadcasts() -> None:
    """A table of pairs comes from a column and a row."""
    left, right = chance.keys(0, ["a", "b", "c"]), chance.keys(0, ["d", "e"])
    table = chance.mix(left[:, None], right[None, :])
    assert table.shape == (3, 2)
    assert table[2, 1] == chance.mix(left[2:], right[1:])[0]


def test_unit_is_below_one_and_level() -> None:
    """Draws lie in [0, 1) and are spread evenly: each tenth of 20,000 is within 5 sigma."""
    draws = chance.unit(chance.keys(3, [str(at) for at in range(20_000)]))
    assert 0 <= draws.min() <= draws.max() < 1
    assert chance.unit(np.array([2**64 - 1], dtype=np.uint64))[0] < 1
    counts, _ = np.histogram(draws, bins=10, range=(0, 1))
    assert np.abs(counts - 2000).max() < 5 * np.sqrt(2000 * 0.9)


@pytest.mark.parametrize("hashseed", ["0", "1"])
def test_draws_ignore_pythons_hash_seed(hashseed: str) -> None:
    """Another process with another PYTHONHASHSEED draws the same."""
    script = "from evenhand.core import seeded; print(seeded.keys(7, ['P017']).tolist())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": hashseed, "OMP_NUM_THREADS": "1"},
    )
    assert done.stdout.strip() == str(chance.keys(7, ["P017"]).tolist())
