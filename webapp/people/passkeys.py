"""Passkeys: registered once, then a touch signs in. What an authenticator signs is good once and for minutes."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from flask import request
from sqlalchemy import Connection, delete, insert, or_, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers import structs as w

from webapp import settings
from webapp.db import reading, writing
from webapp.people.key_models import Challenge, Passkey
from webapp.people.models import Account, Post
from webapp.people.permissions import PERMISSIONS, STAFF
from webapp.people.refusal import Refusal

NAME: Final = "四联 Silian"
CHALLENGE_MINUTES: Final = 5
TIMEOUT_MS: Final = CHALLENGE_MINUTES * 60_000
MOST: Final = 20  # of one person
CREDENTIAL_CHARACTERS: Final = 12_000


def origin() -> str:
    """Where the page comes from that may ask, as ``security.refuse_foreign_origin`` has it."""
    return f"{request.scheme}://{request.host}"


def site() -> str:
    """The name that passkeys are made for: RP_ID, else the host that was asked."""
    return settings.current().rp_id or urlsplit(origin()).hostname or ""


def offer(account_id: str, now: datetime) -> dict[str, Any]:
    """What a browser is told to make a new passkey for this person. Not for somebody who has too many."""
    with writing() as connection:
        who = connection.execute(select(Account.name, Account.login).where(Account.id == account_id)).one()
        mine = connection.execute(select(Passkey.id).where(Passkey.account_id == account_id)).scalars().all()
        if len(mine) >= MOST:
            raise Refusal("too_many_passkeys")
        challenge = _challenge(connection, account_id, now)
    options = webauthn.generate_registration_options(
        rp_id=site(), rp_name=NAME, user_id=uuid.UUID(account_id).bytes, user_name=who.login or who.name,
        user_display_name=who.name, challenge=challenge, timeout=TIMEOUT_MS,
        exclude_credentials=[w.PublicKeyCredentialDescriptor(id=base64url_to_bytes(id)) for id in mine],
        authenticator_selection=w.AuthenticatorSelectionCriteria(
            resident_key=w.ResidentKeyRequirement.REQUIRED, require_resident_key=True,
            user_verification=w.UserVerificationRequirement.PREFERRED,
        ),
    )  # fmt: skip
    told: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return told


def ask(now: datetime, *, verified: bool = False) -> dict[str, Any]:
    """What a browser is told to sign somebody in; it knows whom. ``verified``: with finger, face or code."""
    wanted = w.UserVerificationRequirement.REQUIRED if verified else w.UserVerificationRequirement.PREFERRED
    with writing() as connection:
        challenge = _challenge(connection, None, now)
    options = webauthn.generate_authentication_options(
        rp_id=site(), challenge=challenge, timeout=TIMEOUT_MS, user_verification=wanted
    )
    told: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return told


def read_new(account_id: str, credential: str, now: datetime) -> dict[str, Any]:
    """Looks at a new passkey and gives its row; raises ``passkey_late``, ``origin`` or ``passkey_wrong``."""
    given, challenge = _given(credential, account_id, now)
    try:
        made = webauthn.verify_registration_response(
            credential=given, expected_challenge=challenge, expected_rp_id=site(), expected_origin=origin(),
            require_user_verification=is_staff(account_id, now),
        )  # fmt: skip
    except Exception as error:  # whatever bytes were sent, they are no passkey, and never our failure
        raise Refusal("passkey_wrong") from error
    return {
        "id": bytes_to_base64url(made.credential_id), "account_id": account_id, "sign_count": made.sign_count,
        "public_key": bytes_to_base64url(made.credential_public_key), "created_at": now,
    }  # fmt: skip


def keep(connection: Connection, row: dict[str, Any]) -> None:
    """Keeps a new passkey; one that is here already stays whose it is."""
    if connection.execute(select(Passkey.id).where(Passkey.id == row["id"])).first():
        raise Refusal("passkey_wrong")
    connection.execute(insert(Passkey).values(row))


def recognise(credential: str, now: datetime, *, verified: bool = False) -> tuple[str, bool]:
    """Whose passkey this is, and whether finger, face or code went with it, which staff always need.

    Raises ``passkey_late``, ``origin``, ``passkey_unknown``, ``passkey_unverified`` or ``passkey_wrong``.
    """
    given, challenge = _given(credential, None, now)
    with reading() as connection:
        row = connection.execute(select(Passkey.__table__).where(Passkey.id == str(given.get("id")))).first()
    if row is None:
        raise Refusal("passkey_unknown")
    try:
        found = webauthn.verify_authentication_response(
            credential=given, expected_challenge=challenge, expected_rp_id=site(), expected_origin=origin(),
            credential_public_key=base64url_to_bytes(row.public_key), credential_current_sign_count=row.sign_count,
        )  # fmt: skip
    except Exception as error:  # as above; a signature that does not fit is one of them
        raise Refusal("passkey_wrong") from error
    if not found.user_verified and (verified or is_staff(row.account_id, now)):
        raise Refusal("passkey_unverified")
    _count(row.id, found.new_sign_count, now)
    return row.account_id, found.user_verified


def _count(id: str, seen: int, now: datetime) -> None:
    """A copy of a passkey counts behind its original. Authenticators that do not count say 0."""
    higher = or_(Passkey.sign_count < seen, (Passkey.sign_count == 0) & (seen == 0))
    with writing() as connection:
        counted = update(Passkey).where(Passkey.id == id, higher).values(sign_count=seen, used_at=now)
        if connection.execute(counted).rowcount != 1:
            raise Refusal("passkey_wrong")


def of(connection: Connection, account_id: str) -> list[Any]:
    """Somebody's passkeys, oldest first: id, created_at, used_at."""
    query = select(Passkey.id, Passkey.created_at, Passkey.used_at).where(Passkey.account_id == account_id)
    return list(connection.execute(query.order_by(Passkey.created_at, Passkey.id)).all())


