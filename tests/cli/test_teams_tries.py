"""Clumsy and hostile input for teams: refused with a sentence, or taken and said; nothing is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.cli.app import DONE, NOTHING, WRONG, run

Capture = pytest.CaptureFixture[str]

CLASS = """name,year,friend,P1,P2,team,captain
Ada Lopes,1,Ben Ito,Robots,Garden,Red,yes
Ben Ito,2,"Ada, Cem",Robots,Film,Red,
Cem Kaya,1,Ada Lopez,Film,Robots,,no
Dia Rao,2,anyone!,Garden,Film,Blue,x
Eli Sun,3,Dia Rao; Fay,Garden,Robots,,YES
Fay Oz,1,,Robots,Robots,Bleu,1
"""

TABLES = {
    "small": "name,capacity\nRobots,1\nGarden,1\nFilm,2\n",
    "blank": "name,capacity\nRobots,2\nGarden,9\nFilm,\n",
    "seats": "room,seats\nRobots,2\nGarden,9\n",
    "twice": "name,capacity\nRobots,3\nrobots,3\n",
    "nameless": "name,capacity\n,3\nB,3\n",
    "below": "name,capacity,min\nRobots,3,5\nGarden,6,0\n",
    "needy": "name,capacity,min\nRobots,6,4\nGarden,6,4\n",
    "half": "name,capacity\nRobots,3.5\nGarden,many\n",
    "both": "person,team\nAda Lopes,Red\nada  lopes,Blue\n",
    "nobody": "person,team\n",
    "strange": "who,where\nAda Lopes,Red\n",
    "left": "person,team\nAda Lopez,Red\nBen Ito,Blue\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """A folder with a class of six, tables with faults, and a plan."""
    monkeypatch.chdir(tmp_path)
    Path("c.csv").write_text(CLASS)
    for name, text in TABLES.items():
        Path(f"{name}.csv").write_text(text)
    assert run(["teams", "c.csv", "--balance", "year", "--teams", "2", "--out", "p.json"]) == DONE
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--rooms small.csv", "small.csv, column capacity: has 4 seats for 6 people. Add rooms with 2"),
        ("--rooms blank.csv", "blank.csv, row 4, column capacity: '' is empty."),
        ("--rooms twice.csv", "twice.csv, row 3, column name: 'robots' stands in row 2 already."),
        ("--rooms nameless.csv", "nameless.csv, row 2, column name: '' is empty."),
        ("--rooms below.csv", "column min: '5' is more than the 3 who fit."),
        ("--rooms needy.csv", "needs 8 people and there are 6."),
        ("--rooms half.csv", "row 3, column capacity: 'many' is not a whole number."),
        ("--rooms small.csv --teams 1", "has 1 seat for 6 people."),
        ("--teams 2 --lock team", "c.csv, column team: names 3 teams (Bleu, Blue, Red) and 2 are asked for."),
        ("--teams 2 --names Red,Blue --lock team", "c.csv, row 7, column team: 'Bleu' is not a team. Did"),
        ("--teams 2 --names Red,red", "'red' is the name of two teams."),
        ("--min-size 4 --max-size 2", "'4' is above the most, 2. Swap the two"),
        ("--teams 2 --min-size 4", "6 people make 1 team of 4 or more: ask for --teams 1."),
        ("--sizes 5", "'5' make 5 places for 6 people."),
        ("--teams 0", "'0' is not a whole number of 1 or more."),
        ("--published both.csv", "both.csv, row 3, column person: 'ada  lopes' stands in row 2 already."),
        ("--published nobody.csv", "nobody.csv: names no team in any row."),
        ("--published strange.csv", "strange.csv, column team: is missing."),
        ("--met-before both.csv --teams 2", "stands in row 2 already."),
        ("--teams 2 --trade-off", "--trade-off: means nothing without --published."),
        ("--published p.json --trade-off --out x.csv", "--out: does not go with --trade-off."),
        ("--teams 2 --teams 3", "--teams: is given 2 times. Give it once."),
        ("--teams 2 --balance P1", "--balance: is given 2 times. Name all in one, parted by commas."),
        ("--published p.json --keep-teams Team~1 --keep-teams Team~2", "--keep-teams: is given 2 times."),
        ("--published p.json --move-price -1", "'-1' is below 0."),
    ],
)  # fmt: skip
def test_options_and_tables_that_cannot_be(options: str, said: str, here: Path, capsys: Capture) -> None:
    """Each is refused with the file, the row and what to do."""
    del here
    words = [word.replace("~", " ") for word in options.split()]
    assert run(["teams", "c.csv", "--balance", "year", *words]) == WRONG
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("kind,people\napart,Ada Lopes; Benn\n", "row 2, column people: 'Benn' is not on the roster. Did"),
        ("kind,people,weight\napart,Ada;Ben,-5\n", "'-5' is not a whole number of 0 or more."),
        ("kind,people,weight\napart,Ada;Ben,1.5\n", "'1.5' is not a whole number"),
        ("kind,people,weight\napart,Ada;Ben,99999999999999999999\n", "is above 1,000,000. Leave it empty"),
        ("kind,column,value,min,max\ncount,year,1,2,1\n", "'2' is above the max, 1."),
        ("kind,column,value\ncount,year,1\n", "is empty or 0, and so is max. Give a min, a max or both."),
        ("kind,column,value,min\ncount,year,9,1\n", "'9' is not a value of year. Choose one of 1, 2, 3."),
        ("kind,people,teams\nallow,Ada,Team 1;Team 3\n", "'Team 3' is not a team. Did you mean Team 2?"),
        ("kind,people\nmeet,Ada;Ben\n", "'meet' is not a kind of rule."),
        ("kind,people\napart,Ada\n", "'Ada' names one person."),
        ("foo,people\nx,y\n", "column kind: is missing."),
        ("kind,people,weight\ntogether,Ada;Ben,5\n", "does not go with together, which is always kept"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_read(rules: str, said: str, here: Path, capsys: Capture) -> None:
    """Each row at fault is named, with what is meant where that is plain."""
    del here
    Path("r.csv").write_text(rules)
    assert run(["teams", "c.csv", "--balance", "year", "--teams", "2", "--rules", "r.csv"]) == WRONG
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rules", "note"),
    [
        ("kind,people\n", "r.csv: holds no rules."),
        ("kind,people,wieght\napart,Ada;Ben,5\n", "column wieght: is not known and was left alone. Did"),
        ("kind,people,teams\napart,Ada;Ben,Team 1\n", "row 2, column teams: 'Team 1' is not looked at"),
        ('kind,people\napart,"Ada Lopes, Ben Ito"\n', ""),
        ("kind,people\napart,ito ben|lopes\n", ""),
        ('kind,people,teams\nallow,Ada,"Team 1, Team 2"\n', ""),
    ],
)  # fmt: skip
def test_rules_that_are_taken_and_said(rules: str, note: str, here: Path, capsys: Capture) -> None:
    """Names by comma, turned round, or by one word are understood; what is not heeded is a note."""
    del here
    Path("r.csv").write_text(rules)
    assert run(["teams", "c.csv", "--balance", "year", "--teams", "2", "--rules", "r.csv"]) == DONE
    err = capsys.readouterr().err
    assert note in err
    assert bool(note) == ("note: r.csv" in err)


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ("--rooms seats.csv", "note: seats.csv: has room to spare: 5 seats stay free."),
        ("--lock team", "note: c.csv, column team: says what the teams are called: Bleu, Blue, Red."),
        ("--published left.csv", "Ada Lopez may be Ada Lopes: mend the spelling if so"),
        ("--teams 2 --wishes friend", "'Ada Lopez' names nobody of the roster and was left out. Did you"),
        ("--teams 9", "Teams of one are made; ask for fewer."),
    ],
)  # fmt: skip
def test_what_is_taken_is_said(options: str, note: str, here: Path, capsys: Capture) -> None:
    """Odd input that can be planned is planned, with a note that says how it was read."""
    del here
    assert run(["teams", "c.csv", "--balance", "year", *options.split()]) == DONE
    assert note in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["teams", "swap", "p.json", "Ada", "ada lopes"], WRONG, "'Ada Lopes' is named twice."),
        (["teams", "swap", "p.json", "Ada", "Benn"], WRONG, "'Benn' is not in the plan. Did you mean Ben"),
        (["teams", "swap", "p.json", "", ""], WRONG, "'' is not in the plan."),
        (["teams", "swap", "c.csv", "Ada", "Ben"], WRONG, "is not JSON"),
        (["teams", "swap", "none.json", "Ada", "Ben"], WRONG, "is not there"),
        (["explain", "p.json", "Ada"], DONE, "Why: Ada Lopes"),
        (["explain", "p.json", "Ito, Ben"], DONE, "Why: Ben Ito"),
        (["explain", "p.json", "Ada", "Team 9"], WRONG, "is not a person, team or criterion here"),
        (["publish", "p.json", "--ledger", "l.json", "--count", "wish"], WRONG, "is not something that"),
        (["publish", "p.json", "--ledger", "l.json", "--count", "roles"], WRONG, "the plan has no roles."),
        (["publish", "p.json", "--ledger", "c.csv"], WRONG, "is not JSON"),
        (["publish", "p.json", "--ledger", "l.json", "--undo"], WRONG, "is not booked yet"),
        (["rounds", "c.csv", "--teams", "2", "--rounds", "0"], WRONG, "'0' is not a number of rounds."),
        (["rounds", "c.csv", "--teams", "2", "--rounds", "2", "--rounds", "3"], WRONG, "is given 2 times"),
        (["teams", "c.csv", "--teams", "2", "--balance", "year", "--ledger", "p.json"], WRONG, "not a"),
    ],
)  # fmt: skip
def test_commands_about_a_plan(words: list[str], code: int, said: str, here: Path, capsys: Capture) -> None:
    """Whatever comes, the answer is a sentence: whom was meant, or what is missing."""
    del here
    assert run(words) == code
    assert said in " ".join(capsys.readouterr())


def test_one_unknown_friend_is_one_note(here: Path, capsys: Capture) -> None:
    """A name that many wrote and nobody bears is told once, with its rows."""
    rows = "".join(f"P{at} Q{at},{at % 2},Zed\n" for at in range(9))
    (here / "many.csv").write_text(f"name,x,friend\n{rows}")
    assert run(["teams", "many.csv", "--teams", "3", "--balance", "x", "--wishes", "friend"]) == DONE
    err = capsys.readouterr().err
    assert err.count("'Zed'") == 1
    assert "in 9 cells (rows 2, 3, 4, 5, 6, 7 and 3 more)" in err


def test_friends_by_e_mail_and_turned_names(here: Path, capsys: Capture) -> None:
    """Where a name is asked for people write addresses, family names first, or one name of two."""
    (here / "f.csv").write_text(
        'name,x,Email Address,friend\nAda Lopes,a,ada@x.org,ben@x.org\nBen Ito,b,ben@x.org,"Lopes, Ada"\n'
        "Cem Kaya,a,c@x.org,Rao\nDia Rao,b,d@x.org,kaya cem\n"
    )
    assert run(["teams", "f.csv", "--teams", "2", "--balance", "x", "--wishes", "friend"]) == DONE
    said = capsys.readouterr()
    assert "4 of 4 people are with somebody they named" in said.out
    assert "names nobody" not in said.err


def test_a_plan_is_taken_back_once(here: Path, capsys: Capture) -> None:
    """Taking back what is taken back already is refused, and nothing is booked."""
    assert run(["publish", "p.json", "--ledger", "l.json"]) == DONE
    assert run(["publish", "p.json", "--ledger", "l.json", "--undo"]) == DONE
    book = (here / "l.json").read_bytes()
    capsys.readouterr()
    assert run(["publish", "p.json", "--ledger", "l.json", "--undo"]) == WRONG
    assert "'plan 1' is taken back already." in capsys.readouterr().err
    assert (here / "l.json").read_bytes() == book


def test_why_are_two_apart(here: Path, capsys: Capture) -> None:
    """Two names: each swap that would bring them together, or into a team, with what it changes."""
    del here
    assert run(["explain", "p.json", "Ada", "Team 1"]) == DONE
    assert "Ada Lopes for " in capsys.readouterr().out
    from evenhand.solver import load

    plan = load(Path("p.json"))
    apart = next(
        (one, other)
        for one, home in zip(plan.problem.people, plan.awards, strict=True)
        for other, team in zip(plan.problem.people, plan.awards, strict=True)
        if home != team
    )
    assert run(["explain", "p.json", *apart]) == DONE
    out = capsys.readouterr().out
    assert f"Why: {apart[0]} to {apart[1]}" in out
    assert "swap that brings them together would" in out


def test_rules_that_cannot_hold_together(here: Path, capsys: Capture) -> None:
    """A lock and its opposite: no plan, exit code 1, and both rules are named."""
    del here
    Path("r.csv").write_text("kind,people,teams\nlock,Ada,Team 1\nforbid,Ada,Team 1\n")
    assert run(["teams", "c.csv", "--balance", "year", "--teams", "2", "--rules", "r.csv"]) == NOTHING
    assert "Ada Lopes in Team 1; Ada Lopes not in Team 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "head",
    [
        "What is your name?", "Your name (first and last)", "Full Name:", "Student's full name",
        "Wie heißt du?",
        "Vor- und Nachname", "Nom et prénom", "Nombre y apellidos", "Please enter your name",
    ],
)  # fmt: skip
def test_a_forms_question_for_the_name(head: str, here: Path, capsys: Capture) -> None:
    """Form tools take the question for the head: the answers are the names, not the e-mail addresses."""
    (here / "q.csv").write_text(f"Timestamp,{head},Email,x\n1,Ada Lo,a@x.org,a\n2,Ben Ito,b@x.org,b\n")
    assert run(["teams", "q.csv", "--teams", "1", "--balance", "x"]) == DONE
    said = capsys.readouterr()
    assert "Ada Lo, Ben Ito" in said.out
    assert f"was read with {head} as name" in said.err


@pytest.mark.parametrize("head", ["Name of your friend", "Team name", "User name", "What is your pet name?"])
def test_other_peoples_names_are_not_taken(head: str, here: Path, capsys: Capture) -> None:
    """A question for somebody else's name does not name the person who answers."""
    (here / "q.csv").write_text(f"Timestamp,{head},Email,x\n1,Ada Lo,a@x.org,a\n2,Ben Ito,b@x.org,b\n")
    assert run(["teams", "q.csv", "--teams", "1", "--balance", "x"]) == DONE
    assert "a@x.org, b@x.org" in capsys.readouterr().out
