"""A recipe: everything a plan is made from, by content. The same recipe gives the same plan, byte for byte.

A recipe names its source tables by the SHA-256 of their bytes, says which of their columns mean what, and
holds the settings, what a person picked by hand, and the seed. It is small enough to keep one for every step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from evenhand.core.errors import Findings

KIND: Final = "evenhand/recipe"
EDITION: Final = 1

FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {"fleet": "allocation", "candidates": "allocation", "roster": "teams", "turns": "rota"}
)
"""How the tables are laid out, and the job that reads them so."""

CELL: Final[Mapping[str, int]] = MappingProxyType({"allocation": 1, "teams": 1, "rota": 2})
"""How many names of a pin say which cell it decides. An item goes to one recipient and a person into one
team, so that another pin of the same takes its place; a day of a rota may have several people."""

BOOKED: Final = ("allocation", "rota")
"""Jobs whose facts are booked: teams hand out company, of which nobody is owed any."""

PICKS: Final = ("pin", "forbid", "lock", "away")
"""What a person can decide by hand.

An award that must be, one that must not, a team that stays, an absence.
"""

_PARTS: Final = ("job", "form", "sources", "mapping", "settings", "picks", "seed")


def sha_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, as text.

    Example:
        >>> sha_of(b"")[:8]
        'e3b0c442'
    """
    return sha256(content).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Pick:
    """One thing decided by hand.

    Attributes:
        kind: one of ``PICKS``.
        names: what it speaks of, in the table's own names. allocation: item, recipient, day. teams: person,
            team. rota: day (or slot), person; an absence is person, first day, last day.
    """

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """What a plan is made from.

    Attributes:
        job: "allocation", "teams" or "rota".
        form: how the tables are laid out, one of ``FORMS``.
        sources: table's name to the SHA-256 of its bytes.
        mapping: table's name to its columns: the user's head to the name the job knows; heads left out keep
            their own name.
        settings: the job's dials; values are text, numbers, booleans or lists of these.
        picks: what was decided by hand, each once, in sorted order.
        seed: decides among equals.

    Raises:
        InputError: the form and the job do not go together, or a pick is of no known kind.

    Example:
        >>> first = Recipe("teams", "roster", {"people": sha_of(b"name")}, settings={"teams": 4})
        >>> pinned = first.with_pick(Pick("pin", ("Ada", "Team 1")))
        >>> pinned.key == first.key, pinned.without_pick(Pick("pin", ("Ada", "Team 1"))).key == first.key
        (False, True)
    """

    job: str
    form: str
    sources: Mapping[str, str]
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    picks: tuple[Pick, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        findings = Findings()
        if FORMS.get(self.form) != self.job:
            known = ", ".join(form for form, job in FORMS.items() if job == self.job) or ", ".join(FORMS)
            findings.error("does not go with this job", f"Choose {known}", column="form", came=self.form)
        for pick in self.picks:
            if pick.kind not in PICKS:
                findings.error(
                    "is not a kind of pick", f"Choose {', '.join(PICKS)}", column="picks", came=pick.kind
                )
        findings.raise_errors()
        # sorted and each once: two people who pin the same two things in another order share one answer
        object.__setattr__(self, "picks", tuple(sorted(set(self.picks))))

    def to_bytes(self) -> bytes:
        """Return the recipe's document.

        JSON in one canonical order, so that equal recipes are equal bytes.
        """
        body = {
            "kind": KIND,
            "edition": EDITION,
            "job": self.job,
            "form": self.form,
            "sources": dict(self.sources),
            "mapping": {table: dict(heads) for table, heads in self.mapping.items() if heads},
            "settings": dict(self.settings),
            "picks": [[pick.kind, *pick.names] for pick in self.picks],
            "seed": self.seed,
        }
        # One way to write each recipe: its bytes are hashed, so a space more would be another recipe.
        text = json.dumps(body, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()

    @property
    def key(self) -> str:
        """SHA-256 of the document: what answers are kept under."""
        return sha_of(self.to_bytes())

    @property
    def base(self) -> Recipe:
        """The recipe without picks: what a built problem is kept under while picks come and go."""
        # Tables and settings make the problem; the seed only decides among its equal plans.
        return replace(self, picks=(), seed=0)

    def with_pick(self, pick: Pick) -> Recipe:
        """Return the recipe with one thing more decided; twice is once."""
        return replace(self, picks=(*self.picks, pick))

    def without_pick(self, pick: Pick) -> Recipe:
        """Return the recipe without that pick; nothing happens where it is not there."""
        return replace(self, picks=tuple(other for other in self.picks if other != pick))

    def with_settings(self, changed: Mapping[str, Any]) -> Recipe:
        """Return the recipe with some dials turned; a value of None takes a setting away."""
        settings = {name: value for name, value in {**self.settings, **changed}.items() if value is not None}
        return replace(self, settings=settings)

    def with_sources(self, sources: Mapping[str, str]) -> Recipe:
        """Return the recipe with some tables replaced; "" takes a table away."""
        joined = {name: sha for name, sha in {**self.sources, **sources}.items() if sha}
        return replace(self, sources=joined)


def recipe_of(raw: Any, name: str = "recipe") -> Recipe:
    """Return the recipe that a document (JSON or TOML, as read) holds.

    Args:
        raw: the document.
        name: what errors call it.

    Raises:
        InputError: every part that is missing, unknown or of the wrong type, at once.
    """
    findings = Findings()
    if not isinstance(raw, Mapping):
        findings.error("is not a recipe", "Give a document with job, form and sources", table=name)
        findings.raise_errors()
    for part in sorted(set(raw) - {*_PARTS, "kind", "edition"}):
        findings.error("is not a part of a recipe", f"Known are {', '.join(_PARTS)}", table=name, column=part)
    if raw.get("kind", KIND) != KIND:
        findings.error(
            "is another kind of document", f"Give one of {KIND}", table=name, came=str(raw["kind"])
        )
    edition = raw.get("edition", EDITION)
    # The type itself is asked: True would pass as a whole number.
    if type(edition) is not int or not 1 <= edition <= EDITION:
        findings.error(
            "is an edition this version cannot read",
            "Install a newer evenhand",
            table=name,
            column="edition",
            came=str(edition),
        )
    parts = {
        "sources": _texts(raw.get("sources", {}), "sources", name, findings),
        "mapping": {
            str(table): _texts(heads, f"mapping.{table}", name, findings)
            for table, heads in _mapping(raw.get("mapping", {}), "mapping", name, findings).items()
        },
        "settings": _mapping(raw.get("settings", {}), "settings", name, findings),
        "picks": _picks(raw.get("picks", []), name, findings),
        "seed": raw.get("seed", 0),
    }
    if type(parts["seed"]) is not int or parts["seed"] < 0:
        mend = "Give a whole number of 0 or more"
        findings.error("is not a seed", mend, table=name, column="seed", came=str(parts["seed"]))
    findings.raise_errors()
    return Recipe(job=str(raw.get("job", "")), form=str(raw.get("form", "")), **parts)


def _mapping(value: Any, column: str, name: str, findings: Findings) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    findings.error("is not a table of names and values", "Write name = value", table=name, column=column)
    return {}


def _texts(value: Any, column: str, name: str, findings: Findings) -> dict[str, str]:
    texts = _mapping(value, column, name, findings)
    for key, text in texts.items():
        if not isinstance(text, str):
            findings.error("is not text", "Write it in quotes", table=name, column=f"{column}.{key}")
    return {str(key): str(text) for key, text in texts.items()}


def _picks(value: Any, name: str, findings: Findings) -> tuple[Pick, ...]:
    picks = []
    for pick in value if isinstance(value, (list, tuple)) else [value]:
        if not isinstance(pick, (list, tuple)) or len(pick) < 2 or not all(isinstance(p, str) for p in pick):  # noqa: PLR2004 - a kind and at least one name
            mend = 'Write ["pin", item, recipient, day]'
            findings.error("is not a pick", mend, table=name, column="picks", came=str(pick))
        else:
            picks.append(Pick(pick[0], tuple(pick[1:])))
    return tuple(picks)
