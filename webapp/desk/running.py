"""Running a command from the desk: the same schema, permission, handler and audit line as a phone's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from structlog import get_logger

from sync.ledger import command_table
from webapp import clock
from webapp.db import reading
from webapp.desk.forms import Stamp
from webapp.desk.visitor import Visitor
from webapp.desk.words import say
from webapp.host import engine
from webapp.problems import PROBLEMS

# Names of payload fields as the desk's forms have them.
FIELD_NAMES: Final = {"due_at": "due", "reason": "note", "place.grid_code": "place", "place.text": "text"}
log = get_logger()


@dataclass(frozen=True)
class Result:
    """``code`` is None where the command is applied; else ``message`` says why not, ``fields`` what to change."""

    code: str | None = None
    status: int = 200
    message: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    same_stamp: bool = False  # nothing is stored under this id: the form may be sent again as it is

    @property
    def done(self) -> bool:
        return self.code is None


def applied(visitor: Visitor, stamp: Stamp) -> bool:
    """Whether this person's command of this id is applied already."""
    c = command_table.c
    mine = select(c.id).where(c.id == stamp.command_id, c.account == visitor.caller.account, c.status == "applied")
    with reading() as connection:
        return connection.execute(mine).first() is not None


def run(visitor: Visitor, type: str, payload: dict[str, Any], stamp: Stamp) -> Result:
    """The outcome of one command. The same stamp and words again give the same outcome and no second effect."""
    try:
        answer = engine.submit(visitor.caller, type, payload, stamp.command_id, stamp.made_at, clock.now())
    except OperationalError as error:
        # The database is locked or full. What was typed stays on the form, under the same id.
        log.warning("desk.not_saved", type=type, error=error.__class__.__name__)
        return Result("away", 503, say(visitor.language, "problem.not_saved"), same_stamp=True)
    if answer["status"] == "applied":
        return Result()
    code = answer["code"]
    if answer["status"] == "parked":
        return Result(code, 409, say(visitor.language, "problem.kept"))
    fields = {FIELD_NAMES.get(name, name): said[0] for name, said in answer.get("fields", {}).items()}
    return Result(code, PROBLEMS[code].status, answer["message"], fields)
