"""A document's claims are proofs, not words: proven anew when it is read, or marked as the file's own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pytest
from pyarrow import parquet

import evenhand as eh
from evenhand import documents
from evenhand.cli.app import run
from evenhand.core import desk
from evenhand.core.errors import InputError
from evenhand.core.solution import Solution
from evenhand.documents import sidecar
from evenhand.jobs import asking_named, job_named
from evenhand.report.notes import certificate_said
from evenhand.report.summary import proof_line
from evenhand.solver import VERBS


def allocation() -> eh.AllocationProblem:
    """Return twelve items for six recipients on three days; nobody may have too many."""
    rng = np.random.default_rng(4)
    rows = [
        {"item": f"i{item}", "recipient": f"r{taker}", "day": f"d{item % 3}", "score": int(score)}
        for item in range(12)
        for taker, score in enumerate(rng.integers(100, 900, 6))
    ]
    return eh.AllocationProblem.from_rows(rows, penalty=eh.mode_b())


@cache
def plans() -> dict[str, Solution]:
    """Return a plan of each kind of proof."""
    people = [{"name": name} for name in "abcdef"]
    rota = eh.RotaProblem.from_tables(people=people, duties=eh.weekly("2026-01-05", 8, seats=2))
    teams = eh.TeamsProblem.from_rows(
        [{"name": f"p{at}", "office": "ABC"[at % 3]} for at in range(12)], teams=4, balance=["office"]
    )
    return {
        "allocation": eh.solve(allocation()),
        "offices": eh.solve(allocation(), method="offices"),
        "teams": eh.solve(teams),
        "online": eh.solve(rota, method="online"),
        "quota-smooth": eh.solve(rota, method="quota-smooth"),
        "optimise": eh.solve(rota, method="optimise"),
    }


def changed(solution: Solution, **fields: Any) -> Solution:
    """Read a solution's document back with some of its fields changed by hand."""
    raw = json.loads(documents.dumps(solution))
    raw |= fields
    loaded: Solution = documents.loads(json.dumps(raw).encode(), VERBS)
    return loaded


@pytest.mark.parametrize("name", ["allocation", "offices", "teams", "online", "quota-smooth"])
def test_honest_proofs_are_proven_anew(name: str) -> None:
    """Read back, a plan with prices, a certificate or a value of nothing keeps its status unmarked."""
    again = changed(plans()[name])
    assert not again.claimed
    assert again.standing == plans()[name].status.value
    assert "claimed" not in proof_line(again)


def test_what_cannot_be_checked_cheaply_is_marked() -> None:
    """A branch-and-bound proof leaves no certificate: read back, the plan says that the file claims it."""
    again = changed(plans()["optimise"])
    assert again.claimed
    assert again.standing == "optimal (claimed by the file)"
    assert "claimed by the file" in str(again)
    assert "claimed by the file" in proof_line(again)


def forged() -> dict[str, Any]:
    """Return the document of a worse plan that says it is the best."""
    worse = eh.solve(replace(allocation(), penalty=eh.mode_a()), method="greedy")
    raw: dict[str, Any] = json.loads(documents.dumps(eh.solve(allocation(), method="greedy")))
    assert worse.objective is not None
    return raw | {"status": "optimal", "bound": raw["objective"]}


def test_a_worse_plan_marked_optimal_is_found_out(tmp_path: Path) -> None:
    """A greedy plan that is said to be optimal is marked, and refused when it is solved again."""
    path = tmp_path / "week.json"
    raw = forged()
    best = plans()["allocation"].objective
    assert best is not None
    assert raw["objective"] < best
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert eh.load(path).claimed
    with pytest.raises(InputError, match=r"week.json: .*is claimed as the bound, but a plan with"):
        eh.load(path, prove=True)


def test_honest_prices_do_not_prove_a_worse_plan() -> None:
    """The best plan's prices beside a worse plan that is called optimal prove nothing for it."""
    raw = forged()
    raw["proof"] = json.loads(documents.dumps(plans()["allocation"]))["proof"]
    loaded = documents.loads(json.dumps(raw).encode())
    assert loaded.claimed


def test_solving_again_takes_the_mark_away(tmp_path: Path) -> None:
    """A true claim without a certificate is proven by solving again."""
    path = tmp_path / "rota.json"
    plans()["optimise"].save(str(path))
    assert eh.load(path).claimed
    assert not eh.load(path, prove=True).claimed


def test_awards_are_not_infeasible() -> None:
    """A document with awards cannot say that there are none."""
    for status in ("infeasible", "unknown"):
        with pytest.raises(InputError, match="here are awards that keep every rule"):
            changed(plans()["teams"], status=status)


