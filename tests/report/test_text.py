"""Text reports line up, break where they should, and never lose a word."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.report.text import Bars, Grid, Heading, Text, bar, fitted, padded, plain, width_of

WORDS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12
)


def test_a_table_lines_up_and_rules_its_head() -> None:
    """Words stand on the left, figures on the right, and no line ends in spaces."""
    grid = Grid(("who", "got"), (("Ada", "1"), ("Benjamin", "12")), frozenset({1}), "Plan", "and more")
    assert plain([grid]) == ("Plan\nwho       got\n--------  ---\nAda         1\nBenjamin   12\nand more\n")


def test_a_table_without_heads_has_no_rule() -> None:
    """Rows alone are rows alone."""
    assert plain([Grid(("", ""), (("a", "b"),))]) == "a  b\n"


def test_blocks_are_parted_by_a_blank_line() -> None:
    """A heading is underlined; empty blocks leave nothing behind."""
    assert plain([Heading("Häd"), Text(""), Text("said")]) == "Häd\n===\n\nsaid\n"
    assert plain([]) == ""


def test_paragraphs_break_at_the_width_and_lists_hang() -> None:
    """Nothing is wider than asked for, and a list's text stands under its text."""
    text = "one two three\n  - four five six seven"
    assert plain([Text(text)], 14) == "one two three\n  - four five\n    six seven\n"
    assert plain([Text(text)]) == text + "\n"


def test_a_narrow_table_is_cut_with_a_sign() -> None:
    """Where a width is given no line is longer, and what was cut shows an ellipsis."""
    grid = Grid(("who",), (("Bartholomew the Elder",),))
    lines = plain([grid], 10).splitlines()
    assert max(map(width_of, lines)) <= 10
    assert lines[-1] == "Bartholom…"


def test_bars_are_to_one_scale() -> None:
    """The largest fills the room, half is half, nothing is nothing, and little is still seen."""
    assert bar(10, 10, 8) == "█" * 8
    assert bar(5, 10, 8) == "█" * 4
    assert bar(0.01, 10, 8) == "█"
    assert bar(0, 10) == bar(1, 0) == ""
    drawn = plain([Bars((("Mon", 2.0, "2"), ("Tue", 0.0, "0")), "Days")])
    assert drawn == "Days\nMon  2  ████████████████████████\nTue  0\n"


def test_wide_signs_take_two_columns() -> None:
    """Emoji and East Asian signs take two columns, combining accents none."""
    assert (width_of("🔵 ok"), width_of("日本"), width_of("e\u0301")) == (5, 4, 1)


def test_a_turned_table_has_its_rows_as_columns() -> None:
    """Turning exchanges rows and columns and puts all but the first on the right."""
    grid = Grid(("mode", "max"), (("A", "8"), ("B", "2")), frozenset({1}), turns=True)
    turned = grid.turned()
    assert (turned.heads, turned.rows) == (("mode", "A", "B"), (("max", "8", "2"),))
    assert turned.right == {1, 2}
    assert grid.width == 13


@settings(deadline=None, max_examples=100)
@given(WORDS, st.integers(0, 20))
def test_padding_and_fitting_reach_the_width(text: str, width: int) -> None:
    """Padded text is never narrower than asked for, fitted text never wider."""
    assert width_of(padded(text, width)) >= width
    assert width_of(padded(text, width, right=True)) >= width
    assert width_of(fitted(text, max(1, width))) <= max(1, width)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_no_cell_is_lost(rows: list[tuple[str, str]]) -> None:
    """Without a width every cell stands in the text."""
    drawn = plain([Grid(("a", "b"), tuple(rows))])
    assert all(cell.rstrip() in drawn for row in rows for cell in row)
