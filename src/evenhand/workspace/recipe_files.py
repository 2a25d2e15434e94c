"""Recipes as files: a TOML beside its tables, written by a server, read by ``evenhand run``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evenhand.core.errors import Findings, InputError
from evenhand.core.recipe import Recipe, recipe_of, sha_of
from evenhand.tables.files import bytes_of


def recipe_toml(recipe: Recipe, files: Mapping[str, str]) -> str:
    """Return a recipe as TOML.

    Args:
        recipe: what is written.
        files: table's name to the file that holds it, beside the recipe.
    """
    lines = [
        "# A plan's recipe. evenhand run recipe.toml makes the same plan again.",
        f"job = {_text(recipe.job)}",
        f"form = {_text(recipe.form)}",
        f"seed = {recipe.seed}",
        "picks = [",
        *(f"    [{', '.join(_text(part) for part in (pick.kind, *pick.names))}]," for pick in recipe.picks),
        "]",
    ]
    for table, sha in sorted(recipe.sources.items()):
        lines += ["", f"[sources.{table}]", f"file = {_text(files[table])}", f"sha256 = {_text(sha)}"]
    lines += [
        "",
        "[settings]",
        *(f"{name} = {_value(value)}" for name, value in sorted(recipe.settings.items())),
    ]
    for table, heads in sorted(recipe.mapping.items()):
        lines += [
            "",
            f"[mapping.{table}]",
            *(f"{_text(head)} = {_text(to)}" for head, to in sorted(heads.items())),
        ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    # TOML knows these by letter; what else cannot be printed is written by its number
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    inside = "".join(
        signs.get(sign) or (sign if sign.isprintable() else f"\\U{ord(sign):08x}") for sign in value
    )
    return f'"{inside}"'


def _value(value: Any) -> str:
    # before the numbers: True is an int to Python
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(part) for part in value)}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_text(str(k))} = {_value(v)}" for k, v in sorted(value.items())) + " }"
    return _text(str(value))


def read_recipe(path: Path) -> tuple[Recipe, dict[str, bytes], dict[str, str]]:
    """Read a recipe with its tables: (recipe, bytes by table, file names by table).

    Args:
        path: a TOML file, or a folder with a recipe.toml. Each source names its file beside it, and perhaps
            the SHA-256 that the plan was made from.

    Raises:
        InputError: no TOML, a part that is wrong, a file that is not there or is not what it was; all at
        once.
    """
    target = path / "recipe.toml" if path.is_dir() else path
    try:
        raw = tomllib.loads(bytes_of(target).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        sentence = f"is not TOML: {error}"
        raise InputError.one(
            sentence, "Give a recipe that evenhand wrote, or see the manual", table=target.name
        ) from None
    findings = Findings()
    content: dict[str, bytes] = {}
    names: dict[str, str] = {}
    sources = raw.get("sources", {})
    for table, source in sources.items() if isinstance(sources, dict) else ():
        file = (
            source if isinstance(source, str) else source.get("file", "") if isinstance(source, dict) else ""
        )
        wanted = source.get("sha256", "") if isinstance(source, dict) else ""
        # beside the recipe, wherever the command is run from
        place = target.parent / str(file)
        if not file or not place.is_file():
            findings.error(
                "is not there",
                "Put it beside the recipe",
                table=target.name,
                column=f"sources.{table}",
                came=str(file),
            )
            continue
        content[table], names[table] = bytes_of(place), place.name
        if wanted and sha_of(content[table]) != wanted:
            mend = "Take the file the plan was made from, or leave sha256 out to plan with this one"
            findings.error(
                "is not the file the recipe was made from",
                mend,
                table=target.name,
                column=f"sources.{table}",
                came=str(file),
            )
    findings.raise_errors()
    # by what was read just now, not by what the file claims: a recipe without hashes is one too
    hashes = {table: sha_of(held) for table, held in content.items()}
    return recipe_of({**raw, "sources": hashes}, target.name), content, names
