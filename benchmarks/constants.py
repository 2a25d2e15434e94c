"""What every constant of the methods does at half and at twice its value, on small made-up problems.

    python -m benchmarks.constants                    # all groups, some minutes
    python -m benchmarks.constants weeks teams-rules   # these alone
    python -m benchmarks.constants weeks --write        # and write its part of docs/benchmarks/constants.md

A group is a handful of problems and a method. Each constant of the group is set to half and to twice its
value in a process of its own, wherever a module holds it, and the group is solved again. The table says what
changed: the sum of the objectives (better or worse by how much, whatever the method's direction), how many
plans are proven, the sum of the gaps, and processor seconds as a multiple of those with the value as it is.
"same" means the same plans and the same proofs. Times less than a fifth apart are noise and are left out.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import os
import pickle
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import numpy as np
from benchmarks.made_up_weeks import arrays, each_office
from benchmarks.teams_cases import search_case

import evenhand as eh
from rota_boards import BLOCKS, calendar, hospital

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "constants.md"
NOISE = 1.2
"""Times apart by less than this factor are not told."""


@dataclass(frozen=True)
class Plan:
    """What one solve came to: its value, what is proven of it, and whether it is proven best."""

    value: float
    gap: float
    proven: bool
    awards: bytes = b""


@dataclass(frozen=True)
class Figures:
    """What a group came to: its plans and the processor seconds they took."""

    plans: tuple[Plan, ...]
    seconds: float


@dataclass(frozen=True)
class Group:
    """Some problems, how they are solved, and the constants that matter there.

    Attributes:
        about: what the problems are, in words.
        more: whether more of the objective is better.
        solve: makes the plans; everything drawn before it is called.
        constants: module below ``evenhand`` -> names.
    """

    about: str
    more: bool
    draw: Callable[[], Callable[[], Sequence[Plan]]]
    constants: dict[str, tuple[str, ...]]


def plan_of(solution: eh.Solution) -> Plan:
    """Return what is compared of a solution."""
    return Plan(
        float(solution.objective or 0),
        float(solution.gap or 0),
        solution.status == "optimal",
        np.asarray(solution.awards).tobytes(),
    )


def solved(problems: Sequence[Any], **settings: Any) -> Sequence[Plan]:
    """Solve each problem the same way."""
    return [plan_of(eh.solve(problem, seed=1, **settings)) for problem in problems]


def weeks(method: str) -> Callable[[], Sequence[Plan]]:
    """Draw weeks with a cost for every vehicle and tight days."""
    drawn = [
        arrays(seed, size=size, cost_per_vehicle=True, tight=True)
        for seed, size in ((3, 0.1), (4, 0.3), (5, 1))
    ]
    return partial(solved, drawn, method=method)


def plain_weeks() -> Callable[[], Sequence[Plan]]:
    """Draw weeks where a loan weighs one everywhere."""
    return partial(solved, [arrays(seed, size=1) for seed in (3, 4, 5, 6)], method="price-restrict-prove")


def offices(count: int, size: float, rows: int, tight: float) -> Callable[[], Sequence[Plan]]:
    """Draw offices with shared budgets, as `benchmarks.shared_rows` does."""
    from evenhand.cluster.manifest import cut
    from evenhand.cluster.many_offices import solve_offices

    kept = tempfile.TemporaryDirectory()
    folders = []
    for seed in (1,):
        folder = Path(kept.name) / str(seed)
        budget = int(80_000 / 3 * min(1.0, size**0.5) * count / rows * tight)
        cut(each_office(seed, count, budget, size=size, rows=rows), folder, shared=["shared budget"])
        folders.append(folder)

    def run() -> Sequence[Plan]:
        del_later = kept  # the folders live as long as this function
        plans = [solve_offices(folder, limits=eh.Limits(seconds=60)) for folder in folders]
        del del_later
        return [
            Plan(plan.objective, plan.bound - plan.objective, plan.bound == plan.objective) for plan in plans
        ]

    return run


def absences() -> Callable[[], Sequence[Plan]]:
    """Draw weeks and solve them; what is measured are all absences from their plans."""
    from evenhand.allocation.asking.counterfactual import without_each

    plans = [eh.solve(arrays(seed, size=0.3, cost_per_vehicle=True, tight=True), seed=1) for seed in (3, 4)]

    def run() -> Sequence[Plan]:
        out = []
        for plan in plans:
            each = without_each(plan)
            out += [
                Plan(-float(absence.costs or 0), float(not absence.warm), bool(absence.exact))
                for absence in each
            ]
        return out

    return run


def rosters(**efforts: str) -> Callable[[], Sequence[Plan]]:
    """Draw rosters of `benchmarks.teams_cases`, each with the effort it is solved with."""
    problems = [(search_case(name).problem(), eh.Limits(effort=effort)) for name, effort in efforts.items()]

    def run() -> Sequence[Plan]:
        return [plan_of(eh.solve(p, seed=1, method="exchange", limits=limits)) for p, limits in problems]

    return run


def numbered() -> Callable[[], Sequence[Plan]]:
    """Draw rosters with numbers to balance beside a column."""
    problems = []
    for people, teams in ((40, 5), (100, 10)):
        draw = np.random.default_rng(people)
        table = {
            "name": [f"p{person:03d}" for person in range(people)],
            "c": [f"v{code}" for code in draw.integers(0, 3, people)],
            "age": [str(age) for age in draw.integers(20, 65, people)],
            "pay": [str(pay) for pay in draw.integers(2000, 9000, people)],
        }
        problems.append(eh.TeamsProblem.from_table(table, teams=teams, balance=["c"], numbers=["age", "pay"]))
    return partial(solved, problems, method="exchange", limits=eh.Limits(effort="normal"))


def rotas(method: str, *shapes: dict[str, Any], **limits: Any) -> Callable[[], Sequence[Plan]]:
    """Draw rotas of the shapes given."""
    problems = [calendar(2 * seed, churn=False, **shape) for seed, shape in enumerate(shapes)]
    return partial(solved, problems, method=method, limits=eh.Limits(seconds=60, **limits))


def contradictions() -> Callable[[], Sequence[Plan]]:
    """Draw rotas whose rules cannot all hold; what is measured is the set of rules that is named."""
    from evenhand.core.progress import Progress
    from evenhand.rota.solving.optimise.optimise import run as optimise

    problems = []
    for seed, people, slots in ((1, 4, 10), (2, 5, 14), (7, 6, 20), (4, 8, 26), (5, 10, 40), (6, 24, 60)):
        draw = np.random.default_rng(seed)
        cells = np.stack([draw.integers(slots, size=slots), draw.integers(people, size=slots)], axis=1)
        problems.append(
            calendar(
                seed, people=people, slots=slots, seats=2, away=0.1, churn=False, apart=APART[:, :2],
                rest_slots=people // 2 - 1, most_count=np.array([people // 2]), most_days=np.array([56]),
                forbidden=cells[: slots // 4], fixed=cells[slots // 2 : slots // 2 + slots // 5],
            )
        )  # fmt: skip

    def run() -> Sequence[Plan]:
        answers = [optimise(problem, 1, eh.Limits(), Progress()) for problem in problems]
        return [
            Plan(len(answer.conflict), 0, bool(answer.proof.get("smallest")), repr(answer.conflict).encode())
            for answer in answers
        ]

    return run


def wards(*, views: bool) -> Callable[[], Sequence[Plan]]:
    """Draw wards with blocks of nights; what is measured are exchanges of stretches, by themselves.

    Args:
        views: exchange for the views, from the plan that exchanges for the accounts found.
    """
    from evenhand.core.progress import Progress
    from evenhand.core.shares import TICKS
    from evenhand.rota.solving.optimise import stretch_swaps
    from evenhand.rota.solving.optimise.board import board_of
    from evenhand.rota.solving.optimise.search import lags, squares

    problems = [hospital(35, BLOCKS), hospital(62, BLOCKS[:4]), hospital(62, BLOCKS)]
    boards = [board_of(problem) for problem in problems]

    def first(board: Any) -> Any:
        return stretch_swaps.with_stretches_exchanged(board, Progress(), None)

    starts = [first(board) for board in boards] if views else []

    def accounts() -> Sequence[Plan]:
        out = []
        for board in boards:
            plan = first(board)
            # Where no plan is found, the value is far above any plan's, so that it is told as worse.
            value = squares(board, plan) if plan is not None else 1e6
            out.append(Plan(value, 0, plan is not None, b"" if plan is None else plan.tobytes()))
        return out

    def of_views() -> Sequence[Plan]:
        out = []
        for problem, board, start in zip(problems, boards, starts, strict=True):
            inside = problem.slot_view > 0
            share = np.diff(board.accounts[0].due, axis=0, prepend=0)
            due = np.stack([share[inside[:, view]].sum(axis=0) for view in range(inside.shape[1])])
            plan = stretch_swaps.with_views_evened(board, start, inside, due, Progress(), proven=False)
            owed = due / TICKS - inside.T.astype(int) @ plan
            off = float(np.abs(lags(board, plan)[0][-1]).max() / TICKS)
            out.append(Plan(float((owed**2).sum()), off, proven=True, awards=plan.tobytes()))
        return out

    return of_views if views else accounts


APART = np.array([[0, 1], [2, 3]])
RULED: dict[str, Any] = {"away": 0.1, "apart": APART}

GROUPS: dict[str, Group] = {
    "weeks": Group(
        "three weeks of 5,600, 17,600 and 57,000 candidates with a cost for every vehicle",
        True,
        partial(weeks, "price-restrict-prove"),
        {
            "allocation.solving.price_restrict_prove": (
                "LOOKED", "LOOKED_UNEVEN", "FIRST", "MORE", "STEP", "CLOSE", "BRANCHED", "POLISHED", "TRACE",
            ),
            "allocation.solving.model.restricted": ("LARGE", "SHARES", "LARGEST_COST"),
            "allocation.solving.model.branching": ("GUARD",),
            "allocation.solving.model.residual": ("TOGETHER",),
            "allocation.solving.model.tariffs": ("CUTS",),
            "allocation.solving.model.rounding": ("WHOLE", "LOOKED", "SHARE", "BESIDE", "NODES"),
        },
    ),
    "plain-weeks": Group(
        "four weeks of some 56,000 candidates, every loan weighing one",
        True,
        plain_weeks,
        {
            "allocation.solving.price_restrict_prove": (
                "LOOKED", "FIRST", "MORE", "STEP", "CLOSE", "BRANCHED", "POLISHED", "TRACE",
            ),
            "allocation.solving.model.restricted": ("LARGE", "SHARES", "LARGEST_COST"),
        },
    ),
    "greedy": Group(
        "the three weeks, by greedy alone",
        True,
        partial(weeks, "greedy"),
        {"allocation.solving.greedy": ("LEAST", "SHARE")},
    ),
    "offices": Group(
        "four offices of some 1,100 candidates with six tight shared budgets",
        True,
        partial(offices, 4, 0.02, 6, 0.5),
        {
            "allocation.solving.offices.choice": ("NODES", "NODES_MANY", "MANY"),
            "allocation.solving.offices.parts": ("MOST_PARTS",),
            "allocation.solving.offices.knapsack": ("CELLS",),
            "allocation.solving.offices.shard": ("ENOUGH", "CLOSE"),
            "allocation.solving.offices.search": (
                "VARIED", "FILLED", "STEPS", "FEW", "SWEEPS", "FEW_ROWS", "JOINED", "MOST_JOINED", "GROUP",
                "REPAIRED", "TURNS", "MOST_POOLED", "MOST",
            ),
            "allocation.solving.offices.tolls": ("ROUNDS", "INNER", "MET", "WORTH_IT", "HELD"),
            "allocation.solving.offices.prices": (
                "SAMPLE", "CLEAR", "CLEAR_MANY", "BOX", "ROUNDS", "ROUNDS_A_ROW",
            ),
            "allocation.solving.offices.offices": ("SURVIVORS", "NODES"),
            "allocation.solving.offices.local": ("NEAR", "CLOSE", "BRANCHED", "PROVEN", "NODES", "TRACE"),
            "allocation.solving.offices.chains": ("DEPTH", "LOST", "NEAR", "SWAPS", "TRIED"),
            "allocation.solving.offices.repair": ("LADDER", "EARLY", "WANDER", "NOISE", "FLOOR", "MISSED"),
        },
    ),
    "one-budget": Group(
        "six offices of some 1,100 candidates with one shared budget",
        True,
        partial(offices, 6, 0.02, 1, 0.75),
        {
            "allocation.solving.offices.choice": ("NODES",),
            "allocation.solving.offices.shard": ("ENOUGH", "CLOSE"),
            "allocation.solving.offices.search": ("VARIED", "FILLED", "STEPS", "FEW", "SWEEPS", "FEW_ROWS"),
            "allocation.solving.offices.prices": ("SAMPLE", "CLEAR", "BOX"),
            "allocation.solving.offices.local": ("NEAR", "BRANCHED", "PROVEN"),
        },
    ),
    "absences": Group(
        "every absence from the plans of two weeks of some 17,000 candidates; gaps count those solved anew",
        True,
        absences,
        {"allocation.asking.counterfactual": ("WHOLE", "CLOSE", "MOST", "JOIN")},
    ),
    "teams-columns": Group(
        "rosters of 31, 60 and 600 people with four and seven columns, the last with effort quick",
        False,
        partial(
            rosters, **{"columns/31/7/4": "normal", "columns/60/12/7": "normal", "census/600/40": "quick"}
        ),
        {
            "teams.solving.exchange.portfolio": (
                "STEPS", "ELITE", "CROSSED", "BEGUN", "BEGUN_EACH", "AROUND", "SLOWER", "LONG", "SHARED",
                "LONGER", "WAITED",
            ),
            "teams.solving.exchange.exchange": ("SWEPT", "SWAPS", "FEW", "MENDED", "CLOSE"),
            "teams.solving.exchange.composition": (
                "LARGEST", "LARGEST_RELAXED", "NODES", "TURN", "TURN_EACH", "FINEST", "ROUNDING",
            ),
            "teams.solving.exchange.repair": (
                "HOTTEST", "COLDEST", "BEGIN", "COOLED", "STALLED", "BARRED", "ODDS", "BLOCK", "ROOMY",
            ),
            "teams.solving.kernels.repair_loop": ("TRIES", "DRAWS", "WINDOW"),
            "teams.solving.kernels.compiled": ("COMPILE_FROM",),
        },
    ),
    "teams-sizes": Group(
        "rosters of 44, 70 and 106 people whose teams have two sizes, with three to seven columns",
        False,
        partial(
            rosters, **dict.fromkeys(("columns/44/10/3", "columns/70/16/5", "columns/106/16/7"), "normal")
        ),
        {
            "teams.solving.exchange.few_teams": (
                "LARGEST", "STEPS", "SLOWER", "USUAL", "FLAT", "MORE", "ROUNDS", "SHORT",
            ),
        },
    ),
    "teams-rules": Group(
        "rosters of 24 and 30 people with nobody alone, wishes, and friends",
        False,
        partial(rosters, **dict.fromkeys(("lone/30/6/1", "wishes/24/4/4", "friends/24/4/3"), "normal")),
        {
            "teams.solving.exchange.portfolio": (
                "STEPS", "ELITE", "CROSSED", "BEGUN", "BEGUN_EACH", "AROUND", "SLOWER", "LONG",
            ),
            "teams.solving.exchange.annealing": ("SOFT", "HARD", "HARD_ALONE", "SHORT"),
            "teams.solving.exchange.exchange": ("HARD_MOST",),
            "teams.solving.exchange.program": ("MOST", "NODES", "PROOF_NODES"),
            "teams.solving.model.floors": ("LARGEST",),
        },
    ),
    "teams-small": Group(
        "rosters of 9 to 14 people with rules",
        False,
        partial(rosters, **dict.fromkeys(("lone/12/3/1", "wishes/9/3/2", "friends/14/3/3"), "normal")),
        {
            "teams.solving.exchange.enumeration": ("PEOPLE", "MOST", "CELLS"),
            "teams.solving.exchange.exchange": ("HARD_MOST", "WIDE"),
            "teams.solving.exchange.program": ("MOST", "NODES", "PROOF_NODES", "WHOLE"),
        },
    ),
    "teams-numbers": Group(
        "rosters of 40 and 100 people with two numbers",
        False,
        numbered,
        {"teams.solving.exchange.number_swaps": ("STARTS", "WORK", "TURNS", "WEIGHTS")},
    ),
    "rota-quota": Group(
        "quota on rotas of 40 people over a year and of 200 over two",
        False,
        partial(
            rotas, "quota",
            {"people": 40, "slots": 52, "seats": 5, "away": 0.2},
            {"people": 200, "slots": 104, "seats": 6, "away": 0.3},
        ),
        {
            "rota.solving.quota.flow": ("WHOLE", "CHECK_EVERY"),
            "rota.solving.quota.bound": ("WIDEST",),
            "rota.solving.quota.mixing": ("LOOKS", "STEPS", "PASSES"),
            "rota.solving.quota.views": ("LARGE", "STRETCH", "NODES", "STOPS", "WORST"),
        },
    ),
    "rota-conflict": Group(
        "six rotas of 40 to 1,440 cells whose rules cannot all hold; values are the rules that are named",
        False,
        contradictions,
        {"rota.solving.optimise.conflict": ("NODES", "CELLS", "ROUNDS")},
    ),
    "rota-rules": Group(
        "optimise on rotas of 1,000 to 4,500 cells with a rest and two pairs apart",
        False,
        partial(
            rotas, "optimise",
            {"people": 20, "slots": 52, "seats": 3, "rest_slots": 2, **RULED},
            {"people": 40, "slots": 52, "seats": 5, "rest_slots": 2, **RULED},
            {"people": 50, "slots": 100, "seats": 4, "rest_slots": 3, **RULED},
        ),
        {
            "rota.solving.optimise.search": ("SMALL", "MIDDLE", "NEAR"),
            "rota.solving.optimise.bound": ("ROOM",),
            "rota.solving.optimise.optimise": ("LARGE",),
            "rota.solving.optimise.rolling": ("CELLS",),
            "rota.solving.optimise.mixing": ("ROUNDS", "LOOKS"),
            "rota.solving.optimise.refine": ("CELLS", "WORST"),
        },
    ),
    "rota-layers": Group(
        "optimise on rotas of four to ten people with a rest, over 26 to 60 slots",
        False,
        partial(
            rotas, "optimise",
            {"people": 4, "slots": 60, "seats": 1, "away": 0.1, "rest_slots": 1},
            {"people": 6, "slots": 40, "seats": 2, "away": 0.1, "rest_slots": 1},
            {"people": 10, "slots": 26, "seats": 3, "away": 0.1, "rest_slots": 1},
        ),
        {"rota.solving.optimise.layers": ("CREWS", "LOOKS", "WIDE", "WORK", "BEAM")},
    ),
    "rota-wards": Group(
        "exchanges of stretches on wards of 14 people with blocks of nights, over five weeks with whole "
        "weekends and over two months without and with them; values are squared lags, proven are plans found",
        False,
        partial(wards, views=False),
        {
            "rota.solving.optimise.stretch_swaps": (
                "ROUNDS", "ENOUGH", "TRIES", "MENDS", "WARM", "COLD", "BROKEN", "LONG", "FAR", "LOOK",
            ),
        },
    ),
    "rota-views": Group(
        "the same wards, from the plans found, with exchanges for their views; values are what is owed in "
        "views, squared, and gaps how far the furthest account is off at its end",
        False,
        partial(wards, views=True),
        {"rota.solving.optimise.stretch_swaps": ("EVEN", "SLACK", "TRIES", "WARM", "COLD", "LONG", "FAR")},
    ),
}  # fmt: skip


GUARDS = {
    "allocation.solving.OFFICES_FROM": "where one method takes over from another",
    "allocation.solving.cp_sat.SECONDS_EACH": "whether a time limit leaves time at all",
    "allocation.solving.offices.local.LIGHT": "it only keeps a division from 0",
    "allocation.solving.flow.SECONDS_EACH": "whether a time limit leaves time at all",
    "allocation.solving.mip.LATE_EACH": "how late a time limit ends HiGHS",
    "allocation.solving.mip.SECONDS_EACH": "whether a time limit leaves time at all",
    "allocation.solving.greedy.ASKED": "for plans of a sample, where a time limit leaves no more",
    "allocation.solving.greedy.GRACE": "for plans of a sample, where a time limit leaves no more",
    "allocation.solving.greedy.READ": "for plans of a sample, where a time limit leaves no more",
    "allocation.solving.greedy.SAMPLE": "for plans of a sample, where a time limit leaves no more",
    "allocation.solving.greedy.SAMPLED": "for plans of a sample, where a time limit leaves no more",
    "allocation.solving.offices.chains.BLOCK": "how much memory is used at a time",
    "allocation.solving.offices.chains.LEAST": "below every value",
    "allocation.solving.offices.chains.LEVELS": "for weights without a common divisor",
    "allocation.solving.offices.search.CHAINED": "for more than five offices with more than 800 awards",
    "allocation.solving.offices.pieces.SHARED": "a mark, of which only the sign counts",
    "teams.solving.exchange.portfolio.AGAIN_IN_TIME": "for searches that have a time limit",
    "teams.solving.exchange.portfolio.FRUITLESS": "when a search that has a time limit ends before it",
    "teams.solving.exchange.portfolio.LARGEST": "from 20,000 people on, too long for this benchmark",
    "teams.solving.exchange.program.MARGIN": "what is claimed as proven: ten times the solver's tolerances",
    "teams.solving.model.floors.ASSIGNED": "how large a roster's choices are proven, by time",
    "teams.solving.model.objective.SUMS": "how much memory is used at a time",
    "teams.solving.model.objective.COARSE": "how fine whole-number costs are",
    "teams.solving.model.objective.FINE": "how fine whole-number costs are",
    "allocation.solving.cp_sat.POLL": "seconds between two looks at the clock",
    "allocation.solving.greedy.CLOSED": "above every value",
    "allocation.solving.model.residual.EXACT_BITS": "what a float holds exactly",
    "allocation.solving.model.restricted.CHEAP": "for weights so large that HiGHS would not see their price",
    "allocation.solving.model.restricted.PLAIN_BITS": "for weights beyond a million",
    "allocation.solving.model.residual.MOST_BITS": "how fine ticks are; proofs hold with any",
    "allocation.solving.offices.offices.LARGEST": "where one method takes over from another",
    "allocation.solving.offices.offices.MANY_ROWS": "where one method takes over from another",
    "rota.solving.model.barriers.OVERLAPS": "which of two reasons is told",
    "rota.solving.model.lookahead.MOST_PAIRS": "how large a rota is looked ahead in",
    "rota.solving.model.orders.NEAR": "rounding; nearer values are compared exactly",
    "rota.solving.online.by_rate.GROUPS": "where one way takes over from another; same plans",
    "rota.solving.online.same_day.MOST_TURNS": "how large a day is dealt out anew",
    "rota.solving.optimise.board.FROZEN": "an order of rules",
    "rota.solving.optimise.board.OVERLAPS": "an order of rules",
    "rota.solving.optimise.board.SEATS": "an order of rules",
    "rota.solving.optimise.board.SKILLS": "an order of rules",
    "rota.solving.optimise.layers.NEVER": "above every value",
    "rota.solving.optimise.mixing.NOISE": "rounding of sums of wishes",
    "rota.solving.optimise.soft.HALF": "rounding of 0 or 1",
    "teams.solving.exchange.portfolio.LEVELLED": "up to how many people plans are levelled at once",
    "teams.solving.kernels.compiled.LOADED_IN": "seconds of loading; which loops are used by small rosters",
    "rota.solving.model.company.MOST_PEOPLE": "up to how many people partners are mixed",
    "rota.solving.model.company.MOST_SEATS": "up to how many seats partners are mixed",
    "rota.solving.optimise.optimise.SEARCH": "for searches that have a time limit",
    "rota.solving.optimise.refine.PROGRAMS": "for searches that have a time limit",
    "rota.solving.optimise.optimise.EXCHANGED": "where one method takes over from another",
    "rota.solving.optimise.optimise.FIRST": "for searches that have a time limit",
    "rota.solving.quota_smooth.SECONDS_EACH": "whether a time limit leaves time at all",
    "rota.solving.optimise.layers.TOLERANCE": "rounding; any choice keeps the best plan",
    "rota.solving.optimise.optimise.FAULT": "when a bound is handed to the judge as it is",
    "rota.solving.optimise.optimise.HUGE": "what is refused for its size",
    "rota.solving.quota_smooth.HUGE": "what is refused for its size",
    "teams.solving.kernels.repair_loop.FIRST_MODULUS": "of the draws, from the paper named there",
    "teams.solving.kernels.repair_loop.SECOND_MODULUS": "of the draws, from the paper named there",
    "teams.solving.model.yardstick.TWO": "how many parts a split has",
}
"""Constants that are not measured here, and why."""


def scaled(value: Any, factor: float) -> Any:
    """Return half or twice a constant, of a tuple each number; counts stay whole and positive."""
    if isinstance(value, tuple):
        return tuple(scaled(part, factor) for part in value)
    if isinstance(value, float):
        # A share of one stays a share: twice 0.9 is as near to one again.
        return 1 - (1 - value) / factor if 0.6 < value < 1 else value * factor
    return max(1, int(value * factor)) if value > 0 else int(value * factor)


def holders(module: str, name: str) -> list[tuple[Any, str]]:
    """Return the modules that hold a constant: its own, and those that fetched it by name."""
    out = [(importlib.import_module(f"evenhand.{module}"), name)]
    for other in list(sys.modules.values()):
        if not getattr(other, "__name__", "").startswith("evenhand.") or not hasattr(other, name):
            continue
        for node in ast.walk(ast.parse(inspect.getsource(other))):
            if isinstance(node, ast.ImportFrom) and node.module == f"evenhand.{module}":
                out += [(other, alias.asname or name) for alias in node.names if alias.name == name]
    return out


def put(module: str, name: str, value: Any) -> None:
    """Set a constant wherever it is held, as a default of a parameter too."""
    own = importlib.import_module(f"evenhand.{module}")
    before = vars(own)[name]
    for holder, called in holders(module, name):
        setattr(holder, called, value)
    for function in vars(own).values():
        if isinstance(function, FunctionType) and function.__defaults__:
            function.__defaults__ = tuple(value if part is before else part for part in function.__defaults__)


def measured(run: Callable[[], Sequence[Plan]], change: tuple[str, str, Any] | None) -> Figures | str:
    """Run a group in a child of its own, with one constant changed; a sentence where it fails."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        told: Figures | str
        try:
            if change:
                put(*change)
            start = time.process_time()
            plans = tuple(run())
            told = Figures(plans, time.process_time() - start)
        except BaseException as error:  # noqa: BLE001 - whatever a constant breaks is a result
            told = f"{type(error).__name__}: {str(error).splitlines()[0][:60] if str(error) else ''}"
        with os.fdopen(send, "wb") as out:
            pickle.dump(told, out)
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as back:
        told = pickle.load(back)  # noqa: S301 - our own child wrote it
    os.waitpid(child, 0)
    return told


