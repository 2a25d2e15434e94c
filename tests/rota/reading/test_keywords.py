"""Rules given as keywords: each example of an error is understood, and a slip of the shape is a sentence."""

from __future__ import annotations

import ast
from typing import Any

import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota.reading.rules import KEYWORDS

PEOPLE = ["Ada", "Ben", "Cy", "Neu"]


def planned(**rules: Any) -> eh.RotaProblem:
    """Return a rota of four with rules."""
    return eh.RotaProblem.from_values(PEOPLE, eh.weekly("2026-01-05", 6), **rules)


@pytest.mark.parametrize("name", KEYWORDS)
def test_the_example_of_every_keyword_is_understood(name: str) -> None:
    """What an error says to write can be written."""
    value = ast.literal_eval(KEYWORDS[name].example.partition(" for ")[0])
    planned(**{name: value})


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"most": {"Ada": 3}}, "column most: \"{'Ada': 3}\" cannot be read. Write (2, 7)"),
        ({"most": 3}, "column most: '3' cannot be read. Write (2, 7)"),
        ({"apart": "Ada"}, "column apart: 'Ada' cannot be read"),
        ({"fixed": [5]}, "column fixed: '[5]' cannot be read"),
        ({"apart": [("Ada", "Zed")]}, "apart, row 2, column with: 'Zed'"),
    ],
)
def test_a_slip_of_the_shape_is_a_sentence(rules: dict[str, Any], said: str) -> None:
    """A value that is not a rule, or names nobody, is told by its keyword and no traceback."""
    with pytest.raises(InputError) as error:
        planned(**rules)
    assert said in str(error.value)


def test_a_first_name_alone_is_told_with_the_whole_name() -> None:
    """'Carol' means nobody by itself; where one person bears it, that person is asked about."""
    people = [{"name": "Carol Dunn"}, {"name": "Ben Ito"}, {"name": "Ben Roe"}]
    away = [{"name": who, "from": "2026-01-05", "to": "2026-01-05"} for who in ("Carol", "Ben", "dunn")]
    with pytest.raises(InputError) as caught:
        eh.RotaProblem.from_tables(people=people, duties=eh.weekly("2026-01-05", 2), absences=away)
    mends = [finding.mend for finding in caught.value.findings]
    assert [mend for mend in mends if "Carol Dunn" in mend] == ["Did you mean Carol Dunn?"] * 2
    assert not any("Ben " in mend for mend in mends)
