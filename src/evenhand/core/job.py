"""What a job is made of: a judge and measures that say what its awards mean, and methods that find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evenhand.core.arguments import is_number, said_when_made
from evenhand.core.arrays import Ints
from evenhand.core.errors import InputError
from evenhand.core.explanation import Explanation
from evenhand.core.ledger import Ledger
from evenhand.core.progress import Progress
from evenhand.core.solution import Columns, Solution, Status, Verdict
from evenhand.core.statement import Statement
from evenhand.core.units import Unit

EFFORTS = ("quick", "normal", "thorough")
"""How long a search may go on where nothing is proven."""

Awards = Ints


@said_when_made
@dataclass(frozen=True, slots=True)
class Limits:
    """How long a search may go on.

    Attributes:
        seconds: wall time; None for none. A finished result never depends on it.
        gap: stop once the proven gap, in the objective's units, is no larger.
        effort: "quick", "normal" or "thorough": how long to search where nothing can be proven; methods that
            always prove what they find take no notice.

    Raises:
        InputError: seconds or gap is below 0 or no number, or the effort is none of the three.

    >>> Limits(seconds=10)
    Limits(seconds=10, gap=0, effort='normal')
    """

    seconds: float | None = None
    gap: int = 0
    effort: str = "normal"

    def __post_init__(self) -> None:
        if self.seconds is not None and not (is_number(self.seconds) and self.seconds >= 0):
            raise InputError.one(
                "is not a time limit", "Give seconds of 0 or more, or None for no limit",
                came=str(self.seconds), column="seconds",
            )  # fmt: skip
        if not (is_number(self.gap) and self.gap >= 0):
            raise InputError.one(
                "is not a gap", "Give units of the objective, 0 or more", came=str(self.gap), column="gap"
            )
        if self.effort not in EFFORTS:
            raise InputError.one(
                "is not an effort", f"Choose one of {', '.join(EFFORTS)}", came=str(self.effort)
            )


@dataclass(frozen=True)
class Answer:
    """What a method hands back: awards and claims. The judge looks at the awards; claims are cross-checked.

    Attributes:
        awards: codes as the job's room defines them; None where there are none (infeasible, or none found).
        status: what the method claims.
        bound: proven limit of the objective, or None.
        proof: prices, certificate, counts; JSON-able values and integer arrays only.
        conflict: for INFEASIBLE: the smallest set of rules found that cannot all hold, a sentence each.
    """

    awards: Awards | None
    status: Status
    bound: int | None = None
    proof: Mapping[str, Any] = field(default_factory=dict)
    conflict: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recheck:
    """What can be proven anew, and cheaply, from a problem, a plan and the proof that came with it.

    Attributes:
        bound: a limit of the objective that holds, or None.
        damage: what of the proof is not as methods write it, a clause each; empty for a proof that is whole.
        claims: parts of the proof that claim more than could be proven anew, by name.
    """

    bound: int | None = None
    damage: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()


def _nothing(_problem: Any, _awards: Awards, _proof: Mapping[str, Any]) -> Recheck:
    return Recheck()


def _silent(
    _problem: Any, _awards: Awards, _objective: int, _bound: int | None, _proof: Mapping[str, Any]
) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Method:
    """One way to solve a job: a line of the job's table.

    Attributes:
        name: what ``method=`` takes.
        run: finds awards: (problem, seed, limits, progress) -> Answer. Heavy imports stand inside it.
        promise: what it promises, a sentence; a property test holds it.
        reference: where it comes from, with DOI where there is one.
        suits: when to take it, a sentence; and ``fits`` says whether it can solve this problem.
        exact: whether it can prove optimality.
        fits: "" where the method can solve the problem, else the reason why not.
    """

    name: str
    run: Callable[[Any, int, Limits, Progress], Answer]
    promise: str
    reference: str
    suits: str
    exact: bool = False
    fits: Callable[[Any], str] = lambda _problem: ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its words and meaning, all that the desk needs. ``jobs.py`` lists all three.

    Attributes:
        name: "allocation", "teams" or "rota".
        called: its plans in a sentence: "an allocation", "teams", "a rota".
        command: the command that makes them.
        question: "who gets what?" and so on.
        problem: the problem's class.
        maximise: whether a larger objective is better.
        methods: by name.
        choose: picks a method's name for a problem ("auto").
        judge: (problem, awards) -> Verdict.
        columns: (problem, awards) -> the awards as a table a person reads.
        ids: (problem, awards) -> a name an award that stays the same from plan to plan.
        nearest: (problem, awards) -> the nearest whole outcome the rules allow, as units received a
            statement line; what the panel puts beside each measure.
        measure: (problem, awards, statement) -> the panel of measures. The rooms know the measures; the core
            only passes them on.
        recheck: (problem, awards, proof) -> what the proof proves, looked at anew. A document's claims are
            held against it.
        said: (problem, awards, objective, bound, proof) -> sentences on what is proven, to stand in the proof
            by name: the judge's words, made anew whenever a document is read.
        unit: problem -> how many integer units of the objective make one of what people read, and its name.
    """

    name: str
    called: str
    command: str
    question: str
    problem: type[Any]
    maximise: bool
    methods: Mapping[str, Method]
    choose: Callable[[Any], str]
    judge: Callable[[Any, Awards], Verdict]
    columns: Callable[[Any, Awards], Columns]
    ids: Callable[[Any, Awards], list[str]]
    nearest: Callable[[Any, Awards], Awards]
    measure: Callable[[Any, Awards, Statement], Any]
    recheck: Callable[[Any, Awards, Mapping[str, Any]], Recheck] = _nothing
    said: Callable[[Any, Awards, int, int | None, Mapping[str, Any]], Mapping[str, str]] = _silent
    unit: Callable[[Any], Unit] = lambda _problem: (1, "")


