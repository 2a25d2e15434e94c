"""Which table a file is, and which column each of its heads is: by ``descriptions``, nothing by chance.

For the web's import page, ``evenhand check`` and ``read`` alike:

- ``recognise(heads, file="people.csv", job="rota")`` gives every table that the heads may be, the best first,
  as ``Match``: which head stands for which column and how sure that is, which needed columns are missing,
  near misses, and heads that are not used.
- ``match(kind, heads, mapping)`` does it for one table; ``mapping`` is what a person said, head to column.
- ``renamed(table, match)`` is the table with its columns under our names; its findings still name the
  person's own head: "column Partner (recipient)".
- ``look_at(table, match)`` reads every cell as its column's type and notes what is wrong, cell by cell.

>>> found = recognise(["Empfänger", "Gegenstand", "Punkte", "Farbe"])[0]
>>> found.kind.name, found.columns["recipient"], found.missing, found.spare
('candidates', 'Empfänger', (), ('Farbe',))
>>> match(found.kind, ["Partner", "item", "scroe"]).near
{'score': ('scroe',)}
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import PurePath
from shlex import quote
from typing import Final

from evenhand.core.errors import Finding, Findings, InputError
from evenhand.tables.by_content import named_column
from evenhand.tables.clock import are_clocks
from evenhand.tables.coded import words_of
from evenhand.tables.descriptions import KINDS, ColumnKind, TableKind
from evenhand.tables.table import Headed, Table
from evenhand.tables.texts import fold, near

SURE: Final = {"said": 1.0, "name": 1.0, "also": 0.9, "word": 0.7, "content": 0.5}
"""How a head was found to be a column: said by a person, our own name, another head that the reader takes,
a word of four languages, the cells below it; and how much each counts when tables are compared. Only the
order matters: with words at the weight of names a roster with the columns Datum and Person would be as much a
history as one with date and name."""

GUESSED: Final = frozenset({"word", "content"})
"""Ways in which a head was found that may be wrong, and are said."""
TOLD: Final = GUESSED | {"said"}
"""Ways in which a head was found that is not the reader's own: the column gets our name."""

NEEDED_COUNTS: Final = 2.0
OPTIONAL_COUNTS: Final = 1.5
STRANGE_COSTS: Final = 0.5
"""What a head counts that the table does not know: four of them weigh as much as a needed column, so a roster
of five columns, one of them a start date, is a roster and not the absences of another job."""
NAMED_COUNTS: Final = 1.5
"""What a file's name counts: as much as an optional column, so columns win over names."""

COMPARED: Final = 5_000
"""Heads up to which near misses are looked for, a millisecond for a hundred: no person wrote more of them."""
HEADER_WITHIN: Final = 10
"""Rows in which a header is looked for, and gaps below which one is."""

UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})


@lru_cache(maxsize=1 << 16)
def word_key(text: str) -> str:
    """Return what makes two words of any of the languages one: case, accents, spaces and marks do not count.

    >>> word_key("Empfänger") == word_key("EMPFAENGER"), word_key("Prénom (usuel)")
    (True, 'prenomusuel')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(UMLAUTS))
    return "".join(sign for sign in plain.casefold() if sign.isalnum())


@dataclass(frozen=True, slots=True)
class Match:
    """How the heads of a file fit one table.

    Attributes:
        kind: the table.
        columns: column to the head that stands for it.
        how: column to a key of ``SURE``.
        missing: needed columns without a head, and for each unmet choice its first alternative.
        near: missing column to the heads that may be meant.
        spare: heads that stand for no column, in their order.
        score: how well it all fits; larger is better, only for comparing.
    """

    kind: TableKind
    columns: dict[str, str]
    how: dict[str, str]
    missing: tuple[str, ...]
    near: dict[str, tuple[str, ...]]
    spare: tuple[str, ...]
    score: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether nothing that the table needs is missing."""
        return not self.missing

    @property
    def by_heads(self) -> bool:
        """Whether the heads alone tell everything that the table needs."""
        return self.complete and "content" not in self.how.values()


