"""``silian post``: who holds which post, from when until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection, select

from webapp import appointing, clock
from webapp.cli import Said, in_app
from webapp.cli_accounts import account_of, amiss_told, by_commas, household_of, tell_all
from webapp.db import reading
from webapp.inviting import cells_for
from webapp.people.permissions import ROLES
from webapp.people.posts import UNFIT, Unfit, post_table, tidy
from webapp.places.doors import short
from webapp.places.feeds import household_table
from webapp.places.organisations import at_level
from webapp.places.rights import organisation_table

p, o, h = post_table.c, organisation_table.c, household_table.c


@click.group()
def post() -> None:
    """Posts: who stands where. One person may hold several.

    Days are those of the organisation's time zone. A change reaches a phone with its next exchange.
    """


@post.command(name="list")
@click.argument("login")
@in_app
def list_posts(login: str) -> None:
    """List somebody's posts, of today, of earlier and to come."""
    tell_all(login, _posts, _line, f"{login} holds no post.")


@post.command(name="add")
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--estate", metavar="CODE", required=True, help="The estate; upper roles are given above it.")
@click.option("--cells", default="", metavar="CODES", help="The post's grid codes, by commas; none: all of it.")
@click.option("--door", metavar="3-2-502", help="Where a resident lives, so that they see what is held about it.")
@click.option("--from", "first", metavar="DAY", help="Its first day, as 2026-12-01; now, if nothing is said.")
@click.option("--until", "last", metavar="DAY", help="Its last day; open, if nothing is said.")
@in_app
def add(
    login: str, role: str, estate: str, cells: str, door: str | None, first: str | None, last: str | None
) -> None:
    """Give somebody who has an account a further post. Overlapping ones of the same role are refused.

    A resident with --door sees under "my data" what is held about that household since --from, and nothing earlier.
    """
    with amiss_told(), reading() as connection:
        account_id = account_of(connection, login)
        place = _place(connection, estate, role)
        zone = _zone(connection, place)
        codes = cells_for(connection, role, place, by_commas(cells), door)
    starts_at = _beginning(first, zone) if first else clock.now()
    ends_at = _end(last, zone) if last else None
    _told(lambda: appointing.appoint(account_id=account_id, organisation_id=place, role=role, cells=codes,
                                     starts_at=starts_at, ends_at=ends_at))  # fmt: skip
    click.echo(f"{login} is {role} there.")


@post.command(name="end")
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--estate", metavar="CODE", required=True, help="The estate; upper roles are held above it.")
@click.option("--cells", metavar="CODES", help="Which one, where somebody holds several of this role.")
@click.option("--door", metavar="3-2-502", help="Which one, of a resident of several doors.")
@click.option("--on", "last", metavar="DAY", help="Its last day, as 2026-12-31; at once, if nothing is said.")
@in_app
def end(login: str, role: str, estate: str, cells: str | None, door: str | None, last: str | None) -> None:
    """End somebody's post. One that has not begun is taken back.

    What they record from then on about what is no longer theirs is kept, and decided on at the desk.
    """
    now = clock.now()
    with reading() as connection:
        place = _place(connection, estate, role)
        zone = _zone(connection, place)
        lives = [household_of(connection, place, door)] if door else None
        every = _posts(connection, account_of(connection, login))
    held = [row for row in every if row.role == role and row.organisation_id == place and _stands(row, now)]
    if lives or cells is not None:
        wanted = lives or tidy(by_commas(cells or ""))
        held = [row for row in held if row.cells == wanted]
    if not held:
        raise Said(f"{login} holds no such post. `silian post list {login}` lists them.")
    if len(held) > 1:
        raise Said("There are several. Say which one by --cells:\n" + "\n".join(map(_line, held)))
    one = held[0]
    if one.starts_at > now:
        _told(lambda: appointing.withdraw(one.id))
        click.echo("It had not begun, and is taken back.")
        return
    ends_at = _end(last, zone) if last else now
    _told(lambda: appointing.dismiss(one.id, ends_at))
    click.echo(f"{login} is {role} there until {ends_at.astimezone(zone):%Y-%m-%d %H:%M}.")


def _told(do: Callable[[], Any]) -> None:
    """Turns a refusal into its sentence, in both languages."""
    try:
        do()
    except Unfit as unfit:
        zh, en = UNFIT[unfit.code]
        raise Said(f"{zh}。 {en}.") from unfit


def _stands(row: Any, now: datetime) -> bool:
    return row.ends_at is None or row.ends_at > now


def _line(row: Any) -> str:
    zone = ZoneInfo(row.time_zone)
    until = f"{row.ends_at.astimezone(zone):%Y-%m-%d %H:%M}" if row.ends_at else "…"
    span = f"{row.starts_at.astimezone(zone):%Y-%m-%d %H:%M} – {until}"
    everywhere = "no door" if row.role == "resident" else "all of it"
    return f"{row.role}  {row.name}  {', '.join(row.where) or everywhere}  {span}"


def _posts(connection: Connection, account_id: str) -> list[Any]:
    columns = (p.id, p.role, p.organisation_id, p.cells, p.starts_at, p.ends_at, o.name, o.time_zone)
    query = select(*columns).join_from(post_table, organisation_table, o.id == p.organisation_id)
    rows = connection.execute(query.where(p.account_id == account_id).order_by(p.starts_at, p.id)).all()
    doors = {id for row in rows if row.role == "resident" for id in row.cells}
    known = select(h.id, h.grid_code, h.door).where(h.id.in_(doors))
    words = {row.id: short(row.grid_code, row.door) for row in connection.execute(known)}
    return [SimpleNamespace(**row._mapping, where=[words.get(cell, cell) for cell in row.cells]) for row in rows]


def _place(connection: Connection, estate: str, role: str) -> str:
    found = at_level(connection, estate, appointing.level_of(role))
    if found is None:
        raise Said(f"There is no estate with the code {estate}. `silian estates` lists them.")
    return str(found.id)


def _zone(connection: Connection, organisation_id: str) -> ZoneInfo:
    return ZoneInfo(connection.execute(select(o.time_zone).where(o.id == organisation_id)).scalar_one())


def _beginning(text: str, zone: ZoneInfo) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Said(f"{text} is no day; write it as 2026-12-31.") from error
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _end(text: str, zone: ZoneInfo) -> datetime:
    """The midnight after the last day."""
    return _beginning((_beginning(text, zone).astimezone(zone).date() + timedelta(days=1)).isoformat(), zone)


COMMANDS = (post,)
