"""What files are taken for when they are brought in, told by their heads and by what stands below them."""

from __future__ import annotations

from pathlib import Path

import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.workspace.building import base_problem, solved
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


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_row_of_the_heads_is_said(kind: str) -> None:
    """Where two rows could be the heads a person says which; findings go on naming the rows of the file."""
    rows = [["Class", "Room"], ["3b", "12"], ["Name", "Level"]]
    rows += [[name, "high" if place % 2 else "low"] for place, name in enumerate("ABCDEF")]
    if kind == "csv":
        content = "\n".join(",".join(row) for row in rows).encode()
    else:
        first, *others = rows
        columns = {head: [row[place] for row in others] for place, head in enumerate(first)}
        content = eh.tables.xlsx_bytes({"3b": columns})
    draft = draft_of([(f"class.{kind}", content)], job="teams")
    assert draft.tables[0].heads == ("Class", "Room")
    draft.headed_by(draft.tables[0], 3)
    held = draft.tables[0]
    assert (held.heads, held.rows[0], held.columns["Name"].casefold()) == (("Name", "Level"), 4, "name")
    assert draft.findings() == []
    recipe, kept, names = draft.recipe()
    assert base_problem(recipe, kept, names).people == tuple("ABCDEF")
    for row, said in ((99, "has no cells in that row"), (0, "")):
        if said:
            with pytest.raises(InputError, match=said):
                draft.headed_by(draft.tables[0], row)
    assert draft.tables[0] is held


def test_a_folder_is_its_tables() -> None:
    """What lies beside tables is told and left out; what a system keeps for itself goes without a word."""
    fleet = Path(eh.__file__).parent / "data" / "fleet"
    files = [(f"Berlin_fleet/{file.name}", file.read_bytes()) for file in sorted(fleet.glob("*.csv"))]
    extra = {".DS_Store": b"\0", "~$plan.xlsx": b"x", "a.pdf": b"%"}
    draft = draft_of([*((f"Berlin_fleet/{name}", held) for name, held in extra.items()), *files])
    assert (draft.form, draft.findings(), draft.name) == ("fleet", [], "Berlin fleet")
    assert {brought.table for brought in draft.tables} == {Path(name).stem for name, _ in files}
    assert draft.notes == ["a.pdf: is no table and was left out. Save it as CSV or XLSX if it holds one."]
    # one file alone is refused with what it is
    with pytest.raises(InputError, match=r"a\.pdf"):
        draft_of([("a.pdf", b"%PDF-1.4 ...")])
    with pytest.raises(InputError, match="too many"):
        draft_of([(f"{n}.csv", b"name\nA\n") for n in range(65)])


def test_teams_are_asked_for_by_size_and_apart_by_a_column() -> None:
    """People of one value never share a team, and no team is larger than was asked for."""
    people = "".join(f"P{n:02},{'ABCDEFG'[n // 4]}\n" for n in range(26))
    draft = draft_of([("class.csv", f"name,Table\n{people}".encode())], job="teams")
    draft.settings = {"size": 4, "apart": ["Table"]}
    assert draft.findings() == []
    recipe, content, names = draft.recipe()
    solution = solved(base_problem(recipe, content, names), recipe)
    teams: dict[str, list[str]] = {}
    columns = solution.to_columns()
    for person, team in zip(columns["person"], columns["team"], strict=True):
        teams.setdefault(team, []).append(person)
    assert sorted(map(len, teams.values())) == [3, 3, 4, 4, 4, 4, 4]
    table = {f"P{n:02}": "ABCDEFG"[n // 4] for n in range(26)}
    assert all(len({table[name] for name in members}) == len(members) for members in teams.values())


def test_heads_are_found_below_rows_that_do_not_fit_them() -> None:
    """A school's export has two rows of its own above the heads; they are found, and the page says so."""
    rows = "".join(f"P{n:02},{'high' if n % 2 else 'low'},{n % 5}\n" for n in range(20))
    draft = draft_of([("class.csv", f"Class,Room\n3b,12\nName,Level,Table\n{rows}".encode())], job="teams")
    held = draft.tables[0]
    assert (held.heads, held.rows[0], draft.findings()) == (("Name", "Level", "Table"), 4, [])
    assert "in row 3" in draft.notes[0]
    # what is kept is read the same, wherever its heads are looked for
    recipe, content, names = draft.recipe()
    assert len(base_problem(recipe, content, names).people) == 20


def test_a_mended_file_is_read_as_the_file_was() -> None:
    """A cell that may be a thousand or a fraction stays a question when another cell was mended."""
    draft = draft_of([("a.csv", b"item;recipient;score\nGolf;Ann;1.234\nGolf;Bea;x\nPolo;Ann;2\n")])
    assert [finding.came for finding in draft.findings()] == ["1.234", "x"]
    draft.mend("a.csv", 3, "score", "7")
    assert [finding.came for finding in draft.findings()] == ["1.234"]
