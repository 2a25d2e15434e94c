"""Answers of form tools: what check says of them, the form of the template, hand-outs, and the trade-off."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from cli.running import DATA
from evenhand.cli.app import DONE, NOTHING, WRONG, run
from evenhand.cli.template import QUESTIONS

ANSWERS = str(DATA / "class" / "answers.csv")

Capture = pytest.CaptureFixture[str]


def test_check_says_what_each_answer_is_for(capsys: Capture) -> None:
    """Times, addresses and numbers are left out with the reason; wishes and choices get their commands."""
    assert run(["check", ANSWERS]) == DONE
    said = capsys.readouterr().out
    lines = {line[:13].strip(): line for line in said.splitlines()}
    for head, use in (
        ("Timestamp", "left out: times"),
        ("Email Address", "left out: e-mail, --keep"),
        ("Languages", "to balance, each answer"),
        ("House", "to balance"),
        ("Maths", "left out: a number, --numbers"),
        ("Friend 2", "wishes"),
        ("Project 3", "choices"),
    ):
        assert use in lines[head]
    assert '--balance "House,Gender,Languages,Instrument" --wishes "Friend 1,Friend 2,Friend 3"' in said
    assert '--teams 4 --names "Radio play,Robot,School garden,Street map" --choices' in said


@pytest.mark.parametrize(
    ("heads", "answers"),
    [
        # Google Forms: a time stamp first, several answers parted by ", "; Microsoft Forms: ID, start and
        # completion, parted by ";" with one at the end; LimeSurvey: submitdate and a code column.
        (
            "Timestamp,Email Address,Name,Team role,Skills",
            '2026/09/01 8:{at}:02 AM GMT+2,p{at}@x.example,P {at},{role},"{one}, {two}"',
        ),
        (
            "ID,Start time,Completion time,Email,Name,Team role,Skills",
            "{at},9/1/26 8:{at}:11,9/1/26 8:{at}:40,p{at}@x.example,P {at},{role},{one};{two};",
        ),
        (
            "Response ID,Date submitted,First name,Last name,Team role,Skills",
            "{at},2026-09-01 08:{at}:11,P,No{at},{role},{one}|{two}",
        ),
    ],
)
def test_answers_of_the_common_form_tools(heads: str, answers: str, tmp_path: Path, capsys: Capture) -> None:
    """What the tool adds is left out, one question is balanced, and several answers in a cell one by one."""
    rows = [
        answers.format(at=f"{at:02}", role=("lead", "maker")[at % 2], one="abc"[at % 3], two="def"[at % 3])
        for at in range(10, 34)
    ]
    (tmp_path / "form.csv").write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    assert run(["teams", str(tmp_path / "form.csv"), "--teams", "4"]) == DONE
    said = capsys.readouterr()
    assert "balanced by Team role,Skills" in said.err
    assert "every team within quota" in said.out


def test_the_template_has_a_form_that_is_understood(tmp_path: Path, capsys: Capture) -> None:
    """The questions of the template as heads of a table: every option they name plans."""
    assert run(["template", "teams"]) == DONE
    assert "A form to ask people" in capsys.readouterr().out
    options = dict(
        re.findall(r"-> --(\w+) \"?([A-Z][\w ,]*?)\"?(?:, each.*)?$", QUESTIONS["teams"], re.MULTILINE)
    )
    assert set(options) >= {"wishes", "choices", "roles", "numbers"}
    heads = ["First name", "Last name", "Department", "Languages", "Captain", "Years of experience"]
    heads += [f"{what} {at}" for what in ("Friend", "Project") for at in (1, 2, 3)]
    rows = [
        [f"Ann{at}", "Lee", "ABC"[at % 3], "English;German", ("yes", "no")[at % 2], str(at),
         f"Ann{(at + 1) % 12} Lee", f"Ann{(at + 2) % 12} Lee", "", "Sea", "Wood", "Hill"]
        for at in range(12)
    ]  # fmt: skip
    with (tmp_path / "form.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([heads, *rows])
    # What to balance is said below, and an option is given once.
    options.pop("balance", None)
    words = [word for option, value in options.items() for word in (f"--{option}", value)]
    more = ["--names", "Sea,Wood,Hill", "--balance", "Department,Languages", "--effort", "quick"]
    assert run(["teams", str(tmp_path / "form.csv"), "--teams", "3", *words, *more]) == DONE
    assert "Captain" in capsys.readouterr().out


def test_groups_for_a_learning_system(tmp_path: Path, capsys: Capture) -> None:
    """Name, e-mail and group of each person, without any other value; without --keep the e-mail is empty."""
    for more, some in ((["--keep", "Email Address"], "ada@school.example"), ([], "")):
        path = tmp_path / "class.groups.csv"
        words = ["--teams", "6", "--balance", "Gender", *more, "-o", str(path)]
        assert run(["teams", ANSWERS, *words]) == DONE
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert list(rows[0]) == ["name", "email", "group"]
        assert len(rows) == 24
        assert {row["email"] for row in rows if row["name"] == "Ada Lopes"} == {some}
    capsys.readouterr()


def test_moves_against_evenness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Each line has more moves and more evenness than the one before; it needs a published plan."""
    monkeypatch.chdir(tmp_path)
    assert run(["teams", ANSWERS, "--teams", "6", "--balance", "House,Gender", "-o", "t.json"]) == DONE
    lines = Path(ANSWERS).read_text(encoding="utf-8").splitlines(keepends=True)
    Path("later.csv").write_text("".join(lines[:1] + lines[3:]), encoding="utf-8")
    capsys.readouterr()
    words = ["teams", "later.csv", "--balance", "House,Gender", "--trade-off"]
    assert run([*words, "--published", "t.json"]) == DONE
    said = capsys.readouterr().out
    found = re.findall(r"^(?:only whom it must|--move-price \d+) +(\d+) +([\d.]+)%", said, re.MULTILINE)
    moves, even = [int(one) for one, _ in found], [float(other) for _, other in found]
    assert moves[0] == 0
    assert moves == sorted(set(moves))
    assert even == sorted(set(even))
    assert run(words) == WRONG
    assert "--trade-off: means nothing without --published" in capsys.readouterr().err


