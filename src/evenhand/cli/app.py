"""The table of commands, and what becomes of errors: a sentence on stderr and an exit code."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from evenhand.cli.help_pages import Command, Group
from evenhand.cli.output import close_quietly, open_streams, print_json, say, saying_json
from evenhand.cli.signals import StoppedError, leaving_at_once
from evenhand.cli.sources import keeping_inputs, reading_tables
from evenhand.cli.usage_errors import UsageError, usage_said
from evenhand.core.errors import EvenhandError, InfeasibleError, InputError, JudgeError, MethodError
from evenhand.core.version import VERSION

DONE, NOTHING, WRONG, FAULT = 0, 1, 2, 3

COMMANDS: Final[dict[str, str]] = {
    "demo": "demo",
    "check": "check",
    "template": "template",
    "allocate": "allocate",
    "teams": "teams",
    "teams-swap": "teams_swap",
    "rounds": "rounds",
    "rota": "rota",
    "measure": "measure",
    "publish": "publish",
    "explain": "explain",
    "compare": "compare",
    "simulate": "simulate",
    "swap": "swap",
    "audit": "audit",
    "what-if": "what_if",
    "advise": "advise",
    "frontier": "frontier",
    "serve": "serve",
    "plan": "plan",
    "run": "recipe",
    "undo": "history:undo_command",
    "history": "history:history_command",
    "backup": "history:backup_command",
}
"""Each command and where it is written: a module beside this one, and what of it if not the whole. Only the
command that runs is loaded: all of them would take a tenth of a short command's time."""

TWO_WORDS: Final = {
    ("rota", "simulate"): "simulate", ("rota", "swap"): "swap", ("teams", "swap"): "teams-swap",
}  # fmt: skip
"""Commands of one job that may be said after it."""

READS_TABLES: Final = frozenset(
    {"allocate", "teams", "rounds", "rota", "compare", "frontier", "check", "audit", "plan", "publish"}
)
"""Commands that read tables as people leave them, and so take --map and --sheet."""


SAYS_TEXT: Final = frozenset({"backup", "history", "plan", "publish", "swap", "undo"})
"""Commands whose answer is a few sentences; --json wraps these."""


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over so
    if wanted:
        typer.echo(f"evenhand {VERSION}")
        raise typer.Exit


def _front(
    *,
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    _debug: Annotated[
        bool, typer.Option("--debug", help="Show where an unexpected error came from.")
    ] = False,
) -> None:
    """Share things fairly: who gets what, who goes with whom, whose turn it is."""


