"""An explanation reads top down and gives its figures to programs."""

from __future__ import annotations

from evenhand.core.explanation import Explanation, Fact


def test_an_explanation_reads_and_counts() -> None:
    """The headline comes first, then a line a fact; figures are found by name."""
    facts = (
        Fact("runner_up", "Ben lacks 3 points.", 3, "points", "Ben"),
        Fact("day_full", "Monday is full.", about="Monday"),
    )
    said = Explanation("allocation", "Ada", "Ada got the car.", facts)
    assert str(said) == "Ada got the car.\n  - Ben lacks 3 points.\n  - Monday is full."
    assert said.values("runner_up") == {"Ben": 3}
    assert said.values("day_full") == {"Monday": None}
