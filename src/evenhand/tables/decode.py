"""Bytes to text: which encoding, and what a file is that is not text at all."""

from __future__ import annotations

import contextlib
import re
import zipfile
from io import BytesIO

from evenhand.core.errors import InputError

SAVE_AS = "Open it in your spreadsheet and save it as CSV UTF-8"

KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "Export the table as CSV or XLSX from where the PDF was made"),
    (b"\x89PNG", "a PNG picture", "Give the table itself, as CSV or XLSX"),
    (b"\xff\xd8\xff", "a JPEG picture", "Give the table itself, as CSV or XLSX"),
    (b"GIF8", "a GIF picture", "Give the table itself, as CSV or XLSX"),
    (b"PK\x03\x04", "a zip archive", "Unpack it and give the table inside"),
    (b"PK\x05\x06", "an empty zip archive", "Give the table itself, as CSV or XLSX"),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "Open it and save it as XLSX or as CSV UTF-8"),
    (b"PAR1", "a Parquet file", "Rename it so that it ends in .parquet"),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first: gunzip FILE"),
    (b"BZh", "a bzip2 archive", "Unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it first: unxz FILE"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV"),
    (b"ARROW1", "an Arrow file", "Read it with polars or pyarrow and give the data frame"),
    (b"\x7fELF", "a program", "Give the table itself, as CSV or XLSX"),
    (b"MZ\x90\x00", "a Windows program", "Give the table itself, as CSV or XLSX"),
    (b"{\\rtf", "a rich text document", SAVE_AS),
)
"""How files that are no text begin, what they are, and what to do instead."""

PASSWORD, OLD = "EncryptedPackage".encode("utf-16-le"), "Workbook".encode("utf-16-le")
ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"

INSIDE: tuple[tuple[bytes, bytes, str, str], ...] = (
    (ZIP, b"xl/workbook", "an Excel workbook", "Rename it so that it ends in .xlsx"),
    (
        ZIP,
        b"opendocument.spreadsheet",
        "an OpenDocument spreadsheet",
        "Open it and save it as XLSX or CSV UTF-8",
    ),
    (ZIP, b"word/document", "a Word document", "Give the table itself, as CSV or XLSX"),
    (ZIP, b"ppt/presentation", "a PowerPoint file", "Give the table itself, as CSV or XLSX"),
    (ZIP, b"Index/Document.iwa", "an Apple Numbers or Pages file", "Export it as XLSX or CSV UTF-8"),
    (OLE, PASSWORD, "a workbook with a password", "Open it, remove the password and save it again"),
    (OLE, OLD, "an old .xls workbook", "Save it as .xlsx"),
)
"""How containers begin, what stands somewhere inside, what they are, and what to do instead."""

MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
"""Byte order marks; the longer ones first, as one begins with the other."""

SAMPLE = 4096
JSON_LIST = re.compile(rb'\[\s*(?:[{\["\]]|-?\d+[.\d]*\s*[,\]]|null|true|false|$)')
"""How a list in JSON begins; a head such as [name] does not."""
YAML_LIST = re.compile(rb"(?:---\s+)?(?:\w+:\s+)?- [\w ]+: ")
"""How a list in YAML begins, with or without a name for it."""
DOS_LETTER = re.compile(
    rb"[A-Za-z][\x81\x82\x84\x87\x88\x8a\x8b\x93\x94\xa1-\xa4][a-z]|(?<![A-Za-z\x80-\xff])[\x8e\x99\x9a][a-z]"
)
"""An accented letter as DOS wrote it: in Windows-1252 a quote or a sign would stand there within a word."""
WINDOWS_LETTER = re.compile(rb"[A-Za-z][\xc0-\xe0\xe2-\xff][a-z]")
"""An accented letter of Windows-1252 between two others; in DOS most are lines of tables."""
CENTRAL_LETTER = re.compile(
    rb"[A-Za-z\xc0-\xff][\x9d\x9f\xb3\xb9\xbc\xbe\xbf][a-z\xc0-\xff]"
    rb"|(?<![A-Za-z\x80-\xff])[\x8d\x8f\xa3\xa5\xaf][a-z\xc0-\xff]"
)
"""A letter of Polish or Slovak as Windows-1250 has it, within a word or before one: in Windows-1252 a sign
would stand there, as in "pi\u00b9tek" and "\u00a3ukasz"."""
CZECH = (
    re.compile(rb"[\xd8\xf8]"),
    re.compile(rb"[\xc8\xe8\xec\xed\xfd\xf9\xef]"),
    re.compile(rb"[\xc5\xc6\xe5\xe6]"),
)
"""Bytes of r with a caron, of Czech letters beside it, and of those that stand beside a Nordic one."""
HUNGARIAN = (re.compile(rb"[A-Za-z][\xf5\xfb]"), re.compile(rb"[\xf6\xfc]"), re.compile(rb"[\xe3\xe4\xe7]"))
"""The same for Hungarian: o or u with two strokes, with two dots, and letters of Portuguese and Estonian."""
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
ENDED = b"\x1a"
"""What DOS wrote behind the last line."""


