"""Teams as pages: the organiser's with cards and counts, the participants' with names only, name cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.sentences import counted, joined
from evenhand.core.solution import Solution
from evenhand.report.common_sections import about_section, measures_section, notes_section
from evenhand.report.notes import counts_off_said, proven_said
from evenhand.report.page import SEARCHED, Section, page
from evenhand.report.text import name_key
from evenhand.report.views import Answer, Part, TableView, Tag, Tile, table_view
from evenhand.teams.judging.summary import granted, levels

MOST_CARDS: Final = 400
"""Teams with a card of their own; beyond, a page is a book, and the workbook serves better."""
MOST_VALUES: Final = 10
"""Values of a criterion counted on a card: two lines of five. Rarer ones are in the table of quality."""

NAMED: Final = 4
"""Columns up to which the second sentence names them all."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a team: the name, the role and, in small, the values that are balanced."""

    name: str
    about: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a value a team has: "" where it fits, ``many`` or ``few`` where it does not."""

    label: str
    count: str
    off: str
    share: str


@dataclass(frozen=True, slots=True)
class Card:
    """One team: its name, how many, its members, a line of counts a criterion, and when all can meet."""

    key: int
    name: str
    size: str
    members: tuple[Member, ...]
    counts: tuple[tuple[str, tuple[Count, ...]], ...]
    meets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cards:
    """All cards, whether the legend has something to explain, how many teams are not shown, and a search."""

    cards: tuple[Card, ...]
    legend: bool
    hidden: str
    search: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """What is balanced, in scores; coverage of a team; and what is proven."""

    table: TableView
    coverage: TableView | None
    sentences: tuple[str, ...]


def html(solution: Solution) -> bytes:
    """Return the organiser's page."""
    answer = answer_of(solution)
    return page(answer.sentence, sections(solution), period=_period(solution))


def _period(solution: Solution) -> str:
    return (
        f"{counted(len(solution.problem.teams), 'team')} of {counted(solution.problem.n, 'person', 'people')}"
    )


def sections(solution: Solution) -> list[Section]:
    """Return answer, cards, quality, measures and how it was found; parts without content are left out."""
    problem = solution.problem
    tables = _tables(solution)
    parts_of_page = [
        Section("answer", "", "common:answer", answer_of(solution), "bare"),
        Section("board", "The teams", "teams:cards", cards_of(solution, tables), "bare")
        if problem.teams
        else None,
        notes_section([str(finding) for finding in solution.warnings]),
        _quality(solution, tables),
        measures_section(solution) if len(problem.teams) <= MOST_CARDS else None,
        about_section(solution, proven_said(solution)),
    ]
    return [section for section in parts_of_page if section is not None]


def _tables(solution: Solution) -> list[tuple[Any, Ints]]:
    """Return (criterion, people by team and value) of every criterion that counts."""
    problem, awards = solution.problem, np.asarray(solution.awards, dtype=np.int64)
    return [
        (criterion, criterion.table(awards, len(problem.teams)))
        for criterion in problem.criteria
        if criterion.weight
    ]


def _quota(problem: Any, criterion: Any, sizes: Ints) -> tuple[Ints, Ints]:
    """Return the fair share of each team and value, rounded down and up, shape (T, V)."""
    due = sizes[:, None] * criterion.counts[None, :]
    floor = due // max(1, problem.n)
    return floor, floor + (due % max(1, problem.n) > 0)


