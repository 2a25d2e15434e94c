"""The checker of a rota's certificate beside a slow recount: the same faults, whatever figure was altered."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.rota.judging.attendance import is_frozen, may_serve
from evenhand.rota.judging.certificate import SHOWN, Check, check
from evenhand.rota.judging.due import carried_by_class, due_of, level_shares
from evenhand.rota.problem import RotaProblem
from rota_boards import FIRST, Ints, calendar

Pair = tuple[int, int]


class Recount:
    """The definition of a certificate, turn by turn and person by person, in plain integers."""

    def __init__(self, problem: RotaProblem, awards: Ints, proof: dict[str, Any]) -> None:
        """Count everything; the answer stands in ``answer``."""
        self.problem, self.paper = problem, proof["certificate"]
        self.faults: list[str] = []
        self.moved: float | None = None
        self.off: float | None = None
        self.past, self.left = False, False
        self.slots, self.people = range(len(problem.seats)), range(len(problem.people))
        self.turns = [
            (seat, int(problem.seat_slot[seat]), who) for seat, who in enumerate(awards.tolist()) if who >= 0
        ]
        self.parts = sorted(set(zip(problem.slot_class.tolist(), problem.load.tolist(), strict=True)))
        self.part = list(zip(problem.slot_class.tolist(), problem.load.tolist(), strict=True))
        self.share = self.shares(awards)
        self.who_and_where()
        self.quota()
        smoothest = self.added_up()
        excess = self.views()
        whole = not self.faults
        self.answer = Check(
            tuple(self.faults),
            len(self.turns),
            len(self.slots),
            added_up=True,
            smoothest=smoothest and whole,
            moved=self.moved,
            excess=excess,
            past=self.past,
            off=self.off,
        )

    def shares(self, awards: Ints) -> list[list[int]]:
        """Return what each slot makes due to whom, as the judge says: facts by the plan, others by seats."""
        can, facts = may_serve(self.problem), is_frozen(self.problem).tolist()
        plain, by_plan = due_of(self.problem, can).table(), due_of(self.problem, can, awards).table()
        return [(by_plan if facts[slot] else plain)[slot].tolist() for slot in self.slots]

    def tell(self, what: str, where: list[Pair]) -> None:
        """Note the faults of one kind: five of them, and how many more."""
        for slot, who in where[:SHOWN]:
            label, name = self.problem.slot_label[slot], self.problem.people[who]
            self.faults.append(what.format(slot=label, person=name))
        if len(where) > SHOWN:
            self.faults.append(f"... and {len(where) - SHOWN} more like the last.")

    def who_and_where(self) -> None:
        """Members throughout, not away, with the skill, once a slot."""
        problem, facts = self.problem, is_frozen(self.problem).tolist()
        rows = zip(problem.period_person, problem.period_start, problem.period_end, strict=True)
        periods = [tuple(map(int, row)) for row in rows]
        rows = zip(problem.absent_person, problem.absent_from, problem.absent_to, strict=True)
        absences = [tuple(map(int, row)) for row in rows]
        has = set(zip(problem.skill_person.tolist(), problem.skill_code.tolist(), strict=True))
        fixed = {tuple(row) for row in problem.fixed.tolist()}
        first, last = problem.slot_start.tolist(), problem.slot_end.tolist()
        stranger: list[Pair] = []
        away: list[Pair] = []
        unskilled: list[Pair] = []
        for seat, slot, who in self.turns:
            if (slot, who) not in fixed and not facts[slot]:
                if not any(p == who and a <= first[slot] and b >= last[slot] for p, a, b in periods):
                    stranger.append((slot, who))
                if any(p == who and a <= last[slot] and b >= first[slot] for p, a, b in absences):
                    away.append((slot, who))
            skill = int(problem.seat_skill[seat])
            if skill >= 0 and (who, skill) not in has:
                unskilled.append((slot, who))
        pairs = sorted((slot, who) for _, slot, who in self.turns)
        twice = [pair for index, pair in enumerate(pairs) if index and pairs[index - 1] == pair]
        self.tell("{slot}: {person} is not a member for the whole slot.", stranger)
        self.tell("{slot}: {person} is away.", away)
        self.tell("{slot}: {person} lacks the skill of the seat.", unskilled)
        self.tell("{slot}: {person} serves twice.", twice)

    def quota(self) -> None:
        """Before each turn less than one more was due, after it some of it; what is due never falls."""
        kinds: tuple[list[Pair], ...] = ([], [], [], [])
        for who, part in product(self.people, self.parts):
            had, last, ticks = 0, None, part[1] * TICKS
            for seat, slot, person in self.turns:
                if person != who or self.part[slot] != part:
                    continue
                low, high = int(self.paper["before"][seat]), int(self.paper["after"][seat])
                late, early, none = low >= (had + 1) * ticks, high <= had * ticks, low < 0 or high <= low
                falls = last is not None and low < last
                for kind, wrong in zip(kinds, (late, early, none, falls), strict=True):
                    kind.extend([(slot, who)] * wrong)
                had, last = had + 1, high
        self.tell("{slot}: {person} was a whole turn behind before it.", kinds[0])
        self.tell("{slot}: {person} is a whole turn ahead after it.", kinds[1])
        self.tell("{slot}: {person} serves without a share.", kinds[2])
        self.tell("{slot}: what is due to {person} falls.", kinds[3])

    def added_up(self) -> bool:
        """Add up what is due, part by part, with what given turns take and what is paid back."""
        problem, paper = self.problem, self.paper
        crew = [sum(slot == where for _, where, _ in self.turns) for slot in self.slots]
        can = [sum(self.share[slot]) // (int(problem.load[slot]) * TICKS) for slot in self.slots]
        self.tell(
            "{slot}: a seat that can be filled is open, or too many serve.",
            [(slot, 0) for slot in self.slots if crew[slot] != can[slot]],
        )
        owed = carried_by_class(problem).tolist()
        back = [[0 for _ in self.people] for _ in owed]
        swing = [[0 for _ in self.people] for _ in owed]
        self.past = any(map(any, owed))
        proven = bool(paper["parts"])
        self.paid: list[list[int]] | None = None
        for part in self.parts:
            slots = [slot for slot in self.slots if self.part[slot] == part]
            turns = [turn for turn in self.turns if turn[1] in slots]
            if not turns:
                continue
            section = {entry.get("first_slot"): entry for entry in paper["parts"]}.get(slots[0], {})
            ticks = part[1] * TICKS
            row = self.given(section, slots, ticks)
            if row is None:
                return False
            taken = [[self.share[slot][who] - row[slot][who] for who in self.people] for slot in slots]
            given = any(map(any, taken))
            account = part[0]
            for who in self.people:
                owed[account][who] += sum(line[who] for line in taken)
            self.paid = self.paid or [list(line) for line in self.share]
            left = [due - gone for due, gone in zip(owed[account], back[account], strict=True)]
            for who in self.people:
                swing[account][who] += sum(abs(line[who]) for line in taken)
            most = [abs(left[who]) + 2 * swing[account][who] for who in self.people]
            moves = any(swing[account])
            if not self.repaid(section, row, ticks, left, back[account], most if moves else None):
                return False
            for slot in slots:
                self.paid[slot] = row[slot]
            due = {
                (slot, who): sum(row[other][who] for other in slots if other <= slot)
                for slot, who in product(slots, self.people)
            }
            if given:
                plain = {
                    (slot, who): sum(self.share[other][who] for other in slots if other <= slot)
                    for slot, who in due
                }
                self.moved = max(self.moved or 0.0, max(abs(due[key] - plain[key]) for key in due) / ticks)
            self.tell(
                "{slot}: the certificate's figures for {person} are not what is due.",
                [
                    (slot, who)
                    for seat, slot, who in turns
                    if int(paper["after"][seat]) != due[slot, who]
                    or int(paper["before"][seat]) != due[slot, who] - row[slot][who]
                ],
            )
            had = [sum(person == who for _, _, person in turns) for who in self.people]
            self.tell(
                "{slot}: {person} ends a whole turn behind.",
                [(slots[-1], who) for who in self.people if due[slots[-1], who] >= (had[who] + 1) * ticks],
            )
            if not self.faults:
                proven &= self.least(section.get("slot_price"), slots, turns, due, row, ticks)
        self.left = owed != back
        return proven

    def given(self, section: Any, slots: list[int], ticks: int) -> dict[int, list[int]] | None:
        """Return what is due in each slot when given turns are due to those who serve them."""
        problem, facts = self.problem, is_frozen(self.problem).tolist()
        slot_of, who_of = (
            np.asarray(section.get(name, [])).tolist() for name in ("given_slot", "given_person")
        )
        pairs = list(zip(slot_of, who_of, strict=True))
        stands = {tuple(row) for row in problem.fixed.tolist()}
        if len(problem.published):
            stands |= set(zip(problem.seat_slot.tolist(), problem.published.tolist(), strict=True))
        serves = {(slot, who) for _, slot, who in self.turns}
        if len(set(pairs)) < len(pairs) or any(
            pair not in stands or pair not in serves or pair[0] not in slots for pair in pairs
        ):
            self.tell("The certificate calls turns given that are neither fixed nor published.", [(0, 0)])
            return None
        barred = {tuple(row) for row in problem.forbidden.tolist() if not facts[row[0]]}
        out = {slot: list(self.share[slot]) for slot in slots}
        for slot in slots:
            must = [who for where, who in pairs if where == slot]
            out_here = [who for where, who in barred if where == slot]
            if not must and not out_here:
                continue
            claim = [
                int(problem.weight[who]) * (out[slot][who] > 0 and who not in (*must, *out_here))
                for who in self.people
            ]
            rest = sum(out[slot]) - ticks * len(must)
            out[slot] = level_shares(rest, np.array(claim), np.full(len(claim), ticks)).tolist()
            for who in must:
                out[slot][who] = ticks
        return out

    def repaid(
        self,
        section: Any,
        row: dict[int, list[int]],
        ticks: int,
        left: list[int],
        back: list[int],
        most: list[int] | None,
    ) -> bool:
        """Pay back in the slots: towards what is left and not beyond, each slot's sum as it was."""
        columns = [
            np.asarray(section.get(name, [])).tolist()
            for name in ("repaid_slot", "repaid_person", "repaid_ticks")
        ]
        if len({len(column) for column in columns}) > 1 or any(
            slot not in row or who not in self.people for slot, who in zip(*columns[:2], strict=True)
        ):
            self.tell(
                "The certificate is damaged: it pays back in slots or to people nobody knows.", [(0, 0)]
            )
            return False
        before = {slot: list(line) for slot, line in row.items()}
        for slot, who, moved in zip(*columns, strict=True):
            row[slot][who] += moved
        change = {(slot, who): row[slot][who] - before[slot][who] for slot in row for who in self.people}
        total = [sum(change[slot, who] for slot in row) for who in self.people]
        for who in self.people:
            back[who] += total[who]
        fair = all(0 <= cell <= ticks for line in row.values() for cell in line)
        fair &= all(sum(line) == sum(before[slot]) for slot, line in row.items())
        if most is None:
            fair &= all(moved * left[who] > 0 for (_, who), moved in change.items() if moved)
            fair &= all(abs(total[who]) <= abs(left[who]) for who in self.people)
        else:
            fair &= all(abs(left[who] - total[who]) <= most[who] for who in self.people)
        if not fair:
            self.tell("The certificate pays back what history did not leave.", [(0, 0)])
        return fair

    def least(
        self,
        price: Any,
        slots: list[int],
        turns: list[Any],
        due: dict[Pair, int],
        row: dict[int, list[int]],
        ticks: int,
    ) -> bool:
        """Whether the prices prove the plan least: every way of each person within quota is tried."""
        column = np.asarray([] if price is None else price)
        if column.shape != (len(slots),) or column.dtype.kind != "i":
            return False
        cost = dict(zip(slots, column.tolist(), strict=True))
        bound, plan = sum(cost[slot] for _, slot, _ in turns), 0
        for who in self.people:
            mine = tuple(any(slot == where and person == who for _, where, person in turns) for slot in slots)
            best = None
            for way in product((False, True), repeat=len(slots)):
                had, total = 0, 0
                for slot, serves in zip(slots, way, strict=True):
                    had += serves
                    floor, over = divmod(due[slot, who], ticks)
                    if not floor <= had <= floor + (over > 0) or (serves and not row[slot][who]):
                        break
                    total += (had - floor) * (ticks - 2 * over)
                else:
                    plan += total if way == mine else 0
                    total -= sum(cost[slot] for slot, serves in zip(slots, way, strict=True) if serves)
                    best = total if best is None else min(best, total)
            if best is None:
                return False
            bound += best
        return bool(bound == plan)

    def views(self) -> int | None:
        """Count what was due and served in each view and in total."""
        claim, problem = self.paper.get("views"), self.problem
        if claim is None:
            if self.left:
                what = "The certificate does not say how far off the end is by what was not paid back."
                self.tell(what, [(0, 0)])
            return None
        excess = claim["excess"]
        if type(excess) is not int or excess < 0:
            self.tell("The certificate is damaged: what it says of views is not a number of turns.", [(0, 0)])
            return None
        paid = self.paid or self.share
        past = [*problem.booked_view.tolist(), carried_by_class(problem).sum(axis=0).tolist()]
        wrong, far = [], 0
        for view, who in product(range(len(past)), self.people):
            inside = [
                slot for slot in self.slots if view == len(problem.views) or problem.slot_view[slot, view]
            ]
            # What was due, as slots and history have it, or as the certificate pays history back.
            due = [
                sum(self.share[slot][who] for slot in inside) + past[view][who],
                sum(paid[slot][who] for slot in inside),
            ]
            had = sum(
                int(problem.load[slot]) for _, slot, person in self.turns if person == who and slot in inside
            )
            far = max(far, abs(due[0] - had * TICKS))
            if not min(due) // TICKS - excess <= had <= -(-max(due) // TICKS) + excess:
                wrong.append((view, who))
        for view, who in wrong[:SHOWN]:
            name = "total" if view == len(problem.views) else problem.views[view]
            self.faults.append(f"{problem.people[who]} ends further off in {name} than the certificate says.")
        self.off = far / TICKS
        return excess


