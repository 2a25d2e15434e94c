"""``evenhand what-if`` of teams: somebody leaves or joins, two people share a team, one team more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.cli.options import listed
from evenhand.cli.output import print_json, say
from evenhand.cli.session import Session, refuse_early
from evenhand.core.errors import Findings, InputError

if TYPE_CHECKING:
    from evenhand.core.solution import Solution
    from evenhand.teams import TeamsProblem, WhatIf

SHOWN = 12
"""Refused wishes shown; the file holds them all."""


def refuse_others(job: str, plan: str, **options: Mapping[str, Any]) -> None:
    """Refuse a plan of a job that has no what-if, and options that are for another job's plan.

    Args:
        job: what the plan is of.
        plan: its file.
        **options: by job, the options that only it knows, with what was given.

    Raises:
        InputError: all of them at once.
    """
    from evenhand.jobs import job_named

    findings = Findings()
    if job not in options:
        mend = "Give a plan that evenhand allocate, teams or rota saved"
        raise InputError.one(f"is a plan of {job}", mend, table=plan)
    for other, given in options.items():
        for name, value in given.items():
            if other != job and value is not None and value != []:
                wrong = f"is for plans of {job_named(other).called}"
                mend = f"Leave it out: {plan} is a plan of {job_named(job).called}"
                findings.error(wrong, mend, table=f"--{name}", came=_as_given(value))
    findings.raise_errors()


def _as_given(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def of_teams(
    before: Solution,
    given: Mapping[str, Any],
    seconds: float | None,
    out: Sequence[Path] | None,
    *,
    as_json: bool,
) -> bool:
    """Answer for a plan of teams; return whether there is a plan.

    Args:
        before: the plan.
        given: options as they were written: without, pin, forbid, join, together, apart, teams, weights.
        seconds: how long each search may go on.
        out: files for the changed plan.
        as_json: whether to print figures only.

    Raises:
        InputError: a name is unknown, or an option cannot be read.
    """
    if not any(value is not None and value != [] for value in given.values()):
        _survey(before, out, as_json=as_json)
        return True
    from evenhand.cli.screen import show
    from evenhand.core.errors import InfeasibleError
    from evenhand.report.text import Heading, Text
    from evenhand.solver import save
    from evenhand.teams.asking.what_if import WhatIf, changed, compared, fewest_moves

    refuse_early("teams", out, seconds=seconds)
    problem, asked = changed(before.problem, before.awards, **_read(before.problem, given))
    session = Session(out)
    try:
        after = session.solve(problem, method="auto", seed=before.seed, seconds=seconds)
        with session.searching(problem, seconds) as progress:
            fewest = fewest_moves(before, problem, before.seed, progress=progress)
        answer = compared(asked, before, after, fewest)
        # The plan with few moves is what somebody would hand out; the best one is told for comparison.
        for path in out or ():
            save(after if answer.near is None else answer.near.solution, path)
    except InfeasibleError as error:
        answer = WhatIf(asked, before, None, conflict=error.conflict)
    if as_json:
        print_json(_figures(answer))
    else:
        show([Heading("What if"), Text(str(answer))])
    if answer.after is not None:
        for path in out or ():
            say(f"wrote {path}: the plan with the fewest moves")
    return answer.after is not None


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


def _figures(answer: WhatIf) -> dict[str, Any]:
    near = answer.near
    return {
        "asked": list(answer.asked),
        "change": answer.change,
        "exact": answer.exact,
        "effects": list(answer.effects),
        "before": answer.before.headline,
        "after": None if answer.after is None else answer.after.headline,
        "fewest_moves": None
        if near is None
        else {
            "change": near.change,
            "moved": list(near.moved),
            "joined": list(near.joined),
            "effects": list(near.effects),
        },
        "conflict": list(answer.conflict),
    }


def _survey(before: Solution, out: Sequence[Path] | None, *, as_json: bool) -> None:
    """Say of each wish that was not granted which swap would grant it, and at what cost."""
    from evenhand.cli.screen import show
    from evenhand.report.formats import refuse_path
    from evenhand.report.text import Heading, Text
    from evenhand.tables import write_csv, write_xlsx
    from evenhand.teams.asking.what_if import refused

    findings = Findings()
    for path in out or ():
        refuse_path(path, (".csv", ".xlsx"), "a list of wishes", findings)
    findings.raise_errors()
    facts = refused(before)
    columns = {"wish": [fact.about for fact in facts], "what it takes": [fact.sentence for fact in facts]}
    for path in out or ():
        if path.suffix.lower() == ".csv":
            write_csv(columns, path)
        else:
            write_xlsx({"wishes": columns}, path)
    if as_json:
        print_json({"refused": [asdict(fact) for fact in facts]})
        return
    lines = [f"  - {fact.sentence}" for fact in facts[:SHOWN]]
    if len(facts) > SHOWN:
        lines.append(f"  ... and {len(facts) - SHOWN:,} more; --out wishes.csv writes them all")
    count = f"{len(facts):,} {'wish was' if len(facts) == 1 else 'wishes were'} not granted"
    head = f"{count}:" if facts else "Every wish was granted, or there are none."
    ask = "Ask for a change: --without, --join, --together, --apart, --pin, --forbid, --teams or --weights."
    show([Heading("What if"), Text("\n".join([head, *lines])), Text(ask)])
    for path in out or ():
        say(f"wrote {path}")
