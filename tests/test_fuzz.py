"""The fuzzer itself: it counts what dies, hangs or fails, keeps a small input of it, and goes on."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import fuzz


def test_a_child_that_dies_or_hangs_is_a_fault_and_the_rest_still_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of six mutations one kills its process, one never ends and one fails: three faults, six runs."""
    ran = tmp_path / "ran"

    def ends(words: list[str]) -> bool:
        content = Path(words[1]).read_bytes()
        with ran.open("ab") as file:
            file.write(content[:1])
        if content.startswith(b"1"):
            os._exit(9)
        while content == b"3 of a table":
            time.sleep(1)
        return not content.startswith(b"4")

    monkeypatch.setattr(fuzz, "ends_well", ends)
    monkeypatch.setattr(fuzz, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(
        fuzz, "PATIENCE", 10
    )  # a healthy run takes a thousandth of it, however busy the machine
    kind = fuzz.Kind("csv", 0, tmp_path)
    monkeypatch.setattr(
        kind, "mutation", lambda number: (b"%d of a table" % number, ["check", str(kind.path)])
    )
    assert fuzz.fuzz(kind, 0, 6) == (6, 3)
    assert set(b"012345") <= set(ran.read_bytes())
    assert sorted(path.read_bytes() for path in (tmp_path / "kept").iterdir()) == [
        b"1",
        b"3 of a table",
        b"4",
    ]
    assert "csv: 6 mutations, 3 faults" in capsys.readouterr().out


def test_a_mutation_comes_again_by_its_number(tmp_path: Path) -> None:
    """The seed and the number alone draw a mutation, so a fault can be run again by itself."""
    first, again = fuzz.Kind("csv", 7, tmp_path), fuzz.Kind("csv", 7, tmp_path)
    assert [first.mutation(number) for number in range(20)] == [
        again.mutation(number) for number in range(20)
    ]
    assert len({first.mutation(number)[0] for number in range(20)}) > 10