def is_staff(account_id: str, now: datetime) -> bool:
    return _holds(account_id, STAFF, now)


def works_at_desk(account_id: str, now: datetime) -> bool:
    return _holds(account_id, PERMISSIONS["desk.read"], now)


def _holds(account_id: str, roles: Iterable[str], now: datetime) -> bool:
    """Whether this person has a post today in one of these roles."""
    held = select(Post.id).where(Post.account_id == account_id, Post.role.in_(list(roles)), Post.starts_at <= now)
    held = held.where(or_(Post.ends_at.is_(None), Post.ends_at > now)).limit(1)
    with reading() as connection:
        return connection.execute(held).first() is not None


def _challenge(connection: Connection, account_id: str | None, now: datetime) -> bytes:
    connection.execute(delete(Challenge).where(Challenge.expires_at <= now))
    challenge = secrets.token_bytes(32)
    row = {"id": _digest(challenge), "account_id": account_id}
    connection.execute(insert(Challenge).values(**row, expires_at=now + timedelta(minutes=CHALLENGE_MINUTES)))
    return challenge


def _given(credential: str, account_id: str | None, now: datetime) -> tuple[dict[str, Any], bytes]:
    """A credential as a browser tells it, with the challenge that it answers, which is used up whatever follows."""
    try:
        given = json.loads(credential)
        said = json.loads(base64url_to_bytes(given["response"]["clientDataJSON"]))
        challenge, came_from = base64url_to_bytes(said["challenge"]), said["origin"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refusal("passkey_wrong") from error
    whose = Challenge.account_id == account_id if account_id else Challenge.account_id.is_(None)
    mine = delete(Challenge).where(Challenge.id == _digest(challenge), whose, Challenge.expires_at > now)
    with writing() as connection:
        if connection.execute(mine).rowcount != 1:
            raise Refusal("passkey_late")
    if came_from != origin():
        raise Refusal("origin")
    return given, challenge


def _digest(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()
