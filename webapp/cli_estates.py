"""``silian upgrade``, ``init``, ``estates`` and ``demo``: the database and what is founded in it."""

from __future__ import annotations

import click
from flask import current_app
from sqlalchemy import func, select

from webapp import clock, settings
from webapp.alerts import vapid
from webapp.cli import Said, in_app
from webapp.db import reading, writing
from webapp.founding import Names, Taken, found_estate, publish
from webapp.people.models import Account
from webapp.places.models import Cell, Household, Organisation


@click.command()
@in_app
def upgrade() -> None:
    """Bring the database to the newest revision, after a copy of it.

    The copy of an SQLite database goes to instance/backups/, where the last ten are kept.
    """
    from webapp import upgrade as upgrading

    if not upgrading.is_pending():
        click.echo("The database is up to date.")
        return
    saved = upgrading.upgrade()
    if saved:
        click.echo(f"A copy of the database as it was: {saved}")
    click.echo("The database is up to date now.")


@click.command()
@click.option("--estate", required=True, metavar="NAME", help="What the estate is called.")
@click.option("--county", required=True, metavar="630102", help="The county or district's 6 digits.")
@click.option("--street-code", default="001", show_default=True, help="The street's 3 digits.")
@click.option("--community-code", default="001", show_default=True, help="The community's 3 digits.")
@click.option("--district", default=Names.district, show_default=True, help="What the district's centre is called.")
@click.option("--street", default=Names.street, show_default=True, help="What the street's centre is called.")
@click.option("--community", default=Names.community, show_default=True, help="What the community's centre is called.")
@in_app
def init(
    estate: str, county: str, street_code: str, community_code: str, district: str, street: str, community: str
) -> None:
    """Found an estate: its organisations of four levels, one grid, the lists, the key for push messages."""
    for option, digits, length in (("--county", county, 6), ("--street-code", street_code, 3),
                                   ("--community-code", community_code, 3)):  # fmt: skip
        if not (digits.isascii() and digits.isdigit() and len(digits) == length):
            raise Said(f"{option} is {length} digits, as in {'630102'[:length] if length == 6 else '001'}.")
    if not estate.strip() or len(estate) > 80:
        raise Said("--estate is a name of 1 to 80 characters.")
    now = clock.now()
    with writing() as connection:
        if connection.execute(select(func.count()).where(Account.demo)).scalar_one():
            raise Said("This database holds the demo estate. Set INSTANCE to another folder for a real one.")
        try:
            full_code = county + street_code + community_code
            id = found_estate(connection, estate.strip(), full_code, Names(district, street, community), now)
        except Taken as taken:
            raise Said(f"{estate} is here already; its code is {taken}.") from taken
        publish(connection, id, now)
        code = connection.execute(select(Organisation.code).where(Organisation.id == id)).scalar_one()
    vapid.ensure(settings.current().vapid_key)
    click.echo(f"{estate.strip()} is founded. Its code: {code}")
    click.echo(f"Next, the first person:  silian invite --role secretary --estate {code}")


@click.command()
@in_app
def estates() -> None:
    """List the estates with their codes."""
    o = Organisation
    with reading() as connection:
        for row in connection.execute(select(o.id, o.code, o.name).where(o.kind == "estate").order_by(o.code)).all():
            grids = connection.execute(
                select(Cell.grid_code).where(Cell.estate_id == row.id, Cell.kind == "grid").order_by(Cell.grid_code)
            ).scalars()
            doors = connection.execute(select(func.count()).where(Household.estate_id == row.id)).scalar_one()
            click.echo(f"{row.code}  {row.name}  grids {', '.join(grids)}  doors {doors}")


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there is any account already.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another month.")
@in_app
def demo(if_empty: bool, seed: int) -> None:
    """Set up the demo estate: people, places and a month of invented history.

    The password of all its logins is SILIAN_DEMO_PASSWORD, or made; it is kept in instance/demo-password.
    """
    from webapp.demo import setting_up

    with reading() as connection:
        people = dict(connection.execute(select(Account.demo, func.count()).group_by(Account.demo)).all())
    if people.get(False):
        if if_empty:
            return
        raise Said("This database holds real accounts. Set INSTANCE to another folder for the demo estate.")
    if people.get(True) and settings.current().demo:  # without its password file it was cut short: it begins anew
        if not if_empty:
            click.echo("The demo estate is here already.\n" + setting_up.announcement(settings.current()))
        return
    try:
        counts = setting_up.set_up(current_app._get_current_object(), seed, clock.now())  # type: ignore[attr-defined]
    except setting_up.BadPassword as bad:
        raise Said(str(bad)) from bad
    click.echo("The demo estate is set up: " + ", ".join(f"{n} {what}" for what, n in counts.items()) + ".")
    click.echo(setting_up.announcement(settings.current()))


COMMANDS = (upgrade, init, estates, demo)
