"""Bad input is refused by the real command: exit code 2, a message to act on, nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import warm

CORPUS = Path(__file__).parent / "bad_inputs"
CASES: list[dict[str, Any]] = tomllib.loads((CORPUS / "cases.toml").read_text(encoding="utf-8"))["case"]

GOOD = {
    "people": ["teams", "people.csv", "--teams", "2", "--balance", "gender"],
    "rota": ["rota", "people.csv", "--weeks", "4", "--seats", "1", "--start", "2026-01-27"],
    "candidates": ["allocate", "candidates.csv"],
    "fleet": ["allocate", "fleet"],
}
"""A command that works on each base as it stands."""


def run(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder and return what came of it."""
    command = [*warm.program(), *arguments]
    quiet = {**os.environ, "NO_COLOR": "1", "COLUMNS": "400"}
    return subprocess.run(
        command, cwd=folder, env=quiet, capture_output=True, text=True, check=False, timeout=60
    )


def laid_out(folder: Path, *sources: Path) -> set[Path]:
    """Copy sources over each other into a folder and return the files that are there."""
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, folder, dirs_exist_ok=True)
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_bad_input_is_refused_in_words(case: dict[str, Any], tmp_path: Path) -> None:
    """The case exits with 2, says what it must, shows no traceback and writes nothing."""
    before = laid_out(tmp_path, CORPUS / "bases" / case.get("base", "none"), CORPUS / case["name"])
    arguments = list(case["run"])
    if "--out" not in arguments:
        arguments += ["--out", str(tmp_path / "result.csv")]
    done = run(tmp_path, arguments)
    said = " ".join(done.stderr.split())
    assert done.returncode == 2, f"{case['sentence']}\n{done.stdout}\n{done.stderr}"
    assert [words for words in case["says"] if " ".join(words.split()) not in said] == [], done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("base", GOOD)
def test_the_bases_work_as_they_stand(base: str, tmp_path: Path) -> None:
    """What the bad cases are laid over is solved and written, so it is the badness that is refused."""
    laid_out(tmp_path, CORPUS / "bases" / base)
    done = run(tmp_path, [*GOOD[base], "--out", "result.csv"])
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "result.csv").stat().st_size > 0


def test_the_corpus_is_what_it_says() -> None:
    """At least thirty cases, each name once, each folder used, all jobs among them."""
    names = [case["name"] for case in CASES]
    folders = {path.name for path in CORPUS.iterdir() if path.is_dir()} - {"bases"}
    assert len(names) == len(set(names)) >= 30
    assert folders <= set(names)
    assert {case["run"][0] for case in CASES} == {"allocate", "teams", "rota"}
    assert {case.get("base") for case in CASES} - {None} == set(GOOD)
