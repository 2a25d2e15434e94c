"""What of a rota's proof can be proven anew when a document is read, and the sentences on what is proven.

The optimiser hands out what it proved, as figures: the least that any plan could reach. What its plan reaches
is counted here, when the plan is judged and again when a document is read: no text of a file is passed on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.job import Recheck
from evenhand.core.shares import TICKS
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.judge import judge, largest_lag
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.judging.views import views_of
from evenhand.rota.problem import RotaProblem

# A matter of time alone: the check grows with the cells, so twice as many take twice as long when a
# document opens.
QUICK = 5_000_000
"""Slots times people up to which shares are added up anew whenever a document is read: about a second. Beyond
it a document's claim stands as a claim; ``evenhand measure`` checks any size when asked."""


def recheck(problem: RotaProblem, awards: Ints, proof: Mapping[str, Any]) -> Recheck:
    """Look at a rota's proof anew.

    Args:
        problem: the rota.
        awards: person of each seat-turn, -1 for an open seat.
        proof: what the method handed out.

    Returns:
        The sum of squared lags as its own bound where the certificate's prices prove that none is smaller,
        else 0, which no sum of squares is below; and what is damaged. Cost: that of the certificate's check.
    """
    damage = tuple(_damage(proof))
    # What an optimiser found least is not looked for again: it stands on the file's word.
    claims = tuple(
        name
        for name, nothing in (
            ("least_largest_lag", None),
            ("views", {"proven": False}),
            ("breaks", {"least": 0}),
        )
        if proof.get(name, nothing) != nothing
    )
    # Without a certificate nothing can be proven anew, and that is no damage: most methods hand none out.
    if damage or proof.get("certificate") is None:
        return Recheck(bound=0, damage=damage, claims=claims)
    quick = len(problem.seats) * len(problem.people) <= QUICK
    checked = check(problem, awards, proof, add_up=quick)
    if not checked.holds:
        return Recheck(bound=0, damage=("certificate does not hold: " + " ".join(checked.faults),))
    return Recheck(bound=judge(problem, awards).objective if checked.smoothest else 0)


def _damage(proof: Mapping[str, Any]) -> list[str]:
    """Return what of a proof is not as methods write it, a clause each."""
    least = proof.get("least_largest_lag")
    parts: tuple[tuple[str, object, type, str], ...] = (
        ("seed", proof.get("seed", 0), int, "whole number"),
        ("certificate", proof.get("certificate", {}), Mapping, "object"),
        ("least_largest_lag", 0 if least is None else least, int, "whole number"),
        ("views", _inside(proof, "views", "proven", default=False), bool, "object that says what is proven"),
        ("breaks", _inside(proof, "breaks", "least", default=0), int, "object with the least weight"),
    )
    # True and False are whole numbers to Python, and none here.
    return [
        f"{name} is not {'an' if word[0] == 'o' else 'a'} {word}"
        for name, value, kind, word in parts
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool))
    ]


def _inside(proof: Mapping[str, Any], name: str, key: str, *, default: object) -> object:
    """Return a figure inside a part of the proof; its default where there is no such part."""
    part = proof.get(name, {key: default})
    return part.get(key) if isinstance(part, Mapping) else None


def said(
    problem: RotaProblem, awards: Ints, objective: int, bound: int | None, proof: Mapping[str, Any]
) -> dict[str, str]:
    """Return what is proven of an optimiser's plan, and what it reaches, as ``says``; {} for other methods.

    Args:
        problem: the rota.
        awards: person of each seat-turn, -1 for an open seat.
        objective: what the plan is worth, as the judge found it.
        bound: what no plan is worth less than, as the method says.
        proof: what the method handed out: the least largest lag of any plan, whether none is nearer in the
            views, the least weight of breaks.
    """
    if not {"least_largest_lag", "says"} & proof.keys() or proof.get("certificate") is not None:
        return {}
    # A proof that is damaged claims nothing: ``recheck`` tells the damage.
    claims = {} if _damage(proof) else proof
    weight = sum(problem.rules[broken.rule].weight for broken in breaks_of(problem, awards))
    sentences = _breaks_said(weight, claims.get("breaks", {"least": 0})["least"])
    which = "breaks them as little" if weight else "keeps the rules"
    if objective == bound:
        sentences.append(f"No plan that {which} has a smaller sum of squared lags.")
    most, least = largest_lag(problem, awards), claims.get("least_largest_lag")
    lag = f"The largest lag is {most / TICKS:.2f} turns"
    if least is None:
        sentences.append(f"{lag}.")
    elif least < most:
        sentences.append(f"{lag}; the least that any plan could have is {least / TICKS:.2f}.")
    else:
        sentences.append(f"{lag}, and no plan that {which} has a smaller one.")
    if "views" in claims:
        sentences.append(_views_said(problem, awards, proven=claims["views"]["proven"]))
    together = _most_together(problem, awards)
    if together:
        times = "once" if together == 1 else f"{together} times"
        sentences.append(f"No two people serve together more than {times}.")
    return {"says": " ".join(sentences)}


def _breaks_said(weight: int, least: int) -> list[str]:
    """Say what the rules that may be broken came to."""
    if not weight:
        return []
    if weight == least:
        return [f"The rules cannot all hold: any plan breaks rules of weight {weight} or more in all."]
    return [f"Rules of weight {weight} are broken; it is proven that {least} cannot be avoided."]


def _views_said(problem: RotaProblem, awards: Ints, *, proven: bool) -> str:
    """Say how even the views are, and whether they could be more even."""
    excess = 0
    for view in views_of(problem, awards):
        # Floor and ceiling of what was due: -(-a // b) is the ceiling.
        low, high = view.due // TICKS, -(-view.due // TICKS)
        excess = max(excess, int(np.maximum(low - view.served, view.served - high).max(initial=0)))
    if not excess:
        return "In every view everybody is within one turn of what was due."
    nearer = "with this sum none is nearer" if proven else "it is not proven that none is nearer"
    return f"In the worst view somebody is up to {excess + 1} turns off; {nearer}."


def _most_together(problem: RotaProblem, awards: Ints) -> int:
    """Return how many slots the two people share who meet most often; 0 where nobody meets anybody."""
    pairs: Counter[tuple[int, int]] = Counter()
    # Slots with one seat are most of a long rota, and nobody meets in them.
    for slot in np.flatnonzero(problem.seats > 1).tolist():
        pairs.update(combinations(sorted(problem.crew(awards, slot).tolist()), 2))
    return max(pairs.values(), default=0)
