"""Publishing: a plan becomes facts and entries of the ledger, is taken back, or a turn of it swapped.

Facts, entries and balances in one transaction, whose lags sum to exactly 0 or nothing is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from evenhand.core.errors import InputError, JudgeError
from evenhand.core.recipe import BOOKED
from evenhand.store import get_json, new_id, now_text
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import note
from evenhand.workspace.drafts import plan_row, series_row

PUBLICATION, FACT, ENTRY, BALANCE, OUTBOX, PLAN, SERIES, PERSON, SWAP, ANSWER = (
    METADATA.tables[name]
    for name in (
        "publication",
        "fact",
        "entry",
        "balance",
        "outbox",
        "plan",
        "series",
        "person",
        "swap",
        "answer",
    )
)

Line = Mapping[str, Any]
CHUNK: Final = 200
"""Rows an INSERT at a time: SQLite takes 32,766 places in a statement, and 200 rows of 9 stay far below."""


def publish(
    connection: Connection, plan: str, answer: str, checked: Mapping[str, Any], *, who: str, reason: str = ""
) -> int:
    """Make an answer fact and return the number of its revision.

    Args:
        connection: in a write transaction.
        plan: the plan.
        answer: key of the answer.
        checked: facts, entries and what to bring forward, from a plan that was judged just now.
        who: by whom.
        reason: why; needed where something published changes.

    Raises:
        InputError: the same is published already, or a reason is missing.
        JudgeError: the entries do not sum to 0.
    """
    row = plan_row(connection, plan)
    series = series_row(connection, row.series)
    last = last_publication(connection, plan)
    if last is not None and last.kind != "takeback":
        if last.answer == answer and last.kind == "publish":
            raise InputError.one("is published already", "Change the draft first", came=f"rev {last.rev}")
        if not reason.strip():
            raise InputError.one("is missing", "Say why something published changes", column="reason")
    rev = (last.rev if last else 0) + 1
    publication = _publication(connection, row, rev, answer, who, reason, "publish")
    _keep_facts(connection, publication, checked["facts"])
    booked = _booked(connection, series.ledger, plan)
    # brought forward once: with the second publication the ledger itself knows it
    opening = checked["opening"] if not _any_entry(connection, series.ledger) else []
    lines = [
        {
            "at": "",
            "kind": "opening",
            "claimant": line["claimant"],
            "due": line["due"],
            "received": line["received"],
            "note": "brought forward",
        }
        for line in opening
        if line["due"] or line["received"]
    ]
    lines += _corrections(booked, checked["entries"], rev)
    _keep_entries(connection, series.ledger, publication, lines)
    _keep_accounts(connection, series.ledger, publication, plan, checked.get("accounts", {}), rev)
    _people(connection, series.id, answer, checked)
    if not row.first_day and checked.get("days"):
        first, final = checked["days"]
        connection.execute(update(PLAN).where(PLAN.c.id == plan).values(first_day=first, last_day=final))
    _drop_swaps(connection, plan, who)
    note(connection, who, "published", f"{plan} rev {rev}")
    _told(connection, series, "plan.published" if rev == 1 else "plan.amended", {"plan": plan, "rev": rev})
    return rev


def _drop_swaps(connection: Connection, plan: str, who: str) -> None:
    """Withdraw the offers of turns that their givers do not have any more: there is nothing left to take."""
    held = {(fact.thing, fact.starts, fact.claimant) for fact in current_facts(connection, plan)}
    offered = connection.execute(select(SWAP).where(SWAP.c.plan == plan, SWAP.c.status == "open")).all()
    for swap in offered:
        if (swap.thing, swap.starts, swap.giver) not in held:
            withdrawn = {"status": "withdrawn", "answered": now_text()}
            connection.execute(update(SWAP).where(SWAP.c.id == swap.id).values(**withdrawn))
            note(connection, who, "swap withdrawn", f"{swap.giver} {swap.starts}: planned otherwise")


def _publication(
    connection: Connection, plan: Any, rev: int, answer: str, who: str, reason: str, kind: str
) -> str:
    publication = new_id()
    connection.execute(
        insert(PUBLICATION).values(
            id=publication,
            plan=plan.id,
            series=plan.series,
            rev=rev,
            answer=answer,
            at=now_text(),
            who=who,
            reason=reason,
            kind=kind,
        )
    )
    return publication


def _keep_facts(connection: Connection, publication: str, facts: Sequence[Line]) -> None:
    rows = [
        {
            "publication": publication,
            "line": line,
            "claimant": fact["claimant"],
            "thing": fact["thing"],
            "starts": fact["starts"],
            "ends": fact["ends"],
            "units": fact["units"],
            "kind": fact.get("kind", ""),
        }
        for line, fact in enumerate(facts)
    ]
    for row in range(0, len(rows), CHUNK):
        connection.execute(insert(FACT), rows[row : row + CHUNK])


def _booked(connection: Connection, ledger: str, plan: str) -> Counter[tuple[str, str, str]]:
    """Return what is booked for a plan so far: (at, claimant, "due" or "received") to ticks."""
    publications = select(PUBLICATION.c.id).where(PUBLICATION.c.plan == plan)
    rows = connection.execute(
        select(ENTRY).where(
            ENTRY.c.ledger == ledger, ENTRY.c.publication.in_(publications), ENTRY.c.kind != "opening"
        )
    )
    booked: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        booked[row.at, row.claimant, "due"] += row.due
        booked[row.at, row.claimant, "received"] += row.received
    return booked


def booked_lags(connection: Connection, ledger: str, plan: str) -> Counter[str]:
    """Return by how many ticks a plan's entries moved each account so far, swaps and corrections included."""
    moved: Counter[str] = Counter()
    for (_, claimant, part), ticks in _booked(connection, ledger, plan).items():
        moved[claimant] += ticks if part == "due" else -ticks
    return moved


