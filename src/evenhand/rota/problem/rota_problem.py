"""A rota as frozen columns, checked when made. Days are ordinals (``date.toordinal``), ends inclusive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Unpack

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, Findings
from evenhand.core.frozen import freeze_arrays
from evenhand.core.native import Native
from evenhand.core.notebook import problem_html
from evenhand.core.shares import TICKS
from evenhand.rota.problem.policies import POLICIES, Policy
from evenhand.rota.problem.settings import RotaSettings, TableSettings
from evenhand.rota.problem.side_rules import SIDE_RULES, SideRule

# Beyond every day of the calendar, and below 2**32, by which the judge joins person and day in one number.
OPEN: Final = 2**31
"""The last day of a membership that has no end."""

# Any lag a person can reach is far below it, so a larger number would change nothing.
KEEP: Final = 10**9
"""A stickiness that gives up a published turn only where its holder cannot serve: a million turns."""

# Half of what int64 holds, so that adding two such products cannot wrap round either.
LARGEST: Final = 2**62
"""Products of ticks, loads and weights stay below this, so that int64 holds them."""


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class RotaProblem:
    """People, slots, what was served before, the policy and the side rules.

    Attributes:
        people: names, sorted, P of them.
        weight: strength of each claim in equal parts, >= 1, shape (P,).
        weight_parts: how many parts make a weight of 1: 2 where somebody has half of it. A ledger books
            weights by it.
        period_person, period_start, period_end: memberships, sorted by person and start; ``OPEN`` for no end.
        absent_person, absent_from, absent_to: absences, sorted by person and first day.
        slot_start, slot_end: first and last day of each slot, sorted by start, clock and duty, shape (S,).
        slot_duty: code into ``duties``; slot_class: code into ``classes`` (ordinary days, holidays).
        slot_clock: minute of the day a slot starts, -1 for whole days; slot_span: how many minutes it lasts
            by the clock on the wall; slot_minutes: how many it really lasts, daylight saving included, (S,).
        slot_utc: minute in UTC, counted from day 0, at which a slot starts, shape (S,);
            by the clock on the wall unless given.
        slot_label: what each slot is called, shape (S,).
        seats: seats of each slot, >= 1; load: units one turn of it counts, >= 1, shape (S,).
        seat_skill: code into ``skills`` of each seat-turn, in order of slots, then seats; -1 for none.
        skill_person, skill_code: who has which skill, as pairs.
        history_day, history_person, history_load: turns served before the plan, in order of days.
        since: first day from which the history's slots count towards a person's entitlement, shape (P,).
        booked_due: ticks that became due for the history's turns as a ledger booked them, shape (P,); empty
            where there is no ledger: then history's days are shared out by this table's people.
        booked_since: of these, ticks since the last own turn, shape (P,).
        booked_lag: ticks owed by (class, person) as the ledger has them, shape (classes, P).
        left_with: ticks owed to those who left, which wait for their return, shape (P,).
        earlier_claim: weight x days of membership that the past adds to today's weight x days, where somebody
            had another weight before, shape (P,).
        views: names of the parts of the rota that are to be fair by themselves (weekends, a duty, holidays).
        slot_view: 1 where a slot belongs to a view, shape (S, views).
        view_rules: what belongs to each view, as a rule (``problem/views.py``); "" where it has none.
        history_view: 1 where a turn of the history belongs to a view, shape (turns, views).
        booked_view: ticks owed by (view, person) as a ledger has them, shape (views, P).
        share_able: 1 where each seat is due only to those who could take that seat; else a slot is due to all
            who could take any of its seats alike, as far as every skilled seat can be filled.
        policy: the two dials.
        rest_slots: start days that somebody who served sits out; rest_days: whole days between two turns;
            rest_minutes: minutes from the end of one turn to the start of the next, in UTC.
        apart: pairs never in one slot, shape (a, 2).
        together: (new, experienced) pairs, shape (t, 2): whenever ``new`` serves, one of theirs serves too.
        most_count, most_days: at most so many turns in any run of so many days, one pair a rule;
            most_person: whom each is for, -1 for everybody.
        whole: pairs of slots that the same people serve, such as the Saturday and Sunday of a weekend,
            shape (w, 2).
        fixed, forbidden: (slot, person) that must, or must not, be, shape (f, 2).
        rules: side rules that these columns cannot hold: those with a weight, which may be broken, limits for
            one duty, rests for some people, and turns in a row.
        wishes: (slot, person, 1 or -1): turns that people would like, or would rather not have, shape (w, 3).
        overlaps: 1 where a person may serve two slots that run at the same time.
        substitutes: how many substitutes to name a slot.
        published: person of each seat-turn as published before, -1 for open or new; empty for none.
        frozen: slots that start on this day or before keep what was published; 0 for none.
        stickiness: what keeping a published turn is worth, in thousandths of a turn (squared, where the plan
            is optimised): slot by slot, somebody else has to be owed that much more to take it.
        warnings: odd things noticed on the way.
        native: what the caller's own cells were, for frames of the plan; no part of documents.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> problem = eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4))
        >>> problem.people, problem.seats.tolist()
        (('Ada', 'Ben'), [1, 1, 1, 1])
    """

    people: tuple[str, ...]
    weight: Ints = field(repr=False)
    period_person: Ints = field(repr=False)
    period_start: Ints = field(repr=False)
    period_end: Ints = field(repr=False)
    slot_start: Ints = field(repr=False)
    slot_end: Ints = field(repr=False)
    seats: Ints = field(repr=False)
    load: Ints = field(repr=False)
    slot_duty: Ints = field(repr=False)
    duties: tuple[str, ...] = ("duty",)
    timezones: tuple[str, ...] = ("",)
    slot_class: Ints = field(default_factory=_none, repr=False)
    classes: tuple[str, ...] = ("",)
    slot_clock: Ints = field(default_factory=_none, repr=False)
    slot_minutes: Ints = field(default_factory=_none, repr=False)
    slot_span: Ints = field(default_factory=_none, repr=False)
    slot_utc: Ints = field(default_factory=_none, repr=False)
    slot_label: tuple[str, ...] = field(default=(), repr=False)
    seat_skill: Ints = field(default_factory=_none, repr=False)
    skills: tuple[str, ...] = ()
    skill_person: Ints = field(default_factory=_none, repr=False)
    skill_code: Ints = field(default_factory=_none, repr=False)
    absent_person: Ints = field(default_factory=_none, repr=False)
    absent_from: Ints = field(default_factory=_none, repr=False)
    absent_to: Ints = field(default_factory=_none, repr=False)
    history_day: Ints = field(default_factory=_none, repr=False)
    history_person: Ints = field(default_factory=_none, repr=False)
    history_load: Ints = field(default_factory=_none, repr=False)
    since: Ints = field(default_factory=_none, repr=False)
    booked_due: Ints = field(default_factory=_none, repr=False)
    booked_since: Ints = field(default_factory=_none, repr=False)
    booked_lag: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64), repr=False)
    left_with: Ints = field(default_factory=_none, repr=False)
    earlier_claim: Ints = field(default_factory=_none, repr=False)
    views: tuple[str, ...] = ()
    slot_view: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64), repr=False)
    view_rules: tuple[str, ...] = ()
    history_view: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64), repr=False)
    booked_view: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64), repr=False)
    share_able: int = 0
    policy: Policy = POLICIES["rate"]
    rest_slots: int = 0
    rest_days: int = 0
    rest_minutes: int = 0
    apart: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64), repr=False)
    together: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64), repr=False)
    most_count: Ints = field(default_factory=_none, repr=False)
    most_days: Ints = field(default_factory=_none, repr=False)
    most_person: Ints = field(default_factory=_none, repr=False)
    whole: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64), repr=False)
    fixed: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64), repr=False)
    forbidden: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64), repr=False)
    wishes: Ints = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int64), repr=False)
    rules: tuple[SideRule, ...] = field(default=(), repr=False)
    overlaps: int = 0
    substitutes: int = 0
    published: Ints = field(default_factory=_none, repr=False)
    frozen: int = 0
    stickiness: int = 0
    weight_parts: int = 1
    warnings: tuple[Finding, ...] = field(default=(), repr=False)
    native: Native = field(default_factory=Native, repr=False, metadata={"document": False})

    def __post_init__(self) -> None:
        size = len(self.slot_start)
        fill = {
            "slot_class": np.zeros(size, dtype=np.int64),
            "slot_clock": np.full(size, -1, dtype=np.int64),
            "slot_minutes": (self.slot_end - self.slot_start + 1) * 1440,
            "slot_span": (self.slot_end - self.slot_start + 1) * 1440,
            "slot_utc": self.slot_start * 1440
            + (np.maximum(self.slot_clock, 0) if len(self.slot_clock) == size else 0),
            "seat_skill": np.full(int(self.seats.sum()), -1, dtype=np.int64),
            "since": np.zeros(len(self.people), dtype=np.int64),
            "most_person": np.full(len(self.most_count), -1, dtype=np.int64),
            "left_with": np.zeros(len(self.people), dtype=np.int64),
            "earlier_claim": np.zeros(len(self.people), dtype=np.int64),
        }
        for name, values in fill.items():
            if not len(getattr(self, name)) and len(values):
                object.__setattr__(self, name, values)
        if not self.slot_label and size:
            object.__setattr__(self, "slot_label", _labels(self.slot_start))
        for name in ("apart", "together", "whole", "fixed", "forbidden"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64).reshape(-1, 2))
        if not self.views:
            object.__setattr__(self, "slot_view", np.zeros((size, 0), dtype=np.int64))
        if len(self.view_rules) != len(self.views):
            object.__setattr__(self, "view_rules", ("",) * len(self.views))
        # Without a ledger nothing is known of views before the plan.
        for name, rows in (("history_view", (len(self.history_day), len(self.views))),
                           ("booked_view", (len(self.views), len(self.people)))):  # fmt: skip
            if not self.views or not getattr(self, name).any():
                object.__setattr__(self, name, np.zeros(rows, dtype=np.int64))
        object.__setattr__(self, "wishes", np.asarray(self.wishes, dtype=np.int64).reshape(-1, 3))
        # Lengths first: values are compared across columns, which needs them to fit.
        findings = Findings()
        _check_lengths(self, findings)
        findings.raise_errors()
        _check_values(self, findings)
        findings.raise_errors()
        # Last, as the columns above are filled in place; from here on nobody changes a problem.
        freeze_arrays(self)

    # Kept, as it is asked for slot by slot: added up each time, every walk over slots would be quadratic.
    @cached_property
    def first_seat(self) -> Ints:
        """Index of each slot's first seat-turn, and one past the last, shape (S + 1,)."""
        out = np.zeros(len(self.seats) + 1, dtype=np.int64)
        np.cumsum(self.seats, out=out[1:])
        out.flags.writeable = False
        return out

    def turns_of(self, slot: int) -> slice:
        """Return where the seat-turns of a slot stand in a plan, or in ``seat_skill``."""
        return slice(int(self.first_seat[slot]), int(self.first_seat[slot + 1]))

    def crew(self, awards: Ints, slot: int) -> Ints:
        """Return who serves a slot by a plan, in order of its seats; open ones are left out."""
        seated = awards[self.turns_of(slot)]
        return seated[seated >= 0]

    @property
    def begin(self) -> Ints:
        """Minute by the clock on the wall at which each slot starts, counted from day 0, shape (S,)."""
        return self.slot_start * 1440 + np.maximum(self.slot_clock, 0)

    @property
    def finish(self) -> Ints:
        """Minute by the clock on the wall at which each slot ends, as ``begin``, shape (S,)."""
        return self.begin + self.slot_span

    @property
    def finish_utc(self) -> Ints:
        """Minute in UTC at which each slot ends, shape (S,)."""
        return self.slot_utc + self.slot_minutes

    @property
    def crowded(self) -> bool:
        """Whether any two slots run at the same time, in UTC."""
        order = np.argsort(self.slot_utc, kind="stable")
        # A long slot may outlast several that start after it, so the latest end so far counts.
        ends = np.maximum.accumulate(self.finish_utc[order]) if len(order) else self.finish_utc
        return bool((self.slot_utc[order][1:] < ends[:-1]).any())

    @property
    def seat_slot(self) -> Ints:
        """Slot of each seat-turn, shape (seat-turns,)."""
        return np.repeat(np.arange(len(self.seats), dtype=np.int64), self.seats)

    @property
    def ruled(self) -> bool:
        """Whether any side rule stands that an online policy does not look ahead for.

        Single turns that must or must not be (``pinned``) are none: every policy books them as given. Nor
        are overlaps, which the online policies keep without looking ahead.
        """
        sizes = (self.apart, self.together, self.whole, self.most_count, self.wishes, self.rules)
        rests = self.rest_slots or self.rest_days or self.rest_minutes
        return bool(rests or any(len(part) for part in sizes))

    @property
    def pinned(self) -> bool:
        """Whether any single turn must be somebody's, or must not be."""
        return bool(len(self.fixed) or len(self.forbidden))

    @property
    def break_price(self) -> int:
        """What a break of weight 1 costs, in ticks squared: more than the lags of any plan come to.

        A power of ten of turns squared, so that breaks can be read off a value. No lag is above what was due
        and served altogether, brought into the plan or in it, and there are slots times people lags.
        """
        load = int((self.seats * self.load).sum()) + int(self.history_load.sum())
        brought = int(np.abs(self.booked_lag).sum()) + int(np.abs(self.left_with).sum())
        largest = load + brought // TICKS + 2
        lags = len(self.seats) * len(self.people) * largest**2
        return int(10 ** len(str(lags))) * TICKS * TICKS

    def _repr_html_(self) -> str:
        """Return what a notebook shows of the problem."""
        days = (self.slot_label[0], self.slot_label[-1]) if len(self.slot_label) else ("", "")
        facts = {
            "people": len(self.people), "duties": ", ".join(self.duties), "slots": len(self.seats),
            "turns": int(self.seats.sum()), "first slot": days[0], "last slot": days[1],
            "policy": self.policy.name, "turns of history": len(self.history_person),
            "absences": len(self.absent_person),
        }  # fmt: skip
        return problem_html("Whose turn is it?", facts, self.warnings)

    @classmethod
    @said_in_words
    def from_tables(
        cls,
        people: Any,
        duties: Any,
        *,
        absences: Any = None,
        history: Any = None,
        policy: str | Policy = "rate",
        rules: Any = None,
        **settings: Unpack[TableSettings],
    ) -> RotaProblem:
        """Make a problem of tables: files, data frames, mappings of columns or lists of rows.

        Args:
            people: name, and any of joined, left, weight, skills, counts_from; one row a membership.
            duties: name, start, every, until or count, seats, load, skills, timezone, at, days or hours; or
                what ``weekly`` and ``daily`` return.
            absences: name, from, to (inclusive); or an iCalendar file (.ics).
            history: date, name, perhaps load: turns served before, as facts.
            policy: the name of a policy, or a ``Policy``.
            rules: a table of side rules.
            **settings: ``holidays``, a country whose public holidays mark slots, ``holiday_load``;
                ``substitutes`` a slot; ``overlaps``, ``strict_calendar``, ``views``; and side rules as
                keywords: ``rest``, ``rest_days``, ``apart``, ``together``, ``most``, ``fixed``,
                ``forbidden``.

        Raises:
            InputError: everything that is wrong at once, by table, row and column.

        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Bo"}, {"name": "Cy"}]
        >>> rota = eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 6), policy="ledger", rest=1)
        >>> len(rota.slot_start), rota.rest_slots
        (6, 1)
        """
        from evenhand.rota.reading.rows import problem_from_tables

        return problem_from_tables(
            people, duties, absences=absences, history=history, policy=policy, rules=rules, **settings
        )

    @classmethod
    @said_in_words
    def from_values(
        cls,
        people: Mapping[str, Any] | list[str] | tuple[str, ...],
        duties: Any,
        **settings: Unpack[RotaSettings],
    ) -> RotaProblem:
        """Make a problem of names, or of names and the day each joined; the rest as ``from_tables``.

        >>> import evenhand as eh
        >>> eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", 4)).people
        ('Ada', 'Bo')
        """
        rows = (
            [{"name": name, "joined": joined} for name, joined in people.items()]
            if isinstance(people, Mapping)
            else [{"name": name} for name in people]
        )
        return cls.from_tables(rows, duties, **settings)


