"""Tables to a rota: people, duties, absences, history, rules; all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from evenhand.core.arguments import plain_kinds
from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings, InputError
from evenhand.core.sentences import counted
from evenhand.core.units import decimals
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.policies import Policy, policy_named
from evenhand.rota.problem.settings import RotaSettings
from evenhand.rota.reading.away import away_of
from evenhand.rota.reading.duties import read_duties, slot_columns
from evenhand.rota.reading.people import People, read_absences_table, read_history, read_people
from evenhand.rota.reading.polls import answers_of
from evenhand.rota.reading.rules import KEYWORDS, read_rules, rules_as_rows
from evenhand.rota.reading.views import own_views as read_own_views
from evenhand.rota.reading.views import view_columns
from evenhand.rota.reading.weights import booked_history, weights_of_then
from evenhand.tables import Table, near, read
from evenhand.tables.absences_ics import is_calendar, read_absences
from evenhand.tables.texts import listed


@plain_kinds
def problem_from_tables(
    people: Any,
    duties: Any,
    *,
    absences: Any = None,
    history: Any = None,
    policy: str | Policy = "rate",
    rules: Any = None,
    holidays: str = "",
    holiday_load: int = 1,
    substitutes: int = 0,
    overlaps: bool = False,
    strict_calendar: bool = False,
    views: str | Sequence[str] | None = None,
    skip: Any = None,
    share: str = "all",
    own_views: Any = None,
    **sides: Any,
) -> RotaProblem:
    """Make a rota of tables.

    Args:
        people: name, joined, left, weight, skills (parted by ;), counts_from, away; one row a membership. The
            columns of a poll (a day each, with yes, no or "if need be" below it) say who can take which turn;
            ``polled`` makes the duties of them.
        duties: name, start, every, until or count, seats, load, skills, timezone, at, and days, hours or
            end_time; or ``weekly(...)``. Without every, until and count each row is one turn.
        absences: name, from, to (inclusive); or an iCalendar file (.ics).
        history: date, name, perhaps load: turns served before, as facts.
        policy: a name of ``POLICIES``, or a Policy.
        rules: the table of side rules (``evenhand.rota.reading.rules``).
        holidays: country, or country-region, whose public holidays mark slots: "DE-BY".
        holiday_load: how many turns a holiday's turn counts; 0 leaves out the slots that hold one.
        substitutes: how many substitutes to name a slot.
        overlaps: whether one person may serve two slots that run at the same time.
        strict_calendar: whether an event of a calendar of absences that cannot be used, or names nobody of
            people, is an error; otherwise it is left out with a note.
        share: where seats ask for skills, "all": a slot is due to everybody who could take any of its seats
            alike, as far as each skilled seat can be filled; or "able": each seat is due to those who fit it.
        skip: days on which no slot starts: an iCalendar file (school holidays), or a table of from and to.
        views: kinds of views to be fair in, beside the total: weekend, weekday, duty, holiday, time, month;
            "none" for none. By default weekend, duty and holiday.
        own_views: a table of views by rule, beside those: view, and any of duty, days, time, from, to.
        **sides: rules as keywords: ``KEYWORDS`` of ``evenhand.rota.reading.rules``.

    Returns:
        The problem, people sorted by name. Who joined before the history began counts as there. Somebody who
        did not and has no turn in it starts at lag 0 when the plan starts, unless ``counts_from`` gives an
        earlier day: nobody is owed for plans made without them.

    Raises:
        InputError: everything that is wrong at once, by table, row and column.
    """
    findings = Findings()
    dials = policy_named(policy)
    _known(sides)
    if share not in {"all", "able"}:
        raise InputError.one("is not a share", "Choose all or able", came=share, column="share")
    members = _read(people, "people", findings)
    crowd = read_people(members, findings)
    planned = read_duties(_read(duties, "duties", findings), findings, _skipped_days(skip, findings))
    marked = _holidays(holidays, planned, findings)
    columns = slot_columns(planned, crowd.skills, marked, holiday_load)
    served = read_history(_read(() if history is None else history, "history", findings), crowd)
    away = read_absences_table(_absences(absences, columns, served, findings, strict=strict_calendar), crowd)
    first = _first(columns, served)
    beside = away_of(members, crowd.code, first, int(max(columns["slot_end"], default=first)))
    off, answered = answers_of(members, crowd.code, columns, findings)
    away = np.unique(np.concatenate([away, beside, off]), axis=0)
    tables = [] if rules is None else [_read(rules, "rules", findings)]
    tables += _keyword_tables(sides, findings)
    sided = read_rules(tables, crowd.code, columns, answered)
    named = read_own_views(_read(() if own_views is None else own_views, "views", findings), columns)
    for name, value in (("holiday_load", holiday_load), ("substitutes", substitutes)):
        if value < 0:
            findings.error("is too small", "Give 0 or more", column=name, came=str(value))
    _unskilled(sided["fixed"], crowd, columns, findings)
    # Up to here every table was read, so that all faults are told at once; below, figures are needed that
    # hold.
    findings.raise_errors()
    told = _crowd_columns(crowd, served, away, columns, findings)
    return RotaProblem(
        **told | columns | sided | view_columns(columns, views, named),
        policy=dials,
        substitutes=substitutes,
        overlaps=int(overlaps),
        share_able=int(share == "able"),
        warnings=tuple(findings.warnings),
        # When people joined and left tells whether the caller's days are dates or moments.
        native=members.native_of({part: part for part in ("name", "joined", "left")}),
    )


def _keyword_tables(sides: dict[str, Any], findings: Findings) -> Iterator[Table]:
    """Yield a table for each rule given as a keyword, so that a finding names it: "rest, row 2"."""
    for name in KEYWORDS:
        if not sides.get(name):
            continue
        try:
            rows = rules_as_rows(**{name: sides[name]})
        except (TypeError, ValueError, LookupError, AttributeError):
            mend = f"Write {KEYWORDS[name].example}"
            findings.error("cannot be read", mend, column=name, came=str(sides[name]))
        else:
            yield read(rows, name, findings)


def _read(source: Any, name: str, findings: Findings) -> Table:
    return read(source, name, findings, job="rota")


def _first(columns: dict[str, Any], served: Any) -> int:
    """Return the plan's first day; without a slot the day after history, so that standings are the same."""
    # The first that exists counts: the plan, else history, else day 1.
    days = [*columns["slot_start"][:1], *(served[-1:, 0] + 1), 1]
    return int(days[0])


