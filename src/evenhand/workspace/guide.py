"""What other prices of fairness would give, solved: sliders, policies, tuning guide, emergency procedures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from evenhand.core import desk
from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe
from evenhand.core.solution import Solution
from evenhand.jobs import asking_named
from evenhand.workspace.views.allocation import state_of, third_of
from evenhand.workspace.views.words import msg

STEPS: Final = (0, 1, 2, 4)
"""Prices of a third award on top of a second's, as parts of the unit that suits the scores: none, and up to
twice the standard. Beyond it nothing changed at Los Angeles size."""

STEPS_FEW: Final = (2,)
QUARTERS: Final = 4
"""Parts of a unit that the named modes' prices are whole in: light costs 3/4 of it, strong 5/2."""
GRID_MOST: Final = 80_000
"""Candidates up to which every pair of prices is solved: Los Angeles has 60,000 and takes three seconds."""

MOVED_MOST: Final = 60
"""Items named that would change hands; a page marks no more than fit its screen. All are counted."""


def priced_plans(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return plans for every pair of the two prices, and the named policies side by side.

    A slider moves over plans that are solved, so it never waits: each says what it gives and which items
    would change hands.
    """
    del recipe, subject
    if not asking_named(solution.job).priced:
        return {"points": [], "policies": [], "steps": []}
    from evenhand.allocation import light, mode_a, mode_b, no_penalty, strong
    from evenhand.allocation.asking.frontier import settings

    problem = solution.problem
    unit = problem.fair_unit
    if unit * problem.scale % QUARTERS:
        problem = _finer(problem)
    # the prices at which the plan changes, not a grid of round figures: between two of them nothing moves
    lams = {penalty.lam for penalty in settings(replace(problem, penalty=mode_b(unit, 0)))}
    steps = {share * unit for share in (STEPS if len(problem) <= GRID_MOST else STEPS_FEW)}
    now = problem.penalty
    if now.mode != "own":
        # and the prices of the plan itself, so that the sliders stand where the plan is
        lams |= {now.lam}
        steps |= {third_of(now)}
    points = []
    for step in sorted(steps):
        for lam in sorted(lams):
            if progress.stop():
                break
            points.append(
                _priced_point(solution, problem, mode_b(lam, step) if lam or step else no_penalty(), step)
            )
    policies = []
    # 3/4 and 5/2 of the unit, as the modes light and strong of the command
    named = (
        ("none", no_penalty()),
        ("light", light(unit * 0.75)),
        ("a", mode_a(unit)),
        ("b", mode_b(unit, 2 * unit)),
        ("strong", strong(unit * 2.5)),
    )
    for mode, penalty in named:
        if progress.stop():
            break
        policies.append({"mode": mode, **_priced_point(solution, problem, penalty, 0)})
    proven = all(point["proven"] for point in points)
    return {"points": points, "policies": policies, "proven": proven, "steps": sorted(map(_plain, steps))}


def _finer(problem: Any) -> Any:
    """Return the problem in units of a quarter of its own: the prices of the named modes are then whole."""
    groups = tuple(replace(group, slope=group.slope * QUARTERS) for group in problem.groups)
    return replace(
        problem,
        scale=problem.scale * QUARTERS,
        score=problem.score * QUARTERS,
        owed_bonus=problem.owed_bonus * QUARTERS,
        groups=groups,
    )


def _priced_point(solution: Solution, problem: Any, penalty: Any, step: float) -> dict[str, Any]:
    """Return what another price of fairness would give, solved.

    Args:
        solution: the plan.
        problem: its problem, perhaps in finer units.
        penalty: the price.
        step: what a third costs on top of a second.
    """
    from evenhand.allocation.asking.amend import nearest
    from evenhand.allocation.asking.frontier import frontier_of
    from evenhand.allocation.job import JOB

    # the price of fairness breaks no rule: where there is a plan there is one at every price
    after = nearest(desk.solve(JOB, replace(problem, penalty=penalty), seed=solution.seed), solution)
    point = frontier_of([after]).points[0]
    before = {int(problem.item[a]): (int(problem.recipient[a]), int(problem.day[a])) for a in solution.awards}
    now = {int(problem.item[a]): (int(problem.recipient[a]), int(problem.day[a])) for a in after.awards}
    # by item: one that changes only its day has moved too, and one that is not given any more as well
    moved = [problem.items[i] for i in sorted(before.keys() | now.keys()) if before.get(i) != now.get(i)]
    return {
        "lam": _plain(penalty.lam),
        "step": _plain(step),
        "text": penalty.text,
        "receivers": int(point.values["receivers"]),
        "most": int(point.values["most"]),
        "gini": round(float(point.values["gini"]), 3),
        "score": point.score,
        "proven": str(after.status) == "optimal",
        "moved": moved[:MOVED_MOST],
        "moves": len(moved),
    }


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def procedure(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return the emergency procedure that the plan calls for, its steps numbered, each with what holds here.

    Steps that change something carry the dials to set; what these give was solved.
    """
    del recipe, subject
    from evenhand.allocation.asking.advice import advise

    if not asking_named(solution.job).priced or not len(solution.awards):
        return {"kind": "", "steps": []}
    kind = state_of(solution)
    advice = [advice_given for advice_given in advise(solution, progress) if advice_given.setting is not None]
    tried = [_tried(solution, advice_given) for advice_given in advice]
    if kind in ("high", "concentrated"):
        return {"kind": kind, "steps": _concentrated(solution, tried)}
    if kind == "equal":
        return {"kind": kind, "steps": _equal(solution, tried)}
    steps = [{"title": msg("This would help."), "found": "", "tries": tried}] if tried else []
    return {"kind": "", "steps": steps}


def _concentrated(solution: Solution, tried: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The four steps for a high concentration: who could, the scores, the price, the rules."""
    from evenhand.allocation.asking.advice import counts_of, eligible, gap_points

    problem = solution.problem
    apart = gap_points(solution)
    if apart is None:
        gap = msg("Whoever could have what those with several hold has one already.")
    elif apart >= 0:
        gap = msg(
            "Those with several score {n} points above the best of those with none, for the same thing.",
            n=apart,
        )
    else:
        gap = msg(
            "Those with several score {n} points below the best of those with none, for the same thing.",
            n=-apart,
        )
    dropped = sorted(((count, rule) for item, rule, count in problem.dropped if not item), reverse=True)
    could, do = eligible(problem), len(counts_of(solution))
    none = msg("No price that was tried makes this plan more even.")
    return [
        {
            "title": msg("Are there enough who can receive?"),
            "found": msg("{n} could receive, {k} do.", n=could, k=do),
        },
        {"title": msg("Are the scores too far apart?"), "found": gap},
        {
            "title": msg("Raise the price of fairness for now."),
            "found": "" if tried else none,
            "tries": tried,
        },
        {
            "title": msg("Review who may receive."),
            "found": "" if dropped else msg("No rule kept anybody out."),
            "rules": [[rule, count] for count, rule in dropped[:3]],
        },
    ]


def _equal(solution: Solution, tried: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The three steps where everybody gets exactly one: the price, its cost, back to the standard."""
    problem = solution.problem
    if int(problem.recipient_limit.max(initial=0)) <= 1:
        cause = msg("A limit of one each forces it: no price matters.")
    else:
        cause = msg("λ={text} is what a second one costs now.", text=problem.penalty.text)
    cost = msg("Nothing: a lower price gives no more points.")
    if tried:
        sentence = "{n} points more would be had without it, {part} % of all."
        cost = msg(sentence, n=tried[0]["change"], part=tried[0]["part"])
    return [
        {"title": msg("Is fairness priced too high?"), "found": cause},
        {"title": msg("What does it cost in points?"), "found": cost},
        {"title": msg("Go back to the standard."), "found": "", "tries": tried},
    ]


def _tried(solution: Solution, advice: Any) -> dict[str, Any]:
    """Return a setting that was solved: its dials, and what it gives beside the plan."""
    from evenhand.allocation.asking.advice import scores

    penalty, plan = advice.setting, advice.outcome
    point = _priced_point(solution, solution.problem, penalty, 0)
    # scores without what fairness costs: the prices differ, so the objectives cannot be compared
    change = (scores(plan) - scores(solution)) / solution.problem.scale
    before = scores(solution) / solution.problem.scale or 1
    steps = "+".join(f"{beyond}:{_plain(points)}" for beyond, points in penalty.steps)
    dials: dict[str, Any] = {"mode": "own", "steps": steps} if penalty.steps else {"mode": "none"}
    if penalty.mode == "B" and len(penalty.steps) > 1:
        dials = {"mode": "b", "lam": _plain(penalty.steps[0][1]), "step": _plain(penalty.steps[1][1])}
    return {
        **point,
        "change": _plain(round(change, 2)),
        "part": round(100 * change / before, 1),
        "dials": dials,
    }
