"""The policy ``rate`` as its definition has it, by hand: what standings are compared with."""

from __future__ import annotations

from fractions import Fraction

from evenhand.rota.problem.policies import NEW_DAYS, POLICIES, Policy


def system_rate(turns: int, days: int) -> Fraction:
    """Return turns a day over all who take part; 0 where there are no days.

    >>> float(system_rate(15, 1176))
    0.012755102040816327
    """
    return Fraction(turns, days) if days else Fraction(0)


def deficit(days: int, turns: int, rate: Fraction) -> Fraction:
    """Return days x rate - turns: above 0 is owed a turn.

    >>> round(float(deficit(70, 0, system_rate(15, 1176))), 3)
    0.893
    """
    return days * rate - turns


def relative_deficit(days: int, turns: int, rate: Fraction, policy: Policy = POLICIES["rate"]) -> Fraction:
    """Return the deficit a day, with the policy's threshold, offset and damping.

    >>> rate = system_rate(15, 1176)
    >>> round(float(relative_deficit(70, 1, rate)), 5)
    -0.00153
    >>> relative_deficit(7, 0, rate, POLICIES["rate-hybrid"]) == relative_deficit(7, 0, rate) / 2
    True
    """
    owed = deficit(days, turns, rate)
    # Offset first, then the threshold, then damping: the damped value is that of the credited deficit.
    if policy.offset_percent and not turns and days < NEW_DAYS:
        owed -= days * rate * Fraction(policy.offset_percent, 100)
    value = owed / max(days, policy.min_days)
    if policy.damping_days and days < policy.damping_days:
        value *= Fraction(days, policy.damping_days)
    return value
