"""What a child does with runs: solve a recipe, answer a question about an answer. Problems stay in memory."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from evenhand.core import desk
from evenhand.core.errors import EvenhandError, InputError
from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe, recipe_of
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.documents.encode import encode
from evenhand.jobs import JOBS, asking_named, job_named
from evenhand.store import Database, get_blob, get_json, now_text, put_json
from evenhand.store.schema import METADATA
from evenhand.workspace.asking import asked, booked
from evenhand.workspace.building import (
    award_days,
    base_problem,
    opened,
    picked_problem,
    solved,
    spare_heads,
)
from evenhand.workspace.drafts import step_row
from evenhand.workspace.freedom import freedom
from evenhand.workspace.views import view_of

ANSWER, ASK, BLOB, PUBLICATION = (METADATA.tables[name] for name in ("answer", "ask", "blob", "publication"))

CHECK: Final = "check"
"""The question that asks what would become fact: its answer is judged anew, so the desk answers it itself."""

FREEDOM: Final = "freedom"
"""The question what prices of a change would give: it plans the draft's own tables anew."""

HEAVY: Final = (
    *("highspy", "numpy.random", "evenhand.press_fleet.pipeline", "evenhand.report.views"),
    *("evenhand.teams.solving.exchange.portfolio", "evenhand.rota.solving.online.online"),
)
"""What rooms load when first used, the slowest first."""

PROBLEMS: Final = 3
"""Problems kept a child: the series on the table, one before, one to compare. Each of Los Angeles's size
takes 25 MB; at six the three children together hold half a gigabyte."""

SOLUTIONS: Final = 24
"""Answers kept a child, so that undo and redo to and fro judge nothing twice. One that is gone is read from
the database and judged anew: fewer cost time, more cost memory, and neither changes an answer."""


