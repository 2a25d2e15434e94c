"""How ``--help`` looks: commands by what a person wants, options by what they are for."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any, Final

import typer.core

from evenhand.cli.plain_words import reading_plainly
from evenhand.cli.usage_errors import UsageError
from evenhand.core.errors import Findings

SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "Start here": ("demo", "check", "template"),
    "Make a plan": ("allocate", "teams", "rounds", "rota"),
    "Ask about a plan": ("explain", "measure", "what-if", "advise", "audit"),
    "Compare before you decide": ("compare", "frontier", "simulate"),
    "Live with a plan": ("publish", "teams-swap", "swap", "run", "serve"),
    "Keep plans in a database": ("plan", "undo", "history", "backup"),
}
"""Commands by what a person wants; one that is named nowhere stands under "More"."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Tables": (
        "--map", "--sheet", "--capacity", "--pins", "--forbids", "--duties", "--absences", "--history",
        "--rules", "--own-views", "--rooms", "--strict", "--office", "--week-start",
    ),
    "A plan made before": (
        "--published", "--previous", "--swaps", "--frozen", "--change-price", "--move-price", "--keep-teams",
        "--met-before", "--not-again", "--lock", "--ledger", "--trade-off",
    ),
    "Search": (
        "--method", "--effort", "--seed", "--time-limit", "--workers", "--cluster", "--many", "--as-one",
    ),
    "Result": ("--out", "--json", "--rows", "--explain", "--calendars", "--save-mapping", "--certificate"),
    "Help": ("--help",),
}  # fmt: skip
"""Options that several commands share, by what they are for; all others say what to plan."""

VALUES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "--policy": {
        "": (
            "rate", "rate-hybrid", "rate-established", "rate-offset", "rate-absolute", "ledger",
            "ledger-member", "round-robin", "fewest",
        )
    },
    "--mode": {"": ("none", "light", "a", "standard", "b", "strong", "1:200+2:400")},
    "--method": {
        "allocate": ("auto", "price-restrict-prove", "offices", "mip", "flow", "cp-sat", "greedy"),
        "teams": ("auto", "exchange", "deal"),
        "rota": ("auto", "online", "quota", "quota-smooth", "optimise"),
    },
}  # fmt: skip
"""What an option takes, by command ("" for all). Written here, as asking the jobs would load them for a help
page; a test holds it to what they know."""


WIDEST: Final = 60
"""Characters up to which values stand in brackets behind the option; more would not fit a terminal's line."""


def _group_of(option: Any) -> str:
    return next((title for title, names in GROUPS.items() if names and set(names) & set(option.opts)), "")


def _record(option: Any, ctx: Any, command: str) -> tuple[str, str] | None:
    """Return how an option is written and what it does, with the values it takes."""
    record: tuple[str, str] | None = option.get_help_record(ctx)
    for name, by_command in VALUES.items():
        values = by_command.get(command) or by_command.get("")
        if record is not None and name in option.opts and values:
            written = f"{name} [{'|'.join(values)}]"
            if len(written) <= WIDEST:
                return written, record[1]
            return record[0], f"{record[1]} One of {', '.join(values)}."
    return record


def _refuse_twice(order: list[Any]) -> None:
    """Refuse options that take one value and came several times.

    Args:
        order: what the parser met, one entry each time.

    Raises:
        InputError: each of them is a finding.
    """
    times = Counter(option.name for option in order)
    findings = Findings()
    for option in {given.name: given for given in order}.values():
        if option.param_type_name != "option" or option.multiple or option.is_flag or times[option.name] < 2:  # noqa: PLR2004
            continue
        # "A,B" in the help is an option that takes several names at once.
        mend = "Name all in one, parted by commas" if "," in (option.metavar or "") else "Give it once"
        findings.error(f"is given {times[option.name]} times", mend, table=option.opts[0])
    findings.raise_errors()


class Command(typer.core.TyperCommand):
    """A command whose options stand in groups, and whose plain words are read without pydantic."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options, --help among them, each reading its own text."""
        return [reading_plainly(parameter) for parameter in super().get_params(ctx)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; an option that is meant once and given twice is refused, as only the last counted.

        Raises:
            InputError: naming each such option with what came.
        """
        order: list[Any] = []
        with contextlib.suppress(UsageError):  # what else is wrong is said by the reading below
            order = self.make_parser(ctx).parse_args(args=list(args))[2]
        _refuse_twice(order)
        rest: list[str] = super().parse_args(ctx, args)
        return rest

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options by group."""
        arguments: list[tuple[str, str]] = []
        groups: dict[str, list[tuple[str, str]]] = {title: [] for title in ("", *GROUPS)}
        for option in self.get_params(ctx):
            record = _record(option, ctx, self.name or "")
            if record is not None and option.param_type_name == "argument":
                arguments.append(record)
            elif record is not None:
                groups[_group_of(option)].append(record)
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(arguments)
        for title, records in groups.items():
            if records:
                with formatter.section(title or "Options"):
                    formatter.write_dl(records)


class Group(typer.core.TyperGroup):
    """The commands, in sections."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options, --help among them, each reading its own text."""
        return [reading_plainly(parameter) for parameter in super().get_params(ctx)]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each command under what a person wants of it."""
        names = self.list_commands(ctx)
        sections = {title: [name for name in listed if name in names] for title, listed in SECTIONS.items()}
        known = {name for listed in sections.values() for name in listed}
        sections["More"] = [name for name in names if name not in known]
        widest = max(map(len, names), default=0)
        for title, listed in sections.items():
            rows = []
            for name in listed:
                command = self.get_command(ctx, name)
                if command is not None and not command.hidden:
                    rows.append(
                        (name.ljust(widest), command.get_short_help_str(formatter.width - widest - 6))
                    )
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
