"""`evenhand check`, `--map` and templates: what was read is said, and a mapping is kept."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from evenhand.cli.app import run
from evenhand.tables import write_xlsx
from evenhand.tables.descriptions import KINDS

DATA = Path(__file__).resolve().parents[2] / "src" / "evenhand" / "data"
GERMAN = "Empfänger;Gegenstand;Punkte\nAda;Auto;5\nBo;Auto;3\nBo;Rad;1\n"


def asked(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """Run a command line and return what it wrote on both streams."""
    assert run(list(words)) == code
    said = capsys.readouterr()
    return said.out, said.err


def checked(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    """Return what check says as JSON."""
    found: dict[str, Any] = json.loads(asked(capsys, "check", *words, "--json", code=code)[0])
    return found


@pytest.mark.parametrize(
    ("name", "job"), [("fleet", "fleet"), ("garden", "rota"), ("roster/people.csv", "teams")]
)
def test_bundled_tables_fit_their_job(name: str, job: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each bundled set is recognised, nothing is to mend, and there is a command to run."""
    found = checked(capsys, str(DATA / name))
    assert (found["job"], found["errors"]) == (job, [])
    assert str(found["command"]).startswith("evenhand ")


def test_a_german_file_is_understood_and_its_mapping_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read, how, and as what is said; the saved mapping gives the same plan without a note."""
    monkeypatch.chdir(tmp_path)
    Path("c.csv").write_bytes(GERMAN.encode("cp1252"))
    out, _ = asked(capsys, "check", "c.csv", "--save-mapping", "map.toml")
    for words in ("Windows-1252", "parted by semicolons", "header in row 1", "numbers 1 to 5", "recipient"):
        assert words in out
    assert '"Empfänger" = "recipient"' in Path("map.toml").read_text(encoding="utf-8")
    _, err = asked(capsys, "allocate", "c.csv", "--map", "map.toml", "--out", "plan.csv")
    assert "was read with" not in err
    assert "Ada" in Path("plan.csv").read_text(encoding="utf-8")


def test_findings_name_the_users_own_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --map an error names the head in the file and the column it stands for."""
    path = tmp_path / "c.csv"
    path.write_text("Partner,what,worth\n,car,5\nBo,car,a lot\n")
    words = ["--map", "Partner=recipient", "--map", "what=item", "--map", "worth=score"]
    _, err = asked(capsys, "allocate", str(path), *words, code=2)
    assert "c.csv, row 2, column Partner (recipient): '' is empty" in err
    assert "c.csv, row 3, column worth (score): 'a lot' is not a number" in err


@pytest.mark.parametrize("word", ["Foo=item", "recipient", "=x", "gone.toml"])
def test_a_mapping_that_fits_nothing_is_refused(
    word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A head that is nowhere, a word without a column and a file that is not there are refused."""
    path = tmp_path / "c.csv"
    path.write_text("item,recipient,score\ncar,Ada,5\n")
    _, err = asked(capsys, "allocate", str(path), "--map", word, code=2)
    assert ("--map" in err) or ("gone.toml" in err)


def test_a_zip_a_workbook_and_standard_input_are_read_like_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The garden as a folder, a zip, one workbook and a workbook on stdin gives one and the same plan."""
    from evenhand.tables import read

    files = sorted((DATA / "garden").glob("*.csv"))
    with zipfile.ZipFile(tmp_path / "garden.zip", "w") as archive:
        for path in files:
            archive.write(path, f"garden/{path.name}")
    write_xlsx({path.stem: dict(read(path).columns) for path in files}, tmp_path / "garden.xlsx")
    plans = []
    for source in (DATA / "garden", tmp_path / "garden.zip", tmp_path / "garden.xlsx"):
        asked(capsys, "rota", str(source), "--out", str(tmp_path / "plan.csv"))
        plans.append((tmp_path / "plan.csv").read_bytes())
    with (tmp_path / "garden.xlsx").open() as piped:
        monkeypatch.setattr("sys.stdin", piped)
        asked(capsys, "rota", "-", "--out", str(tmp_path / "plan.csv"))
    plans.append((tmp_path / "plan.csv").read_bytes())
    assert len(set(plans)) == 1


def test_another_sheet_is_named_and_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a workbook has several sheets the note names them; --sheet takes one; a wrong one lists them."""
    book = tmp_path / "t.xlsx"
    write_xlsx({"Notes": {"x": [1]}, "Class": {"name": ["Ada", "Bo"], "office": ["a", "b"]}}, book)
    _, err = asked(capsys, "teams", str(book), "--teams", "2", "--balance", "x", code=2)
    out, _ = asked(capsys, "teams", str(book), "--teams", "2", "--balance", "office", "--sheet", "class")
    assert "Ada" in out
    _, err = asked(capsys, "teams", str(book), "--teams", "2", "--sheet", "Clas", code=2)
    assert "Choose one of Notes, Class" in err


def test_files_that_are_not_read_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """absence.csv beside a rota's people is told with absences, by the plan and by check."""
    for path in (DATA / "garden").glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "absence.csv").write_text("name,from\nHugs,2026-02-03\n")
    (tmp_path / "budget list.csv").write_text("a\n1\n")
    _, err = asked(capsys, "rota", str(tmp_path))
    assert "absence.csv: was not read. Did you mean absences?" in err
    assert "holds budget list.csv, which was not read" in err
    assert "absence.csv: was not read. Did you mean absences?" in str(checked(capsys, str(tmp_path)))


