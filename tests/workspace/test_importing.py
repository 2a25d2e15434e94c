"""What files are taken for when they are brought in, told by their heads and by what stands below them."""

from __future__ import annotations

from pathlib import Path

import pytest

import evenhand as eh
from evenhand.workspace.importing import draft_of

PUPILS = "".join(f"{name};{'mw'[place % 2]};{place % 3}\n" for place, name in enumerate("ABCDEFGHIJ"))
MEMBERS = "Mitglied;Telefon;dabei seit\nAyşe;0151;1.3.2024\nBernd;0152;\nDörte;0153;\nEmre;0154;\n"
VANS = "Vehicle,Driver,Date of use,Urgency (0-100),Remark\n" + "".join(
    f"Van {van},Driver {driver},{day:02}/11/2026,{10 * van + driver},\n"
    for van in range(3)
    for driver in range(3)
    for day in (2, 23)
)


@pytest.mark.parametrize("head", ["Kind", "Schülerin/Schüler", "Wer?", "Name"])
@pytest.mark.parametrize("job", ["teams", ""])
def test_a_class_list_is_a_list_of_people(head: str, job: str) -> None:
    """Whatever stands above the names: "Kind" is also a column of rules, and is not taken for it."""
    draft = draft_of([("7b.csv", f"{head};m/w;Stufe\n{PUPILS}".encode())], job=job or "teams")
    assert [(brought.table, brought.columns[head].casefold()) for brought in draft.tables] == [
        ("people", "name")
    ]
    assert draft.findings() == []


@pytest.mark.parametrize("heads", ["Wer;von;bis", "Mitglied;vom;bis zum", "Name;von;bis"])
def test_when_people_are_away_is_no_duty(heads: str) -> None:
    """A table of dates beside the names of people says who is away, not when somebody serves."""
    away = f"{heads}\nBernd;24.12.2026;6.1.2027\nDörte;1.12.2026;14.12.2026\n"
    draft = draft_of([("Liste.csv", MEMBERS.encode()), ("Urlaub.csv", away.encode())], job="rota")
    assert [brought.table for brought in draft.tables] == ["people", "absences"]
    assert draft.tables[0].columns == {"Mitglied": "name", "Telefon": "", "dabei seit": "joined"}
    # nobody knows what was served in the years before: everybody begins even
    assert draft.settings["policy"] == "ledger"
    assert draft.findings() == []


def test_requests_are_told_by_what_stands_below_the_heads() -> None:
    """Item, taker, day and score are guessed where no head is a word for them."""
    draft = draft_of([("vans.csv", VANS.encode())])
    assert draft.form == "candidates"
    assert draft.tables[0].mapping() == {
        "Vehicle": "item",
        "Driver": "recipient",
        "Date of use": "day",
        "Urgency (0-100)": "score",
    }
    assert draft.findings() == []


def test_another_table_has_its_columns_guessed_anew() -> None:
    """Whoever says that a file is another table need not say each of its columns."""
    draft = draft_of([("7b.csv", f"Name;m/w;Stufe\n{PUPILS}".encode())], job="teams")
    for table in ("rules", "people"):
        draft.is_table(draft.tables[0], table)
    assert draft.tables[0].columns["Name"] == "Name"
    draft.is_table(draft.tables[0], "")
    assert draft.missing() == ["people"]


def test_cells_are_mended_where_they_stand() -> None:
    """After the first mended cell the rows are those of the file still, whatever stands above its heads."""
    rows = [f"van {row},Ann,2026-11-2{row},{'x' if row in (3, 5) else row}" for row in range(8)]
    text = "\n".join(["Vans,,,", "as of November,,,", "item,recipient,day,score", *rows])
    draft = draft_of([("vans.csv", text.encode())], job="allocation")
    assert [(f.table, f.row, f.came) for f in draft.findings()] == [("vans.csv", row, "x") for row in (7, 9)]
    for row, value in ((7, "3"), (9, "5")):
        first = draft.findings()[0]
        assert first.row == row
        draft.mend(first.table, row, first.column, value)
    assert draft.findings() == []
    assert draft.tables[0].cells["score"] == [str(row) for row in range(8)]


def test_each_sheet_of_a_workbook_is_a_table() -> None:
    """A fleet with a sheet a table is known whole, and a sheet of remarks does not stand for the people."""
    folder = Path(eh.__file__).parent / "data" / "fleet"
    sheets = {file.stem: dict(eh.tables.read(str(file)).columns) for file in sorted(folder.glob("*.csv"))}
    fleet = draft_of([("fleet.xlsx", eh.tables.xlsx_bytes(sheets))])
    assert (fleet.form, fleet.findings(), fleet.notes) == ("fleet", [], [])
    assert {brought.table for brought in fleet.tables} == set(sheets)
    remarks = {"Dear parents": ["by Friday", "thank you"]}
    class_list = {"Name": ["Ada", "Bo", "Cy", "Di"], "Level": ["1", "2", "1", "2"]}
    book = draft_of([("class.xlsx", eh.tables.xlsx_bytes({"Notes": remarks, "3b": class_list}))])
    assert [(brought.name, brought.table) for brought in book.tables] == [
        ("class/Notes.xlsx", ""),
        ("class/3b.xlsx", "people"),
    ]
    assert book.findings() == []
