"""What a person's phone is told about that person."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import current_app
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Connection, Select, bindparam, func, or_, select

from sync import device_table
from sync.columns import iso
from webapp import clock
from webapp.db import db, reading
from webapp.people import key_removal
from webapp.people.models import Account, Post, SignIn
from webapp.people.sign_in import SignedIn

DEFAULT_TIME_ZONE = "Asia/Shanghai"  # PROTOCOL's word where an organisation says nothing
LIMITS = {
    "commands": 500,
    "command_bytes": 128 * 1024,
    "body_bytes": 1024 * 1024,
    "unpacked_bytes": 8 * 1024 * 1024,
    "page": 2000,
    "blob_bytes": 2 * 1024 * 1024,
    "photo_px": 1600,
    "photo_bytes": 200 * 1024,
    "recording_seconds": 180,
}


@cache
def _whose() -> Select[Any]:
    organisation = db.metadata.tables["organisation"].c  # places stand above people, so the table is asked for by name
    joined = select(Account.login, organisation.time_zone).join_from(
        Account, organisation.id.table, organisation.id == Account.home_id
    )
    return joined.where(Account.id == bindparam("id"))


_held = (
    select(Post.role, Post.organisation_id, Post.cells)
    .where(
        Post.account_id == bindparam("account"),
        Post.starts_at <= bindparam("now"),
        or_(Post.ends_at.is_(None), Post.ends_at > bindparam("now")),
    )
    .order_by(Post.starts_at, Post.id)
)


def describe(who: SignedIn) -> dict[str, Any]:
    """The answer of ``/auth/me``."""
    with reading() as connection:
        row = connection.execute(_whose(), {"id": who.account_id}).one()
        posts = _posts(connection, who.account_id)
    account = {"id": who.account_id, "name": who.name, "login": row.login, "language": who.language}
    return {
        "account": {**account, "posts": posts},
        "device": who.device_id,
        "suspended": who.suspended,
        "csrf": generate_csrf(),
        "push": {"public_key": current_app.config["PUSH_PUBLIC_KEY"]},
        "limits": LIMITS,
        "time_zone": row.time_zone or DEFAULT_TIME_ZONE,
    }


def devices(who: SignedIn) -> dict[str, Any]:
    """The answer of ``/auth/devices``: this person's own phones and desks, the one at hand first."""
    d = device_table.c
    used = select(func.max(SignIn.used_at)).where(SignIn.device_id == d.id).scalar_subquery()
    query = select(d.id, d.kind, d.contacted_at, d.app, d.waiting, d.suspended_at, used.label("used_at"))
    with reading() as connection:
        rows = connection.execute(query.where(d.account == who.account_id).order_by(d.registered_at, d.id)).all()
        keys = key_removal.listed(connection, who.account_id)
    listed = [
        {
            "id": row.id,
            "kind": row.kind,
            "here": row.id == who.device_id,
            "contacted_at": iso(max(filter(None, (row.contacted_at, row.used_at)), default=None)),
            "waiting": row.waiting,
            "app": row.app,
            "suspended": row.suspended_at is not None,
        }
        for row in rows
    ]
    return {"devices": sorted(listed, key=lambda one: not one["here"]), "passkeys": len(keys), "keys": keys}


def _posts(connection: Connection, account_id: str) -> list[dict[str, Any]]:
    rows = connection.execute(_held, {"account": account_id, "now": clock.now()})
    return [{"role": row.role, "organisation": row.organisation_id, "cells": row.cells} for row in rows]
