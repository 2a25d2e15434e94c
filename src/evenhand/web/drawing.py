"""Views of the workspace as the views that the templates of ``report`` draw, in one language.

The workspace says what a plan is, in messages and figures; ``report`` has the components of every page. Here
the one becomes the other, so that the web and the static pages are drawn by the same templates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from evenhand.report.views import Answer, Chip, Key, Meter, Part, Standing, Tag, Tile
from evenhand.web.language import Language

TONES: Final = {"proven": "accent", "plain": "line"}
"""Kind of a tag in a view to its class."""

ROOMY: Final = 26
"""Columns up to which a grid's cells are large enough for a letter; a year of weeks makes a dense grid."""

AGAIN: Final = 3
"""Pairs of a team that met before which its card names."""

LANES: Final = 4
"""Bars a day of a month shows: with more, the day would be taller than its week is wide on a phone."""


def answer_of(view: Mapping[str, Any], words: Language) -> Answer:
    """Return a plan's answer: sentence, chip, tags, tiles."""
    chip = view.get("chip")
    return Answer(
        sentence=words.say(view["title"]),
        sub=words.say(view["sub"]) if "sub" in view else "",
        chip=_chip(chip, words) if chip else None,
        tags=tuple(
            Tag(words.say(tag["text"]), TONES.get(tag["kind"], tag["kind"]), tag["kind"] == "proven")
            for tag in view["tags"]
        ),
        tiles=tuple(_tile(tile, words) for tile in view["tiles"]),
    )


def _chip(chip: Mapping[str, Any], words: Language) -> Chip:
    rows = [(words(name), words.figure(words(value))) for name, value in chip["rows"]]
    # the mode, what it gives, and the word for it: seven lines in three groups
    lines = [(words("Mode"), words(chip["mode"])), ("", ""), *rows[:-1], ("", ""), rows[-1]]
    sentence, values = chip["sentence"]
    marked = {
        name: words.figure(value) if isinstance(value, str) else value for name, value in values.items()
    }
    return Chip(chip["bars"], words(chip["word"]), chip["text"], tuple(lines), words(sentence, **marked))


def _first_capital(text: str) -> str:
    # a column called "m/w" is no word that a sentence may begin with in capitals
    return text[:1].upper() + text[1:] if text[:2].isalpha() else text


def _tile(tile: Mapping[str, Any], words: Language) -> Tile:
    tones = [tone for tone, _ in tile.get("parts", ())]
    # owed and ahead grow from a zero in the middle, to the left and to the right; all else from the left
    middle = "owed" in tones or "ahead" in tones
    keys = [_first_capital(words.say(part)) for part in tile.get("key", ())]
    figure = tile["figure"]
    unit = words("of {n}", n=tile["of"]) if "of" in tile else words.say(tile.get("unit", ""))
    return Tile(
        label=_first_capital(words.say(tile["label"])),
        figure=words.figure(figure) if isinstance(figure, str) else words.shown(figure),
        unit=unit,
        foot=_first_capital(words.say(tile.get("foot", ""))),
        parts=_middle_parts(tile["parts"]) if middle else _parts(tile.get("parts", ())),
        keys=tuple(Key(tone, text) for tone, text in zip(tones, keys, strict=False)),
        middle=middle,
    )


def _parts(shares: Sequence[Sequence[Any]]) -> tuple[Part, ...]:
    start, out = 0.0, []
    for tone, share in shares:
        width = 100 * max(0.0, min(1.0, share))
        if width:
            out.append(Part(start, width, tone))
        start += width
    return tuple(out)


def _middle_parts(shares: Sequence[Sequence[Any]]) -> tuple[Part, ...]:
    far = max((share for _, share in shares), default=0.0) or 1.0
    # the longer of the two fills nine tenths of its side, so that its end is seen
    widths = {tone: 45 * share / far for tone, share in shares}
    return tuple(
        Part(50 - width if tone == "owed" else 50, width, tone) for tone, width in widths.items() if width
    )


def standings_of(rows: Sequence[Mapping[str, Any]], words: Language) -> list[Standing]:
    """Return bars of everybody's standing, all to one scale: at least one unit to each side.

    Args:
        rows: ``called``, ``after``, and where there is one ``before``, in units; owed is above 0.
        words: the language.
    """
    reach = max([1.0, *(abs(row["after"]) for row in rows)]) / 0.92
    out = []
    for row in rows:
        standing = words.standing(row["after"])
        tone = standing["kind"] if standing["kind"] != "even" else ""
        width = min(50.0, 50 * abs(row["after"]) / reach) if tone else 0.0
        before = row.get("before")
        note = "" if before is None else words("was {standing}", standing=words.standing(before)["text"])
        mark = None if before is None else max(0.0, min(100.0, 50 - 50 * before / reach))
        x = 50 - width if row["after"] > 0 else 50.0
        out.append(Standing(row["called"], standing["text"], tone, x, width, note, mark))
    return out


