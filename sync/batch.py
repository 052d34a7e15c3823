"""What a batch of commands has read and is about to write: rows as they will be, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from .columns import Row
from .registry import Caller, Command, Document, Effect, Ref

CHUNK = 500  # ids in one IN (…): far below SQLite's limit of 32,766 variables


class Batch:
    """Handlers read through this. A row that an earlier command of the batch made or changed is seen as it will be."""

    def __init__(self, connection: Connection, now: datetime, commands: list[Command]) -> None:
        self.connection, self.now, self.commands = connection, now, commands
        self.overrule = False  # a person at the desk has decided: permissions are not asked again
        self._rows: dict[tuple[str, str], Row | None] = {}
        self._children: dict[tuple[str, str, Any], list[Row]] = {}
        self._memo: dict[Any, Any] = {}
        self.inserts: dict[str, tuple[Table, dict[str, Row] | list[Row]]] = {}
        self.updates: dict[tuple[str, str], tuple[Table, Row]] = {}
        self.removals: list[tuple[Table, str]] = []
        self.documents: dict[tuple[str, str], Document] = {}
        self.events: list[Any] = []
        self.created: list[str] = []

    # reading

    def get(self, table: Table, id: str | None) -> Row | None:
        """The row with this id, or None. Do not change it: say so in the effect."""
        if id is None:
            return None
        key = (table.name, id)
        if key not in self._rows:
            self.fetch(table, [id])
        return self._rows[key]

    def fetch(self, table: Table, ids: Iterable[str], lock: bool = False) -> None:
        """Reads rows for the whole batch at once; ids already known are left as they are."""
        wanted = sorted({id for id in ids if (table.name, id) not in self._rows})
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            query = select(table).where(table.c.id.in_(chunk)).order_by(table.c.id)
            found = {row["id"]: dict(row) for row in self.connection.execute(query.with_for_update() if lock else query).mappings()}
            for id in chunk:
                self._rows[table.name, id] = found.get(id)

    def children(self, table: Table, column: str, value: Any) -> list[Row]:
        """The rows whose ``column`` holds ``value``, oldest first by their ``position``, with what the batch will add."""
        key = (table.name, column, value)
        if key not in self._children:
            query = select(table).where(table.c[column] == value).order_by(table.c.position)
            rows = [dict(row) for row in self.connection.execute(query).mappings()]
            known = {row.get("id") for row in rows}
            staged = self.inserts.get(table.name, (table, {}))[1]
            added = list(staged.values()) if isinstance(staged, dict) else staged
            rows += [row for row in added if row[column] == value and row.get("id") not in known]
            self._children[key] = rows
        return self._children[key]

    def once(self, key: Any, read: Callable[[], Any]) -> Any:
        """``read()`` once in a batch; later the same answer. For what many commands of a batch need alike."""
        if key not in self._memo:
            self._memo[key] = read()
        return self._memo[key]

    def taken(self, table: Table, id: str, look: bool) -> bool:
        """Whether a row with this id is known already. Without ``look`` the unique key decides, when it is written."""
        return (self.get(table, id) if look else self._rows.get((table.name, id))) is not None

    def fetch_refs(self, commands: Iterable[Command]) -> None:
        """One read a table for all that the payloads refer to."""
        wanted: dict[tuple[str, bool], tuple[Table, set[str]]] = {}
        for command in commands:
            if command.kind is None:
                continue
            for ref in command.kind.refs(command.payload):
                wanted.setdefault((ref.table.name, ref.changes), (ref.table, set()))[1].add(ref.id)
        for (_name, lock), (table, ids) in sorted(wanted.items(), key=lambda item: (item[0][0], not item[0][1])):
            self.fetch(table, ids, lock)

    def lacks(self, refs: Iterable[Ref], caller: Caller, sights: dict[str, Any]) -> list[str]:
        """Ids that the command needs and that are not here, or not in the caller's sight."""
        lacking = []
        for ref in refs:
            row = self.get(ref.table, ref.id)
            sight = sights.get(ref.table.name)
            if ref.needed and (row is None or (sight is not None and not sight(row, caller, self))):
                lacking.append(ref.id)
        return lacking

    # staging

    def stage(self, effect: Effect) -> None:
        """Takes over what one command changes; from here on later commands see it."""
        for table, row in effect.rows:
            self._insert(table, row)
        for table, id, values in effect.changes:
            self._change(table, id, values)
        for table, id in effect.removals:
            self._remove(table, id)
        for document in effect.documents:
            key = (document.collection, document.id)
            earlier = self.documents.get(key)
            document.new = document.new or (earlier is not None and earlier.new)
            self.documents[key] = document
        self.events += effect.events

    def _insert(self, table: Table, row: Row) -> None:
        id = row.get("id")
        if not isinstance(id, str):  # the database numbers these rows, or they are only pairs: nobody refers to them
            staged = self.inserts.setdefault(table.name, (table, []))[1]
            assert isinstance(staged, list)
            staged.append(row)
        else:
            staged = self.inserts.setdefault(table.name, (table, {}))[1]
            assert isinstance(staged, dict)
            if id in staged:
                raise ValueError(f"{table.name} {id} twice in a batch")
            staged[id] = row
            self._rows[table.name, id] = row
            self.created.append(id)
        for (name, column, value), rows in self._children.items():
            if name == table.name and row.get(column) == value:
                rows.append(row)

    def _change(self, table: Table, id: str, values: Row) -> None:
        row = self.get(table, id)
        if row is None:
            raise LookupError(f"{table.name} {id} is not there to be changed")
        row.update(values)
        staged = self.inserts.get(table.name, (table, {}))[1]
        if not (isinstance(staged, dict) and id in staged):
            self.updates.setdefault((table.name, id), (table, {}))[1].update(values)

    def _remove(self, table: Table, id: str) -> None:
        self._rows[table.name, id] = None
        self.updates.pop((table.name, id), None)
        staged = self.inserts.get(table.name, (table, {}))[1]
        if not (isinstance(staged, dict) and staged.pop(id, None) is not None):
            self.removals.append((table, id))
