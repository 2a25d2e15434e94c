"""What stands in a run's folder: what is done, what is left, and whether it is what it was.

Nothing is solved and nothing is changed. The plan of a run over offices is judged again: each office's awards
by the judge, from the office's own file, and what is shared summed anew over all of them. Its bound is added
up anew too: any prices of what is shared prove one, so the run's prices are all that is taken from it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.allocation.judging.judge import judge
from evenhand.cluster.batch import BATCH
from evenhand.cluster.journal import NAME as JOURNAL
from evenhand.cluster.journal import lines_of
from evenhand.cluster.manifest import CUT, Manifest, load_manifest
from evenhand.cluster.manifest import NAME as MANIFEST
from evenhand.cluster.office_files import OfficeFile, read_office
from evenhand.core.errors import InputError
from evenhand.core.sentences import counted
from evenhand.core.units import figure

DONE = "done.jsonl"


@dataclass
class Checked:
    """What a run's folder holds.

    Attributes:
        kind: "offices", "groups" or "one roster".
        answer: the one sentence to read.
        lines: what else there is to say, a sentence each.
        errors: what has to be mended, a sentence each; empty where all is well.
        left: names of what is not done yet, as far as the folder knows.
    """

    kind: str
    answer: str = ""
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def check_run(folder: Path) -> Checked:
    """Return what a run's folder holds. Cost: every file is read, and the offices of a plan priced, once."""
    if (folder / MANIFEST).exists() or (folder / CUT).exists():
        return _offices(folder)
    return _batch(folder)


def result_of(folder: Path, key: str, seconds: float | None) -> dict[str, Any] | None:
    """Return the result that an earlier start has written, where a new one would come to the same.

    Args:
        folder: of the run.
        key: hash of all that the plan depends on.
        seconds: the new start's limit; with more time than the last, a search that was cut may go on.
    """
    result = _json(folder / "result.json")
    plan = folder / "plan.csv"
    if not isinstance(result, dict) or result.get("key") != key or not plan.exists():
        return None
    if result.get("cut") and (result.get("interrupted") or result.get("seconds") != seconds):
        return None
    same = hashlib.sha256(plan.read_bytes()).hexdigest() == result.get("plan")
    return result if same else None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _offices(folder: Path) -> Checked:
    """Check a run over offices."""
    checked = Checked("offices")
    if not (folder / MANIFEST).exists():
        count = len({line["name"] for line in _lines(folder / CUT)})
        checked.answer = f"Not finished: the offices are still being cut; {count} of them are."
        checked.left = ["cutting", "solving"]
        return checked
    try:
        manifest = load_manifest(folder)
    except InputError as error:
        checked.errors = [str(finding) for finding in error.findings]
        checked.answer = f"{len(checked.errors)} of the run's files are not what they were."
        return checked
    checked.lines.append(
        f"Cut: {counted(len(manifest.offices), 'office')} with {counted(manifest.candidates, 'candidate')}; "
        "all the files are what they were."
    )
    journal = folder / JOURNAL
    if journal.exists():
        count, whole = lines_of(journal)
        checked.lines.append(f"The journal holds {counted(count, 'answer')}.")
        if not whole:
            checked.lines.append("Its last line was cut off or changed; what stands behind it is done again.")
    result = _json(folder / "result.json")
    if not isinstance(result, dict) or not (folder / "plan.csv").exists():
        checked.answer = "Not finished: there is no plan yet. The same command goes on where it was."
        checked.left = ["solving"]
        return checked
    _check_plan(folder, manifest, result, checked)
    checked.lines += [f"{name} is not planned: {text}" for name, text in result.get("refused", {}).items()]
    checked.left = list(result.get("refused", {}))
    if checked.errors:
        checked.answer = "The plan is not what the run says it is."
    else:
        proven = (
            "proven best"
            if not result["gap"]
            else f"at most {counted(result['gap'], 'point')} below the best"
        )
        checked.answer = (
            f"Done: {counted(result['awards'], 'award')}, {counted(result['objective'], 'point')}, {proven}. "
            "Every office's awards keep its rules."
        )
    return checked