@pytest.mark.parametrize("name", plans())
def test_documents_keep_their_schema(name: str) -> None:
    """What is saved fits the published schema, and a document with a part too many does not."""
    checker = jsonschema_rs.Draft202012Validator(documents.schema())
    raw = json.loads(documents.dumps(plans()[name]))
    checker.validate(raw)
    checker.validate(json.loads(documents.dumps(plans()[name].problem)))
    assert not checker.is_valid(raw | {"colour": 1})
    assert not checker.is_valid(raw | {"seed": "x"})


def test_a_large_plan_keeps_its_problem_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the size the problem stands in a second file; moved, changed or hostile it is an input error."""
    monkeypatch.setattr(documents, "LARGE", 1000)
    path, beside = tmp_path / "week.json", tmp_path / "week.problem.json"
    plan = plans()["allocation"]
    plan.save(path)
    assert "candidates" not in path.read_text(encoding="utf-8").split('"proof"')[0]
    again = eh.load(path)
    assert documents.dumps(again) == documents.dumps(plan)
    jsonschema_rs.Draft202012Validator(documents.schema()).validate(json.loads(path.read_bytes()))
    beside.write_bytes(beside.read_bytes().replace(b"i1", b"j1"))
    with pytest.raises(InputError, match=r"is not that of week\.problem\.json"):
        eh.load(path)
    beside.unlink()
    with pytest.raises(InputError, match="is not there"):
        eh.load(path)
    with pytest.raises(InputError, match="is not a file beside this one"):
        changed(plan, problem={"file": "../week.problem.json", "sha256": "0"})


@pytest.mark.parametrize("name", plans())
def test_a_very_large_plan_keeps_its_problem_as_columns(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The problem in a Parquet file comes back as it was; changed or hostile it is refused."""
    monkeypatch.setattr(documents, "HEAVY", 1)
    monkeypatch.setattr(sidecar, "LONG", 2)
    path, beside = tmp_path / "plan.json", tmp_path / "plan.problem.parquet"
    plan = plans()[name]
    plan.save(path)
    again = eh.load(path)
    assert documents.dumps(again) == documents.dumps(plan)
    assert sidecar.digest(again.problem) == sidecar.digest(plan.problem)
    jsonschema_rs.Draft202012Validator(documents.schema()).validate(json.loads(path.read_bytes()))
    printed = documents.printed(plan)
    assert json.loads(printed)["problem"] == {"file": "", "sha256": sidecar.digest(plan.problem)}
    with pytest.raises(InputError, match="was printed without its problem"):
        documents.loads(printed)
    whole = beside.read_bytes()
    table = parquet.read_table(beside)
    parquet.write_table(table.slice(1).replace_schema_metadata(table.schema.metadata), beside)
    with pytest.raises(InputError, match=r"is not that of plan\.problem\.parquet|holds no problem"):
        eh.load(path)
    parquet.write_table(table.replace_schema_metadata(None), beside)
    with pytest.raises(InputError, match="holds no problem that evenhand wrote"):
        eh.load(path)
    beside.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged"):
        eh.load(path)


