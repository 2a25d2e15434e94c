"""The rota's ledger as a person runs it: plan, publish, swap, miss, amend, plan on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand import documents
from evenhand.cli.app import DONE, WRONG, run

Capture = pytest.CaptureFixture[str]

PEOPLE = """name,joined,left,skills
Ada,2025-01-01,,first aid
Ben,2025-01-01,,
Cem,2025-01-01,,
Dea,2025-01-01,,first aid
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """Work in a folder with a plan of ten weeks, published."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE, encoding="utf-8")
    assert plan("2026-01-05", "--out", "a.json") == DONE
    assert run(["publish", "a.json", "--ledger", "book.json"]) == DONE
    capsys.readouterr()
    return tmp_path


def plan(start: str, *more: str) -> int:
    """Plan ten weeks of two seats."""
    words = ["--weeks", "10", "--start", start, "--seats", "2", "--policy", "ledger"]
    # A trade-off is one table, and takes no number of rows.
    rows = [] if "--trade-off" in more else ["--rows", "0"]
    return run(["rota", "people.csv", *words, *rows, *more])


def crew(path: str) -> list[str]:
    """Return who serves, seat by seat."""
    return list(json.loads(Path(path).read_text())["columns"]["name"])


def test_the_next_plan_begins_where_the_ledger_ends(capsys: Capture) -> None:
    """Somebody left, somebody came: the next plan is published on top, and all lags sum to 0."""
    Path("people.csv").write_text(PEOPLE.replace("Cem,2025-01-01", "Eve,2026-03-16"), encoding="utf-8")
    assert plan("2026-03-16", "--ledger", "book.json", "--out", "b.json") == DONE
    assert "Cem' is in the ledger and not in people: counts as having left" in capsys.readouterr().err
    assert run(["publish", "b.json", "--ledger", "book.json"]) == DONE
    book = documents.read("book.json")
    assert book.periods == ("2026-01-05", "2026-03-16")
    assert book.members == ("Ada", "Ben", "Dea", "Eve")
    assert sum(book.balances.values()) == 0
    assert run(["publish", "b.json", "--ledger", "book.json", "--label", "again"]) == WRONG
    assert "is booked already, in the period 2026-03-16" in capsys.readouterr().err


def test_a_swap_is_shown_then_booked_then_kept(capsys: Capture) -> None:
    """Listed takers, the effect before booking, the entry, and a later plan that keeps the swap."""
    first = crew("a.json")[0]
    assert run(["rota", "swap", "a.json", "duty/2026-01-05/1"]) == DONE
    said = capsys.readouterr().out
    assert "next in order" in said
    taker = next(name for name in ("Ada", "Ben", "Cem", "Dea") if f"--to {name}." in said)
    words = ["rota", "swap", "a.json", "duty/2026-01-05/1", "--to", taker, "--ledger", "book.json"]
    before = Path("book.json").read_bytes()
    assert run(words) == DONE
    shown = capsys.readouterr()
    assert "1.00 ahead" in shown.out
    assert "nothing is booked yet: add --book" in shown.err
    assert Path("book.json").read_bytes() == before
    assert run([*words, "--book", "--out", "after.json"]) == DONE
    assert crew("after.json")[0] == taker != first
    assert len(documents.read("book.json").entries) == len(json.loads(before)["ledger"]["entries"]) + 2
    assert plan("2026-01-05", "--ledger", "book.json", "--published", "a.json", "--out", "c.json") == DONE
    assert crew("c.json") == crew("after.json")
    assert run(["publish", "c.json", "--ledger", "book.json", "--amend"]) == DONE
    assert "0 entries booked" in capsys.readouterr().out


def test_a_missed_turn_and_a_stand_in_from_outside(capsys: Capture) -> None:
    """Both leave the turn to nobody of the team; shares shrink, and the balances still sum to 0."""
    words = ["rota", "swap", "a.json", "--ledger", "book.json", "--book"]
    assert run([*words, "duty/2026-01-12/1", "--missed"]) == DONE
    assert run([*words, "duty/2026-01-19/2", "--outside", "Zoe"]) == DONE
    book = documents.read("book.json")
    assert sum(book.balances.values()) == 0
    assert book.entries[-1].note == "Zoe, from outside, served"
    assert run([*words, "duty/2026-01-12/1", "--missed"]) == WRONG
    assert "is not a turn" in capsys.readouterr().err


def test_what_cannot_be_swapped_is_said(capsys: Capture) -> None:
    """No such turn, several turns, no such person, a turn of one's own, no ledger: exit 2 and a sentence."""
    first = crew("a.json")[0]
    for words, part in (
        (["a.json", "2026-01-06"], "is not a turn of this plan"),
        (["a.json", "2026-01-05"], "could be several turns"),
        (["a.json", "duty/2026-01-05/1", "--to", "Adda"], "Did you mean Ada"),
        (["a.json", "duty/2026-01-05/1", "--to", first], "serves this turn already"),
        (["a.json", "duty/2026-01-05/1", "--to", "Ada", "--missed"], "Give one of --to, --missed"),
        (["a.json", "duty/2026-01-05/1", "--missed", "--book"], "means nothing without --ledger"),
    ):
        assert run(["rota", "swap", *words]) == WRONG
        assert part in capsys.readouterr().err