def test_totals_empty_columns_and_headers_alone_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row of totals is left out with a note, an empty column is noted, a header alone is refused."""
    path = tmp_path / "candidates.csv"
    path.write_text("item,recipient,score,day\ncar,Ada,5,\nvan,Bo,3,\nTotal,,8,\n")
    _, err = asked(capsys, "allocate", str(path), code=2)
    assert "looks like a row of totals and was left out" in str(checked(capsys, str(path), code=2))
    path.write_text("item,recipient,score\n")
    _, err = asked(capsys, "allocate", str(path), code=2)
    assert "has a header and nothing below it" in err
    path.write_text("item,recipient,score,day\ncar,Ada,5,2026-13-02\n")
    _, err = asked(capsys, "allocate", str(path), code=2)
    assert "'2026-13-02' is not a day of the calendar" in err


def test_formulas_without_results_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A workbook written by a program that does not reckon is not read as empty cells."""
    import io

    from evenhand.tables import xlsx_bytes

    plain = xlsx_bytes({"T": {"item": ["car", "van"], "recipient": ["Ada", "Bo"], "score": [1, 2]}})
    out = io.BytesIO()
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            formula = re.sub(rb'(<c r="C2"[^>]*>)<v>1</v>', rb"\1<f>1+1</f><v></v>", held)
            new.writestr(name, formula if name == sheet else held)
    (tmp_path / "c.xlsx").write_bytes(out.getvalue())
    _, err = asked(capsys, "allocate", str(tmp_path / "c.xlsx"), code=2)
    assert "c.xlsx, row 2, column score: '#FORMULA' is a formula without a result" in err


def test_what_is_read_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """--out that is a file that is read is refused: by name, by another way to it, and through links."""
    monkeypatch.chdir(tmp_path)
    Path("candidates.csv").write_text("item,recipient,score\ncar,Ada,5\n")
    Path("soft.csv").symlink_to("candidates.csv")
    Path("hard.csv").hardlink_to("candidates.csv")
    before = Path("candidates.csv").read_bytes()
    for out in ("candidates.csv", "./candidates.csv", "soft.csv", "hard.csv", str(tmp_path / "soft.csv")):
        for source in ("candidates.csv", "."):
            _, err = asked(capsys, "allocate", source, "--out", out, code=2)
            assert "which is read" in err
    asked(capsys, "allocate", "candidates.csv", "--out", "plan.json")
    _, err = asked(capsys, "what-if", "plan.json", "--without", "car", "--out", "plan.json", code=2)
    assert Path("candidates.csv").read_bytes() == before


PROTECTED = {
    "check people.csv --save-mapping people.csv": "is the file people.csv, which is read",
    "check people.csv --save-mapping map.csv": "ends in .toml",
    "check people.csv --save-mapping project.toml": "is there already and holds something else",
    "teams people.csv --teams 2 --met-before teams.csv --out teams.csv": "is the file teams.csv",
    "rota people.csv --weeks 4 --start 2026-02-02 --ledger led.json --out led.json": "is the file led.json",
    "rota people.csv --weeks 4 --start 2026-02-02 --absences away/all.ics --calendars away": "holds all.ics",
    "rota . --weeks 4 --start 2026-02-02 --out history.csv": "would be read as a table of its folder",
}
"""A command each that would replace, or add to, what it reads; and the words that refuse it."""


