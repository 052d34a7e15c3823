"""Sessions: one row each, bound to a device. The cookie holds a random token, the row its digest alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import OperationalError
from structlog import get_logger

from sync import device_table, register_device
from webapp import clock, settings
from webapp.db import reading, writing
from webapp.people import audit
from webapp.people.models import Account, SignIn
from webapp.people.refusal import Refusal

DEVICES_MOST = 200  # of one account: more are a sign of something gone wrong
log = get_logger()


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Who asks. ``suspended`` is the account's or the device's: such a session is good for handing over alone."""

    sign_in_id: str
    account_id: str
    device_id: str
    language: str
    suspended: bool
    name: str
    used_at: datetime
    verified: bool = False  # the second step was taken

    def get_id(self) -> str:
        return self.account_id


_device = device_table.c
_who = (
    select(
        SignIn.id.label("sign_in_id"),
        SignIn.account_id,
        SignIn.device_id,
        SignIn.used_at,
        SignIn.verified_at,
        Account.language,
        Account.name,
        Account.suspended_at,
        _device.suspended_at.label("device_suspended_at"),
    )
    .join(Account, Account.id == SignIn.account_id)
    .join(device_table, _device.id == SignIn.device_id)
    .where(SignIn.id == bindparam("token"), SignIn.ended_at.is_(None), SignIn.used_at > bindparam("oldest"))
)


def init_app(app: Flask) -> None:
    """Registers Flask-Login, for the desk's pages, and the renewal of the cookie."""
    login = LoginManager(app)
    login.session_protection = None  # the session is ours, not Flask's
    login.login_view = "desk.sign_in"
    login.request_loader(lambda _request: current())
    app.after_request(_renew)


def current() -> SignedIn | None:
    """Who is signed in, by one query a request."""
    if "signed_in" not in g:
        token = request.cookies.get(cookie_name())
        g.signed_in = look(token) if token else None
    found: SignedIn | None = g.signed_in
    return found


def known() -> SignedIn | None:
    """Who is signed in, if this request has asked already: an error page must not ask a database that is away."""
    found: SignedIn | None = g.get("signed_in")
    return found


def look(token: str) -> SignedIn | None:
    """Whose session this token opens, if it is still good."""
    now, limits = clock.now(), settings.current()
    oldest = now - timedelta(days=limits.sign_in_days)
    with reading() as connection:
        row = connection.execute(_who, {"token": _digest(token), "oldest": oldest}).first()
    if row is None:
        return None
    if now - row.used_at >= timedelta(minutes=limits.sign_in_written_minutes):
        _touch(row.sign_in_id, now)
        g.renewed_token = token
    suspended = row.suspended_at is not None or row.device_suspended_at is not None
    return SignedIn(row.sign_in_id, row.account_id, row.device_id, row.language, suspended, row.name, row.used_at,
                    row.verified_at is not None)  # fmt: skip


def _touch(id: str, now: datetime) -> None:
    try:
        with writing(patient=False) as connection:
            connection.execute(update(SignIn).where(SignIn.id == id).values(used_at=now))
    except OperationalError:
        # The database is busy. Ninety days are long: the next request writes it.
        log.info("sign_in.touch_later")


def open_session(
    connection: Connection, account_id: str, device_id: str, kind: str, now: datetime, *, how: str,
    verified: bool = False,
) -> str:  # fmt: skip
    """A new session, whatever was there before; returns its token. Raises ``device`` where it is another account's.

    ``how`` goes on record; ``verified`` where it stands for the second step too.
    """
    _limit_devices(connection, account_id, device_id)
    if register_device(connection, device_id, account_id, kind, now) != account_id:
        raise Refusal("device")
    earlier = request.cookies.get(cookie_name())
    if earlier:
        _end(connection, SignIn.id == _digest(earlier), now)
    token = secrets.token_urlsafe(32)
    row = {"id": _digest(token), "account_id": account_id, "device_id": device_id, "created_at": now, "used_at": now}
    connection.execute(insert(SignIn).values(**row, verified_at=now if verified else None))
    audit.note(connection, account_id, "sign_in", [device_id], now, f"{kind} {how}")
    return token


def _limit_devices(connection: Connection, account_id: str, device_id: str) -> None:
    mine = select(func.count()).where(_device.account == account_id, _device.suspended_at.is_(None))
    if connection.execute(mine.where(_device.id != device_id)).scalar_one() >= DEVICES_MOST:
        raise Refusal("too_many_devices")


def close_session() -> None:
    """Ends the session of this request, if it has one."""
    token = request.cookies.get(cookie_name())
    who = look(token) if token else None
    if token and who:
        now = clock.now()
        with writing() as connection:
            _end(connection, SignIn.id == _digest(token), now)
            audit.note(connection, who.account_id, "sign_out", [who.device_id], now)
    session.clear()
    g.signed_in = None
    g.pop("renewed_token", None)


def _end(connection: Connection, which: object, now: datetime) -> None:
    connection.execute(update(SignIn).where(which, SignIn.ended_at.is_(None)).values(ended_at=now))  # type: ignore[arg-type]


def cookie_name() -> str:
    """Browsers hold a ``__Host-`` cookie to its host and to https, so plain http on localhost has to do without.

    The desk has a session of its own: whoever signs in there does not sign out the phone app in the same browser.
    """
    name = "silian-office" if _at_the_desk() else "silian"
    return f"__Host-{name}" if request.is_secure else name


def _at_the_desk() -> bool:
    """Photos are shown by both; there the browser says which page asks."""
    asking = urlsplit(request.referrer or "").path if request.path.startswith("/blobs/") else request.path
    return asking.startswith("/desk/")


def set_cookie(response: Response, token: str) -> None:
    days = timedelta(days=settings.current().sign_in_days)
    response.set_cookie(
        cookie_name(), token, max_age=days, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )


def clear_cookie(response: Response) -> None:
    response.delete_cookie(cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def _renew(response: Response) -> Response:
    if token := g.pop("renewed_token", None):
        set_cookie(response, token)
    return response


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
