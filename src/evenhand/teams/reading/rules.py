"""Rules beyond balance, from a table or from keywords, to ``Rule``; every one that cannot be read is noted.

The table has a column ``kind`` and, as the kind needs them, ``column``, ``value``, ``people``, ``teams``,
``min``, ``max`` and ``weight``. Several people or teams in a cell are parted by ; or |. No weight means hard.
What each kind needs and means stands with the kinds, in ``evenhand.teams.rules``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.tables import Table, near, read
from evenhand.teams.problem import Rule
from evenhand.teams.problem.settings import TeamsSettings
from evenhand.teams.reading.columns import fold_value
from evenhand.teams.reading.sizes import even_sizes
from evenhand.teams.rules import KIND_OF, WORDS, Roster, RuleRow, RulesSoFar
from evenhand.teams.rules.base import Keyword, Row

COLUMNS = ("kind", "column", "value", "people", "teams", "min", "max", "weight")

KEYWORDS: dict[str, Keyword] = {
    name: keyword for kind in KIND_OF.values() for name, keyword in kind.keywords.items()
}
"""Keyword of ``TeamsProblem.from_table`` to how it becomes rows of a rules table."""

ALWAYS_KEPT = frozenset({"together", "lock team"})
"""Words of kinds that are built into how people move, so that a weight would mean nothing."""


MOST_WEIGHT = 1_000_000
"""Points that a unit of a rule may cost: ten thousand columns from best to worst. Totals of thousands of such
rules still are whole numbers of 64 bits."""


class RulesRead:
    """Rules as read, with the columns they added (of weight 0) and the sizes that locked teams fixed."""

    def __init__(self, roster: Roster) -> None:
        """Begin with no rules and the roster's own columns and sizes."""
        self.roster = roster
        self.rules: tuple[Rule, ...] = ()
        self.criteria = list(roster.criteria)
        self.sizes: Ints = roster.sizes
        self.listed = False


def read_rules(
    source: Any, keywords: Mapping[str, Any], roster: Roster, own: Sequence[Row] = ()
) -> RulesRead:
    """Read the rules of a table and those given as keywords.

    Args:
        source: a table of rules (see above), or None.
        keywords: rules as keywords, see ``KEYWORDS``.
        own: rows from the roster's own columns and earlier plans, see ``people_rules``.
        roster: what the rules speak about; wrong rules are noted in its table's findings.
    """
    findings = roster.table.findings
    tables = [_keyword_table(keywords, findings), _as_table(own, findings)]
    if source is not None:
        tables.insert(0, read(source, "rules", findings, job="teams"))
    done = RulesRead(roster)
    known = RulesSoFar(roster, done.criteria, all_columns=roster.all_columns)
    if any(len(table) for table in tables):
        known.by_person = {fold_value(name): code for code, name in enumerate(roster.people)}
        known.by_team = {fold_value(name): code for code, name in enumerate(roster.teams)}
    rules: list[Rule] = []
    if source is not None and not len(tables[0]):
        mend = "Write one rule a row, or leave the file out"
        findings.warning("holds no rules", mend, table=tables[0].name)
    for table in tables:
        if len(table) and table.need("kind"):
            for index in range(len(table)):
                # Rows that the reader makes itself (the last table) have prices above all columns together.
                rules += _rule(RuleRow(table, index, known), capped=table is not tables[-1])
    done.rules = tuple(rules)
    _size_locked_teams(done, known.locked, findings)
    return done


def _rule(row: RuleRow, *, capped: bool) -> list[Rule]:
    word = row.cell("kind").strip().casefold().replace("_", " ")
    kind = WORDS.get(word)
    if kind is None:
        usual = ", ".join(dict.fromkeys(known.words[0] for known in WORDS.values()))
        row.wrong("kind", "is not a kind of rule", f"Choose one of {usual}, allow, forbid, lock team")
        return []
    # A wish without a weight is soft all the same: nobody means a wish as a condition.
    weight = row.whole("weight", 1 if kind.kind in {"wish", "friends", "stay", "choice", "met"} else 0)
    if capped and weight > MOST_WEIGHT:
        mend = "Leave it empty for a rule that may not be broken"
        row.wrong("weight", f"is above {MOST_WEIGHT:,}", mend)
        return []
    for column in sorted(set(COLUMNS) - kind.looks_at - {"kind"}):
        if row.cell(column):
            row.table.odd(row.index, column, f"is not looked at by {word}", "Leave it empty")
    if weight and word in ALWAYS_KEPT:
        row.wrong("weight", f"does not go with {word}, which is always kept", "Leave the weight empty")
    return kind.read(RuleRow(row.table, row.index, row.known, weight), word)


def _keyword_table(keywords: Mapping[str, Any], findings: Findings) -> Table:
    """Return the keywords' rules as a table; keywords nobody knows, or of the wrong shape, are noted."""
    rows: list[Row] = []
    for name, value in keywords.items():
        if name not in KEYWORDS:
            meant = near(name, [*TeamsSettings.__annotations__, *KEYWORDS])
            mend = f"Did you mean {meant}?" if meant else f"Rules are {', '.join(KEYWORDS)}"
            findings.error("is not a setting of teams", mend, came=name)
            continue
        try:
            rows += KEYWORDS[name].rows(value) if value is not None else []
        except (TypeError, ValueError, LookupError, AttributeError):
            findings.error("cannot be read", f"Write {KEYWORDS[name].example}", column=name, came=str(value))
    return _as_table(rows, findings)


def _as_table(rows: Sequence[Row], findings: Findings) -> Table:
    columns = {column: [row.get(column, "") for row in rows] for column in COLUMNS}
    return Table("rules", columns, range(1, len(rows) + 1), findings)


def _size_locked_teams(done: RulesRead, locked: Mapping[int, tuple[int, ...]], findings: Findings) -> None:
    """Give locked teams their members' number and share the other people among the other teams."""
    if not locked:
        return
    sizes = done.roster.sizes.copy()
    open_teams = [team for team in range(len(sizes)) if team not in locked]
    left = len(done.roster.people) - sum(len(people) for people in locked.values())
    if left < len(open_teams) or (left and not open_teams):
        findings.error(
            f"leave {left} people for {len(open_teams)} other teams",
            "Lock fewer teams or ask for fewer",
            column="locked_teams",
        )
        return
    for team, people in locked.items():
        sizes[team] = len(people)
    if open_teams:
        sizes[open_teams] = even_sizes(left, len(open_teams))
    done.sizes, done.listed = sizes, True
