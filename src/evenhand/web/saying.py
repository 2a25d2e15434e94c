"""What the history and the banner say of a step, with names where people know names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from evenhand.web.language import Language

NAMED: Final = 4
"""Changes a banner names; more do not fit its line, and the board marks them all."""

DIALS: Final[Mapping[str, str]] = {
    "mode": "fairness",
    "lam": "points for a second",
    "step": "points more from the third",
    "steps": "own steps",
    "policy": "who is next",
    "seats": "people a turn",
    "weeks": "turns to plan",
    "rest": "rest after a turn",
    "teams": "teams",
    "balance": "columns to balance",
    "roles": "roles",
    "wishes": "columns of wishes",
    "choices": "columns of chosen teams",
    "slots": "slots a day",
    "change": "what a change must bring",
    "views": "also even by",
    "soft": "rules that may be broken",
    "start": "first day",
    "duty": "the duty is called",
    "thing": "what is handed out",
    "taker": "who gets it",
    "size": "people in a team",
    "sizes": "sizes of the teams",
    "min_size": "fewest in a team",
    "max_size": "most in a team",
    "numbers": "number columns to balance",
    "tags": "columns with several values",
    "similar": "columns where similar people share a team",
    "apart": "columns whose equals never share a team",
    "together": "columns whose equals share a team",
    "priority": "columns that come first",
    "name": "column of names",
    "effort": "how long to search",
    "per_day": "most for one on a day",
    "per_recipient": "most for one",
    "rest_days": "days of rest after a turn",
    "target": "how many should get something",
    "daily": "items are free again every day",
    "names": "names of the teams",
    "office": "office",
    "week_start": "week",
}
"""A dial's name in the recipe to what people call it."""

SAID: Final[Mapping[str, str]] = {
    "start": "{who} started the plan",
    "pin": "{who} pinned {what}",
    "unpin": "{who} took away the pin of {what}",
    "forbid": "{who} forbade {what}",
    "unforbid": "{who} allowed {what} again",
    "lock": "{who} locked {what}",
    "unlock": "{who} unlocked {what}",
    "away": "{who} noted that {what} is away",
    "back": "{who} noted that {what} is back",
    "swap": "{who} swapped {what}",
    "sources": "{who} brought in {what}",
    "dial": "{who} set {what}",
}
"""Kind of step to its sentence."""

PEOPLE: Final[Mapping[str, str]] = {
    "join": "{who}: {name} joins",
    "leave": "{who}: {name} leaves after {first}",
    "return": "{who}: {name} comes back on {first}",
    "pause": "{who}: {name} is away {first} to {last}",
    "unpause": "{who}: {name} is there after all",
    "share": "{who}: the share of {name} is {value} from {first}",
    "skills": "{who}: the skills of {name} are {value}",
    "merge": "{who}: {name} is the same person as {other}",
}
"""Verb of a step about people to its sentence."""


def names_text(picked: Sequence[str], words: Language, names: Mapping[str, str], job: str) -> str:
    """Return what was picked, as people call it: "BMW i4 to Pacific Wheels, Mon 28 Sep"."""
    return PICKED[job]([names.get(name, name) for name in picked], words)


def _pair_text(called: list[str], words: Language) -> str:
    """Say an award, as (thing, who, day), or one thing alone."""
    if len(called) < 2:  # noqa: PLR2004 - thing and who
        return _members_text(called, words)
    text = words("{thing} to {taker}", thing=called[0], taker=called[1])
    return ", ".join([text, *(words.day(day) for day in called[2:] if day)])


def _turn_text(called: list[str], words: Language) -> str:
    """Say a turn, as (date, name), or an absence, as (name, from, to)."""
    if len(called) > 2:  # noqa: PLR2004 - name, first day, last day
        return words("{name}, {a} to {b}", name=called[0], a={"day": called[1]}, b={"day": called[2]})
    return ", ".join(words.day(name) for name in called)


def _members_text(called: list[str], words: Language) -> str:
    """Say a lock: its team and everybody in it, as far as a line holds them."""
    del words
    return ", ".join(called[:3]) + ("…" if len(called) > 3 else "")  # noqa: PLR2004 - what a line holds


PICKED = {"allocation": _pair_text, "rota": _turn_text, "teams": _members_text}
"""How each job's picks are said."""


