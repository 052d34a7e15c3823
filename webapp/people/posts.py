"""Post-holders, as commands need them: who stands where, read once for a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, or_, select

from sync import Batch
from webapp.people.models import Account, Post
from webapp.people.permissions import covers

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
