"""What a rota's page, workbook and calendars all show, worked out once from problem and awards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evenhand.core.arrays import Ints
from evenhand.core.sentences import clock, joined
from evenhand.report.views import owed_words
from evenhand.rota.asking.explain import Stand, all_standings, in_order, turns_owed


@dataclass(frozen=True, slots=True)
class Turn:
    """One slot, ready to be written.

    Attributes:
        slot: its place in the plan.
        begin, until: first and last day, with the time of day where it has one.
        duty: what is done.
        crew: names in order of seats, with the skill a seat asks for; open seats say so.
        remark: what is special: a holiday, how much it counts, hours across daylight saving.
    """

    slot: int
    begin: str
    until: str
    duty: str
    crew: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Why:
    """One slot's reason: the sentence, and everybody's standing, next first."""

    slot: int
    sentence: str
    stood: tuple[Stand, ...]


def clock_of(problem: Any, slot: int) -> str:
    """Return the time of day at which a slot starts, such as ``09:00``; "" for whole days."""
    return clock(int(problem.slot_clock[slot]))


def hours_said(problem: Any, slot: int) -> str:
    """Say the hours of a slot across daylight saving (``167 hours: ...``); "" where the clocks stay.

    A slot of whole days says so only where its duty has a time zone.
    """
    minutes = int(problem.slot_minutes[slot])
    if minutes == problem.slot_span[slot]:
        return ""
    hours = minutes / 60
    return f"{hours:g} {'hour' if hours == 1 else 'hours'}: the clocks change"


def turns(problem: Any, awards: Ints) -> list[Turn]:
    """Return the slots of a plan in order."""
    names = [problem.people[who] if who >= 0 else "(open)" for who in awards.tolist()]
    asked = [problem.skills[code] if code >= 0 else "" for code in problem.seat_skill.tolist()]
    starts = problem.first_seat.tolist()
    out = []
    for slot in range(len(problem.slot_start)):
        crew = tuple(
            f"{names[seat]} ({asked[seat]})" if asked[seat] else names[seat]
            for seat in range(starts[slot], starts[slot + 1])
        )
        if clock_of(problem, slot):
            begin, until = (_moment(int(minute[slot])) for minute in (problem.begin, problem.finish))
        else:
            days = problem.slot_start[slot], problem.slot_end[slot]
            begin, until = (date.fromordinal(int(day)).isoformat() for day in days)
        duty = problem.duties[int(problem.slot_duty[slot])]
        out.append(Turn(slot, begin, until, duty, crew, "; ".join(_remarks(problem, slot))))
    return out


def _moment(minute: int) -> str:
    """Write a minute by the clock on the wall, such as ``2026-01-05 09:00``."""
    day, rest = divmod(minute, 1440)
    return f"{date.fromordinal(day).isoformat()} {clock(rest)}"


def _remarks(problem: Any, slot: int) -> Iterator[str]:
    kind = problem.classes[int(problem.slot_class[slot])]
    if kind:
        yield kind
    if problem.load[slot] > 1:
        yield f"counts {int(problem.load[slot])}"
    hours = hours_said(problem, slot)
    if hours:
        yield hours


def whys(problem: Any, awards: Ints, seed: int) -> Iterator[Why]:
    """Yield why each slot went to whom it did, in order of slots. Cost O(slots x people) in all."""
    for slot, stood in enumerate(all_standings(problem, awards, seed)):
        yield Why(slot, _sentence(stood), tuple(stood))


def _sentence(stood: Sequence[Stand]) -> str:
    """Say why these people: where they stood, who was next, or that nobody else could."""
    crew = [stand for stand in stood if stand.serves]
    if not crew:
        return "Open: nobody could take it."
    others = [stand for stand in stood if stand.rank and not stand.serves and not stand.same_day]
    standing = joined([_stood(stand, verb=not place) for place, stand in enumerate(crew)])
    alike = {owed_words(stand.lag)[0] for stand in crew}
    if len(crew) > 1 and len(alike) == 1:
        both = "Both" if len(crew) == 2 else "All"  # noqa: PLR2004 - two people are both
        standing = f"{both} were {alike.pop()}"
    sentences = [f"{standing}."]
    if not in_order(stood):
        sentences.append("Chosen with the whole plan in view.")
    elif any(stand.mixed for stand in crew):
        sentences.append("Among people due alike, those who have served together least.")
    if others:
        sentences.append(f"Next in line: {others[0].name}, {owed_words(others[0].lag)[0]}.")
    elif any(stand.same_day for stand in stood):
        sentences.append("Everybody else who could have taken it serves another turn that day.")
    elif any(stand.rank for stand in stood):
        sentences.append("Nobody else could have taken it.")
    return " ".join(sentences)


def _stood(stand: Stand, *, verb: bool) -> str:
    return f"{stand.name} {'was ' if verb else ''}{owed_words(stand.lag)[0]}"


def reasons(problem: Any, awards: Ints, seed: int) -> dict[tuple[int, int], str]:
    """Return why each turn is whose it is, by (slot, person): the sentence a calendar's entry carries."""
    code = {name: who for who, name in enumerate(problem.people)}
    out = {}
    for why in whys(problem, awards, seed):
        others = [stand for stand in why.stood if stand.rank and not stand.serves]
        runner = f" The runner-up was {others[0].name}." if others else " Nobody else could have taken it."
        for stand in why.stood:
            if stand.serves:
                place = f", number {stand.rank} in order" if stand.rank else ""
                sentence = f"Why {stand.name}: {turns_owed(stand.lag)} when this was planned{place}.{runner}"
                out[why.slot, code[stand.name]] = sentence
    return out
