"""Signing in and out: the one-time address, passwords, the language; and the pages for health and keys."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import text

from evenhand.web.forms import AnyForm, TheHall
from evenhand.web.language import LANGUAGES
from evenhand.web.security import COOKIE, DAYS
from evenhand.workspace.accounts import signed_in

router = APIRouter()


def _with_session(hall: TheHall, secret: str) -> Response:
    response = hall.go("/")
    response.set_cookie(
        COOKIE,
        secret,
        max_age=DAYS * 86400,
        # no script reads it; "lax" lets a link from a mail open signed in, but no foreign form post
        httponly=True,
        samesite="lax",
        # on this machine there is no TLS, and a browser would drop a secure cookie
        secure=not hall.keeper.local,
        path="/",
    )
    return response


@router.get("/open/{secret}", name="enter")
def enter(request: Request, secret: str, hall: TheHall) -> Response:
    """Take the one-time address that the command printed."""
    if hall.keeper.too_many():
        return hall.page(
            request, "error.html", http=429, code=429, findings=[], message="Too many tries. Wait a minute."
        )
    session = hall.keeper.enter(secret)
    if session is None:
        # somebody who opens the printed address a second time is in already
        if request.state.visitor.role:
            return hall.go("/")
        sentence = "This address was used already. Start evenhand serve again for a new one."
        return hall.page(request, "error.html", http=403, code=403, findings=[], message=sentence)
    return _with_session(hall, session)


@router.get("/login", name="login_page")
def login_page(request: Request, hall: TheHall) -> Response:
    """Ask for name and password."""
    return hall.page(request, "login.html", wrong=False)


@router.post("/login", name="login")
def login(request: Request, hall: TheHall, form: AnyForm) -> Response:
    """Sign in."""
    if hall.keeper.too_many():
        return hall.page(
            request, "error.html", http=429, code=429, findings=[], message="Too many tries. Wait a minute."
        )
    email, password = (str(form.get(name, [""])[0]) for name in ("email", "password"))
    account = signed_in(hall.database, email, password)
    if account is None:
        hall.keeper.note_wrong()
        return hall.page(request, "login.html", http=403, wrong=True)
    return _with_session(hall, hall.keeper.open_session(name=account.name, account=account.id))


@router.post("/logout", name="logout")
def logout(request: Request, hall: TheHall) -> Response:
    """End this browser's session."""
    if request.state.visitor.session:
        hall.keeper.close_session(request.state.visitor.session)
    response = hall.go("/login")
    response.delete_cookie(COOKIE)
    return response


@router.post("/language", name="language")
def language(hall: TheHall, form: AnyForm) -> Response:
    """Choose the language of the pages."""
    chosen = str(form.get("language", ["en"])[0])
    back = str(form.get("back", ["/"])[0])
    # "//host" and "/\host" are other sites to a browser: only a path of ours is gone back to
    response = hall.go(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
    if chosen in LANGUAGES:
        response.set_cookie("evenhand_language", chosen, max_age=365 * 86400, samesite="lax", path="/")
    return response


@router.get("/help", name="help")
def help_page(request: Request, hall: TheHall) -> Response:
    """Show the keys."""
    return hall.page(request, "help.html")


@router.get("/healthz", name="health")
def health(hall: TheHall) -> Response:
    """Say that the server and its database answer."""
    with hall.database.read() as connection:
        # the database is asked: a server that answers without it is not healthy
        connection.execute(text("SELECT 1"))
    return PlainTextResponse("ok")
