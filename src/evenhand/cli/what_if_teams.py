"""``evenhand what-if`` of teams: somebody leaves or joins, two people share a team, one team more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evenhand.cli.options import listed
from evenhand.cli.output import print_json
from evenhand.teams.asking.what_if import WhatIf, changed, compared, fewest_moves, refused

if TYPE_CHECKING:
    from evenhand.cli.session import Session
    from evenhand.core.solution import Solution
    from evenhand.report.text import Block
    from evenhand.teams import TeamsProblem

OPTIONS = ("without", "pin", "forbid", "join", "together", "apart", "teams", "weights")
"""What a change of teams can be."""
LISTED = "wishes"
"""What is listed where no change is asked for."""
WRITTEN = ": the plan with the fewest moves"
SHOWN = 12
"""Refused wishes shown; the file holds them all."""


def problem_asked(before: Solution, given: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """Return the changed problem, and what was changed in words.

    Raises:
        InputError: a name is unknown, or an option cannot be read.
    """
    return changed(before.problem, before.awards, **_read(before.problem, given))


def answered(
    session: Session, words: tuple[str, ...], before: Solution, after: Solution, seconds: float | None
) -> tuple[WhatIf, Solution]:
    """Return both plans side by side, and the one to write: the one with the fewest moves.

    It is what somebody would hand out; the best one is told for comparison.
    """
    problem = after.problem
    with session.searching(problem, seconds) as progress:
        fewest = fewest_moves(before, problem, before.seed, progress=progress)
    answer = compared(words, before, after, fewest)
    return answer, after if answer.near is None else answer.near.solution


def _read(problem: TeamsProblem, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as ``changed`` takes them.

    Raises:
        InputError: one of them cannot be read; all of them at once.
    """
    from evenhand.cli.teams import weighed

    both = (problem.people, problem.teams)
    weights = weighed(given["weights"])
    return {
        "without": given["without"] or [],
        "pin": [_pair(text, *both) for text in given["pin"] or ()],
        "forbid": [_pair(text, *both) for text in given["forbid"] or ()],
        "together": [named_parts(text, problem.people) for text in given["together"] or ()],
        "apart": [named_parts(text, problem.people) for text in given["apart"] or ()],
        "join": dict(_joining(text) for text in given["join"] or ()),
        "teams": given["teams"],
        "weights": {column: int(weight) for column, weight in weights.items()} or None,
    }


def named_parts(text: str, names: Sequence[str]) -> list[str]:
    """Return the names in a text parted by commas; a comma may stand inside a name ("Lopes, Ada").

    >>> named_parts("Lopes, Ada,Bo", ["Lopes, Ada", "Bo"])
    ['Lopes, Ada', 'Bo']
    """
    known = {" ".join(name.casefold().split()) for name in names}
    parts = text.split(",")
    out: list[str] = []
    start = 0
    while start < len(parts):
        # The longest run of parts that is somebody; where none is, the part alone, which is then refused.
        end = next(
            (
                stop
                for stop in range(len(parts), start, -1)
                if " ".join(",".join(parts[start:stop]).casefold().split()) in known
            ),
            start + 1,
        )
        out.append(",".join(parts[start:end]).strip())
        start = end
    return [part for part in out if part]


def _pair(text: str, people: Sequence[str], teams: Sequence[str]) -> tuple[str, ...]:
    """Return person and team; both may hold commas."""
    known = [{" ".join(name.casefold().split()) for name in names} for names in (people, teams)]
    parts = text.split(",")
    splits = [(",".join(parts[:cut]).strip(), ",".join(parts[cut:]).strip()) for cut in range(1, len(parts))]
    whole: list[tuple[str, ...]] = [
        pair
        for pair in splits
        if all(" ".join(part.casefold().split()) in names for part, names in zip(pair, known, strict=True))
    ]
    # Where no split names both, the last comma: what is unknown is then told by name.
    return (whole or splits[-1:] or [(text.strip(),)])[0]


def _joining(text: str) -> tuple[str, dict[str, str]]:
    """Return a name and values by column of ``Zoe,Gender=girl,House=North``."""
    name, *values = listed(text) or [""]
    cells: dict[str, str] = {}
    for part in values:
        column, sign, value = part.partition("=")
        if sign:
            cells[column.strip()] = value.strip()
        elif cells:
            # "Languages=English, Turkish": what has no column of its own belongs to the one before.
            last = list(cells)[-1]
            cells[last] = f"{cells[last]},{part}"
        else:
            name = f"{name}, {part}"
    return name, cells


def figures(answer: WhatIf) -> dict[str, Any]:
    """Return what is said of teams alone, for ``--json``."""
    near: dict[str, Any] | None = None
    if answer.near is not None:
        near = {name: list(getattr(answer.near, name)) for name in ("moved", "joined", "effects")}
        near["change"] = answer.near.change
    return {"exact": answer.exact, "effects": list(answer.effects), "fewest_moves": near}


def survey(before: Solution, *, as_json: bool) -> tuple[dict[str, Any], list[Block]]:
    """Return each wish that was not granted, which swap would grant it and at what cost: table and blocks."""
    from evenhand.core.sentences import counted
    from evenhand.report.text import Heading, Text

    facts = refused(before)
    columns = {"wish": [fact.about for fact in facts], "what it takes": [fact.sentence for fact in facts]}
    if as_json:
        print_json({"refused": [asdict(fact) for fact in facts]})
        return columns, []
    lines = [f"  - {fact.sentence}" for fact in facts[:SHOWN]]
    if len(facts) > SHOWN:
        lines.append(f"  ... and {len(facts) - SHOWN:,} more; --out wishes.csv writes them all")
    count = counted(len(facts), "wish was", "wishes were")
    head = f"{count} not granted:" if facts else "Every wish was granted, or there are none."
    ask = "Ask for a change: --without, --join, --together, --apart, --pin, --forbid, --teams or --weights."
    return columns, [Heading("What if"), Text("\n".join([head, *lines])), Text(ask)]
