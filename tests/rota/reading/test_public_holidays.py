"""Public holidays come from the library, by country and region, and wrong codes get a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.core.errors import InputError
from evenhand.rota.reading.public_holidays import public_holidays

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_a_region_has_its_own_holidays() -> None:
    """Epiphany is a holiday in Bavaria and none in the whole of Germany."""
    epiphany = date(2026, 1, 6)
    assert public_holidays("de", *YEAR, region="by")[epiphany] == "Epiphany"
    assert epiphany not in public_holidays("DE", *YEAR)


def test_both_ends_of_the_window_count() -> None:
    """New Year's Day alone is found by a window of that one day, across years in order."""
    day = date(2026, 1, 1)
    assert list(public_holidays("US", day, day)) == [day]
    found = list(public_holidays("US", date(2025, 12, 20), date(2026, 1, 2)))
    assert found == sorted(found) == [date(2025, 12, 25), day]


@pytest.mark.parametrize(
    ("country", "region", "message"),
    [
        ("XX", None, "column country: 'XX' is not a country"),
        ("", None, "such as AD, AE"),
        ("DE", "BX", "BY, BW"),
        ("MC", "BY", "Leave the region out"),
    ],
)
def test_unknown_codes_are_said_with_near_misses(country: str, region: str | None, message: str) -> None:
    """A wrong country or region names what could be meant."""
    with pytest.raises(InputError, match=message):
        public_holidays(country, *YEAR, region=region)
