"""Policies of a rota, each an accrual (how entitlement grows) and an order (who is next) with a name.

Accruals: ``day`` (days since joining times the system's rate), ``present`` (the slot's share, if present),
``member`` (the slot's share, present or not), ``count`` (equal totals). Orders: ``absolute`` (largest lag),
``relative`` (largest lag a day), ``lag`` (largest lag plus what became due since the last own turn),
``turn`` (longest since the last turn).

References:
    Fagin and Williams, *A fair carpool scheduling algorithm* (1983), doi:10.1147/rd.272.0133.
    Stoica and Abdel-Wahab, *Earliest eligible virtual deadline first* (Old Dominion University, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from evenhand.core.errors import InputError

Accrual = Literal["day", "present", "member", "count"]
Order = Literal["absolute", "relative", "lag", "turn"]


@dataclass(frozen=True, slots=True)
class Grows:
    """How entitlement grows, as facts that the judge and the methods both read.

    Attributes:
        words: what a person reads.
        by_slot: each slot's load is shared among those who could take it; entitlement is kept in ticks.
        absent_too: members who are away have a share as well, and catch up later.
        by_days: entitlement follows days of membership; with neither this nor ``by_slot`` all totals are to
            be equal.
    """

    words: str
    by_slot: bool = False
    absent_too: bool = False
    by_days: bool = False


ACCRUALS: Final[dict[str, Grows]] = {
    "day": Grows("everybody is due turns by days of membership", by_days=True),
    "present": Grows("a slot's turns are due to those who could take it", by_slot=True),
    "member": Grows("a slot's turns are due to all members, away or not", by_slot=True, absent_too=True),
    "count": Grows("everybody is due the same number of turns"),
}
"""What each accrual means."""

ORDERS: Final[dict[str, str]] = {
    "absolute": "whoever is owed most goes next",
    "relative": "whoever is owed most per day of membership goes next",
    "lag": "whoever is owed most, and has waited for it longest, goes next",
    "turn": "whoever has waited longest since the last turn goes next",
}
"""What each order means, in words; ``solving/model/orders.py`` holds the arithmetic."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A pair of dials, and the figures of its order.

    Attributes:
        name: what it is called; "own" for a pair without a name.
        accrual: how entitlement grows.
        order: who is next.
        min_days: ``relative`` divides by at least this many days.
        damping_days: below this many days ``relative`` is scaled by days / damping_days; 0 for never.
        established_days: the system's rate comes from those with at least this many days; 0 for those with
            at least one turn.
        offset_percent: percent of the expected turns that somebody without a turn is credited while they have
            fewer than 14 days; 0 for none.
        alpha_percent: percent of the entitlement since the last own turn that ``lag`` adds.

    Ada and Bo have two turns each when Neu joins. Policies by days give Neu the first turn of all; ``ledger``
    lets Neu begin with nothing owed, ``round-robin`` lets Neu wait, and ``fewest`` has Neu catch up:

    >>> import evenhand as eh
    >>> people = {"Ada": "2025-01-06", "Bo": "2025-01-06", "Neu": "2026-01-05"}
    >>> days = ["2025-12-01", "2025-12-08", "2025-12-15", "2025-12-22"]
    >>> past = [{"date": day, "name": name} for day, name in zip(days, ["Ada", "Bo"] * 2)]
    >>> for name in POLICIES:
    ...     rota = eh.RotaProblem.from_values(people, eh.weekly("2026-01-05", 8), history=past, policy=name)
    ...     print(f"{name:17}", *eh.solve(rota, method="online", seed=1).columns["name"])
    rate              Neu Ada Bo Ada Bo Ada Bo Ada
    rate-hybrid       Neu Ada Bo Ada Bo Ada Bo Ada
    rate-established  Neu Ada Bo Ada Bo Ada Bo Ada
    rate-offset       Neu Ada Bo Ada Bo Ada Bo Ada
    rate-absolute     Neu Ada Bo Ada Bo Ada Bo Ada
    ledger            Ada Bo Neu Ada Bo Neu Ada Bo
    ledger-member     Ada Bo Neu Ada Bo Neu Ada Bo
    round-robin       Ada Bo Neu Ada Bo Neu Ada Bo
    fewest            Neu Neu Ada Bo Neu Ada Bo Neu
    """

    name: str = "rate"
    accrual: Accrual = "day"
    order: Order = "relative"
    # Dividing by at least a week keeps a newcomer's lag a day from being divided by next to nothing.
    min_days: int = 7
    damping_days: int = 0
    established_days: int = 0
    offset_percent: int = 0
    alpha_percent: int = 100

    @property
    def grows(self) -> Grows:
        """How entitlement grows."""
        return ACCRUALS[self.accrual]

    @property
    def words(self) -> str:
        """Say the policy in a sentence."""
        return f"{self.grows.words}; {ORDERS[self.order]}"

    def __post_init__(self) -> None:
        wrong = [
            (dial, value)
            for dial, value, known in (("accrual", self.accrual, ACCRUALS), ("order", self.order, ORDERS))
            if value not in known
        ]
        for dial, value in wrong:
            known = list(ACCRUALS if dial == "accrual" else ORDERS)
            raise InputError.one(
                f"is not a known {dial}", f"Choose one of {', '.join(known)}", came=value, column=dial
            )
        figures = (self.damping_days, self.established_days, self.offset_percent, self.alpha_percent)
        if min(figures) < 0 or self.min_days < 1:
            raise InputError.one(
                "a figure of the policy is too small",
                "Give min_days of 1 or more, and the others of 0 or more",
                column="policy",
            )


def _named(*policies: Policy) -> dict[str, Policy]:
    return {policy.name: policy for policy in policies}


POLICIES: Final = _named(
    Policy("rate"),
    Policy("rate-hybrid", damping_days=14),
    Policy("rate-established", established_days=14),
    Policy("rate-offset", offset_percent=50),
    Policy("rate-absolute", order="absolute"),
    Policy("ledger", "present", "lag"),
    Policy("ledger-member", "member", "lag"),
    Policy("round-robin", "present", "turn"),
    Policy("fewest", "count", "absolute"),
)
"""Every policy with a name; ``rate`` is the default, ``ledger`` keeps its promises over years."""

# A longer span credits newcomers for longer; with none ``rate-offset`` would be plain ``rate``.
NEW_DAYS: Final = 14
"""Days below which ``offset_percent`` credits somebody without a turn."""


def policy_named(policy: str | Policy) -> Policy:
    """Return the policy of that name; a Policy is returned as it is.

    Raises:
        InputError: there is none of that name.

    >>> policy_named("ledger").order
    'lag'
    """
    if isinstance(policy, Policy):
        return policy
    if policy not in POLICIES:
        raise InputError.one(
            "is not a policy", f"Choose one of {', '.join(POLICIES)}", came=str(policy), column="policy"
        )
    return POLICIES[policy]