def _labels(starts: Ints) -> tuple[str, ...]:
    from datetime import date

    return tuple(date.fromordinal(int(day)).isoformat() for day in starts.tolist())


def _check_lengths(problem: RotaProblem, findings: Findings) -> None:
    people, slots, turns = len(problem.people), len(problem.slot_start), int(problem.seats.sum())
    groups: tuple[tuple[int, tuple[str, ...]], ...] = (
        (people, ("weight", "since", "left_with", "earlier_claim")),
        (people if len(problem.booked_due) else 0, ("booked_due", "booked_since")),
        (len(problem.classes) if len(problem.booked_due) else 0, ("booked_lag",)),
        (slots, ("slot_end", "seats", "load", "slot_duty", "slot_class", "slot_clock", "slot_minutes")),
        (slots, ("slot_label", "slot_span", "slot_utc")),
        (turns, ("seat_skill",)),
        (len(problem.period_person), ("period_start", "period_end")),
        (len(problem.absent_person), ("absent_from", "absent_to")),
        (len(problem.history_person), ("history_day", "history_load")),
        (len(problem.skill_person), ("skill_code",)),
        (len(problem.most_count), ("most_days", "most_person")),
        (len(problem.duties), ("timezones",)),
        (turns if len(problem.published) else 0, ("published",)),
    )
    for size, names in groups:
        for name in names:
            came = len(getattr(problem, name))
            if came != size:
                findings.error(f"has {came} values where {size} belong", "Give one value each", column=name)
    if not people:
        findings.error("there is nobody to take a turn", "Give at least one person", column="people")