def board(seed: int) -> RotaProblem:
    """Draw a small rota: history, classes, loads, absences, skills, views, and turns that are given."""
    rng = np.random.default_rng([seed, 7])
    problem = calendar(
        seed,
        people=int(rng.integers(2, 5)),
        slots=int(rng.integers(4, 8)),
        seats=int(rng.integers(1, 3)),
        away=0.3,
        churn=seed % 2 == 0,
        past=seed % 3 > 0,
        loads=seed % 5 == 0,
        classes=seed % 4 == 0,
    )
    size, people = len(problem.seats), len(problem.people)
    # Absences of any days, so that they begin and end within slots as well as with them.
    until = problem.absent_from + rng.integers(0, 20, len(problem.absent_from))
    problem = replace(problem, absent_to=until)
    able, changes = np.argwhere(may_serve(problem)), dict[str, Any]()
    if rng.random() < 0.4:
        late, odd = np.arange(size) > size // 2, np.arange(size) % 2 > 0
        changes |= {"views": ("late", "odd"), "slot_view": np.stack([late, odd], axis=1).astype(np.int64)}
    if rng.random() < 0.3 and len(able):
        changes["fixed"] = able[rng.choice(len(able), 1)]
    if rng.random() < 0.15 and len(able):
        changes["forbidden"] = able[rng.choice(len(able), 1)]
    if rng.random() < 0.2:
        skilled = np.flatnonzero(rng.random(people) < 0.7)
        asked = np.where(rng.random(size) < 0.3, 0, -1)
        changes |= {"skills": ("drive", "cook"), "skill_person": np.append(skilled, 0),
                    "skill_code": np.append(np.zeros_like(skilled), 1),
                    "seat_skill": np.repeat(asked, problem.seats)}  # fmt: skip
    problem = replace(problem, **changes)
    if rng.random() < 0.3:
        try:
            plan = eh.solve(problem, method="quota").awards
        except eh.MethodError:
            return problem
        frozen = FIRST + 7 * int(rng.integers(-1, 3))
        problem = replace(problem, published=plan, frozen=frozen, stickiness=10**9)
    return problem


