"""What if, advice, frontier, ledger and amended plans, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import DATA
from evenhand.cli.app import DONE, NOTHING, WRONG, run

FLEET = str(DATA / "fleet")

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """A folder with a small problem, its pins that conflict, and the bundled week's plan."""
    monkeypatch.chdir(tmp_path)
    rows = [
        f"c{at},{who},2026-01-{5 + at % 2:02},{900 - 100 * at - 10 * 'abc'.index(who)}"
        for at in range(6)
        for who in "abc"
    ]
    Path("candidates.csv").write_text("item,recipient,day,score\n" + "\n".join(rows) + "\n")
    Path("capacity.csv").write_text("day,slots\n2026-01-05,2\n2026-01-06,2\n")
    Path("pins.csv").write_text("item,recipient,day\nc0,a,2026-01-05\nc2,b,2026-01-05\nc4,c,2026-01-05\n")
    assert run(["allocate", "candidates.csv", "--capacity", "capacity.csv", "--out", "plan.json"]) == DONE
    capsys.readouterr()
    return tmp_path


def test_what_if_asks_and_surveys(folder: Path, capsys: Capture) -> None:
    """A slot more is told, the changed plan is written; asked nothing, all absences are."""
    assert run(["what-if", "plan.json", "--slots", "2026-01-05=+1", "--out", "more.json"]) == DONE
    said = capsys.readouterr()
    assert "With +1 slot on Mon 5 Jan: 290 points more (both plans are proven optimal)." in said.out
    assert "wrote more.json" in said.err
    assert (folder / "more.json").exists()
    asked = ["--without", "a", "--pin", "c5,b,2026-01-06", "--forbid", "c0,b", "--lambda", "10", "--json"]
    assert run(["what-if", "plan.json", *asked]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["exact"]
    assert told["asked"] == [
        "a absent",
        "c5 to b on 2026-01-06 pinned",
        "c0 to b forbidden",
        "fairness λ=10+400",
    ]
    assert run(["what-if", "plan.json", "--out", "absences.csv", "--out", "absences.xlsx"]) == DONE
    assert "One slot more" in capsys.readouterr().out
    assert len((folder / "absences.csv").read_text().splitlines()) == 5
    assert run(["what-if", "plan.json", "--json"]) == DONE
    survey = json.loads(capsys.readouterr().out)
    assert set(survey["slots"]) == {"2026-01-05", "2026-01-06"}
    assert all(row["exact"] for row in survey["absences"])


def test_what_if_refuses_what_it_cannot_ask(folder: Path, capsys: Capture) -> None:
    """No number, no such name, no plan, another job, a wrong ending: exit 2; no plan possible: 1."""
    for words, part in (
        (["--slots", "2026-01-05=many"], "'2026-01-05=many' is not a name and whole number"),
        (["--budget", "LA=nan"], "is not a name and number"),
        (["--without", "z"], "'z' is not an item or recipient"),
        (["--out", "absences.html"], "has an ending"),
    ):
        assert run(["what-if", "plan.json", *words]) == WRONG
        assert part in capsys.readouterr().err
    assert run(["what-if", "none.json"]) == WRONG
    Path("turns.csv").write_text("name\nAda\nBo\n")
    assert run(["rota", "turns.csv", "--weeks", "2", "--start", "2026-01-05", "--out", "rota.json"]) == DONE
    assert run(["what-if", "rota.json"]) == WRONG
    assert "no change is asked for" in capsys.readouterr().err
    assert run(["what-if", "rota.json", "--slots", "x=1"]) == WRONG
    assert (
        "is for plans of an allocation. Leave it out: rota.json is a plan of a rota."
        in capsys.readouterr().err
    )
    assert run(["what-if", "plan.json", "--teams", "3"]) == WRONG
    assert "--teams: '3' is for plans of teams." in capsys.readouterr().err
    pins = [
        "--pin",
        "c0,a,2026-01-05",
        "--pin",
        "c2,b,2026-01-05",
        "--pin",
        "c4,c,2026-01-05",
        "--out",
        "no.json",
    ]
    assert run(["what-if", "plan.json", *pins]) == NOTHING
    assert "Mon 5 Jan has 2 slots." in capsys.readouterr().out
    assert not (folder / "no.json").exists()


@pytest.fixture
def teams_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """A folder with a plan of teams with wishes; one name holds a comma."""
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text(
        'name,House,Friend\n"Lopes, Ada",N,Ben\nBen,N,Cem\nCem,S,"Ben"\nDia,S,Ben\nEli,N,Dia\nFay,S,Ben\n'
    )
    words = ["--teams", "3", "--balance", "House", "--wishes", "Friend", "--out", "plan.json"]
    assert run(["teams", "class.csv", *words]) == DONE
    capsys.readouterr()
    return tmp_path


def test_what_if_of_a_rota_says_the_price_in_turns(folder: Path, capsys: Capture) -> None:
    """Who serves more, on screen, as figures and as a file; no plan is exit code 1 with the rules named."""
    assert folder.is_dir()
    Path("turns.csv").write_text("name\nAda\nBo\nCy\n")
    plan = [
        "rota",
        "turns.csv",
        "--weeks",
        "6",
        "--start",
        "2026-01-05",
        "--policy",
        "ledger",
        "--out",
        "rota.json",
    ]
    assert run(plan) == DONE
    capsys.readouterr()
    assert run(["what-if", "rota.json", "--without", "Cy", "--out", "two.json"]) == DONE
    said = capsys.readouterr()
    assert "With Cy gone: Ada and Bo serve 1 turn more each; Cy serves 2 turns fewer." in said.out
    assert "wrote two.json" in said.out + said.err
    assert run(["what-if", "rota.json", "--away", "Ada,2026-01-05,2026-02-15", "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["turns"] == {"Ada": [2, 0], "Bo": [2, 3], "Cy": [2, 3]}
    twice = ["--pin", "Ada,2026-01-05", "--forbid", "Ada,2026-01-05"]
    assert run(["what-if", "rota.json", *twice]) == NOTHING
    assert "cannot all hold" in capsys.readouterr().out


def test_an_audit_takes_a_plan(folder: Path, capsys: Capture) -> None:
    """A rota's plan needs no table of people; what it knows already, and rules not kept, are refused."""
    assert folder.is_dir()
    Path("turns.csv").write_text("name\nAda\nBo\nCy\n")
    plan = ["rota", "turns.csv", "--weeks", "6", "--start", "2026-01-05"]
    assert run([*plan, "--rest", "1", "--out", "rota.json"]) == DONE
    capsys.readouterr()
    assert run(["audit", "rota.json", "--today", "2026-01-19", "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert {name: row["served"] for name, row in told["by_end"].items()} == {"Ada": 2, "Bo": 2, "Cy": 2}
    assert told["changes"] == []
    assert run(["audit", "rota.json", "--people", "turns.csv"]) == WRONG
    assert "--people: 'turns.csv' is in the plan already. Leave it out." in capsys.readouterr().err
    Path("rules.csv").write_text("rule,value,days\nmost,1,14\n")
    assert run([*plan, "--rules", "rules.csv", "--out", "most.json"]) == DONE
    assert run(["audit", "most.json"]) == WRONG
    assert "has rules that an audit does not keep: most" in capsys.readouterr().err


def test_what_if_of_teams_says_both_plans(teams_plan: Path, capsys: Capture) -> None:
    """The best plan and the one with the fewest moves are told; the second is written."""
    asked = [
        "--together",
        "Lopes, Ada,Fay",
        "--without",
        "Dia",
        "--join",
        "Zoe,House=S",
        "--out",
        "then.json",
    ]
    assert run(["what-if", "plan.json", *asked]) == DONE
    said = capsys.readouterr()
    assert "With Dia away; Zoe joining; Fay, Lopes, Ada together: the best plan found is" in said.out
    assert "With the fewest moves found," in said.out
    assert "wrote then.json: the plan with the fewest moves" in said.err
    assert (teams_plan / "then.json").exists()
    assert run(["explain", "then.json", "Zoe"]) == DONE
    capsys.readouterr()
    assert run(["what-if", "plan.json", "--pin", "Lopes, Ada,Team 2", "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["asked"] == ["Lopes, Ada in Team 2"]
    assert set(told["fewest_moves"]) == {"change", "moved", "joined", "effects"}


def test_what_if_of_teams_asked_nothing_lists_refused_wishes(teams_plan: Path, capsys: Capture) -> None:
    """Each refusal has the swap that would grant it: on screen, in a file, as JSON."""
    assert run(["what-if", "plan.json", "--out", "wishes.csv"]) == DONE
    said = capsys.readouterr().out
    refusals = said.count("Not granted:")
    assert refusals > 0
    assert "would grant it" in said
    assert len((teams_plan / "wishes.csv").read_text().splitlines()) == refusals + 1
    assert run(["what-if", "plan.json", "--json"]) == DONE
    assert len(json.loads(capsys.readouterr().out)["refused"]) == refusals


def test_what_if_of_teams_refuses_what_it_cannot_ask(teams_plan: Path, capsys: Capture) -> None:
    """Options of allocations, unknown names and rules that cannot hold: exit 2, 2 and 1."""
    del teams_plan
    for words, part in (
        (["--slots", "2026-01-05=+1"], "--slots: '2026-01-05=+1' is for plans of an allocation."),
        (["--without", "Benn"], "'Benn' is not a person of this plan. Did you mean Ben?"),
        (["--pin", "Ben"], "'Ben' is not a pick"),
        (["--join", "Zoe,Hous=S"], "'Hous' is not a column of this plan. Did you mean House?"),
        (["--teams", "0"], "is not a number of teams"),
        (["--weights", "House"], "is not a weight"),
        (["--without", "Ben", "--out", "then.docx"], "then.docx"),
    ):
        assert run(["what-if", "plan.json", *words]) == WRONG
        assert part in " ".join(capsys.readouterr())
    assert run(["what-if", "plan.json", "--together", "Ben,Cem", "--apart", "Ben,Cem"]) == NOTHING
    assert "the hard rules cannot all hold" in capsys.readouterr().out


def test_advice_is_said_and_given_as_json(folder: Path, capsys: Capture) -> None:
    """Mode A on the bundled week is too light; mode B has nothing to mend."""
    del folder
    assert run(["allocate", FLEET, "--mode", "a", "--out", "a.json", "--rows", "0"]) == DONE
    assert "Worth knowing:" in capsys.readouterr().out
    assert run(["advise", "a.json"]) == DONE
    assert "Set λ=75+150" in capsys.readouterr().out
    assert run(["advise", "a.json", "--json"]) == DONE
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["kind"], one["setting"]) == ("lambda low", "75+150")
    assert run(["allocate", FLEET, "--out", "b.json", "--rows", "0"]) == DONE
    assert run(["advise", "b.json"]) == DONE
    assert "Nothing to mend" in capsys.readouterr().out


def test_a_frontier_is_shown_and_written(folder: Path, capsys: Capture) -> None:
    """From tables or from a plan, as text, JSON, CSV, XLSX and HTML."""
    files = ["--out", "f.csv", "--out", "f.xlsx", "--out", "f.html"]
    words = ["frontier", "candidates.csv", "--capacity", "capacity.csv", "--lambdas", "0,100,500"]
    assert run([*words, *files]) == DONE
    assert "plans are not beaten by another" in capsys.readouterr().out
    assert all((folder / name).stat().st_size for name in ("f.csv", "f.xlsx", "f.html"))
    assert run(["frontier", "plan.json", "--mode", "a", "--json"]) == DONE
    points = json.loads(capsys.readouterr().out)
    assert points[0]["lambda"] == 0
    assert all(point["status"] == "optimal" for point in points)


def test_a_frontier_refuses_what_means_nothing(folder: Path, capsys: Capture) -> None:
    """No number, no lambda, an ending that cannot be, a capacity beside a plan."""
    del folder
    for words, part in (
        (["plan.json", "--lambdas", "0,x"], "'x' is not a number"),
        (["plan.json", "--lambdas", "-1"], "is not a lambda"),
        (["plan.json", "--lambdas", ","], "names no lambda"),
        (["plan.json", "--out", "f.pdf"], "cannot be written in"),
        (["plan.json", "--capacity", "capacity.csv"], "does not go with a plan"),
    ):
        assert run(["frontier", *words]) == WRONG
        assert part in capsys.readouterr().err


def test_a_ledger_carries_over(folder: Path, capsys: Capture) -> None:
    """Published once, refused twice, amended; the next plan heeds it, and what is not a ledger is refused."""
    assert run(["publish", "plan.json", "--ledger", "book.json"]) == DONE
    assert "1 period, 3 members" in capsys.readouterr().out
    assert run(["publish", "plan.json", "--ledger", "book.json"]) == WRONG
    assert "booked already" in capsys.readouterr().err
    assert run(["publish", "plan.json", "--ledger", "book.json", "--amend"]) == DONE
    assert run(["publish", "plan.json", "--ledger", "book.json", "--label", "week 2"]) == DONE
    assert "2 periods" in capsys.readouterr().out
    words = ["allocate", "candidates.csv", "--capacity", "capacity.csv", "--out", "next.json"]
    assert run([*words, "--ledger", "book.json"]) == DONE
    starts = json.loads((folder / "next.json").read_text())["problem"]["head_start"]
    assert any(starts)
    assert run([*words, "--ledger", "plan.json"]) == WRONG
    assert "not a ledger" in capsys.readouterr().err


def test_a_published_plan_is_amended(folder: Path, capsys: Capture) -> None:
    """With the same tables nothing changes; a price or a frozen day without a plan means nothing."""
    words = ["allocate", "candidates.csv", "--capacity", "capacity.csv"]
    assert run([*words, "--published", "plan.json", "--out", "again.csv"]) == DONE
    assert "4 of 4 published awards stay as they are." in capsys.readouterr().out
    Path("capacity.csv").write_text("day,slots\n2026-01-05,2\n2026-01-06,1\n")
    assert run([*words, "--published", "again.csv", "--change-price", "20", "--frozen", "2026-01-05"]) == DONE
    said = capsys.readouterr().out
    assert "3 of 4 published awards stay" in said
    assert "With 20 points a change, proven best." in said
    assert run([*words, "--published", "plan.json", "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["kind"] == "evenhand/solution"
    assert run([*words, "--change-price", "20", "--frozen", "2026-01-05"]) == WRONG
    assert capsys.readouterr().err.count("means nothing without --published") == 2
    del folder


def test_rules_in_conflict_say_what_helps(folder: Path, capsys: Capture) -> None:
    """Three pins on a day with two slots: the smallest set, and what loosening each allows."""
    del folder
    words = ["allocate", "candidates.csv", "--capacity", "capacity.csv", "--pins", "pins.csv"]
    assert run(words) == NOTHING
    said = capsys.readouterr().err
    assert "Mon 5 Jan has 2 slots. With 3, the best plan gives 5" in said
    assert said.count("Without that pin, the best plan gives 4") == 3