def day_columns(view: Mapping[str, Any], words: Language, **marks: Any) -> list[dict[str, Any]]:
    """Return the days of an allocation with their cards.

    Args:
        view: the plan.
        words: the language.
        marks: ``chosen`` the chosen item, ``changed`` the items that are new in this step.
    """
    fresh, chosen = marks.get("changed") or frozenset(), marks.get("at")
    out = []
    for day in view["days"]:
        name, _, rest = words.day(day["iso"]).partition(" ") if "iso" in day else (day["label"], "", "")
        given = words("{n} of {all}", n=day["given"], all=day["slots"])
        note = words.tell(day["note"])
        loans = [
            _loan(card, words, fresh=card["item"] in fresh, chosen=card["item"] == chosen)
            for card in day["cards"]
        ]
        out.append({"name": name, "date": rest, "given": given, "note": note, "loans": loans})
    return out


def _loan(card: Mapping[str, Any], words: Language, *, fresh: bool, chosen: bool) -> dict[str, Any]:
    number = "" if card["nth"] < 2 else words("2nd") if card["nth"] == 2 else words("{n}th", n=card["nth"])  # noqa: PLR2004 - the first is no exception
    state = "selected" if chosen else "changed" if fresh else ""
    return {
        "who": card["title"],
        "thing": card["thing"],
        "item": card["item"],
        "who_id": card["who"],
        "number": number,
        "pinned": card["pinned"],
        "points": words.shown(card["score"]),
        "state": state,
        "fresh": fresh,
        "day": card["day"],
    }


def rota_grid(view: Mapping[str, Any], words: Language, **marks: Any) -> dict[str, Any]:
    """Return a rota's grid: people down, turns across, what was served before to the left of a line.

    Args:
        view: the plan.
        words: the language.
        marks: ``at`` the chosen cell, ``changed`` the cells that are new, ``gone`` those taken away.
    """
    several = len({slot["duty"] for slot in view["slots"]}) > 1
    heads = _heads(view, words)
    dense = len(heads) > ROOMY
    rows = []
    for row in view["rows"]:
        before = [_past_cell(row["name"], day, view, words) for day in view["past"]]
        cells = [_cell(row, k, view, words, marks) for k in range(len(view["slots"]))]
        name = row.get("shown", row["name"])
        rows.append({"name": name, "turns": words.number(row["turns"]), "slots": before + cells})
    return {"name": words("The turns"), "heads": heads, "rows": rows, "dense": dense, "several": several}


def _heads(view: Mapping[str, Any], words: Language) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = []
    shown = ""
    for place, day in enumerate([*view["past"], *view["slots"]]):
        parts = words.day(day["iso"]).split(" ")
        # a month stands over its first turn only, as on a calendar for the wall
        month = parts[2] if parts[2] != shown else ""
        shown = parts[2]
        now = bool(view["past"]) and place == len(view["past"])
        heads.append(
            {
                "day": parts[1].rstrip("."),
                "month": month,
                "full": words.day(day["iso"], year=True),
                "now": now,
            }
        )
    return heads


def _past_cell(name: str, day: Mapping[str, Any], view: Mapping[str, Any], words: Language) -> dict[str, Any]:
    served = name in day["who"]
    letter = view["slots"][0]["letter"] if view["slots"] else "T"
    label = f"{name}, {words.day(day['iso'])}: {words('served') if served else words('no turn')}"
    kind, text = ("served", letter) if served else ("past", "")
    return {"kind": kind, "text": text, "label": label, "now": False, "key": ""}


