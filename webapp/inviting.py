"""Letting people in: an account with its first post and a single-use way in, or a new way in for who is here already.

The command line and the desk both stand on this; who may do it is theirs to ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from webapp import settings
from webapp.appointing import begin
from webapp.founding import add_account
from webapp.people import invitations
from webapp.people.audit import note
from webapp.people.entry import LOGIN_CHARACTERS, plain_login
from webapp.people.posts import account_table
from webapp.places.doors import household_at
from webapp.places.rights import cell_table

INVITE: Final = "account.invite"
NAME_CHARACTERS: Final = 60
# What a person of this role is called until a name is known, and how its logins begin.
CALLED: Final[dict[str, tuple[str, str]]] = {
    "district_staff": ("区工作人员", "district"),
    "street_staff": ("街道工作人员", "street"),
    "community_staff": ("社区工作人员", "community"),
    "secretary": ("支部书记", "secretary"),
    "owners_committee": ("业委会", "owners"),
    "property_company": ("物业", "property"),
    "grid_worker": ("网格员", "grid"),
    "building_head": ("楼栋长", "building"),
    "unit_head": ("单元长", "unit"),
    "patrol_volunteer": ("巡逻队员", "patrol"),
    "resident": ("居民", "resident"),
}
LOGIN: Final = re.compile(r"[^\s/@\x00-\x1f]{2,60}\Z")
a, c = account_table.c, cell_table.c


class Amiss(Exception):
    """What was asked for cannot be so: ``code`` says why, ``what`` is the word in question."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code)
        self.code, self.what = code, what


@dataclass(frozen=True)
class Invited:
    """``code`` is shown once: only its digest is kept."""

    account_id: str
    name: str
    login: str
    code: str


def invite_new(connection: Connection, *, name: str, role: str, organisation_id: str, cells: Iterable[str] = (),
               login: str | None = None, language: str, now: datetime, by: str | None = None,
               id: str | None = None) -> Invited:  # fmt: skip
    """An account, its first post and its invitation. Raises ``Amiss``, or ``Unfit`` where the post cannot be."""
    name, login = name.strip()[:NAME_CHARACTERS] or CALLED[role][0], _login(connection, role, login)
    account_id = add_account(connection, login=login, name=name, home_id=organisation_id, language=language, now=now)
    begin(connection, account_id=account_id, organisation_id=organisation_id, role=role, cells=list(cells),
          starts_at=now, ends_at=None, by=by, now=now)  # fmt: skip
    return Invited(account_id, name, login, _invite(connection, account_id, now, by, id))


def invite_again(connection: Connection, account_id: str, now: datetime, by: str | None = None,
                 id: str | None = None) -> Invited:  # fmt: skip
    """A new way in; earlier ones are good no more."""
    row = connection.execute(select(a.name, a.login).where(a.id == account_id)).one()
    return Invited(account_id, row.name, row.login or "", _invite(connection, account_id, now, by, id))


def cells_for(connection: Connection, role: str, estate_id: str, codes: Iterable[str], door: str | None) -> list[str]:
    """The cells of a post: grid codes of this estate; for a resident the household behind the door, if one is said."""
    codes = list(codes)
    if role == "resident":
        if codes:
            raise Amiss("resident_cells")
        return [_household(connection, estate_id, door)] if door else []
    if door:
        raise Amiss("other_door")
    here = select(c.grid_code).where(c.estate_id == estate_id, c.grid_code.in_(codes), c.retired_at.is_(None))
    known = set(connection.execute(here).scalars())
    for code in codes:
        if code not in known:
            raise Amiss("cell", code)
    return codes


def _household(connection: Connection, estate_id: str, door: str) -> str:
    found = household_at(connection, estate_id, door)
    if found is None:
        raise Amiss("door", door)
    return found


def _login(connection: Connection, role: str, wanted: str | None) -> str:
    """The wanted login, or the first free one of the role: grid1, grid2 …"""
    if wanted:
        login = plain_login(wanted)
        if not LOGIN.match(login) or len(login) > LOGIN_CHARACTERS:
            raise Amiss("login", wanted)
        if connection.execute(select(a.id).where(a.login == login)).first():
            raise Amiss("taken", login)
        return login
    beginning = CALLED[role][1]
    taken = set(connection.execute(select(a.login).where(a.login.startswith(beginning))).scalars())
    return next(login for n in range(1, len(taken) + 2) if (login := f"{beginning}{n}") not in taken)


def _invite(connection: Connection, account_id: str, now: datetime, by: str | None, id: str | None) -> str:
    code = invitations.invite(connection, account_id, settings.current().invitation_hours, now, id)
    note(connection, by, INVITE, [account_id], now)
    return code
