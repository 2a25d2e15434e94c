"""What ``evenhand check`` says of a roster's columns: what each is for, and the command that uses them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evenhand.cli.sources import roster

if TYPE_CHECKING:
    from pathlib import Path

    from evenhand.tables.overview import Overview


def described(whole: Overview, source: Path) -> tuple[Overview, dict[str, Any]]:
    """Return what was found, with what other columns of a roster are for, such as answers of a form.

    And the settings that its command names.
    """
    from evenhand.tables import read
    from evenhand.teams.reading.guess import guess

    table = read(roster(source, beside=())["source"], "people", job="teams")
    guessed = guess(table)
    use = dict.fromkeys(guessed.criteria, "to balance")
    use |= dict.fromkeys(guessed.tags, "to balance, each answer")
    use |= dict.fromkeys(guessed.wishes, "wishes")
    use |= dict.fromkeys(guessed.apart, "to keep apart")
    use |= dict.fromkeys(guessed.choices, "choices")
    use |= {column: f"left out: {reason}" for column, reason in guessed.left_out.items()}
    for column, cells in table.columns.items():
        filled = [cell for cell in cells if cell]
        # More than half, as some people write a name where an address is asked for.
        if 2 * sum("@" in cell for cell in filled) > len(filled):
            use[column] = "left out: e-mail, --keep"
    files = [
        replace(
            file,
            columns=tuple(
                column if column.taken_for else replace(column, taken_for=use.get(column.head, ""))
                for column in file.columns
            ),
        )
        for file in whole.files
    ]
    parts = [
        f'{option} "{",".join(columns)}"'
        for option, columns in (
            ("--balance", guessed.criteria),
            ("--wishes", guessed.wishes),
            ("--apart", guessed.apart),
        )
        if columns
    ]
    choices = f'--choices "{",".join(guessed.choices)}"' if guessed.choices else ""
    rooms = any(file.table.startswith("rooms ") for file in whole.files)
    if rooms and choices:
        # The rooms are the teams that people chose among.
        parts.append(choices)
    asked: dict[str, Any] = {"wishes": guessed.wishes, "apart": guessed.apart}
    if rooms:
        asked["choices"] = guessed.choices
    command = " ".join([whole.command, *parts]) if whole.command else ""
    if choices and command and not rooms:
        # Counted without case, and spelt as most spell it.
        answers = Counter(cell for column in guessed.choices for cell in table.columns[column] if cell)
        named: dict[str, str] = {}
        for cell, _times in answers.most_common():
            named.setdefault(cell.casefold(), cell)
        names = ",".join(sorted(named.values()))
        people = whole.command.partition(" --teams")[0]
        granted = f'{people} --teams {len(named)} --names "{names}" {choices}'
        command = f"{command}\n  {granted}" if parts else granted
        if not parts:
            asked |= {"choices": guessed.choices, "teams": len(named), "names": sorted(named.values())}
    return replace(whole, files=files, command=command), {key: what for key, what in asked.items() if what}
