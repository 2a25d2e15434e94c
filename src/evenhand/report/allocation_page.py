"""An allocation as one page to send on: the answer, the board by day, partners, money, what stays and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evenhand.core.sentences import counted, joined
from evenhand.core.solution import Solution
from evenhand.core.units import number_text
from evenhand.measures import hover
from evenhand.report.allocation_parts import (
    Left,
    Line,
    Parts,
    Use,
    count_word,
    counted_points,
    explained,
    nth,
    parts_of,
    span,
)
from evenhand.report.common_sections import about_section, measures_section, notes_section
from evenhand.report.page import SEARCHED, Section, page
from evenhand.report.text import name_key
from evenhand.report.units import shown
from evenhand.report.views import (
    Answer,
    Chip,
    Key,
    Meter,
    Part,
    TableView,
    Tag,
    Tile,
    day_of,
    figure_of,
    minus,
    rest_of_week,
    short_day,
    table_view,
    used_of,
)

MODES: Final = {"none": "No fairness", "A": "Mode A", "B": "Mode B", "strong": "Strong", "own": "Own steps"}
STRENGTH: Final = {"Excellent": 4, "Good": 3, "Fair": 2, "Concentrated": 1}
MEANING: Final = {
    "Excellent": "Excellent is a Gini below 0.10 among those who got something. 0 is even.",
    "Good": "Good is a Gini of 0.10 to 0.20 among those who got something. 0 is even.",
    "Fair": "Fair is a Gini of 0.20 to 0.30 among those who got something. 0 is even.",
    "Concentrated": "Concentrated is a Gini above 0.30 among those who got something. 0 is even.",
}
MOST_SHOWN: Final = 5000
"""Awards on a board; a browser takes a second for these. The workbook and the CSV hold all."""
WEEK: Final = 7
"""Days that stand side by side; more wrap into rows."""
NAMED: Final = 4
"""Recipients up to which the first sentence names them instead of counting them."""
KINDS: Final = 3
"""Numbers of awards that a tile spells out; the rest are together."""
DRAWN, AT_LEAST, HALF = 12, 3, 0.5
"""Groups of a rule that are drawn: those at least half full, 12 at most, 3 anyway; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Loan:
    """One card of the board.

    Attributes:
        key: the candidate's place in the problem; the web addresses the card by it.
        who, thing, ids: names, and ids in small print.
        label: the card in words, for those who hear it.
        points: what it scores, written.
        number: ``2nd`` from the second award of this recipient on, else "".
        pinned: whether it was decided beforehand.
        why: sentences.
        state: "", selected, changed or would-move; a static page has none.
    """

    key: int
    who: str
    thing: str
    ids: str
    label: str
    points: str
    number: str
    pinned: bool
    why: tuple[str, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One column of the board: its head in bold and grey, how much is given, a note, and the cards."""

    name: str
    date: str
    given: str
    note: str
    loans: tuple[Loan, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The plan: its days, whether they fit side by side, what the marks mean, how many are not shown.

    ``search`` is what a field for finding a card says; "" where all are seen at a glance.
    """

    days: tuple[Day, ...]
    week: bool
    second: str
    hidden: str
    search: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Items that stay for one reason: how many, the reason, and each item with what it would do."""

    count: str
    reason: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Caps or budgets of one kind: the sentence, the meters, and how many more there are."""

    name: str
    sentence: str
    meters: tuple[Meter, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient is told: the heading, what it got, and why not more."""

    who: str
    lines: tuple[tuple[str, str, str], ...]
    """Day, thing and id of each award; empty where it has none."""
    text: tuple[str, ...]


def html(solution: Solution) -> bytes:
    """Return the page."""
    answer = answer_of(solution)
    return page(answer.sentence, sections(solution), period=answer.period or "The plan")


def sections(solution: Solution) -> list[Section]:
    """Return the page's sections in order; empty ones are left out. Nothing is solved here."""
    parts = parts_of(solution)
    words = parts.words
    parts_of_page = [
        Section("answer", "", "common:answer", answer_of(solution, parts), "bare"),
        Section(
            "board",
            "Day by day" if len(parts.days) > 1 else "The plan",
            "allocation:board",
            board_of(solution, parts),
            "bare",
        )
        if parts.lines
        else None,
        notes_section([str(warning) for warning in solution.warnings if warning.column != "date"]),
        _left(parts),
        _days(parts),
        Section(
            "recipients",
            f"{words.recipient.capitalize()}s",
            "common:table",
            receivers,
            "fold",
            f"{counted(len(parts.receivers), words.recipient)} with what each got",
            fresh=True,
        )
        if (receivers := _receivers(solution, parts))
        else None,
        _rules(parts),
        _points(solution),
        measures_section(solution),
        _dropped(parts),
        about_section(solution, _proven(solution)),
    ]
    return [section for section in parts_of_page if section is not None]


def answer_of(solution: Solution, parts: Parts | None = None) -> Answer:
    """Return the first sight: one sentence, the chip, four tiles."""
    parts = parts or parts_of(solution)
    problem, words = solution.problem, parts.words
    given, counts = parts.given, parts.counts
    eligible = int(np.count_nonzero(np.bincount(problem.recipient)))
    sentence = f"{counted(given, words.item)} handed out." if given else f"No {words.item} was handed out."
    if 0 < len(problem.recipients) <= NAMED and given:
        sentence += f" {_named(solution, counts)}."
    elif given:
        who = f"{len(counts):,} of {counted(eligible, words.recipient)}"
        if len(counts) == eligible:
            who = f"All {counted(eligible, words.recipient)}"
        sentence += f" {who} got {_range(counts)}."
    tags = (Tag("Proven best", "accent", check=True),) if solution.gap == 0 else ()
    if solution.cut and solution.gap != 0:
        tags = (*tags, Tag("Stopped early: the best found so far", "changed"))
    return Answer(
        sentence,
        chip=_chip(solution, counts) if given else None,
        tags=tags,
        tiles=(
            _handed_out(parts, len(problem.items)),
            _served(parts, eligible),
            _most(parts),
            _value(solution, parts),
        ),
        period=span(problem.days),
    )


def _named(solution: Solution, counts: Counter[int]) -> str:
    """Say who got how many, most first: ``Ann and Bo got two each, and Cem got none``."""
    problem = solution.problem
    by_count: dict[int, list[str]] = {}
    for code, name in enumerate(problem.recipients):
        by_count.setdefault(counts.get(code, 0), []).append(problem.called.get(name, name))
    parts = [
        f"{joined(names)} got {count_word(held)}{' each' if len(names) > 1 and held else ''}"
        for held, names in sorted(by_count.items(), reverse=True)
    ]
    # A list of lists needs its comma: "Ann and Bo got two each, and Cem got one".
    comma = len(parts) > 2 or any(len(names) > 1 for names in by_count.values())  # noqa: PLR2004
    return joined(parts, ", and" if comma and len(parts) > 1 else "and").replace(" , and", ", and")


def _range(counts: Counter[int]) -> str:
    """Say how many each got: ``one``, ``one or two``, ``one to five``."""
    held = sorted(set(counts.values()))
    if len(held) == 1:
        return count_word(held[0])
    between = "or" if held == [held[0], held[0] + 1] else "to"
    return f"{count_word(held[0])} {between} {count_word(held[-1])}"


def _chip(solution: Solution, counts: Counter[int]) -> Chip:
    """Read the chip off the judge's headline, so that page and terminal cannot differ."""
    head, _, text = solution.headline.partition(" · ")
    word = head.split()[-1] if head.split() else ""
    penalty = solution.problem.penalty
    title, *lines = hover(MODES.get(penalty.mode, penalty.mode), list(counts.values())).split("\n")
    rows = [tuple(line.partition(": ")[::2]) for line in lines]
    listed = (("Mode", title.removesuffix(" Distribution")), ("", ""), *rows[:-1], ("", ""), *rows[-1:])
    return Chip(
        STRENGTH.get(word, 1),
        word,
        text,
        tuple((name, value) for name, value in listed),
        MEANING.get(word, ""),
    )


def _handed_out(parts: Parts, items: int) -> Tile:
    words, given = parts.words, parts.given
    slots = [limit for _, _, limit, _ in parts.days]
    limited = bool(slots) and all(limit is not None for limit in slots)
    whole = sum(limit or 0 for limit in slots) if limited else items
    if limited:
        free = whole - given
        foot = (
            f"Every {words.start} of the {'week' if len(parts.days) > 1 else 'plan'} is used."
            if not free
            else f"{counted(free, words.start)} {'stays' if free == 1 else 'stay'} free."
        )
    else:
        foot = (
            f"{counted(items - given, words.item)} {'stays' if items - given == 1 else 'stay'}."
            if items > given
            else f"Every {words.item} was handed out."
        )
    share = 100 * given / whole if whole else 0.0
    unit = f"of {counted(whole, words.start if limited else words.item)}"
    return Tile("Handed out", f"{given:,}", unit, foot, (Part(0, share),))


def _served(parts: Parts, eligible: int) -> Tile:
    served, words = len(parts.counts), parts.words
    none = eligible - served
    foot = (
        f"{none:,} could have got one and did not." if none else f"Every {words.recipient} who could got one."
    )
    share = 100 * served / eligible if eligible else 0.0
    return Tile(
        f"{words.recipient.capitalize()}s served", f"{served:,}", f"of {eligible:,}", foot, (Part(0, share),)
    )


def _most(parts: Parts) -> Tile:
    """The largest number, and how many got which: two kinds share the bar, more are said in words."""
    words, held = parts.words, Counter(parts.counts.values())
    most = max(held, default=0)
    label = f"Most for one {words.recipient}"
    unit = words.item if most == 1 else f"{words.item}s"
    sentences = [f"{people:,} got {count_word(size)}" for size, people in sorted(held.items())]
    if len(held) == 2:  # noqa: PLR2004 - a bar of two parts
        (_, fewer), _ = sorted(held.items())
        cut = 100 * fewer / sum(held.values())
        bar = (Part(0, cut), Part(cut, 100 - cut, "grey"))
        return Tile(
            label, f"{most:,}", unit, "", bar, (Key("accent", sentences[0]), Key("grey", sentences[1]))
        )
    foot = ", ".join(sentences[:KINDS])
    if len(sentences) > KINDS:
        foot += f", {sum(people for _, people in sorted(held.items())[KINDS:]):,} got more"
    return Tile(label, f"{most:,}", unit, f"{foot}." if foot else "")


def _value(solution: Solution, parts: Parts) -> Tile:
    """The plan's points, made of scores less what fairness and other soft rules take."""
    label = "Proven best" if solution.gap == 0 else "Points"
    value = solution.objective or 0
    scores = sum(term.value for term in solution.terms if term.name == "score")
    lost = {term.name: -term.value for term in solution.terms if term.name != "score" and term.value < 0}
    foot = f"{_points_of(solution, scores)} from scores"
    cause = joined(list(dict.fromkeys(_cause(name, parts) for name in lost)))
    foot += f", less {_points_of(solution, sum(lost.values()))} for {cause}." if lost else "."
    if solution.gap:
        foot = f"At most {shown('allocation', solution.problem, solution.gap)} below the best there is."
    bar: tuple[Part, ...] = ()
    if scores > 0 and value > 0:
        cut = 100 * min(1.0, value / scores)
        bar = (Part(0, cut), Part(cut, 100 - cut, "grey")) if cut < 100 else (Part(0, 100),)  # noqa: PLR2004
    return Tile(label, _points_of(solution, value), "points", foot, bar)


def _points_of(solution: Solution, value: int) -> str:
    return minus(number_text(value, solution.unit))


def _cause(term: str, parts: Parts) -> str:
    most = max(parts.counts.values(), default=0)
    if term.startswith("fairness"):
        return f"second {parts.words.item}s" if most == 2 else f"further {parts.words.item}s"  # noqa: PLR2004
    return f"{term}s" if term in {"budget", "tier cap"} else term


def board_of(solution: Solution, parts: Parts | None = None) -> Board:
    """Return the board: a column a day, a card an award, each with its reasons."""
    parts = parts or parts_of(solution)
    problem, words = solution.problem, parts.words
    reasons = explained(problem, parts)
    lines = parts.lines[:MOST_SHOWN]
    columns = (
        _by_day(solution, parts, lines, reasons)
        if len(parts.days) > 1
        else _by_recipient(solution, parts, lines, reasons)
    )
    hidden = len(parts.lines) - len(lines)
    more = (
        f"... and {counted(hidden, f'more {words.award}')}; the workbook and the CSV hold them all."
        if hidden
        else ""
    )
    twice = len(parts.days) > 1 and any(line.number > 1 for line in lines)
    second = f"second {words.item}{' this week' if len(parts.days) > 1 else ''}" if twice else ""
    search = f"Find a {words.recipient} or a {words.item}" if len(parts.lines) > SEARCHED else ""
    week = 1 < len(columns) <= WEEK and len(parts.days) > 1
    return Board(tuple(columns), week, second, more, search)


def _by_day(
    solution: Solution, parts: Parts, lines: Sequence[Line], reasons: dict[int, tuple[str, ...]]
) -> list[Day]:
    """Return a column a day; days with neither awards, slots nor a note are left out."""
    pinned = solution.problem.pinned
    by_day: dict[int, list[Line]] = {}
    for line in lines:
        by_day.setdefault(line.day, []).append(line)
    days = []
    for code, (day, given, slots, note) in enumerate(parts.days):
        if not given and not slots and not note:
            continue
        day_found = day_of(day)
        count = f"{given:,}" if slots is None else f"{given:,} of {slots:,}"
        loans = tuple(
            _loan(line, day, pinned[line.candidate], reasons, parts) for line in by_day.get(code, ())
        )
        name, rest = (f"{day_found:%a}", f"{day_found.day} {day_found:%b}") if day_found else (day, "")
        days.append(Day(name, rest, count, note, loans))
    return days


def _by_recipient(
    solution: Solution, parts: Parts, lines: Sequence[Line], reasons: dict[int, tuple[str, ...]]
) -> list[Day]:
    """Return a column a recipient, by name: where there is one day only, the reader asks who got what."""
    problem = solution.problem
    by_recipient: dict[int, list[Line]] = {}
    for line in lines:
        by_recipient.setdefault(int(problem.recipient[line.candidate]), []).append(line)
    columns = []
    for got in by_recipient.values():
        loans = []
        for line in got:
            label = f"{line.item} to {line.who}"
            thing = f"{figure_of(line.points)} {'point' if line.points == 1 else 'points'}"
            pinned, why = bool(problem.pinned[line.candidate]), reasons.get(line.candidate, ())
            loans.append(Loan(line.candidate, line.item, thing, line.ids, label, "", "", pinned, why))
        columns.append(Day(got[0].who, "", counted(len(got), parts.words.item), "", tuple(loans)))
    return columns


def _loan(line: Line, day: str, pinned: object, reasons: dict[int, tuple[str, ...]], parts: Parts) -> Loan:
    number = nth(line.number) if line.number > 1 else ""
    when = f", {short_day(day)}" if day else ""
    label = f"{line.who}, {line.item}{when}{f', {number} {parts.words.item}' if number else ''}"
    why = reasons.get(line.candidate, ())
    return Loan(
        line.candidate,
        line.who,
        line.item,
        line.ids,
        label,
        figure_of(line.points),
        number,
        bool(pinned),
        why,
    )


def _receivers(solution: Solution, parts: Parts) -> TableView | None:
    if not parts.receivers:
        return None
    words, problem = parts.words, solution.problem
    named: dict[int, list[Line]] = {}
    for line in parts.lines:
        named.setdefault(int(problem.recipient[line.candidate]), []).append(line)
    order = sorted(named.items(), key=lambda pair: (-len(pair[1]), name_key(problem.recipients[pair[0]])))
    rows = [
        (
            lines[0].who,
            len(lines),
            "; ".join(
                f"{line.item}{f' on {short_day(problem.days[line.day])}' if len(problem.days) > 1 else ''}"
                for line in lines
            ),
            receiver[2],
            -receiver[3] if receiver[3] else 0.0,
            receiver[4],
        )
        for (_, lines), receiver in zip(order, parts.receivers, strict=True)
    ]
    heads = [
        words.recipient.capitalize(),
        f"{words.item.capitalize()}s",
        "What",
        "Points",
        "Fairness",
        "One more costs",
    ]
    caption = (
        f"{words.recipient.capitalize()}s by number of {words.item}s, with the points one more would cost"
    )
    return table_view(caption, heads, rows, hide={4, 5})


def _days(parts: Parts) -> Section | None:
    """Every day with its slots, Saturday and Sunday too: what is used, what is left, and what is closed."""
    if len(parts.days) < 2 or any(slots is None for _, _, slots, _ in parts.days):  # noqa: PLR2004
        return None
    days = [(day, given, slots or 0, note) for day, given, slots, note in parts.days]
    rest = rest_of_week([day for day, *_ in days])
    if rest:
        days = sorted([*days, *((day, 0, 0, "") for day in rest)])
    given, slots = sum(day[1] for day in days), sum(day[2] for day in days)
    rows = [
        (short_day(day), count, limit, limit - count, used_of(count, limit), note)
        for day, count, limit, note in days
    ]
    rows.append(("All days", given, slots, slots - given, used_of(given, slots), ""))
    wide = 6 if any(note for *_, note in days) else 5
    heads = ["Day", "Handed out", "Slots", "Left", "Used", "Note"]
    caption = "Every day with its slots, how many are left and how much is used"
    return Section(
        "days",
        "Slots by day",
        "common:table",
        table_view(caption, heads[:wide], [row[:wide] for row in rows]),
        "fold",
        f"{used_of(given, slots)} of {counted(slots, 'slot')} used",
        fresh=True,
    )


def _left(parts: Parts) -> Section | None:
    """What was not given, the same reasons together, most first; the items themselves are folded."""
    if not parts.left:
        return None
    words = parts.words
    together: dict[str, list[Left]] = {}
    for item in parts.left:
        together.setdefault(item.reason, []).append(item)
    order = sorted(together.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    groups = tuple(
        Group(f"{len(items):,}", reason, tuple((item.item, item.detail) for item in items))
        for reason, items in order
    )
    stay = words.stay if len(parts.left) > 1 else words.stay.replace("stay", "stays").replace("were", "was")
    return Section(
        "left",
        f"{counted(len(parts.left), words.item)} {stay}",
        "allocation:left",
        groups,
        what="grouped by reason",
    )


def _rules(parts: Parts) -> Section | None:
    """Caps, budgets and other groups: what is used of what is free, those with the least left first."""
    if not parts.uses:
        return None
    rules = []
    for rule in dict.fromkeys(use.rule for use in parts.uses):
        uses = [use for use in parts.uses if use.rule == rule]
        over = [use for use in uses if use.used > use.free]
        lost = sum(use.cost for use in uses)
        sentence = (
            f"{counted(len(over), rule)} of {len(uses):,} in use {'is' if len(over) == 1 else 'are'} beyond "
            f"what is free, at a cost of {counted_points(lost)}."
            if over
            else f"Nothing is beyond what is free in any of {counted(len(uses), rule)} in use."
        )
        near = [use for use in uses if use.used >= use.free * HALF][:DRAWN]
        shown_uses = near if len(near) >= AT_LEAST else uses[:AT_LEAST]
        more = len(uses) - len(shown_uses)
        rules.append(
            Rule(
                f"{rule.capitalize()}s",
                sentence,
                tuple(_meter(use) for use in shown_uses),
                f"{counted(more, f'more {rule}')} in use; the workbook lists them." if more else "",
            )
        )
    names = joined([rule.name.lower() for rule in rules])
    return Section(
        "rules",
        "Caps and budgets",
        "allocation:rules",
        tuple(rules),
        "fold",
        f"{names}, the least left first",
    )


def _meter(use: Use) -> Meter:
    """Each bar is as long as the larger of used and free, so its length is what its words say."""
    scale = max(use.used, use.free) or 1.0
    return Meter(use.group, _used(use), 100 * use.used / scale, 100 * use.free / scale, use.used > use.free)


def _used(use: Use) -> str:
    money = "$" if use.unit == "dollars" else ""
    unit = "" if money else f" {use.unit}"
    kind = "limit" if use.hard else "free"
    sentence = f"{money}{use.used:,.6g} of {money}{use.free:,.6g} {kind}{unit}"
    if use.used <= use.free:
        return sentence
    return f"{sentence}, {money}{use.used - use.free:,.6g} over: -{use.cost:,.0f} points".replace(
        " -", " \N{MINUS SIGN}"
    )


def _points(solution: Solution) -> Section | None:
    """What the points are made of, where there is more than scores."""
    terms = [term for term in solution.terms if term.value or term.name == "score"]
    if len(terms) < 2:  # noqa: PLR2004 - scores alone stand in the tile
        return None
    rows = [(term.name, _points_of(solution, term.value), term.sentence) for term in terms]
    rows.append(("Together", _points_of(solution, solution.objective or 0), ""))
    penalty = solution.problem.penalty
    lead = f"Fairness is set to {MODES.get(penalty.mode, penalty.mode)}, λ={penalty.text}."
    table = table_view(
        "What the points are made of",
        ["Part", "Points", "What it is"],
        rows,
        figures={1},
        lead=lead,
        hide={2},
    )
    return Section("points", "Points", "common:table", table, "fold", "scores less what fairness takes")


def _proven(solution: Solution) -> str:
    if solution.gap == 0:
        return "Proven: no plan under these rules has more points."
    if solution.gap is None:
        return "Nothing is proven: it is a good plan, and no bound was sought."
    missing = shown("allocation", solution.problem, solution.gap)
    return f"Proven: it is at most {missing} below the best there is."


def _dropped(parts: Parts) -> Section | None:
    """What the rules ruled out beforehand."""
    if not parts.dropped:
        return None
    words = parts.words
    table = table_view(
        f"Pairs of {words.item}, {words.recipient} and day that each rule ruled out, in order",
        ["Rule", "Ruled out"],
        parts.dropped,
    )
    return Section("ruled_out", "Ruled out beforehand", "common:table", table, "fold", "by rule")


def letters_html(solution: Solution) -> bytes:
    """Return a letter a recipient, a sheet of paper each: what they got, when, and nobody else's figures."""
    answer = answer_of(solution)
    section = Section("letters", "", "allocation:letters", letters_of(solution), "bare")
    return page(
        f"Letters, {answer.period or 'the plan'}",
        [section],
        period=answer.period or "The plan",
        reading=True,
        lead=f"{counted(len(section.view), 'letter')}, a sheet of paper each.",
        sheets=True,
    )


def letters_of(solution: Solution) -> tuple[Letter, ...]:
    """Return what each recipient with an award is told, by name; no scores, no other recipient."""
    parts = parts_of(solution)
    problem, words = solution.problem, parts.words
    period = span(problem.days)
    named: dict[int, list[Line]] = {}
    for line in parts.lines:
        named.setdefault(int(problem.recipient[line.candidate]), []).append(line)
    letters = []
    for lines in named.values():
        head = f"You get {count_word(len(lines))} {words.item if len(lines) == 1 else words.item + 's'}"
        when = (
            f" in the {period[0].lower()}{period[1:]}"
            if period.startswith("Week")
            else f", {period}"
            if period
            else ""
        )
        letters.append(
            Letter(
                lines[0].who,
                tuple(
                    (
                        short_day(problem.days[line.day]) if len(problem.days) > 1 else "",
                        line.item,
                        line.item_id,
                    )
                    for line in lines
                ),
                (f"{head}{when}:", _share(len(parts.lines), len(problem.items), parts)),
            )
        )
    return tuple(sorted(letters, key=lambda letter: name_key(letter.who)))


def _share(given: int, items: int, parts: Parts) -> str:
    words = parts.words
    served = len(parts.counts)
    whole = counted(items, words.item)
    return f"In all {given:,} of {whole} were handed out, to {counted(served, words.recipient)}."
