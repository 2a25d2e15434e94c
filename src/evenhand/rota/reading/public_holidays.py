"""Public holidays by country and region, so that their turns can count more or be shared on their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches

from evenhand.core.errors import InputError, MethodError


def public_holidays(country: str, first: date, last: date, region: str | None = None) -> Mapping[date, str]:
    """Return the public holidays between two days, by the well-kept library ``holidays``, without a network.

    Args:
        country: ISO 3166-1 alpha-2 code, such as "DE"; upper or lower case.
        first: first day, inclusive.
        last: last day, inclusive.
        region: ISO 3166-2 part behind the dash, such as "BY" for Bavaria; None for the whole country.

    Returns:
        Names by day, in order of days; names in English where the library has them.

    Raises:
        InputError: the country or the region is unknown; the message names near misses.
        MethodError: the extra ``calendars`` is not installed.
    """
    # Imported here, as the package is an extra that most rotas do not need.
    try:
        import holidays
    except ImportError:
        mend = 'Install it with: pip install "evenhand[calendars]"'
        raise MethodError(f"Public holidays need the package holidays. {mend}") from None

    known = holidays.list_supported_countries(include_aliases=False)
    code = country.strip().upper()
    if code not in known:
        raise _unknown("country", country, list(known))
    part = region.strip() if region else None
    if part is not None and part not in known[code]:
        # Regions are spelled in their own case in the library; people type them in any.
        upper = {name.upper(): name for name in known[code]}
        if part.upper() not in upper:
            raise _unknown("region", part, list(known[code]))
        part = upper[part.upper()]
    years = range(first.year, last.year + 1)
    language = "en_US" if "en_US" in getattr(holidays, code).supported_languages else None
    name_of = holidays.country_holidays(code, subdiv=part, years=years, language=language)
    return {day: name for day, name in sorted(name_of.items()) if first <= day <= last}


def _unknown(what: str, came: str, known: list[str]) -> InputError:
    # Half the letters alike is near for codes of two letters; without any, the first dozen show what codes
    # look like.
    near = get_close_matches(came.upper(), known, n=3, cutoff=0.5) or sorted(known)[:12]
    more = ", ..." if len(near) == 12 else ""  # noqa: PLR2004 - the first dozen shown above
    if not known:
        return InputError.one(
            f"is not a {what} evenhand knows", f"Leave the {what} out: it has none", came=came, column=what
        )
    return InputError.one(
        f"is not a {what} evenhand knows",
        f"Write its ISO 3166 code, such as {', '.join(near)}{more}",
        came=came,
        column=what,
    )
