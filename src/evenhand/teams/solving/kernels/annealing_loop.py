"""The annealing loop: one source for plain Python and for numba, as in ``kernels``."""

# ruff: noqa: PLR0917, D417 - a kernel is one loop over flat arrays taken by position
from __future__ import annotations

from evenhand.teams.solving.kernels.repair_loop import Flat


def _move(
    moved: int, source: int, target: int, line: Flat, times: Flat, first: Flat, total: Flat, lines: int,
    table: Flat, begin: Flat, level: Flat, sums: Flat, measures: int, rise: Flat, fall: Flat, friend: Flat,
    friends: Flat, tie: Flat, slot: Flat, groups: int, free: Flat, need: Flat, short: Flat, team: Flat,
) -> int:  # fmt: skip
    """Move an atom to another team, in counts and sums but not in seats; return the change of cost."""
    cost = 0
    for entry in range(first[moved], first[moved + 1]):
        often = times[entry]
        cell = source * lines + line[entry]
        now = total[cell]
        cost += table[begin[cell] + now - often] - table[begin[cell] + now]
        total[cell] = now - often
        # The last who is busy at a slot leaves it free for the team they come from.
        if now == often and slot[line[entry]] >= 0:
            cell = source * groups + slot[line[entry]]
            if free[cell] < need[cell]:
                cost -= short[cell]
            free[cell] += 1
        cell = target * lines + line[entry]
        now = total[cell]
        cost += table[begin[cell] + now + often] - table[begin[cell] + now]
        total[cell] = now + often
        if now == 0 and slot[line[entry]] >= 0:
            cell = target * groups + slot[line[entry]]
            if free[cell] <= need[cell]:
                cost += short[cell]
            free[cell] -= 1
    for measure in range(measures):
        value = level[moved * measures + measure]
        cell = source * measures + measure
        was = sums[cell]
        now = was - value
        cost += now * now * rise[cell] // fall[cell] - was * was * rise[cell] // fall[cell]
        sums[cell] = now
        cell = target * measures + measure
        was = sums[cell]
        now = was + value
        cost += now * now * rise[cell] // fall[cell] - was * was * rise[cell] // fall[cell]
        sums[cell] = now
    for entry in range(friends[moved], friends[moved + 1]):
        if team[friend[entry]] == source:
            cost -= tie[entry]
        elif team[friend[entry]] == target:
            cost += tie[entry]
    team[moved] = target
    return cost


def _change_seats(
    atom: int, here: int, there: int, chosen: Flat, back: int, member: Flat, start: Flat, held: Flat
) -> None:
    """Seat an atom in the team ``there``, and the ``back`` atoms chosen for it in the team ``here``."""
    # All leave before any comes: a full team has no seat free until then.
    for move in range(back + 1):
        moved = atom if move == 0 else chosen[move - 1]
        source = here if move == 0 else there
        seat = start[source]
        while member[seat] != moved:
            seat += 1
        held[source] -= 1
        member[seat] = member[start[source] + held[source]]
    for move in range(back + 1):
        moved = atom if move == 0 else chosen[move - 1]
        target = there if move == 0 else here
        member[start[target] + held[target]] = moved
        held[target] += 1


PARTS = (_move, _change_seats)
"""Functions that the loop calls, which are compiled into it."""


