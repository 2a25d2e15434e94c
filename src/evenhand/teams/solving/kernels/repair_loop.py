"""The repair loop: one source for plain Python and for numba, which compiles it for large rosters.

Everything is whole numbers in flat sequences, so that plain Python (lists) and compiled code (int64 arrays)
agree to the bit. Draws add the two sequences of L'Ecuyer's generator, whose products never leave 63 bits:
P. L'Ecuyer, *Efficient and portable combined random number generators* (1988), doi:10.1145/62959.62969.
"""

# ruff: noqa: PLR0917, D417 - kernels take flat arrays by position; several are told in one line
from __future__ import annotations

from typing import Any

Flat = Any
"""A list of ints or an int64 array."""

# The moduli of L'Ecuyer's two sequences (1988); with the multipliers 40014 and 40692 used below a product
# stays under 2^47.
FIRST_MODULUS = 2147483563
SECOND_MODULUS = 2147483399

TRIES = 8
"""Teams with room tried for each repair. On 2,000 people with seven columns in 250 teams, until none is off:
57,000 tries of 8 teams, 66,000 of 4 (and one seed of three is not done after 120,000), 40,000 of 16; a try
costs about as much more as it looks at more teams, so the seconds are the same."""

DRAWS = 32
"""Teams asked whether they have room. With 16 one seed of three keeps 3 people off after 120,000 tries on
that roster; with 64 it takes 35,000 tries for 56,000, and as many seconds."""

WINDOW = 64
"""Members looked at in each team, so that a try costs no more in teams of a thousand. In teams of 100 half
of it takes as many tries and half the time on the median of three seeds, twice of it fewer tries and the
same time: any of them will do."""


def prepare(
    count: Flat,
    low: Flat,
    high: Flat,
    kind: Flat,
    lines: int,
    gain: Flat,
    loss: Flat,
    off: Flat,
    todo: Flat,
    place: Flat,
) -> tuple[int, int]:
    """Fill the work arrays from the counts; return (people off target, teams off target).

    Args:
        count: people of each (team, line); changed by ``repair`` only.
        low: least people of each (kind of team, line); high: most.
        kind: kind of each team, such as its size class.
        lines: number of lines.
        gain: out, cost change if the team gets one more of the line; loss: one fewer.
        off: out, people off target a team; todo: out, teams off target; place: out, where each stands in it.
    """
    total = 0
    waiting = 0
    for team in range(len(kind)):
        off_here = 0
        for line in range(lines):
            cell = team * lines + line
            rule = kind[team] * lines + line
            held = count[cell]
            if held > high[rule]:
                off_here += held - high[rule]
            elif held < low[rule]:
                off_here += low[rule] - held
            # One more person is dear at or above the most, helps below the least, and else changes nothing.
            gain[cell] = 1 if held >= high[rule] else (-1 if held < low[rule] else 0)
            loss[cell] = 1 if held <= low[rule] else (-1 if held > high[rule] else 0)
        off[team] = off_here
        total += off_here
        place[team] = -1
        if off_here > 0:
            place[team] = waiting
            todo[waiting] = team
            waiting += 1
    return total, waiting


def _easiest(
    begin: int, size: int, turn: int, own: int, line: Flat, first: Flat, profile_of: Flat, loss: Flat
) -> tuple[int, int]:
    """Return the seat of a team whose person can leave at the least cost, and that cost; see ``repair``."""
    look = min(WINDOW, size)
    leaver = begin + turn
    # One person costs at most 1 a value, so 99 is above anybody with fewer values than that.
    ease = 99
    for step in range(look):
        seat = begin + (turn + step) % size
        profile = profile_of[seat]
        change = 0
        for entry in range(first[profile], first[profile + 1]):
            change += loss[own + line[entry]]
        if change < ease:
            ease = change
            leaver = seat
    return leaver, ease


def _partner(
    begin: int, size: int, turn: int, own: int, theirs: int, out: int, base: int, line: Flat, first: Flat,
    profile_of: Flat, gain: Flat, loss: Flat, mark: Flat,
) -> tuple[int, int]:  # fmt: skip
    """Return the seat of a team whose person changes places with the leaver at the least cost, and the cost.

    ``base`` is the leaver's own cost; the lines that both have are marked, and cost nothing.
    """
    best = 2**30
    partner = -1
    for step in range(min(WINDOW, size)):
        seat = begin + (turn + step) % size
        come = profile_of[seat]
        # Two of one profile would change places for nothing.
        if come == out:
            continue
        change = base
        for entry in range(first[come], first[come + 1]):
            here = line[entry]
            if mark[here]:
                change -= loss[own + here] + gain[theirs + here]
            else:
                change += loss[theirs + here] + gain[own + here]
        if change < best:
            best = change
            partner = seat
    return partner, best


def _recount(
    moved: int, source: int, target: int, line: Flat, first: Flat, count: Flat, low: Flat, high: Flat,
    kind: Flat, lines: int, gain: Flat, loss: Flat, off: Flat,
) -> None:  # fmt: skip
    """Count somebody of the profile ``moved`` out of one team and into another."""
    # Only what the person has can change, so a whole row of a team is never counted anew.
    for entry in range(first[moved], first[moved + 1]):
        cell = source * lines + line[entry]
        rule = kind[source] * lines + line[entry]
        held = count[cell] - 1
        count[cell] = held
        if held >= high[rule]:
            off[source] -= 1
        elif held < low[rule]:
            off[source] += 1
        gain[cell] = 1 if held >= high[rule] else (-1 if held < low[rule] else 0)
        loss[cell] = 1 if held <= low[rule] else (-1 if held > high[rule] else 0)
        cell = target * lines + line[entry]
        rule = kind[target] * lines + line[entry]
        held = count[cell] + 1
        count[cell] = held
        if held > high[rule]:
            off[target] += 1
        elif held <= low[rule]:
            off[target] -= 1
        gain[cell] = 1 if held >= high[rule] else (-1 if held < low[rule] else 0)
        loss[cell] = 1 if held <= low[rule] else (-1 if held > high[rule] else 0)


