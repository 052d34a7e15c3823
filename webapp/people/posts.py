"""Posts: who stands where, read once for a batch; and beginning and ending them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from sync import Batch
from webapp.people.models import Account, Post
from webapp.people.permissions import ROLES, covers

account_table = cast(Table, Account.__table__)
post_table = cast(Table, Post.__table__)


@dataclass(frozen=True)
class Holder:
    account_id: str
    role: str
    cells: tuple[str, ...]
    home: str
    language: str

    def covers(self, grid_code: str | None) -> bool:
        return not self.cells or (grid_code is not None and any(covers(cell, grid_code) for cell in self.cells))


def holders(batch: Batch, organisation_id: str) -> list[Holder]:
    """Everyone who holds a post at this organisation today, and whose account is not suspended."""

    def read() -> list[Holder]:
        p, a = post_table.c, account_table.c
        query = (
            select(p.account_id, p.role, p.cells, a.home_id, a.language)
            .join_from(post_table, account_table, a.id == p.account_id)
            .where(p.organisation_id == organisation_id, a.suspended_at.is_(None))
            .where(p.starts_at <= batch.now, or_(p.ends_at.is_(None), p.ends_at > batch.now))
            .order_by(a.id)
        )
        return [
            Holder(row.account_id, row.role, tuple(row.cells or ()), row.home_id, row.language)
            for row in batch.connection.execute(query)
        ]

    found: list[Holder] = batch.once(("holders", organisation_id), read)
    return found


def home_of(batch: Batch, account_id: str) -> str | None:
    """The feed in which what concerns this account alone is numbered; None where there is no such account."""
    row = batch.get(account_table, account_id)
    return None if row is None else str(row["home_id"])


UNFIT: Final[dict[str, tuple[str, str]]] = {
    "role": ("没有这个岗位", "There is no such role"),
    "level": ("这个岗位不在这一级", "This role belongs to another level"),
    "cells": ("这里没有这个网格、楼栋或单元", "This organisation has no such grid, building or unit"),
    "household": (
        "居民的岗位只能连到这个小区的一户",
        "A resident's post is tied to one household of this estate, and to nothing else",
    ),
    "ends_before_start": ("结束要在开始之后", "The end has to come after the start"),
    "overlaps": (
        "这个人在这里已经有同样的岗位，时间和范围有重叠",
        "This person holds the same post here already, over some of the same cells at the same time",
    ),
    "ended": ("这个岗位已经结束了", "This post has ended already"),
    "begun": ("这个岗位已经开始了，只能结束", "This post has begun; it can only be ended"),
    "missing": ("没有这个岗位", "There is no such post"),
}


class Unfit(Exception):
    """A post that cannot be; ``code`` stands in ``UNFIT``, with its words in both languages."""

    def __init__(self, code: str) -> None:
        super().__init__(UNFIT[code][1])
        self.code = code


def tidy(cells: Iterable[str]) -> list[str]:
    """Each cell once, and none that lies in another."""
    every = set(cells)
    return sorted(cell for cell in every if not any(other != cell and covers(other, cell) for other in every))


def open_post(connection: Connection, *, account_id: str, organisation_id: str, role: str, cells: Iterable[str],
              starts_at: datetime, ends_at: datetime | None = None) -> str:  # fmt: skip
    """Begins a post, today or later; returns its id. Raises ``Unfit`` and writes nothing where it cannot be.

    One person may hold several posts, also of one role over several grids, but no cell twice at the same time.
    """
    cells = tidy(cells)
    if role not in ROLES:
        raise Unfit("role")
    if ends_at is not None and ends_at <= starts_at:
        raise Unfit("ends_before_start")
    a, p = account_table.c, post_table.c
    # Two posts of one person are written one after the other, so that each sees the other.
    connection.execute(select(a.id).where(a.id == account_id).with_for_update())
    same = select(p.cells, p.starts_at, p.ends_at).where(p.account_id == account_id, p.role == role)
    for other in connection.execute(same.where(p.organisation_id == organisation_id)):
        together = (other.ends_at is None or starts_at < other.ends_at) and (
            ends_at is None or other.starts_at < ends_at
        )
        if together and _share(role, cells, other.cells):
            raise Unfit("overlaps")
    row = {"id": str(uuid.uuid4()), "account_id": account_id, "organisation_id": organisation_id, "role": role}
    connection.execute(insert(post_table).values(**row, cells=cells, starts_at=starts_at, ends_at=ends_at))
    return row["id"]


def _share(role: str, some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two posts have a place in common; no cells are all of them, but for a resident: no household at all."""
    if role == "resident":
        return bool(set(some) & set(others)) or (not some and not others)
    if not some or not others:
        return True
    return any(covers(one, other) or covers(other, one) for one in some for other in others)


def end_post(connection: Connection, post_id: str, ends_at: datetime, now: datetime) -> None:
    """Ends a post, or changes when it will end. One that has ended stays ended: who comes back gets a new one."""
    post = _post(connection, post_id)
    if post.ends_at is not None and post.ends_at <= now:
        raise Unfit("ended")
    if ends_at <= post.starts_at:
        raise Unfit("ends_before_start")
    connection.execute(update(post_table).where(post_table.c.id == post_id).values(ends_at=ends_at))


def withdraw_post(connection: Connection, post_id: str, now: datetime) -> None:
    """Takes back a post that has not begun: nobody ever held it."""
    if _post(connection, post_id).starts_at <= now:
        raise Unfit("begun")
    connection.execute(delete(post_table).where(post_table.c.id == post_id))


def _post(connection: Connection, post_id: str) -> Post:
    p = post_table.c
    row = connection.execute(select(p.starts_at, p.ends_at).where(p.id == post_id).with_for_update()).first()
    if row is None:
        raise Unfit("missing")
    return cast(Post, row)
