"""Ledgers as files: nothing acknowledged is lost, nothing changed by hand is read, whoever books at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cli.running import DATA
from evenhand import documents
from evenhand.cli.app import DONE, WRONG, run
from evenhand.cli.publish import patience
from evenhand.core.errors import InputError
from evenhand.core.ledger import Ledger, Line
from evenhand.documents.ledgers import booking

FLEET = str(DATA / "fleet")


def a_week(label: str, ledger: Ledger) -> Ledger:
    """Book one award in a period of that name."""
    return ledger.publish(
        label, [Line("Ada", ledger.ticks // 2, ledger.ticks), Line("Ben", ledger.ticks // 2, 0)]
    )


def child(folder: Path, body: str) -> subprocess.Popen[str]:
    """Start another process that books."""
    text = textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", text], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


PUBLISHER = """
    import sys
    from pathlib import Path
    from evenhand.cli.publish import book_into
    from evenhand.core.ledger import Ledger, Line
    for at in range(COUNT):
        label = f"WHO-{at}"
        lines = [Line("Ada", 1, 2), Line("Ben", 1, 0)]
        book_into(Path("book.json"), lambda book: book.publish(label, lines), fresh=Ledger(ticks=2))
        print(label, flush=True)
"""


def test_six_publishers_at_once_are_all_kept(tmp_path: Path) -> None:
    """Six processes that book eight periods each into one ledger, at once: all 48 stand there."""
    bodies = [PUBLISHER.replace("WHO", f"w{who}").replace("COUNT", "8") for who in range(6)]
    children = [child(tmp_path, body) for body in bodies]
    for process in children:
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
    book = documents.read(tmp_path / "book.json")
    assert book.periods == tuple(sorted(f"w{who}-{at}" for who in range(6) for at in range(8)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.json"]


def test_killed_publishers_lose_nothing_acknowledged(tmp_path: Path) -> None:
    """Killed while booking, again and again: every acknowledged period stands, and the file is whole."""
    acknowledged: set[str] = set()
    for turn in range(6):
        process = child(tmp_path, PUBLISHER.replace("WHO", f"k{turn}").replace("COUNT", "10000"))
        assert process.stdout is not None
        for _ in range(3 + 4 * turn):
            acknowledged.add(process.stdout.readline().strip())
        os.kill(process.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        rest, _ = process.communicate()
        acknowledged |= set(rest.split())
        book = documents.read(tmp_path / "book.json")
        assert acknowledged <= set(book.periods)
        assert not book.broken()
    (tmp_path / ".book.json.1-0.part").write_text("left over")
    booking(tmp_path / "book.json", lambda book: book.publish("last", [Line("Ada", 2, 2)]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.json"]


def test_a_held_lock_is_a_clear_refusal(tmp_path: Path) -> None:
    """Whoever finds the ledger being booked, and does not wait, is told so and books nothing."""
    path = tmp_path / "book.json"
    said: list[str] = []

    def meanwhile(ledger: Ledger) -> Ledger:
        with pytest.raises(InputError, match="is being booked by somebody else") as caught:
            booking(path, lambda book: book, fresh=Ledger())
        said.append(str(caught.value))
        return a_week("w1", ledger)

    booking(path, meanwhile, fresh=Ledger())
    assert len(said) == 1
    assert documents.read(path).periods == ("w1",)


def test_a_program_without_a_lock_is_noticed(tmp_path: Path) -> None:
    """A file that somebody changed between reading and writing is not replaced."""
    path = tmp_path / "book.json"
    booking(path, lambda book: a_week("w1", book), fresh=Ledger())

    def meanwhile(ledger: Ledger) -> Ledger:
        documents.save(a_week("w2", ledger), path)
        return a_week("w3", ledger)

    with pytest.raises(InputError, match="was changed by another program"):
        booking(path, meanwhile)
    assert documents.read(path).periods == ("w1", "w2")


def test_patience_ends() -> None:
    """A booking that waits gives up after half a minute of tries."""
    assert patience(0)
    assert not patience(10_000)


@pytest.mark.parametrize("edit", ["zero-sum", "cut", "renamed"])
def test_a_ledger_changed_by_hand_is_refused_by_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], edit: str
) -> None:
    """Figures that cancel out, lines cut off, a name changed: exit 2, a sentence, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert run(["allocate", FLEET, "--out", "week.json", "--rows", "0"]) == DONE
    assert run(["publish", "week.json", "--ledger", "book.json"]) == DONE
    raw = json.loads(Path("book.json").read_text())
    entries = raw["ledger"]["entries"]
    if edit == "zero-sum":
        entries[-1][4] += 1000
        entries[-2][4] -= 1000
    elif edit == "cut":
        del entries[-2:]
    else:
        entries[3][3] = "P999"
    Path("book.json").write_text(json.dumps(raw))
    before = Path("book.json").read_bytes()
    capsys.readouterr()
    assert run(["publish", "week.json", "--ledger", "book.json", "--label", "next"]) == WRONG
    assert run(["allocate", FLEET, "--ledger", "book.json"]) == WRONG
    assert capsys.readouterr().err.count("book.json") >= 2
    assert Path("book.json").read_bytes() == before


def test_a_ledger_of_another_unit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cars and people are never added: a teams plan does not go into a ledger of awards."""
    monkeypatch.chdir(tmp_path)
    people = str(DATA / "roster" / "people.csv")
    assert run(["teams", people, "--teams", "4", "--method", "deal", "--out", "teams.json"]) == DONE
    assert run(["allocate", FLEET, "--out", "week.json", "--rows", "0"]) == DONE
    assert run(["publish", "week.json", "--ledger", "book.json"]) == DONE
    assert run(["publish", "teams.json", "--ledger", "book.json"]) == WRONG
    assert "the ledger counts awards" in capsys.readouterr().err
    assert run(["publish", "teams.json", "--ledger", "teams-book.json", "--label", "monday"]) == DONE


def test_a_ledger_alone_says_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its plans a ledger of ids still says by name who is owed what; amending brings no more ids."""
    monkeypatch.chdir(tmp_path)
    assert run(["allocate", FLEET, "--out", "plan.json"]) == DONE
    assert run(["publish", "plan.json", "--ledger", "book.json"]) == DONE
    assert run(["publish", "plan.json", "--ledger", "book.json", "--amend"]) == DONE
    capsys.readouterr()
    assert run(["check", "book.json"]) == DONE
    shown = capsys.readouterr().out
    assert "Most ahead: Canyon Driver 1.62, Desert Road Report 1.62" in shown
    assert "P003" not in shown