def test_changes_are_said_by_name_on_screen_and_in_the_plan(capsys: Capture) -> None:
    """An absence changes a turn: who, whose, why, whom to tell; the document says it too."""
    who = crew("a.json")[4]
    Path("away.csv").write_text(f"name,from,to\n{who},2026-01-20,2026-01-20\n", encoding="utf-8")
    more = ["--ledger", "book.json", "--published", "a.json", "--absences", "away.csv", "--out", "d.json"]
    assert plan("2026-01-05", *more) == DONE
    said = capsys.readouterr().err
    assert f"Mon 19 Jan: {who} -> " in said
    assert f"({who} is away Tue 20 Jan)" in said
    assert "tell " in said
    assert f"{who} is away Tue 20 Jan" in Path("d.json").read_text()
    assert run(["publish", "d.json", "--ledger", "book.json", "--amend"]) == DONE


def test_changes_can_be_bought_for_fairness(capsys: Capture) -> None:
    """Each row of the trade-off changes more and is more even; without a published plan there is none."""
    Path("people.csv").write_text(PEOPLE + "Eve,2026-01-01,,\n", encoding="utf-8")
    assert plan("2026-01-05", "--published", "a.json", "--trade-off") == DONE
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "%" in line]
    counts, spreads = [int(row[-3]) for row in rows], [float(row[-1]) for row in rows]
    assert len(rows) > 1
    assert counts == sorted(set(counts))
    assert spreads == sorted(set(spreads), reverse=True)
    assert plan("2026-01-05", "--published", "a.json", "--stickiness", "1") == DONE
    for words in (["--trade-off"], ["--stickiness", "1"], ["--published", "a.json", "--stickiness", "-1"]):
        assert plan("2026-01-05", *words) == WRONG


def test_opening_balances_are_paid_back(capsys: Capture) -> None:
    """Balances kept elsewhere open a new ledger; the next plan pays them back; they must cancel out."""
    Path("owed.csv").write_text("name,owed\nAda,1.67\nBen,-2.5\nCem,0.83\nDea,0\n", encoding="utf-8")
    assert run(["publish", "a.json", "--ledger", "new.json", "--opening", "owed.csv"]) == DONE
    book = documents.read("new.json")
    assert sum(book.balances.values()) == 0
    assert round(book.balances["Ben"] / book.ticks, 1) == -2.5
    assert plan("2026-03-16", "--ledger", "new.json", "--out", "b.json") == DONE
    served = crew("b.json")
    assert served.count("Ada") > served.count("Ben")
    assert run(["publish", "b.json", "--ledger", "new.json"]) == DONE
    assert max(abs(lag) for lag in documents.read("new.json").balances.values()) <= book.ticks
    capsys.readouterr()
    assert run(["publish", "b.json", "--ledger", "new.json", "--opening", "owed.csv"]) == WRONG
    assert "has entries already" in capsys.readouterr().err
    Path("owed.csv").write_text("name,owed\nAda,2\nBen,-1\n", encoding="utf-8")
    assert run(["publish", "a.json", "--ledger", "other.json", "--opening", "owed.csv"]) == WRONG
    assert "make them sum to 0" in capsys.readouterr().err


def test_weeks_go_on_where_the_ledger_ends(capsys: Capture) -> None:
    """Without --start the next weeks begin a week after the ledger's last turn, and the command says when."""
    ask = ["rota", "people.csv", "--weeks", "4", "--ledger", "book.json", "--out", "b.json"]
    assert run(ask) == DONE
    heard = capsys.readouterr()
    assert "the ledger's turns end before Mon 16 Mar, so this plan begins that day" in heard.err
    assert json.loads(Path("b.json").read_text())["columns"]["date"][0] == "2026-03-16"
    assert run(["publish", "b.json", "--ledger", "book.json"]) == DONE
    assert run(ask) == DONE
    assert "end before Mon 13 Apr" in capsys.readouterr().err


def test_who_could_take_a_turn_names_days_of_a_broken_rule_by_weekday(capsys: Capture) -> None:
    """Whoever would break a rule that may be broken has one line, with weekdays and not dates of a file."""
    duties = "name,start,every,count\nbar,2026-04-04,day,2\n"
    Path("duties.csv").write_text(duties, encoding="utf-8")
    Path("rules.csv").write_text("rule,weight\nwhole weekends,3\n", encoding="utf-8")
    words = ["--duties", "duties.csv", "--rules", "rules.csv", "--policy", "ledger", "--out", "w.json"]
    assert run(["rota", "people.csv", *words]) == DONE
    serves = crew("w.json")[0]
    assert run(["rota", "swap", "w.json", "2026-04-04", "--from", serves]) == DONE
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Mind, with")]
    assert len(told) == 3
    assert all("Sat 4 Apr" in line and "Sun 5 Apr" in line and "2026" not in line for line in told)
