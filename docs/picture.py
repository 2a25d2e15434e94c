"""Draw docs/picture.svg, what was due and received in the three bundled jobs: `python docs/picture.py`."""

from __future__ import annotations

from pathlib import Path

import evenhand as eh
from evenhand import press_fleet

DATA = Path(eh.__file__).parent / "data"
WIDTH, HEIGHT, LEFT, UNIT = 860, 250, 24, 14
INK, SOFT, DUE, GOT = "#1f2933", "#7b8794", "#d3a13b", "#3c7dc4"


def text(x: float, y: float, words: str, *, size: int = 13, colour: str = INK, weight: str = "normal") -> str:
    """Return a line of text."""
    style = f'font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{words}</text>'


def units(x: float, y: float, received: int, due: float, unit: float) -> str:
    """Draw whole units received as blocks, and what was due as a line across them."""
    blocks = "".join(
        f'<rect x="{x + at * unit:.1f}" y="{y - 11}" width="{unit - 2:.1f}" height="14" rx="2" fill="{GOT}"/>'
        for at in range(received)
    )
    edge = x + due * unit - 1
    return blocks + f'<rect x="{edge:.1f}" y="{y - 15}" width="3" height="22" fill="{DUE}"/>'


def panel(x: float, title: str, lines: list[tuple[str, int, float]], note: str, unit: float) -> str:
    """Draw one job: a line a claimant, and the sentence to read first."""
    parts = [text(x, 40, title, size=17, weight="bold")]
    for at, (name, received, due) in enumerate(lines):
        y = 72 + at * 28
        parts += [text(x, y, name), units(x + 74, y, received, due, unit)]
    return "".join([*parts, text(x, 72 + len(lines) * 28 + 8, note, size=12, colour=SOFT)])


def main() -> None:
    """Solve the three bundled jobs and draw them."""
    week = eh.solve(press_fleet.from_folder(DATA / "fleet"))
    problem = eh.TeamsProblem.from_table(DATA / "roster" / "people.csv", teams=8, balance="office")
    teams = eh.solve(problem)
    rota = eh.solve(
        eh.RotaProblem.from_tables(
            DATA / "garden" / "people.csv",
            eh.weekly("2026-01-27", 10, seats=2),
            history=DATA / "garden" / "history.csv",
        )
    )
    one = panel(LEFT, "Who gets what?", _lines(week, 4), "a week of a press fleet: proven best", 22)
    two = panel(
        LEFT + 280, "Who goes with whom?", _lines(teams, 4), "people of an office, by team: proven", 22
    )
    three = panel(
        LEFT + 560, "Whose turn is it?", _lines(rota, 4), "a garden's turns, a newcomer among them", 14
    )
    legend = text(
        LEFT, 232, "blocks: whole units received; gold line: what was due, exactly", size=12, colour=SOFT
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif" aria-label="Due and received in three jobs">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="#fbfaf7"/>{one}{two}{three}{legend}</svg>\n'
    )
    Path(__file__).with_name("picture.svg").write_text(svg, encoding="utf-8")


def _lines(solution: eh.Solution, most: int) -> list[tuple[str, int, float]]:
    """Return (name, received, due) of the first lines of a statement that received most."""
    said = solution.statement
    assert said is not None  # noqa: S101 - a solved problem has a statement
    order = sorted(range(len(said.received)), key=lambda at: (int(said.thing[at]), -int(said.received[at])))
    return [
        (
            said.claimants[int(said.claimant[at])],
            int(said.received[at]),
            int(said.entitlement[at]) / said.ticks,
        )
        for at in order[:most]
    ]


if __name__ == "__main__":
    main()