def test_a_swap_is_told_without_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """What becomes less even is told in percent, and who loses a wish by name."""
    monkeypatch.chdir(tmp_path)
    words = ["--teams", "6", "--balance", "House,Gender", "--wishes", "Friend 1", "--effort", "quick"]
    assert run(["teams", ANSWERS, *words, "-o", "t.json"]) == DONE
    capsys.readouterr()
    seen = ""
    for other in ("Ben Ito", "Cleo Brandt", "Dev Mehta", "Jun Park", "Kofi Mensah"):
        assert run(["teams", "swap", "t.json", "Ada Lopes", other]) in {DONE, NOTHING, WRONG}
        seen += capsys.readouterr().out
    assert "The plan becomes worse:" in seen
    assert re.search(r"- (House|Gender) becomes (less|more) even: [\d.]+% to [\d.]+%", seen)
    assert re.search(r"- .*(loses a wish|lose a wish each)", seen)
    assert "points" not in seen


def test_a_period_is_taken_back_for_every_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Undone, nobody is owed anything in a ledger of teams or of a rota; a wrong unit is refused."""
    monkeypatch.chdir(tmp_path)
    assert (
        run(["teams", ANSWERS, "--teams", "6", "--balance", "Gender", "--roles", "Captain", "-o", "t.json"])
        == DONE
    )
    assert run(["rota", str(DATA / "garden"), "--policy", "ledger", "-o", "r.json"]) == DONE
    for plan, more in (("t.json", ["--count", "roles"]), ("r.json", [])):
        book = plan.replace(".json", ".book.json")
        assert run(["publish", plan, "--ledger", book, *more]) == DONE
        capsys.readouterr()
        assert run(["publish", plan, "--ledger", book, "--undo"]) == DONE
        said = capsys.readouterr().out
        assert "Taken back" in said
        assert "Most owed: nobody." in said
    for plan, count in (("r.json", "roles"), ("t.json", "hats"), ("t.json", "wishes")):
        assert run(["publish", plan, "--ledger", "new.json", "--count", count]) == WRONG
    said = capsys.readouterr().err
    assert "'roles' is for plans of teams" in said
    assert "'hats' is not something that a ledger of teams counts" in said
    assert "'wishes' cannot be counted: the plan has no wishes or choices" in said
