"""The audit of a bundled, made-up calendar of three years by its figures; schedules as people keep them."""

from __future__ import annotations

import itertools
import json
from datetime import date
from pathlib import Path

import icalendar
import numpy as np
import pytest
from benchmarks.made_up_calendar import calendar_ics, people_csv

from cli.running import DATA
from evenhand.cli.app import DONE, WRONG, run
from evenhand.core.errors import InputError
from evenhand.rota.asking.audit import audit
from evenhand.rota.reading.schedule import rota_of_schedule

FOLDER = DATA / "oncall"
TODAY = date(2026, 1, 5).toordinal()

SERVED = [63, 62, 58, 29, 39, 61]
OWED = [-1.6, -0.6, 3.4, 0.0, -1.8, 0.4]
CHANGES = 5

PEOPLE = [{"name": name} for name in ("Ada Berg", "Ben Cho", "Cem Dal")]


def test_the_bundled_calendar_is_the_made_up_one() -> None:
    """What is bundled is what the benchmark's maker writes."""
    assert (FOLDER / "schedule.ics").read_bytes() == calendar_ics()
    assert (FOLDER / "people.csv").read_text(encoding="utf-8") == people_csv()


def test_the_figures_of_three_years() -> None:
    """Standings, the leaver's share, and the fewest changes of the coming quarter, to the printed digit."""
    read = rota_of_schedule(FOLDER / "schedule.ics", FOLDER / "people.csv")
    found = audit(read.problem, read.awards, TODAY)
    names = found.problem.people
    assert names == ("Ada Berg", "Ben Cho", "Chloe Diaz", "Dan Eide", "Eve Falk", "Finn Gray")
    assert read.unknown == {"Zoe Hill": 2}
    assert found.so_far.served.tolist() == SERVED
    assert [round(float(lag), 1) for lag in found.so_far.lag] == OWED
    assert sum(found.so_far.lag) == pytest.approx(0, abs=1e-6)
    assert list(found.so_far.views) == ["On call", "Saturday desk"]
    assert len(found.changes) == CHANGES
    assert found.fewest
    for lag in (found.after.lag, *found.after.views.values()):
        assert np.abs(lag[found.members]).max() <= 1
    assert max(float(np.abs(lag[found.members]).max()) for lag in found.by_end.views.values()) > 1
    changed = np.flatnonzero(found.awards != found.changed)
    assert (found.problem.slot_start[found.problem.seat_slot[changed]] >= TODAY).all()


def test_no_fewer_changes_do() -> None:
    """On small schedules, trying every change finds no smaller number that brings all within one turn."""
    draw = np.random.default_rng(5)
    names = [row["name"] for row in PEOPLE]
    for _ in range(6):
        rows = [
            {
                "date": date.fromordinal(TODAY + 7 * week).isoformat(),
                "name": names[int(draw.choice(3, p=[0.6, 0.3, 0.1]))],
            }
            for week in range(-6, 6)
        ]
        read = rota_of_schedule(rows, PEOPLE)
        found = audit(read.problem, read.awards, TODAY)
        due = found.by_end.due
        best = min(
            (
                sum(one != other for one, other in zip(plan, read.awards[6:].tolist(), strict=True))
                for plan in itertools.product(range(3), repeat=6)
                if np.abs(due - np.bincount([*read.awards[:6], *plan], minlength=3)).max() <= 1
            ),
            default=None,
        )
        if best is not None:
            assert len(found.changes) == best
            assert found.fewest
        else:
            assert np.abs(found.after.lag).max() <= np.abs(found.by_end.lag).max()


def test_a_duty_is_one_however_its_case(tmp_path: Path) -> None:
    """Turns of "On call", "on call" and "ON CALL" are of one duty, spelled as most turns spell it."""
    rows = [("On call", 5), ("on call", 12), ("On call", 19), ("ON CALL", 26)]
    table = tmp_path / "turns.csv"
    lines = [f"2026-01-{day:02},{name},{duty}" for name, (duty, day) in zip("ABAB", rows, strict=True)]
    table.write_text("\n".join(["date,name,duty", *lines, ""]))
    schedule = rota_of_schedule(table, [{"name": "A"}, {"name": "B"}])
    assert schedule.problem.duties == ("On call",)
    assert schedule.awards.tolist() == [0, 1, 0, 1]