def difference(now: Figures, then: Figures | str, *, more: bool) -> str:
    """Say what changed."""
    if isinstance(then, str):
        return then
    words = []
    ahead = sum(plan.value for plan in then.plans) - sum(plan.value for plan in now.plans)
    if len(then.plans) != len(now.plans):
        words.append(f"{len(then.plans)} answers instead of {len(now.plans)}")
    # Sums of floats in another order differ by some 1e-16 of them.
    if abs(ahead) > 1e-12 * abs(sum(plan.value for plan in now.plans)):
        better = (ahead > 0) == more
        whole = abs(sum(plan.value for plan in now.plans))
        part = f" by {abs(ahead) / whole:.2g} of it" if whole else f" by {abs(ahead):.3g}"
        words.append(("better" if better else "worse") + part)
    proven = sum(plan.proven for plan in then.plans) - sum(plan.proven for plan in now.plans)
    if proven:
        words.append(f"{abs(proven)} {'more' if proven > 0 else 'fewer'} proven")
    gap, was = sum(plan.gap for plan in then.plans), sum(plan.gap for plan in now.plans)
    if gap != was:
        words.append(f"gap {gap:.3g} for {was:.3g}")
    if not words:
        alike = all(a.awards == b.awards for a, b in zip(now.plans, then.plans, strict=True))
        words.append("same" if alike else "other plans, as good")
    ratio = then.seconds / now.seconds if now.seconds else 1.0
    if not 1 / NOISE < ratio < NOISE and max(then.seconds, now.seconds) > 0.05:
        words.append(f"{ratio:.1f} times as long")
    return ", ".join(words)


