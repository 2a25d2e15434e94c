"""What if, of teams: two plans of the changed problem, each judged; what cannot be asked is said at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import Findings, InputError
from evenhand.core.solution import Solution, Status
from evenhand.solver import solve
from evenhand.teams import TeamsProblem, change, swaps_of, what_if
from evenhand.teams.asking.new_roster import latecomer, with_roster
from evenhand.teams.asking.what_if import changed, refused
from evenhand.teams.judging.judge import judge

NAMES = ["Ada", "Ben", "Cem", "Dia", "Eli", "Fay", "Gus", "Hal"]


def club(**settings: object) -> Solution:
    """Eight people, half of each office, in two teams."""
    rows = [
        {"name": name, "office": "OR"[at % 2], "age": str(20 + at), "tongue": "de;en" if at % 3 else "en"}
        for at, name in enumerate(NAMES)
    ]
    return solve(TeamsProblem.from_rows(rows, **{"teams": 2, "balance": "office"} | settings))  # type: ignore[arg-type]


def test_the_price_is_that_of_the_judge() -> None:
    """Four of one office together cost a whole column, 100 points; three of them half of it."""
    plan = club()
    asked = what_if(plan, together=[("Ada", "Cem", "Eli", "Gus")])
    assert asked.change == -100
    assert asked.after is not None
    assert asked.after.objective == judge(asked.after.problem, asked.after.awards).objective
    assert what_if(plan, together=[("Ada", "Cem", "Eli")]).change == -50
    assert "both plans are proven best" in str(what_if(plan, apart=[("Ada", "Cem")]))


def test_somebody_away_leaves_the_others_where_they_are() -> None:
    """With fewest moves nobody moves, and who is away is in no plan, rule or column."""
    plan = club(numbers="age", tags="tongue", friends={"Ada": ["Ben"], "Ben": ["Ada"]}, lock="")
    asked = what_if(plan, without=["ben"])
    assert asked.near is not None
    assert asked.near.moved == ()
    problem = asked.near.solution.problem
    assert "Ben" not in problem.people
    # Ada named only Ben, so her wish goes with him.
    assert not [rule for rule in problem.rules if rule.kind == "friends"]
    assert asked.asked == ("Ben away",)


def test_a_latecomer_brings_values_and_joins_one_team() -> None:
    """Somebody who comes is one more of their office, and nobody else moves."""
    plan = club()
    asked = what_if(plan, join={"Ivy": {"Office": "o"}})
    assert asked.near is not None
    assert len(asked.near.joined) == 1
    assert asked.near.moved == ()
    column = asked.near.solution.problem.criteria[0]
    assert dict(zip(column.values, column.counts.tolist(), strict=True)) == {"O": 5, "R": 4}
    assert "Ivy joins Team" in str(asked)


@settings(max_examples=40, deadline=None)
@given(
    gone=st.sets(st.integers(0, 7), max_size=3),
    ages=st.lists(st.integers(10, 60), min_size=8, max_size=8),
    offices=st.lists(st.sampled_from(["O", "R", "", "P"]), min_size=8, max_size=8),
)
def test_the_changed_roster_is_the_one_read_anew(gone: set[int], ages: list[int], offices: list[str]) -> None:
    """Taking people out of a problem gives what reading the shorter table gives, up to rounding."""
    rows = [
        {"name": name, "office": office, "age": str(age), "lang": "de;en" if age % 2 else ""}
        for name, office, age in zip(NAMES, offices, ages, strict=True)
    ]
    words = {
        "teams": 2,
        "balance": "office",
        "numbers": "age",
        "tags": "lang",
        "friends": {"Ada": ["Ben", "Hal"]},
    }
    whole = TeamsProblem.from_rows(rows, **words)  # type: ignore[arg-type]
    shorter, _ = changed(whole, np.arange(8) % 2, without=[NAMES[code] for code in gone])
    left = [row for code, row in enumerate(rows) if code not in gone]
    friends = [name for name in ("Ben", "Hal") if NAMES.index(name) not in gone]
    words["friends"] = {"Ada": friends} if friends and 0 not in gone else None
    read = TeamsProblem.from_rows(left, **words)  # type: ignore[arg-type]
    assert shorter.people == read.people
    assert shorter.sizes.tolist() == read.sizes.tolist()
    for one, other in zip(shorter.criteria, read.criteria, strict=True):
        assert one.values == other.values
        assert (one.of(shorter.n) == other.of(read.n)).all()
    for mine, theirs in zip(shorter.numbers, read.numbers, strict=True):
        # What the problem keeps of a number is rounded to a thousandth of its deviation.
        assert np.abs(mine.level - theirs.level).max(initial=0) <= 12
        assert mine.mean == pytest.approx(theirs.mean, abs=0.1)
    assert [rule.people for rule in shorter.rules] == [rule.people for rule in read.rules]


def test_more_and_fewer_teams() -> None:
    """With one team more the names go on; with fewer the people of the last team move."""
    plan = club()
    more = what_if(plan, teams=3)
    assert more.after is not None
    assert more.after.problem.teams == ("Team 1", "Team 2", "Team 3")
    fewer = what_if(plan, teams=1)
    assert fewer.near is not None
    assert len(fewer.near.moved) == 4
    locked = club(locked={"Ada": "Team 2"})
    with pytest.raises(InputError, match="would leave out Team 2, of which rules speak"):
        what_if(locked, teams=1)


def test_the_best_plan_is_never_worse_than_the_one_with_few_moves() -> None:
    """Whatever the search finds, both plans of the changed problem are compared, and the better is told."""
    plan = club(numbers="age")
    for words in ({"pin": [("Ada", "Team 2")]}, {"apart": [("Ada", "Ben")]}, {"weights": {"office": 3}}):
        asked = what_if(plan, **words)
        assert asked.after is not None
        assert asked.near is not None
        assert (asked.after.objective or 0) <= (asked.near.solution.objective or 0)


def test_rules_that_cannot_hold_are_the_answer() -> None:
    """Together and apart at once: there is no plan, and both rules are named."""
    asked = what_if(club(), together=[("Ada", "Ben")], apart=[("Ada", "Ben")])
    assert asked.after is None
    assert asked.change is None
    assert "cannot all hold" in str(asked)
    assert any("Ada, Ben" in rule for rule in asked.conflict)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Unknown people, teams and columns, known latecomers, wrong numbers: one error with each of them."""
    with pytest.raises(InputError) as error:
        what_if(
            club(),
            without=["Adaa"],
            join={"Ben": {"offfice": "O"}},
            pin=[("Ada", "Team 9")],
            together=[("Ada",)],
            teams=99,
            weights={"offise": 2},
        )
    said = str(error.value)
    for part in (
        "'Adaa' is not a person of this plan. Did you mean Ada?",
        "'Ben' is in the plan already",
        "'offfice' is not a column of this plan. Did you mean office?",
        "'Team 9' is not a team of this plan",
        "names fewer than two people",
        "'99' is not a number of teams",
        "'offise' is not a balanced column of this plan. Did you mean office?",
    ):
        assert part in said