def _any_entry(connection: Connection, ledger: str) -> bool:
    return (
        connection.execute(select(ENTRY.c.seq).where(ENTRY.c.ledger == ledger).limit(1)).first() is not None
    )


def _corrections(
    booked: Counter[tuple[str, str, str]], entries: Iterable[Line], rev: int
) -> list[dict[str, Any]]:
    """Return what is to be booked so that a plan's entries become these: the difference, never a rewrite."""
    wanted: Counter[tuple[str, str, str]] = Counter()
    for line in entries:
        for part in ("due", "received"):
            wanted[line["at"], line["claimant"], part] += line[part]
    lines = []
    # sorted: the same publication gives the same numbers, whatever order the plan named people in
    for index, claimant in sorted({key[:2] for key in (*wanted, *booked)}):
        due, got = (
            wanted[index, claimant, part] - booked[index, claimant, part] for part in ("due", "received")
        )
        first = not any(key[:2] == (index, claimant) for key in booked)
        # a line of nothing is kept the first time: "due 0.38, received none" is what an account is for
        if due or got:
            kind, remark = ("statement", "") if first and rev == 1 else ("correction", f"rev {rev}")
            lines.append(
                {"at": index, "kind": kind, "claimant": claimant, "due": due, "received": got, "note": remark}
            )
    return lines


def _keep_accounts(
    connection: Connection,
    ledger: str,
    publication: str,
    plan: str,
    accounts: Mapping[str, Sequence[Line]],
    rev: int,
) -> None:
    """Book what a plan moves in a series' further accounts: those it has, and those it had before."""
    for name in sorted({*accounts, *further_accounts(connection, ledger)}):
        account = f"{ledger}/{name}"
        lines = _corrections(_booked(connection, account, plan), accounts.get(name, ()), rev)
        _keep_entries(connection, account, publication, lines)


def further_accounts(connection: Connection, ledger: str) -> list[str]:
    """Return the names of a series' accounts beside its own, such as "wishes" and "roles:captain"."""
    held = select(BALANCE.c.ledger).where(BALANCE.c.ledger.startswith(f"{ledger}/", autoescape=True))
    return [name.partition("/")[2] for name in sorted(set(connection.execute(held).scalars()))]


def _keep_entries(connection: Connection, ledger: str, publication: str, lines: Sequence[Line]) -> None:
    """Add entries and move balances; the ledger sums to 0 before and after, or nothing is kept.

    Raises:
        JudgeError: it would not.
    """
    # before anything is written, so that the sentence names these entries and not an old fault
    total = sum(line["due"] - line["received"] for line in lines)
    if total:
        raise JudgeError(f"The entries leave {total} ticks over; nothing was published.")
    seq = connection.execute(select(func.max(ENTRY.c.seq)).where(ENTRY.c.ledger == ledger)).scalar() or 0
    rows = [
        {"ledger": ledger, "seq": seq + row, "publication": publication, **line}
        for row, line in enumerate(lines, 1)
    ]
    for row in range(0, len(rows), CHUNK):
        connection.execute(insert(ENTRY), rows[row : row + CHUNK])
    moved: Counter[str] = Counter()
    for line in lines:
        moved[line["claimant"]] += line["due"] - line["received"]
    there = set(connection.execute(select(BALANCE.c.claimant).where(BALANCE.c.ledger == ledger)).scalars())
    for claimant, lag in sorted(moved.items()):
        if claimant in there:
            connection.execute(
                update(BALANCE)
                .where(BALANCE.c.ledger == ledger, BALANCE.c.claimant == claimant)
                .values(lag=BALANCE.c.lag + lag)
            )
        else:
            connection.execute(insert(BALANCE).values(ledger=ledger, claimant=claimant, lag=lag))
    # asked of the database, not of what was added here: an account changed by hand shows too
    left = connection.execute(select(func.sum(BALANCE.c.lag)).where(BALANCE.c.ledger == ledger)).scalar() or 0
    if int(left):
        raise JudgeError(f"The accounts would sum to {left} ticks instead of 0; nothing was published.")