@dataclass(frozen=True, slots=True)
class Booking:
    """What becomes fact when a plan is published, as plain data that a database keeps.

    Attributes:
        facts: who got what and when: claimant, thing, starts, ends (ISO days, "" where there are none) and
            units; ``called`` and ``called_thing`` where people have other names for them.
        entries: what was due and received in ticks, by day and claimant; they sum to 0.
        opening: what was owed before the first plan of all, as entries; empty where nothing was.
        days: the first and the last day of the period; "" where it has none.
        accounts: further accounts by name, each of one unit of its own: entries that sum to 0 in each.
    """

    facts: list[dict[str, Any]]
    entries: list[dict[str, Any]] = field(default_factory=list)
    opening: list[dict[str, Any]] = field(default_factory=list)
    days: tuple[str, str] = ("", "")
    accounts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Books:
    """How plans of a job stand in a ledger's file: what it counts, and the three bookings.

    Attributes:
        units: what such a ledger can count, never added to each other.
        usual: problem -> which of them a new ledger counts.
        publish: (ledger, solution, label, unit or "" for the usual) -> the ledger with the plan.
        amend: (ledger, solution, label) -> the ledger with what a later plan of a period changes.
        take_back: (ledger, solution, label) -> the ledger as if the period had not been published.
    """

    units: tuple[str, ...]
    usual: Callable[[Any], str]
    publish: Callable[[Ledger, Solution, str, str], Ledger]
    amend: Callable[[Ledger, Solution, str], Ledger]
    take_back: Callable[[Ledger, Solution, str], Ledger]


@dataclass(frozen=True, slots=True)
class Asking:
    """What can be asked of any job's plan. It stands apart from ``Job``, as it may itself solve.

    Attributes:
        explain: (problem, awards, proof, subject) -> Explanation.
        subjects: (problem, awards) -> each name that ``explain`` takes, with a few words on how it stands.
        facts: (solution, days that one award lasts) -> Booking.
        alternatives: (solution, subject, progress) -> who else could have it and what that costs, who could
            not and why; plain data.
        whynot: (solution, thing, claimant) -> why the plan does not give it to them, a sentence.
        before: heads of the table that a draft stays near, and the field of a fact that each holds.
        pinned: (problem, picks by kind) -> the problem with what was decided by hand. None where a job's
            tables are read together with the picks.
        amend: (problem, the table before, how near, up to which day it is frozen, seed, limits, progress) ->
            Solution, or None where any plan will do. None where the problem itself holds the plan before.
        nearest: (solution, the table before, progress) -> Solution worth as much that keeps most of the plan
            before. None where the problem itself holds the plan before.
        absences: the table in which absences stand by day; "" where whoever is away is out of the whole plan.
        stays: whether the problem weighs who moves, so that each change by hand plans near what stands.
        priced: whether a plan can be held beside plans at other prices, and what it calls for be advised.
        books: what of a plan goes into a ledger's file, and how it is taken back.
        days: problem -> the days it is planned for, as ``explain`` takes them; none where it has no days.
        against: (solution, thing, day, who gives it) -> name of each other person to the rules that speak
            against their taking that turn: "not", which they cannot break, and "breaks", those with a
            weight; {} where the plan has no such turn. None where no rule looks at who takes a turn.
    """

    explain: Callable[[Any, Awards, Mapping[str, Any], str], Explanation]
    subjects: Callable[[Any, Awards], Mapping[str, str]]
    facts: Callable[[Any, int], Booking]
    alternatives: Callable[[Any, str, Progress], dict[str, Any]]
    whynot: Callable[[Any, str, str], str]
    before: tuple[tuple[str, str], ...]
    books: Books
    pinned: Callable[[Any, Mapping[str, Sequence[tuple[str, ...]]]], Any] | None = None
    amend: Callable[..., Any] | None = None
    nearest: Callable[[Any, Any, Progress], Any] | None = None
    absences: str = ""
    stays: bool = False
    priced: bool = False
    against: Callable[[Any, str, str, str], dict[str, Any]] | None = None
    days: Callable[[Any], Sequence[str]] = lambda _problem: ()
