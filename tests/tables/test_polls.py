"""Polls for dates, as Doodle, Framadate, forms and spreadsheets have them."""

from __future__ import annotations

import pytest

from evenhand.core.errors import Findings
from evenhand.tables import read
from evenhand.tables.polls import CAN, CANNOT, MAYBE, STRANGE, answer_of, poll_of, polled_times, year_of
from evenhand.tables.stacked_heads import stacked_heads

YES = (
    "Ja",
    "oui",
    "sí",
    "sim",
    "tak",
    "ano",
    "igen",
    "kyllä",
    "evet",
    "да",
    "ναι",
    "OK",
    "✓",
    "✅",
    "x",
    "○",
    "はい",
)
NO = ("Nein", "non", "no", "nei", "nie", "nem", "нет", "όχι", "✗", "❌", "-", "0", "×", "いいえ")


@pytest.mark.parametrize(
    ("cells", "answer"),
    [
        ([*YES], CAN),
        (
            ["(Ja)", "(OK)", "(✓)", "Wenn nötig", "if need be", "Si besoin", "peut-être", "zo nodig", "?"],
            MAYBE,
        ),
        ([*NO, ""], CANNOT),
        (["Oslo", "Ann", "7", "(Oslo)"], STRANGE),
    ],
)
def test_answers_of_many_languages_are_known(cells: list[str], answer: int) -> None:
    """Words, signs and bracketed yeses mean what people mean by them; anything else is no answer."""
    assert {cell: answer_of(cell) for cell in cells} == dict.fromkeys(cells, answer)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Mo 2.2.2026", "Mon 2026-02-02"),
        ("Mon 2 Feb", "Mon 2 Feb"),
        ("Mon, Feb 2, 2026 10:00 AM – 11:00 AM", "Mon 2026-02-02 10:00"),
        ("mar. 3 févr. 2026", "2026-02-03"),
        ("qua, 4 de fev", "Wed 4 Feb"),
        ("wt. 3 lut", "Tue 3 Feb"),
        ("gio 5 febbraio 20:30", "Thu 5 Feb 20:30"),
        ("2026-02-02T19:00", "2026-02-02 19:00"),
        ("Wann kannst du? [Di 3.2.]", "Tue 3 Feb"),
        ("2月2日", "2 Feb"),
        ("Samstag", "Sat"),
    ],
)
def test_heads_are_read_as_times(head: str, said: str) -> None:
    """A head in ten languages, of tools and of hand, names a day, a time on it or a weekday."""
    assert [str(time) for time in polled_times([head])] == [said]


def test_slashes_are_decided_by_all_heads_together() -> None:
    """02/14 shows that the month comes first; 02/09 alone beside 03/09 decides nothing and names no day."""
    assert [str(time) for time in polled_times(["02/09", "02/14"])] == ["9 Feb", "14 Feb"]
    assert polled_times(["02/09", "03/09"]) == ()
    assert polled_times(["0/0", "31/31", "Mon " * 100_000]) == ()


@pytest.mark.parametrize("head", ["0/0", "31/02", "13/13", "5/0"])
def test_a_head_that_looks_like_a_day_and_is_none_is_left(head: str) -> None:
    """A head with a slash between numbers of no day is a head like any other."""
    assert polled_times([head, "name"]) == ()


def test_a_table_of_other_things_is_no_poll() -> None:
    """Scores, names of who serves, and one column of yes beside a date are no answers to a poll."""
    days = ["Mon 2 Feb 2026", "Tue 3 Feb 2026"]
    for cells in (["Ann", "Ben"], ["7", "9"], ["08:00", "09:00"]):
        assert poll_of(read({"name": ["A", "B"], **dict.fromkeys(days, cells)})) is None
    assert poll_of(read({"name": ["A", "B"], "Mon 2 Feb 2026": ["yes", "no"], "paid": ["yes", "no"]})) is None


def test_rows_of_counts_do_not_hide_a_poll() -> None:
    """Doodle's last row counts the answers, which are no answers themselves."""
    poll = poll_of(read({"name": ["Ann", "Count"], "2026-02-02": ["OK", "17"], "2026-02-03": ["", "23"]}))
    assert poll is not None
    assert poll.answers[0].tolist() == [CAN, CANNOT]


def test_heads_of_three_rows_are_joined() -> None:
    """Months, days and times of day in rows of their own, months over several days, become one head each."""
    rows = [
        ["Poll", "", "", ""],
        ["", "February 2026", "", "March 2026"],
        ["", "Mon 2", "", "Sun 1"],
        ["", "18:00", "20:00", "18:00 – 19:00"],
        ["Ann", "OK", "", "(OK)"],
    ]
    heads = ["Mon 2 February 2026 18:00", "Mon 2 February 2026 20:00", "Sun 1 March 2026 18:00 – 19:00"]
    assert stacked_heads(rows) == (3, ["name", *heads])
    assert stacked_heads([["name", "2026-02-02"], ["Ann", "yes"]]) is None
    assert stacked_heads([["name", "office"], ["Ann", "yes"]]) is None


def test_weekdays_beside_days_tell_the_year() -> None:
    """Monday the 2nd of February is in 2026; days whose weekdays agree with no year have none."""
    told = {"name": ["A"], "Mon 2.2.": ["x"], "Tue 3.2.": ["x"]}
    poll = poll_of(read(told))
    assert poll is not None
    assert year_of(poll, 2025) == 2026
    wrong = poll_of(read({"name": ["A"], "Mon 2.2.": ["x"], "Mon 3.2.": ["x"]}))
    assert wrong is not None
    assert year_of(wrong, 2025) == 0


def test_two_rows_of_heads_are_told() -> None:
    """A file with two rows of heads is read as one with whole heads, and a note says so."""
    findings = Findings()
    table = read(b",lundi 2 mars 2026,\n,18h,20h\nAnn,Oui,Non\nBob,Non,Oui\n", "poll.csv", findings)
    assert list(table.columns) == ["name", "lundi 2 mars 2026 18h", "lundi 2 mars 2026 20h"]
    assert "heads in more than one row" in str(findings.warnings[0])
