"""Repair: swap people until every team is within quota, by arrays, by the loop, or block by block.

Three ways to the same end, each the fastest at its size. ``repair_pairs`` swaps in all pairs of teams at once
by whole arrays (many small teams). ``repair_teams`` runs the loop of ``kernels/repair_loop.py`` (any size,
compiled from some thousand people). ``repair_blocks`` repairs one systematic sample of very many people and
lays what it found over all of them.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Bools, Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.teams.solving.exchange.profiles import Board
from evenhand.teams.solving.kernels.compiled import flat, kernel
from evenhand.teams.solving.kernels.repair_loop import FIRST_MODULUS, SECOND_MODULUS

Small = NDArray[np.int16]

HOTTEST, COLDEST = 0.5, 0.15
"""Limits of the repair's temperature, in people off target. Colder than 0.15 nothing that worsens is
accepted, so it is mere descent and stalls (6 people off on a roster of 32,561 that can be done); hotter than
0.5 large rosters never settle."""

BEGIN = 0.45
"""Temperature at which the repair begins: small rosters settle at it (at half of it one in three of 200
people with seven columns stalls), large ones need it to fall."""

COOLED = 0.9
"""Factor by which the temperature falls where a stretch of tries brought nothing. At the coldest it begins
anew at the hottest: without that 395 pupils with nine columns in 79 teams keep 5 to 27 off; with it they come
within quota after some 500,000 tries. A fixed 0.45 leaves 320 people of 32,561 off, a fixed 0.15 leaves 6."""

STALLED = 0.9
"""A stretch that leaves more than this share of those off before has brought nothing."""


def _accept(heat: float) -> tuple[int, ...]:
    """Return thresholds for draws of 31 bits, so that the loop compares whole numbers.

    Rounded well above the last bits of exp(), which may differ between machines. Ten are enough, as
    exp(-10 / HOTTEST) is one in five hundred million.
    """
    return tuple(round(exp(-worse / heat) * 2**20) * 2**11 for worse in range(10))


BARRED = 1000
"""Cost of moving an empty seat of a smaller team: more than any swap gains."""

ODDS = 16
"""Room for chance among equals: costs are multiplied by it before a draw is added."""

BLOCK = 50_000
"""People in a block: enough teams to choose among, and small enough for a processor's cache."""

ROOMY = 1_000
"""Least teams in a block; with fewer and larger teams the repair of all at once is fast."""


def draws(seed: int, salt: str) -> list[int]:
    """Return two states to begin a kernel's draws with."""
    generator = stream(seed, salt)
    return [int(generator.integers(1, FIRST_MODULUS)), int(generator.integers(1, SECOND_MODULUS))]


def repair_teams(
    profiles: Board,
    places: Ints,
    start: Ints,
    kind: Ints,
    *,
    seed: int,
    salt: str,
    budget: int,
    compiled: bool,
    progress: Progress,
) -> tuple[Ints, int, int]:
    """Repair seats until every team is on target or the budget is spent.

    Args:
        profiles: lines, profiles and targets.
        places: profile in each seat, shape (seats,).
        start: first seat of each team.
        kind: class of each team.
        seed: decides the draws.
        salt: tells them apart.
        budget: most tries.
        compiled: which world to run in.
        progress: polled between chunks.

    Returns:
        The profile in each seat, people off target, and tries made.
    """
    teams = len(kind)
    count = _counts(profiles, places, start, teams)
    work: dict[str, Any] = {
        name: flat(values, compiled=compiled)
        for name, values in (
            ("line", profiles.line),
            ("first", profiles.first),
            ("at", places),
            ("start", start),
            ("count", count),
            ("low", profiles.low),
            ("high", profiles.high),
            ("kind", kind),
            ("gain", np.zeros(count.size)),
            ("loss", np.zeros(count.size)),
            ("off", np.zeros(teams)),
            ("todo", np.zeros(teams)),
            ("place", np.zeros(teams)),
        )
    }
    ready = [work[name] for name in ("count", "low", "high", "kind")]
    after = [work[name] for name in ("gain", "loss", "off", "todo", "place")]
    total, waiting = kernel("prepare", compiled=compiled)(*ready, profiles.lines, *after)
    mark = flat(np.zeros(profiles.lines), compiled=compiled)
    state = flat(np.array([*draws(seed, salt), total, waiting]), compiled=compiled)
    run = kernel("repair", compiled=compiled)
    seats = [work[name] for name in ("line", "first", "at", "start")]
    # A chunk is what may pass before a stop is heard; state goes on from one to the next, so its size changes
    # nothing in the outcome. A stretch is what passes before the temperature is looked at again.
    chunk = max(2_000, teams) if not compiled else max(200_000, teams)
    stretch = 2 * len(places) + 500
    heat, before, tries = BEGIN, total, 0
    fewest, kept = total, places
    while state[3] and tries < budget and not progress.stop():
        accept, end = flat(np.array(_accept(heat)), compiled=compiled), min(budget, tries + stretch)
        while state[3] and tries < end and not progress.stop():
            tries += run(*seats, *ready, profiles.lines, *after, mark, accept, state, min(chunk, end - tries))
            progress.report("repair", int(state[2]), 0)
        left = int(state[2])
        if left < fewest:
            fewest, kept = left, np.array(work["at"], dtype=np.int64)
        if left > STALLED * before:
            heat = heat * COOLED if heat > COLDEST else HOTTEST
        before = left
    return kept, fewest, tries


