"""A roster to a problem: names, criteria, sizes; all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from shlex import quote
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings, InputError
from evenhand.tables import Table, read
from evenhand.tables.coded import word_counts, words_of
from evenhand.tables.oddities import note_alike
from evenhand.tables.texts import heads_named
from evenhand.teams.problem import Criterion, Number, TeamsProblem
from evenhand.teams.reading.columns import (
    category,
    codes_of,
    fold_value,
    folded,
    number_column,
    split_tags,
    tag_column,
)
from evenhand.teams.reading.guess import IDENTIFIER, NUMBERS, TIMES_SEEN, Guess, guess, measured_columns
from evenhand.teams.reading.names import naming_columns, people_of_table
from evenhand.teams.reading.people_rules import FromColumns, able_column, column_rows, plan_of
from evenhand.teams.reading.rules import RulesRead, read_rules
from evenhand.teams.reading.schedules import ANY_WEEK, COMMON, schedule
from evenhand.teams.reading.schedules import Asked as Meeting
from evenhand.teams.reading.sizes import Asked, seating, sizes_for_choices, team_names, team_sizes
from evenhand.teams.rules import Roster

PRINTED = 200_000
"""People up to whom the balanced cells are kept for printing."""


def problem_from_table(
    source: Any,
    *,
    teams: int | None = None,
    size: int | None = None,
    sizes: Sequence[int] | None = None,
    balance: Sequence[str] | str | None = None,
    name: str | None = None,
    names: Sequence[str] | None = None,
    numbers: Sequence[str] | str = (),
    tags: Sequence[str] | str = (),
    similar: Sequence[str] | str = (),
    weights: Mapping[str, int] | None = None,
    priority: Sequence[str] | str = (),
    rules: Any = None,
    min_size: int | None = None,
    max_size: int | None = None,
    rooms: Any = None,
    wishes: Any = None,
    choices: Sequence[str] | str = (),
    only_choices: bool = False,
    lock: str = "",
    published: Any = None,
    move_price: int | None = None,
    keep_teams: Sequence[str] | str = (),
    met_before: Sequence[Any] = (),
    not_again: Sequence[Any] = (),
    roles: Sequence[str] | str = (),
    keep: Sequence[str] | str = (),
    times: Sequence[str] | str = (),
    hours: float | None = None,
    in_a_row: bool = False,
    zone: str = "",
    week: date | str | None = None,
    **keywords: Any,
) -> TeamsProblem:
    """Make a problem of a roster.

    Args:
        source: one row a person: a path, a mapping of columns, a list of rows or a data frame.
        teams: number of teams; at most one a person is made, and said.
        size: members of a team: n people make ceil(n / size) teams.
        sizes: the size of each team, adding up to the number of people.
        balance: columns whose values every team should mirror; guessed (see ``guess_criteria``) if None.
        name: the column with the names; found by its header if None (see ``name_columns``).
        names: names of the teams; "Team 1" and so on if None.
        numbers: columns of numbers whose mean and spread every team should mirror.
        tags: columns with several values in a cell, parted by ; or | or a comma.
        similar: columns whose equals should stand together instead of being spread; they are criteria too.
        weights: column to how much it counts, a whole number >= 0; 1 if not given.
        priority: columns in order of priority, the first before all others, strictly; the rest come last.
        rules: a table of rules (see ``evenhand.teams.reading.rules``).
        min_size: least people of a team.
        max_size: most people of a team; with one of the two and no number of teams there are as few teams as
            they allow.
        rooms: a table of rooms, one a team, with the columns name and capacity.
        wishes: columns that name friends, the most wanted first; or person to friends.
        choices: columns that name teams (projects, slots), the most wanted first.
        only_choices: whether nobody may be outside their choices, whatever that costs.
        lock: a column that names the team a person stays in; empty cells are free.
        published: the plan handed out before: person to team, or a table with the columns person and team.
        move_price: points for everybody who changes teams against it; None: as few as can be.
        keep_teams: teams of the published plan that stay as they are.
        met_before: earlier plans, the last one last, whose teams should be mixed.
        not_again: earlier plans; nobody is in a team again that has the name of one they were in, such as a
            workshop that runs twice.
        keep: other columns that go into the plan's table, such as an e-mail address.
        roles: columns with yes for those who may be captain, driver, mentor; each team gets one of them.
        times: columns of when people can meet, such as "Mon 9-12; Wed 14:00-16:00"; every team then gets
            common hours.
        hours: the least of them, in quarters of an hour; one, and said, if not given.
        in_a_row: whether these are to be at one go.
        zone: a column of time zones (Europe/Berlin, UTC+5:30), in whose clock the times are.
        week: any day of the week that is meant, for clocks that change.
        **keywords: rules as keywords: minimum, maximum, no_lone, together, apart, wishes, locked,
            locked_teams, allowed, free, met.

    Returns:
        The problem, people sorted by name; the warnings say what was odd.

    Raises:
        InputError: everything that is wrong at once, by row and column. Cost O(n k).
    """
    findings = Findings()
    table = read(source, "people", findings, job="teams")
    dials = _Dials(
        _headed(table, numbers),
        _headed(table, tags),
        _headed(table, similar),
        dict(zip(_headed(table, list(weights or {})), (weights or {}).values(), strict=True)),
        _headed(table, priority),
    )
    # Wishes come as columns of the table or as pairs of people; only the first are columns, the others are a
    # rule.
    by_columns = wishes if isinstance(wishes, str) or _all_texts(wishes) else ()
    asked = FromColumns(
        wishes=tuple(_headed(table, by_columns)),
        choices=tuple(_headed(table, choices)),
        lock=_headed(table, [lock])[0] if lock else "",
        published=None if published is None else plan_of(published, "published"),
        move_price=move_price,
        keep_teams=tuple(listed_names(keep_teams)),
        met_before=tuple(plan_of(plan, "met before") for plan in met_before),
        not_again=tuple(plan_of(plan, "not again") for plan in not_again),
        roles=tuple(dict.fromkeys(_headed(table, roles))),
        only_choices=only_choices,
    )
    keywords |= {} if by_columns or wishes is None else {"wishes": wishes}
    ruled_by = {kind: _ruled_columns(table, keywords.get(kind)) for kind in ("together", "apart")}
    keywords |= {
        kind: columns if table.asked(*columns) else None for kind, columns in ruled_by.items() if columns
    }
    meeting = _meeting(table, times, hours, zone, week, in_a_row=in_a_row)
    ruled = rules is not None or any(what is not None for what in keywords.values()) or asked != FromColumns()
    ruled |= bool(meeting.columns)
    wanted = _columns_wanted(
        table,
        balance,
        dials,
        [
            *(*asked.wishes, *asked.choices, asked.lock, *asked.roles, *meeting.columns, meeting.zone),
            *(column for columns in ruled_by.values() for column in columns),
        ],
        ruled=ruled,
    )
    kept = [column for column in _headed(table, keep) if column not in wanted]
    if meeting.zone and meeting.zone not in {*wanted, *kept}:
        kept.append(meeting.zone)
    if table.columns:
        table.asked(*kept)
    people, order = people_of_table(table, name)
    ask = Asked(teams, size, sizes, min_size, max_size)
    if names is None and rooms is None and published is None:
        asked, ask, names = _named_by_lock(table, asked, ask)
    chosen = {
        fold_value(part)
        for column in asked.choices
        for cell in words_of(table.columns.get(column, ()))
        for part in (cell, *split_tags(cell))
    }
    seats = seating(
        len(people), ask, rooms, names, findings,
        before=asked.published, people=people, chosen=chosen if asked.choices else None,
    )  # fmt: skip
    picked, labels, fixed = seats.sizes, seats.names, seats.listed
    if balance:
        dials.numbers.extend(_measures(table, wanted, dials, len(picked)))
        _note_all_different(table, wanted, dials)
    _known_settings(table, dials, wanted)
    criteria, measured = _measured(table, wanted, order, dials)
    criteria += [
        _missing_of(number, table, order) for number in measured if _has_missing(table, number.name, order)
    ]
    # One point more than all columns and numbers together can cost, at 100 for each whole range: the price of
    # what comes before all of them.
    most = 100 * (sum(c.weight for c in criteria) + 2 * sum(n.weight for n in measured)) + 1
    balanced = {criterion.name for criterion in criteria}
    for role in asked.roles if people else ():
        if role in balanced:
            mend = "Leave it out of the columns to balance: each team gets one in any case"
            findings.error("is a role and a column to balance", mend, column=role)
        criteria.append(able_column(table, role, order))
    common = _common_time(meeting, table, order, people, criteria)
    roster = Roster(table, order, people, labels, picked, criteria, most)
    own = [*column_rows(asked, roster), *common] if people else []
    rules_read = read_rules(rules, keywords, roster, own)
    # Only now, so that all that is wrong in the table, the settings and the rules is told at once.
    findings.raise_errors()
    if seats.span is not None and not rules_read.listed:
        rules_read.sizes = sizes_for_choices(rules_read.sizes, seats.span, rules_read.rules)
    # A name that was put together of several columns is text, whatever these were.
    columns = (name,) if name else naming_columns(table)
    named = {"person": columns[0]} if len(columns) == 1 else {}
    return _assembled(rules_read, measured, [*wanted, *kept], named, listed=fixed, meeting=meeting)


def _meeting(
    table: Table,
    times: Sequence[str] | str,
    hours: float | None,
    zone: str,
    week: date | str | None,
    *,
    in_a_row: bool,
) -> Meeting:
    """Return what is asked of schedules; hours and a week that are none, or stand alone, are noted."""
    findings = table.findings
    columns = _headed(table, times)
    for label, given in (
        ("hours", hours),
        ("zone", zone or None),
        ("week", week),
        ("in a row", in_a_row or None),
    ):
        if given is not None and not columns:
            mend = "Name the columns of when people can meet with --times"
            findings.error("means nothing without times", mend, column=label, came=str(given))
    quarters = None if hours is None else hours * 4
    if quarters is not None and not (0 < quarters <= 4 * 24 * 7 and quarters == int(quarters)):
        mend = "Give hours in quarters, such as 2 or 1.5"
        findings.error("is not a number of hours", mend, column="hours", came=str(hours))
        hours = None
    if columns and hours is None and not findings.errors:
        mend = "Say another with --hours"
        findings.warning("every team gets 1 common hour at least", mend, table=table.name, column=columns[0])
        hours = 1.0
    if isinstance(week, str):
        try:
            week = date.fromisoformat(week)
        except ValueError:
            mend = "Write a day of the week that is meant, such as 2026-03-23"
            findings.error("is not a date", mend, column="week", came=str(week))
            week = ANY_WEEK
    return Meeting(tuple(columns), _headed(table, [zone])[0] if zone else "", week, hours or 1.0, in_a_row)


def _named_by_lock(
    table: Table, asked: FromColumns, ask: Asked
) -> tuple[FromColumns, Asked, list[str] | None]:
    """Return what is asked, with teams called as the column of places names them; None for usual names."""
    names = _teams_of_column(table, asked.lock) if asked.lock else None
    if names is None:
        return asked, ask, None
    if ask.teams is None and ask.size is None and ask.sizes is None:
        ask = replace(ask, teams=len(names))
    if ask.teams is not None and len(names) > ask.teams:
        mend = f"Ask for --teams {len(names)}, or mend the spelling where two of them are one"
        problem = f"names {len(names)} teams ({', '.join(names[:12])}) and {ask.teams} are asked for"
        table.findings.error(problem, mend, table=table.name, column=asked.lock)
        return replace(asked, lock=""), ask, None
    called = ", ".join(names[:12])
    mend = "Give --names to call them otherwise"
    sentence = f"says what the teams are called: {called}"
    table.findings.warning(sentence, mend, table=table.name, column=asked.lock)
    return asked, ask, names


def _common_time(
    meeting: Meeting, table: Table, order: Ints, people: Sequence[str], criteria: list[Criterion]
) -> list[dict[str, str]]:
    """Add the column of when people can not meet, and return its rule as a row; [] where none is asked."""
    common = schedule(meeting, table, order, people) if meeting.columns and people else None
    if common is None:
        return []
    criteria.append(common.criterion)
    return [{"kind": "free", "column": common.criterion.name, "min": str(common.least)}]


def _teams_of_column(table: Table, column: str) -> list[str] | None:
    """Return the teams that a column of places names; None where they are called "Team 1" and so on."""
    if not table.has(column):
        return None
    named: dict[str, str] = {}
    for cell in words_of(table.columns[column]):
        if cell.strip():
            named.setdefault(fold_value(cell), cell.strip())
    if not named or all(fold.removeprefix("team ").isdecimal() for fold in named):
        return None
    return [named[fold] for fold in sorted(named)]


def _assembled(
    rules_read: RulesRead,
    numbers: list[Number],
    wanted: list[str],
    named: Mapping[str, str],
    *,
    listed: bool,
    meeting: Meeting,
) -> TeamsProblem:
    """Put together what was read; ``named`` says which column is the person's."""
    roster = rules_read.roster
    if meeting.columns:
        span = f"{meeting.hours:g} common {'hour' if meeting.hours == 1 else 'hours'}"
        sentence = f"every team has {span}{' in a row' if meeting.in_a_row else ''}"
        rules_read.rules = tuple(
            replace(rule, said=sentence)
            if rule.kind == "free" and rules_read.criteria[rule.criterion].name.startswith(COMMON)
            else rule
            for rule in rules_read.rules
        )
    order = roster.order.tolist() if len(roster.people) <= PRINTED else []
    return TeamsProblem(
        people=roster.people,
        teams=roster.teams,
        sizes=rules_read.sizes,
        listed=listed or rules_read.listed,
        criteria=tuple(rules_read.criteria),
        numbers=tuple(numbers),
        rules=rules_read.rules,
        columns={
            column: tuple(roster.table.columns[column][row] for row in order) for column in wanted if order
        },
        warnings=tuple(roster.table.findings.warnings),
        native=roster.table.native_of({**dict(zip(wanted, wanted, strict=True)), **named}),
    )


