"""No file, however small, takes this process along: what a stranger's file asks for is bounded."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from evenhand.core.errors import Findings, InputError
from evenhand.tables import frames, read, write_xlsx, xlsx_bytes
from evenhand.tables.absences_ics import read_absences
from evenhand.tables.guarded import Budget, answered
from evenhand.tables.guarded_child import Answer, OverBudgetError, limit
from evenhand.tables.workbook import sheets_of

SHEET = "xl/worksheets/sheet1.xml"
PEAK = 600 << 20
"""Bytes that reading a hostile file may take in this process: what it takes by itself, and room."""


def repeating_workbook(rows: int, length: int) -> bytes:
    """Return a tiny workbook whose every cell is one long shared text."""
    out = io.BytesIO()
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, rows + 1))
    old = zipfile.ZipFile(io.BytesIO(xlsx_bytes({"T": {"a": ["x"]}})))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == SHEET:
                content = f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>".encode()
            elif name == "xl/sharedStrings.xml":
                content = f"<sst {main}><si><t>{'x' * length}</t></si></sst>".encode()
            else:
                content = old.read(name)
            new.writestr(name, content)
    return out.getvalue()


def test_a_tiny_workbook_of_long_texts_is_refused(tmp_path: Path) -> None:
    """Ten kilobytes that stand for gigabytes of text are refused by what would come back, not held."""
    content = repeating_workbook(7_000, 32_000)
    assert len(content) < 100_000
    (tmp_path / "t.xlsx").write_bytes(content)
    script = f"""
from pathlib import Path
from evenhand.core.errors import InputError
from evenhand.tables import read
try:
    read({str(tmp_path / "t.xlsx")!r})
except InputError as error:
    print(error)
# getrusage would count what the process that started this one held, up to its exec
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    said, peak = done.stdout.splitlines()
    assert said.startswith(
        "t.xlsx: holds more than 200,000,000 characters. Save the part that is needed alone"
    )
    assert int(peak) * 1024 < PEAK


def test_more_cells_than_may_come_back_are_refused(tmp_path: Path) -> None:
    """The budget of filled cells holds too."""
    write_xlsx({"T": {"a": list(range(20))}}, tmp_path / "t.xlsx")
    raw = (tmp_path / "t.xlsx").read_bytes()
    with (
        pytest.raises(InputError, match="holds more than 10 filled cells"),
        answered("workbook", raw, {"sheet": ""}, "t.xlsx", Budget(cells=10)),
    ):
        pass


def test_time_that_is_up_is_said() -> None:
    """A reader that takes longer than its budget is ended, and the file is refused in a sentence."""
    with (
        pytest.raises(InputError, match="needs more than 3 GB of memory or 0 seconds"),
        answered("workbook", repeating_workbook(1000, 10), {"sheet": ""}, "t.xlsx", Budget(seconds=0)),
    ):
        pass


