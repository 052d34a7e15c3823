"""The second step at the desk: taken after the password, set up where there is none yet, and looked after later."""

from __future__ import annotations

import json
from typing import Any

import segno
from flask import Response, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from webapp import clock
from webapp.db import reading
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.desk.entry_views import onward
from webapp.desk.visitor import Visitor, here
from webapp.desk.words import cap, say
from webapp.people import key_removal, one_time, passkeys, second_step
from webapp.people.posts import account_table
from webapp.people.refusal import Refusal
from webapp.problems import PROBLEMS, words


@blueprint.get("/second-step", endpoint="second_step")
def show() -> Response:
    """Asks for it, or leads to setting it up; whoever has taken it sees what is set up."""
    return _page(here(), onward(request.args.get("next")))


@blueprint.post("/second-step/code")
def take_code() -> AnyResponse:
    """A one-time code: the step itself, or the confirmation of a new secret."""
    visitor = here()
    try:
        second_step.take_code(visitor.who, request.form.get("code", "")[:40], clock.now())
    except Refusal as refusal:
        return _refused(visitor, refusal)
    return _on()


@blueprint.post("/second-step/passkey")
def take_passkey() -> AnyResponse:
    """A passkey of one's own, as the step."""
    visitor = here()
    try:
        second_step.take_passkey(visitor.who, credential(), clock.now())
    except Refusal as refusal:
        return _refused(visitor, refusal)
    return _on()


@blueprint.post("/second-step/passkey/new")
def add_passkey() -> AnyResponse:
    """A new passkey, for somebody who has nothing yet or has taken the step."""
    visitor = here()
    try:
        second_step.add_passkey(visitor.who, credential(), clock.now())
    except Refusal as refusal:
        return _refused(visitor, refusal)
    return _on()


@blueprint.post("/second-step/passkey/remove")
def remove_passkey() -> AnyResponse:
    """Takes one away, after the page has asked once more."""
    visitor = here()
    try:
        key_removal.remove(visitor.who, request.form.get("key", "")[:40], clock.now())
    except Refusal as refusal:
        return _refused(visitor, refusal)
    return redirect(url_for("desk.second_step"), 303)


def credential() -> str:
    """What the browser has filled in; an over-long one is none."""
    given = request.form.get("credential", "")
    return given if len(given) <= passkeys.CREDENTIAL_CHARACTERS else ""


def _on() -> AnyResponse:
    return redirect(onward(request.form.get("next")), 303)


def _refused(visitor: Visitor, refusal: Refusal) -> Response:
    message = words(refusal.code, visitor.language)
    if refusal.code == "slow_down" and refusal.retry_after:
        message = say(visitor.language, "sign_in.wait", n=-(-refusal.retry_after // 60))
    response = _page(visitor, onward(request.form.get("next")), PROBLEMS[refusal.code].status, message)
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _page(visitor: Visitor, onward: str, status: int = 200, message: str = "") -> Response:
    who, now = visitor.who, clock.now()
    ways = second_step.ways_of(who.account_id)
    free = second_step.may_set_up(who, ways)
    told: dict[str, Any] = {"ways": ways, "free": free, "taken": who.verified}
    if free and not ways.codes:
        told |= _secret(who.account_id)
    if free and ways.passkeys < passkeys.MOST:
        told["offer"] = json.dumps(passkeys.offer(who.account_id, now))
    if not who.verified and ways.passkeys:
        told["ask"] = json.dumps(passkeys.ask(now, verified=True))
    if not second_step.keeps_out(who, now):
        with reading() as connection:
            told["keys"] = [_key(visitor, row) for row in passkeys.of(connection, who.account_id)]
        told["remove"] = request.args.get("remove")
    return page("desk/second_step.html", status, onward=onward, message=message, **told)


def _key(visitor: Visitor, row: Any) -> tuple[str, str]:
    """The passkey's handle, and when it was made and used, in words."""
    said, times = visitor.language, visitor.times
    words = [say(said, "key.made", when=times.when(row.created_at))]
    words.append(say(said, "key.used", when=times.when(row.used_at)) if row.used_at else say(said, "key.unused"))
    return key_removal.handle(row.id), cap(say(said, "comma").join(words))


def _secret(account_id: str) -> dict[str, Any]:
    """The secret as a QR code, and in groups of four for whoever types it."""
    secret = one_time.begin(account_id)
    with reading() as connection:
        login = connection.execute(select(account_table.c.login).where(account_table.c.id == account_id)).scalar()
    qr = segno.make(one_time.link(secret, login or ""), error="m", micro=False)
    drawn = Markup(qr.svg_inline(scale=4, border=2, omitsize=True))
    return {"qr": drawn, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