def anneal(
    line: Flat,
    times: Flat,
    first: Flat,
    weight: Flat,
    member: Flat,
    start: Flat,
    held: Flat,
    team: Flat,
    total: Flat,
    lines: int,
    table: Flat,
    begin: Flat,
    level: Flat,
    sums: Flat,
    measures: int,
    rise: Flat,
    fall: Flat,
    friend: Flat,
    friends: Flat,
    tie: Flat,
    slot: Flat,
    groups: int,
    free: Flat,
    need: Flat,
    short: Flat,
    closed: Flat,
    pull: Flat,
    pulls: Flat,
    movable: Flat,
    scene: Flat,
    chosen: Flat,
    logs: Flat,
    state: Flat,
    heat: int,
    cool: int,
    steps: int,
) -> int:
    """Swap atoms (people, or people who stay together) by simulated annealing; return the steps made.

    Args:
        line: lines of all atoms, ascending in each; times: how often an atom counts in it; first: where each
            atom's begin; weight: people in each atom.
        member: atoms in each team's seats; start: first seat of each team; held: atoms in each team now.
        team: team of each atom; total: people of each (team, line); lines: number of lines.
        table: costs by count; begin: where the costs of each (team, line) begin in it.
        level: numbers of each (atom, measure); sums: of each (team, measure); measures: how many.
        rise, fall: a team's number costs S x S x rise // fall, of each (team, measure).
        friend: other atoms tied to an atom; friends: where each atom's begin; tie: cost of standing together.
        slot: group of slots a line belongs to, -1 for none; groups: how many; free: slots at which
            nobody is, of each (team, group); need: least of them; short: cost of each one too few.
        closed: 1 where an atom may not stand in a team, atom by atom; empty for none.
        pull: whom an atom would rather be with (another atom, or -1 - a team), empty if none has any; pulls:
            where each atom's begin.
        movable: atoms that may move; scene: teams drawn for them; chosen: room for the atoms that move back.
        logs: -log of (i + 1/2) / len in 1024ths; state: two draws' states, cost, best possible cost.
        heat: first temperature; cool: last; steps: most steps. Stops where the cost is the best possible.
    """
    draw, other_draw, cost, aim = state[0], state[1], state[2], state[3]
    teams = len(held)
    count = len(movable)
    steps_done = 0
    after = cost
    warmth = heat
    # The temperature is set 64 times a call and not at every swap, which saves its divisions.
    block = steps // 64 + 1
    while steps_done < steps and cost > aim:
        if steps_done % block == 0:
            warmth = cool + (heat - cool) * (steps - steps_done) // steps * (steps - steps_done) // steps
        steps_done += 1
        draw = draw * 40014 % 2147483563
        other_draw = other_draw * 40692 % 2147483399
        atom = movable[(draw + other_draw) % count]
        here = team[atom]
        draw = draw * 40014 % 2147483563
        other_draw = other_draw * 40692 % 2147483399
        there = scene[(draw + other_draw) % len(scene)]
        if len(pull) > 0 and pulls[atom + 1] > pulls[atom]:
            # Every other time straight to where the atom would rather be: of a hundred teams a random one is
            # the wanted one too seldom.
            draw = draw * 40014 % 2147483563
            other_draw = other_draw * 40692 % 2147483399
            if (draw + other_draw) % 2 == 0:
                wanted = pull[pulls[atom] + (draw + other_draw) // 2 % (pulls[atom + 1] - pulls[atom])]
                there = team[wanted] if wanted >= 0 else -1 - wanted
        if there == here or (len(closed) > 0 and closed[atom * teams + there] == 1) or held[there] == 0:
            continue
        lack = weight[atom]
        draw = draw * 40014 % 2147483563
        other_draw = other_draw * 40692 % 2147483399
        turn = (draw + other_draw) % held[there]
        back = 0
        for step in range(held[there]):
            other = member[start[there] + (turn + step) % held[there]]
            if (
                weight[other] > lack
                or weight[other] < 0
                or (len(closed) > 0 and closed[other * teams + here] == 1)
            ):
                continue
            chosen[back] = other
            back += 1
            lack -= weight[other]
            if lack == 0:
                break
        # No set of atoms of the other team weighs the same, so sizes could not be kept.
        if lack > 0:
            continue
        before = cost
        # Most swaps are of one atom for one, and most are refused: so it is priced before anything moves.
        # Free slots change together, which is priced by moving alone.
        plain = back == 1 and groups == 0
        if plain:
            other = chosen[0]
            # Both atoms' lines are ascending, so one pass over the two finds where they differ.
            own = first[atom]
            theirs = first[other]
            while own < first[atom + 1] or theirs < first[other + 1]:
                if theirs == first[other + 1] or (own < first[atom + 1] and line[own] < line[theirs]):
                    where = line[own]
                    more = -times[own]
                    own += 1
                elif own == first[atom + 1] or line[theirs] < line[own]:
                    where = line[theirs]
                    more = times[theirs]
                    theirs += 1
                else:
                    where = line[own]
                    more = times[theirs] - times[own]
                    own += 1
                    theirs += 1
                if more != 0:
                    cell = here * lines + where
                    now = begin[cell] + total[cell]
                    cost += table[now + more] - table[now]
                    cell = there * lines + where
                    now = begin[cell] + total[cell]
                    cost += table[now - more] - table[now]
            for measure in range(measures):
                value = level[other * measures + measure] - level[atom * measures + measure]
                cell = here * measures + measure
                was = sums[cell]
                now = was + value
                cost += now * now * rise[cell] // fall[cell] - was * was * rise[cell] // fall[cell]
                cell = there * measures + measure
                was = sums[cell]
                now = was - value
                cost += now * now * rise[cell] // fall[cell] - was * was * rise[cell] // fall[cell]
            for move in range(2):
                moved = atom if move == 0 else other
                source = here if move == 0 else there
                for entry in range(friends[moved], friends[moved + 1]):
                    # The two who change places stand apart before and after.
                    if friend[entry] == atom or friend[entry] == other:
                        continue
                    if team[friend[entry]] == source:
                        cost -= tie[entry]
                    elif team[friend[entry]] == here + there - source:
                        cost += tie[entry]
            if cost > before:
                draw = draw * 40014 % 2147483563
                other_draw = other_draw * 40692 % 2147483399
                if cost - before > warmth * logs[(draw + other_draw) % len(logs)] // 1024:
                    cost = before
                    continue
            after = cost
        for trial in range(2):
            # The first round makes the move; the second takes it back if it is not accepted.
            for move in range(back + 1):
                moved = atom if move == 0 else chosen[move - 1]
                source = team[moved]
                target = here + there - source
                cost += _move(
                    moved, source, target, line, times, first, total, lines, table, begin, level, sums,
                    measures, rise, fall, friend, friends, tie, slot, groups, free, need, short, team,
                )  # fmt: skip
            if plain:
                cost = after
                break
            if trial == 1 or cost <= before:
                break
            draw = draw * 40014 % 2147483563
            other_draw = other_draw * 40692 % 2147483399
            # Metropolis with a table: accept with probability exp(-change / warmth), as -log of a draw is
            # looked up.
            if cost - before <= warmth * logs[(draw + other_draw) % len(logs)] // 1024:
                break
        if team[atom] == there:
            _change_seats(atom, here, there, chosen, back, member, start, held)
    state[0] = draw
    state[1] = other_draw
    state[2] = cost
    return steps_done