def _counts(profiles: Board, places: Ints, start: Ints, teams: int) -> Ints:
    """Count the people of each (team, line), shape (teams, lines)."""
    seats = np.repeat(np.arange(teams), np.diff(start))
    each = np.diff(profiles.first)
    count = np.zeros(teams * profiles.lines, dtype=np.int64)
    widest = int(each.max(initial=0))
    for entry in range(widest):
        has = each[places] > entry
        line = profiles.line[np.minimum(profiles.first[places] + entry, len(profiles.line) - 1)]
        cell = (seats * profiles.lines + line)[has]
        count += np.bincount(cell, minlength=len(count))
    return count


def repair_pairs(
    profiles: Board,
    places: Ints,
    sizes: Ints,
    kind: Ints,
    *,
    seed: int,
    rounds: int,
    progress: Progress,
) -> tuple[Ints, bool]:
    """Repair seats by rounds of parallel best swaps; return them and whether every team is on target.

    Args:
        profiles: lines, profiles and targets.
        places: profile in each seat.
        sizes: members of each team.
        kind: class of each team.
        seed: decides the pairs and the draws among equals.
        rounds: most rounds; one costs O(n s k) in array passes for teams of s.
        progress: asked whether to stop.
    """
    teams, widest = len(sizes), int(sizes.max())
    held, line, grid, spare = _laid(profiles, places, sizes)
    low, high = _spans(profiles, kind)
    count = _count(line[held], profiles.lines)
    draw = stream(seed, "sweep start")
    pairs = teams // 2
    row = np.arange(pairs)
    # Four tables of draws in turn: a fresh one each round would cost a draw for every swap looked at.
    chance = draw.integers(0, ODDS, size=(4, pairs, widest * widest), dtype=np.int16)
    for step in range(rounds):
        over, under = count > high, count < low
        waiting = (over | under).any(axis=1)
        if not waiting.any():
            break
        if progress.stop():
            return _seats(held, grid, places, spare), False
        # Teams that are off come first, in a random order, and are paired with the last ones, which are
        # within quota while fewer than half are off.
        order = np.argsort(draw.random(teams) - waiting, kind="stable")
        left, right = order[:pairs], order[: -pairs - 1 : -1]
        gain = (count >= high).astype(np.int16) - under
        loss = (count <= low).astype(np.int16) - over
        gain[:, -1] = loss[:, -1] = 0
        cost = _costs(line[held[left]], line[held[right]], loss[left] + gain[right], loss[right] + gain[left])
        cost += (spare[left][:, :, None] | spare[right][:, None, :]) * np.int16(BARRED)
        ranked = cost.reshape(pairs, -1) * np.int16(ODDS) + chance[step % 4]
        best = ranked.argmin(axis=1)
        # Swaps that cost nothing are made too: they move along plateaus on which strict descent would stop.
        good = cost.reshape(pairs, -1)[row, best] <= 0
        a, b = left[good], right[good]
        p, q = best[good] // widest, best[good] % widest
        _swap(count, line, held, (a, p), (b, q))
    return _seats(held, grid, places, spare), not bool(((count > high) | (count < low)).any())


def _laid(layout: Board, places: Ints, sizes: Ints) -> tuple[Ints, Ints, Ints, Bools]:
    """Return the profile of each place of each team, lines of profiles in columns, seats, empty places."""
    profiles = len(layout.first) - 1
    each = np.diff(layout.first)
    wide = int(each.max(initial=0))
    line = np.full((profiles + 1, wide), layout.lines, dtype=np.int64)
    where = np.repeat(np.arange(profiles), each)
    line[where, np.arange(len(layout.line)) - layout.first[where]] = layout.line
    place = np.arange(int(sizes.max()))
    grid = layout.start[:-1, None] + place
    spare = place[None, :] >= sizes[:, None]
    held = np.where(spare, profiles, places[np.minimum(grid, len(places) - 1)])
    return held, line, grid, spare


