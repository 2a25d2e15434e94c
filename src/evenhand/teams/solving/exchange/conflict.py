"""Why rules cannot all hold: by counting, or by leaving out one rule after another."""

from __future__ import annotations

import numpy as np

from evenhand.core.progress import Progress
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.rules import KIND_OF
from evenhand.teams.solving.exchange.atoms import atoms_of
from evenhand.teams.solving.exchange.program import arrange_exactly


def counted_out(problem: TeamsProblem) -> tuple[str, ...]:
    """Return every hard rule that counting shows cannot hold, with numbers; () where it is silent."""
    reasons: list[str] = []
    hard = [rule for rule in problem.rules if not rule.weight]
    if not hard:
        return ()
    for rule in hard:
        reasons += KIND_OF[rule.kind].counted_out(rule, problem)
    return (*reasons, *(_all_locked(problem, hard) or _units(problem, hard)))


def _all_locked(problem: TeamsProblem, hard: list[Rule]) -> list[str]:
    """Say in one sentence that everybody is locked in teams of other sizes, and how to ask for those."""
    atoms = atoms_of(problem, tuple(hard))
    if not len(atoms.closed) or (atoms.closed.sum(axis=1) != len(problem.teams) - 1).any():
        return []
    home = np.argmin(atoms.closed, axis=1)
    load = np.bincount(home, weights=atoms.weight, minlength=len(problem.teams)).astype(int)
    fits = np.array_equal(load, problem.sizes) if problem.listed else sorted(load) == sorted(problem.sizes)
    if fits:
        return []
    asked = ",".join(map(str, problem.sizes.tolist()))
    there = ",".join(map(str, load.tolist()))
    cause = f"Everybody is locked, in teams of {there}; the sizes asked for are {asked}."
    return [f"{cause} Give --sizes {there} to keep everybody, or lock fewer people."]


def _units(problem: TeamsProblem, hard: list[Rule]) -> list[str]:
    """Check atoms against the largest team, closed teams, places of locked teams, and pairs kept apart."""
    atoms = atoms_of(problem, tuple(hard))
    out: list[str] = []
    largest = int(problem.sizes.max(initial=0))
    for atom in np.flatnonzero(atoms.weight > largest).tolist():
        who = [problem.people[person] for person in np.flatnonzero(atoms.of == atom)[:3].tolist()]
        more = " and others" if atoms.weight[atom] > len(who) else ""
        out.append(
            f"{', '.join(who)}{more} together are {int(atoms.weight[atom])}; the largest team has {largest}."
        )
    if len(atoms.closed):
        for atom in np.flatnonzero(atoms.closed.all(axis=1)).tolist():
            people = np.flatnonzero(atoms.of == atom).tolist()
            sentences = [
                rule.said for rule in hard if rule.kind == "allowed" and set(rule.people) & set(people)
            ]
            named = ", ".join(problem.people[person] for person in people[:3])
            out.append(f"{named} may stand in no team: {'; '.join(sentences)}.")
        fixed = np.flatnonzero(atoms.closed.sum(axis=1) == len(problem.teams) - 1)
        home = np.argmin(atoms.closed[fixed], axis=1)
        load = np.bincount(home, weights=atoms.weight[fixed], minlength=len(problem.teams)).astype(int)
        room = problem.sizes if problem.listed else np.full(len(problem.teams), largest)
        out += [
            f"{problem.teams[team]} has {int(room[team])} places, {int(load[team])} people have no other."
            for team in np.flatnonzero(load > room).tolist()
        ]
    # People kept apart whom other rules keep together: neither rule is wrong by itself, so it shows in atoms
    # only.
    for rule in hard:
        if rule.kind == "apart":
            homes = [int(atoms.of[person]) for person in rule.people]
            if len(set(homes)) < len(homes):
                out.append(f"{rule.said}, but two of them must stay together.")
    return out


def smallest_conflict(problem: TeamsProblem, progress: Progress) -> tuple[str, ...]:
    """Return a smallest set of hard rules that cannot all hold: every one of them is needed for the conflict.

    Each rule is left out in turn and the rest asked by a program; what can be left out, is.
    """
    kept = [rule for rule in problem.rules if not rule.weight]
    # One pass is enough: a rule that could not be left out from more rules cannot be left out from fewer.
    for rule in list(kept):
        rest = tuple(other for other in kept if other is not rule)
        if arrange_exactly(problem, rest, progress).feasible is False:
            kept = list(rest)
        if progress.stop():
            break
    low, high = int(problem.sizes.min()), int(problem.sizes.max())
    count = len(problem.teams)
    sizes = f"{count} {'team' if count == 1 else 'teams'} of {low}" + (f" to {high}" if high > low else "")
    return (*(f"{rule.said}." for rule in kept), f"{problem.n} people stand in {sizes}.")
