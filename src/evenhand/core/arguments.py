"""Calls from Python that do not fit get a sentence with the near miss, as a misspelt column does."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from math import isnan
from typing import Any, Final, ParamSpec, TypeVar

from evenhand.core.errors import Findings, InputError

P = ParamSpec("P")
R = TypeVar("R")
Noun = TypeVar("Noun", bound=type)

ALIKE: Final = 0.6
"""How much of a keyword must agree: ``lam`` and ``lambda`` do, ``x`` and ``seed`` do not."""
BY_POSITION: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
BY_NAME: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

JOBS: Final = ("allocation", "teams", "rota")
"""Rooms whose functions take plans of their own job alone."""
PLAIN: Final = (str, int, float, type(None))
"""Values that are shown as they came; of others only their kind is."""
KINDS: Final = {
    "Solution": "Give what evenhand.solve or evenhand.load returned",
    "AllocationProblem": "Make one with AllocationProblem.from_tables or from_rows",
    "TeamsProblem": "Make one with TeamsProblem.from_table",
    "RotaProblem": "Make one with RotaProblem.from_tables or from_values",
    "Ledger": "Give a ledger, such as evenhand.Ledger(unit=...)",
}
"""How to make what a parameter asks for, by the type that its annotation names."""


PLAIN_KINDS: Final[dict[str, tuple[Callable[[Any], bool], str, str]]] = {
    "bool": (
        lambda value: type(value).__name__ in {"bool", "bool_"}, "is neither True nor False",
        "Write {0}=True or {0}=False",
    ),
    "int": (
        lambda value: hasattr(value, "__index__") and type(value).__name__ not in {"bool", "bool_"},
        "is not a whole number", "Write {0}=2, for example",
    ),
    "str": (lambda value: isinstance(value, str), "is not a text", 'Write {0}="..."'),
    "list": (lambda value: hasattr(value, "__iter__"), "is not a list", "Write {0}=[...]"),
}  # fmt: skip
"""Of settings' plain kinds: whether a value is one (NumPy's count), what is said otherwise, and the mend."""


def whole_number(value: Any) -> int | None:
    """Return a value as a whole number, NumPy's and 2.0 too; None for anything else, such as 1.5 or True.

    >>> whole_number(2.0), whole_number(1.5), whole_number(float("nan")), whole_number(True)
    (2, None, None, None)
    """
    if type(value).__name__ in {"bool", "bool_"}:
        return None
    if hasattr(value, "__index__"):
        return int(value.__index__())
    return int(value) if hasattr(value, "is_integer") and value.is_integer() else None


def whole_numbers(values: Iterable[Any], column: str) -> list[int]:
    """Return values as whole numbers; ``int`` would cut 1.5 to 1 without a word.

    Raises:
        InputError: one of them is none.
    """
    given = list(values)
    # Nearly always they are plain already, and there may be many.
    if all(type(value) is int for value in given):
        return given
    whole = [whole_number(value) for value in given]
    if None in whole:
        mend = "Give whole numbers; shares such as 0.5 and 1 as 1 and 2"
        raise InputError.one("is not a whole number", mend, came=str(given[whole.index(None)]), column=column)
    return [value for value in whole if value is not None]


def is_number(value: Any) -> bool:
    """Whether a value is a number, NumPy's too, and not NaN."""
    plain = value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value
    return isinstance(plain, (int, float)) and not isinstance(plain, bool) and not isnan(plain)


