"""Known grid codes, as commands need them, and who sees what stands at a place."""

from __future__ import annotations

from sqlalchemy import select

from sync import Batch, Command, Rejected
from webapp.payloads import grid_code_of
from webapp.people.permissions import PERMISSIONS
from webapp.places.rights import Rights, cell_table, organisation_table


def estate_of(batch: Batch, grid_code: str) -> str | None:
    """The estate in which a code lies; None where it is not known. All codes of the batch are read at once."""

    def read() -> dict[str, str]:
        codes = {code for command in batch.commands if (code := grid_code_of(command.payload))} | {grid_code}
        c = cell_table.c
        return {
            row.grid_code: row.estate_id
            for row in batch.connection.execute(select(c.grid_code, c.estate_id).where(c.grid_code.in_(codes)))
        }

    known: dict[str, str] = batch.once("cells", read)
    if grid_code not in known:
        c = cell_table.c
        found = batch.connection.execute(select(c.estate_id).where(c.grid_code == grid_code)).scalar()
        if found is None:
            return None
        known[grid_code] = found
    return known[grid_code]


def place_of(command: Command, batch: Batch) -> tuple[str, str | None]:
    """The estate (or the organisation, where there is no place) and the code of a payload; ``invalid`` for an unknown
    code.
    """
    code = grid_code_of(command.payload)
    if code is None:
        rights: Rights = command.caller.rights
        every = rights.now or rights.past
        posts = [post for post in every if post.role in PERMISSIONS.get(command.type, {})] or every
        return (posts[0].organisation_id if posts else command.caller.home), None
    estate_id = estate_of(batch, code)
    if estate_id is None:
        field = "grid_code" if command.payload.get("grid_code") else "place.grid_code"
        raise Rejected("invalid", fields={field: ["grid_code"]})
    return estate_id, code


def staff_places(estate_id: str, grid_code: str | None) -> list[tuple[str, str]]:
    """Where a record is read by staff: under its code by those whose cells hold it, else by the secretary."""
    return [(estate_id, f"grid:{grid_code}" if grid_code else "role:secretary")]


def upper(batch: Batch, organisation_id: str) -> str | None:
    """The organisation above, or None at the top."""
    row = batch.get(organisation_table, organisation_id)
    return None if row is None else row["parent_id"]
