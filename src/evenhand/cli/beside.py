"""Options that say nothing beside another one, or without it, are refused instead of left aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import typer

from evenhand.core.errors import Findings

READING = ("map_heads", "sheet")
"""How tables are read: every way of working that reads tables heeds it."""

LEAVE = "Leave one of the two out"


class Typed:
    """The options of a command that somebody typed, and what is wrong with them together.

    Attributes:
        findings: what is wrong; ``findings.raise_errors()`` says all of it at once.
        given: the parameter's name to its option, as typed, and what came; None for a flag.
    """

    def __init__(self, context: typer.Context) -> None:
        """Take the options that were typed with something else than their default."""
        self.findings = Findings()
        self.given: dict[str, tuple[str, str | None]] = {}
        for parameter in context.command.params:
            name = parameter.name or ""
            value = context.params.get(name)
            source = context.get_parameter_source(name)
            typed = source is not None and source.name == "COMMANDLINE" and value != parameter.default
            if typed and parameter.param_type_name == "option":
                flag = max(parameter.opts, key=len)
                self.given[name] = (flag, _came(value))

    def refuse_beside(self, option: str, refused: Collection[str], mend: str = LEAVE) -> None:
        """Refuse some options that were typed beside ``option``.

        Args:
            option: as typed, such as ``--recipe``.
            refused: names of the command's parameters.
            mend: what to do instead.
        """
        self._refuse(option, {name: mend for name in self.given if name in refused})

    def refuse_others(
        self, option: str, heeded: Collection[str], mend: str = LEAVE, mends: Mapping[str, str] | None = None
    ) -> None:
        """Refuse every option that was typed beside ``option``, but those that it heeds.

        An option that the command gains later is refused too, until it is named among them.

        Args:
            option: as typed, such as ``--many``.
            heeded: names of the command's parameters.
            mend: what to do instead.
            mends: what to do instead, for single parameters.
        """
        known = mends or {}
        self._refuse(
            option, {name: known.get(name, mend) for name in self.given if name not in {*heeded, *READING}}
        )

    def refuse_unshown(self) -> None:
        """Refuse what says how the screen looks where ``--json`` prints the whole document instead."""
        if "as_json" in self.given:
            self.refuse_beside("--json", ("rows",), "Leave it out: the document holds every row")
            self.refuse_beside(
                "--json", ("explain",), "Save the plan and ask: evenhand explain PLAN WHO --json"
            )

    def refuse_without(self, needed: str, options: Collection[str], mend: str) -> None:
        """Refuse options that say nothing where another one is not given.

        Args:
            needed: what they need, as a person would say it.
            options: names of the command's parameters.
            mend: what to do instead.
        """
        for name in options:
            if name in self.given:
                flag, came = self.given[name]
                self.findings.error(f"means nothing without {needed}", mend, table=flag, came=came)

    def _refuse(self, option: str, mends: Mapping[str, str]) -> None:
        for name, mend in mends.items():
            self.findings.error(f"does not go with {option}", mend, table=self.given[name][0])


def _came(value: object) -> str | None:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return None if value is True else str(value)