@dataclass(slots=True)
class _Heads:
    """The heads that are still to be had."""

    free: list[str]
    clocks: Collection[str] = ()
    columns: dict[str, str] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)

    _folded: dict[str, str] = field(default_factory=dict)
    _keyed: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Once for all columns of a table, as a stranger's file may have a hundred thousand heads.
        self._folded = {fold(head): head for head in reversed(self.free)}
        for head in self.free:
            self._keyed.setdefault(word_key(head), []).append(head)

    def take(self, column: str, head: str, how: str) -> None:
        self.columns[column], self.how[column] = head, how
        self.free.remove(head)

    def called(self, name: str) -> str | None:
        """Return the free head that is this name in any spelling; None where there is none."""
        head = self._folded.get(fold(name))
        return head if head is not None and head in self.free else None

    def like(self, words: Sequence[str]) -> list[str]:
        """Return the free heads that are one of the words."""
        keys = dict.fromkeys(map(word_key, words))
        return [head for key in keys for head in self._keyed.get(key, ()) if head in self.free]


def clock_heads(table: Table) -> frozenset[str]:
    """Return the heads of a table whose cells are all times of day; a date's column is none of them."""
    return frozenset(head for head, cells in table.columns.items() if are_clocks(words_of(cells)))


def match(
    kind: TableKind,
    heads: Sequence[str],
    mapping: Mapping[str, str] | None = None,
    clocks: Collection[str] = (),
) -> Match:
    """Return how heads fit one table.

    A person's word comes first, then our own names, then other heads that the reader takes, then words of
    four languages. A word is taken only where one head alone fits; in tables with columns of their own
    (candidates, people of teams) it is taken for what is needed only, as "group" or "date" may be a column
    that somebody wants to balance. A head stands for one column at most.

    Args:
        kind: the table.
        heads: as they stand in the file, no two alike.
        mapping: head to column, in any spelling of both.
        clocks: heads whose cells are all times of day, where cells are known.
    """
    heads_left = _Heads(list(heads), clocks)
    for head, column in (mapping or {}).items():
        known = heads_left.called(head)
        if known is not None:
            named = next(
                (
                    wanted_column.name
                    for wanted_column in kind.columns
                    if fold(wanted_column.name) == fold(column)
                ),
                None,
            )
            if named is not None or kind.own:
                heads_left.take(named or column, known, "said")
    # All exact names first: a head that is one column's other name may be another's own.
    for how in ("name", "also"):
        for known_column in kind.columns:
            _take_named(heads_left, known_column, how)
    # Last, as words are guesses: what is said and what is named must be gone by then.
    near_ones = _take_words(kind, heads_left)
    missing = _missing(kind, heads_left.columns)
    near_ones |= {
        column: (meant,)
        for column in missing
        if len(heads) <= COMPARED
        and column not in near_ones
        and (meant := near(column, heads_left.free)) is not None
    }
    return Match(
        kind,
        heads_left.columns,
        heads_left.how,
        missing,
        {column: meant for column, meant in near_ones.items() if column not in heads_left.columns},
        tuple(heads_left.free),
        _score(kind, heads_left),
    )


def _take_named(heads_left: _Heads, column: ColumnKind, how: str) -> None:
    for name in (column.name,) if how == "name" else column.also:
        if column.name in heads_left.columns:
            return
        head = heads_left.called(name)
        if head is not None and not (column.type == "date" and head in heads_left.clocks):
            heads_left.take(column.name, head, how)


def _take_words(kind: TableKind, heads_left: _Heads) -> dict[str, tuple[str, ...]]:
    """Take heads that are words for a column; return those that are not sure, by column."""
    unsure: dict[str, tuple[str, ...]] = {}
    wanted = list(kind.columns)
    if kind.name == "people":
        _take_questions(kind, heads_left)
    if kind.own:
        _join_names(kind, heads_left)
        wanted = [column for column in wanted if column.needed or column.telling]
        wanted += [kind.column(name) for name in _first_met(kind, heads_left)]
    for column in wanted:
        like = heads_left.like(column.words) if column.name not in heads_left.columns else []
        if column.type == "date":
            like = [head for head in like if head not in heads_left.clocks]
        elif column.timed and not like and column.name not in heads_left.columns:
            like = [head for head in heads_left.like(column.timed) if head in heads_left.clocks]
        # Two heads for one word are a question to the person, not a choice of ours.
        if len(like) == 1:
            heads_left.take(column.name, like[0], "word")
        elif like:
            unsure[column.name] = tuple(like)
    return unsure


ASKS_NAME: Final = re.compile(
    r"\b(vor|nach)?names?\b|\bnom\b|\bnombre\b|wie hei(ß|ss)|comment (tu )?t['’ ]appel|te llamas|se llama",
    re.IGNORECASE,
)
"""A form's question for a name, as in "What is your name?" or "Wie heißt du?"."""