class Desk:
    """Does runs of kinds "solve" and "ask"; see ``evenhand.work.child.Handler``."""

    def __init__(self, database: Database) -> None:
        """Take the database that recipes and answers stand in."""
        self.database = database
        self.problems: OrderedDict[str, Any] = OrderedDict()
        # by answer and by what is kept of it, as an answer may be searched anew by another child
        self.solutions: OrderedDict[tuple[str, str], Solution] = OrderedDict()

    def warm(self) -> None:
        """Load the libraries of all three jobs: the first plan then takes as long as the second."""
        for name in HEAVY:
            # what is not installed is told by the plan that needs it
            with suppress(ImportError):
                import_module(name)
        for name in JOBS:
            asking_named(name)
            list(job_named(name).methods)
            import_module(f"evenhand.workspace.views.{name}")

    def perform(self, run: Any, progress: Progress) -> Any:
        """Do a run and return what keeps it."""
        if run.kind == "solve":
            return self._solve(run, progress)
        return self._ask(run, progress)

    def _recipe(self, key: str) -> tuple[Recipe, dict[str, bytes], dict[str, str]]:
        with self.database.read() as connection:
            recipe = recipe_of(get_json(connection, key))
            content = {table: get_blob(connection, sha) for table, sha in recipe.sources.items()}
            return recipe, content, source_names(connection, recipe)

    def _problem(self, recipe: Recipe, content: Mapping[str, bytes], names: Mapping[str, str]) -> Any:
        # the picks of some jobs are put on a ready problem; the others read theirs with the tables
        base = replace(recipe, seed=0)
        if asking_named(recipe.job).pinned is not None:
            # what it stays near is another with every step and no part of the problem: nothing is read anew
            base = recipe.base.with_sources({"before": ""}).with_settings({"change": None})
        if base.key not in self.problems:
            self.problems[base.key] = base_problem(recipe, content, names)
        self.problems.move_to_end(base.key)
        while len(self.problems) > PROBLEMS:
            self.problems.popitem(last=False)
        return picked_problem(self.problems[base.key], recipe)

    def _solve(self, run: Any, progress: Progress) -> Any:
        recipe, content, names = self._recipe(run.key)
        progress.report("read")
        problem = self._problem(recipe, content, names)
        before = opened(content["before"], "before.csv") if "before" in content else None
        if run.rescued:
            solution = _rescued(problem, recipe, run.rescued)
        else:
            # no limit in the search itself, which some methods fill to its end; the run's own time ends it
            # by the clock
            solution = solved(problem, recipe, before, progress=progress)
        view = view_of(solution, dict(recipe.settings), _lags(content))
        if recipe.job == "teams":
            view["heads"] = spare_heads(recipe, content, names, problem.people)
        kept = _kept(solution)

        def keep(connection: Connection) -> Mapping[str, Any]:
            # an answer that was cut gives way to a finished one, with what was asked of it; a finished one is
            # never replaced
            if connection.execute(delete(ANSWER).where(ANSWER.c.key == run.key, ANSWER.c.cut == 1)).rowcount:
                connection.execute(delete(ASK).where(ASK.c.answer == run.key))
            if answer_row(connection, run.key) is None:
                sha = put_json(connection, kept, "solution")
                self._remember((run.key, sha), solution)
                connection.execute(
                    insert(ANSWER).values(
                        key=run.key,
                        solution=sha,
                        view=put_json(connection, view, "view"),
                        status=str(solution.status),
                        cut=int(solution.cut),
                        summary=json.dumps({"title": view["title"], "chip": view.get("chip")}),
                        made=now_text(),
                    )
                )
            return {"kind": "answer", "answer": run.key}

        return keep

    def _remember(self, key: tuple[str, str], solution: Solution) -> None:
        self.solutions[key] = solution
        while len(self.solutions) > SOLUTIONS:
            self.solutions.popitem(last=False)

    def solution(self, key: str) -> Solution:
        """Return an answer as a solution, judged again where it comes from the database.

        Raises:
            InputError: there is no such answer, or what is kept of it breaks a rule.
        """
        with self.database.read() as connection:
            row = answer_row(connection, key)
            if row is None:
                raise InputError.one("is not an answer", "Plan again", came=key[:12])
            if (key, row.solution) in self.solutions:
                self.solutions.move_to_end((key, row.solution))
                return self.solutions[key, row.solution]
            kept = get_json(connection, row.solution)
        recipe, content, names = self._recipe(key)
        problem = self._problem(recipe, content, names)
        try:
            solution = _again(recipe, problem, kept)
        # whatever an answer does to a problem that has changed: a bound too high, a place that is none
        except (EvenhandError, IndexError, ValueError) as error:
            self._set_aside(key, row.solution)
            raise InputError.one(
                "does not fit its tables as this edition of evenhand reads them, or was changed by hand",
                "Plan again", came=key[:12],
            ) from error  # fmt: skip
        self._remember((key, row.solution), solution)
        return solution

    def _set_aside(self, key: str, sha: str) -> None:
        """Have an answer searched anew when the draft is next planned, unless it has been published."""
        published = select(PUBLICATION.c.id).where(PUBLICATION.c.answer == key).exists()
        with self.database.write() as connection:
            connection.execute(
                update(ANSWER).where(ANSWER.c.key == key, ANSWER.c.solution == sha, ~published).values(cut=1)
            )

    def checked(self, key: str, progress: Progress) -> Any:
        """Return what becomes fact if an answer is published, judged anew from what the database holds."""
        for kept in [kept for kept in self.solutions if kept[0] == key]:
            del self.solutions[kept]
        recipe, content, names = self._recipe(key)
        progress.report("judge")
        return booked(self.solution(key), award_days(recipe, content, names))

    def freedom(self, key: str, progress: Progress) -> Any:
        """Return what each price of a change gives a draft that stays near a published plan."""
        recipe, content, names = self._recipe(key)
        if "before" not in content:
            raise InputError.one("is not published", "Publish it first", came="this draft")
        before = opened(content["before"], "before.csv")

        def planned(price: Any) -> Solution:
            asked_for = recipe.with_settings({"change": price})
            problem = self._problem(asked_for, content, names)
            return solved(problem, asked_for, before, progress=progress)

        return freedom(recipe, planned, before, progress)

    def _ask(self, run: Any, progress: Progress) -> Any:
        body = dict(run.body)
        kind, subject, key = body["kind"], body["subject"], body["answer"]
        if kind == CHECK:
            result = self.checked(key, progress)
        elif kind == FREEDOM:
            result = self.freedom(key, progress)
        else:
            solution = self.solution(key)
            result = asked(solution, self._recipe(key)[0], kind, subject, progress)

        def keep(connection: Connection) -> Mapping[str, Any]:
            there = select(ASK.c.result).where(
                ASK.c.answer == key, ASK.c.kind == kind, ASK.c.subject == subject
            )
            if connection.execute(there).first() is None:
                sha = put_json(connection, result, "ask")
                connection.execute(insert(ASK).values(answer=key, kind=kind, subject=subject, result=sha))
            return {"kind": "ask"}

        return keep


