"""The engine's own tables, and how it reads and writes them in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    null,
    select,
    update,
)

from .bulk import insert_rows
from .columns import Row, UtcDateTime
from .registry import Command

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

device_table = Table(
    "sync_device",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(36), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # phone or desk
    Column("last_seq", BigInteger, nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("contacted_at", UtcDateTime),
    Column("app", String(40), nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Column("suspended_at", UtcDateTime),
    Column("handed_over_at", UtcDateTime),
)

command_table = Table(
    "sync_command",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("device", String(36), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("account", String(36), nullable=False),
    Column("type", String(60), nullable=False),
    Column("v", Integer, nullable=False),
    Column("made_at", String(40)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("supersedes", String(36)),
    Column("digest", String(64)),
    Column("body", Text),  # the payload, of a command that waits, or was declined
    Column("status", String(8), nullable=False),
    Column("code", String(40)),
    Column("detail", Text),
    Column("parked_at", UtcDateTime),
    Column("tried_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("settled_by", String(36)),
    Column("reason", Text),
    Column("was", String(8)),  # of a parked one: the status its phone held when it was sent again after a restore
    UniqueConstraint("device", "seq"),
    Index("ix_sync_command_parked", "status", "account"),
)

again_table = Table(  # a known id under another number, and a number or an id used for something else
    "sync_again",
    metadata,
    Column("device", String(36), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("command", String(36), nullable=False),
    Column("code", String(40)),  # id_reused; none where it is the same command once more
    Column("content", Text),
    Column("received_at", UtcDateTime, nullable=False),
)

wait_table = Table(  # which parked command waits for which id
    "sync_wait",
    metadata,
    Column("ref", String(36), primary_key=True),
    Column("command", String(36), primary_key=True, index=True),
)

lost_table = Table(  # numbers that a phone no longer holds and the server never had
    "sync_lost",
    metadata,
    Column("device", String(36), primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("noticed_at", UtcDateTime, nullable=False),
)

urgent_table = Table(  # urgent copies that were heard before their command came
    "sync_urgent",
    metadata,
    Column("command", String(36), primary_key=True),
    Column("device", String(36), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)


def register_device(connection: Connection, id: str, account: str, kind: str, now: datetime) -> str:
    """Registers a device at sign-in, or finds it registered; returns the account that it belongs to."""
    found = connection.execute(select(device_table.c.account).where(device_table.c.id == id)).scalar()
    if found is not None:
        return str(found)
    row = {"id": id, "account": account, "kind": kind, "last_seq": 0, "registered_at": now, "app": "", "waiting": 0}
    connection.execute(insert(device_table).values(row))
    return account


# Built once: every exchange runs these, and building a statement costs more than running it.
_device = select(device_table).where(device_table.c.id == bindparam("id"))
_device_locked = _device.with_for_update()


def device_of(connection: Connection, id: str, lock: bool = False) -> Row | None:
    row = connection.execute(_device_locked if lock else _device, {"id": id}).mappings().first()
    return None if row is None else dict(row)


_has_spoken = (
    update(device_table)
    .where(device_table.c.id == bindparam("_id"))
    .values(
        last_seq=bindparam("_last_seq"),
        contacted_at=bindparam("_at"),
        app=bindparam("_app"),
        waiting=bindparam("_waiting"),
    )
)


def has_spoken(connection: Connection, id: str, last_seq: int, now: datetime, app: str, waiting: int) -> None:
    """How far this device's numbers are taken, when it came, in which version, and how many commands wait on it."""
    values = {"_last_seq": last_seq, "_at": now, "_app": app, "_waiting": waiting}
    connection.execute(_has_spoken, {"_id": id, **values})


_stored = (
    command_table.c.id,
    command_table.c.seq,
    command_table.c.digest,
    command_table.c.account,
    command_table.c.device,
    command_table.c.type,
    command_table.c.status,
    command_table.c.code,
    command_table.c.detail,
    null().label("again_code"),
)