def _unskilled(fixed: Any, crowd: People, columns: dict[str, Any], findings: Findings) -> None:
    """Note fixed turns of people who have the skill of no seat of the slot."""
    ends = np.cumsum(columns["seats"])
    for slot, who in fixed.tolist():
        asked = columns["seat_skill"][ends[slot] - columns["seats"][slot] : ends[slot]].tolist()
        own = {crowd.skills[code] for person, code in crowd.has.tolist() if person == who}
        # A seat that asks for nothing takes anybody.
        if -1 not in asked and not own & {columns["skills"][code] for code in asked}:
            day = date.fromordinal(int(columns["slot_start"][slot])).isoformat()
            findings.error(
                f"is fixed for {day} but has none of the skills that its seats ask for",
                "Give the person the skill, or take the turn out of the rules",
                table="rules", column="name", came=crowd.names[who],
            )  # fmt: skip


def _nobody_has(crowd: People, columns: dict[str, Any], findings: Findings) -> None:
    """Note skills that duties ask for and nobody has: their seats stay open."""
    asked = {columns["skills"][code] for code in columns["seat_skill"].tolist() if code >= 0}
    for skill in sorted(asked - set(crowd.skills)):
        # "First-Aid" is meant by "first aid": letters and digits alone are compared first.
        plain = {_letters(known): known for known in crowd.skills}
        meant = plain.get(_letters(skill)) or near(skill, list(crowd.skills))
        findings.warning(
            "is a skill that duties ask for and nobody has, so these seats stay open",
            f"Did you mean {meant}?" if meant else "Write it into the column skills of those who have it",
            table="people", column="skills", came=skill,
        )  # fmt: skip


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _crowd_columns(
    crowd: People, served: Ints, away: Ints, columns: dict[str, Any], findings: Findings
) -> dict[str, Any]:
    """Return the columns of people, absences and history, and note what is odd about them.

    A membership without a beginning begins with history, or with the plan.
    """
    first = _first(columns, served)
    _late(served, first, findings)
    _not_there(crowd, columns, findings)
    _nobody_has(crowd, columns, findings)
    periods = crowd.periods.copy()
    start = min([first, *served[:1, 0].tolist()])
    periods[:, 1] = np.where(periods[:, 1] == 0, np.minimum(start, periods[:, 2]), periods[:, 1])
    skill = [columns["skills"].index(crowd.skills[code]) for code in crowd.has[:, 1]]
    out: dict[str, Any] = {
        "people": crowd.names,
        "weight": crowd.weight,
        "weight_parts": crowd.parts,
        "skill_person": crowd.has[:, 0].copy(),
        "skill_code": np.array(skill, dtype=np.int64),
        "since": _since(crowd, served, first, findings),
        **_parted(periods, "period_person", "period_start", "period_end"),
        **_parted(away, "absent_person", "absent_from", "absent_to"),
        **_parted(served, "history_day", "history_person", "history_load"),
    }
    last = int(max(columns["slot_end"], default=first))
    out |= weights_of_then(crowd, out, (first, last), findings)
    if len(crowd.changes) and len(served):
        out |= booked_history(crowd, out, served, away, columns)
    return out


