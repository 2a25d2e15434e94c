"""Options that read their own text: the same values and the same refusals as typer's own reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.cli.help_pages import Command

KINDS: tuple[tuple[Any, Any], ...] = (
    (str, ""), (str | None, None), (int, 3), (int | None, None), (float, 2.5), (float | None, None),
    (Path | None, None), (list[str] | None, None), (list[Path] | None, None), (bool, False),
)  # fmt: skip

WORDS = st.one_of(
    st.text(max_size=6).filter(lambda word: "\x00" not in word),
    st.integers().map(str),
    st.floats().map(repr),
    st.from_regex(r"[-+ ]?[0-9_]{0,3}[.e]?[0-9 ]{0,3}", fullmatch=True),
)


def read(kind: Any, default: Any, words: list[str], *, plainly: bool, **limits: Any) -> Any:
    """Return what an option of a command reads, or what the command says of the words."""
    app, found = typer.Typer(add_completion=False, rich_markup_mode=None), []

    def command(one: Any = default) -> None:
        found.append(one)

    command.__annotations__ = {"one": kind}
    command.__defaults__ = (typer.Option(default, "--one", **limits),)
    app.command(cls=Command if plainly else None)(command)
    try:
        app(words, standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - the two must refuse alike, whatever they raise
        return type(error).__name__, str(error), getattr(error, "exit_code", None)
    return found


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(KINDS), st.lists(WORDS, max_size=2))
@example((int, 3), ["1_000"])
@example((int, 3), [" 7"])
@example((int, 3), ["٣"])
@example((float, 2.5), ["nan"])
@example((float, 2.5), ["1e400"])
@example((int | None, None), ["9" * 5000])
def test_plain_reading_is_typers(kind: tuple[Any, Any], words: list[str]) -> None:
    """Whatever is typed, the option holds the same value of the same type, or the same is said of it."""
    # Typer takes the last of two silently, and ours refuses them: only lists are given more than once.
    once = words if kind[0] in (list[str], list[Path]) else words[:1]
    typed = [f"--one={word}" for word in once] if kind[0] is not bool else ["--one"] * len(once)
    mine, typers = (read(*kind, typed, plainly=plainly) for plainly in (True, False))
    assert repr(mine) == repr(typers)


@pytest.mark.parametrize("word", ["0", "1", "3", "4", "x", "2.0"])
def test_limits_are_kept(word: str) -> None:
    """An option with a least and a most refuses what typer refuses, in its words."""
    mine, typers = (
        read(int, 2, [f"--one={word}"], plainly=plainly, min=1, max=3) for plainly in (True, False)
    )
    assert mine == typers


def test_an_argument_that_is_missing_is_said() -> None:
    """A required option without a word is refused as typer refuses it."""
    mine, typers = (read(str, ..., [], plainly=plainly) for plainly in (True, False))
    assert mine == typers
    assert mine[0] == "MissingParameter"