def step_text(step: Any, words: Language, names: Mapping[str, str], job: str) -> str:
    """Return what a step did, in one sentence that begins with who."""
    who = words.who(step.who)
    body = step.body
    if step.kind == "people":
        sentence = PEOPLE.get(body.get("verb", ""), "{who}: {name}")
        days = {part: {"day": body[part]} for part in ("first", "last") if body.get(part)}
        told = {part: names.get(body[part], body[part]) for part in ("name", "other") if body.get(part)}
        told["value"] = body.get("value") or words("none")
        return words(sentence, who=who, **told, **days)
    if step.kind == "sources" and "before" in body:
        return words("{who} published; from here the plan stays near it", who=who)
    if step.kind == "taken":
        giver, taker, day = (names.get(name, name) for name in body["names"][:3])
        return words("{taker} takes {day} for {giver}", taker=taker, giver=giver, day={"day": day})
    if step.kind == "swap":
        person, _, other, _ = body["names"]
        return words(SAID["swap"], who=who, what=words("{a} and {b}", a=person, b=other))
    if step.kind == "dial":
        what = ", ".join(
            f"{words(DIALS.get(name, name))} {value_text(value, words)}"
            for name, value in body.items()
            if value is not None
        )
        return words(SAID["dial"], who=who, what=what)
    what = ", ".join(body) if step.kind == "sources" else names_text(body.get("names", []), words, names, job)
    return words(SAID.get(step.kind, "{who}: {what}"), who=who, what=what)


def value_text(value: Any, words: Language) -> str:
    """Return a dial's value as people read it."""
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else words.shown(value)


def said_change(
    changed: Mapping[str, Any],
    before: Any,
    after: Mapping[str, Any],
    step: Any,
    words: Language,
    names: Mapping[str, str],
) -> str:
    """Return what a step changed in one or two sentences: who has it instead of whom, and what it costs."""
    if not changed["count"]:
        return (
            words("The teams already fitted.")
            if after["job"] == "teams"
            else words("The plan already fitted.")
        )
    if after["job"] == "allocation":
        return f"{_loans(changed, before, after, step, words)} {_points(before, after, words)}".strip()
    if after["job"] == "rota":
        turns = [cell.partition("|") for cell in sorted(changed["cells"])]
        sentences = [
            words("{name} takes {day}.", name=names.get(name, name), day={"day": day})
            for day, _, name in turns[:NAMED]
        ]
        if step.kind == "away" and len(step.body["names"]) > 2:  # noqa: PLR2004 - name, first day, last day
            name, first, last = step.body["names"]
            # why it changes, before what changes
            sentences.insert(
                0,
                words(
                    "{name} is away {a} to {b}.",
                    name=names.get(name, name),
                    a={"day": first},
                    b={"day": last},
                ),
            )
    else:
        teams = {person["name"]: card["name"] for card in after["cards"] for person in card["people"]}
        sentences = [
            words("{name} goes to {team}.", name=names.get(name, name), team=teams[name])
            for name in sorted(changed["cells"])[:NAMED]
        ]
    more = len(changed["cells"]) - NAMED
    if more > 0:
        sentences.append(words("And {n} more.", n=more))
    return " ".join(sentences)


def _loans(
    changed: Mapping[str, Any], before: Any, after: Mapping[str, Any], step: Any, words: Language
) -> str:
    was = {card["item"]: card for day in before["days"] for card in day["cards"]}
    now = {card["item"]: card for day in after["days"] for card in day["cards"]}
    # what the person touched, then what was pinned, then what others got, in order of the board
    touched = next(iter(step.body.get("names", ())), "") if isinstance(step.body, Mapping) else ""
    moved = [item for item in now if item in changed["cells"]]
    moved += sorted(item for item in changed["gone"] if item in was)
    moved.sort(key=lambda item: (item != touched, item not in now or not now[item]["pinned"]))
    sentences = [_loan(was.get(item), now.get(item), words) for item in moved[:NAMED]]
    if len(moved) > NAMED:
        sentences.append(words("And {n} more.", n=len(moved) - NAMED))
    return " ".join(sentences)


def _loan(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, words: Language) -> str:
    """Say where one thing goes now, and who had it before."""
    if now is None:
        return words("{thing} is not handed out.", thing=was["thing"] if was else "")
    told = {"thing": now["thing"], "taker": now["title"]}
    if was is None:
        return words("{thing} goes to {taker}.", **told)
    if was["who"] == now["who"]:
        return words("{thing} goes to {taker} on {day}.", **told, day={"day": now["day"]})
    return words("{thing} goes to {taker} instead of {other}.", **told, other=was["title"])


def _points(before: Mapping[str, Any], after: Mapping[str, Any], words: Language) -> str:
    if before.get("penalty") != after.get("penalty"):
        # under another price of fairness the totals are not to be compared; the scores before it are
        change = (after["score"] - before["score"]) / after["scale"]
    else:
        change = ((after["objective"] or 0) - (before["objective"] or 0)) / after["scale"]
    if change < 0:
        return words("{n} points less.", n=-change)
    return words("{n} points more.", n=change) if change else words("Same points.")