def _parted(table: Ints, *names: str) -> dict[str, Ints]:
    """Return the columns of a table, each by itself in memory."""
    return {name: table[:, place].copy() for place, name in enumerate(names)}


def _skipped_days(source: Any, findings: Findings) -> frozenset[int]:
    """Return the days of a calendar, or of a table of from and to, as ordinals."""
    if source is None:
        return frozenset()
    if is_calendar(source):
        table = read_absences(source, SKIPS_FROM, SKIPS_TO, findings)
    else:
        table = read(source, "skip", findings)
    if not table.need("from") or not len(table):
        return frozenset()
    first = table.dates("from")
    last = table.dates("to", optional=True) if table.has("to") else first
    out: set[int] = set()
    for begin, end in zip(first, last, strict=True):
        if begin is not None:
            out.update(range(begin.toordinal(), (end or begin).toordinal() + 1))
    return frozenset(out)


# Repeating events may have no end, so a span is needed; a wider one only takes longer to read.
SKIPS_FROM, SKIPS_TO = date(2000, 1, 1), date(2100, 12, 31)
"""Years of which a calendar of skipped days is read."""


def _known(sides: dict[str, Any]) -> None:
    for name in sides:
        if name not in KEYWORDS:
            meant = near(name, [*RotaSettings.__annotations__, *KEYWORDS])
            raise InputError.one(
                "is not a setting of a rota",
                f"Did you mean {meant}?" if meant else f"Choose among {', '.join(KEYWORDS)}",
                came=name,
            )


def _absences(
    source: Any, columns: dict[str, Any], served: Any, findings: Findings, *, strict: bool
) -> Table:
    """Read absences; those of a calendar file from the first turn of history or plan to the plan's end."""
    if source is not None and is_calendar(source):
        days = [*columns["slot_start"].tolist(), *columns["slot_end"].tolist(), *served[:1, 0].tolist()]
        if not days:
            return read((), "absences", findings)
        # A repeating event may have no end, so a calendar is read for the days that matter only.
        span = (date.fromordinal(min(days)), date.fromordinal(max(days)))
        return read_absences(source, *span, findings, strict=strict)
    return _read(() if source is None else source, "absences", findings)


