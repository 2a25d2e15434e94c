"""Documents: the same bytes each time, the same thing back, and nothing loaded that was changed by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import evenhand as eh
from evenhand import documents
from evenhand.core.errors import InputError, JudgeError
from evenhand.core.ledger import Ledger
from evenhand.core.solution import Solution
from evenhand.core.statement import Statement
from evenhand.documents import codec, layout
from evenhand.documents.encode import encode
from evenhand.documents.faults import WRONG, Faults
from evenhand.solver import VERBS

NO_LIMIT = 2**62


def problem(items: int = 4, recipients: int = 3, days: int = 2, seed: int = 1) -> Any:
    """Make an allocation problem in which everything is possible, with scores from a seed."""
    codes = np.meshgrid(np.arange(items), np.arange(recipients), np.arange(days), indexing="ij")
    item, recipient, day = (axis.ravel() for axis in codes)
    count = len(item)
    return eh.AllocationProblem(
        items=tuple(f"V{at:03}" for at in range(items)),
        recipients=tuple(f"P{at:03}" for at in range(recipients)),
        days=tuple(f"2026-01-{26 + at}" for at in range(days)),
        item=item,
        recipient=recipient,
        day=day,
        score=np.random.default_rng(seed).integers(1, 900, count),
        slots=np.full(days, 2),
        recipient_day_limit=np.ones((recipients, days), dtype=np.int64),
        recipient_limit=np.full(recipients, NO_LIMIT),
        groups=(),
        pinned=np.zeros(count, dtype=bool),
        forbidden=np.zeros(count, dtype=bool),
        scale=1,
        penalty=eh.mode_b(),
        weight=np.ones(recipients, dtype=np.int64),
    )


@pytest.fixture(scope="module")
def solution() -> Solution:
    """A solved week."""
    return eh.solve(problem(), method="greedy", seed=7)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """A ledger in which somebody left."""
    book = Ledger().join("2026-01-01", ["Ada", "Ben", "Cleo"])
    statement = Statement.of_one_thing(["Ada", "Ben"], "turns", np.array([1, 1]), np.array([1, 0]), 2)
    return book.publish("2026-01-27", statement).leave("2026-02-01", "Ben")


def test_a_solution_comes_back_whole(solution: Solution, tmp_path: Path) -> None:
    """Saved and loaded, a solution has the same bytes, awards, statement, problem and verbs."""
    path = tmp_path / "week.json"
    solution.save(str(path))
    again = eh.load(path)
    assert documents.dumps(again) == path.read_bytes() == documents.dumps(solution)
    assert again.awards.tolist() == solution.awards.tolist()
    assert (again.objective, again.terms, again.headline) == (
        solution.objective,
        solution.terms,
        solution.headline,
    )
    assert again.problem.items == solution.problem.items
    assert again.columns == solution.columns
    assert again.verbs is VERBS
    assert str(again) == str(solution)


def test_times_stay_out(solution: Solution) -> None:
    """No two runs agree on times, so they are no part of the document."""
    later = replace(solution, stages={"judge": 99.0})
    assert documents.dumps(later) == documents.dumps(solution)


def test_a_problem_comes_back(tmp_path: Path) -> None:
    """A problem alone is saved with its job, and solving it again gives the same awards."""
    first = problem(seed=3)
    documents.save(first, tmp_path / "problem.json")
    again = documents.read(tmp_path / "problem.json")
    assert documents.dumps(again) == documents.dumps(first)
    before, after = (eh.solve(each, method="greedy", seed=1) for each in (first, again))
    assert before.awards.tolist() == after.awards.tolist()


def test_a_teams_problem_comes_back() -> None:
    """Criteria, rules and optional parts of a teams problem survive."""
    people = [{"name": f"P{at}", "gender": "fm"[at % 2], "office": "ORB"[at % 3]} for at in range(12)]
    first = eh.TeamsProblem.from_rows(people, teams=3, balance=["gender", "office"])
    document = documents.dumps(first)
    assert documents.dumps(documents.loads(document)) == document


def test_a_rota_comes_back() -> None:
    """A rota's plan, certificate and explanation survive."""
    people = [{"name": name, "joined": "2025-01-01"} for name in ("Ada", "Ben", "Cleo")]
    rota = eh.RotaProblem.from_tables(people=people, duties=eh.weekly("2026-01-27", 10, seats=2))
    plan = eh.solve(rota, method="quota", seed=1)
    again = documents.loads(documents.dumps(plan))
    assert documents.dumps(again) == documents.dumps(plan)
    assert eh.explain(again, "Ada") == eh.explain(plan, "Ada")


