"""One text for one value, one header for one name."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.tables.texts import as_text, as_texts, fold, near, shield, tidy, unshield


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (float("nan"), ""), (pd.NA, ""), (pd.NaT, ""), (np.float64("nan"), ""),
        (np.datetime64("NaT", "ns"), ""), (np.datetime64("2026-01-31T00:00:00", "ns"), "2026-01-31"),
        (5, "5"), (5.0, "5"), (-0.5, "-0.5"), (1e300, "1e+300"), (np.int8(5), "5"), (np.float32(0.5), "0.5"),
        (Decimal("1.50"), "1.50"), (True, "yes"), (np.False_, "no"), ("007", "007"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31), "2026-01-31"),  # noqa: DTZ001 - as spreadsheets have it
        (datetime(2026, 1, 31, 9, 30), "2026-01-31 09:30:00"),  # noqa: DTZ001 - the same
        (datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31 00:00:00+00:00"), (time(9, 30), "09:30"),
        (pd.Timestamp("2026-01-31"), "2026-01-31"),
    ],
)  # fmt: skip
def test_a_value_has_one_text(value: object, text: str) -> None:
    """Whichever library a cell comes from, it is known by the same text."""
    assert as_text(value) == text


def test_a_name_is_one_however_its_accents_are_typed() -> None:
    """Composed and decomposed accents are the same name, and spaces around it are none of it."""
    assert tidy(["Zoe\u0308", " Zoë ", "Ada\u00a0"]) == ["Zoë", "Zoë", "Ada"]


@pytest.mark.parametrize("name", ["Week Start", "week_start", "week-start", "WEEKSTART", " weekStart"])
def test_headers_fold(name: str) -> None:
    """Case, spaces, underscores and hyphens do not count."""
    assert fold(name) == "weekstart"


def test_a_near_miss_is_named_and_a_far_one_is_not() -> None:
    """One letter off is near; another word is not, nor is the same name."""
    assert near("scroe", ["name", "score"]) == "score"
    assert near("Mambers", ["name", "members"]) == "members"
    assert near("price", ["name", "score"]) is None
    assert near("score", ["Score"]) is None


@pytest.mark.parametrize(
    "text", ["=1+1", "+x", "-Ada", "@a", "\t=1", "\r=1", " =1", "'=1", "''-x", "＝1", "-1+1|cmd"]
)
def test_formulas_are_shielded(text: str) -> None:
    """Whatever a spreadsheet might run gets one mark more before it."""
    assert shield(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+5", "-5,5", "-1.5e3", "Ada", "'Ada'", "a=b", "", "O'Hara", "'"])
def test_plain_texts_are_left_alone(text: str) -> None:
    """Numbers, names and quotes stay as they are."""
    assert shield(text) == text


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(alphabet="'=+-@ab1. ", max_size=6).map(str.strip)))
def test_unshield_undoes_shield(cells: list[str]) -> None:
    """Any text comes back as it was."""
    assert unshield(list(map(shield, cells))) == cells


MIXED = st.one_of(st.integers(0, 1), st.booleans(), st.floats(0, 1), st.text(max_size=1))


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        [
            st.lists(st.one_of(st.none(), kind))
            for kind in (
                st.text(),
                st.integers(),
                st.floats(),
                st.booleans(),
                st.dates(),
                st.datetimes(),
                MIXED,
            )
        ]
    )
)
def test_a_column_is_its_cells(values: list[object]) -> None:
    """The short ways for whole columns give what each cell alone gives."""
    assert as_texts(values) == [as_text(value) for value in values]