def _check_values(problem: RotaProblem, findings: Findings) -> None:
    """Note figures that are out of range, do not go together, or do not balance."""
    for name, values, low, high in _ranges(problem):
        if len(values) and (values.min() < low or values.max() >= high):
            worst = int(values.min()) if values.min() < low else int(values.max())
            mend = f"Give values from {low} to {high - 1}"
            findings.error("is out of range", mend, column=name, came=str(worst))
    _check_books(problem, findings)
    _check_rules(problem, findings)
    _check_views(problem, findings)
    # Sorted names make the plan independent of the order of the table's rows.
    if list(problem.people) != sorted(set(problem.people)):
        findings.error("are not sorted, or one stands twice", "Give sorted, distinct names", column="people")
    # Shares are worked out as ticks times weights: the largest such product must fit in int64 or it would
    # wrap round in silence.
    claims = max(
        int(problem.weight.sum()), int(problem.seats.max(initial=1)) * int(problem.weight.max(initial=1))
    )
    if claims * int(problem.load.max(initial=1)) * TICKS >= LARGEST:
        findings.error(
            "loads and weights are too large to count exactly",
            "Divide them by a common factor",
            column="load",
        )
    for early, late in (
        ("slot_start", "slot_end"),
        ("period_start", "period_end"),
        ("absent_from", "absent_to"),
    ):
        if (getattr(problem, late) < getattr(problem, early)).any():
            findings.error("ends before it starts", "Put the days in order", column=late)