def _cell(
    row: Mapping[str, Any], k: int, view: Mapping[str, Any], words: Language, marks: Mapping[str, Any]
) -> dict[str, Any]:
    slot, cell = view["slots"][k], row["cells"][k]
    key = f"{slot['key']}|{row['name']}"
    state = cell["state"]
    if key in (marks.get("changed") or ()):
        state = "new"
    elif key in (marks.get("gone") or ()):
        # whoever is away now and had the turn reads "away": that is the reason it was taken
        state = "gone_away" if state == "away" else "gone"
    kind, text, sentence = {
        "turn": ("turn", slot["letter"], words("turn")),
        "new": ("new", words("new"), words("turn, new")),
        "gone": ("taken", words("was"), words("taken away")),
        "gone_away": ("taken", words("away"), words("taken away")),
        "away": ("away", words("away"), words("away")),
        "free": ("", "", words("free")),
        "no": ("out", "", words("cannot")),
    }[state]
    if cell["pinned"]:
        kind, sentence = f"{kind} pinned".strip(), f"{sentence}, {words('pinned')}"
    if key == marks.get("at"):
        kind = f"{kind} selected".strip()
    letter = f" {text}" if text and text.casefold() not in sentence.casefold() else ""
    label = f"{row.get('shown', row['name'])}, {words.day(slot['iso'])}: {sentence}{letter}"
    return {
        "kind": kind,
        "text": text,
        "label": label,
        "now": bool(view["past"]) and k == 0,
        "key": key,
        "pinned": cell["pinned"],
    }


def months_of(view: Mapping[str, Any], words: Language, **marks: Any) -> list[dict[str, Any]]:
    """Return a rota as months: a bar a turn from its first day to its last, absences hatched below.

    Args:
        view: the plan.
        words: the language.
        marks: ``changed`` the cells that are new in this step.
    """
    if not view["slots"]:
        return []
    entries = _month_entries(view, words, marks.get("changed") or frozenset())
    first = min(date.fromisoformat(slot["iso"]) for slot in view["slots"]).replace(day=1)
    last = max(date.fromisoformat(slot["ends"]) for slot in view["slots"])
    months = []
    while first <= last:
        after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        name = f"{words.month(first.month)} {first.year}"
        weeks = _weeks(first, after, entries, words)
        # weeks before the first turn and after the last say nothing
        busy = [index for index, week in enumerate(weeks) if any(day["bars"] for day in week)]
        if busy:
            months.append({"name": name, "weeks": weeks[busy[0] : busy[-1] + 1]})
        first = after
    return months


def _month_entries(view: Mapping[str, Any], words: Language, changed: Any) -> list[dict[str, Any]]:
    several = len({slot["duty"] for slot in view["slots"]}) > 1
    # people of another part of the board serve these turns too
    called = {name: name for turn in view["turns"] for name in turn["who"]}
    called |= {row["name"]: row.get("shown", row["name"]) for row in view["rows"]}
    entries = []
    for slot, turn in zip(view["slots"], view["turns"], strict=True):
        serving = [called[name] for name in turn["who"]]
        if turn["open"]:
            serving.append(words("{n} open", n=turn["open"]))
        text = words.names(serving)
        fresh = any(f"{slot['key']}|{name}" in changed for name in turn["who"])
        entries.append(
            {
                "first": slot["iso"],
                "last": slot["ends"],
                "text": f"{slot['duty']}: {text}" if several else text,
                "kind": "open" if turn["open"] else "changed" if fresh else "turn",
                # the cell that opens: whoever serves first, else nobody's
                "key": f"{slot['key']}|{turn['who'][0]}" if turn["who"] else "",
            }
        )
    entries += [
        {"first": first, "last": last, "text": words("{name} away", name=name), "kind": "away", "key": ""}
        for name, first, last in view.get("absences", ())
    ]
    return sorted(entries, key=lambda entry: (entry["kind"] == "away", entry["first"], entry["text"]))


def _weeks(
    first: date, after: date, entries: Sequence[Mapping[str, Any]], words: Language
) -> list[list[dict[str, Any]]]:
    weeks = []
    monday = first - timedelta(days=first.weekday())
    while monday < after:
        sunday = monday + timedelta(days=6)
        inside = [e for e in entries if e["first"] <= sunday.isoformat() and e["last"] >= monday.isoformat()]
        lanes = _lanes(inside)[:LANES]
        week = []
        for offset in range(7):
            day = monday + timedelta(days=offset)
            bars = [_bar(lane, day.isoformat(), offset) for lane in lanes]
            while bars and not bars[-1]["kind"]:
                bars.pop()
            number = str(day.day) if day.month == first.month else f"{day.day} {words.month(day.month)}"
            week.append({"day": number, "outside": not first <= day < after, "bars": bars})
        weeks.append(week)
        monday += timedelta(days=7)
    return weeks


