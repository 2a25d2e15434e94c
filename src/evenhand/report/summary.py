"""A solution as blocks of text: what a person reads first, on a terminal or in a file."""

from __future__ import annotations

from importlib import import_module

from evenhand.core.solution import Solution
from evenhand.report.notes import TOLD, advice_blocks, counts_off_said, fairness_blocks, proven_said
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
    answer = answer_line(solution)
    blocks: list[Block] = [Text(answer, "strong")]
    # Where nothing is balanced the headline has no more to say than the answer began with.
    if not answer.startswith(solution.headline.removesuffix(".")):
        blocks.append(Text(solution.headline))
    blocks += [Text(line) for line in TOLD[solution.job].beside(solution)]
    blocks += plan_blocks(solution, rows)
    return [*blocks, *advice_blocks(solution), Text(proof_line(solution), "note")]


def answer_line(solution: Solution) -> str:
    """Say the result as the page's first line does, and whether it is proven.

    ``75 cars handed out. 48 of 195 partners got one or two. Proven best.``
    """
    answer = import_module(f"evenhand.report.{solution.job}_page").answer_of(solution)
    remarks = [f"{tag.text}." for tag in answer.tags]
    return " ".join([answer.sentence, *remarks])


def proof_line(solution: Solution) -> str:
    """Say value, terms and proof in a sentence or two."""

    def said(value: int) -> str:
        return shown(solution.job, solution.problem, value)

    told = TOLD[solution.job]
    parts = [f"{solution.standing.capitalize()} by {solution.method}, seed {solution.seed}"]
    plain = unit_of(solution.job, solution.problem)[1]
    if solution.objective is not None and plain and (told.scored or solution.gap):
        parts.append(f"value {said(solution.objective)}")
        if solution.bound is not None and solution.gap:
            parts.append(told.bound(solution, said))
    lines = [", ".join(parts) + "."]
    # What breaks of rules cost is a price, no figure to read; what they are stands above, in words.
    terms = [
        f"{term.name} {said(term.value)}"
        for term in solution.terms
        if term.value and not term.name.startswith("rule: ")
    ]
    if len(terms) > 1 and plain:
        lines.append("Made of " + ", ".join(terms) + ".")
    if told.own_proof and proven_said(solution):
        lines.append(" ".join(part for part in (proven_said(solution), counts_off_said(solution)) if part))
    so_far = told.goes_on if solution.gap == 0 else "this is the best found so far"
    if solution.cut and so_far:
        lines.append(f"Stopped early: {so_far}.")
    return "\n".join(lines)


def measure_blocks(solution: Solution) -> list[Block]:
    """Return the panel as blocks."""
    panel = measured(solution)
    if panel is None:
        return [Text("There are no awards to measure.")]
    head, *lines = str(panel).split("\n")
    rows = tuple((line,) for line in lines)
    title: list[Block] = [Heading("How even it is"), Text(solution.headline, "strong"), Text(head)]
    return [*title, Grid(("",), rows), *fairness_blocks(solution)]
