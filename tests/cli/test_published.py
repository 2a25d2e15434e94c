"""`evenhand rota` sends calendars out, updates them, and keeps what was published."""

from __future__ import annotations

import json
from pathlib import Path

import icalendar
import pytest

from cli.running import DATA
from evenhand.cli.app import DONE, WRONG, run

GARDEN = str(DATA / "garden")
QUIET = ["--policy", "ledger", "--rows", "0"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a published plan and its calendars."""
    monkeypatch.chdir(tmp_path)
    assert (
        run(["rota", GARDEN, *QUIET, "--out", "plan.json", "--out", "plan.ics", "--calendars", "out"]) == DONE
    )
    return tmp_path


def names(path: str) -> list[str]:
    """Return who serves, seat by seat, of a saved plan."""
    return [line.split(",")[4] for line in Path(path).read_text(encoding="utf-8").splitlines()[1:]]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused, and return what it says."""
    capsys.readouterr()
    assert run(["rota", GARDEN, *QUIET, *arguments]) == WRONG
    return capsys.readouterr().err


def test_a_folder_of_calendars(folder: Path) -> None:
    """One for all and one a person; the one for all is what --out writes."""
    written = sorted(path.name for path in (folder / "out").iterdir())
    assert written == ["Hugs.ics", "Jay.ics", "Kompono.ics", "Neu.ics", "all.ics"]
    assert (folder / "out" / "all.ics").read_bytes() == (folder / "plan.ics").read_bytes()


def test_nothing_changes_where_nothing_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Planned again upon its own plan and calendars, neither changes."""
    again = ["--published", "plan.json", "--previous", "out", "--calendars", "again", "--out", "plan.csv"]
    assert run(["rota", GARDEN, *QUIET, *again]) == DONE
    assert "0 of 20 published turns changed" in capsys.readouterr().err
    for path in (folder / "out").iterdir():
        assert (folder / "again" / path.name).read_bytes() == path.read_bytes()


def test_an_absence_changes_one_turn_and_its_calendars(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only Jay's turn of 10 March goes to somebody else; it is cancelled in Jay's calendar."""
    (folder / "away.csv").write_text("name,from,to\nJay,2026-03-10,2026-03-20\n", encoding="utf-8")
    more = ["--absences", "away.csv", "--published", "plan.json", "--previous", "plan.ics"]
    assert run(["rota", GARDEN, *QUIET, *more, "--calendars", "out", "--out", "new.json"]) == DONE
    assert "1 of 20 published turns changed" in capsys.readouterr().err
    book = icalendar.Calendar.from_ical((folder / "out" / "Jay.ics").read_bytes())
    gone = [event for event in book.walk("VEVENT") if str(event["STATUS"]) == "CANCELLED"]
    assert [(event.start.isoformat(), int(event["SEQUENCE"])) for event in gone] == [("2026-03-10", 1)]


def test_swaps_are_booked(folder: Path) -> None:
    """Who served for somebody else has the turn, and the frozen days stay as they were."""
    (folder / "swaps.csv").write_text("date,planned,served\n2026-01-27,Jay,Kompono\n", encoding="utf-8")
    more = ["--published", "plan.json", "--frozen", "2026-02-03", "--swaps", "swaps.csv"]
    assert run(["rota", GARDEN, *QUIET, *more, "--out", "new.csv"]) == DONE
    assert run(["rota", GARDEN, *QUIET, "--out", "old.csv"]) == DONE
    old, new = names("old.csv"), names("new.csv")
    assert sorted(old[:2]) == ["Hugs", "Jay"]
    assert sorted(new[:2]) == ["Hugs", "Kompono"]
    assert new[2:4] == old[2:4]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--previous", "plan.ics"], "no calendar is written"),
        (["--calendars", "plan.json"], "'plan.json' is a file"),
        (["--calendars", "no/where"], "stands in a folder that is not there"),
        (["--calendars", "new", "--previous", "gone.ics"], "is not there"),
        (["--calendars", "new", "--previous", "plan.json"], "is not an iCalendar file"),
        (["--frozen", "2026-02-03"], "needs a published plan"),
        (["--swaps", "swaps.csv"], "needs a published plan"),
        (["--stickiness", "2", "--frozen", "2026-02-03"], "--stickiness: '2.0' needs a published plan"),
        (["--stickiness", "2", "--frozen", "2026-02-03"], "--frozen: '2026-02-03' needs a published plan"),
        (["--published", "plan.json", "--frozen", "soon"], "'soon' is not a date"),
        (["--published", "plan.ics"], "plan.ics"),
        (["--published", "teams.json"], "is a plan of teams, not of rota"),
        (["--published", "plan.json", "--swaps", "bad.csv"], "bad.csv"),
    ],
)
def test_what_cannot_be_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Each slip gets a sentence that names what came; no file is written."""
    people = str(DATA / "roster" / "people.csv")
    assert run(["teams", people, "--teams", "4", "--method", "deal", "--out", "teams.json"]) == DONE
    (folder / "bad.csv").write_text("date,planned\n2026-01-27,Neu\n", encoding="utf-8")
    assert said in refused(capsys, *arguments)
    assert not (folder / "new").exists()


def test_the_document_alone_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json nothing but the document goes to stdout, also when calendars are written."""
    capsys.readouterr()
    assert run(["rota", GARDEN, "--json", "--calendars", "out"]) == DONE
    assert json.loads(capsys.readouterr().out)["kind"]
