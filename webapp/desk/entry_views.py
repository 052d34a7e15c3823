"""Signing in and out at the desk, and the look of the pages before and after."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Response, redirect, request, session, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from webapp import clock
from webapp.db import reading, writing
from webapp.desk import look
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.desk.forms import UNFIT
from webapp.desk.words import say
from webapp.people import entry, passkeys, sign_in
from webapp.people.passwords import LONGEST_CHARACTERS
from webapp.people.posts import account_table
from webapp.people.refusal import Refusal
from webapp.problems import PROBLEMS, words

BROWSER_KEPT_SECONDS: Final = 400 * 86400  # the longest that browsers keep a cookie


@blueprint.get("/sign-in", endpoint="sign_in")
def show() -> Response:
    """The form."""
    return _form(onward(request.args.get("next")))


@blueprint.post("/sign-in")
def enter() -> AnyResponse:
    """Login and password for a session, on a device of kind ``desk``."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    missing = [name for name, text in (("login", login.strip()), ("password", password)) if not text]
    if missing:
        return _again(login, say(_language(), f"sign_in.{missing[0]}.missing"), 422, field=missing[0])
    if UNFIT.search(login + password) or len(login) > entry.LOGIN_CHARACTERS or len(password) > LONGEST_CHARACTERS:
        return _again(login, words("credentials", _language()), 401)
    browser = _browser()
    try:
        token = entry.enter(login, password, _device(browser, login), kind="desk")
    except Refusal as refusal:
        return _refused(login, refusal)
    return _in(token, browser)


@blueprint.post("/sign-in/passkey")
def enter_by_passkey() -> AnyResponse:
    """A passkey with finger, face or code: sign-in and second step in one."""
    given, browser, now = request.form.get("credential", ""), _browser(), clock.now()
    try:
        if len(given) > passkeys.CREDENTIAL_CHARACTERS:
            raise Refusal("passkey_wrong")
        account_id, _ = passkeys.recognise(given, now, verified=True)
        device = str(uuid.uuid5(uuid.UUID(browser), _login_of(account_id)))
        session.clear()
        with writing() as connection:
            token = sign_in.open_session(connection, account_id, device, "desk", now, how="passkey", verified=True)
    except Refusal as refusal:
        return _refused("", refusal)
    return _in(token, browser)


def _login_of(account_id: str) -> str:
    """The login, by which two people at one computer are two devices."""
    with reading() as connection:
        found = connection.execute(select(account_table.c.login).where(account_table.c.id == account_id)).scalar()
    return found or account_id


def _in(token: str, browser: str) -> AnyResponse:
    response = redirect(onward(request.form.get("next")), 303)
    sign_in.set_cookie(response, token)  # type: ignore[arg-type]
    response.set_cookie(
        _browser_cookie(),
        browser,
        max_age=BROWSER_KEPT_SECONDS,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/sign-out")
def leave() -> AnyResponse:
    """Ends the session."""
    sign_in.close_session()
    response = redirect(url_for("desk.sign_in"), 303)
    sign_in.clear_cookie(response)  # type: ignore[arg-type]
    return response


@blueprint.post("/look")
def choose_look() -> AnyResponse:
    """Language or large type, then back to the page."""
    response = redirect(onward(request.form.get("next")), 303)
    language, elder = request.form.get("language"), request.form.get("elder")
    if language in look.LANGUAGES:
        look.keep(response, request, look.LANGUAGE_COOKIE, language)  # type: ignore[arg-type]
    elif elder in ("on", "off"):
        look.keep(response, request, look.ELDER_COOKIE, elder)  # type: ignore[arg-type]
    else:
        raise BadRequest
    return response


def _refused(login: str, refusal: Refusal) -> Response:
    message = words(refusal.code, _language())
    if refusal.code == "slow_down" and refusal.retry_after:
        message = say(_language(), "sign_in.wait", n=-(-refusal.retry_after // 60))
    response = _again(login, message, PROBLEMS[refusal.code].status)
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _again(login: str, message: str, status: int, field: str | None = None) -> Response:
    return _form(onward(request.form.get("next")), status, login=login, message=message, field=field)


def _form(onward: str, status: int = 200, **more: Any) -> Response:
    return page("desk/sign_in.html", status, onward=onward, **more)


def _language() -> str:
    return look.language(request)


def onward(path: str | None) -> str:
    """Where to go afterwards: a page of the desk, never another site."""
    fit = path and path.startswith("/desk/") and "//" not in path and "\\" not in path and not UNFIT.search(path)
    return path if fit and path else url_for("desk.matters")


def _browser_cookie() -> str:
    return "__Host-silian-desk" if request.is_secure else "silian-desk"


def _browser() -> str:
    """This browser's own number, minted at its first sign-in."""
    try:
        return str(uuid.UUID(request.cookies.get(_browser_cookie(), "")))
    except ValueError:
        return str(uuid.uuid4())


def _device(browser: str, login: str) -> str:
    """Two people at one computer are two devices, as PROTOCOL has it for phones."""
    return str(uuid.uuid5(uuid.UUID(browser), entry.plain_login(login)))