def _spans(profiles: Board, kind: Ints) -> tuple[Small, Small]:
    """Return least and most of each (team, line), with a last line for none."""
    low = np.zeros((len(kind), profiles.lines + 1), dtype=np.int16)
    # The last line stands for no value: any count is within it, and 30,000 is near the most that 16 bits
    # hold.
    high = np.full((len(kind), profiles.lines + 1), 30_000, dtype=np.int16)
    low[:, :-1] = profiles.low[kind]
    high[:, :-1] = profiles.high[kind]
    return low, high


def _count(lines: Ints, width: int) -> Small:
    teams = len(lines)
    cell = (np.arange(teams)[:, None, None] * (width + 1) + lines).reshape(-1)
    count = np.bincount(cell, minlength=teams * (width + 1)).reshape(teams, width + 1)
    count[:, -1] = 0
    return count.astype(np.int16)


def _costs(own: Ints, theirs: Ints, out: Small, back: Small) -> Small:
    """Return what each swap of a pair of teams costs, shape (pairs, s, s): shared lines do not move."""
    pairs = np.arange(len(own))[:, None, None]
    leave, come = out[pairs, own], back[pairs, theirs]
    cost = leave.sum(axis=2, dtype=np.int16)[:, :, None] + come.sum(axis=2, dtype=np.int16)[:, None, :]
    both = leave + back[pairs, own]
    for index in range(own.shape[2]):
        cost -= (own[:, :, None, index] == theirs[:, None, :, index]) * both[:, :, None, index]
    return np.asarray(cost)


def _swap(count: Small, line: Ints, held: Ints, left: tuple[Ints, Ints], right: tuple[Ints, Ints]) -> None:
    """Swap the people of two lists of places, no team twice."""
    own, theirs = held[left], held[right]
    for team, less, more in ((left[0], own, theirs), (right[0], theirs, own)):
        for index in range(line.shape[1]):
            count[team, line[less, index]] -= 1
            count[team, line[more, index]] += 1
    held[left], held[right] = theirs, own


def _seats(held: Ints, grid: Ints, places: Ints, spare: Bools) -> Ints:
    out = places.copy()
    out[grid[~spare]] = held[~spare]
    return out


def blocks_of(people: int, teams: int) -> int:
    """Return how many blocks to make; 1 where a pattern does not pay."""
    blocks = people // BLOCK
    return blocks if blocks > 1 and teams // blocks >= ROOMY else 1


def repair_blocks(
    profiles: Board, sizes: Ints, kind: Ints, *, seed: int, blocks: int, compiled: bool, progress: Progress
) -> Ints:
    """Return the profile in each seat after one block is repaired and its pattern laid over all blocks.

    Block b holds the teams b, b + blocks, ... and of the people in order of profile every blocks-th; so all
    blocks hold nearly the same profiles, and who stands where in the repaired one says where their likes
    stand in the others. Seats that not all blocks have get an even sample of the people. Few teams are left
    to repair.
    """
    people, teams = len(profiles.at), len(sizes)
    rows = teams // blocks
    grid = np.arange(rows * blocks).reshape(rows, blocks)
    least = sizes[grid].min(axis=1)
    inside = int(least.sum())
    row = np.repeat(np.arange(rows), least)
    step = np.arange(inside) - np.repeat(np.cumsum(least) - least, least)
    seats = profiles.start[grid[row]] + step[:, None]
    rest = people - inside * blocks
    free = np.ones(people, dtype=bool)
    # The middles of equal parts of the people in order of profile: a systematic sample, as like the whole as
    # can be.
    sample = ((2 * np.arange(rest) + 1) * people // (2 * max(1, rest))).astype(np.int64)
    free[sample] = False
    ranks = np.flatnonzero(free).reshape(inside, blocks)
    # The middle profile of each row of ranks stands for all its blocks: it is nearest to the others.
    middle = blocks // 2
    shared = kind[grid].min(axis=1)
    start = np.concatenate([[0], np.cumsum(least)]).astype(np.int64)
    dealt = np.empty(inside, dtype=np.int64)
    dealt[_round(least, start)] = profiles.profile[ranks[:, middle]]
    mended, _, _ = repair_teams(
        profiles,
        dealt,
        start,
        shared,
        seed=seed,
        salt="block",
        budget=40 * inside,
        compiled=compiled,
        progress=progress,
    )
    place = np.argsort(mended, kind="stable")
    index = np.empty(people, dtype=np.int64)
    index[seats[place]] = profiles.profile[ranks]
    left = np.ones(people, dtype=bool)
    left[seats.reshape(-1)] = False
    index[np.flatnonzero(left)] = profiles.profile[sample]
    return index


def _round(sizes: Ints, start: Ints) -> Ints:
    """Return the seats of a block in the order they are dealt, round its teams."""
    team = np.repeat(np.arange(len(sizes)), sizes)
    turn = np.arange(len(team)) - start[team]
    return np.asarray(start[team] + turn)[np.lexsort((team, turn))]