def answer_of(solution: Solution) -> Answer:
    """Return the first sight: how many teams of which sizes, and whether they are alike."""
    from evenhand.teams.asking.ledger import preferred

    problem = solution.problem
    sizes = np.bincount(np.asarray(solution.awards, dtype=np.int64), minlength=len(problem.teams))
    fits, whole = _fits(solution)
    head = f"{counted(len(problem.teams), 'team')} of {_sizes(sizes)}"
    balanced = [criterion for criterion in problem.criteria if criterion.weight]
    if not problem.n or not problem.teams:
        sentence = "There is nobody to put into teams."
    elif whole and fits == whole and len(problem.teams) > 1:
        sentence = f"{head}, each with the same mix as all {problem.n:,}."
    elif whole:
        off = whole - fits
        sentence = (
            f"{head}. {off:,} of {counted(whole, 'count')} {'is' if off == 1 else 'are'} off the fair share."
        )
    else:
        # What people asked for is the answer; how many teams there are they knew.
        sentence = " ".join(granted(problem, solution.awards))
        sentence = sentence or f"{head}{_means(problem, solution.awards)}."
    names = [criterion.name for criterion in balanced]
    fit = whole and fits == whole and len(problem.teams) > 1 and len(names) <= NAMED
    sub = f"{_title(joined(names))} {'fits' if len(names) == 1 else 'fit'} in every team." if fit else ""
    sub = sub or counts_off_said(solution) or ("" if sentence.startswith(head) else f"{head}.")
    # Roles stand on the cards; what a ledger owed people is why the teams are as they are.
    owed = [line for line in preferred(problem, solution.awards) if "owed" in line] if problem.n else []
    sub = " ".join([*([sub] if sub else []), *owed])
    tags = (
        [Tag(proven_words(problem), "accent", check=True)]
        if solution.gap == 0 and (balanced or problem.numbers)
        else []
    )
    if solution.cut and solution.gap != 0:
        tags.append(Tag("Stopped early: the best found so far", "changed"))
    return Answer(
        sentence, sub, tags=tuple(tags), tiles=_tiles(solution, sizes, fits, whole), period=_period(solution)
    )


def _means(problem: Any, awards: Ints) -> str:
    """Say between what the teams' means of the one number lie; of several, their own lines say it."""
    spans = levels(problem, awards)
    if len(spans) != 1:
        return ""
    ((name, low, high),) = spans
    ends = dict.fromkeys((f"{low:.4g}", f"{high:.4g}"))
    return f", with a mean {name} of {' to '.join(ends)}"


def proven_words(problem: Any) -> str:
    """Say what is proven of the best plan: with rules or wishes it need not be the most even one.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> proven_words(TeamsProblem.from_values(4, {"g": ["w", "w", "m", "m"]}, teams=2))
        'Proven: no other teams would be more even'
    """
    return f"Proven: no other teams would be {'better' if problem.rules else 'more even'}"


def _title(text: str) -> str:
    # "m/w" is a column's name and no word
    return text[:1].upper() + text[1:] if text[:2].isalpha() else text


def _sizes(sizes: Ints) -> str:
    """Say the sizes: ``12 or 13``, ``4``, ``3 to 9``."""
    different = sorted(set(sizes.tolist()))
    if len(different) <= 1:
        return "".join(map(str, different)) or "0"
    return f"{different[0]} {'or' if len(different) == 2 else 'to'} {different[-1]}"  # noqa: PLR2004 - two sizes


def _fits(solution: Solution) -> tuple[int, int]:
    """Return how many counts of a value in a team are the fair share rounded down or up, and of how many."""
    problem = solution.problem
    sizes = np.bincount(np.asarray(solution.awards, dtype=np.int64), minlength=len(problem.teams))
    fits = whole = 0
    for criterion, table in _tables(solution):
        if criterion.similar:
            continue
        low, high = _quota(problem, criterion, sizes)
        fits += int(((table >= low) & (table <= high)).sum())
        whole += table.size
    return fits, whole


