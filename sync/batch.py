"""What a batch of commands has read and is about to write: rows as they will be, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from .columns import Row
from .registry import Caller, Command, Document, Effect, Erased, Ref

CHUNK = 500  # ids in one IN (…): far below SQLite's limit of 32,766 variables


@cache
def _by_id(table: Table, lock: bool) -> Select[Any]:
    """Built once a table: building a statement costs more than running it."""
    query = select(table).where(table.c.id.in_(bindparam("ids", expanding=True))).order_by(table.c.id)
    return query.with_for_update() if lock else query


class Batch:
    """Handlers read through this. A row that an earlier command of the batch made or changed is seen as it will be."""

    def __init__(self, connection: Connection, now: datetime, commands: list[Command]) -> None:
        self.connection, self.now, self.commands = connection, now, commands
        self.overrule = False  # a person at the desk has decided: neither permissions nor sight are asked again
        self.retried = False  # the commands were parked before: what is parked again is not one more
        self._rows: dict[tuple[str, str], Row | None] = {}
        self._children: dict[tuple[str, str, Any], list[Row]] = {}
        self._memo: dict[Any, Any] = {}
        self.inserts: dict[str, tuple[Table, dict[str, Row] | list[Row]]] = {}
        self.updates: dict[tuple[str, str], tuple[Table, Row]] = {}
        self.removals: list[tuple[Table, str]] = []
        self.documents: dict[tuple[str, str], Document] = {}
        self.events: list[Any] = []

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
            rows = self.connection.execute(_by_id(table, lock), {"ids": chunk}).mappings()
            found = {row["id"]: dict(row) for row in rows}
            for id in chunk:
                self._rows[table.name, id] = found.get(id)

    def children(self, table: Table, column: str, value: Any) -> list[Row]:
        """The rows whose ``column`` holds ``value``, by their ``position``, as the batch will leave them."""
        key = (table.name, column, value)
        if key not in self._children:
            order = table.c.position if "position" in table.c else table.c.id
            query = select(table).where(table.c[column] == value).order_by(order)
            found = [self._known(table, dict(row)) for row in self.connection.execute(query).mappings()]
            staged = self.inserts.get(table.name, (table, {}))[1]
            found += list(staged.values()) if isinstance(staged, dict) else staged
            found += [self._rows[name, id] for name, id in self.updates if name == table.name]
            rows: dict[int, Row] = {id(row): row for row in found if row is not None and row.get(column) == value}
            self._children[key] = list(rows.values())
        return self._children[key]

    def _known(self, table: Table, row: Row) -> Row | None:
        """The row as the batch knows it, changed or removed by an earlier command perhaps."""
        return self._rows.setdefault((table.name, row["id"]), row) if isinstance(row.get("id"), str) else row

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
            if command.kind is None or command.fault is not None:
                continue  # what the schema refused has no payload to ask
            for ref in command.kind.refs(command.payload):
                wanted.setdefault((ref.table.name, ref.changes), (ref.table, set()))[1].add(ref.id)
        for (_, lock), (table, ids) in sorted(wanted.items(), key=lambda item: (item[0][0], not item[0][1])):
            self.fetch(table, ids, lock)

    def erased(self, rule: Erased) -> set[str]:
        """Which of the ids that the commands make, or need, were erased. Asked once for the whole batch."""
        return self.once("erased", lambda: rule(self.connection, sorted(self._named())))  # type: ignore[no-any-return]

    def _named(self) -> set[str]:
        ids: set[str] = set()
        for command in self.commands:
            if command.kind is not None and command.fault is None:
                ids |= {command.id, *command.makes(), *(ref.id for ref in command.kind.refs(command.payload))}
        return ids

    def lacks(self, refs: Iterable[Ref], caller: Caller, sights: dict[str, Any]) -> list[str]:
        """Ids that the command needs and that are not here, or not in the caller's sight."""
        lacking = []
        for ref in refs:
            if not ref.needed:
                continue
            row, sight = self.get(ref.table, ref.id), None if self.overrule else sights.get(ref.table.name)
            if row is None or (sight is not None and not sight(row, caller, self)):
                lacking.append(ref.id)
        return lacking

    def touched(self) -> set[str]:
        """The ids that the batch makes or changes: what waits for one of them is tried again."""
        made = {id for _table, rows in self.inserts.values() if isinstance(rows, dict) for id in rows}
        return made | {id for _name, id in self.updates}

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
            document.later = document.later or (earlier is not None and earlier.later)
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
        for (name, column, value), rows in self._children.items():
            if name == table.name and row.get(column) == value:
                rows.append(row)

    def _change(self, table: Table, id: str, values: Row) -> None:
        row = self.get(table, id)
        if row is None:
            raise LookupError(f"{table.name} {id} is not there to be changed")
        row.update(values)
        self._forget_children(table, values)
        staged = self.inserts.get(table.name, (table, {}))[1]
        if not (isinstance(staged, dict) and id in staged):
            self.updates.setdefault((table.name, id), (table, {}))[1].update(values)

    def _remove(self, table: Table, id: str) -> None:
        self._rows[table.name, id] = None
        self._forget_children(table, table.c.keys())
        self.updates.pop((table.name, id), None)
        staged = self.inserts.get(table.name, (table, {}))[1]
        if not (isinstance(staged, dict) and staged.pop(id, None) is not None):
            self.removals.append((table, id))

    def _forget_children(self, table: Table, columns: Iterable[str]) -> None:
        """Lists of children are read anew where a row may have left or joined them."""
        for key in [key for key in self._children if key[0] == table.name and key[1] in columns]:
            del self._children[key]
