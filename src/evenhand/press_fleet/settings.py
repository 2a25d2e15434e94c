"""What a press office can set, with defaults, and the table ``settings.csv`` that holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from evenhand.allocation.problem.penalties import Penalty, named_penalty, plain
from evenhand.core.arguments import said_when_made
from evenhand.core.errors import Findings, InputError
from evenhand.press_fleet.cells import rank_key, unique
from evenhand.tables import Table

MOST = 1_000_000
"""Largest figure a setting takes; more would be a mistake."""
YEAR = 366
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@said_when_made
@dataclass(frozen=True, kw_only=True)
class FleetSettings:
    """Every number of the pipeline that is a choice. Tables win over these where they have a row.

    Attributes:
        loan_days: days a loan lasts, counted with its first; the vehicle must be free on each; >= 1.
        start_days: weekdays ("Mon") or dates (2026-01-26) of the week on which loans may start.
        cooldown_days: days from a partner's last loan of a model (or make) to the next; 0 switches it off.
        weekday_slots: starts an office can handle on a weekday without a row in the calendar.
        weekend_slots: the same for Saturday and Sunday.
        cap_points: points that each loan above a tier cap costs.
        caps: loans a year of one make, by rank; None for no cap. A missing or unknown rank counts as C.
        cap_zero_blocks: whether a rule with cap 0 forbids the loan, rather than make it cost ``cap_points``.
        points_per_dollar: what a dollar above a budget costs, where budgets are soft.
        hard_budgets: whether budgets may not be overspent at all.
        without_budget: "free" where no row means no limit, "zero" where it means no money.
        rank_points: points by rank; ``other_rank_points`` for any other and for none.
        other_rank_points: see ``rank_points``.
        w_rank: weight of the rank's points.
        w_geo: points for a closeness of 1.
        w_pub: points for a publication rate of 1.
        w_history: points for a history of 1.
        scale: integer units to a point; None for 1, or 100 where money has cents.
        partner_per_day: starts a partner takes a day, less loans running that day; None for no limit.
        partner_per_week: starts a partner takes a week; None for no limit. At 1, steps never come into play.
        mode: how fairness is priced: none, light, standard, strong, a or b.
        lam: points for a second loan of a partner (``lambda`` in a table); None for what the mode has.
        step: points more from the third loan on, under modes b and standard; None for what the mode has.
        target: loans that are free, under mode a; None for 1.

    Example:
        >>> import evenhand as eh
        >>> eh.press_fleet.FleetSettings(loan_days=4, mode="strong").penalty().text
        '500'
    """

    loan_days: int = 7
    start_days: tuple[str, ...] = WEEKDAYS[:5]
    cooldown_days: int = 30
    weekday_slots: int = 15
    weekend_slots: int = 0
    cap_points: int = 800
    caps: Mapping[str, int | None] = field(default_factory=lambda: {"A+": None, "A": 100, "B": 50, "C": 10})
    cap_zero_blocks: bool = True
    points_per_dollar: float = 3.0
    hard_budgets: bool = False
    without_budget: Literal["free", "zero"] = "free"
    rank_points: Mapping[str, float] = field(
        default_factory=lambda: {"A+": 1000.0, "A": 700.0, "B": 400.0, "C": 100.0}
    )
    other_rank_points: float = 50.0
    w_rank: float = 1.0
    w_geo: float = 100.0
    w_pub: float = 150.0
    w_history: float = 50.0
    scale: int | None = None
    partner_per_day: int | None = 1
    partner_per_week: int | None = None
    mode: str = "standard"
    lam: float | None = None
    step: float | None = None
    target: int | None = None

    def penalty(self) -> Penalty:
        """Return what fairness costs under these settings.

        Raises:
            InputError: the mode is unknown, or does not have a number that is set.

        >>> FleetSettings(mode="strong", lam=400).penalty().text
        '400'
        """
        return named_penalty(self.mode, lam=self.lam, step=self.step, target=self.target)

    def check(self, findings: Findings) -> None:
        """Note every setting that cannot be used."""
        whole = {
            "loan_days": (self.loan_days, 1, YEAR),
            "cooldown_days": (self.cooldown_days, 0, MOST),
            "weekday_slots": (self.weekday_slots, 0, MOST),
            "weekend_slots": (self.weekend_slots, 0, MOST),
            "cap_points": (self.cap_points, 0, MOST),
            "scale": (self.scale, 1, MOST),
            "partner_per_day": (self.partner_per_day, 0, MOST),
            "partner_per_week": (self.partner_per_week, 0, MOST),
            **{f"caps[{rank!r}]": (cap, 0, MOST) for rank, cap in self.caps.items()},
        }
        for name, (value, low, high) in whole.items():
            if value is not None and (type(value) is not int or not low <= value <= high):
                mend = f"Give a whole number from {low} to {high:,}"
                findings.error("is out of range", mend, column=name, came=str(value))
        weights = {
            "points_per_dollar": self.points_per_dollar,
            "other_rank_points": self.other_rank_points,
            "w_rank": self.w_rank,
            "w_geo": self.w_geo,
            "w_pub": self.w_pub,
            "w_history": self.w_history,
            **{f"rank_points[{rank!r}]": points for rank, points in self.rank_points.items()},
        }
        for name, points in weights.items():
            # Asked this way round, what is not a number at all fails too.
            if not abs(points) <= MOST:
                mend = f"Give a number such as 12.5, {MOST:,} at most"
                findings.error("is out of range", mend, column=name, came=str(points))
        try:
            self.penalty()
        except InputError as error:
            for fault in error.findings:
                findings.error(fault.problem, fault.mend, column=fault.column, came=fault.came)
        if self.points_per_dollar < 0:
            came = str(self.points_per_dollar)
            findings.error("is below zero", "Give 0 or more", column="points_per_dollar", came=came)
        if self.without_budget not in {"free", "zero"}:
            findings.error(
                "is neither free nor zero",
                'Give "free" or "zero"',
                column="without_budget",
                came=self.without_budget,
            )


NONE = frozenset({"none", "no", "unlimited"})
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _whole(cell: str) -> int | None:
    return None if cell.casefold() in NONE else int(cell)


def _number(cell: str) -> float | None:
    return None if cell.casefold() in NONE else plain(float(cell))


def _flag(cell: str) -> bool:
    return FLAGS[cell.casefold()]


def _days(cell: str) -> tuple[str, ...]:
    return tuple(cell.replace(",", " ").replace(";", " ").split())


KINDS: dict[str, tuple[Callable[[str], Any], str]] = {
    "int": (int, "Write a whole number"),
    "int | None": (_whole, "Write a whole number, or none"),
    "float": (float, "Write a number such as 12.5"),
    "float | None": (_number, "Write a number such as 12.5, or none"),
    "bool": (_flag, "Write yes or no"),
    "tuple[str, ...]": (_days, "Write weekdays or dates"),
    "Mapping[str, int | None]": (_whole, "Write a whole number, or none"),
    "Mapping[str, float]": (float, "Write a number such as 12.5"),
}
"""How a setting is read, by its type as written in ``FleetSettings``; any other is taken as it stands."""


def read_settings(table: Table | None) -> FleetSettings:
    """Return the defaults with what the table changes.

    Args:
        table: columns setting, value; the settings of ``FleetSettings``. Those by rank are written with it:
            ``caps A``, ``rank_points A+``. What cannot be read is noted.
    """
    settings = FleetSettings()
    if table is None or not table.need("setting", "value"):
        return settings
    kinds = {entry.name: str(entry.type) for entry in fields(FleetSettings)}
    names, values = table.text("setting", required=True), table.text("value", required=True)
    keys = [_key(name) for name in names]
    unique(table, range(len(table)), keys, "setting", "is set twice", "Keep one row")
    changed: dict[str, Any] = {}
    for row, (key, value) in enumerate(zip(keys, values, strict=True)):
        # An empty value leaves the setting as it is.
        if not names[row] or not value:
            continue
        name, rank = key
        by_rank = kinds.get(name, "").startswith("Mapping")
        if name not in kinds or by_rank != bool(rank):
            mend = f"Choose among {', '.join(kinds)}; caps and rank_points with a rank, as in: caps A"
            table.wrong(row, "setting", "is not a setting", mend)
            continue
        read, mend = KINDS.get(kinds[name], (str, ""))
        try:
            setting_value = read(value)
        except (ValueError, KeyError):
            table.wrong(row, "value", f"cannot be the value of {name}", mend)
            continue
        changed[name] = (
            {**changed.get(name, getattr(settings, name)), rank: setting_value} if by_rank else setting_value
        )
    return replace(settings, **changed)


SAME_AS = {
    "lambda": "lam",
    "lambda_fair": "lam",
    "λ": "lam",
    "λ_fair": "lam",
    "lambda_step": "step",
    "λ_step": "step",
    "fair_step_up": "step",
    "fair_target_per_partner": "target",
    "fairness": "mode",
}
"""Other names of settings, as press offices write them."""


def _key(name: str) -> tuple[str, str]:
    """Return a setting's name and the rank it is for, "" for none.

    >>> _key("Caps a+"), _key("loan days"), _key("LAMBDA_FAIR")
    (('caps', 'A+'), ('loan_days', ''), ('lam', ''))
    """
    words = name.casefold().replace("_", " ").replace("-", " ").split()
    for kept in (("caps",), ("rank", "points")):
        if tuple(words[: len(kept)]) == kept:
            return "_".join(kept), rank_key("".join(words[len(kept) :]))
    joined = "_".join(words)
    return SAME_AS.get(joined, joined), ""
