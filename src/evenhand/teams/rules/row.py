"""One row of a rules table, read cell by cell; what is wrong is noted by row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evenhand.core.arrays import Ints
from evenhand.tables import Table, near
from evenhand.tables.texts import listed
from evenhand.teams.problem import Criterion
from evenhand.teams.reading.columns import category, fold_value, folded, tag_column
from evenhand.teams.reading.who import Who

NAMED = 5
"""People a sentence names in full; beyond, four and how many more."""

CHOICES = 12
"""Values an error offers to choose from; more would bury the sentence."""

COMPARED = 5_000
"""Names a misspelt one is compared with: 10 ms each; slips in a larger roster would take minutes."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What rules speak about: the table and the row of each person, names, teams, sizes, columns so far."""

    table: Table
    order: Ints
    people: tuple[str, ...]
    teams: tuple[str, ...]
    sizes: Ints
    criteria: list[Criterion]
    all_columns: int = 0
    """More points than all columns and numbers together can cost."""


@dataclass(slots=True)
class RulesSoFar:
    """What reading rules adds up.

    Attributes:
        roster: what they speak about.
        criteria: the roster's, and columns that rules alone read (of weight 0).
        locked: team to exactly its people.
        by_person, by_team: folded name to code.
        who: finds people by what somebody wrote; made when the first rule names somebody.
        all_columns: more points than all columns and numbers together can cost.
    """

    roster: Roster
    criteria: list[Criterion]
    locked: dict[int, tuple[int, ...]] = field(default_factory=dict)
    by_person: dict[str, int] = field(default_factory=dict)
    by_team: dict[str, int] = field(default_factory=dict)
    who: Who | None = None
    all_columns: int = 0


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row, and what is known when it is read. ``weight`` is 0 for a hard rule."""

    table: Table
    index: int
    known: RulesSoFar
    weight: int = 0

    def cell(self, column: str) -> str:
        """Return a cell, "" where the table has no such column."""
        return str(self.table.columns[column][self.index]) if self.table.has(column) else ""

    def wrong(self, column: str, problem: str, mend: str) -> None:
        """Note an error of this row."""
        self.table.wrong(self.index, column, problem, mend)

    def people(self) -> list[int]:
        """Return the people named."""
        parts = self._whom()
        if not parts:
            self.wrong("people", "is empty", "Name at least one, several parted by ;")
        for text, name in parts:
            if name is None:
                self._nobody(text)
        return [self.known.by_person[fold_value(name)] for _, name in parts if name is not None]

    def _who(self) -> Who:
        if self.known.who is None:
            self.known.who = Who(self.known.roster.people)
        return self.known.who

    def _whom(self) -> list[tuple[str, str | None]]:
        """Return each name in the cell with whom it means."""
        return self._who().listed(self.cell("people" if self.table.has("people") else "person"))

    def group(self) -> list[int]:
        """Return the people named, each once, in the order of the cell; none where there are not two."""
        named = self.people()
        people = list(dict.fromkeys(named))
        if len(people) > 1:
            return people
        # Where a name is unknown, that is the fault to mend: the row may well name two.
        if people and len(named) == len(self._whom()):
            self.wrong("people", "names one person", "Name at least two, parted by ;")
        return []

    def groups(self) -> list[list[int]]:
        """Return the groups that a row means: its people, or those of each value of the column it names.

        Of a column whose cells name people, each person makes a group with everybody they name.
        """
        if not self.cell("column"):
            return [group] if (group := self.group()) else []
        if self.cell("people"):
            self.wrong("people", "stands beside a column", "Name people or a column, not both")
            return []
        table, order = self.known.roster.table, self.known.roster.order.tolist()
        header = self._header()
        if header is None:
            return []
        cells = [table.columns[header][row] for row in order]
        named = [[*self._who().listed(cell)] for cell in cells]
        people = self.known.roster.people
        others = [
            whom is not None and whom != people[person]
            for person, parts in enumerate(named)
            for _, whom in parts
        ]
        # More than half name somebody else: people also write "nobody" where a name is asked for, and a
        # family name that one person alone bears names that person.
        if 2 * sum(others) > len(others):
            return self._named_by(header, named)
        alike: dict[str, list[int]] = {}
        for person, cell in enumerate(cells):
            if cell:
                alike.setdefault(fold_value(cell), []).append(person)
        return [people for people in alike.values() if len(people) > 1]

    def _named_by(self, header: str, named: list[list[tuple[str, str | None]]]) -> list[list[int]]:
        """Return each person with those that their cell names; a name that means nobody is noted."""
        roster, pairs = self.known.roster, set()
        for person, parts in enumerate(named):
            for text, whom in parts:
                if whom is None:
                    place = int(roster.order[person])
                    mend = self._meant(text)[1]
                    roster.table.odd(place, header, "names nobody of the roster and was left out", mend)
            whom_codes = [self.known.by_person[fold_value(whom)] for _, whom in parts if whom is not None]
            # Two who name each other are one pair.
            pairs |= {(min(person, other), max(person, other)) for other in whom_codes if other != person}
        return [list(pair) for pair in sorted(pairs)]

    def _nobody(self, text: str) -> None:
        """Note a name that means nobody, or several people."""
        problem, mend = self._meant(text)
        self.table.findings.error(
            problem, mend, table=self.table.name, row=self.table.rows[self.index], column="people", came=text
        )

    def _meant(self, text: str) -> tuple[str, str]:
        """Return what is wrong with a name that means nobody, and whom it may mean."""
        who = self._who()
        several = who.bearers(text)
        if len(several) > 1:
            return f"may be {' or '.join(several[:NAMED])}", "Write the whole name"
        meant = who.meant(text) if len(who.people) <= COMPARED else None
        mend = f"Did you mean {meant}?" if meant else "Write the name as it stands there"
        return "is not on the roster", mend

    def teams(self, *, needed: bool) -> list[int]:
        """Return the teams named."""
        return self._team_codes(self.known.by_team, needed=needed)

    def where(self) -> str:
        """Return the teams in words."""
        return f" in {self.cell('teams')}" if self.cell("teams") else " in each team"

    def whole(self, column: str, default: int) -> int:
        """Return a whole number, ``default`` for an empty cell."""
        cell = self.cell(column)
        if not cell:
            return default
        if not cell.isdecimal():
            self.wrong(column, "is not a whole number of 0 or more", "Write a number such as 2")
            return default
        return int(cell)

    def column(self, *, tags: bool) -> int:
        """Return the code of the column spoken of, added with weight 0 if it is not balanced; -1 if none."""
        cell = self.cell("column")
        for code, criterion in enumerate(self.known.criteria):
            if folded(criterion.name) == folded(cell) and not (tags and criterion.single):
                return code
        source, header = self.known.roster.table, self._header()
        if header is None:
            return -1
        make = tag_column if tags else category
        self.known.criteria.append(make(header, source.columns[header], self.known.roster.order, weight=0))
        return len(self.known.criteria) - 1

    def _header(self) -> str | None:
        """Return the roster's head that the column names; None, with a note, where there is none."""
        cell, source = self.cell("column"), self.known.roster.table
        own_heads = [source.own_head(column) for column in source.columns]
        # Under the head of the file, or under our name for it.
        header = next(
            (
                column
                for column, head in zip(source.columns, own_heads, strict=True)
                if folded(cell) in {folded(column), folded(head)}
            ),
            None,
        )
        if not cell or header is None:
            meant = near(cell, own_heads) if cell else None
            mend = f"Did you mean {meant}?" if meant else f"Choose one of {', '.join(own_heads)}"
            self.wrong("column", "is not a column of the roster", mend)
            return None
        return header

    def value(self, criterion: Criterion) -> int | None:
        """Return the code of the value named, -1 for an empty cell, None for one that nobody has."""
        cell = self.cell("value")
        if not cell:
            return -1
        for code, value in enumerate(criterion.values):
            if fold_value(value) == fold_value(cell):
                return code
        meant = near(cell, criterion.values)
        mend = f"Did you mean {meant}?" if meant else f"Choose one of {', '.join(criterion.values[:CHOICES])}"
        self.wrong("value", f"is not a value of {criterion.name}", mend)
        return None

    def _team_codes(self, known: Mapping[str, int], *, needed: bool) -> list[int]:
        """Return the codes of the teams in a cell, noting those that there are not."""
        cell = self.cell("teams" if self.table.has("teams") else "team")
        parts = [part.strip() for part in cell.replace("|", ";").split(";") if part.strip()]
        # "Team 1, Team 2" is two teams, unless one is called so.
        if len(parts) == 1 and fold_value(parts[0]) not in known:
            parts = [part.strip() for part in parts[0].split(",") if part.strip()]
        if not parts and needed:
            self.wrong("teams", "is empty", "Name at least one, several parted by ;")
        for part in parts:
            if fold_value(part) not in known:
                names = self.known.roster.teams
                meant = near(part, list(names)) if len(names) <= COMPARED else None
                mend = f"Did you mean {meant}?" if meant else f"The teams are {few_names(list(names))}"
                self.table.findings.error(
                    "is not a team", mend,
                    table=self.table.name, row=self.table.rows[self.index], column="teams", came=part,
                )  # fmt: skip
        return [known[fold_value(part)] for part in parts if fold_value(part) in known]


def few_names(names: list[str]) -> str:
    """List names, the first four and a number where there are many."""
    return listed(names) if len(names) <= NAMED else f"{listed(names[:4])} and {len(names) - 4} more"
