"""A made-up team's calendar of three years: who was on call each week, who minded the Saturday desk.

The team goes round in order, as teams do, and the order slips: some take Saturdays gladly, one joins late and
is spared, one leaves, a stand-in from outside helps twice. Nobody in it is a real person.

    python -m benchmarks.made_up_calendar FOLDER
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

PEOPLE = (
    ("Ada Berg", date(2022, 5, 1), None),
    ("Ben Cho", date(2022, 5, 1), None),
    ("Chloe Diaz", date(2022, 9, 1), None),
    ("Dan Eide", date(2022, 5, 1), date(2024, 6, 30)),
    ("Eve Falk", date(2024, 3, 4), None),
    ("Finn Gray", date(2022, 5, 1), None),
)
FIRST, WEEKS, COMING = date(2023, 1, 2), 157, 13
"""Three years of Mondays from 2 January 2023, and a quarter to come from 5 January 2026."""

LIKES = {"Ada Berg": 1.2, "Finn Gray": 0.85}
"""How readily some say yes when a Saturday is open; the others 1."""


def people_csv() -> str:
    """Return the table of people."""
    rows = [
        f"{name},{joined.isoformat()},{'' if left is None else left.isoformat()}"
        for name, joined, left in PEOPLE
    ]
    return "\n".join(["name,joined,left", *rows]) + "\n"


def turns() -> Iterator[tuple[date, int, str, str]]:
    """Yield first day, days, duty and who serves, in order of time."""
    draw = np.random.default_rng(10)
    order = 0
    saturdays: dict[str, int] = {}
    for week in range(WEEKS + COMING):
        monday = FIRST + timedelta(weeks=week)
        saturday = monday + timedelta(days=5)
        team = [
            name for name, joined, left in PEOPLE if joined <= monday and (left is None or saturday <= left)
        ]
        order += 1 + int(draw.random() < 0.1)  # now and then somebody is passed over
        on_call = team[order % len(team)]
        yield monday, 7, "On call", "Zoe Hill" if week in {40, 95} else on_call
        others = [name for name in team if name != on_call]
        least = min((saturdays[name] for name in others if name in saturdays), default=0)
        had = [saturdays.setdefault(name, least) - least for name in others]
        # the team half remembers who had many: each more makes another a fifth less likely
        claim = np.array([LIKES.get(name, 1.0) * 0.8**more for name, more in zip(others, had, strict=True)])
        taker = others[int(draw.choice(len(others), p=claim / claim.sum()))]
        saturdays[taker] += 1
        yield saturday, 1, "Saturday desk", taker


def calendar_ics() -> bytes:
    """Return the calendar, one event a turn, with the name in the title as people write it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//made up//team calendar//EN", "X-WR-CALNAME:Team"]
    for at, (day, days, duty, name) in enumerate(turns()):
        title = f"{duty}: {name}" if duty == "On call" else f"{name.split(' ')[0]} - {duty}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{at}@team.example",
            "DTSTAMP:20230101T000000Z",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=days):%Y%m%d}",
            f"SUMMARY:{title}",
            "END:VEVENT",
        ]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def write(folder: Path) -> None:
    """Write people.csv and schedule.ics."""
    (folder / "people.csv").write_text(people_csv(), encoding="utf-8")
    (folder / "schedule.ics").write_bytes(calendar_ics())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where people.csv and schedule.ics are written")
    write(parser.parse_args().folder)
