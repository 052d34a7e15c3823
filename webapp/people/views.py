"""Signing in and out for phones: JSON in, JSON out (PROTOCOL, Signing in)."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from webapp import clock
from webapp.db import reading, writing
from webapp.people import audit, entry, invitations, key_removal, me, passkeys, pins, second_step, sign_in, throttle
from webapp.people.passwords import LONGEST_CHARACTERS
from webapp.people.refusal import Refusal

BODY_MOST_BYTES = 16 * 1024
PIN_CHARACTERS = 20
SECRET_CHARACTERS = 100
UNFIT = re.compile("[\x00\ud800-\udfff]")
blueprint = Blueprint("auth", __name__, url_prefix="/auth")


@blueprint.post("/sign-in")
def enter() -> Response:
    """Login and password for a session."""
    body = texts(json_body(), login=entry.LOGIN_CHARACTERS, password=LONGEST_CHARACTERS)
    return _signed_in(entry.enter(body["login"], body["password"], entry.device_header()))


@blueprint.post("/activate")
def activate() -> Response:
    """An invitation's code and a new password, or a PIN with the phone's own secret, for a session."""
    body = json_body()
    if "pin" in body:
        body = texts(body, code=100, pin=PIN_CHARACTERS, secret=SECRET_CHARACTERS)
        return _signed_in(entry.activate_with_pin(body["code"], body["pin"], body["secret"], entry.device_header()))
    if "credential" in body:
        body = texts(body, code=100, credential=passkeys.CREDENTIAL_CHARACTERS)
        return _signed_in(entry.activate_with_passkey(body["code"], body["credential"], entry.device_header()))
    body = texts(body, code=100, password=LONGEST_CHARACTERS)
    return _signed_in(entry.activate(body["code"], body["password"], entry.device_header()))


@blueprint.post("/pin")
def enter_by_pin() -> Response:
    """The PIN that was set on this phone, with the phone's own secret, for a session."""
    body = texts(json_body(), pin=PIN_CHARACTERS, secret=SECRET_CHARACTERS)
    return _signed_in(pins.enter(body["pin"], body["secret"], entry.device_header()))


@blueprint.post("/passkey/ask")
def ask_passkey() -> Response:
    """What the browser needs to have a passkey sign somebody in. Nobody is named: the browser knows."""
    json_body()
    throttle.asked()
    return jsonify(passkeys.ask(clock.now()))


@blueprint.post("/passkey")
def enter_by_passkey() -> Response:
    """A passkey for a session."""
    body = texts(json_body(), credential=passkeys.CREDENTIAL_CHARACTERS)
    return _signed_in(entry.enter_by_passkey(body["credential"], entry.device_header()))


@blueprint.post("/passkey/offer")
def offer_passkey() -> Response:
    """What the browser needs to make a passkey: for whoever is signed in, or holds an invitation that is good."""
    body, now = json_body(), clock.now()
    if "code" not in body:
        return jsonify(passkeys.offer(_key_owner(now).account_id, now))
    throttle.begin_code()
    try:
        with reading() as connection:
            account_id = invitations.whose(connection, texts(body, code=100)["code"], now)
    except Refusal:
        throttle.failed_code()
        raise
    return jsonify(passkeys.offer(account_id, now))


@blueprint.post("/passkey/keep")
def keep_passkey() -> tuple[Response, int]:
    """Keeps the passkey that was made for whoever is signed in."""
    now = clock.now()
    who = _key_owner(now)
    body = texts(json_body(), credential=passkeys.CREDENTIAL_CHARACTERS)
    row = passkeys.read_new(who.account_id, body["credential"], now)
    with writing() as connection:
        passkeys.keep(connection, row)
        audit.note(connection, who.account_id, "passkey.kept", [who.device_id], now)
    return Response(), 204


@blueprint.post("/passkey/remove")
def remove_passkey() -> tuple[Response, int]:
    """Takes away a passkey of whoever is signed in, by its handle; not the last way in."""
    body = texts(json_body(), key=key_removal.HANDLE_CHARACTERS)
    key_removal.remove(_who(), body["key"], clock.now())
    return Response(), 204


@blueprint.get("/devices")
def list_devices() -> Response:
    """The devices of whoever is signed in, and which passkeys they have."""
    return jsonify(me.devices(_who()))


@blueprint.get("/me")
def show() -> Response:
    """Who is signed in, with posts and limits."""
    who = sign_in.current()
    if who is None:
        raise Refusal("sign_in")
    return jsonify(me.describe(who))


@blueprint.post("/sign-out")
def leave() -> tuple[Response, int]:
    """Ends the session; harmless without one."""
    sign_in.close_session()
    response = Response()
    sign_in.clear_cookie(response)
    return response, 204


def _who() -> sign_in.SignedIn:
    """Who is signed in, and not only to hand over; raises ``sign_in`` or ``revoked``."""
    who = sign_in.current()
    if who is None:
        raise Refusal("sign_in")
    if who.suspended:
        raise Refusal("revoked")
    return who


def _key_owner(now: datetime) -> sign_in.SignedIn:
    """Who is signed in, and may have one more passkey; raises ``step_first`` beside those of ``_who``."""
    who = _who()
    if second_step.keeps_out(who, now):
        raise Refusal("step_first")
    return who


def _signed_in(token: str) -> Response:
    who = sign_in.look(token)
    if who is None:
        raise Refusal("sign_in")
    g.signed_in = who
    response = jsonify(me.describe(who))
    sign_in.set_cookie(response, token)
    return response


def json_body() -> dict[str, Any]:
    """The object of a JSON body; raises ``media_type``, ``too_big`` or ``malformed``."""
    if request.mimetype != "application/json":
        raise Refusal("media_type")
    request.max_content_length = BODY_MOST_BYTES
    try:
        body: Any = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise Refusal("malformed") from None
    if not isinstance(body, dict):
        raise Refusal("malformed")
    return body


def texts(body: dict[str, Any], **most: int) -> dict[str, str]:
    """The named texts of a body, none longer than said; raises ``malformed``."""
    if not all(_is_text(body.get(name), longest) for name, longest in most.items()):
        raise Refusal("malformed")
    return {name: body[name] for name in most}


def _is_text(value: Any, longest: int) -> bool:
    """A text of a sensible length without characters that no database and no digest takes."""
    return isinstance(value, str) and len(value) <= longest and not UNFIT.search(value)
