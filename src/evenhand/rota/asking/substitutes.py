"""Who steps in: the next in order for every slot, who serves nothing unless called."""

from __future__ import annotations

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.standing import Standing


@said_in_words
def substitutes(problem: RotaProblem, awards: Ints, seed: int = 0) -> list[list[str]]:
    """Return the names of each slot's substitutes, next in order first, at most ``problem.substitutes``.

    A substitute's load is 0: being one changes no standing. Who steps in is booked as a swap
    (``evenhand.rota.asking.amend``). Cost O(slots x people).

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> problem = eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 2), substitutes=1)
        >>> solution = eh.solve(problem)
        >>> eh.rota.substitutes(problem, solution.awards)
        [['Ada'], ['Ben']]
    """
    standing, barriers = Standing(problem, seed), Barriers(problem)
    out = []
    for slot in range(len(problem.slot_start)):
        standing.open(slot)
        serving = problem.crew(awards, slot)
        free = standing.able_to[slot].copy()
        free[list(barriers.closed(slot))] = False
        free[serving] = False
        # A partner who may never serve with one of the crew cannot step in for another.
        for who in serving.tolist():
            free[barriers.partners(who)] = False
        out.append([problem.people[who] for who in standing.ranked(free)[: problem.substitutes]])
        # Substitutes serve nothing: only the crew is booked.
        standing.serve(serving, int(problem.load[slot]))
        barriers.served(slot, serving.tolist())
    return out