NAME_OF_OTHERS: Final = re.compile(
    r"user|nick|team|group|gruppe|équipe|equipo|company|firma|school|schule|école|project|projekt|file|friend|freund"
    r"|partner|parent|elter|guardian|contact|kontakt|teacher|lehr|manager|mate\b|buddy|whom?\b|with\b|wish|like"
    r"|prefer|pet\b|course|kurs|organi[sz]ation|department|abteilung|room|raum",
    re.IGNORECASE,
)
"""Whose name a question asks for where it is not that of the person who answers."""

FIRST_NAME: Final = re.compile(r"first|given|fore|christian|vor|prénom|pila", re.IGNORECASE)
BOTH_NAMES: Final = re.compile(r"\b(vor|first|nom|nombre)\b.*(name|last|prénom|apellid)", re.IGNORECASE)
LAST_NAME: Final = re.compile(r"last|family|sur|nach|familien|famille|apellido", re.IGNORECASE)


def _take_questions(kind: TableKind, heads_left: _Heads) -> None:
    """Take a form's question for the person's name, where one head alone asks for it."""
    if "name" in heads_left.columns or {"first_name", "last_name"} <= set(heads_left.columns):
        return
    asked: dict[str, list[str]] = {}
    for head in heads_left.free:
        # One word is a head, which names and words have had their chance at; a question has several.
        if len(head.split()) < 2 or not ASKS_NAME.search(head) or NAME_OF_OTHERS.search(head):  # noqa: PLR2004
            continue
        both = bool(BOTH_NAMES.search(head)) and bool(LAST_NAME.search(head) or "nom" in head.casefold())
        first, last = both or bool(FIRST_NAME.search(head)), both or bool(LAST_NAME.search(head))
        column = "first_name" if first and not last else "last_name" if last and not first else "name"
        asked.setdefault(column, []).append(head)
    for column, heads in asked.items():
        if len(heads) == 1 and column in kind and column not in heads_left.columns:
            heads_left.take(column, heads[0], "word")


GIVEN: Final = frozenset({"name", "nome", "nombre", "imie", "jmeno", "meno", "имя"})
"""Heads of the first name where the family name has a column of its own beside it."""


def _join_names(kind: TableKind, heads_left: _Heads) -> None:
    """Take "Name" for the family name where a first name stands beside it and no family name does."""
    if not {"first_name", "last_name"} <= set(map(str, (column.name for column in kind.columns))):
        return
    for column in ("first_name", "last_name"):
        like = heads_left.like(kind.column(column).words) if column not in heads_left.columns else []
        if len(like) == 1 and (
            column == "last_name" or "last_name" in heads_left.columns or len(heads_left.free) > 1
        ):
            heads_left.take(column, like[0], "word")
    if "last_name" in heads_left.columns and "first_name" not in heads_left.columns:
        given = [head for head in heads_left.free if word_key(head) in GIVEN]
        if len(given) == 1 and "name" not in heads_left.columns:
            heads_left.take("first_name", given[0], "word")
    if "first_name" in heads_left.columns and "last_name" not in heads_left.columns:
        alone = [head for head in heads_left.like(("name", "nom")) if word_key(head) in {"name", "nom"}]
        owned = heads_left.columns.get("name", "")
        # "Name" was taken for the whole name already; beside a first name it is the family name.
        if not alone and word_key(owned) == "name":
            heads_left.columns.pop("name")
            heads_left.how.pop("name")
            heads_left.free.append(owned)
            alone = [owned]
        if alone:
            heads_left.take("last_name", alone[0], "word")


def _first_met(kind: TableKind, heads_left: _Heads) -> list[str]:
    """Return the columns of the first alternative of each unmet choice that words could meet."""
    wanted: list[str] = []
    for choice in kind.either:
        parts = [alternative.split("+") for alternative in choice]
        # Met already: words for another alternative would take columns that somebody may want to balance.
        if any(all(name in heads_left.columns for name in names) for names in parts):
            continue
        for names in parts:
            if all(name in heads_left.columns or heads_left.like(kind.column(name).words) for name in names):
                wanted += names
                break
    return wanted


def _missing(kind: TableKind, columns: Mapping[str, str]) -> tuple[str, ...]:
    lacking = [column.name for column in kind.columns if column.needed and column.name not in columns]
    unmet = [
        choice
        for choice in kind.either
        if not any(all(name in columns for name in alternative.split("+")) for alternative in choice)
    ]
    return (*lacking, *(choice[0].split("+")[0] for choice in unmet))