def _ranges(problem: RotaProblem) -> tuple[tuple[str, Ints, int, int], ...]:
    """Return columns with the least value that each may hold, and the first beyond the largest."""
    people, slots = len(problem.people), len(problem.slot_start)
    return (
        ("period_person", problem.period_person, 0, people),
        ("absent_person", problem.absent_person, 0, people),
        ("history_person", problem.history_person, 0, people),
        ("skill_person", problem.skill_person, 0, people),
        ("skill_code", problem.skill_code, 0, len(problem.skills)),
        ("seat_skill", problem.seat_skill, -1, len(problem.skills)),
        ("slot_duty", problem.slot_duty, 0, len(problem.duties)),
        ("slot_class", problem.slot_class, 0, len(problem.classes)),
        ("published", problem.published, -1, people),
        ("apart", problem.apart, 0, people),
        ("most_person", problem.most_person, -1, people),
        ("together", problem.together, 0, people),
        ("whole", problem.whole, 0, slots),
        ("fixed", problem.fixed[:, 0], 0, slots),
        ("fixed", problem.fixed[:, 1], 0, people),
        ("forbidden", problem.forbidden[:, 0], 0, slots),
        ("forbidden", problem.forbidden[:, 1], 0, people),
        ("wishes", problem.wishes[:, 0], 0, slots),
        ("wishes", problem.wishes[:, 1], 0, people),
        ("wishes", problem.wishes[:, 2], -1, 2),
        ("weight", problem.weight, 1, 10**6 + 1),
        ("seats", problem.seats, 1, 10**6),
        ("load", problem.load, 1, 10**6),
        ("slot_span", problem.slot_span, 1, 10**9),
        ("history_load", problem.history_load, 1, 10**6),
    )