def test_a_small_parquet_of_long_texts_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of kilobytes whose texts would take gigabytes is read by its vocabulary, or refused."""
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "t.parquet"
    codes = pa.array([0] * 1_000_000, pa.int32())
    words = pa.DictionaryArray.from_arrays(codes, pa.array(["x" * 10_000]))
    parquet.write_table(pa.table({"name": words}), path)
    assert path.stat().st_size < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cells = read(path).columns["name"]
    assert (len(cells), len(cells[0])) == (1_000_000, 10_000)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < PEAK
    parquet.write_table(pa.table({"name": [f"{at:x>1000}" for at in range(3000)]}), path)
    monkeypatch.setattr(frames, "BUDGET", Budget(characters=1_000_000))
    with pytest.raises(InputError, match="holds more than 1,000,000 characters"):
        read(path)


def test_parquet_gives_what_the_frame_gives(tmp_path: Path) -> None:
    """Texts, numbers, dates, empty cells and booleans come through the child as from the frame itself."""
    import polars as pl

    frame = pl.DataFrame(
        {
            "name": ["Ada", None, "Ada"],
            "n": [1, None, 3],
            "x": [0.5, 2.0, None],
            "day": [date(2026, 1, 31), None, date(2026, 2, 1)],
            "yes": [True, False, None],
        }
    )
    frame.write_parquet(tmp_path / "t.parquet")
    assert dict(read(tmp_path / "t.parquet").columns) == dict(read(frame).columns)


def calendar(*events: str) -> bytes:
    """Return a calendar of events given by their lines."""
    body = "".join(f"BEGIN:VEVENT\nUID:{at}\n{event}\nEND:VEVENT\n" for at, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


WINDOW = (date(2026, 1, 1), date(2026, 3, 31))


def test_an_interval_of_nothing_ends() -> None:
    """INTERVAL=0 is told and left out; the other events are read."""
    noted = Findings()
    endless = "SUMMARY:Ada: x\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;INTERVAL=0"
    table = read_absences(calendar(endless, "SUMMARY:Bo: y\nDTSTART;VALUE=DATE:20260106"), *WINDOW, noted)
    assert table.columns["name"] == ["Bo"]
    assert str(noted.warnings[0]) == (
        "calendar.ics, row 1, column RRULE: 'Ada: x' on 2026-01-05 repeats at intervals of nothing; "
        "the event was left out. Give INTERVAL 1 or more; mend the event."
    )


def test_everybody_every_day_is_refused() -> None:
    """Twenty thousand attendees of a daily event are refused by their number, in seconds."""
    guests = "\n".join(f"ATTENDEE;CN=P{at}:mailto:p{at}@example.org" for at in range(20_000))
    event = f"SUMMARY:all hands\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY\n{guests}"
    with pytest.raises(InputError, match=r"holds more than 100,000 absences \(people times days\)"):
        read_absences(calendar(event), *WINDOW, Findings())


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=DAILY;UNTIL=99991231",
        "FREQ=MONTHLY;BYDAY=53MO",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
    ],
)
def test_no_rule_hangs(rule: str) -> None:
    """Rules that never come, or come for ever, end in absences or in a sentence."""
    noted = Findings()
    start = f"SUMMARY:Ada: x\nDTSTART;VALUE=DATE:20260105\nRRULE:{rule}"
    try:
        table = read_absences(calendar(start, "SUMMARY:Bo: y\nDTSTART;VALUE=DATE:20260106"), *WINDOW, noted)
    except InputError as error:
        assert "calendar.ics" in str(error)  # noqa: PT017 - either end is right
    else:
        assert "Bo" in table.columns["name"]


def test_an_unrelated_event_is_left_out_unless_strict() -> None:
    """An event set up badly is told with title and day; with strict it is an error."""
    broken = "SUMMARY:Board\nDTSTART;VALUE=DATE:20260203\nDTEND;VALUE=DATE:20260201"
    good = "SUMMARY:Ada: away\nDTSTART;VALUE=DATE:20260105"
    noted = Findings()
    table = read_absences(calendar(broken, good), *WINDOW, noted)
    assert (table.columns["name"], noted.errors) == (["Ada"], [])
    assert "'Board' on 2026-02-03 ends before it starts; the event was left out" in str(noted.warnings[0])
    strict = Findings()
    read_absences(calendar(broken, good), *WINDOW, strict, strict=True)
    assert len(strict.errors) == 1


def test_sheets_are_listed(tmp_path: Path) -> None:
    """The sheets of a workbook are told without reading them."""
    write_xlsx({"People": {"a": [1]}, "Rules": {"b": [2]}}, tmp_path / "t.xlsx")
    assert sheets_of((tmp_path / "t.xlsx").read_bytes(), "t.xlsx") == ["People", "Rules"]


def test_an_answer_is_counted_before_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The line that goes over the budget is not written."""
    answer = Answer(cells=3, characters=100)
    answer.row(["a", "", None, 2.0])
    with pytest.raises(OverBudgetError, match="filled cells"):
        answer.row(["b", "c"])
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [["a", "", None, 2.0]]


def test_limits_are_set_where_the_system_can() -> None:
    """Limits are set for memory and processor time, and a crash leaves no image of memory."""
    memory = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit(memory, resource.getrlimit(resource.RLIMIT_CPU)[1])
    assert resource.getrlimit(resource.RLIMIT_AS) == (memory, memory)
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
