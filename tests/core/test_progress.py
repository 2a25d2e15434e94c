"""The progress tells and asks; it cuts a search and never changes a finished one."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.core.progress import Best, Progress


def test_without_a_limit_it_never_stops() -> None:
    """No limit and no interruption: work goes on."""
    progress = Progress()
    assert progress.left is None
    assert not progress.stop()
    assert not progress.cut


def test_a_limit_that_has_passed_cuts() -> None:
    """After the limit it asks to stop, notes the cut, and has nothing left."""
    progress = Progress(seconds=0.0)
    assert progress.stop()
    assert progress.cut
    assert progress.left == 0.0


def test_a_limit_ahead_does_not_cut() -> None:
    """Before the limit it lets work go on and says what is left."""
    progress = Progress(seconds=3600.0)
    assert not progress.stop()
    assert progress.left is not None
    assert 0 < progress.left <= 3600


def test_an_interruption_cuts() -> None:
    """Ctrl-C asks for the best so far."""
    progress = Progress(interrupted=True)
    assert progress.stop()
    assert progress.cut


def test_reports_reach_the_listener() -> None:
    """Stage, best, bound and seconds are told; without a listener nothing happens."""
    heard: list[tuple[str, int | None, int | None]] = []
    progress = Progress(tell=lambda stage, best, bound, _seconds: heard.append((stage, best, bound)))
    progress.report("price", 3, 5)
    Progress().report("price", 3, 5)
    with progress.stage("prove"):
        pass
    assert heard == [("price", 3, 5), ("prove", None, None)]


def test_stages_add_up_even_when_they_fail() -> None:
    """Times of a stage are summed by name, and kept when the stage raises."""
    progress = Progress()
    with progress.stage("price"):
        pass
    once = progress.stages["price"]
    with pytest.raises(KeyError), progress.stage("price"):
        raise KeyError
    assert progress.stages["price"] >= once
    assert list(progress.stages) == ["price"]
    assert progress.elapsed >= progress.stages["price"]


def test_offers_reach_whoever_watches() -> None:
    """Every better answer is handed on with its value and bound, and the last one stays."""
    seen: list[Best] = []
    progress = Progress(watch=seen.append)
    progress.offer(np.array([1]), 10)
    progress.offer(np.array([1, 2]), 15, bound=16)
    assert [(best.awards.tolist(), best.value, best.bound) for best in seen] == [
        ([1], 10, None),
        ([1, 2], 15, 16),
    ]
    assert progress.best is seen[-1]
