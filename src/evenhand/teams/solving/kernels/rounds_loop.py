"""The loop that looks for rounds in which nobody meets twice: one source for plain Python and for numba."""

# ruff: noqa: PLR0917, D417 - a kernel is one loop over flat arrays taken by position
from __future__ import annotations

from evenhand.teams.solving.kernels.repair_loop import Flat


def part(
    member: Flat,
    orbit: Flat,
    count: Flat,
    most: Flat,
    people: int,
    size: int,
    logs: Flat,
    state: Flat,
    heat: int,
    cool: int,
    steps: int,
) -> int:
    """Swap people within base rounds until no orbit of pairs is used more than it may be; return the steps.

    Args:
        member: person in each (base round, seat), team by team.
        orbit: orbit of each (person, person); count: pairs of each orbit in a team; most: how many may be.
        people: how many; size: of every team.
        logs: -log of (i + 1/2) / len in 1024ths; state: two draws' states, pairs too many.
        heat: first temperature in 1024ths of a pair; cool: last; steps: most swaps tried.
    """
    draw, other_draw, cost = state[0], state[1], state[2]
    bases = len(member) // people
    steps_done = 0
    block = steps // 64 + 1
    warmth = heat
    while steps_done < steps and cost > 0:
        if steps_done % block == 0:
            warmth = cool + (heat - cool) * (steps - steps_done) // steps * (steps - steps_done) // steps
        steps_done += 1
        draw = draw * 40014 % 2147483563
        other_draw = other_draw * 40692 % 2147483399
        own = (draw + other_draw) % (bases * people)
        base = own // people * people
        draw = draw * 40014 % 2147483563
        other_draw = other_draw * 40692 % 2147483399
        theirs = base + (draw + other_draw) % people
        # Seats are drawn: those of one team stand side by side.
        here = own // size * size
        there = theirs // size * size
        if here == there:
            continue
        first = member[own]
        other = member[theirs]
        before = cost
        for trial in range(2):
            # The first round makes the swap; the second takes it back if it is not accepted.
            goes = first if trial == 0 else other
            comes = other if trial == 0 else first
            for seat in range(size):
                for way in range(2):
                    start = here if way == 0 else there
                    leaves = goes if way == 0 else comes
                    enters = comes if way == 0 else goes
                    if start + seat == own or start + seat == theirs:
                        continue
                    mate = member[start + seat]
                    cell = orbit[leaves * people + mate]
                    if count[cell] > most[cell]:
                        cost -= 1
                    count[cell] -= 1
                    cell = orbit[enters * people + mate]
                    if count[cell] >= most[cell]:
                        cost += 1
                    count[cell] += 1
            if trial == 1 or cost <= before:
                break
            draw = draw * 40014 % 2147483563
            other_draw = other_draw * 40692 % 2147483399
            if (cost - before) * 1024 <= warmth * logs[(draw + other_draw) % len(logs)] // 1024:
                break
        # A swap that was taken back ended in the second round.
        if trial == 0:
            member[own] = other
            member[theirs] = first
    state[0] = draw
    state[1] = other_draw
    state[2] = cost
    return steps_done