def problem_from_values(
    people: Sequence[str] | int,
    criteria: Mapping[str, Sequence[Any] | NDArray[Any]],
    *,
    teams: int | None = None,
    size: int | None = None,
    sizes: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
) -> TeamsProblem:
    """Make a problem from values in memory; see ``TeamsProblem.from_values``."""
    findings = Findings()
    if isinstance(people, int):
        width = len(str(people))
        people = [f"person {person:0{width}d}" for person in range(1, people + 1)]
    # By name: the plan then does not depend on the order of the rows.
    order = np.array(sorted(range(len(people)), key=lambda person: people[person]), dtype=np.int64)
    if len(set(people)) != len(people):
        findings.error("two people have one name", "Give everybody a name of their own", column="people")
    for column, cells in criteria.items():
        if len(cells) != len(people):
            findings.error(
                f"has {len(cells)} values for {len(people)} people", "Give one value a person", column=column
            )
    picked = team_sizes(len(people), teams=teams, size=size, sizes=sizes, findings=findings)
    labels = team_names(names, len(picked), findings)
    findings.raise_errors()
    coded = tuple(
        codes_of(column, cells, order)
        if isinstance(cells, np.ndarray) and np.issubdtype(cells.dtype, np.integer)
        else category(column, [_text(cell) for cell in cells], order)
        for column, cells in criteria.items()
    )
    return TeamsProblem(
        people=tuple(people[person] for person in order.tolist()),
        teams=labels,
        sizes=picked,
        listed=sizes is not None,
        criteria=coded,
        warnings=tuple(findings.warnings),
    )


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()  # noqa: PLR0124 - NaN differs from itself