def _listed(now: int, off: Flat, todo: Flat, place: Flat, waiting: int) -> int:
    """Enter a team among those off target, or take it out; return how many there are."""
    if off[now] > 0 and place[now] < 0:
        place[now] = waiting
        todo[waiting] = now
        waiting += 1
    elif off[now] == 0 and place[now] >= 0:
        waiting -= 1
        last = todo[waiting]
        todo[place[now]] = last
        place[last] = place[now]
        place[now] = -1
    return waiting


PARTS = (_easiest, _partner, _recount, _listed)
"""Functions that the loop calls, which are compiled into it."""


def repair(
    line: Flat,
    first: Flat,
    profile_of: Flat,
    start: Flat,
    count: Flat,
    low: Flat,
    high: Flat,
    kind: Flat,
    lines: int,
    gain: Flat,
    loss: Flat,
    off: Flat,
    todo: Flat,
    place: Flat,
    mark: Flat,
    accept: Flat,
    state: Flat,
    budget: int,
) -> int:
    """Swap people until no team is off target or ``budget`` swaps were tried; return the tries.

    Args:
        line: lines of all profiles, profile by profile; first: where each one's begin, shape (profiles + 1,).
        profile_of: profile in each seat; start: first seat of each team, shape (T + 1,).
        count: see ``prepare``; low, high, kind, lines, gain, loss, off, todo, place too.
        mark: zeros, one a line: room to mark the lines of who leaves.
        accept: threshold of 2^31 for accepting a swap that worsens by its index.
        state: two draws' states, people off target, teams off target; kept between calls.
        budget: most tries.
    """
    draw, other_draw = state[0], state[1]
    total, waiting = state[2], state[3]
    teams = len(kind)
    tries = 0
    while waiting > 0 and tries < budget:
        tries += 1
        draw = draw * 40014 % 2147483563
        other_draw = other_draw * 40692 % 2147483399
        team = todo[(draw + other_draw) % waiting]
        own = team * lines
        begin = start[team]
        size = start[team + 1] - begin
        draw = draw * 40014 % 2147483563
        other_draw = other_draw * 40692 % 2147483399
        turn = (draw + other_draw) % size
        leaver, ease = _easiest(begin, size, turn, own, line, first, profile_of, loss)
        out = profile_of[leaver]
        # What is too many here must find room there; what is too few here must be spare there.
        want = -1
        for entry in range(first[out], first[out + 1]):
            if loss[own + line[entry]] < 0:
                want = line[entry]
        many = want >= 0
        if not many:
            draw = draw * 40014 % 2147483563
            other_draw = other_draw * 40692 % 2147483399
            shift = (draw + other_draw) % lines
            for step in range(lines):
                if gain[own + (shift + step) % lines] < 0:
                    want = (shift + step) % lines
        for entry in range(first[out], first[out + 1]):
            mark[line[entry]] = 1
        best = 99
        partner = -1
        other = team
        asked = 0
        for _ in range(DRAWS):
            if asked == TRIES:
                break
            draw = draw * 40014 % 2147483563
            other_draw = other_draw * 40692 % 2147483399
            there = (draw + other_draw) % teams
            theirs = there * lines
            if there == team or (want >= 0 and (gain if many else loss)[theirs + want] > 0):
                continue
            asked += 1
            # The leaver's whole cost once a team; each partner then adds only what differs.
            base = ease
            for entry in range(first[out], first[out + 1]):
                base += gain[theirs + line[entry]]
            # A partner here would have to make up for more than 3, so the team is not looked through.
            if base > best + 3:
                continue
            begin = start[there]
            size = start[there + 1] - begin
            draw = draw * 40014 % 2147483563
            other_draw = other_draw * 40692 % 2147483399
            turn = (draw + other_draw) % size
            seat, change = _partner(
                begin, size, turn, own, theirs, out, base, line, first, profile_of, gain, loss, mark
            )
            if change < best:
                best = change
                partner = seat
                other = there
            # A swap that puts two or more people right is good enough to stop looking.
            if best < -1:
                break
        for entry in range(first[out], first[out + 1]):
            mark[line[entry]] = 0
        if partner < 0:
            continue
        if best > 0:
            draw = draw * 40014 % 2147483563
            other_draw = other_draw * 40692 % 2147483399
            if best >= len(accept) or (draw + other_draw) % 2147483648 >= accept[best]:
                continue
        come = profile_of[partner]
        profile_of[partner] = out
        profile_of[leaver] = come
        total += best
        for way in range(2):
            source = team if way == 0 else other
            target = other if way == 0 else team
            moved = out if way == 0 else come
            _recount(moved, source, target, line, first, count, low, high, kind, lines, gain, loss, off)
        for way in range(2):
            now = team if way == 0 else other
            waiting = _listed(now, off, todo, place, waiting)
    state[0] = draw
    state[1] = other_draw
    state[2] = total
    state[3] = waiting
    return tries