def test_names_are_found_wherever_calendars_put_them(tmp_path: Path) -> None:
    """Attendees, titles either way round, first names, mail addresses; times of day; a stranger is told."""
    events = [
        ("20260105", "SUMMARY:On call: Ada Berg", ""),
        ("20260106", "SUMMARY:Ben - on call", ""),
        ("20260107", "SUMMARY:On call (Cem)", ""),
        ("20260108", "SUMMARY:On call", "ATTENDEE;CN=Ada Berg:mailto:ada.berg@x.example"),
        ("20260109", "SUMMARY:On call", "ATTENDEE:mailto:ben.cho@x.example"),
        ("20260110", "SUMMARY:On call: Zoe", ""),
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for day, title, guest in events:
        lines += ["BEGIN:VEVENT", f"UID:{day}", f"DTSTART;VALUE=DATE:{day}", title, guest, "END:VEVENT"]
    lines += [
        "BEGIN:VEVENT", "UID:n", "DTSTART;TZID=Europe/Oslo:20260111T220000",
        "DTEND;TZID=Europe/Oslo:20260112T060000",
        "SUMMARY:Night: Cem & Ada", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    path = tmp_path / "team.ics"
    path.write_text("\r\n".join(line for line in lines if line) + "\r\n", encoding="utf-8")
    read = rota_of_schedule(path, PEOPLE)
    served = [read.problem.people[who] for who in read.awards]
    assert served[:4] == ["Ada Berg", "Ben Cho", "Cem Dal", "Ada Berg"]
    assert sorted(served[-2:]) == ["Ada Berg", "Cem Dal"]
    assert {name.casefold() for name in read.problem.duties} == {"on call", "night"}
    assert read.unknown == {"Zoe": 1}
    assert read.problem.slot_clock.tolist()[-1] == 22 * 60
    assert read.problem.slot_minutes.tolist()[-1] == 480


def test_the_command_says_it_and_writes_calendars(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Screen, CSV, JSON and a calendar for each whom a change concerns, of just the changes."""
    monkeypatch.chdir(tmp_path)
    words = [
        "audit",
        str(FOLDER / "schedule.ics"),
        "--people",
        str(FOLDER / "people.csv"),
        "--today",
        "2026-01-05",
    ]
    assert run([*words, "--calendars", "cal", "--out", "changes.csv"]) == DONE
    said = capsys.readouterr()
    assert "Dan Eide left" in said.out
    assert "proven fewest" in said.out
    assert "'Zoe Hill' is not in people; 2 turns left out" in said.err
    assert run([*words, "--json"]) == DONE
    data = json.loads(capsys.readouterr().out)
    changes = data["changes"]
    assert len(Path("changes.csv").read_text(encoding="utf-8").splitlines()) == len(changes) + 1
    events = [
        event
        for path in Path("cal").iterdir()
        for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    ]
    assert len(events) == 2 * len(changes)
    assert sum(str(event["STATUS"]) == "CANCELLED" for event in events) == len(changes)


def test_what_cannot_be_audited_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody known, no date, a wrong ending, no weeks: exit 2 and a sentence; near misses are named."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("name\nAda\nBen\n")
    Path("turns.csv").write_text("date,name\n2026-01-05,Adda\n2026-01-12,Ben\n2026-01-19,Ben\n")
    words = ["audit", "turns.csv", "--people", "people.csv", "--today", "2026-01-15"]
    assert run(words) == DONE
    assert "Did you mean Ada?" in capsys.readouterr().err
    Path("others.csv").write_text("date,name\n2026-01-05,Xaver\n")
    for more, part in (
        (["others.csv", "--people", "people.csv"], "names nobody of the table of people"),
        ([*words[1:-1], "soon"], "'soon' is not a date"),
        ([*words[1:], "--out", "x.pdf"], "has an ending nobody knows"),
        ([*words[1:], "--weeks", "0"], "is not a number of weeks"),
    ):
        assert run(["audit", *more]) == WRONG
        assert part in capsys.readouterr().err
    with pytest.raises(InputError, match="is not there"):
        rota_of_schedule("none.ics", PEOPLE)


def test_changes_heed_rest_and_skills() -> None:
    """Nobody is offered a turn in their rest, or a seat whose skill they lack."""
    people = [
        {"name": "Ada", "skills": "medic"}, {"name": "Ben", "skills": "medic"},
        {"name": "Cem", "skills": ""}, {"name": "Dea", "skills": ""},
    ]  # fmt: skip
    rows = [
        {"date": date.fromordinal(TODAY + day).isoformat(), "name": "Ada; Cem", "duty": "post"}
        for day in range(-10, 20)
    ]
    free = rota_of_schedule(rows, people)
    asked = rota_of_schedule(rows, people, skills={"post": ["medic"]}, rest=1)
    loose, heeds = (audit(read.problem, read.awards, TODAY) for read in (free, asked))
    assert max(np.abs(loose.after.lag)) <= 1
    medics = {asked.problem.people.index(name) for name in ("Ada", "Ben")}
    for slot in range(30):
        assert medics & set(heeds.changed[2 * slot : 2 * slot + 2].tolist())
    # The schedule broke the rest itself every day; a change never does.
    before, after = (np.reshape(plan, (30, 2)).tolist() for plan in (heeds.awards, heeds.changed))
    for slot in range(1, 30):
        for who in set(after[slot]) & set(after[slot - 1]):
            assert who in before[slot]
            assert who in before[slot - 1]
    assert heeds.changes
    with pytest.raises(InputError, match="Did you mean post"):
        rota_of_schedule(rows, people, skills={"pots": ["medic"]})
    with pytest.raises(InputError, match="is nobody's skill"):
        rota_of_schedule(rows, people, skills={"post": ["pilot"]})
