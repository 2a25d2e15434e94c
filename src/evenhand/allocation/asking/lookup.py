"""Who and what is meant by a name, with near misses; and why a pair is not a candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evenhand.allocation.problem import AllocationProblem, barriers_of
from evenhand.allocation.problem.allocation_problem import title
from evenhand.core.errors import InputError
from evenhand.tables.texts import near_person


def ids_of(text: str, names: Sequence[str], called: Mapping[str, str]) -> list[str]:
    """Return the names that a text may mean: that name itself, else all that people call so.

    Case and outer spaces do not matter for what people call them; ``title``'s own form is understood too.

    >>> ids_of("desert road report", ["P031", "P032"], {"P031": "Desert Road Report"})
    ['P031']
    """
    if text in names:
        return [text]
    wanted = text.strip().casefold()
    return [
        name
        for name in names
        if wanted in {name.casefold(), called.get(name, name).casefold(), title(name, called).casefold()}
    ]


def one_of(text: str, names: Sequence[str], called: Mapping[str, str], kind: str, column: str = "") -> str:
    """Return the one name that a text means.

    Args:
        text: an id, or what people call it.
        names: the ids.
        called: what people call them.
        kind: what the message calls them, such as "item or recipient".
        column: what the message calls the place of the text.

    Raises:
        InputError: none is called so (with a near miss), or several are.
    """
    matching = ids_of(text, names, called)
    if len(matching) == 1:
        return matching[0]
    if matching:
        some = ", ".join(matching[:5]) + (" ..." if len(matching) > 5 else "")  # noqa: PLR2004 - enough
        raise InputError.one(
            f"is the name of {len(matching)} here", f"Give the id: {some}", came=text, column=column
        )
    meant = near_person(text, [*names, *(called[name] for name in names if name in called)])
    article = "an" if kind[0] in "aeio" else "a"
    mend = f"Did you mean {meant}?" if meant else f"Name {article} {kind}"
    raise InputError.one(f"is not {article} {kind} of this plan", mend, came=text, column=column)


def why_not(problem: AllocationProblem, item: str, recipient: str, days: Sequence[str] | None = None) -> str:
    """Return why an item cannot go to a recipient: the rules, and until when; "" where nothing forbids it.

    Args:
        problem: what was asked; what its pipeline ruled out stands in its ``barriers``.
        item: an item's id.
        recipient: a recipient's id.
        days: the days asked about; all of them if not given.
    """
    asked = problem.days if days is None else tuple(days)
    of_pair = (problem.item == problem.items.index(item)) & (
        problem.recipient == problem.recipients.index(recipient)
    )
    there = {problem.days[day] for day in problem.day[of_pair].tolist()}
    closed = [day for day in asked if day not in there]
    told = [
        f"{_on(days_closed, problem.days)}{barrier.clause}"
        for barrier, days_closed in barriers_of(problem.barriers, item, recipient, closed)
    ]
    if closed and not told:
        told.append(f"{_on(tuple(closed), problem.days)}it is not among the candidates")
    return "; ".join(told)


def _on(closed: Sequence[str], days: Sequence[str]) -> str:
    return "" if len(closed) == len(days) else f"on {', '.join(closed)} "
