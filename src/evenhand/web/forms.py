"""What the handlers of all pages share: the hall, the visitor's name, and how a form is read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from evenhand.core.errors import InputError
from evenhand.web.hall import Hall


def _hall(request: Request) -> Hall:
    hall: Hall = request.app.state.hall
    return hall


def _who(request: Request) -> str:
    return str(request.state.visitor.name)


async def _form(request: Request) -> dict[str, list[Any]]:
    """Return a form's fields, each a list; files stay files."""
    # twelve tables and their zip fit; a page to mend holds a hundred cells a fault
    form = await request.form(max_files=20, max_fields=5000)
    return {name: form.getlist(name) for name in form}


TheHall = Annotated[Hall, Depends(_hall)]
Who = Annotated[str, Depends(_who)]
AnyForm = Annotated[dict[str, list[Any]], Depends(_form)]


def whole(form: dict[str, list[Any]], name: str) -> int:
    """Return a whole number of a form.

    Raises:
        InputError: it is none.
    """
    text = str(form.get(name, [""])[0])
    if not text.isascii() or not text.isdigit() or len(text) > 12:  # noqa: PLR2004 - below any count of steps
        raise InputError.one(
            "is not a number of this page", "Load the page again", came=text[:40], column=name
        )
    return int(text)
