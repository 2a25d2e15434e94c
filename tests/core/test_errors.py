"""Messages say where, what came and how to mend it; all at once, in order."""

from __future__ import annotations

import pytest

from evenhand.core import errors
from evenhand.core.errors import (
    EvenhandError,
    Finding,
    Findings,
    InfeasibleError,
    InputError,
    JudgeError,
    MethodError,
)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            Finding("people.csv", 3, "joined", "31.02.2026", "is not a date", "Write it as 2026-02-28"),
            "people.csv, row 3, column joined: '31.02.2026' is not a date. Write it as 2026-02-28.",
        ),
        (Finding("", None, "", None, "nothing came", ""), "nothing came."),
        (Finding("a.csv", None, "", None, "is empty", "Give rows"), "a.csv: is empty. Give rows."),
        (Finding("", None, "size", "0", "is too small", ""), "column size: '0' is too small."),
        (Finding("", None, "", "x" * 99, "is long", ""), f"'{'x' * 59}…' is long."),
    ],
)
def test_a_finding_reads_as_a_sentence(finding: Finding, said: str) -> None:
    """Where, what came, what is wrong, how to mend it; parts that are missing leave no trace."""
    assert str(finding) == said


def test_all_findings_are_said_at_once_and_in_order() -> None:
    """Errors are sorted by table, row and column; warnings never stop the work."""
    findings = Findings()
    findings.raise_errors()
    findings.warning("is odd", "Look at it", table="a.csv", row=9)
    findings.raise_errors()
    findings.error("is wrong", "Mend it", table="b.csv", row=2, column="x", came="?")
    findings.error("is wrong", "Mend it", table="a.csv", row=7)
    findings.error("is wrong", "Mend it", table="a.csv")
    with pytest.raises(InputError) as caught:
        findings.raise_errors()
    assert [(found.table, found.row) for found in caught.value.findings] == [
        ("a.csv", None),
        ("a.csv", 7),
        ("b.csv", 2),
    ]
    assert len(findings.warnings) == 1


def test_many_findings_are_counted() -> None:
    """Twenty are printed in full and the rest counted, but all are kept."""
    error = InputError([Finding("t", at, "", None, "is wrong", "") for at in range(23)])
    lines = str(error).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 3 more like these."
    assert len(error.findings) == 23


def test_one_finding_makes_an_error() -> None:
    """An argument's error has no row."""
    error = InputError.one("is not a job", "Choose one of a, b", came="c", column="job")
    assert str(error) == "column job: 'c' is not a job. Choose one of a, b."


def test_rules_in_conflict_are_listed() -> None:
    """An infeasible problem names the rules, a line each."""
    error = InfeasibleError("the rules cannot all hold.", ("Ada is pinned", "Ada is away"))
    assert str(error) == "the rules cannot all hold.\n  - Ada is pinned\n  - Ada is away"
    assert error.conflict == ("Ada is pinned", "Ada is away")


def test_the_family_has_one_root() -> None:
    """Whoever catches EvenhandError catches all, and the tree at the top of the file names every one."""
    family = [InputError, MethodError, InfeasibleError, JudgeError]
    assert all(issubclass(one, EvenhandError) for one in family)
    for one in family:
        assert one.__name__ in str(errors.__doc__)
        assert one.__name__ in errors.__all__