def _score(kind: TableKind, heads_left: _Heads) -> float:
    chosen = {name for choice in kind.either for alternative in choice for name in alternative.split("+")}
    score = 0.0
    for name, how in heads_left.how.items():
        counts = name in kind and (kind.column(name).needed or name in chosen)
        score += SURE[how] * (NEEDED_COUNTS if counts else OPTIONAL_COUNTS)
    lacking = sum(column.needed and column.name not in heads_left.columns for column in kind.columns)
    return score - NEEDED_COUNTS * lacking - (0 if kind.own else STRANGE_COSTS * len(heads_left.free))


def recognise(
    heads: Sequence[str],
    *,
    file: str = "",
    job: str = "",
    mapping: Mapping[str, str] | None = None,
    clocks: Collection[str] = (),
) -> list[Match]:
    """Return every table that a file with these heads may be, the best first; empty where none fits.

    Args:
        heads: as they stand in the file.
        file: the file's name; its stem counts where it is a table's name.
        job: look at the tables of one job only; "" for all.
        mapping: what a person said, head to column.
        clocks: heads whose cells are all times of day, where cells are known.

    Cost: below a millisecond for twenty heads.
    """
    stem = fold(PurePath(file).stem)
    out = []
    for kind in KINDS:
        if job and kind.job != job:
            continue
        fits = match(kind, heads, mapping, clocks)
        called = stem == fold(kind.name)
        if fits.columns and (fits.complete or called or fits.score > 0):
            out.append(replace(fits, score=fits.score + NAMED_COUNTS * called))
    # complete tables first: one that lacks a column cannot be planned with, however well the rest fits
    # A stable sort: tables of equal score stay in the order in which they are described.
    return sorted(out, key=lambda fit: (not fit.complete, -fit.score))


@lru_cache(maxsize=1)
def _known_heads() -> frozenset[str]:
    columns = [column for kind in KINDS for column in kind.columns]
    return frozenset(
        word_key(word)
        for known_column in columns
        for word in (known_column.name, *known_column.also, *known_column.words)
    )


def is_known_head(head: str) -> bool:
    """Whether a cell is a column's name, or a word for one, in any table."""
    return word_key(head) in _known_heads()


def refuse_header_below(table: Table, *, recognised: bool) -> None:
    """Refuse a table whose header stands in a later row, or that holds a second table below a gap.

    Args:
        table: as read.
        recognised: whether its own header is one; then only rows below blank rows are looked at.

    Raises:
        InputError: there is such a row, as nothing else that is said of the table would help.
    """
    below_gap = set(_below_gaps(table))
    for place in [*([] if recognised else range(min(HEADER_WITHIN, len(table)))), *sorted(below_gap)]:
        heads = list(dict.fromkeys(cells[place] for cells in table.columns.values() if cells[place]))
        if any(map(str.isnumeric, heads)) or not any(_is_header(kind, heads) for kind in KINDS):
            continue
        second = recognised or place in below_gap
        what = "the header of another table" if second else "the header"
        mend = "Give each table a file or a sheet of its own" if second else "Delete the rows above it"
        problem = f"looks like {what} ({', '.join(heads)})"
        raise InputError([Finding(table.name, table.rows[place], "", None, problem, mend)])


def _is_header(kind: TableKind, heads: Sequence[str]) -> bool:
    fits = match(kind, heads)
    named = {"name", "also"} & set(fits.how.values())
    # One word of four languages may be anybody's cell; our own name of a column is not.
    return fits.complete and bool(named) and (len(fits.columns) > 1 or kind.own)


def _below_gaps(table: Table) -> Iterator[int]:
    """Yield the first rows below blank ones, at most ten."""
    if isinstance(table.rows, range):
        return
    gaps = (place for place in range(1, len(table)) if table.rows[place] > table.rows[place - 1] + 1)
    yield from islice(gaps, HEADER_WITHIN)


def heads_to_miss(kind: TableKind, fits: Match) -> list[str]:
    """Return heads that columns not found could have had: what an unknown head may be a slip of."""
    missed = [column for column in kind.columns if column.name not in fits.columns]
    # The names first: where a head is as near to a name as to another head of it, the name is told.
    return [column.name for column in missed] + [head for column in missed for head in column.also]


