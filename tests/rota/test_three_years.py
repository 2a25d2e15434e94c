"""Three years of a garden, month by month: people come, leave, fall ill, swap, forget; all is booked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

import evenhand as eh
from evenhand import documents
from evenhand.core.errors import InputError
from evenhand.core.ledger import Head, Ledger
from evenhand.core.shares import TICKS
from evenhand.documents.ledgers import booking
from evenhand.rota import RotaProblem
from evenhand.rota.asking.amend import published_onto, told
from evenhand.rota.asking.ledger import (
    amended_in,
    as_served,
    not_served,
    published,
    served_turns,
    swapped,
    with_ledger,
)

FIRST = date(2024, 1, 1)
MONTHS, WEEKS = 36, 4

Step = Callable[[Ledger], Ledger]


@dataclass
class Story:
    """The garden's people and absences as they are known, its ledger's file, and all that was booked."""

    path: Path
    draw: np.random.Generator
    people: dict[str, list[list[str]]] = field(default_factory=dict)
    away: list[dict[str, str]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ledger: Ledger = field(default_factory=lambda: Ledger(unit="turns"))

    def book(self, step: Step) -> Ledger:
        """Book into the file, and remember the step for the replay."""
        _, after = booking(self.path, step, fresh=Ledger(unit="turns"))
        self.steps.append(step)
        self.ledger = after
        return after

    def rota(self, month: int) -> RotaProblem:
        """Return a month's rota by the tables as they are known now: two seats a week."""
        rows = [
            {"name": name, "joined": begin, "left": end, "weight": "2" if name == "Ben" else "1"}
            for name, spans in self.people.items()
            for begin, end in spans
        ]
        start = FIRST + timedelta(weeks=WEEKS * month)
        duties = eh.weekly(start, WEEKS, seats=2, name="garden")
        return RotaProblem.from_tables(rows, duties, absences=self.away, policy="ledger")

    def read(self) -> Ledger:
        """Read the ledger from its file."""
        found: Any = documents.read(self.path)
        assert isinstance(found, Ledger)
        self.ledger = found
        return found

    def come_and_go(self, day: str) -> None:
        """Somebody may join, leave or come back from a day on."""
        inside = [name for name, spans in self.people.items() if not spans[-1][1]]
        chance = self.draw.random()
        if chance < 0.15:
            self.people[f"New{len(self.people):02}"] = [[day, ""]]
        elif chance < 0.3 and len(inside) > 5:
            yesterday = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
            self.people[str(self.draw.choice(inside))][-1][1] = yesterday
        elif chance < 0.45:
            gone = [name for name, spans in self.people.items() if spans[-1][1] and spans[-1][1] < day]
            if gone:
                self.people[str(self.draw.choice(gone))].append([day, ""])


def live(story: Story, month: int, publish: Callable[[Story, RotaProblem, Any, str], None]) -> None:
    """Plan and publish a month, then let it happen: a swap, a missed turn, a late absence."""
    draw, label = story.draw, f"month {month:02}"
    day = (FIRST + timedelta(weeks=WEEKS * month)).isoformat()
    story.come_and_go(day)
    problem = story.rota(month)
    plan = eh.solve(with_ledger(problem, story.ledger) if month else problem)
    publish(story, plan.problem, plan.awards, label)
    turns = [turn for turn in served_turns(story.ledger).values() if turn.label == label]
    if draw.random() < 0.5:
        turn = turns[int(draw.integers(len(turns)))]
        crew = {one.person for one in turns if one.when == turn.when}
        idle = [name for name in story.ledger.members if name not in crew]
        to = str(draw.choice(idle))
        story.book(lambda book: swapped(book, turn.turn, to))
    if draw.random() < 0.2:
        missed = turns[-1].turn
        note = "missed" if draw.random() < 0.5 else "Zoe from outside"
        story.book(lambda book: not_served(book, missed, note))
    if draw.random() < 0.4:
        ill = str(draw.choice(story.ledger.members))
        first = date.fromisoformat(day) + timedelta(days=10)
        span = {"name": ill, "from": first.isoformat(), "to": (first + timedelta(days=12)).isoformat()}
        story.away.append(span)
        real = as_served(story.ledger, plan.problem, plan.awards, label)
        again = published_onto(
            with_ledger(story.rota(month), story.ledger, without=label), plan.problem, real, day
        )
        other = eh.solve(again)
        changes = told(other.problem, other.awards, plan.problem, real)
        assert len(changes) == int((other.awards != real).sum())
        assert all(ill in (change.old, change.reason.split(" ")[0]) or not change.old for change in changes)
        story.book(lambda book: amended_in(book, other.problem, other.awards, label))


def straight(story: Story, problem: RotaProblem, awards: Any, label: str) -> None:
    """Publish in this process."""
    story.book(lambda book: published(book, problem, awards, label))


def killed(story: Story, problem: RotaProblem, awards: Any, label: str) -> None:
    """Publish by the command, killed at some moment; then again, until it is booked exactly once."""
    plan = story.path.with_name("plan.json")
    facts = published_onto(problem, problem, awards, "9999-12-31")
    eh.solve(facts, method="online").save(plan)
    words = ["publish", str(plan), "--ledger", str(story.path), "--label", label]
    child = subprocess.Popen(
        [sys.executable, "-m", "evenhand", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(float(story.draw.random()))
    os.kill(child.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    child.wait()

    def step(book: Ledger) -> Ledger:
        return published(book, problem, awards, label)

    try:
        story.book(step)
    except InputError:
        assert label in story.read().periods  # the killed one had booked it already, whole
        story.steps.append(step)


def test_three_years_are_replayed_to_the_tick(tmp_path: Path) -> None:
    """Whatever happens, the file is whole each month, the lags sum to 0, and a replay gives its bytes."""
    story = Story(tmp_path / "garden.json", np.random.default_rng(1))
    story.people = {name: [["2023-01-01", ""]] for name in ("Ada", "Ben", "Cem", "Dea", "Eve", "Fay")}
    for month in range(MONTHS):
        live(story, month, killed if month % 12 == 5 else straight)
        ledger = story.read()
        assert not ledger.broken()
        assert sum(ledger.balances.values()) == 0
    replay = Ledger(unit="turns")
    for step in story.steps:
        replay = step(replay)
    assert documents.dumps(replay) == story.path.read_bytes()
    assert replay.head == Head().after(replay.entries)
    assert ledger.periods == tuple(f"month {month:02}" for month in range(MONTHS))
    lags = [ledger.balances[name] / TICKS for name in ledger.members]
    assert max(lags) - min(lags) < 3.5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["garden.json", "plan.json"]


def test_the_past_is_never_rewritten(tmp_path: Path) -> None:
    """After every month the entries of all months before stand as they stood."""
    story = Story(tmp_path / "garden.json", np.random.default_rng(7))
    story.people = {name: [["2023-01-01", ""]] for name in ("Ada", "Ben", "Cem", "Dea", "Eve", "Fay")}
    before: tuple[Any, ...] = ()
    for month in range(8):
        live(story, month, straight)
        assert story.read().entries[: len(before)] == before
        before = story.ledger.entries
