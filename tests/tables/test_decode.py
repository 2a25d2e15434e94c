"""Bytes become text by their own evidence; what is not text is called by its name."""

from __future__ import annotations

import pytest

from evenhand.core.errors import InputError
from evenhand.tables.decode import KINDS, decode, kind_of

TEXT = "name,note\nZoë,naïve café\nJosé,5 €\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_every_usual_encoding_is_recognised(encoding: str) -> None:
    """The same text comes out of UTF-8, UTF-16, UTF-32 and Windows-1252, with or without a mark."""
    assert decode(TEXT.encode(encoding), "a.csv")[0] == TEXT


@pytest.mark.parametrize("order", ["be", "le"])
def test_the_mark_decides_the_order_of_bytes(order: str) -> None:
    """UTF-16 with its mark is read in both byte orders."""
    assert decode(f"\ufeff{TEXT}".encode(f"utf-16-{order}"), "a.csv") == (TEXT, f"utf-16-{order}")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"name\n\x81\n", "neither UTF-8 nor Windows-1252 text: byte 0x81 in line 2"),
        ("né\n".encode() + b"Jos\xe9\n", "UTF-8 text with a broken character in line 2"),
        (b"\xff\xfea\x00b", "UTF-16 text with a broken character in line 1"),
        (b"a,b\n\n1,\x00\n", "NUL character in line 3"),
    ],
)
def test_what_fits_no_encoding_is_refused_by_line(raw: bytes, words: str) -> None:
    """A byte that cannot be read is named with its line, and nothing is replaced by question marks."""
    with pytest.raises(InputError, match=words):
        decode(raw, "a.csv")


def test_a_file_of_no_text_is_called_by_its_name() -> None:
    """Each kind of file that is not text is recognised by how it begins."""
    assert all(kind_of(start + b"rest") == (what, mend) for start, what, mend in KINDS)
    assert str(kind_of(b"PK\x03\x04....word/document.xml")).startswith("('a Word document'")
    assert str(kind_of(b" \n<!DOCTYPE html><p>")).startswith("('a web page or XML'")
    assert str(kind_of(b'\xef\xbb\xbf[{"a": 1}]')).startswith("('JSON'")


def test_an_old_office_file_tells_password_from_age() -> None:
    """A workbook with a password and an .xls are told apart."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    assert str(kind_of(start + "EncryptedPackage".encode("utf-16-le"))).startswith(
        "('a workbook with a password'"
    )
    assert str(kind_of(start + "Workbook".encode("utf-16-le"))).startswith("('an old .xls workbook")


@pytest.mark.parametrize("raw", [b"name,score\n", b"[draft] name,score\n", b"\xc3\xa9,b\n", b"(a),b"])
def test_text_is_not_taken_for_something_else(raw: bytes) -> None:
    """A header may begin with an accent or a bracket."""
    assert kind_of(raw) is None


@pytest.mark.parametrize("encoding", ["cp437", "cp850"])
@pytest.mark.parametrize("text", ["Jörg;Köln\n", "Änne;Düren\n", "Hélène;Dupré\n", "Núñez;Peña\n"])
def test_text_of_dos_is_known_by_letters_within_words(text: str, encoding: str) -> None:
    """A spreadsheet's "CSV (MS-DOS)" keeps its accents, and text of Windows with the same words its own."""
    assert decode(text.encode(encoding), "t.csv") == (text, "cp850")
    assert decode(text.encode("cp1252"), "t.csv") == (text, "cp1252")


def test_signs_of_windows_are_no_letters_of_dos() -> None:
    """Quotes, dots and spaces that do not break stand in text of Windows, in words too."""
    for text in (
        "„Zitat“ und l’été\n",
        "wait…what\n",
        "10\u00a0km\n",
        "na\u00a0ja\n",
        "Kč – 5 €\n".replace("č", "c"),
    ):
        assert decode(text.encode("cp1252"), "t.csv") == (text, "cp1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name;miasto\nŁukasz;Łódź\n", "cp1250"),
        ("imię\nPaweł\npiątek\n", "cp1250"),
        ("Jméno\nJiří\nŠtěpán\n", "cp1250"),
        ("név\nErdős\nGyörgyné\nLászló\n", "cp1250"),
        ("navn\nØystein\nBjørn\nÅse\nGærd\n", "cp1252"),
        ("nombre\n¿Qué tal?\nBegoña\nJosé 5 m³\n", "cp1252"),
        ("nome\nJoão\nConceição\nSimões\n", "cp1252"),
        ("nimi\nTõnu\nPärn\nÜlo\n", "cp1252"),
        ("name\nJörg\nZoë\nprice £5\n", "cp1252"),
        ("nom\nŒuvrard\nLœtitia\nÉmile à 9 h\n", "cp1252"),
    ],
)
def test_central_and_western_windows_are_told_apart(text: str, encoding: str) -> None:
    """Polish, Czech and Hungarian letters are read as such, and Nordic, Spanish and French ones too."""
    assert decode(text.encode(encoding), "t.csv") == (text, encoding)
