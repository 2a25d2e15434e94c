"""Messy tables, a kind each: a plan with a note, or a refusal that says how to mend it; nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.app import run

CORPUS = Path(__file__).parent / "corpus"
CASES: list[dict[str, Any]] = tomllib.loads((CORPUS / "messy.toml").read_text(encoding="utf-8"))["case"]
FOUND = sorted(path for path in (CORPUS / "fuzz").glob("*") if path.is_file())
GARDEN = Path(__file__).resolve().parents[1] / "src" / "evenhand" / "data" / "garden"
COMMANDS = {
    ".csv": [["teams", "--teams", "2"], ["allocate"], ["check"]],
    ".xlsx": [["teams", "--teams", "2"], ["check"]],
    ".ics": [["rota", str(GARDEN), "--absences"]],
    ".json": [["measure"], ["explain"]],
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_each_kind_ends_in_a_plan_or_in_words(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kind of mess in the case's name has its exit code, and what must be said is said."""
    monkeypatch.chdir(tmp_path)
    Path(case["file"]).write_bytes(case["text"].encode(case["encoding"]))
    assert run(case["run"]) == case["code"], capsys.readouterr().err
    shown = capsys.readouterr()
    assert [words for words in case["says"] if words not in shown.err] == [], shown.err
    assert [words for words in case.get("unsaid", ()) if words in shown.err] == []
    assert "\x1b" not in shown.out + shown.err


def test_there_are_as_many_kinds_as_were_tried() -> None:
    """Sixty-five kinds and more, no two of one name, plans and refusals among them."""
    assert len({case["name"] for case in CASES}) == len(CASES) >= 65
    assert {case["code"] for case in CASES} == {0, 2}


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_the_fuzzer_found_stays_mended(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each smallest input that once ended in a fault ends in a plan or a sentence now."""
    for command, *options in COMMANDS.get(path.suffix, COMMANDS[".csv"]):
        words = [command, *options, str(path)]
        assert run(words) in {0, 1, 2}, capsys.readouterr().err
