"""Tables whose heads tell nothing: names are taken with a note; of candidates the line to run is given."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.allocation import AllocationProblem
from evenhand.core.errors import InputError
from evenhand.rota import RotaProblem
from evenhand.tables import read
from evenhand.tables.by_content import candidate_columns, named_column
from evenhand.tables.overview import overview
from evenhand.teams import TeamsProblem

ROSTER = {"Spieler": ["Anna", "Ben", "Cem", "Dia"], "Position": ["Tor", "Tor", "Sturm", "Sturm"]}

WISHES = """telescope,astronomer,night,merit
Gran,Ng,2027-01-10,87.5
Gran,Silva,2027-01-10,91
Swift,Ng,2027-01-11,40
Swift,Silva,2027-01-11,n/a
Gran,Okafor,2027-01-11,70.25
Swift,Okafor,2027-01-12,66
"""


def test_a_column_of_names_is_taken_with_a_note() -> None:
    """The one column in which nobody comes twice holds the names of teams and rotas; a note says so."""
    teams = TeamsProblem.from_table(ROSTER, teams=2, balance="Position")
    assert teams.people == ("Anna", "Ben", "Cem", "Dia")
    assert "was read with Spieler as name" in str(teams.warnings[0])
    rota = RotaProblem.from_tables(ROSTER, [{"start": "2026-01-05", "count": 4}])
    assert rota.people == ("Anna", "Ben", "Cem", "Dia")
    assert any("was read with Spieler as name" in str(note) for note in rota.warnings)


@pytest.mark.parametrize(
    "columns",
    [
        {"Code": ["A1", "A2", "A3", "A4"], "Group": ["x", "x", "y", "y"]},
        {"Seen": ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]},
        {"Person met": ["Ann", "Ann", "Ben", "Cem"]},
        {"Remark": ["is late " * 12, "is early " * 12, "never comes " * 12, "is sick " * 12]},
        {"Office": ["Rome", "Oslo", "Bonn"]},
    ],
)
def test_what_may_not_be_names_is_not_taken(columns: dict[str, list[str]]) -> None:
    """Codes, days, names that come twice, remarks and three rows say nothing about whose table it is."""
    assert named_column(read(columns), list(columns)) == ""


def test_candidates_are_asked_back_and_the_line_runs(tmp_path: Path) -> None:
    """`check` gives a line to paste; with the one wrong cell mended, the line plans the table."""
    path = tmp_path / "applications.csv"
    path.write_text(WISHES)
    whole = overview(str(path), shown="applications.csv")
    line = whole.answer.splitlines()[-1].strip()
    assert line == (
        "evenhand allocate applications.csv --map telescope=item --map astronomer=recipient"
        " --map night=day --map merit=score"
    )
    assert not whole.command
    assert "Is it telescope? Then say so: --map telescope=item" in "\n".join(whole.errors)
    path.write_text(WISHES.replace("n/a", "12"))
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(line)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "handed out" in done.stdout


def test_a_problem_says_which_head_may_be_meant() -> None:
    """Each column that is missing comes with the head that may be it."""
    columns = {"what": ["saw", "saw"], "who": ["Ann", "Ben"], "how good?": ["9", "7"]}
    with pytest.raises(InputError) as error:
        AllocationProblem.from_tables(columns)
    assert "If how good? is it, say so: --map 'how good?=score'" in str(error.value)


@pytest.mark.parametrize(
    ("columns", "guess"),
    [
        ({"a": ["x", "y"], "b": ["p", "q"]}, {}),
        ({"a": ["x", "y"], "b": ["1", "2"]}, {}),
        (
            {"a": ["x", "y"], "b": ["p", "q"], "c": ["Mon 5 Jan", "Tue 6 Jan"], "n": ["12345", "3"]},
            {"item": "a", "recipient": "b", "day": "c", "score": "n"},
        ),
    ],
)
def test_only_a_whole_guess_is_made(columns: dict[str, list[str]], guess: dict[str, str]) -> None:
    """Without a number and two columns of texts nothing is guessed; numbers of five digits are no dates."""
    assert candidate_columns(read(columns), {}) == guess
