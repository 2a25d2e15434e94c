"""The teams' handout and workbook: every team, every member, the mix, and nothing unescaped."""

from __future__ import annotations

import math

from evenhand.core.solution import Solution
from evenhand.report import sections
from evenhand.report.formats import render
from evenhand.report.teams_page import cards_of
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


def test_the_page_has_a_card_a_team_with_all_members() -> None:
    """Cards, names escaped, counts with their fair share, scores and the certificate stand on the page."""
    page = render(made(names=("Otters & Co",)), ".html").decode()
    assert page.count('<article class="card team"') == 3
    assert "Otters &amp; Co" in page
    assert page.count('">P03 &lt;b&gt;&amp;<') == 1
    assert "<b>&" not in page
    assert "fair share" in page
    assert "<script" not in page
    assert "100% is as even as these people allow" in page


def test_counts_on_cards_are_the_teams() -> None:
    """Each count is how many of the value the team has; it is off where the fair share is left."""
    solution = made()
    problem = solution.problem
    for card in cards_of(solution).cards:
        for criterion, (name, counts) in zip(problem.criteria, card.counts, strict=True):
            assert criterion.name == name
            held = criterion.table(solution.awards, len(problem.teams))[card.key]
            assert [count.count for count in counts] == [str(number) for number in held]
            for value, count in enumerate(counts):
                due = float(criterion.counts[value]) * len(card.members) / problem.n
                fits = math.floor(due) <= held[value] <= math.ceil(due)
                assert (count.off == "") == fits


def test_handouts_hold_names_and_no_scores() -> None:
    """Participants, name cards and team pages name everybody once and tell nobody's values."""
    solution = made()
    for ending in (".names.html", ".cards.html", ".pages.html"):
        page = render(solution, ending).decode().partition("</style>")[2]
        for at in range(14):
            assert page.count(f"P{at:02d} &lt;b&gt;&amp;") == 1
        assert "%" not in page
        assert "fair share" not in page


def test_coverage_and_diversity_stand_a_team_in_percent() -> None:
    """Each team has how many of a column's values it holds, and the mean of these shares."""
    quality = sections(made(), only=("quality",))["quality"].view
    assert quality.coverage.heads == ("Team", "gender", "office", "Diversity")
    assert quality.coverage.rows[0][1] == "2 of 2 (100%)"
    assert quality.table.heads[2] == "Quality score"


def test_a_roster_without_people_or_criteria_has_a_page() -> None:
    """Nobody, and nothing to balance, are pages too; warnings are told."""
    assert b"nobody to put into teams" in render(solve(TeamsProblem.from_values(0, {}, teams=2)), ".html")
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
