"""A solution as blocks of text: what a person reads first, on a terminal or in a file."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from evenhand.core.solution import Solution
from evenhand.core.units import at_most
from evenhand.report.notes import advice_blocks, counts_off_said, fairness_blocks, proven_said
from evenhand.report.plans import plan_blocks
from evenhand.report.rooms import measured
from evenhand.report.text import Block, Grid, Heading, Text
from evenhand.report.units import shown, unit_of


def solution_blocks(solution: Solution, rows: int | None = None) -> list[Block]:
    """Return a solution as blocks: the answer, the headline, the plan, the score, and what is proven.

    Args:
        solution: a solution with awards.
        rows: rows of the plan to show; None for all.
    """
    blocks: list[Block] = [Text(answer_line(solution), "strong"), Text(solution.headline)]
    blocks += [Text(line) for line in stays(solution)]
    blocks += plan_blocks(solution, rows)
    return [*blocks, *advice_blocks(solution), Text(proof_line(solution), "note")]


def answer_line(solution: Solution) -> str:
    """Say the result as the page's first line does, and whether it is proven.

    ``75 cars handed out. 48 of 195 partners got one or two. Proven best.``
    """
    answer = import_module(f"evenhand.report.{solution.job}_page").answer_of(solution)
    remarks = [f"{tag.text}." for tag in answer.tags]
    return " ".join([answer.sentence, *remarks])


def stays(solution: Solution) -> list[str]:
    """Say that items stay because of fairness, what a ledger changed, or that another policy suits a rota."""
    if solution.job == "rota":
        from evenhand.rota.asking.advice import nearer_policy

        nearer = nearer_policy(solution.problem, solution.awards)
        return [str(nearer)] if nearer else []
    if solution.job == "teams":
        from evenhand.teams.asking.ledger import preferred

        return preferred(solution.problem, solution.awards)
    if solution.job != "allocation":
        return []
    from evenhand.allocation.asking.advice import kept_back, kept_back_sentence

    sentence = kept_back_sentence(solution.problem, kept_back(solution.problem, solution.awards))
    return [sentence] if sentence else []


def proof_line(solution: Solution) -> str:
    """Say value, terms and proof in a sentence or two."""

    def said(value: int) -> str:
        return shown(solution.job, solution.problem, value)

    parts = [f"{solution.standing.capitalize()} by {solution.method}, seed {solution.seed}"]
    plain = unit_of(solution.job, solution.problem)[1]
    proven = solution.job == "allocation" or solution.gap
    if solution.objective is not None and plain and proven:
        parts.append(f"value {said(solution.objective)}")
        if solution.bound is not None and solution.gap:
            parts.append(_bound_said(solution, said))
    lines = [", ".join(parts) + "."]
    # What breaks of rules cost is a price, no figure to read; what they are stands above, in words.
    terms = [
        f"{term.name} {said(term.value)}"
        for term in solution.terms
        if term.value and not (solution.job == "rota" and term.name.startswith("rule: "))
    ]
    if len(terms) > 1 and plain:
        lines.append("Made of " + ", ".join(terms) + ".")
    if solution.job == "teams" and proven_said(solution):
        lines.append(" ".join(part for part in (proven_said(solution), counts_off_said(solution)) if part))
    proven_rota = solution.job == "rota" and solution.gap == 0
    if solution.cut and (proven_rota or solution.gap != 0):
        so_far = (
            "among plans as good, views may get more even" if proven_rota else "this is the best found so far"
        )
        lines.append(f"Stopped early: {so_far}.")
    return "\n".join(lines)


def _bound_said(solution: Solution, written: Callable[[int], str]) -> str:
    """Say what is proven of the best value, where that is another than the plan's."""
    if solution.job == "allocation":
        return f"bound {written(solution.bound or 0)}, gap {gap_text(solution)}"
    # Where least is best, a bound of 0 says nothing: no sum of squares is below it.
    if not solution.bound:
        return "how near it is to the least is not proven"
    return f"no plan has less than {written(solution.bound)}"


def gap_text(solution: Solution) -> str:
    """Write the proven gap as a share of the value: it is at most so much."""
    return f"{at_most(100 * (solution.gap or 0) / max(1, abs(solution.objective or 0)), 2)}%"


def measure_blocks(solution: Solution) -> list[Block]:
    """Return the panel as blocks."""
    panel = measured(solution)
    if panel is None:
        return [Text("There are no awards to measure.")]
    head, *lines = str(panel).split("\n")
    rows = tuple((line,) for line in lines)
    title: list[Block] = [Heading("How even it is"), Text(solution.headline, "strong"), Text(head)]
    return [*title, Grid(("",), rows), *fairness_blocks(solution)]
