"""Saving goes by ending, is refused before work begins, and is the same bytes every time."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from evenhand.core.errors import InputError
from evenhand.core.solution import Solution
from evenhand.report import FORMS, endings, refuse, render, save
from evenhand.tables import read
from report.small import allocated, rostered, teamed


def test_every_form_is_there() -> None:
    """Each line of the table names a function that can be fetched."""
    from importlib import import_module

    for home in FORMS.values():
        module, _, name = home.partition(":")
        assert callable(getattr(import_module(module), name)), home


def test_every_job_has_the_common_endings() -> None:
    """A document, a table, a workbook and a page can be had of every job, the document first."""
    for job in ("allocation", "teams", "rota"):
        assert endings(job)[0] == ".json"
        assert {".csv", ".xlsx", ".html"} <= set(endings(job))


@pytest.mark.parametrize("make", [allocated, teamed, rostered])
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".html"])
def test_the_same_solution_gives_the_same_bytes(make: object, ending: str) -> None:
    """Nothing of the clock or the machine gets into a file."""
    solution = make()  # type: ignore[operator]
    assert render(solution, ending) == render(solution, ending) != b""


def test_csv_is_the_plan_and_no_formula_runs() -> None:
    """A name that a spreadsheet could run is shielded, and reads back as it was."""
    text = render(teamed(), ".csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 6
    assert "'=Eve" in {row["person"] for row in rows}


def test_a_saved_table_reads_back(tmp_path: Path) -> None:
    """What is written as CSV and as a workbook holds the plan's columns again."""
    solution = teamed()
    for name in ("plan.csv", "plan.xlsx"):
        save(solution, tmp_path / name)
        table = read(tmp_path / name)
        assert list(table.columns["person"]) == list(solution.columns["person"])


def refused(solution: Solution, path: Path) -> str:
    """Return what is said when a path is refused; by save and by refuse alike."""
    with pytest.raises(InputError) as early:
        refuse(solution.job, path)
    with pytest.raises(InputError) as late:
        save(solution, path)
    assert str(early.value) == str(late.value)
    return str(early.value)


def test_a_path_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """Unknown and missing endings, missing folders and folders are each said with a way out."""
    solution = teamed()
    assert "End it in one of .json, .csv" in refused(solution, tmp_path / "plan.docx")
    assert "has no ending" in refused(solution, tmp_path / "plan")
    assert f"Make the folder {tmp_path / 'no'}" in refused(solution, tmp_path / "no" / "plan.csv")
    (tmp_path / "dir.csv").mkdir()
    assert "is a folder" in refused(solution, tmp_path / "dir.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["dir.csv"]


def test_a_calendar_is_for_rotas_alone() -> None:
    """Teams have no .ics form, and asking for one says which there are."""
    with pytest.raises(InputError, match="Choose one of"):
        render(teamed(), ".ics")