def _tiles(solution: Solution, sizes: Ints, fits: int, whole: int) -> tuple[Tile, ...]:
    from evenhand.teams import balance, seed_quality

    problem, awards = solution.problem, np.asarray(solution.awards, dtype=np.int64)
    if not problem.teams:
        return ()
    scored = balance(problem, awards)
    tiles = [
        Tile(
            "Teams",
            f"{len(problem.teams):,}",
            f"of {_sizes(sizes)} people",
            f"{counted(problem.n, 'person', 'people')} in all.",
        )
    ]
    if whole:
        foot = (
            "Each is the fair share, rounded down or up."
            if fits == whole
            else f"{counted(scored.teams_off, 'team')} with one that does not."
        )
        tiles.append(
            Tile("Counts that fit", f"{fits:,}", f"of {whole:,}", foot, (Part(0, 100 * fits / whole),))
        )
    if any(criterion.weight for criterion in problem.criteria):
        tiles.append(
            _percent("Evenness", float(scored.overall), "100% is as even as these people allow.", digits=1)
        )
        quality = float(seed_quality(problem, awards).overall)
        tiles.append(_percent("Quality score", quality, "Mean over the columns, by mix or variety."))
    elif problem.numbers:
        names = _title(joined([number.name for number in problem.numbers]))
        tiles.append(Tile("Numbers balanced", f"{len(problem.numbers):,}", "", f"{names}."))
    return tuple(tiles[:4])


def _percent(label: str, share: float, foot: str, *, digits: int = 0) -> Tile:
    """Return a tile of a share; exactly 0 and 1 are written without decimals, anything else never as 100%."""
    text = f"{100 * share:.0f}%" if share in {0.0, 1.0} else f"{min(99.9, 100 * share):.{digits}f}%"
    return Tile(label, text, "", foot, (Part(0, 100 * share),))


def cards_of(solution: Solution, tables: list[tuple[Any, Ints]] | None = None) -> Cards:
    """Return a card a team: members by name, and how many of each value."""
    from evenhand.teams import holders, local_times, meeting_times

    problem = solution.problem
    tables = _tables(solution) if tables is None else tables
    awards = np.asarray(solution.awards, dtype=np.int64)
    sizes = np.bincount(awards, minlength=len(problem.teams))
    order = np.argsort(awards, kind="stable")
    members = np.split(order, np.cumsum(sizes)[:-1]) if len(problem.teams) else []
    roles = holders(problem, awards)
    about = _abouts(problem, [criterion for criterion, _ in tables])
    quotas = [_quota(problem, criterion, sizes) for criterion, _ in tables]
    cards = []
    times = meeting_times(problem, awards)
    for team in range(min(len(members), MOST_CARDS)):
        lines = [
            (criterion.name, _counts(problem, criterion, table[team], int(sizes[team]), quotas[number], team))
            for number, (criterion, table) in enumerate(tables)
        ]
        people = tuple(
            Member(problem.people[person], about[person], ", ".join(roles.get(person, ())))
            for person in sorted(members[team].tolist(), key=lambda person: name_key(problem.people[person]))
        )
        cards.append(
            Card(
                team,
                problem.teams[team],
                counted(len(people), "person", "people"),
                people,
                tuple((name, counts) for name, counts in lines if counts),
                (
                    f"All can meet: {times[team]}",
                    *(f"{zone}: {when}" for zone, when in local_times(problem, awards, team)),
                )
                if times
                else (),
            )
        )
    more = len(members) - len(cards)
    hidden = (
        f"... and {counted(more, 'more team')}; the workbook and the CSV hold them all." if more > 0 else ""
    )
    return Cards(tuple(cards), bool(tables), hidden, "Find a person" if problem.n > SEARCHED else "")


def _abouts(problem: Any, criteria: list[Any]) -> list[str]:
    """Return each person's values in the order of the criteria: ``Rome, m``."""
    held: list[list[str]] = [[] for _ in problem.people]
    for criterion in sorted(criteria, key=lambda other_criterion: -len(other_criterion.values)):
        for person, value in zip(criterion.person.tolist(), criterion.value.tolist(), strict=True):
            held[person].append(criterion.values[value])
    return [", ".join(values) for values in held]