def group_lines(name: str) -> list[str]:
    """Return a group's part of the page."""
    group = GROUPS[name]
    for module in group.constants:
        importlib.import_module(f"evenhand.{module}")
    run = group.draw()
    # The faster of two counts: in the first, what is compiled once and kept on disk may still be compiled.
    runs = [measured(run, None) for _ in range(2)]
    base = min((told for told in runs if isinstance(told, Figures)), key=lambda told: told.seconds)
    total, gap = sum(plan.value for plan in base.plans), sum(plan.gap for plan in base.plans)
    proven = sum(plan.proven for plan in base.plans)
    came = f"objectives {total:,.10g} in all, {proven} of {len(base.plans)} proven, gaps {gap:.3g}"
    lines = [
        f"## {name}", "",
        f"{group.about[0].upper()}{group.about[1:]}.", "",
        f"As it is: {came}.", "",
        "| constant | value | at half | at twice |", "|---|---|---|---|",
    ]  # fmt: skip
    print("\n".join(lines), flush=True)
    for module, names in group.constants.items():
        for constant in names:
            value = vars(sys.modules[f"evenhand.{module}"]).get(constant)
            if value is None:
                print(f"{module} has no constant {constant} any more")
                continue
            told = [
                difference(base, measured(run, (module, constant, scaled(value, factor))), more=group.more)
                for factor in (0.5, 2.0)
            ]
            short = module.replace(".solving", "")
            lines.append(f"| `{short}.{constant}` | {written(value)} | {told[0]} | {told[1]} |")
            print(lines[-1], flush=True)
    return [*lines, ""]


