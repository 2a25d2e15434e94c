"""Seeded draws that depend on the seed and on names, never on row order, process or machine.

A name's key is BLAKE2b over the seed and the name (NFC, UTF-8); keys of several names are combined
with the finaliser of SplitMix64, vectorised, so that millions of pairs cost a few array passes.

References:
    Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (OOPSLA 2014),
    doi:10.1145/2660193.2660195. RFC 7693 (BLAKE2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Floats

Keys = NDArray[np.uint64]

# The constants and shifts of SplitMix64: each bit of a name changes half the bits of its key.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def keys(seed: int, names: Sequence[str], salt: str = "") -> Keys:
    """Return one 64-bit key a name, shape (len(names),); about a microsecond each.

    Args:
        seed: any integer; another seed gives unrelated keys.
        names: compared as NFC text, so the file's encoding does not matter.
        salt: separates draws made for different purposes.
    """
    # The seed is hashed once; each name goes on from a copy of that state.
    start = blake2b(f"{seed}\x1f{salt}\x1f".encode(), digest_size=8)
    out = np.empty(len(names), dtype=np.uint64)
    for code, name in enumerate(names):
        state = start.copy()
        # One name can be spelled in two ways in Unicode; both mean the same person and draw the same.
        state.update((name if name.isascii() else unicodedata.normalize("NFC", name)).encode())
        out[code] = int.from_bytes(state.digest(), "little")
    return out


def mix(*parts: Keys) -> Keys:
    """Combine keys elementwise (broadcasting) into new keys; the order of the parts matters."""
    with np.errstate(over="ignore"):
        state = np.zeros(np.broadcast_shapes(*(part.shape for part in parts)), dtype=np.uint64)
        for part in parts:
            state = (state ^ part) + _GOLDEN
            state = (state ^ (state >> np.uint64(30))) * _FIRST
            state = (state ^ (state >> np.uint64(27))) * _SECOND
            state ^= state >> np.uint64(31)
    return state


def unit(parts: Keys) -> Floats:
    """Turn keys into floats in [0, 1) with 53 random bits."""
    # The upper 53 bits are what a float holds exactly.
    return np.asarray((parts >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def stream(seed: int, salt: str) -> np.random.Generator:
    """Return a generator (PCG64) for draws in a fixed order, told apart by ``salt``."""
    digest = blake2b(f"{seed}\x1f{salt}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))
