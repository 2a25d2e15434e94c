"""The teams' handout and workbook: every team, every member, the mix, and nothing unescaped."""

from __future__ import annotations

from evenhand.core.solution import Solution
from evenhand.report.formats import render
from evenhand.report.teams_xlsx import workbook
from evenhand.solver import solve
from evenhand.teams import TeamsProblem


def made(teams: int = 3, names: tuple[str, ...] = ()) -> Solution:
    """Solve a roster with a name that would break a careless page."""
    rows = [
        {"name": f"P{at:02d} <b>&", "gender": "wm"[at % 2], "office": "abc"[at % 3], "skill": str(at)}
        for at in range(14)
    ]
    return solve(
        TeamsProblem.from_table(rows, teams=teams, balance="gender,office", numbers="skill", names=names)
    )


def test_the_handout_has_a_card_a_team_with_all_members() -> None:
    """Cards, names escaped, bars with words, the scores and the certificate stand on the page."""
    page = render(made(names=("Otters & Co",)), ".html").decode()
    assert page.count('class="card"') == 3
    assert "Otters &amp; Co" in page
    assert page.count("P03 &lt;b&gt;&amp;") == 1
    assert "<b>" not in page
    assert "fair share" in page
    assert 'aria-label="' in page
    assert "<script" not in page
    assert "1 is as even as the counts allow" in page


def test_a_roster_without_people_or_criteria_has_a_page() -> None:
    """Nobody, and nothing to balance, are pages too; warnings are told."""
    assert b"0 teams" in render(solve(TeamsProblem.from_values(0, {}, teams=2)), ".html")
    capped = solve(TeamsProblem.from_values(2, {"c": ["a", "b"]}, teams=5))
    assert b"Worth knowing" in render(capped, ".html")


def test_the_workbook_has_a_sheet_a_team_under_a_name_it_takes() -> None:
    """Names too long, forbidden or taken are made fit; each sheet lists its members."""
    long = "A very long name of a team with: colons / and more"
    sheets = workbook(made(names=("plan", long, long + "!")))
    assert list(sheets)[:2] == ["plan", "quality"]
    own = list(sheets)[-3:]
    assert own[0] == "plan 2"
    assert all(len(name) <= 31 and ":" not in name for name in own)
    assert len(set(own)) == 3
    assert sum(len(sheets[name]["person"]) for name in own) == 14
    assert render(made(), ".xlsx")[:2] == b"PK"