def written(value: Any) -> str:
    """Return a value as the table shows it."""
    if isinstance(value, int) and value > 2**20 and value & (value - 1) == 0:
        return f"2^{value.bit_length() - 1}"
    return f"{value:,}" if isinstance(value, int) else f"{value}"


HEAD = """# The methods' constants at half and twice

Made by `python -m benchmarks.constants --write`. Each constant of a method is set to half and to twice its
value, wherever the code holds it, and the same made-up problems are solved again. *Same* means the same plans
and proofs. Better and worse are changes of the objectives' sum, whichever way a method goes; times are of the
processor, and those less than a fifth apart are left out. Of a share near one, such as 0.9, what is missing
to one is doubled and halved.

Where nothing changes here, a constant matters on larger or stranger problems alone, or it keeps those from
taking all memory or time; its comment says which. What is not measured stands with its reason in `GUARDS` of
`benchmarks/constants.py`, and a test asks that constants of methods stand in one of the two.
"""


def page(sections: dict[str, str]) -> str:
    """Return the whole page: sections measured now, and the others as the page holds them."""
    if PAGE.exists():
        before = dict(part.split("\n", 1) for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:])
        sections = {name: f"## {name}\n{before[name].strip()}\n" for name in before} | sections
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        [HEAD, f"Machine: {machine}.", "", *(sections[name] for name in GROUPS if name in sections)]
    )


def main() -> None:
    """Measure the groups named, or all, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("groups", nargs="*", help=f"of {', '.join(GROUPS)}; left out, all")
    parser.add_argument(
        "--write", action="store_true", help="write docs/benchmarks/constants.md, group by group"
    )
    asked = parser.parse_args()
    if unknown := sorted(set(asked.groups) - set(GROUPS)):
        parser.error(f"no group is called {', '.join(unknown)}; groups are {', '.join(GROUPS)}")
    for name in asked.groups or GROUPS:
        section = "\n".join(group_lines(name))
        if asked.write:
            PAGE.write_text(page({name: section}), encoding="utf-8")


if __name__ == "__main__":
    main()