def test_a_number_beyond_memory_is_an_input_error() -> None:
    """A person's code of a million million in a rota's document is refused and not made room for."""
    people = [{"name": name, "joined": "2025-01-01"} for name in ("Ada", "Ben", "Cleo")]
    plan = eh.solve(
        eh.RotaProblem.from_tables(people=people, duties=eh.weekly("2026-01-27", 4)), method="quota"
    )
    for place in range(4):
        raw = json.loads(documents.dumps(plan))
        raw["awards"][place] = 2**40
        with pytest.raises(InputError, match="at awards"):
            documents.loads(json.dumps(raw).encode())


def test_a_ledger_comes_back(ledger: Ledger) -> None:
    """A ledger is equal after the round trip and goes on from there."""
    again = documents.loads(documents.dumps(ledger))
    assert again == ledger
    assert again.come_back("2026-03-01", "Ben").balances == ledger.come_back("2026-03-01", "Ben").balances


def test_a_statement_comes_back(solution: Solution) -> None:
    """A statement has the same lines after the round trip."""
    assert solution.statement is not None
    again = documents.loads(documents.dumps(solution.statement))
    assert again.lag.tolist() == solution.statement.lag.tolist()
    assert again.claimants == solution.statement.claimants


def test_the_layout_is_for_people(solution: Solution, ledger: Ledger) -> None:
    """Kind and edition come first, arrays stand on one line, small objects too."""
    lines = documents.dumps(solution).decode().splitlines()
    assert lines[:3] == ["{", '  "kind": "evenhand/solution",', '  "edition": 1,']
    awards = ", ".join(str(code) for code in solution.awards)
    assert f'  "awards": [{awards}],' in lines
    rows = [line for line in documents.dumps(ledger).decode().splitlines() if '"2026-01-01"' in line]
    assert rows[0].startswith('      [1, "join", "2026-01-01", "Ada", 0, 0,')


def test_bytes_do_not_depend_on_the_process() -> None:
    """Two processes with other hash seeds write the same bytes."""
    script = (
        "import sys; sys.path.insert(0, 'tests'); import test_documents as t, evenhand as eh;"
        "from evenhand import documents;"
        "sys.stdout.buffer.write(documents.dumps(eh.solve(t.problem(), method='greedy', seed=7)))"
    )
    root = Path(__file__).resolve().parents[1]
    outs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            cwd=root,
            env={"PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": "1"},
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outs) == 1


def test_verbs_are_for_solutions_only(solution: Solution, ledger: Ledger, tmp_path: Path) -> None:
    """``load`` takes solutions alone, and says what the file holds instead."""
    documents.save(ledger, tmp_path / "book.json")
    with pytest.raises(InputError, match=r"book\.json: holds a ledger, not a plan"):
        documents.load(tmp_path / "book.json")
    documents.save(solution, tmp_path / "week.json")
    assert documents.load(tmp_path / "week.json").verbs is None


def test_what_has_no_document_is_refused(solution: Solution) -> None:
    """Things of other kinds and solutions without awards have no document."""
    with pytest.raises(InputError, match="is not a problem evenhand knows"):
        documents.dumps({"kind": "evenhand/solution"})
    with pytest.raises(InputError, match="has no awards"):
        documents.dumps(replace(solution, statement=None))


