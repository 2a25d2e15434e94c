"""A kind of side rule brings every half along, or cannot be imported."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.rota.rules import IN_PROGRAM, KIND_OF, WORDS
from evenhand.rota.rules.base import NEEDED, RuleKind

WHOLE: dict[str, Any] = dict.fromkeys(NEEDED, 0) | {
    "kind": "half", "words": (), "keywords": {}, "program_place": -1, "online_place": -1,
}  # fmt: skip


@pytest.mark.parametrize("half", NEEDED)
def test_a_forgotten_half_fails_when_imported(half: str) -> None:
    """A class without one of the halves is refused by name, whatever it inherits."""
    with pytest.raises(TypeError, match=f"Half does not define {half}"):
        type("Half", (RuleKind,), {name: value for name, value in WHOLE.items() if name != half})
    assert "half" not in KIND_OF


def test_two_kinds_never_share_a_place() -> None:
    """The order of rows in a program, and of reasons on line, is never left to the order of imports."""
    taken = KIND_OF["rest"].program_place
    with pytest.raises(TypeError, match="Half and Rest share a place"):
        type("Half", (RuleKind,), WHOLE | {"program_place": taken})


@pytest.mark.parametrize("taken", [{"words": ("rest",)}, {"keywords": {"rest": 0}}])
def test_two_kinds_never_share_a_word(taken: dict[str, Any]) -> None:
    """A word or keyword means one kind: a second kind of that word is refused, so none is lost."""
    with pytest.raises(TypeError, match=r"Half and Rest share \{'rest'\}"):
        type("Half", (RuleKind,), WHOLE | taken)
    assert "half" not in KIND_OF


def test_every_word_has_a_meaning() -> None:
    """Each word in a rules table is said in the manual's table, or is another word for one that is."""
    for kind in IN_PROGRAM:
        assert set(kind.means) <= set(kind.words)
        assert kind.words[0] in kind.means
    assert set(WORDS) == {word for kind in IN_PROGRAM for word in kind.words}