JUNK: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 2**70, 10**39, 1.5, "", "x", "nan", [], {}, [[1]], {"a": 1}, [None],
    {"$array": "int64", "shape": [1], "values": [5]},
    {"$array": "int64", "shape": [2], "values": [-5, 2**62]},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every part of a value, six of a list at most."""
    if path:
        yield path
    parts = (
        value.items() if isinstance(value, dict) else enumerate(value[:6]) if isinstance(value, list) else ()
    )
    for key, part in parts:
        yield from places(part, (*path, key))


@pytest.mark.parametrize("name", plans())
def test_a_proof_of_any_shape_is_an_input_error_or_harmless(name: str) -> None:
    """Whatever stands in a proof, reading, explaining and printing the plan raise input errors alone."""
    solution, draw = plans()[name], random.Random(name)
    text = json.dumps(json.loads(documents.dumps(solution)))
    every = list(places(json.loads(text)["proof"]))
    asking = asking_named(solution.job)
    subjects = list(asking.subjects(solution.problem, solution.awards))
    for _ in range(60):
        raw = json.loads(text)
        *way, last = draw.choice(every) if every else ("seed",)
        part = raw["proof"]
        for key in way:
            part = part[key]
        part[last] = draw.choice(JUNK)
        try:
            loaded = documents.loads(json.dumps(raw).encode(), VERBS)
        except InputError:
            continue
        for subject in draw.sample(subjects, 2):
            asking.explain(loaded.problem, loaded.awards, loaded.proof, subject)
        assert str(loaded)
        assert proof_line(loaded)


@pytest.mark.parametrize(
    "content",
    [
        b'{"kind": "evenhand/solution", "edition": 1, "proof": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a":' * 300 + b"1" + b"}" * 300,
        b'{"kind": "evenhand/problem", "edition": 1, "seed": ' + b"9" * 5000 + b"}",
        b'{"kind": "evenhand/problem", "edition": 1, "seed": ' + b"9" * 60 + b"}",
        b'{"kind": "\\ud800"}',
    ],
)
def test_json_that_no_reader_can_bear_is_an_input_error(content: bytes) -> None:
    """Endless nesting, numbers of thousands of digits and half characters are refused in a sentence."""
    with pytest.raises(InputError, match=r"week\.json"):
        documents.loads(content, name="week.json")


OTHER_WORDS = [
    ("teams", {"certificate": "Proven: everybody would choose these teams."}),
    ("teams", {"proven": "by oath"}),
    ("teams", {"proven": 7}),
    ("teams", {"proven": ["tried"]}),
    ("teams", {"certificate": 1}),
    ("teams", {"changed": ["p0"]}),
    ("teams", {"changed": ["p0", "Nobody"]}),
    ("teams", {"changed": "p0"}),
    ("optimise", {"says": "No two people ever meet."}),
    ("optimise", {"says": None}),
    ("optimise", {"least_largest_lag": "0"}),
    ("optimise", {"least_largest_lag": True}),
    ("optimise", {"views": 1}),
    ("optimise", {"views": {"proven": "yes"}}),
    ("optimise", {"breaks": {"least": None}}),
    ("optimise", {"breaks": []}),
    ("optimise", {"seed": "one"}),
    ("online", {"says": "No plan is nearer."}),
    ("quota-smooth", {"certificate": "It holds."}),
    ("quota-smooth", {"certificate": None, "says": "No plan is nearer."}),
]
"""Kind of plan, and what somebody writes into the proof of its file."""


@pytest.mark.parametrize(("name", "words"), OTHER_WORDS)
def test_no_file_can_say_what_is_proven_in_its_own_words(name: str, words: dict[str, Any]) -> None:
    """Sentences on what is proven are the judge's, made anew: other ones, and odd figures, are refused."""
    proof = json.loads(documents.dumps(plans()[name]))["proof"]
    with pytest.raises(InputError, match="proof"):
        changed(plans()[name], proof=proof | words)


def uneven_teams() -> Solution:
    """Return teams that others would beat: all of office A in the first team."""
    problem = plans()["teams"].problem
    office = [str(cell) for cell in problem.columns["office"]]
    awards = np.argsort(np.argsort(office, kind="stable"), kind="stable") // 3
    return desk.judged(job_named("teams"), problem, awards, bound=0, proof={"proven": ""}, verbs=VERBS)


def test_what_a_files_bound_rests_on_is_said_to_be_its_word() -> None:
    """Uneven teams whose file says that all were tried: marked, said to be a claim, and found out."""
    uneven = uneven_teams()
    assert "Not proven best" in str(uneven.proof["certificate"])
    raw = json.loads(documents.dumps(uneven))
    told = "All arrangements were tried: none that keeps the rules has a lower value."
    # Where value and bound differ, "tried" proves nothing, and the sentence is not the judge's.
    with pytest.raises(InputError, match="says certificate otherwise"):
        documents.loads(json.dumps(raw | {"proof": {"proven": "tried", "certificate": told}}).encode())
    claim = {
        "proof": {"proven": "tried", "certificate": told},
        "bound": raw["objective"],
        "status": "optimal",
    }
    forged_file = documents.loads(json.dumps(raw | claim).encode(), VERBS)
    assert certificate_said(forged_file) == (False, f"The file claims, and nothing in it proves: {told}")


def test_a_forged_sentence_is_refused_by_the_command_that_checks_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``measure --certificate`` plans again where a file's bound is its word, and tells the better teams."""
    uneven = uneven_teams()
    raw = json.loads(documents.dumps(uneven))
    told = "All arrangements were tried: none that keeps the rules has a lower value."
    raw |= {"proof": {"proven": "tried", "certificate": told}, "bound": raw["objective"], "status": "optimal"}
    path = tmp_path / "teams.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert run(["measure", str(path), "--certificate"]) == 2
    printed = capsys.readouterr()
    assert told not in printed.out
    assert "is claimed as the bound, but a plan with" in printed.err
