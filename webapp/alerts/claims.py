"""The rows of ``delivery`` as a queue: who may send what is decided here, by conditional updates.

A worker takes rows under a lease and commits before it sends. When it is killed, its rows are taken again once the
lease is over: nothing is lost, and only what was under way at that moment can be sent twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, or_, select, update
from structlog import get_logger

from sync import device_table
from webapp.alerts.endpoints import Refused, check_endpoint
from webapp.alerts.push import Parcel
from webapp.alerts.telling import alert_table, delivery_table, subscription_table
from webapp.alerts.verdicts import Verdict
from webapp.people.posts import account_table

CLAIM_MOST: Final = 256
LEASE: Final = timedelta(seconds=60)
log = get_logger()
d = delivery_table.c


@dataclass(frozen=True)
class Result:
    """What became of a parcel."""

    parcel: Parcel
    verdict: Verdict


def _due(now: datetime, busy: Iterable[str]) -> ColumnElement[bool]:
    """Rows whose time has come, and those of a worker that did not come back; not those of push services kept busy."""
    waiting = (d.state == "pending") & (d.due_at <= now)
    left = (d.state == "sending") & (d.leased_until <= now)
    s = subscription_table.c
    due = or_(waiting, left)
    for origin in busy:
        due &= ~exists().where(s.id == d.target_id, s.endpoint.startswith(f"{origin}/", autoescape=True))
    return due


def look(connection: Connection, now: datetime, busy: Iterable[str]) -> tuple[bool, datetime | None]:
    """Whether there is something to claim, and else when: so that a quiet worker takes no lock."""
    if connection.execute(select(d.id).where(_due(now, busy)).limit(1)).first() is not None:
        return True, now
    times = [
        connection.execute(select(func.min(column)).where(d.state == state)).scalar()
        for state, column in (("pending", d.due_at), ("sending", d.leased_until))
    ]
    return False, min((time for time in times if time is not None), default=None)


def claim(connection: Connection, now: datetime, busy: Iterable[str] = (), most: int = CLAIM_MOST) -> list[Parcel]:
    """Takes what is due, oldest first, under a lease; settles at once what nobody is there for any more."""
    # Two statements: with the first one inside the second, PostgreSQL may run it, limit and all, more than once.
    oldest = select(d.id).where(_due(now, busy)).order_by(d.due_at).limit(most).with_for_update(skip_locked=True)
    ids = list(connection.execute(oldest).scalars())
    taken = update(delivery_table).where(d.id.in_(ids), _due(now, ()))
    taken = taken.values(state="sending", tries=d.tries + 1, leased_until=now + LEASE)
    ids = list(connection.execute(taken.returning(d.id)).scalars())
    parcels: list[Parcel] = []
    settled: list[dict[str, Any]] = []
    for row in _read(connection, ids):
        fault = _hindrance(row, now)
        if fault is None:
            try:
                parcels.append(_parcel(row, check_endpoint(row["endpoint"])))
                continue
            except Refused as no:
                fault = ("failed", f"endpoint: {no}")
                log.error("push.endpoint_refused", why=str(no), subscription=row["target_id"])
        settled.append({"_id": row["id"], "state": fault[0], "fault": fault[1]})
    if settled:
        done = update(delivery_table).where(d.id == bindparam("_id"))
        connection.execute(done.values(state=bindparam("state"), fault=bindparam("fault"), leased_until=None), settled)
    return parcels


def _read(connection: Connection, ids: list[str]) -> list[dict[str, Any]]:
    a, s = alert_table.c, subscription_table.c
    query = (
        select(delivery_table, a.account_id, a.title, a.body, a.path, a.tag, a.urgent)
        .add_columns(s.account_id.label("whose"), s.endpoint, s.p256dh, s.auth)
        .add_columns(account_table.c.suspended_at, device_table.c.suspended_at.label("device_suspended_at"))
        .join_from(delivery_table, alert_table, a.id == d.alert_id)
        .join(account_table, account_table.c.id == a.account_id)
        .outerjoin(subscription_table, s.id == d.target_id)
        .outerjoin(device_table, device_table.c.id == s.device_id)
        .where(d.id.in_(ids))
        .order_by(d.due_at)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _hindrance(row: dict[str, Any], now: datetime) -> tuple[str, str] | None:
    """Why a row is not to be sent at all: state and fault, or None."""
    if row["expires_at"] <= now:
        return "failed", "expired"
    if row["endpoint"] is None:
        return "gone", "unsubscribed"
    if row["whose"] != row["account_id"]:
        return "gone", "moved"  # somebody else uses this browser now, and must not read it
    if row["suspended_at"] is not None or row["device_suspended_at"] is not None:
        return "gone", "suspended"
    return None


def _parcel(row: dict[str, Any], origin: str) -> Parcel:
    return Parcel(
        delivery_id=row["id"],
        alert_id=row["alert_id"],
        subscription_id=row["target_id"],
        origin=origin,
        **{name: row[name] for name in ("endpoint", "p256dh", "auth", "title", "body", "path", "tag", "urgent")},
        **{name: row[name] for name in ("tries", "expires_at", "leased_until")},
    )


def record(connection: Connection, results: list[Result], now: datetime) -> None:
    """Writes what became of parcels. That one was sent is written whatever else has happened to its row since; all else
    only while the lease is still ours."""
    mine = (d.state == "sending") & (d.leased_until == bindparam("_lease", type_=d.leased_until.type))
    names = ("state", "status", "fault", "due_at", "sent_at")
    written = update(delivery_table).where(d.id == bindparam("_id"))
    written = written.values({name: bindparam(name, type_=d[name].type) for name in names} | {"leased_until": None})
    sent = [_row(one, now) for one in results if one.verdict.state == "sent"]
    other = [_row(one, now) for one in results if one.verdict.state != "sent"]
    if sent:
        connection.execute(written, sent)
    if other:
        connection.execute(written.where(mine), other)
    _mark(connection, results, now)


def _row(result: Result, now: datetime) -> dict[str, Any]:
    parcel, verdict = result.parcel, result.verdict
    return {
        "_id": parcel.delivery_id,
        "_lease": parcel.leased_until,
        "state": verdict.state,
        "status": verdict.status,
        "fault": verdict.fault,
        "due_at": verdict.due_at or now,
        "sent_at": now if verdict.state == "sent" else None,
    }


def _mark(connection: Connection, results: list[Result], now: datetime) -> None:
    """Subscriptions: the dead leave, those at fault are marked for the operator, and a success takes the mark away."""
    s = subscription_table.c
    for one in results:
        # The endpoint is compared: a browser that has renewed its subscription meanwhile keeps the new one.
        same = (s.id == one.parcel.subscription_id) & (s.endpoint == one.parcel.endpoint)
        if one.verdict.state == "gone":
            connection.execute(delete(subscription_table).where(same))
        elif one.verdict.ours:
            values = {"failed_at": now, "fault": one.verdict.fault}
            connection.execute(update(subscription_table).where(same).values(**values))
    well = [one.parcel.subscription_id for one in results if one.verdict.state == "sent"]
    if well:
        marked = s.id.in_(well) & s.failed_at.is_not(None)
        connection.execute(update(subscription_table).where(marked).values(failed_at=None, fault=None))