@dataclass(frozen=True, slots=True)
class _Dials:
    """How columns are to be taken, by their headers as the table has them."""

    numbers: list[str]
    tags: list[str]
    similar: list[str]
    weights: dict[str, int]
    priority: list[str]

    def plain(self, asked: Sequence[str]) -> list[str]:
        """Return the columns asked for that nobody named as numbers, tags or similar."""
        named = {*self.numbers, *self.tags, *self.similar}
        return [column for column in asked if column not in named]

    def of(self, column: str) -> dict[str, int]:
        """Return a column's weight and priority."""
        given = str(self.weights.get(column, 1))
        rank = self.priority.index(column) + 1 if column in self.priority else len(self.priority) + 1
        return {"weight": int(given) if given.isdecimal() else 1, "priority": rank}


def _ruled_columns(table: Table, value: Any) -> list[str]:
    """Return the columns that a rule's keyword names; [] where it names people."""
    return _headed(table, value) if isinstance(value, str) or _all_texts(value) else []


def _all_texts(what: Any) -> bool:
    """Whether it is a list of texts: columns, and no pairs of people."""
    return isinstance(what, list | tuple) and bool(what) and all(isinstance(text, str) for text in what)


def listed_names(names: Sequence[str] | str) -> list[str]:
    """Return names given as a list, or as one text parted by commas."""
    if isinstance(names, str):
        return [part.strip() for part in names.split(",") if part.strip()]
    given: Any = names  # from Python anything may come
    listed = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(name, str) for name in listed):
        mend = 'Write ["gender", "office"] or "gender,office"'
        raise InputError.one("is not a list of columns", mend, came=repr(names))
    return listed