def test_refused_wishes_are_priced_by_the_swap_that_grants_them() -> None:
    """Each refusal names a swap; making it grants the wish, and costs what the judge counts."""
    wishes = {"Ada": ["Cem"], "Ben": ["Ada"], "Cem": ["Ben"], "Dia": ["Ada"], "Eli": ["Hal"], "Gus": ["Ada"]}
    plan = club(friends=wishes, balance="office,tongue", tags="tongue")
    problem: TeamsProblem = plan.problem
    facts = refused(plan)
    served = {name for name in wishes if _near(plan, name, wishes[name])}
    assert {fact.about.split(" wishes")[0] for fact in facts} == set(wishes) - served
    for fact in facts:
        name = fact.about.split(" wishes")[0]
        person = problem.people.index(name)
        values = {swap.value for swap in swaps_of(problem, plan.awards, person)}
        assert fact.value is None or min(values) <= fact.value
        if fact.value is not None:
            other = fact.sentence.split("Changing places with ")[1].split(" of ")[0]
            after = plan.awards.copy()
            pair = [person, problem.people.index(other)]
            after[pair] = after[pair[::-1]]
            assert change(problem, plan.awards, after).value == fact.value
            assert _near(plan, name, wishes[name], after)


def _near(plan: Solution, name: str, friends: list[str], awards: np.ndarray | None = None) -> bool:
    problem, awards = plan.problem, plan.awards if awards is None else awards
    home = awards[problem.people.index(name)]
    return any(awards[problem.people.index(friend)] == home for friend in friends)


def test_a_roster_that_would_leave_a_team_empty_is_refused() -> None:
    """Fewer people than teams, or a listed team whose only member is away, have no plan to compare."""
    rows = [{"name": name, "x": "ab"[at % 2]} for at, name in enumerate(NAMES[:3])]
    plan = solve(TeamsProblem.from_rows(rows, sizes=[2, 1], balance="x"))
    alone = plan.problem.people[int(np.flatnonzero(plan.awards == 1)[0])]
    with pytest.raises(InputError, match="'Team 2' would be empty"):
        what_if(plan, without=[alone])
    with pytest.raises(InputError, match="people are left for 2 teams"):
        what_if(plan, without=NAMES[:2])


def test_a_plan_that_is_proven_stays_so() -> None:
    """Of a problem that is not changed both plans are the same, proven and without a move."""
    plan = club()
    assert plan.status is Status.OPTIMAL
    asked = what_if(plan)
    assert asked.asked == ("nothing changed",)
    assert asked.exact
    assert asked.near is not None
    assert (asked.change, asked.near.change, asked.near.moved) == (0, 0, ())


def test_latecomers_do_not_shift_codes() -> None:
    """A latecomer whose name comes first moves everybody's code, and every rule follows its person."""
    plan = club(apart=[["Ada", "Hal"]], locked={"Gus": "Team 2"}, no_lone="office")
    problem = plan.problem
    findings = Findings()
    fresh = [latecomer(problem, "Aaron", {"office": "Z"}, findings)]
    after = with_roster(problem, plan.awards, frozenset(), fresh, findings)
    assert not findings.errors
    assert after.people[0] == "Aaron"
    said = {rule.said: [after.people[who] for who in rule.people] for rule in after.rules}
    assert said["Ada, Hal apart"] == ["Ada", "Hal"]
    assert said["Gus in Team 2"] == ["Gus"]
    assert after.criteria[0].values == ("O", "R", "Z")