def _counts(
    problem: Any, criterion: Any, row: Ints, size: int, quota: tuple[Ints, Ints], team: int
) -> tuple[Count, ...]:
    """Return the counts of one criterion in one team, the same values in the same order on every card."""
    # A count off the fair share by less than one is as near as whole people get: it fits.
    low, high = quota
    counts_found = []
    # The most frequent values are shown, in the criterion's own order, so that cards can be compared.
    most = sorted(np.argsort(-criterion.counts, kind="stable")[:MOST_VALUES].tolist())
    for value in most:
        count = int(row[value])
        fits = criterion.similar or low[team, value] <= count <= high[team, value]
        off = "" if fits else "many" if count > high[team, value] else "few"
        due = size * int(criterion.counts[value]) / max(1, problem.n)
        counts_found.append(Count(criterion.values[value], f"{count:,}", off, f"fair share {due:.1f}"))
    return tuple(counts_found)


def _quality(solution: Solution, tables: list[tuple[Any, Ints]]) -> Section | None:
    from evenhand.teams import balance, seed_quality, summary

    problem = solution.problem
    awards = np.asarray(solution.awards, dtype=np.int64)
    scored = balance(problem, awards)
    rows = summary(problem, awards, scored)
    if not rows:
        return None
    old = seed_quality(problem, awards)
    lines = [
        (
            name,
            f"{100 * float(score):.1f}%" if score else "",
            f"{100 * old.scores[name]:.0f}%" if score and name in old.scores else "",
            text,
        )
        for name, score, text in rows
    ]
    if any(score for _, score, _ in rows):
        lines.append(("All columns", f"{100 * float(scored.overall):.1f}%", f"{100 * old.overall:.0f}%", ""))
    table = table_view(
        "How even each column is; 100% is as even as these people allow",
        ["Column", "Evenness", "Quality score", "In words"],
        lines,
        figures={1, 2},
    )
    sentence = "Every count is its fair share, rounded down or up."
    if scored.teams_off:
        sentence = (
            f"{counted(scored.teams_off, 'team')} of {len(problem.teams):,} have a count off its fair share."
        )
    view = Quality(table, _coverage(problem, awards, tables), (sentence,))
    return Section(
        "quality", "Quality", "teams:quality", view, "fold", "by column, and how many values each team has"
    )


def _coverage(problem: Any, awards: Ints, tables: list[tuple[Any, Ints]]) -> TableView | None:
    """Say of each team how many of a column's values it has, and in percent: its coverage and diversity."""
    from evenhand.teams import diversity

    if not tables or len(problem.teams) > MOST_CARDS:
        return None
    rows = []
    for team, (covered, mean) in enumerate(diversity(problem, awards)):
        cells = [
            f"{held} of {len(criterion.values)} ({share:.0%})"
            for (criterion, _), (held, share) in zip(tables, covered, strict=True)
        ]
        rows.append([problem.teams[team], *cells, f"{mean:.0%}"])
    heads = ["Team", *(criterion.name for criterion, _ in tables), "Diversity"]
    caption = "Different values that each team has, of all there are; diversity is their mean"
    return table_view(caption, heads, rows, figures=range(1, len(heads)))


def participants_html(solution: Solution) -> bytes:
    """Return the hand-out for those in the teams: names by team, no values and no scores."""
    return _handout(solution, "participants", "teams:participants", reading=False)


def name_cards_html(solution: Solution) -> bytes:
    """Return a card a person to cut out: the name and the team."""
    return _handout(solution, "name_cards", "teams:name_cards", reading=False)


def team_pages_html(solution: Solution) -> bytes:
    """Return a sheet of paper a team: its name and its members, for the door of its room."""
    return _handout(solution, "team_pages", "teams:team_pages", reading=True)


def _handout(solution: Solution, name: str, macro: str, *, reading: bool) -> bytes:
    cards = cards_of(solution, [])
    section = Section(name, "", macro, cards, "bare")
    title = {"participants": "The teams", "name_cards": "Name cards", "team_pages": "The teams, a page each"}[
        name
    ]
    return page(
        title, [section], period=_period(solution), reading=reading, sheets=reading or name == "name_cards"
    )