def _lanes(entries: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Put a week's entries into as few lanes as do not overlap, in order."""
    lanes: list[list[Mapping[str, Any]]] = []
    for entry in entries:
        for lane in lanes:
            if all(entry["first"] > other["last"] or entry["last"] < other["first"] for other in lane):
                lane.append(entry)
                break
        else:
            lanes.append([entry])
    return lanes


def _bar(lane: Sequence[Mapping[str, Any]], day: str, offset: int) -> dict[str, Any]:
    for entry in lane:
        if entry["first"] <= day <= entry["last"]:
            first = entry["first"] == day
            # a week that begins inside a turn names it again
            text = entry["text"] if first or offset == 0 else ""
            return {
                "text": text,
                "first": first,
                "last": entry["last"] == day,
                "kind": entry["kind"],
                "key": entry["key"],
            }
    return {"text": "", "first": False, "last": False, "kind": "", "key": ""}


def team_cards(view: Mapping[str, Any], words: Language, **marks: Any) -> list[dict[str, Any]]:
    """Return the teams as cards with their counts.

    Args:
        view: the plan.
        words: the language.
        marks: ``chosen`` the chosen person, ``changed`` the people who changed teams.
    """
    fresh, chosen = marks.get("changed") or frozenset(), marks.get("at")
    cards = []
    for card in view["cards"]:
        members = [
            {
                "key": person["name"],
                "name": person.get("shown", person["name"]),
                "about": person["tags"],
                "pinned": person["pinned"],
                "role": person.get("role", ""),
                "fresh": person["name"] in fresh,
                "chosen": person["name"] == chosen,
            }
            for person in card["people"]
        ]
        counts = [
            (
                row["column"],
                [
                    {
                        "label": value["value"],
                        "count": words.number(value["held"]),
                        "off": "" if value["state"] == "fits" else value["state"],
                        "share": words("fair share {n}", n=value["share"]),
                    }
                    for value in row["values"]
                ],
            )
            for row in card["counts"]
        ]
        size = words("1 person") if card["size"] == 1 else words("{n} people", n=card["size"])
        again = card.get("again", ())
        meets = [words("{a} and {b} met before.", a=a, b=b) for a, b in again[:AGAIN]]
        if len(again) > AGAIN:
            meets.append(words("And {n} more.", n=len(again) - AGAIN))
        cards.append(
            {"name": card["name"], "size": size, "members": members, "counts": counts, "meets": meets}
        )
    return cards


def rules_of(view: Mapping[str, Any], words: Language) -> list[dict[str, Any]]:
    """Return the caps and budgets of an allocation: a bar each, a mark at what is free, red beyond it."""
    out = []
    for rule in view.get("rules", ()):
        meters = []
        for use in rule["uses"]:
            money = "$" if use["money"] else ""
            sentence = words(
                "{n} of {all}",
                n=f"{money}{words.shown(use['used'])}",
                all=f"{money}{words.shown(use['free'])}",
            )
            over = use["used"] > use["free"]
            # Each bar is as long as what its words say: full where all is used.
            far = max(use["used"], use["free"]) or 1.0
            if over:
                sentence += f", {words('{n} beyond', n=use['used'] - use['free'])}"
            if use["cost"]:
                sentence += f", {words('costs {n} points', n=use['cost'])}"
            meters.append(
                Meter(use["group"], sentence, 100 * use["used"] / far, 100 * use["free"] / far, over)
            )
        more = words("{n} more in use.", n=rule["more"]) if rule["more"] else ""
        out.append(
            {
                "name": words(rule["name"]),
                "sentence": words.say(rule["sentence"]),
                "meters": meters,
                "more": more,
            }
        )
    return out


def rota_legend(
    grid: Mapping[str, Any], view: Mapping[str, Any], words: Language
) -> list[tuple[str, str, str]]:
    """Return (mark, words, letter) of every mark that the grid shows."""
    kinds = {kind for row in grid["rows"] for slot in row["slots"] for kind in slot["kind"].split()}
    duties = {slot["letter"]: slot["duty"] for slot in view["slots"]}
    entries = [("turn", words("turn") if duty == "duty" else duty, letter) for letter, duty in duties.items()]
    letter = next(iter(duties), "")
    more = (
        ("served", words("served before"), letter),
        ("pinned", words("pinned"), ""),
        ("new", words("new in this step"), ""),
        ("taken", words("taken away"), ""),
        ("away", words("away"), ""),
        ("open", words("open"), "?"),
    )
    return [*entries, *(line for line in more if line[0] in kinds)]
