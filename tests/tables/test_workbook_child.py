"""What the reading process writes: a line that says what was found, then a line a row."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from evenhand.tables import write_xlsx
from evenhand.tables.workbook_child import limit, main


def lines(capsys: pytest.CaptureFixture[str], path: Path, wanted: str = "") -> list[object]:
    """Return what is written of a sheet."""
    main("/nowhere", str(path), wanted)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_sheet_is_written_row_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """First the sheet and its first column, then every row from the top."""
    write_xlsx({"T": {"name": ["Ada"], "n": [1]}, "U": {}}, tmp_path / "t.xlsx")
    assert lines(capsys, tmp_path / "t.xlsx", "t") == [
        {"sheet": "T", "sheets": ["T", "U"], "left": 1},
        ["name", "n"],
        ["Ada", 1.0],
    ]


def test_what_cannot_be_read_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown sheet and a damaged file are told apart."""
    write_xlsx({"T": {"name": ["Ada"]}}, tmp_path / "t.xlsx")
    assert lines(capsys, tmp_path / "t.xlsx", "V") == [{"fault": "sheet", "sheets": ["T"]}]
    (tmp_path / "t.xlsx").write_bytes(b"PK")
    (said,) = lines(capsys, tmp_path / "t.xlsx")
    assert isinstance(said, dict)
    assert said["fault"] == "damaged"


def test_limits_are_set_where_the_system_can() -> None:
    """Limits are set for memory and processor time, and a crash leaves no image of memory."""
    memory = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit(memory, resource.getrlimit(resource.RLIMIT_CPU)[1])
    assert resource.getrlimit(resource.RLIMIT_AS) == (memory, memory)
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