def app_of(*names: str) -> typer.Typer:
    """Return the command line with these commands and no others."""
    app = typer.Typer(
        name="evenhand",
        cls=Group,
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback(epilog="Start here: evenhand demo")(_front)
    for name in names:
        module, _, part = COMMANDS[name].partition(":")
        room: Any = import_module(f"evenhand.cli.{module}")
        room = getattr(room, part) if part else room
        told = (reading_tables if name in READS_TABLES else keeping_inputs)(room.COMMAND)
        if name in SAYS_TEXT:
            told = saying_json(told)
        app.command(name, cls=Command, epilog=room.EPILOG, short_help=room.SHORT)(told)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing a user does leads to a traceback."""
    words = [word for word in arguments if word != "--debug"]
    debug = len(words) < len(arguments) or bool(os.environ.get("EVENHAND_DEBUG"))
    open_streams()
    try:
        with leaving_at_once():
            code = _code(words)
            sys.stdout.flush()
    except StoppedError as stopped:
        say("Stopped before there was a plan; nothing was written.")
        return stopped.code
    except BrokenPipeError:
        close_quietly()  # whoever read our output has seen enough
        return DONE
    except Exception as error:  # noqa: BLE001 - the last door: whatever is not a user's is a fault of ours
        error = _as_extra(error)
        with contextlib.suppress(OSError):  # stdout may be what failed
            code = FAULT
            code = _failed(error, debug=debug)
            if "--json" in words:
                _tell_programs(type(error).__name__, error, code)
            return code
        close_quietly()
        say("The output could not be written: nothing more fits there.")
        return WRONG
    return code


EXTRAS: Final = {
    **dict.fromkeys(("alembic", "argon2", "fastapi", "multipart", "sqlalchemy", "uvicorn"), "web"),
    **dict.fromkeys(("holidays", "recurring_ical_events"), "calendars"),
    "numba": "fast", "ortools": "ortools", "psycopg": "postgres", "pyarrow": "parquet",
    "ray": "cluster",
}  # fmt: skip
"""Packages that only an extra brings, and which."""


def _as_extra(error: Exception) -> Exception:
    """Return an error that a missing package of an extra caused as the sentence how to install it."""
    missing = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if missing not in EXTRAS:
        return error
    return MethodError(
        f'This needs the package {missing}. Install it with: pip install "evenhand[{EXTRAS[missing]}]"'
    )


def _tell_programs(kind: str, error: Exception, code: int) -> None:
    """Write what went wrong as JSON on stdout, where a program that asked for JSON looks."""
    from dataclasses import asdict

    findings = [asdict(finding) | {"sentence": str(finding)} for finding in getattr(error, "findings", ())]
    told = {"kind": kind, "exit_code": code, "message": str(error), "findings": findings}
    print_json({"error": told | {"conflict": list(getattr(error, "conflict", ()))}})
    sys.stdout.flush()


def _failed(error: Exception, *, debug: bool) -> int:
    """Say what went wrong and return the exit code."""
    if isinstance(error, InfeasibleError):
        from evenhand.report.views import weekdays_in

        say(weekdays_in(str(error)))
        return NOTHING
    if isinstance(error, EvenhandError) and not isinstance(error, JudgeError):
        say(str(error))
        return WRONG
    if isinstance(error, OSError) and error.strerror and not debug:
        # a disk that is full, a name that is too long: the system's word on what the user's machine did
        place = f"{error.filename}: " if error.filename else ""
        say(f"{place}{error.strerror}. Mend that and run it again; nothing was written half.")
        return WRONG
    if debug:
        import traceback

        say("".join(traceback.format_exception(error)))
    first = str(error).split("\n", 1)[0]
    say(f"Sorry, this is a fault of evenhand {VERSION}, not yours: {type(error).__name__}: {first}")
    if not debug:
        say("Please run it again with --debug and report what it prints, with the input.")
    return FAULT


def _refuse_empty(words: Sequence[str]) -> None:
    """Refuse an empty path, as where a variable of the shell is not set: it would mean this folder.

    Raises:
        InputError: the first argument, or a file to write, is empty.
    """
    for before, word in itertools.pairwise(words):
        if not word and before in (words[0], "--out", "-o"):
            problem = "is empty, as where a variable of the shell is not set"
            raise InputError.one(problem, "Write the file's name", came=word, table=before)


def _code(words: Sequence[str]) -> int:
    if tuple(words[:2]) in TWO_WORDS:
        words = [TWO_WORDS[words[0], words[1]], *words[2:]]
    _refuse_empty(words)
    # Help, a word that is no command, and a shell that completes one need them all.
    app = app_of(*([words[0]] if words and words[0] in COMMANDS else COMMANDS))
    try:
        code = app(list(words), prog_name="evenhand", standalone_mode=False)
    except UsageError as error:
        message = usage_said(error)
        if message:
            say(message)
        else:
            error.show()
        if "--json" in words:
            _tell_programs("UsageError", Exception(message or error.format_message()), int(error.exit_code))
        return int(error.exit_code)
    except typer.Abort:
        return NOTHING
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):
            raise leaving.__context__ from None  # the parser's own answer to it would be exit code 1
        code = leaving.code
    return code if isinstance(code, int) else DONE