def answer_row(connection: Connection, key: str) -> Any:
    """Return the answer to a recipe, or None."""
    return connection.execute(select(ANSWER).where(ANSWER.c.key == key)).first()


def newest_answer(connection: Connection, plan: str, tip: int) -> Any:
    """Return the answer of a plan's newest step that has one, or None.

    While a step is being planned, what stands is what the steps before it came to.
    """
    seq = tip
    while seq:
        step = step_row(connection, plan, seq)
        answer = answer_row(connection, step.state)
        if answer is not None:
            return answer
        seq = step.parent
    return None


def source_names(connection: Connection, recipe: Recipe) -> dict[str, str]:
    """Return what the file of each table is called."""
    rows = connection.execute(
        select(BLOB.c.sha, BLOB.c.kind).where(BLOB.c.sha.in_(list(recipe.sources.values())))
    )
    called = {row.sha: row.kind.removeprefix("source:") for row in rows}
    return {table: called.get(sha, "") or f"{table}.csv" for table, sha in recipe.sources.items()}


def _kept(solution: Solution) -> dict[str, Any]:
    """Return what is kept of a solution: its awards and what was claimed.

    The rest follows from the recipe.
    """
    return {
        "awards": solution.awards.tolist(),
        "status": str(solution.status),
        "objective": solution.objective,
        "bound": solution.bound,
        "method": solution.method,
        "seed": solution.seed,
        "cut": solution.cut,
        "proof": encode(dict(solution.proof)),
    }


def _again(recipe: Recipe, problem: Any, kept: Mapping[str, Any]) -> Solution:
    """Return a solution judged again from what is kept of it."""
    solution = desk.judged(
        job_named(recipe.job),
        problem,
        np.array(kept["awards"], dtype=np.int64),
        method=kept["method"],
        seed=kept["seed"],
        bound=kept["bound"],
        proof=_proof(kept["proof"]),
        cut=kept["cut"],
    )
    # awards that were changed may still keep every rule; what they are worth then gives them away
    if solution.objective != kept["objective"]:
        raise InputError.one("is not worth what the database says", "Plan again")
    return solution


def _rescued(problem: Any, recipe: Recipe, kept: str) -> Solution:
    """Return the best plan that a killed child had found, judged like any other."""
    answer, job = json.loads(kept), job_named(recipe.job)
    awards = np.array(answer["awards"], dtype=np.int64)
    # the bound was proven by then, but its proof is lost with the child
    return desk.judged(
        job, problem, awards, method=job.choose(problem), seed=recipe.seed, bound=answer["bound"], cut=True
    )


def _proof(raw: Mapping[str, Any]) -> dict[str, Any]:
    return dict(raw)


def _lags(content: Mapping[str, bytes]) -> dict[str, float]:
    """Return what everybody was owed when the recipe was written, in units."""
    if "standings" not in content:
        return {}
    table = opened(content["standings"], "standings.csv")
    return {
        name: int(lag) / TICKS
        for name, lag in zip(table.columns["claimant"], table.columns["lag"], strict=True)
    }
