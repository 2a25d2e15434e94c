"""``evenhand history``, ``undo`` and ``backup``: what became of a plan in a database."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import typer

from evenhand.cli.beside import Typed
from evenhand.cli.options import example
from evenhand.cli.output import print_json, say
from evenhand.cli.plan import WHO, Plan, Where, latest, opened_database, planned

Check = Annotated[
    bool, typer.Option("--check", help="Check the whole database; exit code 1 if something is wrong.")
]
Publish = Annotated[bool, typer.Option("--publish", help="Publish the draft as it stands.")]
TakeBack = Annotated[bool, typer.Option("--take-back", help="Take the last publication back.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why something published changes.")]


def history(
    context: typer.Context,
    database: Where,
    *,
    which: Plan = "",
    check: Check = False,
    publish: Publish = False,
    take_back: TakeBack = False,
    reason: Reason = "",
) -> None:
    """Show every step of a plan, who took it and when.

    Publish it, take it back, or check the whole database.
    """
    from evenhand.workspace.drafts import history as steps_of
    from evenhand.workspace.drafts import plan_row
    from evenhand.workspace.publications import last_publication

    typed = Typed(context)
    if check:
        typed.refuse_beside("--check", ("which", "publish", "take_back", "reason"))
    elif publish and take_back:
        typed.refuse_beside("--publish", ("take_back",))
    elif not (publish or take_back):
        typed.refuse_without("--publish or --take-back", ("reason",), "Say what changes, or leave it out")
    typed.findings.raise_errors()
    store = opened_database(database)
    if check:
        _check(store)
        return
    if publish or take_back:
        _publish(store, which, reason, back=take_back)
    with store.read() as connection:
        row = plan_row(connection, latest(connection, which))
        for step in steps_of(connection, row.id):
            mark = ">" if step.seq == row.tip else " "
            sentence = ", ".join(str(part) for part in (step.body.get("names") or step.body.values()))
            when = step.at[:16].replace("T", " ")
            typer.echo(f"{mark} {step.seq:>3}  {when}  {step.who or 'you'}: {step.kind} {sentence}".rstrip())
        last = last_publication(connection, row.id)
        if last is not None:
            word = "taken back" if last.kind == "takeback" else "published"
            typer.echo(f"rev {last.rev} {word} {last.at[:16].replace('T', ' ')} by {last.who}")
    store.close()


def check_database(where: str, *, as_json: bool = False) -> None:
    """Check a database: facts, entries, balances and the log; exit code 1 where they do not agree."""
    _check(opened_database(where), as_json=as_json)


def _check(store: object, *, as_json: bool = False) -> None:
    from evenhand.store import Database
    from evenhand.workspace.audit import broken_links
    from evenhand.workspace.publications import faults_of

    assert isinstance(store, Database)  # noqa: S101 - narrows what the caller opened
    with store.read() as connection:
        wrong = [*broken_links(connection), *faults_of(connection)]
    report = "\n".join(wrong) or "Facts, entries, balances and the log agree."
    if as_json:
        print_json({"kind": "database", "said": report, "errors": wrong})
    else:
        typer.echo(report)
    if wrong:
        raise typer.Exit(1)


def _publish(store: object, which: str, reason: str, *, back: bool) -> None:
    from evenhand.core.progress import Progress
    from evenhand.store import Database
    from evenhand.workspace.publications import publish, take_back
    from evenhand.workspace.tasks import Desk

    assert isinstance(store, Database)  # noqa: S101 - narrows what the caller opened
    with store.read() as connection:
        chosen = latest(connection, which)
    if back:
        with store.write() as connection:
            rev = take_back(connection, chosen, who=WHO, reason=reason)
        typer.echo(f"Taken back: rev {rev}.")
        return
    key = planned(store, chosen)
    # Checked before the write transaction begins, which would keep others waiting.
    checked = Desk(store).checked(key, Progress())
    with store.write() as connection:
        rev = publish(connection, chosen, key, checked, who=WHO, reason=reason)
    typer.echo(f"Published: rev {rev}.")


def undo(
    database: Where,
    *,
    which: Plan = "",
    redo: Annotated[bool, typer.Option("--redo", help="Go forward again.")] = False,
) -> None:
    """Undo the last step of a draft. Nothing is lost: --redo goes forward again."""
    from evenhand.workspace.drafts import add_step, last_seq

    store = opened_database(database)
    with store.write() as connection:
        chosen = latest(connection, which)
        add_step(connection, chosen, last_seq(connection, chosen), "redo" if redo else "undo", {}, WHO)
    planned(store, chosen)
    store.close()


def backup(
    database: Where, target: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to write.")]
) -> None:
    """Copy a database while others write to it; the copy is one moment of it."""
    store = opened_database(database)
    store.backup(target)
    store.close()
    say(f"wrote {target}")


history_command = SimpleNamespace(
    COMMAND=history,
    SHORT="Show, publish, take back or check what is in a database.",
    EPILOG=example(
        "evenhand plan plans.db --sample garden",
        "evenhand history plans.db --publish",
        "evenhand history plans.db --check",
    ),
)
undo_command = SimpleNamespace(
    COMMAND=undo,
    SHORT="Undo the last step of a draft in a database.",
    EPILOG=example("evenhand plan plans.db --sample garden --pin 2026-02-17,Hugs", "evenhand undo plans.db"),
)
backup_command = SimpleNamespace(
    COMMAND=backup,
    SHORT="Copy a database while it is in use.",
    EPILOG=example("evenhand plan plans.db --sample garden", "evenhand backup plans.db copy.db"),
)