def _check_views(problem: RotaProblem, findings: Findings) -> None:
    """Note views that do not fit the slots, the history or the people."""
    views = len(problem.views)
    if problem.slot_view.shape != (len(problem.slot_start), views):
        findings.error("has another shape than slots x views", "Give a row a slot", column="slot_view")
    if problem.history_view.shape != (len(problem.history_day), views):
        findings.error("has another shape than turns x views", "Give a row a turn", column="history_view")
    if problem.booked_view.shape != (views, len(problem.people)) or problem.booked_view.sum(axis=1).any():
        findings.error("do not sum to 0 in each view", "Take them from a ledger", column="booked_view")


def _check_rules(problem: RotaProblem, findings: Findings) -> None:
    """Note rules about people, slots or duties that the rota does not have."""
    people, slots, duties = len(problem.people), len(problem.slot_start), len(problem.duties)
    for rule in problem.rules:
        known = {*rule.people, *rule.others} <= set(range(people)) and set(rule.slots) <= set(range(slots))
        limits = min(rule.count, rule.days, rule.weight) < 0 and rule.kind != "wish"
        if rule.kind not in SIDE_RULES or not known or not -1 <= rule.duty < duties or limits:
            findings.error(
                "are about people, slots or a duty that the rota does not have, or of no known kind",
                "Take rules from a table", column="rules", came=rule.said or rule.kind,
            )  # fmt: skip


def _check_books(problem: RotaProblem, findings: Findings) -> None:
    """Note where what a ledger booked does not balance: what was due is what was served, to the tick."""
    if not len(problem.booked_due):
        return
    served = int(problem.history_load.sum()) * TICKS
    shape = (len(problem.classes), len(problem.people))
    if problem.booked_lag.shape != shape or problem.booked_lag.sum(axis=1).any():
        findings.error("do not sum to 0 in each class", "Take them from a ledger", column="booked_lag")
    if int(problem.booked_due.sum()) != served or problem.booked_due.min() < 0:
        findings.error(
            "is not what was served",
            "Take it from a ledger",
            column="booked_due",
            came=str(int(problem.booked_due.sum()) - served),
        )
