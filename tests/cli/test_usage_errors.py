"""Options that cannot be read."""

from __future__ import annotations

import pytest

from evenhand.cli.app import run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["rota", "people.csv", "--weeks", "many"],
            "--weeks: 'many' is not a whole number. Write one such as 10.",
        ),
        (
            ["rota", "people.csv", "--seats=two"],
            "--seats: 'two' is not a whole number. Write one such as 10.",
        ),
        (
            ["rota", "people.csv", "--weeks", "2.5"],
            "--weeks: '2.5' is not a whole number. Write one such as 10.",
        ),
        (
            ["rota", "people.csv", "--time-limit", "soon"],
            "--time-limit: 'soon' is not a number. Write one such as",
        ),
        (["rota", "people.csv", "--nope"], "No such option: --nope"),
        (["rota"], "Missing argument"),
        (["rotas"], "No such command"),
        (["rota", "", "--weeks", "3"], "rota: '' is empty, as where a variable of the shell is not set"),
        (
            ["rota", "people.csv", "--out", ""],
            "--out: '' is empty, as where a variable of",
        ),
    ],
)
def test_what_cannot_be_read(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number that is none says which option, what came and how to write it; the code is 2."""
    assert run(words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["rota", "--help"]])
def test_what_was_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Help and version are answers, not errors."""
    assert run(words) == 0
    assert "evenhand" in capsys.readouterr().out