def _check_plan(folder: Path, manifest: Manifest, result: dict[str, Any], checked: Checked) -> None:
    """Judge every office's awards from its file, and sum what is shared, and the points, anew."""
    if hashlib.sha256((folder / "plan.csv").read_bytes()).hexdigest() != result.get("plan"):
        checked.errors.append("plan.csv was changed after it was written. Run the same command again.")
    awards: dict[str, list[tuple[str, str, str]]] = {name: [] for name in manifest.offices}
    with (folder / "plan.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            key = (row.get("item") or "", row.get("recipient") or "", row.get("day") or "")
            awards.setdefault(row.get("office") or "", []).append(key)
    for name in set(awards) - set(manifest.offices):
        checked.errors.append(f"plan.csv names {name!r}, which is not an office of the run.")
    total = 0
    used: Counter[tuple[str, str]] = Counter()
    for name, file_name in zip(manifest.offices, manifest.files, strict=True):
        office = read_office(folder / "offices" / file_name, manifest.scale)
        chosen, unknown = _rows_of(office, awards[name])
        checked.errors += [f"{name}: {' to '.join(key[:2])} is not a candidate." for key in unknown]
        verdict = judge(office.problem, chosen)
        checked.errors += [f"{name}: {fault}" for fault in verdict.faults]
        total += verdict.objective
        used += _units(office, chosen)
    for set_name, label, allowance, slope, limit in manifest.rules:
        units = used[set_name, label]
        if units > limit:
            checked.errors.append(f"{set_name}, {label}: {units:,} are used of {limit:,}.")
        total -= sum(rise * max(0, units - free) for free, rise in zip(allowance, slope, strict=True))
    if not checked.errors and total != round(result["objective"] * manifest.scale):
        worth = f"{total / manifest.scale:,}"
        checked.errors.append(f"The awards are worth {worth} points, not {result['objective']:,}.")
    if not checked.errors:
        _check_bound(folder, manifest, result, checked)


def _check_bound(folder: Path, manifest: Manifest, result: dict[str, Any], checked: Checked) -> None:
    """Prove a bound from the offices' files at the run's prices, one office in memory at a time."""
    from evenhand.cluster.many_offices import FileShard

    known = {(price["set"], price["group"]): max(0, int(price["ticks"])) for price in result["prices"]}
    prices = np.array([known.get((row.set, row.label), 0) for row in manifest.rows], dtype=np.int64)
    # What the shared rows give at these prices, and what each office can do at most when it pays them.
    ticks = manifest.shared().dual(prices)
    for file in manifest.files:
        shard = FileShard(folder, (file,), manifest)
        shard.ask([0], prices, None)
        ticks += shard.settle(prices, None)[0][0]
    units, worth = ticks // manifest.ticks, round(result["objective"] * manifest.scale)
    if units < worth:
        checked.errors.append("The offices' files prove a bound below the plan: a fault of evenhand.")
        return
    more = figure(units - worth, (manifest.scale, "points"))
    proven = (
        f"no plan can be more than {more:,} {'point' if more == 1 else 'points'} better"
        if more
        else "no plan is better"
    )
    checked.lines.append(f"Proven anew from the offices' files and the run's prices: {proven}.")
    if units > round(result["bound"] * manifest.scale):
        checked.lines.append(
            "That it is less is what the search proved beyond prices; it is not proven anew here."
        )


def _units(office: OfficeFile, chosen: np.ndarray[Any, np.dtype[np.int64]]) -> Counter[tuple[str, str]]:
    """Return what awards of an office use of shared rules, by set and label."""
    units: Counter[tuple[str, str]] = Counter()
    for group in office.used:
        for row in chosen.tolist():
            if group.of[row] >= 0:
                units[group.name, group.labels[int(group.of[row])]] += int(group.units[row])
    return units


def _rows_of(
    office: OfficeFile, wanted: list[tuple[str, str, str]]
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[tuple[str, str, str]]]:
    """Return the candidates that a plan names, sorted, and those that there are not."""
    problem = office.problem
    codes = [
        {name: code for code, name in enumerate(names)}
        for names in (problem.items, problem.recipients, problem.days)
    ]
    taken: list[int] = []
    unknown: list[tuple[str, str, str]] = []
    for key in wanted:
        item, recipient, day = (table.get(name, -1) for table, name in zip(codes, key, strict=True))
        rows = np.flatnonzero(
            (problem.item == item) & (problem.recipient == recipient) & (problem.day == day)
        )
        # The best of several equal ones: a plan names what is awarded and not which row of the table.
        taken += rows[np.argmax(problem.score[rows])][None].tolist() if len(rows) else []
        unknown += [] if len(rows) else [key]
    return np.sort(np.array(taken, dtype=np.int64)), unknown


def _batch(folder: Path) -> Checked:
    """Check a run of many groups, or of one roster in many files."""
    lines = list(_lines(folder / DONE))
    if any(isinstance(line, list) for line in lines):
        teams = sorted(path.stem for path in (folder / "teams").glob("*.csv"))
        checked = Checked(
            "one roster", f"{len(lines):,} steps are done; {len(teams):,} files of teams stand there."
        )
        checked.lines.append("The same command does what is left, and nothing twice.")
        return checked
    checked = Checked("groups")
    done = {line["key"]: line for line in lines if isinstance(line, dict) and "key" in line}
    tasks = _json(folder / BATCH)
    tasks = tasks["tasks"] if isinstance(tasks, dict) and "tasks" in tasks else {}
    checked.left = sorted(name for name, key in tasks.items() if key not in done)
    recorded = [done[key] for key in tasks.values() if key in done] if tasks else list(done.values())
    failed = sorted((line["name"], line["headline"]) for line in recorded if not line["columns"])
    checked.lines += [f"{name} is not planned: {text.splitlines()[0]}" for name, text in failed]
    planned = len(recorded) - len(failed)
    if checked.left:
        checked.answer = (
            f"Not finished: {planned} of {len(tasks)} groups are planned, {len(checked.left)} are left."
        )
        checked.lines.append("The same command goes on where it was.")
    else:
        checked.answer = f"Done: {planned} of {len(recorded)} groups are planned."
    return checked


def _lines(path: Path) -> Iterator[Any]:
    """Yield the whole lines of a journal of groups."""
    for text in path.read_bytes().splitlines():
        try:
            yield json.loads(text)
        except ValueError:
            return