def _people(connection: Connection, series: str, answer: str, checked: Mapping[str, Any]) -> None:
    """Note everybody of a plan as a person of the series, with the name people call them by."""
    row = connection.execute(select(ANSWER.c.view).where(ANSWER.c.key == answer)).first()
    # who got nothing stands in no fact: the plan's standings know what they are called
    standing = get_json(connection, row.view)["standing"] if row is not None else ()
    called = {line["name"]: line["called"] for line in standing if "called" in line}
    called |= {line["claimant"]: line.get("called", line["claimant"]) for line in checked["facts"]}
    names = dict.fromkeys([line["claimant"] for line in (*checked["entries"], *checked["facts"])])
    there = set(connection.execute(select(PERSON.c.name).where(PERSON.c.series == series)).scalars())
    # with the first plan nobody joins: they were there before
    plans = connection.execute(
        select(func.count(PUBLICATION.c.id)).where(PUBLICATION.c.series == series)
    ).scalar_one()
    joined = now_text()[:10] if plans > 1 else ""
    rows = [
        {"series": series, "name": name, "called": called.get(name, name), "joined": joined}
        for name in names
        if name not in there
    ]
    if rows:
        connection.execute(insert(PERSON), rows)


def _told(connection: Connection, series: Any, kind: str, body: Mapping[str, Any]) -> None:
    import json

    connection.execute(
        insert(OUTBOX).values(
            id=new_id(), workspace=series.workspace, kind=kind, body=json.dumps(dict(body)), made=now_text()
        )
    )


def take_back(connection: Connection, plan: str, *, who: str, reason: str) -> int:
    """Take the last publication of a plan back: reversing entries, nothing erased. Return the new revision.

    Raises:
        InputError: nothing is published, or the reason is missing.
    """
    row = plan_row(connection, plan)
    last = last_publication(connection, plan)
    if last is None or last.kind == "takeback":
        raise InputError.one("is not published", "There is nothing to take back", came="the plan")
    if not reason.strip():
        raise InputError.one("is missing", "Say why it is taken back", column="reason")
    series = series_row(connection, row.series)
    publication = _publication(connection, row, last.rev + 1, last.answer, who, reason, "takeback")
    # against an empty plan: the corrections are then exactly what undoes every entry so far
    lines = _corrections(_booked(connection, series.ledger, plan), [], last.rev + 1)
    for line in lines:
        line["note"] = f"rev {last.rev} taken back"
    _keep_entries(connection, series.ledger, publication, lines)
    _keep_accounts(connection, series.ledger, publication, plan, {}, last.rev + 1)
    _drop_swaps(connection, plan, who)
    note(connection, who, "taken back", f"{plan} rev {last.rev}")
    return int(last.rev) + 1


def swap_facts(connection: Connection, plan: str, fact: Any, taker: str, *, who: str, reason: str) -> int:
    """Publish a plan again with one fact in another's hands; both accounts move by its units.

    Raises:
        InputError: the fact is none of the plan's, or the taker has the same turn already.
    """
    row = plan_row(connection, plan)
    series = series_row(connection, row.series)
    last = last_publication(connection, plan)
    facts = [
        {name: getattr(line, name) for name in ("claimant", "thing", "starts", "ends", "units", "kind")}
        for line in current_facts(connection, plan)
    ]
    key = (fact.thing, fact.starts)
    if any((line["thing"], line["starts"]) == key and line["claimant"] == taker for line in facts):
        raise InputError.one("has this turn already", "Choose somebody else", came=taker)
    same_turn = [
        line for line in facts if (line["thing"], line["starts"], line["claimant"]) == (*key, fact.claimant)
    ]
    if last is None or not same_turn:
        raise InputError.one("is not a turn of this plan", "Load the page again", came=fact.claimant)
    same_turn[0]["claimant"] = taker
    publication = _publication(connection, row, last.rev + 1, last.answer, who, reason, "swap")
    _keep_facts(connection, publication, facts)
    from evenhand.core.shares import TICKS

    ticks = int(fact.units) * TICKS
    lines = [
        {
            "at": fact.starts,
            "kind": "correction",
            "claimant": name,
            "due": 0,
            "received": sign * ticks,
            "note": reason,
        }
        for name, sign in ((fact.claimant, -1), (taker, 1))
    ]
    _keep_entries(connection, series.ledger, publication, lines)
    note(connection, who, "swapped", f"{plan} {fact.starts}: {fact.claimant} to {taker}")
    return int(last.rev) + 1


