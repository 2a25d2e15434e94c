"""What the desk needs of a rota: its methods, its judge, its measures and its unit."""

from __future__ import annotations

from dataclasses import replace

from evenhand.core.arrays import Ints
from evenhand.core.job import Job
from evenhand.core.shares import TICKS
from evenhand.core.statement import Statement
from evenhand.measures import Panel, band, panel
from evenhand.rota.asking.plan_table import columns
from evenhand.rota.judging.judge import judge, nearest
from evenhand.rota.judging.recheck import recheck, said
from evenhand.rota.judging.views import uneven_view, views_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import turn_ids
from evenhand.rota.solving import METHODS
from evenhand.rota.solving.model.pins import contradiction, leaves_open


def _chosen(problem: RotaProblem) -> str:
    """Return the method that suits a rota.

    Side rules need looking ahead; without them the policy decides, slot by slot, and keeps turns that are
    pinned. Pins that contradict each other or the calendar go to the method that names the conflict.
    """
    ahead = problem.ruled or contradiction(problem) or leaves_open(problem)
    return "optimise" if ahead else "online"


def _measured(problem: RotaProblem, awards: Ints, statement: Statement) -> Panel:
    """Return the measures of a rota, its word no better than that of its worst view.

    Totals may be even where one person has every Saturday: then the word is that of the weekends.
    """
    # The targets are the press fleet's: they mean little where turns are shared among four people.
    measured = panel(statement, nearest(problem, awards), targets=False)
    views = views_of(problem, awards)
    if measured.band is None or not views:
        return measured
    uneven, _, worst = max((uneven_view(view), -index, view.name) for index, view in enumerate(views))
    word = band(min(uneven, 1.0))
    return replace(measured, band=word, of=worst) if word.low > measured.band.low else measured


JOB = Job(
    name="rota",
    called="a rota",
    command="rota",
    question="whose turn is it?",
    problem=RotaProblem,
    maximise=False,
    methods=METHODS,
    choose=_chosen,
    judge=judge,
    columns=columns,
    ids=lambda problem, _awards: turn_ids(problem),
    nearest=nearest,
    measure=_measured,
    recheck=recheck,
    said=said,
    unit=lambda _problem: (TICKS * TICKS, "turns squared"),
)