def renamed(table: Table, fits: Match) -> Table:
    """Return a table whose columns have our names where a person or a word of four languages named them.

    A head that the reader takes by itself stays, but in a press fleet's tables, where each is one column
    alone. A column that already has the name and is not meant is left out. Findings of the new table name
    both: "column Partner (recipient)"; of a head that the reader takes by itself they name that.
    """
    fleet = fits.kind.job == "fleet"
    names = {head: column for column, head in fits.columns.items() if fleet or fits.how[column] in TOLD}
    names = {head: column for head, column in names.items() if fold(head) != fold(column)}
    if not names:
        return table
    taken = {fold(column) for column in names.values()}
    columns = {
        names.get(head, head): cells
        for head, cells in table.columns.items()
        if head in names or fold(head) not in taken
    }
    called = {
        column: f"{head} ({column})" if fits.how[column] in TOLD else head for head, column in names.items()
    }
    return replace(table, columns=Headed(columns), called={**table.called, **called})


def with_names(fits: Match, table: Table) -> Match:
    """Return a match that takes a column of names for what it is, where no head said which one that is."""
    named = fits.columns.get("name", "")
    if fits.kind.name == "people" and named and not any(table.columns[named]):
        # A form for people who are not signed in has an empty column of names, and asks for the name.
        mapping = {head: column for column, head in fits.columns.items() if fits.how[column] == "said"}
        filled = match(fits.kind, [head for head in table.columns if any(table.columns[head])], mapping)
        if "name" in filled.columns or {"first_name", "last_name"} <= filled.columns.keys():
            return replace(filled, spare=(*filled.spare, named))
    if fits.kind.name not in {"people", "rooms", "absences"} or fits.missing != ("name",):
        return fits
    head = named_column(table, fits.spare)
    if fits.kind.name != "people":
        # Rooms are few and people are away more than once: beside the numbers or dates one column is left.
        head = fits.spare[0] if len(fits.spare) == 1 else ""
    if not head or fits.near.get("name"):
        return fits
    spare = tuple(other for other in fits.spare if other != head)
    columns, how = {**fits.columns, "name": head}, {**fits.how, "name": "content"}
    return replace(
        fits,
        columns=columns,
        how=how,
        missing=(),
        spare=spare,
        score=fits.score + NEEDED_COUNTS * SURE["content"],
    )


def tell_words(table: Table, fits: Match) -> None:
    """Note which heads were taken for a column by a word, so that a wrong guess is seen."""
    taken = [f"{head} as {column}" for column, head in fits.columns.items() if fits.how[column] in GUESSED]
    if len(table.columns) == 1 and fits.how.get("name") == "content":
        _tell_bare_list(table, fits.columns["name"])
    elif taken:
        column = next(column for column, how in fits.how.items() if how in GUESSED)
        table.findings.warning(
            f"was read with {', '.join(taken)}",
            f"If that is wrong, say which head it is, as in --map HEAD={column}",
            table=table.name,
        )


def _tell_bare_list(table: Table, head: str) -> None:
    """Note that the first row of a list of names was taken for its head; ask where it is a name for certain.

    "Ada Byron" above people of two names each is one of them; "Spieler" above "Ada" may be either.
    """
    full = [len(cell.split()) > 1 and cell.istitle() for cell in (head, *table.columns[head])]
    mend = f"If {head} takes part, write name in a row above"
    if full[0] and 2 * sum(full) > len(full):
        mend += f"; if it is the head, say --map {quote(f'{head}=name')}"
        table.findings.error("has no head above its names", mend, table=table.name, row=1, came=head)
    else:
        table.findings.warning(f"was read with {head} as the head of its names", mend, table=table.name)


def look_at(table: Table, fits: Match, findings: Findings | None = None) -> Findings:
    """Read every cell as its column's type and return what is wrong, cell by cell.

    Args:
        table: as read.
        fits: what its columns are.
        findings: where to note it; a new collection if none is given.
    """
    noted = Findings() if findings is None else findings
    seen = replace(renamed(table, fits), findings=noted)
    for name in fits.columns:
        if name in fits.kind:
            _look_at_column(seen, fits.kind.column(name), name if seen.has(name) else fits.columns[name])
    return noted


def _look_at_column(table: Table, column: ColumnKind, head: str) -> None:
    if column.type == "whole number":
        low = None if column.low is None else int(column.low)
        table.integers(head, default=None if column.needed else 0, low=low)
    elif column.type == "weight":
        table.weights(head, zero=column.low == 0)
    elif column.type in {"number", "share"}:
        default = None if column.needed else column.low or 0.0
        table.numbers(head, default=default, low=column.low, high=column.high)
    elif column.type == "date":
        table.dates(head, optional=not column.needed)
    elif column.type == "yes or no":
        table.flags(head)
    else:
        table.text(head, required=column.needed)