def merge_accounts(connection: Connection, ledger: str, name: str, other: str) -> None:
    """Let what one account stands at go over into another; the first then stands at 0, nothing is erased."""
    from datetime import UTC, datetime

    lag = balances(connection, ledger).get(name, 0)
    if not lag:
        return
    today = datetime.now(UTC).date().isoformat()
    lines = [
        {
            "at": today,
            "kind": "correction",
            "claimant": who,
            "due": sign * lag,
            "received": 0,
            "note": f"{name} is {other}",
        }
        for who, sign in ((name, -1), (other, 1))
    ]
    _keep_entries(connection, ledger, "", lines)


def last_publication(connection: Connection, plan: str) -> Any:
    """Return the last publication of a plan, or None."""
    return connection.execute(
        select(PUBLICATION).where(PUBLICATION.c.plan == plan).order_by(PUBLICATION.c.rev.desc()).limit(1)
    ).first()


def current_facts(connection: Connection, plan: str) -> list[Any]:
    """Return the facts that hold for a plan: of its last revision, none where that was taken back."""
    last = last_publication(connection, plan)
    if last is None or last.kind == "takeback":
        return []
    return list(
        connection.execute(select(FACT).where(FACT.c.publication == last.id).order_by(FACT.c.line)).all()
    )


def series_facts(connection: Connection, series: str) -> list[Any]:
    """Return the facts that hold in a series, all periods, oldest first."""
    plans = connection.execute(
        select(PLAN.c.id).where(PLAN.c.series == series).order_by(PLAN.c.first_day)
    ).scalars()
    return [fact for plan in plans for fact in current_facts(connection, plan)]


def balances(connection: Connection, ledger: str) -> dict[str, int]:
    """Return everybody's lag in ticks: owed above 0."""
    rows = connection.execute(select(BALANCE).where(BALANCE.c.ledger == ledger).order_by(BALANCE.c.claimant))
    return {row.claimant: row.lag for row in rows}


def balances_on(connection: Connection, ledger: str, day: str) -> dict[str, int]:
    """Return everybody's lag in ticks at the end of a day; what is planned for later days is left out."""
    rows = connection.execute(
        select(ENTRY.c.claimant, func.sum(ENTRY.c.due - ENTRY.c.received).label("lag"))
        .where(ENTRY.c.ledger == ledger, ENTRY.c.at <= day)
        .group_by(ENTRY.c.claimant)
    )
    lags = {row.claimant: int(row.lag) for row in rows}
    # whoever has an account has a standing on each day, if only 0
    return {name: lags.get(name, 0) for name in balances(connection, ledger)}


def statement(connection: Connection, ledger: str, claimant: str) -> list[Any]:
    """Return the entries of one account by the day they count for, a correction after what it corrects."""
    return list(
        connection.execute(
            select(ENTRY)
            .where(ENTRY.c.ledger == ledger, ENTRY.c.claimant == claimant)
            .order_by(ENTRY.c.at, ENTRY.c.seq)
        ).all()
    )


def _entries_add_up(connection: Connection, title: str, ledger: str) -> tuple[Counter[str], list[str]]:
    """Return what everybody received by a ledger's entries, and where balances are not what these come to."""
    sums: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for entry in connection.execute(select(ENTRY).where(ENTRY.c.ledger == ledger)):
        sums[entry.claimant] += entry.due - entry.received
        got[entry.claimant] += entry.received
    kept = balances(connection, ledger)
    wrong = [
        f"{title}: the account of {name} says {kept.get(name, 0)} ticks, its entries {lag}."
        for name, lag in sorted(sums.items())
        if kept.get(name, 0) != lag
    ]
    if sum(kept.values()):
        wrong.append(f"{title}: the accounts sum to {sum(kept.values())} ticks, not 0.")
    return got, wrong


def faults_of(connection: Connection) -> list[str]:
    """Check a whole database: balances are their entries, sums are 0, facts are what was booked."""
    from evenhand.core.shares import TICKS

    wrong = []
    for series in connection.execute(select(SERIES)):
        got, faults = _entries_add_up(connection, series.name, series.ledger)
        wrong += faults
        for name in further_accounts(connection, series.ledger):
            ledger = f"{series.ledger}/{name}"
            wrong += _entries_add_up(connection, f"{series.name}, {name}", ledger)[1]
        # teams hand out no units, only company: their facts have no entries to agree with
        units: Counter[str] = Counter()
        for fact in series_facts(connection, series.id) if series.job in BOOKED else []:
            units[fact.claimant] += fact.units * TICKS
        wrong += [
            f"{series.name}: {name} has {units[name] / TICKS:g} by the facts "
            f"and {got[name] / TICKS:g} by the entries."
            for name in sorted({*units, *got})
            if units[name] != got[name]
        ]
    return wrong