def stored_by_seq(connection: Connection, device: str, first: int, last: int) -> tuple[dict[int, Any], dict[int, Any]]:
    """What this device's numbers first..last became: commands, and entries of ``sync_again`` with their command."""
    c, a = command_table.c, again_table.c
    rows = connection.execute(select(*_stored).where(c.device == device, c.seq.between(first, last)))
    direct = {row[1]: row for row in rows}  # by seq
    if len(direct) > last - first:
        return direct, {}
    query = select(
        a.seq, a.code.label("again_code"), a.command.label("id"), c.digest, c.type, c.status, c.code, c.detail
    ).join_from(again_table, command_table, c.id == a.command)
    rows = connection.execute(query.where(a.device == device, a.seq.between(first, last)))
    return direct, {row.seq: row for row in rows}


_by_id = select(*_stored).where(command_table.c.id.in_(bindparam("ids", expanding=True)))


def stored_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(_by_id, {"ids": ids[start : start + 500]})
        found.update((row.id, row) for row in rows)
    return found


def used_without_trace(connection: Connection, device: str, late: Sequence[Command]) -> list[int]:
    """Which of these numbers, all known to be used and none of them with a trace, were another command's.

    A number leaves no trace where what it brought was traceless, or where it was given up for lost. Under the former
    nothing but a void or the traceless command itself comes again from its phone. Should anything else come, of an id
    that is unknown, then the phone's storage went back, and gave the number a second time.
    """
    looked = [command for command in late if not command.traceless and command.type != "void"]
    known = stored_by_id(connection, [command.id for command in looked])
    strange = [command.seq for command in looked if command.id not in known]
    if not strange:
        return []
    c = lost_table.c
    lost = connection.execute(select(c.first, c.last).where(c.device == device)).all()
    return [seq for seq in strange if not any(first <= seq <= last for first, last in lost)]


def make_room(connection: Connection, void: Any, caller: str, seq: int) -> None:
    """Takes a void away for the command it stood for, which is written under ``caller``'s number ``seq``."""
    a = again_table.c
    connection.execute(delete(again_table).where(a.device == caller, a.seq == seq))
    connection.execute(delete(command_table).where(command_table.c.id == void.id))


def write_rows(connection: Connection, inserts: Iterable[tuple[Table, Any]]) -> None:
    """One multi-row insert a table, parents before children."""
    for table, rows in sorted(inserts, key=lambda item: _depth(item[0])):
        batch = list(rows.values()) if isinstance(rows, dict) else rows
        for group in _alike(batch):
            insert_rows(connection, table, group)


def _alike(rows: list[Row]) -> Iterable[list[Row]]:
    """Rows grouped by the columns that they name, since one statement has one list of columns."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    return groups.values()


_depths: dict[str, int] = {}


def _depth(table: Table) -> int:
    if table.name not in _depths:
        for position, one in enumerate(table.metadata.sorted_tables):
            _depths[one.name] = position
    return _depths[table.name]


def write_changes(connection: Connection, updates: Mapping[tuple[str, str], tuple[Table, Row]]) -> None:
    """One statement for rows of a table that change the same columns."""
    groups: dict[tuple[str, tuple[str, ...]], tuple[Table, list[Row]]] = {}
    for (name, id), (table, values) in updates.items():
        columns = tuple(sorted(values))
        row = {"_" + column: values[column] for column in columns} | {"_id": id}
        groups.setdefault((name, columns), (table, []))[1].append(row)
    for (_name, columns), (table, rows) in groups.items():
        statement = update(table).where(table.c.id == bindparam("_id"))
        connection.execute(statement.values({column: bindparam("_" + column) for column in columns}), rows)


def remove_rows(connection: Connection, removals: Iterable[tuple[Table, str]]) -> None:
    for table, id in removals:
        connection.execute(delete(table).where(table.c.id == id))