@pytest.mark.parametrize("line", PROTECTED)
def test_no_command_replaces_what_it_reads(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger, earlier plan, absences, settings or table is still there as it was, and nothing new."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("name,office\nAda,a\nBo,b\nCy,a\nDi,b\n")
    Path("teams.csv").write_text("team,name\nA,Ada\nA,Bo\nB,Cy\nB,Di\n")
    Path("project.toml").write_text('[project]\nname = "x"\n')
    Path("led.json").write_text("{}")
    Path("away").mkdir()
    Path("away/all.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    _, err = asked(capsys, *line.split(), code=2)
    assert PROTECTED[line] in err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_people_given_to_another_command_are_told_where_they_belong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Compare and allocate of a table of people say what it looks like, and what to run."""
    for command, mend in (("compare", "Say --teams 4 to compare"), ("allocate", "teams FILE --teams 4")):
        for source in (DATA / "roster" / "people.csv", DATA / "roster"):
            _, err = asked(capsys, command, str(source), code=2)
            assert "a table of people" in err
            assert mend in err
            assert "approvals" not in err
    out, _ = asked(capsys, "compare", str(DATA / "garden"))
    assert "rate" in out


@pytest.mark.parametrize("job", ["allocation", "fleet", "teams", "rota"])
def test_templates_are_written_and_recognised(
    job: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A template holds every table of its job, is not written over, and can be planned as it stands."""
    asked(capsys, "template", job, "--out", str(tmp_path / "t"))
    names = {path.stem for path in (tmp_path / "t").iterdir()}
    assert names == {kind.name for kind in KINDS if kind.job == job}
    assert checked(capsys, str(tmp_path / "t"))["job"] == job
    _, err = asked(capsys, "template", job, "--out", str(tmp_path / "t"), code=2)
    assert "is there already" in err
    asked(capsys, "template", job, "--out", str(tmp_path / "t.xlsx"))
    assert checked(capsys, str(tmp_path / "t.xlsx"))["job"] == job


def test_an_unknown_template_has_its_near_miss(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt job is told with the one that is meant."""
    assert "Did you mean rota?" in asked(capsys, "template", "rotas", code=2)[1]


@pytest.mark.parametrize(
    ("words", "kind"), [(["teams", "gone.csv"], "InputError"), (["teams", "--teams", "x"], "UsageError")]
)
def test_errors_are_json_where_json_is_asked_for(
    words: list[str], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program reads kind, exit code and findings on stdout; a person the sentence on stderr."""
    out, err = asked(capsys, *words, "--json", code=2)
    told = json.loads(out)["error"]
    assert (told["kind"], told["exit_code"]) == (kind, 2)
    assert told["message"].split("\n")[0] in err


def test_check_refuses_what_the_command_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that stands twice is a fault of the table as a whole; check says it as the plan does."""
    people = tmp_path / "people.csv"
    people.write_text("name,office,desk\nAda  Stein,a,1\nAda Stein,b,2\nBo,a,3\nCy,b,3\n")
    _, err = asked(capsys, "teams", str(people), "--teams", "2", "--balance", "office", code=2)
    found = checked(capsys, str(people), code=2)
    assert [line for line in err.splitlines() if line] == found["errors"]
    assert (found["command"], "1 thing to mend" in str(found["answer"])) == ("", True)


def test_what_fits_no_job_is_to_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that is none of ours, and a file that cannot be read, end with 2 and say so first."""
    table = tmp_path / "t.csv"
    table.write_text("colour,shape\nred,round\n")
    assert str(checked(capsys, str(table), code=2)["answer"]).startswith("No table of any job was recognised")
    assert "cannot be read as a table" in str(checked(capsys, str(tmp_path / "x.csv"), code=2)["answer"])


def test_a_list_of_names_is_a_rota(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names alone leave nothing to balance, so a rota is what they fit; with a column they may be teams."""
    table = tmp_path / "t.csv"
    table.write_text("name\nAda\nBo\nCy\nDi\n")
    assert checked(capsys, str(table))["job"] == "rota"
    table.write_text("name,office\nAda,a\nBo,b\nCy,a\nDi,b\n")
    assert checked(capsys, str(table))["job"] == "teams"


def test_many_columns_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a thousand columns sixty are listed on the screen, and all of them for programs."""
    heads = ["name", "office", *(f"c{index}" for index in range(998))]
    table = tmp_path / "t.csv"
    rows = [
        [name, office, *["1"] * 998] for name, office in (("Ada", "a"), ("Bo", "b"), ("Cy", "a"), ("Di", "b"))
    ]
    table.write_text("\n".join(",".join(row) for row in [heads, *rows]))
    out, _ = asked(capsys, "check", str(table))
    assert "... and 940 more columns" in out
    assert len(checked(capsys, str(table))["files"][0]["columns"]) == 1000


@pytest.mark.parametrize("kind", ["plan", "ledger", "recipe", "mapping", "problem", "database"])
def test_every_kind_of_document_is_checked(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document is said to be what it is; one that was changed by hand, or is broken, ends with 1 or 2."""
    monkeypatch.chdir(tmp_path)
    garden = str(DATA / "garden")
    asked(capsys, "rota", garden, "--out", "plan.json", "--recipe", "kept")
    asked(capsys, "publish", "plan.json", "--ledger", "ledger.json", "--label", "spring")
    asked(capsys, "check", garden, "--save-mapping", "map.toml")
    if kind == "problem":
        from evenhand import documents, solver

        documents.save(solver.load("plan.json").problem, "problem.json")
    if kind == "database":
        asked(capsys, "plan", "kept.db", "--sample", "garden")
    file, broken = {
        "plan": ("plan.json", ('"objective"', '"objective": 1, "x"')),
        "ledger": ("ledger.json", ("spring", "summer")),
        "recipe": ("kept/recipe.toml", ("people.csv", "gone.csv")),
        "mapping": ("map.toml", ("[columns]", "[columns")),
        "problem": ("problem.json", ('"kind"', '"kin"')),
        "database": ("kept.db", ("", "")),
    }[kind]
    found = checked(capsys, file)
    assert (found["kind"], bool(found["said"])) == (kind, True)
    assert str(found["said"]).splitlines()[0] in asked(capsys, "check", file)[0]
    if kind != "database":
        path = Path(file)
        path.write_text(path.read_text(encoding="utf-8").replace(*broken, 1), encoding="utf-8")
        asked(capsys, "check", file, code=2)


def test_audit_and_databases_take_a_mapping(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heads of one's own are read with --map by audit, publish --opening and plan --recipe."""
    monkeypatch.chdir(tmp_path)
    Path("done.csv").write_text("Wann;Wer\n2026-01-05;Ada\n2026-01-12;Bo\n2026-01-19;Ada\n")
    Path("team.csv").write_text("Wer;Seit wann\nAda;2025-01-01\nBo;2025-01-01\n")
    heads = ["--map", "Wann=date", "--map", "Wer=name", "--map", "Seit wann=joined"]
    words = ["audit", "done.csv", "--people", "team.csv", "--today", "2026-01-12"]
    out, _ = asked(capsys, *words, *heads)
    assert "Ada" in out
    assert "Wo=place" in asked(capsys, *words, *heads, "--map", "Wo=place", code=2)[1]

    asked(capsys, "rota", str(DATA / "garden"), "--out", "plan.json", "--recipe", "kept")
    Path("open.csv").write_text("Wer,Stand\nHugs,1\nJay,-1\n")
    words = ["publish", "plan.json", "--ledger", "ledger.json", "--opening", "open.csv"]
    asked(capsys, *words, code=2)
    asked(capsys, *words, "--map", "Wer=name", "--map", "Stand=owed")

    people = Path("kept/people.csv")
    people.write_text(people.read_text().replace("name,joined", "Wer,dabei seit"))
    recipe = Path("kept/recipe.toml")
    recipe.write_text(re.sub(r'sha256 = ".*"\n', "", recipe.read_text()))
    words = ["plan", "kept.db", "--recipe", "kept/recipe.toml"]
    asked(capsys, *words, "--map", "Wer=name", "--map", "dabei seit=joined")
    refused = asked(capsys, "plan", "kept.db", "--map", "Wer=name", code=2)[1]
    assert "means nothing without --recipe" in refused


def test_commands_that_say_sentences_say_them_as_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that tells or records something takes --json, and its errors are JSON as well."""
    monkeypatch.chdir(tmp_path)
    asked(capsys, "rota", str(DATA / "garden"), "--out", "plan.json")
    for words in (
        ["plan", "kept.db", "--sample", "garden"],
        ["history", "kept.db"],
        ["publish", "plan.json", "--ledger", "ledger.json"],
    ):
        told = json.loads(asked(capsys, *words, "--json")[0])
        assert told["said"], words
        assert all(isinstance(line, str) for line in told["said"])
    for words in (
        ["undo", "gone.db"],
        ["swap", "gone.json", "x"],
        ["publish", "gone.json", "--ledger", "l.json"],
    ):
        assert json.loads(asked(capsys, *words, "--json", code=2)[0])["error"]["exit_code"] == 2


FOLDERS = {
    "rota people duties absences": {
        "wg.csv": "Name,E-Mail,dabei seit,bis\nLea,l@x.de,01.09.2025,\nMax,m@x.de,01.09.2025,15.11.2026\n",
        "putzplan.csv": (
            "Aufgabe,Beginn,Wie oft,Personen,Ende\nBad,02.11.2026,alle 2 Wochen,1,31.12.2026\n"
            "Müll,04.11.2026,Mi,1,31.12.2026\n"
        ),
        "weg.csv": "Wer,von,bis\nLea,06.11.2026,12.11.2026\n",
        "plan.html": "<html></html>",
    },
    "rota people duties": {
        "profs.csv": "Surveillant;Quotité\nDUPONT Marie;1\nMARTIN Jean;0,5\n",
        "epreuves.csv": "Épreuve;Date;Début;Fin;Surveillants\nMaths;14/06/2027;8h00;12h00;2\n",
    },
    "teams people rooms": {
        "voeux.csv": "Nom,Prénom,Classe,Choix 1,Choix 2\n"
        + "".join(f"N{i},P{i},6{'AB'[i % 2]},{'xyz'[i % 3]},{'yzx'[i % 3]}\n" for i in range(12)),
        "ateliers.csv": "Atelier,Places\nx,4\ny,4\nz,4\n",
    },
    "allocate candidates capacity": {
        "autos.csv": "Muestra;Cliente;Puntos;Fecha\nBMW;Revista;9;2027-03-01\nBMW;Diario;7;2027-03-01\n",
        "plazas.csv": "Fecha;Plazas\n2027-03-01;1\n",
    },
}


@pytest.mark.parametrize("command", FOLDERS)
def test_files_of_a_folder_may_be_called_anything(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder whose files bear names of the organiser's own is understood, and the line given runs."""
    folder = tmp_path / "my files"
    folder.mkdir()
    for name, text in FOLDERS[command].items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = checked(capsys, folder.name)
    job, *tables = command.split()
    assert [file["table"].split()[0] for file in found["files"] if file["table"]] == sorted(tables)
    words = shlex.split(str(found["command"]))[1:]
    assert words[:2] == [job, folder.name]
    _, err = asked(capsys, *words)
    for table in tables:
        assert f"is taken for {table}. If that is wrong, call the right file {table}.csv" in err
    # The same folder sent as a zip archive is the same.
    shutil.make_archive("sent", "zip", folder)
    asked(capsys, job, "sent.zip", *words[2:])
    # A file that bears a table's name decides: the others keep theirs, and are not guessed at.
    (folder / f"{tables[0]}.csv").write_text("x\n1\n")
    assert "is taken for" not in asked(capsys, *words, code=2)[1]


def test_sheets_of_a_workbook_may_be_called_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sheets under an organiser's own names are the tables of one plan; a class a sheet stays one table."""
    monkeypatch.chdir(tmp_path)

    def book(name: str, sheets: dict[str, list[list[Any]]]) -> None:
        with xlsxwriter.Workbook(name) as written:
            for sheet, rows in sheets.items():
                page = written.add_worksheet(sheet)
                for place, row in enumerate(rows):
                    page.write_row(place, 0, row)

    duties: list[list[Any]] = [["Dienst", "Beginn", "Alle", "Anzahl"], ["Gießen", "05.01.2026", "1 Woche", 6]]
    people: list[list[Any]] = [
        ["Name", "Seit"],
        ["Anna", "01.01.2025"],
        ["Bernd", "01.01.2025"],
        ["Cem", "01.03.2025"],
    ]
    away: list[list[Any]] = [["Name", "von", "bis"], ["Anna", "05.01.2026", "11.01.2026"]]
    book("rota.xlsx", {"Mitglieder": people, "Dienste": duties, "Weg": away})
    assert checked(capsys, "rota.xlsx")["command"] == "evenhand rota rota.xlsx"
    shown, err = asked(capsys, "rota", "rota.xlsx")
    assert "Mon 5 Jan   Sun 11 Jan  Bernd" in shown
    assert "rota.xlsx, sheet Weg: is taken for absences" in err
    book("classes.xlsx", {"1a": people, "1b": people})
    _, err = asked(capsys, "rota", "classes.xlsx", "--weeks", "3", "--start", "2026-01-05")
    assert "has 2 sheets; 1a was read" in err


@pytest.mark.parametrize(
    ("text", "job", "named"),
    [
        ("Kind,Wunsch 1,Wunsch 2,Alter\nAna,x,y,3\nBen,y,x,4\nCem,x,y,3\nDia,y,x,4\n", "teams", "Kind"),
        ("Épreuve;Date;Début;Surveillants\nMaths;14/06/2027;8h00;2\n", "rota", "Surveillants"),
        (
            "Employee,Start date,Team,Buddy?,Tongue\nMia,2026-11-02,a,,en\nNoah,,b,yes,de\nOla,,b,,de\n",
            "teams",
            "Employee",
        ),
        ("Kita,Plätze\nSonne,2\nRegen,3\n", "teams", "Kita"),
    ],
)
def test_a_file_alone_is_what_its_heads_say(
    text: str, job: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Children, exams, new starters and rooms are not taken for wishes, absences or rules."""
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    assert run(["check", str(path), "--json"]) in (0, 2)
    seen = json.loads(capsys.readouterr().out)
    taken = {column["head"]: column["taken_for"] for column in seen["files"][0]["columns"]}
    assert (seen["job"], bool(taken[named])) == (job, True), seen


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    """What a shell gives with <(...) can be read once, and check looks at a table several times."""
    pipe = tmp_path / "people"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("name,office\nAda,a\nBo,b\nCy,a\nDi,b\n",))
    writer.start()
    assert run(["check", str(pipe)]) == 0
    writer.join()


@pytest.mark.parametrize(
    ("heads", "option", "answer"),
    [
        (("1st choice", "2nd choice"), "--choices", "people get one of their choices"),
        (("Friend 1", "Friend 2"), "--wishes", "people are with somebody they named"),
    ],
)
def test_choices_alone_are_planned_by_the_command_that_check_names(
    heads: tuple[str, str], option: str, answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A roster with nothing but choices or wishes is ready; without the option it is named, ready to copy."""
    clubs = ["Chess", "Choir", "Film"]
    names = [f"{first} {last}" for first in ("Ada", "Bo", "Cy") for last in ("Lund", "Ito", "Berg")]
    rows = [(names[(at + 1) % 9], names[(at + 2) % 9]) for at in range(9)]
    if option == "--choices":
        rows = [(clubs[at % 3], clubs[(at + at // 3 + 1) % 3]) for at in range(9)]
    lines = [f"{name},{one},{two}" for name, (one, two) in zip(names, rows, strict=True)]
    file = tmp_path / "people.csv"
    file.write_text("\n".join([f"name,{heads[0]},{heads[1]}", *lines]), encoding="utf-8")
    command = checked(capsys, str(file))["command"]
    assert f'{option} "{heads[0]},{heads[1]}"' in command
    out, _ = asked(capsys, *shlex.split(command)[1:])
    assert answer in out.splitlines()[0]
    _, err = asked(capsys, "teams", str(file), "--teams", "3", code=2)
    assert f'add {option} "{heads[0]},{heads[1]}"' in err
