"""A file is understood by its heads, in four languages, and nothing is taken by chance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import Findings
from evenhand.tables import Given, read
from evenhand.tables.descriptions import KINDS, TYPES, TableKind, kind_named, kinds_of
from evenhand.tables.recognise import look_at, match, recognise, word_key

DATA = Path(__file__).resolve().parents[2] / "src" / "evenhand" / "data"
ROOMS = {"fleet": "fleet", "roster": "teams"}


def of(job: str, name: str) -> TableKind:
    """Return the description of a table that is there."""
    kind = kind_named(job, name)
    assert kind is not None
    return kind


TABLES = [path for path in sorted(DATA.glob("*/*.csv")) if path.stem in {kind.name for kind in KINDS}]
"""Bundled tables under the name of a table; a class's answers and projects have names of their own."""


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_bundled_table_is_known_by_its_heads(path: Path) -> None:
    """Each table that comes with evenhand is recognised as what it is, without its file's name for most."""
    found = recognise(list(read(path).columns), file=path.name, job=ROOMS.get(path.parent.name, "rota"))[0]
    assert (found.kind.name, found.missing) == (path.stem, ())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.job}-{kind.name}")
def test_every_description_is_whole_and_recognises_itself(kind: TableKind) -> None:
    """Types are known, examples fit them, no two columns share a head, and a template is recognised."""
    names = [column.name for column in kind.columns]
    assert {column.type for column in kind.columns} <= set(TYPES)
    assert len({word_key(name) for column in kind.columns for name in (column.name, *column.also)}) >= len(
        names
    )
    chosen = [name for name in names if kind.column(name).example]
    table = read({name: [kind.column(name).example] for name in chosen})
    fits = match(kind, chosen)
    assert (fits.missing, fits.spare) == ((), ())
    assert look_at(table, fits).errors == []
    assert recognise(names, file=f"{kind.name}.csv", job=kind.job)[0].kind is kind


@pytest.mark.parametrize(
    ("heads", "job", "name"),
    [
        ("Gegenstand;Empfänger;Punkte;Tag", "allocation", "candidates"),
        ("objet;destinataire;note;jour", "allocation", "candidates"),
        ("artículo;destinatario;puntos;fecha", "allocation", "candidates"),
        ("Name;Vorname;Büro", "teams", "people"),
        ("prénom;nom;bureau;rôle", "teams", "people"),
        ("nombre;oficina;edad", "teams", "people"),
        ("Mitarbeiter;Eintritt", "rota", "people"),
        ("nom;arrivée;départ", "rota", "people"),
        ("persona;alta;baja", "rota", "people"),
        ("Mitarbeiterin;von;bis", "rota", "absences"),
        ("nom;du;au", "rota", "absences"),
        ("Datum;Person", "rota", "history"),
        ("Marke;Fahrgestellnummer;Kosten", "fleet", "vehicles"),
    ],
)
def test_heads_of_four_languages_are_understood(heads: str, job: str, name: str) -> None:
    """Heads as people of four languages write them lead to the table, and to all that it needs."""
    found = recognise(heads.split(";"))[0]
    assert (found.kind.job, found.kind.name, found.missing) == (job, name, ())


def test_a_word_that_could_be_two_columns_is_not_taken() -> None:
    """Where two heads are words for one column neither is taken, and both are told."""
    fits = match(of("allocation", "candidates"), ["item", "Person", "Partner", "score"])
    assert (fits.missing, fits.near) == (("recipient",), {"recipient": ("Person", "Partner")})


def test_a_column_of_ones_own_is_not_guessed() -> None:
    """A roster's own column may mean anything: an address is not taken for who people are, beside a name."""
    fits = match(of("teams", "people"), ["name", "courriel", "Klasse"])
    assert (fits.columns, fits.spare) == ({"name": "name"}, ("courriel", "Klasse"))


def test_the_day_of_candidates_is_guessed() -> None:
    """Without its day, a candidate of Tuesday would be one of Monday: the head is taken, with a note."""
    fits = match(of("allocation", "candidates"), ["item", "recipient", "score", "Datum"])
    assert (fits.columns["day"], fits.how["day"]) == ("Datum", "word")


def test_what_a_person_says_comes_first() -> None:
    """--map wins over our own name, and the column that bore it is left out."""
    cells = {"Partner": ["Ada"], "recipient": ["x"], "item": ["car"], "score": ["a lot"]}
    given_so = Given(cells, mapping={"partner": "Recipient"})
    table = read(given_so, "candidates", Findings(), job="allocation")
    assert table.columns["recipient"] == ["Ada"]
    table.numbers("score")
    table.wrong(0, "recipient", "is odd", "")
    last = str(table.findings.errors[-1])
    assert last.startswith("candidates, row 2, column Partner (recipient):")


def test_a_word_is_taken_with_a_note() -> None:
    """A German head is read, and the note says as what, so that a wrong guess is seen."""
    table = read({"Mitarbeiter": ["Ada"], "Eintritt": ["2026-13-02"]}, "people", Findings(), job="rota")
    table.dates("joined")
    assert "Mitarbeiter as name, Eintritt as joined" in str(table.findings.warnings[0])
    assert "column Eintritt (joined): '2026-13-02' is not a day" in str(table.findings.errors[0])


def test_a_misspelt_optional_column_is_noted() -> None:
    """A column of the press fleet that is nearly known is told; a strange one is left alone."""
    table = read(
        {"partner_id": ["P1"], "publication_rte": ["0.5"], "shoe size": ["4"]},
        "partners",
        Findings(),
        job="fleet",
    )
    assert [str(one) for one in table.findings.warnings] == [
        "partners, column publication_rte: is not known and was left alone. Did you mean publication_rate?"
    ]


def test_cells_are_looked_at_by_their_type() -> None:
    """A column's findings come cell by cell, under the head as the person wrote it."""
    table = read({"wer": ["Ada", ""], "item": ["a", "b"], "Punkte": ["5", "viel"]})
    fits = match(of("allocation", "candidates"), list(table.columns), {"wer": "recipient"})
    said = [str(one) for one in look_at(table, fits).errors]
    assert any(one.startswith("table, row 3, column wer (recipient): '' is empty") for one in said)
    assert any(one.startswith("table, row 3, column Punkte (score): 'viel' is not a number") for one in said)


@given(st.lists(st.text(max_size=12), max_size=8, unique_by=word_key), st.sampled_from(KINDS))
@settings(max_examples=150, deadline=None)
def test_a_head_stands_for_one_column_at_most(heads: list[str], kind: TableKind) -> None:
    """Whatever the heads, each is used once or spare, and no column has two."""
    fits = match(kind, heads)
    assert sorted([*fits.columns.values(), *fits.spare]) == sorted(heads)


def test_names_of_columns_in_the_readers_are_described() -> None:
    """Every column that the pages describe for the fleet is in the description, and the other way round."""
    page = (DATA.parents[2] / "docs" / "reference" / "fleet-tables.md").read_text(encoding="utf-8")
    for kind in kinds_of("fleet"):
        if kind.name in {"pins", "forbids", "settings"}:
            continue
        section = page.split(f"\n## {kind.name}\n")[1].split("\n## ")[0]
        rows = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
        named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
        assert named <= {name for column in kind.columns for name in (column.name, *column.also)}