def test_a_failed_save_leaves_what_was_there(solution: Solution, tmp_path: Path) -> None:
    """The old file stays when the new one cannot be made."""
    path = tmp_path / "week.json"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(TypeError, match="cannot hold a set"):
        documents.save(replace(solution, proof={"odd": {1, 2}}), path)
    assert path.read_text(encoding="utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["week.json"]


Edit = Callable[[dict[str, Any]], Any]


def put(value: Any, *path: str | int) -> Edit:
    """Return an edit that sets a value deep in a document."""

    def edit(raw: dict[str, Any]) -> None:
        place: Any = raw
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return edit


def cut(*path: str | int) -> Edit:
    """Return an edit that removes a value."""

    def edit(raw: dict[str, Any]) -> None:
        place: Any = raw
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return edit


HAND = "changed by hand"
EDITS: dict[str, tuple[Edit, str]] = {
    "no kind": (cut("kind"), "at kind: is missing. Give a document that evenhand saved: evenhand/solution"),
    "another kind": (put("other/solution", "kind"), "at kind: 'other/solution' is not a kind evenhand knows"),
    "a kind that is not text": (put([], "kind"), "at kind: '[]' is not a kind"),
    "no edition": (cut("edition"), "at edition: is missing"),
    "a later edition": (
        put(2, "edition"),
        "at edition: '2' is not an edition this version can read. Install",
    ),
    "no edition at all": (put("1", "edition"), "at edition: '1' is not an edition"),
    "no job": (cut("job"), "at job: is missing"),
    "another job": (put("lottery", "job"), "at job: 'lottery' is not a job. Choose one of allocation"),
    "a missing part": (cut("problem"), "at problem: is missing"),
    "a missing field": (
        cut("problem", "score"),
        "at problem.score: is missing. AllocationProblem needs it",
    ),
    "an extra field": (put(1, "problem", "colour"), "at problem.colour: is not a field of AllocationProblem"),
    "an extra part": (put(1, "colour"), "at colour: is not a field"),
    "text for a number": (put("7", "seed"), "at seed: '7' is not a whole number"),
    "a number for text": (put(7, "method"), "at method: '7' is not text"),
    "true for a number": (put(True, "seed"), "at seed: 'True' is not a whole number"),
    "a fraction in an array": (
        put(1.5, "problem", "score", 3),
        "at problem.score[3]: '1.5' is not a whole number",
    ),
    "a word in an array": (put("x", "awards", 0), "at awards[0]: 'x' is not a whole number"),
    "two in an array of flags": (
        put(2, "problem", "pinned", 0),
        "at problem.pinned[0]: '2' is neither 0 nor 1",
    ),
    "a number for an array": (put(3, "problem", "item"), "at problem.item: '3' is not a list"),
    "too large a number": (put(2**70, "problem", "score", 0), "at problem.score: holds a number too large"),
    "a shape that does not fit": (
        put([9, 9], "problem", "recipient_day_limit", "shape"),
        "at problem.recipient_day_limit: '[9, 9]' is not a shape of these values",
    ),
    "arrays that disagree": (put([1, 2], "problem", "score"), "at problem"),
    "a code that points nowhere": (put(99, "problem", "item", 0), "at problem"),
    "an unknown status": (
        put("perfect", "status"),
        "at status: 'perfect' is none of the choices. Choose one of",
    ),
    "text for a list": (put("abc", "terms"), "at terms: 'abc' is not a list"),
    "text for an object": (put("abc", "problem"), "at problem: 'abc' is not an object"),
    "a nested type": (put("many", "terms", 0, "value"), "at terms[0].value: 'many' is not a whole number"),
    "a pair of three": (put([[1, 2, 3]], "problem", "penalty", "steps"), "steps[0]: has 3 values, not 2"),
    "a value that is none": (
        put([["1", 2]], "problem", "penalty", "steps"),
        "steps[0][0]: '1' is not a whole",
    ),
    "another value": (put(1, "objective"), "at objective: '1' is not what the awards are worth"),
    "another term": (
        put(1, "terms", 0, "value"),
        f"at terms: is not what follows from problem and awards: it was {HAND}",
    ),
    "another headline": (put("all is well", "headline"), HAND),
    "another table": (put(["x"], "columns", "item"), "at columns: is not what follows"),
    "another statement": (put([9, 9, 9], "statement", "received"), "at statement: is not what follows"),
    "awards that break a rule": (put([0, 1, 2], "awards"), "at awards: break a hard rule"),
    "awards that point nowhere": (put([10**6], "awards"), "at awards"),
    "awards in a grid": (put({"shape": [1, 2], "values": [0, 5]}, "awards"), "at awards"),
    "awards in a deep grid": (put({"shape": [1, 0, 2], "values": []}, "awards"), "at awards"),
    "a bound that is none": (put(1, "bound"), "at bound: '1' is not a bound of the value"),
    "another kind of proof": (
        put({"$array": "complex", "shape": [0], "values": []}, "proof", "x"),
        "at proof.x: 'complex'",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_changed_document_is_refused(name: str, solution: Solution) -> None:
    """Each change is an input error that names the place in the document, and nothing else is raised."""
    edit, said = EDITS[name]
    raw = json.loads(documents.dumps(solution))
    edit(raw)
    with pytest.raises(InputError) as caught:
        documents.loads(json.dumps(raw).encode(), name="week.json")
    assert said in str(caught.value)
    assert str(caught.value).startswith("week.json")


def test_optimal_needs_its_bound(solution: Solution) -> None:
    """A document that claims to be optimal must have a bound that meets the value."""
    raw = json.loads(documents.dumps(solution))
    raw["status"] = "optimal"
    for bound in (raw["objective"] + 5, None):
        raw["bound"] = bound
        with pytest.raises(InputError, match="is claimed, but value and bound"):
            documents.loads(json.dumps(raw).encode())
    raw["bound"] = raw["objective"]
    assert documents.loads(json.dumps(raw).encode()).gap == 0


def test_all_faults_are_said_at_once(solution: Solution) -> None:
    """Three faults in three places are three findings."""
    raw = json.loads(documents.dumps(solution))
    raw["seed"], raw["problem"]["scale"] = "x", "y"
    del raw["cut"]
    with pytest.raises(InputError) as caught:
        documents.loads(json.dumps(raw).encode())
    places = sorted(found.table.split(", at ")[1] for found in caught.value.findings)
    assert places == ["cut", "problem.scale", "seed"]


def test_another_versions_words_are_not_compared(solution: Solution) -> None:
    """A document of another version keeps its awards, and the judge words its outcome anew."""
    raw = json.loads(documents.dumps(solution))
    raw["version"], raw["headline"] = "0.0.1", "in other words"
    again = documents.loads(json.dumps(raw).encode())
    assert again.headline == solution.headline
    assert again.version == "0.0.1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "at line 1, character 1: is not JSON"),
        (b'{"kind": ', "at line 1, character 10: is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b'{"kind": 1, "kind": 2}', "the key 'kind' stands twice"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b"[" * 100_000, "is not JSON that can be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON that can be read"),
        (b"{}", "at edition: is missing"),
    ],
)
def test_broken_json_is_said_plainly(content: bytes, said: str) -> None:
    """What is not a JSON object is an input error with its place."""
    with pytest.raises(InputError) as caught:
        documents.loads(content)
    assert said in str(caught.value)


def test_a_byte_order_mark_does_no_harm(ledger: Ledger) -> None:
    """A document that an editor saved with a byte order mark is read all the same."""
    assert documents.loads(b"\xef\xbb\xbf" + documents.dumps(ledger)) == ledger


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is an input error."""
    with pytest.raises(InputError, match="is not there"):
        documents.read(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put(1, "ledger", "entries", 0, 4), "at ledger.entries[0]: does not fit the chain of hashes"),
        (put("0" * 64, "ledger", "entries", 2, 10), "at ledger.entries[2]: does not fit the chain"),
        (cut("ledger", "entries", -1), "at ledger.last: is not the last entry"),
        (put(720720, "ledger", "ticks"), "at ledger.entries[0]: does not fit the chain"),
        (put("turns", "ledger", "unit"), "at ledger.entries[0]: does not fit the chain"),
        (
            put("gift", "ledger", "entries", 0, 1),
            "at ledger.entries[0]: is of a kind nobody knows: 'gift'",
        ),
        (put(None, "ledger", "entries", 1, 3), "at ledger.entries[1]: has a claimant of the wrong kind"),
        (put(0, "ledger", "entries", 1, 3), "at ledger.entries[1]: has a claimant of the wrong kind"),
        (put(1, "more"), "at more: is not a part of this kind of document. Remove it"),
        (cut("ledger"), "at ledger: is missing"),
    ],
)
def test_a_changed_ledger_is_refused(edit: Edit, said: str, ledger: Ledger) -> None:
    """Ledgers are checked too: their lags must sum to 0."""
    raw = json.loads(documents.dumps(ledger))
    edit(raw)
    with pytest.raises(InputError) as caught:
        documents.loads(json.dumps(raw).encode())
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put([0, 0, 0], "statement", "received"), "does not hold together: The statement of"),
        (put([0], "statement", "thing"), "four columns of one length"),
        (put({}, "statement", "claimants"), "at statement.claimants: '{}' is not a list"),
    ],
)
def test_a_changed_statement_is_refused(edit: Edit, said: str, solution: Solution) -> None:
    """A statement that no longer balances is not loaded."""
    raw = json.loads(documents.dumps(solution.statement))
    edit(raw)
    with pytest.raises(InputError) as caught:
        documents.loads(json.dumps(raw).encode())
    assert said in str(caught.value)


@pytest.mark.parametrize("part", ["job", "problem"])
def test_a_problem_needs_its_parts(part: str) -> None:
    """A problem without its job, or a job without its problem, is refused."""
    raw = json.loads(documents.dumps(problem()))
    del raw[part]
    with pytest.raises(InputError, match=f"at {part}: is missing"):
        documents.loads(json.dumps(raw).encode())


def test_a_large_week_is_quick() -> None:
    """Sixty thousand candidates are saved and loaded whole."""
    large = problem(items=60, recipients=200, days=5)
    assert len(large.item) == 60_000
    document = documents.dumps(large)
    assert documents.dumps(documents.loads(document)) == document


class Colour(Enum):
    """A plain enumeration."""

    RED = 1
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    """A part with a check of its own."""

    name: str
    many: int = 1

    def __post_init__(self) -> None:
        if self.many < 0:
            raise InputError.one("is below zero", "Give more", came=str(self.many), column="many")
        if self.many == 13:
            raise JudgeError("thirteen")
        if self.many == 14:
            raise InputError.one("is odd", "Give another")


@dataclass(frozen=True, eq=False)
class Everything:
    """One field of each kind that a document can hold."""

    text: str
    count: int
    ratio: float
    flag: bool
    day: date
    at: datetime
    part: Fraction
    colour: Colour
    choice: Literal["a", "b"]
    maybe: int | None
    either: Inner | int
    names: tuple[str, ...]
    pair: tuple[int, str]
    inners: list[Inner]
    by_number: Mapping[int, float]
    by_name: dict[str, Inner]
    whole: NDArray[np.int64]
    keys: NDArray[np.uint64]
    flags: NDArray[np.bool_]
    reals: NDArray[np.float64]
    grid: NDArray[np.int64]
    open: Mapping[str, Any]
    made: int = field(init=False, default=3)


def everything(**changes: Any) -> Everything:
    """Make one with some fields changed."""
    values: dict[str, Any] = {
        "text": "Zoë",
        "count": np.int64(3),
        "ratio": float("inf"),
        "flag": np.True_,
        "day": date(2026, 1, 27),
        "at": datetime(2026, 1, 27, 9, 30),  # noqa: DTZ001 - a wall clock
        "part": Fraction(3, 4),
        "colour": Colour.BLUE,
        "choice": "a",
        "maybe": None,
        "either": Inner("x"),
        "names": ("a", "b"),
        "pair": (1, "b"),
        "inners": [Inner("y", 2)],
        "by_number": {3: 0.5, -1: 2},
        "by_name": {"z": Inner("z")},
        "whole": np.array([1, -2]),
        "keys": np.array([2**64 - 1], dtype=np.uint64),
        "flags": np.array([True, False]),
        "reals": np.array([0.5, np.nan, -np.inf]),
        "grid": np.zeros((0, 2), dtype=np.int64),
        "open": {"prices": np.array([[1, 2]]), "list": [1, {"x": None}], "real": np.array([0.1])},
    }
    return Everything(**(values | changes))


def back(raw: Any) -> tuple[Any, list[str]]:
    """Read plain values as Everything; return it and the faults as path and problem."""
    faults = Faults()
    made = codec.decode(Everything, raw, "it", faults)
    return made, [f"{path}: {wrong}" for path, _, wrong, _ in faults.found]


def test_every_kind_of_field_survives() -> None:
    """All kinds of fields come back equal, arrays with their type and shape."""
    first = everything()
    raw = json.loads(layout.to_bytes(encode(first)))
    made, faults = back(raw)
    assert faults == []
    for name in (
        "text",
        "count",
        "ratio",
        "flag",
        "day",
        "at",
        "part",
        "colour",
        "choice",
        "maybe",
        "either",
    ):
        assert getattr(made, name) == getattr(first, name), name
    for name in ("names", "pair", "inners", "by_number", "by_name"):
        assert getattr(made, name) == getattr(first, name), name
    for name in ("whole", "keys", "flags", "reals", "grid"):
        want, got = getattr(first, name), getattr(made, name)
        assert (got.dtype, got.shape) == (want.dtype, want.shape), name
        assert np.array_equal(got, want, equal_nan=got.dtype.kind == "f"), name
    assert made.open["prices"].tolist() == [[1, 2]]
    assert made.open["list"] == [1, {"x": None}]
    assert made.open["real"].dtype == np.float64
    assert encode(made) == encode(first)


FIELDS: dict[str, tuple[str, Any, str]] = {
    "a day": ("day", "27.01.2026", "it.day: is not a date"),
    "a day that is a number": ("day", 3, "it.day: is not a date"),
    "a fraction": ("part", "1/0", "it.part: is not a fraction"),
    "a ratio": ("ratio", "many", "it.ratio: is not a number"),
    "a colour": ("colour", [], "it.colour: is none of the choices"),
    "a choice": ("choice", "c", "it.choice: is none of the choices"),
    "a maybe": ("maybe", "x", "it.maybe: is not a whole number"),
    "an either": ("either", {"name": 1, "many": 1}, "it.either.name: is not text"),
    "neither": ("either", "x", "it.either: is not an object"),
    "a pair": ("pair", [1], "it.pair: has 1 values, not 2"),
    "names": ("names", ["a", 1], "it.names[1]: is not text"),
    "an inner": ("inners", [{"name": "y", "many": -1}], "it.inners[0].many: is below zero"),
    "a judged inner": (
        "inners",
        [{"name": "y", "many": 13}],
        "it.inners[0]: does not hold together: thirteen",
    ),
    "an odd inner": ("inners", [{"name": "y", "many": 14}], "it.inners[0]: is odd"),
    "no list": ("inners", 3, "it.inners: is not a list"),
    "a number as key": ("by_number", {"x": 1}, "it.by_number.x: is not a whole number"),
    "no mapping": ("by_name", [], "it.by_name: is not an object"),
    "a key's value": ("by_name", {"z": 1}, "it.by_name.z: is not an object"),
    "an endless grid": (
        "grid",
        {"shape": [0, 2**62], "values": []},
        "it.grid: is not a shape of these values",
    ),
    "a grid of many dimensions": (
        "grid",
        {"shape": [1] * 99, "values": [1]},
        "it.grid: is not a shape of these values",
    ),
    "keys below 0": ("keys", [-1], "it.keys[0]: is not a whole number of 0 or more"),
    "reals": ("reals", [None], "it.reals[0]: is not a number"),
    "a real too large": ("reals", [10**400], "it.reals[0]: is not a number"),
    "a ragged grid": ("grid", {"shape": [1, "2"], "values": []}, "it.grid: is not a shape of these values"),
    "an open array": ("open", {"x": [{"$array": "int64"}]}, "it.open.x[0]: is not an array evenhand writes"),
    "open cells": (
        "open",
        {"x": {"$array": "int64", "shape": [1], "values": ["y"]}},
        "it.open.x[0]: is not a whole number",
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_wrong_fields_are_found_by_their_place(name: str) -> None:
    """Each wrong value is one fault at its path."""
    where, value, said = FIELDS[name]
    raw = encode(everything())
    raw[where] = value
    made, faults = back(raw)
    assert made is WRONG
    assert faults == [said]


def test_kinds_that_no_document_holds_are_our_fault() -> None:
    """A type without a form is refused when written and when read, loudly."""
    with pytest.raises(TypeError, match="cannot hold a set"):
        encode({1})
    with pytest.raises(TypeError, match="cannot hold a"):
        encode(Inner)
    with pytest.raises(TypeError, match="cannot hold"):
        codec.decode(set[int], [], "it", Faults())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=80)
@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_layout_is_json(value: dict[str, Any]) -> None:
    """Whatever is laid out is JSON that says the same, and is read back the same."""
    content = layout.to_bytes(value)
    assert json.loads(content) == value
    assert layout.from_bytes(content, "") == value
    assert content.endswith(b"\n")


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_change_gives_a_traceback(data: st.DataObject, solution: Solution) -> None:
    """Any value put anywhere in a document gives the document back or an input error, never anything else."""
    raw = json.loads(documents.dumps(solution))
    place: Any = raw
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.integers(0, 3)) == 0:
            break
        place = inner
    place[key] = data.draw(JSON)
    try:
        documents.loads(json.dumps(raw).encode())
    except InputError as error:
        assert str(error)  # noqa: PT017 - any other error fails the test


@pytest.mark.parametrize(
    "make",
    [
        problem,
        lambda: eh.TeamsProblem.from_values(["Ada", "Bo", "Cy", "Di"], {"office": list("abab")}, teams=2),
        lambda: eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", 3, seats=2)),
    ],
    ids=["allocation", "teams", "rota"],
)
def test_every_award_has_an_id_of_its_own(make: Callable[[], Any]) -> None:
    """A document names each award once, in the order of the awards; a changed id is refused."""
    body = json.loads(documents.dumps(eh.solve(make())))
    assert len(body["ids"]) == len(set(body["ids"])) == len(body["awards"])
    body["ids"][0] = "somebody else"
    with pytest.raises(eh.InputError, match="ids"):
        documents.loads(json.dumps(body).encode())


def test_whole_numbers_that_readers_would_round_stand_in_quotes(tmp_path: Path) -> None:
    """A rota's squared lags are beyond 2^53: written as text they come back to the last digit."""
    people = [{"name": name} for name in ("Ada", "Bo", "Cy")]
    plan = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 7)))
    assert plan.objective is not None
    assert plan.objective > 2**53
    plan.save(tmp_path / "plan.json")
    raw = json.loads((tmp_path / "plan.json").read_text())
    assert raw["objective"] == str(plan.objective)
    assert eh.load(tmp_path / "plan.json").objective == plan.objective
    # as an older file has it, and as somebody may write it
    terms = [term | {"value": int(term["value"])} for term in raw["terms"]]
    (tmp_path / "plan.json").write_text(json.dumps(raw | {"objective": plan.objective, "terms": terms}))
    assert eh.load(tmp_path / "plan.json").objective == plan.objective
    for wrong in ("7", "2296795990769280000.0", "02296795990769280000"):
        (tmp_path / "plan.json").write_text(json.dumps(raw | {"objective": wrong}))
        with pytest.raises(InputError, match="whole number"):
            eh.load(tmp_path / "plan.json")