def _holidays(where: str, planned: list[Any], findings: Findings) -> dict[int, str]:
    if not where or not planned:
        return {}
    from evenhand.rota.problem.calendar import slots_of
    from evenhand.rota.reading.public_holidays import public_holidays

    country, _, region = where.partition("-")
    ends = [slot.end for duty in planned for slot in slots_of(duty)]
    starts = [duty.start.toordinal() for duty in planned]
    if not ends:
        return {}
    try:
        name_of = public_holidays(
            country, date.fromordinal(min(starts)), date.fromordinal(max(ends)), region or None
        )
    except InputError as error:
        findings.errors.extend(error.findings)
        return {}
    return {day.toordinal(): name for day, name in name_of.items()}


def _late(served: Any, first: int, findings: Findings) -> None:
    late = int((served[:, 0] >= first).sum()) if len(served) else 0
    if late:
        findings.warning(
            f"has {counted(late, 'turn')} on or after the plan's first day",
            "Start the plan later, or leave them out: they count beside the plan's own turns",
            table="history",
        )


def _not_there(crowd: People, columns: dict[str, Any], findings: Findings) -> None:
    """Note people who are no members on any day of the plan: a date may be a slip of the hand."""
    if not len(columns["slot_start"]):
        return
    first, last = int(columns["slot_start"].min()), int(columns["slot_end"].max())
    # A membership without a beginning is from the first day on, whatever it is.
    there = crowd.periods[(crowd.periods[:, 1] <= last) & (crowd.periods[:, 2] >= first), 0]
    gone = [name for who, name in enumerate(crowd.names) if who not in set(there.tolist())]
    if gone and len(gone) < len(crowd.names):
        named = listed(gone[:NAMED]) + (f" and {len(gone) - NAMED:,} more" if len(gone) > NAMED else "")
        problem = f"the plan has no day on which {named} {'is' if len(gone) == 1 else 'are'} a member"
        findings.warning(problem, "Check the columns joined and left", table="people")


NAMED = 5
"""Names told in one sentence."""


def _since(crowd: People, served: Any, first: int, findings: Findings) -> Any:
    """Return from which day history counts: as said, else from joining with a turn, from the plan without.

    Who joined before the history began counts as there, turn or no turn. Who joined later, or at a day the
    table does not say, and has no turn may be new or may have been passed over: the table cannot tell, so
    the reader is told what it would come to.
    """
    out = np.where(crowd.since >= 0, crowd.since, first)
    there = np.zeros(len(crowd.names), dtype=bool)
    there[served[:, 1]] = True
    if len(served):
        begins = crowd.periods[:, 1]
        there[crowd.periods[(begins > 0) & (begins < served[0, 0]), 0]] = True
    # 0 is before every day: all of history counts.
    out = np.where((crowd.since < 0) & there, 0, out)
    for who in np.flatnonzero(~there & (crowd.since < 0)).tolist() if len(served) else []:
        day = date.fromordinal(max(first, 1)).isoformat()
        owed = _passed_over(crowd, served, who)
        # A newcomer of yesterday: nothing was due to them, so there is nothing to ask.
        if decimals(owed, 1) == "0.0":
            continue
        findings.warning(
            "has no turn in the history and did not join before it; a policy with a ledger starts them at 0 "
            f"with the plan. Counted from when they joined they would be owed {decimals(owed, 1)} turns",
            f"Fine for a newcomer; else give a day before {day} in the column counts_from",
            table="people", column="name", came=crowd.names[who],
        )  # fmt: skip
    return out


def _passed_over(crowd: People, served: Any, who: int) -> float:
    """Return the turns that history would have made due to somebody without a turn, absences left aside."""
    begin = np.where(crowd.periods[:, 1] == 0, served[0, 0], crowd.periods[:, 1])
    owed = 0.0
    for day, _, load in served.tolist():
        inside = crowd.periods[(begin <= day) & (crowd.periods[:, 2] >= day), 0]
        if who in inside:
            owed += load * float(crowd.weight[who] / crowd.weight[np.unique(inside)].sum())
    return owed
