"""The table of forms: which function writes which job under which ending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from evenhand.core.errors import Findings, InputError
from evenhand.core.solution import Solution
from evenhand.tables.files import write_atomically

Form = Callable[[Solution], bytes]

FORMS: Final[dict[tuple[str, str], str]] = {
    ("*", ".csv"): "evenhand.report.sheets:csv",
    ("*", ".xlsx"): "evenhand.report.sheets:xlsx",
    ("allocation", ".html"): "evenhand.report.allocation_page:html",
    ("allocation", ".letters.html"): "evenhand.report.allocation_page:letters_html",
    ("allocation", ".xlsx"): "evenhand.report.allocation_xlsx:xlsx",
    ("rota", ".html"): "evenhand.report.rota_page:html",
    ("rota", ".months.html"): "evenhand.report.rota_page:months_html",
    ("rota", ".people.html"): "evenhand.report.rota_page:people_html",
    ("rota", ".ics"): "evenhand.report.rota_ics:ics",
    ("rota", ".xlsx"): "evenhand.report.rota_xlsx:xlsx",
    ("teams", ".html"): "evenhand.report.teams_page:html",
    ("teams", ".names.html"): "evenhand.report.teams_page:participants_html",
    ("teams", ".cards.html"): "evenhand.report.teams_page:name_cards_html",
    ("teams", ".pages.html"): "evenhand.report.teams_page:team_pages_html",
    ("teams", ".groups.csv"): "evenhand.report.teams_groups:groups_csv",
    ("teams", ".xlsx"): "evenhand.report.teams_xlsx:xlsx",
}
"""(job or "*" for every job, ending) to "module:function"; a job's own line comes before the common one.

An ending of two parts is a hand-out: ``week.letters.html`` holds a letter a recipient, ``week.html`` the
whole plan. The function takes a solution and returns the file's bytes. It is imported when asked for.
"""

DOCUMENT: Final = ".json"
"""The ending of the document that holds everything; ``documents`` writes it, one step up the stair."""


def endings(job: str) -> tuple[str, ...]:
    """Return the endings a job can be saved under: the document's first, hand-outs last.

    Cost: constant.

    Example:
        >>> import evenhand as eh
        >>> ".html" in eh.report.endings("rota")
        True
    """
    known = {ending for owner, ending in FORMS if owner in {job, "*"}}
    return (DOCUMENT, *sorted(known, key=lambda ending: (ending.count("."), ending)))


def ending_of(path: str | Path, known: Sequence[str]) -> str:
    """Return the longest of the known endings that a path has, or its last suffix, in lower case.

    >>> ending_of("week.letters.html", (".html", ".letters.html")), ending_of("v1.2.HTML", (".html",))
    ('.letters.html', '.html')
    """
    target = Path(path)
    # Of "plan.groups.csv" both endings say which form is meant.
    double = "".join(target.suffixes[-2:]).lower()
    return double if double in known else target.suffix.lower()


def refuse(job: str, path: str | Path) -> None:
    """Refuse a path that nothing could be written to, before any work is done for it.

    Raises:
        InputError: the ending is unknown for this job, the folder is not there, or the path is a folder.

    Cost: linear in the paths.
    """
    findings = Findings()
    refuse_path(path, endings(job), job, findings)
    findings.raise_errors()


def refuse_path(path: str | Path, known: Sequence[str], what: str, findings: Findings) -> None:
    """Note why nothing can be written to a path: its ending is not known, or its folder is not there."""
    target = Path(path)
    ending = ending_of(target, known)
    if ending not in known:
        problem = f"has an ending that {what} cannot be written in" if ending else "has no ending"
        findings.error(problem, f"End it in one of {', '.join(known)}", came=str(path))
    elif target.is_dir():
        findings.error("is a folder", "Give the name of a file in it", came=str(path))
    # Asked before anything is planned: an hour's search should not end at a folder that is not there.
    folder = target.absolute().parent
    if not folder.is_dir():
        findings.error(
            "cannot be written: its folder is not there", f"Make the folder {folder}", came=str(path)
        )


def render(solution: Solution, ending: str) -> bytes:
    """Return a solution as the bytes of a file of that ending (".csv", ".xlsx", ".html", ".ics").

    Raises:
        InputError: the job has no such form.

    Cost: linear in the page.
    """
    home = FORMS.get((solution.job, ending)) or FORMS.get(("*", ending))
    if home is None:
        known = ", ".join(endings(solution.job))
        raise InputError.one(f"is not a form of {solution.job}", f"Choose one of {known}", came=ending)
    module, _, name = home.partition(":")
    form: Form = getattr(import_module(module), name)
    return form(solution)


def save(solution: Solution, path: str | Path) -> None:
    """Write a solution to a file by its ending; what was there is replaced only when all is written.

    Raises:
        InputError: the ending is unknown or the path cannot be written.

    Cost: linear in the plan and what is written of it.
    """
    target = Path(path)
    refuse(solution.job, target)
    write_atomically(target, render(solution, ending_of(target, endings(solution.job))))