def kind_of(raw: bytes) -> tuple[str, str] | None:
    """Return what a file is (with its article) and how to mend it, or None where it may be text."""
    # Containers first: they begin like a plain archive, and only their content says more.
    inside = _names_inside(raw)
    for start, mark, what, mend in INSIDE:
        if raw.startswith(start) and mark in inside:
            return what, mend
    for start, what, mend in KINDS:
        if raw.startswith(start):
            return what, mend
    # A web page saved as .csv is the most common wrong file, and would be read as one column.
    head = raw[:SAMPLE].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"<":
        return "a web page or XML", "Export the table as CSV or XLSX where the page came from"
    if head[:1] == b"{" or JSON_LIST.match(head):
        return "JSON", "Give the table as CSV or XLSX, or load the JSON in Python and give the list of rows"
    if YAML_LIST.match(head):
        return "YAML", "Give the table as CSV or XLSX, or load the YAML in Python and give the list of rows"
    return None


def _names_inside(raw: bytes) -> bytes:
    """Return where a container's marks are looked for: the names in an archive, else all bytes.

    An archive of a workbook holds the workbook's marks too, as bytes, and is an archive all the same.
    """
    if raw.startswith(ZIP):
        with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            names = zipfile.ZipFile(BytesIO(raw)).namelist()
            # OpenDocument says what it is in a file, which is stored first and not compressed.
            return "\n".join(names).encode("utf-8", "replace") + raw[:SAMPLE] * ("mimetype" in names[:1])
    return raw


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """Return a file's text and the encoding it was read with.

    By its byte order mark (UTF-8, UTF-16, UTF-32); else UTF-16 where every other byte is 0; else UTF-8; else
    Windows-1252, or DOS (code page 850) or Windows-1250 where letters within words say so.

    A file that is UTF-8 but for a broken character is refused: read as Windows-1252 all its
    accents would be wrong.

    Raises:
        InputError: it is not text, holds NUL characters, or fits no encoding.

    Cost: linear.
    """
    encoding, skip = _encoding(raw)
    try:
        text = raw[skip:].removesuffix(ENDED).decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8" or skip:
            raise _broken(raw, name, encoding, error) from None
        text, encoding = _western(raw, name, error)
    index = text.find("\0")
    if index >= 0:
        line = text.count("\n", 0, index) + 1
        raise InputError.one(f"holds a NUL character in line {line}, so it is not text", SAVE_AS, table=name)
    return text, encoding


def _encoding(raw: bytes) -> tuple[str, int]:
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return encoding, len(mark)
    sample = raw[:SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    # Latin letters in UTF-16 have a 0 as every other byte; a fifth of them leaves room for other scripts.
    if odd * 10 > len(sample) * 2 and even * 20 < len(sample):
        return "utf-16-le", 0
    if even * 10 > len(sample) * 2 and odd * 20 < len(sample):
        return "utf-16-be", 0
    return "utf-8", 0


def _western(raw: bytes, name: str, error: UnicodeDecodeError) -> tuple[str, str]:
    # Valid UTF-8 beyond ASCII does not come about by chance in Windows-1252: one character is broken.
    if not raw[: error.start].isascii():
        raise _broken(raw, name, "utf-8", error)
    plain = raw.removesuffix(ENDED)
    if DOS_LETTER.search(plain) and not WINDOWS_LETTER.search(plain) and not CONTROL.search(plain):
        return plain.decode("cp850"), "cp850"
    if _is_central(plain):
        with contextlib.suppress(UnicodeDecodeError):
            return plain.decode("cp1250"), "cp1250"
    try:
        return plain.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as worse:
        place = f"byte 0x{raw[worse.start]:02X} in line {_line(raw, worse.start)}"
        raise InputError.one(
            f"is neither UTF-8 nor Windows-1252 text: {place}", SAVE_AS, table=name
        ) from None


def _is_central(raw: bytes) -> bool:
    """Whether letters show Windows-1250, of Central Europe, whose bytes are other letters in Windows-1252."""
    if CENTRAL_LETTER.search(raw):
        return True
    return any(
        own.search(raw) and beside.search(raw) and not others.search(raw)
        for own, beside, others in (CZECH, HUNGARIAN)
    )


def _broken(raw: bytes, name: str, encoding: str, error: UnicodeDecodeError) -> InputError:
    label = encoding.upper().removesuffix("-LE").removesuffix("-BE")
    line = _line(raw, error.start)
    return InputError.one(f"is {label} text with a broken character in line {line}", SAVE_AS, table=name)


def _line(raw: bytes, index: int) -> int:
    return raw.count(b"\n", 0, index) + 1