def _headed(table: Table, names: Sequence[str] | str) -> list[str]:
    """Return names of columns as the table's headers have them; case, spaces and dots do not matter."""
    listed = listed_names(names)
    # Reversed, so that of headers that fold to the same the first one wins.
    by_fold = {folded(header): header for header in reversed(list(table.columns))}
    # A column that got our name is meant by its own head as well.
    by_fold |= {folded(table.own_head(column)): column for column in table.called if column in table.columns}
    return [by_fold.get(folded(name), name) for name in listed]


PERSONAL: Final = frozenset({"name", "first_name", "last_name", "email"})
"""Columns that tell people apart: a roster of these alone has nothing that teams could be even in."""


def _columns_wanted(
    table: Table,
    balance: Sequence[str] | str | None,
    dials: _Dials,
    taken: Sequence[str] = (),
    *,
    ruled: bool = False,
) -> list[str]:
    """List the columns to balance, each once, in the order given; note those the table lacks.

    ``taken`` columns are for something else; with rules, nothing to balance is a fine problem as well.
    """
    named = [*dials.numbers, *dials.tags, *dials.similar]
    asked = _headed(table, balance or [])
    if balance is None and not named:
        guessed = guess(table, apart_from=taken)
        asked = list(guessed.criteria)
        dials.tags.extend(guessed.tags)
        if guessed.wishes:
            _offer(table, guessed.wishes, f'To grant wishes, add --wishes "{",".join(guessed.wishes)}"')
        if guessed.apart:
            _offer(table, guessed.apart, f'To keep them apart, add --apart "{",".join(guessed.apart)}"')
        if guessed.choices:
            table.findings.warning(
                "rank the same answers and were not balanced",
                f'To grant choices of teams, add --choices "{",".join(guessed.choices)}"',
                table=table.name, column=", ".join(guessed.choices),
            )  # fmt: skip
        odd = [column for column, reason in guessed.left_out.items() if reason in {TIMES_SEEN, IDENTIFIER}]
        if odd:
            table.findings.warning(
                f"{'look' if len(odd) > 1 else 'looks'} like times or identifiers, so not balanced",
                "Name the columns with --balance to take them all the same",
                table=table.name, column=", ".join(odd),
            )  # fmt: skip
        measured = [column for column, reason in guessed.left_out.items() if reason == NUMBERS]
        if measured:
            for_one, for_more = "holds numbers and was not balanced", "hold numbers and were not balanced"
            table.findings.warning(
                for_more if len(measured) > 1 else for_one,
                f'To balance numbers, add --numbers "{",".join(measured)}"',
                table=table.name, column=", ".join(measured),
            )  # fmt: skip
    elif asked:
        dials.tags.extend(_several_answers(table, asked, dials))
    if not asked and not named and len(table) and not ruled:
        _tell_nothing_to_balance(table, guess(table, apart_from=taken) if balance is None else None)
    wanted = list(dict.fromkeys([*asked, *named]))
    if table.columns:
        table.asked(*wanted)
    return wanted


