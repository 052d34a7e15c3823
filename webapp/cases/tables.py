"""The tables of cases, as commands use them, and what a case tells the rest when it moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table

from webapp.cases.models import Case, CaseMove, CaseReporter

case_table = cast(Table, Case.__table__)
move_table = cast(Table, CaseMove.__table__)
reporter_table = cast(Table, CaseReporter.__table__)


@dataclass(frozen=True)
class CaseMoved:
    """A case has moved, in this transaction. ``kind``: raised, escalated, returned, assigned, moved, joined."""

    kind: str
    row: dict[str, Any]
    by: str | None
    level_staff: tuple[str, ...] = field(default=())  # accounts that stand on the level it came to
