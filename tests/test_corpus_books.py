"""Messy workbooks, archives and folders: a plan with a note, or a refusal that says how to mend it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from evenhand.cli.app import run

ROWS = [["name", "office"], ["Ada", "a"], ["Bo", "b"], ["Cy", "a"], ["Di", "b"]]
PEOPLE = "\n".join(",".join(row) for row in ROWS) + "\n"
TEAMS = ["teams", "{}", "--teams", "2", "--balance", "office"]
ROTA = ["rota", "{}", "--weeks", "4", "--start", "2026-01-05"]


def book(fill: Callable[[Any], object]) -> bytes:
    """Return a workbook as it was filled."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(made)
    made.close()
    return out.getvalue()


def rows_at(sheet: Any, top: int = 0, left: int = 0, rows: list[list[str]] = ROWS) -> Any:
    """Write rows into a sheet from a cell on, and return the sheet."""
    for number, row in enumerate(rows):
        sheet.write_row(top + number, left, row)
    return sheet


def titled(made: Any) -> None:
    """Two merged titles, the header in row 3, and a row of totals."""
    sheet = made.add_worksheet()
    sheet.merge_range("A1:C1", "Scores", None)
    sheet.merge_range("A2:C2", "as of May", None)
    rows = [["item", "recipient", "score"], ["car", "Ada", "5"], ["van", "Bo", "3"], ["Total", "", "8"]]
    rows_at(sheet, 2, rows=rows)


def merged(made: Any) -> None:
    """Two offices, each merged over the rows of its people."""
    sheet = rows_at(
        made.add_worksheet(), rows=[["office", "name"], ["", "Ada"], ["", "Bo"], ["", "Cy"], ["", "Di"]]
    )
    sheet.merge_range("A2:A3", "a", None)
    sheet.merge_range("A4:A5", "b", None)


def filtered(made: Any) -> None:
    """A filter hides two people."""
    sheet = rows_at(made.add_worksheet())
    sheet.autofilter(0, 0, 4, 1)
    for row in (2, 4):
        sheet.set_row(row, None, None, {"hidden": True})


def hidden_first(made: Any) -> None:
    """The first sheet is hidden and holds others."""
    rows_at(made.add_worksheet("Old"), rows=[["name", "office"], ["Xx", "a"]]).hide()
    rows_at(made.add_worksheet("Now")).activate()


def second_below(made: Any) -> None:
    """Another table stands below the first, in the same sheet."""
    sheet = rows_at(made.add_worksheet())
    rows_at(sheet, 7, rows=[["day", "slots"], ["Mon", "2"]])


def zipped(files: dict[str, str | bytes]) -> bytes:
    """Return an archive of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


CASES: list[tuple[str, list[str], dict[str, bytes], int, list[str]]] = [
    ("titles and totals", ["allocate", "{}"], {"t.xlsx": book(titled)}, 0,
     ["'Scores / as of May' stands above the header, which is row 3", "'Total' looks like a row of totals"]),
    ("merged down", TEAMS, {"t.xlsx": book(merged)}, 0, ["has merged cells; 2 more rows got their value"]),
    ("hidden rows", TEAMS, {"t.xlsx": book(filtered)}, 0, ["has 2 hidden rows, which were read too"]),
    ("a hidden sheet", TEAMS, {"t.xlsx": book(hidden_first)}, 0, []),
    ("not at A1", TEAMS, {"t.xlsx": book(lambda made: rows_at(made.add_worksheet(), 3, 2))}, 0, []),
    ("two tables in a sheet", TEAMS, {"t.xlsx": book(second_below)}, 2,
     ["row 8: looks like the header of another table (day, slots)"]),
    ("one table zipped", TEAMS, {"t.zip": zipped({"class 7b.csv": PEOPLE})}, 0, []),
    ("a workbook zipped", TEAMS,
     {"t.zip": zipped({"a.xlsx": book(lambda made: rows_at(made.add_worksheet()))})}, 0, []),
    ("two people.csv in one archive", ROTA,
     {"t.zip": zipped({"a/people.csv": PEOPLE, "b/people.csv": PEOPLE})}, 2,
     ["is there more than once (a/people.csv and b/people.csv)"]),
    ("an archive in an archive", ROTA, {"t.zip": zipped({"inner.zip": zipped({"people.csv": PEOPLE})})}, 2,
     ["people.csv: is not in t.zip. Did you mean t.zip/inner.zip?"]),
    ("an archive beside people", ROTA,
     {"t.zip": zipped({"people.csv": PEOPLE, "more.zip": zipped({"history.csv": "a\n"})})}, 0,
     ["t.zip/more.zip: was not read"]),
    ("people one folder deeper", ROTA, {"d/2026/people.csv": PEOPLE.encode()}, 2, ["Did you mean d/2026?"]),
    ("history one folder deeper", ROTA,
     {"d/people.csv": PEOPLE.encode(), "d/old/history.csv": b"date,name\n2025-01-01,Ada\n"}, 0,
     ["d/old: was not read"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "words", "files", "code", "says"), CASES, ids=[case[0] for case in CASES])
def test_each_kind_ends_in_a_plan_or_in_words(
    name: str, words: list[str], files: dict[str, bytes], code: int, says: list[str],
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The kind of mess in the case's name has its exit code, and what must be said is said."""
    monkeypatch.chdir(tmp_path)
    for file, content in files.items():
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(content)
    source = next(iter(files)).split("/")[0]
    assert run([word.replace("{}", source) for word in words]) == code, (name, capsys.readouterr().err)
    shown = capsys.readouterr()
    assert [part for part in says if part not in shown.err] == [], shown.err
    assert "Xx" not in shown.out


def test_merged_cells_give_the_teams_that_filled_ones_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People of a merged office are of that office: the plan is the one of the same table written out."""
    plans = []
    for file, content in (("t.xlsx", book(merged)), ("t.csv", b"office,name\na,Ada\na,Bo\nb,Cy\nb,Di\n")):
        (tmp_path / file).write_bytes(content)
        assert run(["teams", str(tmp_path / file), "--teams", "2", "--balance", "office"]) == 0
        plans.append(capsys.readouterr().out)
    assert plans[0] == plans[1]


def covered(made: Any) -> None:
    """A cover with a title, the people, and an empty sheet."""
    rows_at(made.add_worksheet("Cover"), rows=[["Summer party"], ["as of 1 May"]])
    rows_at(made.add_worksheet("Guests"))
    made.add_worksheet("Notes")


def two_tables(made: Any) -> None:
    """A cover before two lists, of which nobody can know which one is meant."""
    rows_at(made.add_worksheet("Cover"), rows=[["Summer party"]])
    rows_at(made.add_worksheet("A"))
    rows_at(made.add_worksheet("B"))


def test_the_only_sheet_with_a_table_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cover in front needs no --sheet, and a note says which sheet was read; two lists are asked for."""
    (tmp_path / "one.xlsx").write_bytes(book(covered))
    assert run([word.format(tmp_path / "one.xlsx") for word in TEAMS]) == 0
    assert "has 3 sheets; Guests was read, the only one with a table" in capsys.readouterr().err
    (tmp_path / "two.xlsx").write_bytes(book(two_tables))
    assert run([word.format(tmp_path / "two.xlsx") for word in TEAMS]) == 2
    assert "Choose one with --sheet: A, B" in capsys.readouterr().err