def altered(
    problem: RotaProblem, awards: Ints, proof: dict[str, Any], rng: Any
) -> Iterator[tuple[Ints, Any]]:
    """Yield the plan with single figures altered by one either way, and with single turns handed on."""
    yield awards, proof
    for seat in rng.permutation(len(awards))[:4].tolist():
        other = awards.copy()
        other[seat] = rng.integers(-1, len(problem.people))
        yield other, proof

    def change(place: tuple[Any, ...], by: int) -> dict[str, Any]:
        out = copy.deepcopy(proof)
        inner = out["certificate"]
        for key in place[:-1]:
            inner = inner[key]
        if isinstance(inner, np.ndarray):
            inner = inner.copy()
        inner[place[-1]] += by
        return out

    places: list[tuple[Any, ...]] = [
        (name, seat) for name in ("before", "after") for seat in range(len(awards))
    ]
    if "views" in proof["certificate"]:
        places.append(("views", "excess"))
    for number, section in enumerate(proof["certificate"]["parts"]):
        for name, figures in section.items():
            indexes = [()] if np.ndim(figures) == 0 else [(index,) for index in range(len(figures))]
            places += [("parts", number, name, *index) for index in indexes]
    for number in rng.permutation(len(places))[:8].tolist():
        yield awards, change(places[number], int(rng.choice([-1, 1])))


@pytest.mark.parametrize("seed", range(36))
def test_every_altered_figure_is_judged_as_a_recount_judges_it(seed: int) -> None:
    """A certificate, and each with one figure or one turn changed, has just the faults of a slow recount."""
    problem, rng = board(seed), np.random.default_rng(seed)
    try:
        plan = eh.solve(problem, method=str(rng.choice(["quota", "quota-smooth"])))
    except eh.MethodError:
        return
    proof = {"certificate": dict(plan.proof["certificate"])}
    for awards, forged in altered(problem, plan.awards, proof, rng):
        assert check(problem, awards, forged) == Recount(problem, awards, forged).answer


def test_parts_of_one_class_pay_back_for_each_other() -> None:
    """Turns of two loads, one of them given, and history paid back in the other part: the proof holds."""
    problem = board(550)
    assert len(problem.fixed)
    assert len(set(problem.load.tolist())) > 1
    plan = eh.solve(problem, method="quota")
    assert check(problem, plan.awards, plan.proof).holds