def said_in_words(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function whose calls with wrong arguments raise an InputError that says what to write.

    Nothing is looked at before a call fails, so that right calls cost nothing: what a value of another kind
    ends in is a TypeError or an AttributeError, and where the call fits that error is passed on.

    >>> @said_in_words
    ... def solve(problem, *, seed=0): ...
    >>> solve("p", sed=7)
    Traceback (most recent call last):
    evenhand.core.errors.InputError: 'sed' is not a keyword of solve. Did you mean seed?
    """

    @functools.wraps(function)
    def told(*args: P.args, **named: P.kwargs) -> R:
        try:
            return function(*args, **named)
        except InputError as error:
            # What a function passes on to another is refused by that one; who called wrote this one's name.
            inner, keyword = error.keyword
            if keyword not in named:
                raise
            name = function.__qualname__.removesuffix(".__init__")
            (finding,) = error.findings
            problem = finding.problem.replace(inner, name)
            raise _keyword_error(name, keyword, problem, finding.mend) from None
        except (TypeError, AttributeError):
            called = function.__qualname__.removesuffix(".__init__")
            signature = inspect.signature(function)
            _refuse_unfit(called, signature, args, named)
            _refuse_other_kinds(function.__module__, signature, args, named)
            raise

    return told


def said_when_made(noun: Noun) -> Noun:
    """Return a class whose wrong arguments are told in the same words."""
    noun.__init__ = said_in_words(noun.__init__)  # type: ignore[misc]
    return noun


def plain_kinds(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that looks at its plain settings first: yes or no, numbers, texts and lists.

    A text where yes or no is meant would count as yes, and half a turn as a whole one, without a word.

    >>> @plain_kinds
    ... def planned(*, new: bool = False): ...
    >>> planned(new="no")
    Traceback (most recent call last):
    evenhand.core.errors.InputError: column new: 'no' is neither True nor False. Write new=True or new=False.
    """
    kinds = {
        name: (annotation.removesuffix(" | None"), annotation.endswith(" | None"))
        for name, parameter in inspect.signature(function).parameters.items()
        if isinstance(annotation := parameter.annotation, str)
    }

    @functools.wraps(function)
    def told(*args: P.args, **named: P.kwargs) -> R:
        findings = Findings()
        for name, value in named.items():
            kind, maybe_none = kinds.get(name, ("", True))
            if value is None and maybe_none:
                continue
            kind = "list" if "Sequence[" in kind else kind
            if kind in PLAIN_KINDS and not PLAIN_KINDS[kind][0](value):
                _, problem, mend = PLAIN_KINDS[kind]
                findings.error(problem, mend.format(name), came=str(value), column=name)
        findings.raise_errors()
        return function(*args, **named)

    return told


def meant_keyword(name: str, known: list[str]) -> str:
    """Return the sentence that mends a keyword: the near miss, or all that there are."""
    close = get_close_matches(name.casefold(), known, n=1, cutoff=ALIKE)
    return f"Did you mean {close[0]}?" if close else f"Choose among {', '.join(known)}"


def _refuse_other_kinds(
    module: str, signature: inspect.Signature, args: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Raise which value of a call that failed is of another kind; return where the fault lies deeper."""
    job = next((name for name in JOBS if module.startswith(f"evenhand.{name}.")), "")
    for name, value in signature.bind(*args, **named).arguments.items():
        kind = str(signature.parameters[name].annotation)
        came = str(value) if isinstance(value, PLAIN) else type(value).__name__
        mend = KINDS.get(kind, "")
        if mend and kind not in {base.__name__ for base in type(value).__mro__}:
            raise InputError.one(f"is not a {kind}", mend, column=name, came=came) from None
        planned = getattr(value, "job", job) if kind == "Solution" else job
        if job and planned != job:
            mend = f"Give one of {job}, or take the function from evenhand.{planned} if it is there"
            raise InputError.one(f"is a plan of {planned}", mend, column=name, came=came) from None


def _refuse_unfit(
    called: str, signature: inspect.Signature, args: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Raise what is wrong with a call; return where the call fits, as the fault then lies deeper."""
    try:
        signature.bind(*args, **named)
    except TypeError:
        pass
    else:
        return
    takes = {
        name: parameter for name, parameter in signature.parameters.items() if name not in ("self", "cls")
    }
    known = [name for name, parameter in takes.items() if parameter.kind in BY_NAME]
    # A method's first value is the object itself, which nobody writes.
    given = len(args) - (len(takes) < len(signature.parameters))
    places = [name for name, parameter in takes.items() if parameter.kind in BY_POSITION]
    if given > len(places):
        rest = [name for name in known if name not in places]
        mend = (
            f"Write the others by name: {', '.join(f'{name}=...' for name in rest)}"
            if rest
            else "Leave the others out"
        )
        count = f"takes {len(places)} value{'s' * (len(places) != 1)} without a name, not {given}"
        raise InputError.one(f"{called} {count}", mend) from None
    twice = [name for name in places[:given] if name in named]
    if twice:
        raise InputError.one(f"{called} gets {twice[0]} twice", "Give it once") from None
    needed = [
        name
        for name, parameter in takes.items()
        if parameter.default is parameter.empty
        and parameter.kind in BY_NAME
        and name not in named
        and not (name in places and places.index(name) < given)
    ]
    takes_any = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in takes.values())
    for name in named:
        # Where further keywords go to a reader, only one that is meant for what is missing is wrong here.
        if name not in known and (not takes_any or get_close_matches(name, needed, n=1, cutoff=ALIKE)):
            mend = meant_keyword(name, needed if takes_any else known)
            raise _keyword_error(called, name, f"is not a keyword of {called}", mend) from None
    raise InputError.one(
        f"{called} needs {' and '.join(needed)}", f"Write {', '.join(f'{name}=...' for name in needed)}"
    ) from None


def _keyword_error(called: str, keyword: str, problem: str, mend: str) -> InputError:
    """Return the error of a keyword, with whose it was not."""
    error = InputError.one(problem, mend, came=keyword)
    error.keyword = (called, keyword)
    return error
