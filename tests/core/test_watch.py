"""The watch tells and asks; it cuts a search and never changes a finished one."""

from __future__ import annotations

import pytest

from evenhand.core.watch import Watch


def test_without_a_limit_it_never_stops() -> None:
    """No limit and no interruption: work goes on."""
    watch = Watch()
    assert watch.left is None
    assert not watch.stop()
    assert not watch.cut


def test_a_limit_that_has_passed_cuts() -> None:
    """After the limit it asks to stop, notes the cut, and has nothing left."""
    watch = Watch(seconds=0.0)
    assert watch.stop()
    assert watch.cut
    assert watch.left == 0.0


def test_a_limit_ahead_does_not_cut() -> None:
    """Before the limit it lets work go on and says what is left."""
    watch = Watch(seconds=3600.0)
    assert not watch.stop()
    assert watch.left is not None
    assert 0 < watch.left <= 3600


def test_an_interruption_cuts() -> None:
    """Ctrl-C asks for the best so far."""
    watch = Watch(interrupted=True)
    assert watch.stop()
    assert watch.cut


def test_reports_reach_the_listener() -> None:
    """Stage, best, bound and seconds are told; without a listener nothing happens."""
    heard: list[tuple[str, int | None, int | None]] = []
    watch = Watch(tell=lambda stage, best, bound, _seconds: heard.append((stage, best, bound)))
    watch.report("price", 3, 5)
    Watch().report("price", 3, 5)
    with watch.stage("prove"):
        pass
    assert heard == [("price", 3, 5), ("prove", None, None)]


def test_stages_add_up_even_when_they_fail() -> None:
    """Times of a stage are summed by name, and kept when the stage raises."""
    watch = Watch()
    with watch.stage("price"):
        pass
    once = watch.stages["price"]
    with pytest.raises(KeyError), watch.stage("price"):
        raise KeyError
    assert watch.stages["price"] >= once
    assert list(watch.stages) == ["price"]
    assert watch.elapsed >= watch.stages["price"]