def _tell_nothing_to_balance(table: Table, guessed: Guess | None) -> None:
    """Refuse columns of which none is to be balanced; names alone leave nothing to ask.

    ``guessed`` is what the columns were taken for, None where somebody named them.
    """
    if guessed is not None and set(table.columns) <= PERSONAL:
        mend = "For more even teams add columns such as gender or office"
        table.findings.warning("holds names alone, so chance decides the teams", mend, table=table.name)
        return
    granting = _grants(guessed)
    if granting:
        option, columns = granting[0]
        problem = f"holds {'choices of teams' if option == '--choices' else 'wishes'} and nothing to balance"
        mend = f'To grant them, add {option} "{",".join(columns)}"'
        table.findings.error(problem, mend, table=table.name, column=", ".join(columns))
        return
    here = heads_named(list(table.columns))
    problem = (
        "I can't tell which columns to balance" if guessed is not None else "no column is named to balance"
    )
    repeating = (
        head for head, cells in table.columns.items() if len(set(cells)) < len(table) and head != "name"
    )
    some = next(repeating, "")
    such_as = f", as in --balance {quote(some)}" if some else ""
    mend = f"Name the columns to balance{such_as}; the table has {here}"
    table.findings.error(problem, mend, table=table.name)


def _grants(guessed: Guess | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return the options that grant what columns were taken for, each with its columns."""
    if guessed is None:
        return []
    kinds = (("--wishes", guessed.wishes), ("--apart", guessed.apart), ("--choices", guessed.choices))
    return [(option, columns) for option, columns in kinds if columns]


def _offer(table: Table, columns: Sequence[str], mend: str) -> None:
    for_one, for_more = "names other people and was not balanced", "name other people and were not balanced"
    table.findings.warning(
        for_more if len(columns) > 1 else for_one, mend, table=table.name, column=", ".join(columns)
    )


def _several_answers(table: Table, asked: Sequence[str], dials: _Dials) -> list[str]:
    """Return the columns asked for with several answers in a cell, parted by ; or |, with a note each."""
    several = []
    for column in dials.plain(asked):
        if any(
            (";" in cell or "|" in cell) and len(split_tags(cell)) > 1
            for cell in words_of(table.columns.get(column, ()))
        ):
            several.append(column)
            table.findings.warning(
                "has several answers in a cell, so each answer is balanced by itself",
                "Write / instead of ; in the file if a cell is one answer",
                table=table.name, column=column,
            )  # fmt: skip
    return several


def _measures(table: Table, asked: Sequence[str], dials: _Dials, teams: int) -> list[str]:
    """Return the columns asked for that hold measures, such as ages, with a note each."""
    measures = measured_columns(table, dials.plain(asked), teams)
    for column in measures:
        table.findings.warning(
            "holds numbers of many values, so its mean and spread are balanced",
            "For groups of them, such as 20 to 29, add a column that names the group",
            table=table.name, column=column,
        )  # fmt: skip
    return measures


def _note_all_different(table: Table, asked: Sequence[str], dials: _Dials) -> None:
    """Note columns in which no two people are alike: any plan is even in them, and looks a success."""
    for column in dials.plain(asked):
        times = word_counts(table.columns.get(column, ()))
        times.pop("", None)
        # Most columns have a text twice, which is known before any text is folded.
        if len(times) <= 2 or max(times.values()) > 1:  # noqa: PLR2004 - of two people nothing can be said
            continue
        cells = list(times)
        if len({cell.casefold() for cell in cells}) == len(cells):
            table.findings.warning(
                "has another value for everybody, so there is nothing to balance",
                "Leave it out", table=table.name, column=column,
            )  # fmt: skip


def _known_settings(table: Table, dials: _Dials, wanted: list[str]) -> None:
    for column in {**dials.weights, **dict.fromkeys(dials.priority)}:
        if column not in wanted:
            table.findings.error(
                "has a weight or a priority but is not balanced",
                f"Name one of {', '.join(wanted) or 'the columns to balance'}",
                column=column,
            )
    for column, weight in dials.weights.items():
        if not str(weight).isdecimal():
            mend = "Give a whole number of 0 or more"
            table.findings.error("is not a weight", mend, column=f"weight of {column}", came=str(weight))


def _measured(
    table: Table, wanted: list[str], order: Ints, dials: _Dials
) -> tuple[list[Criterion], list[Number]]:
    criteria: list[Criterion] = []
    measured: list[Number] = []
    for column in wanted:
        if not table.has(column):
            continue
        cells = table.columns[column]
        if len(table) and not any(words_of(cells)):
            _nothing_there(table, column, number=column in dials.numbers)
        elif column in dials.numbers:
            measured.append(number_column(table, column, order, **dials.of(column)))
        elif column in dials.tags:
            criteria.append(tag_column(column, cells, order, **dials.of(column)))
        else:
            table.looked_at(column)  # an error of the spreadsheet is not a kind of person, and is noted
            note_alike(table, column, case=False)
            similar = column in dials.similar
            criteria.append(category(column, cells, order, similar=similar, **dials.of(column)))
    return criteria, measured


def _nothing_there(table: Table, column: str, *, number: bool) -> None:
    """Refuse a number column without a number; say that an empty column has nothing to balance."""
    if number:
        mend = "Fill it, or leave it out of the numbers to balance"
        table.findings.error("has no number in any row", mend, table=table.name, column=column)
    else:
        mend = "Fill it, or leave it out"
        table.findings.warning("is empty: there is nothing to balance", mend, table=table.name, column=column)


def _has_missing(table: Table, column: str, order: Ints) -> bool:
    cells = table.columns[column]
    return any(not cells[row] for row in order.tolist())


def _missing_of(number: Number, table: Table, order: Ints) -> Criterion:
    """Make a criterion of who has no number, so that those are spread too."""
    cells = ["missing" if not cell else "" for cell in table.columns[number.name]]
    return category(f"{number.name} missing", cells, order, weight=number.weight, priority=number.priority)
