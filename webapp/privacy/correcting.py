"""Putting right what is held: a person's name, and who answers for a door. Records are amended by their authors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from webapp.people.audit import note
from webapp.people.posts import account_table, post_table
from webapp.places.feeds import publish_people
from webapp.privacy.subject import Subject, person_table

CORRECT: Final = "privacy.correct"


def correct(connection: Connection, subject: Subject, values: dict[str, Any], by: str | None, now: datetime) -> None:
    """``name`` of a person; ``holder`` and ``phone`` of a door. What is wrong is overwritten, not kept beside."""
    if subject.account_id:
        mine = account_table.c.id == subject.account_id
        connection.execute(update(account_table).where(mine).values(name=values["name"]))
        places = select(post_table.c.organisation_id).where(post_table.c.account_id == subject.account_id).distinct()
        for place in sorted(connection.execute(places).scalars()):
            publish_people(connection, place, now)
    else:
        _door(connection, str(subject.household_id), {**values, "changed_at": now})
    note(connection, by, CORRECT, [subject.account_id or subject.household_id], now)


def _door(connection: Connection, household_id: str, values: dict[str, Any]) -> None:
    mine = person_table.c.household_id == household_id
    if not connection.execute(update(person_table).where(mine).values(**values)).rowcount:
        connection.execute(insert(person_table).values(household_id=household_id, **values))
