"""``silian organisation`` and ``grid``: what an estate stands in, and what it is made of."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Connection, Row, select

from webapp import clock
from webapp.cli import Said, in_app
from webapp.db import reading, writing
from webapp.founding import DIGITS
from webapp.places import bounds, organisations
from webapp.places.feeds import publish_estate
from webapp.places.grid import add_cells, next_grid
from webapp.places.organisations import MISPLACED, Misplaced
from webapp.places.rights import cell_table, organisation_table

o, c = organisation_table.c, cell_table.c
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def organisation() -> None:
    """Organisations: the estates, and the communities, streets and districts above them."""


@organisation.command(name="list")
@in_app
def list_organisations() -> None:
    """List all organisations with their codes, those above first."""
    with reading() as connection:
        rows = connection.execute(select(o.code, o.kind, o.name, o.phone).order_by(o.code)).all()
    for row in rows:
        click.echo(f"{row.code}  {row.kind}  {row.name}  {row.phone or '-'}")


@organisation.command(name="change")
@click.argument("code")
@click.option("--name", help="What it is called.")
@click.option("--phone", help='Its telephone, which the grids\' cards show; "" for none.')
@click.option("--under", metavar="CODE", help="The organisation of the level above that it belongs to.")
@in_app
def change(code: str, name: str | None, phone: str | None, under: str | None) -> None:
    """Change an organisation's name, its telephone, or where it belongs. Phones know it with their next exchange."""
    now = clock.now()
    with writing() as connection:
        id = _organisation(connection, code).id
        try:
            organisations.rename(connection, id, name=name, phone=phone)
            if under is not None:
                organisations.move(connection, id, _organisation(connection, under).id)
        except Misplaced as no:
            zh, en = MISPLACED[no.code]
            raise Said(f"{zh}。 {en}.") from no
        for estate_id in organisations.estates_of(connection, id):
            publish_estate(connection, estate_id, now)
    click.echo(f"{code} is changed.")


@click.group()
def grid() -> None:
    """Grids: an estate has one from its founding, and may get more."""


@grid.command(name="add")
@click.option("--estate", required=True, metavar="CODE", help="The estate's code, as `silian estates` lists it.")
@in_app
def add(estate: str) -> None:
    """Give an estate a further grid: the next code of its community. Buildings come into it with a list of doors."""
    with writing() as connection:
        row = _organisation(connection, estate)
        if row.kind != "estate":
            raise Said(f"{estate} is no estate. `silian estates` lists them.")
        first = select(c.grid_code).where(c.estate_id == row.id, c.kind == "grid").order_by(c.grid_code)
        above = connection.execute(select(o.code).where(o.id == row.parent_id)).scalar_one()
        community = (connection.execute(first).scalar() or above)[: DIGITS["community"]]
        code = next_grid(connection, community)
        add_cells(connection, row.id, [code])
    click.echo(f"A new grid of {row.name}: {code}")


@grid.command(name="bounds")
@click.argument("code")
@click.argument("file", type=EXISTING)
@in_app
def set_bounds(code: str, file: Path) -> None:
    """Keep the outline of the grid CODE, from a GeoJSON FILE in WGS-84: a polygon, or several. Its card shows it."""
    with file.open("rb") as source:
        text = source.read(bounds.FILE_MOST_BYTES + 1)
    try:
        geometry = bounds.geometry_of(text)
    except bounds.Unfit as unfit:
        raise Said(str(unfit)) from unfit
    with writing() as connection:
        if not bounds.keep(connection, code, geometry):
            raise Said(f"There is no grid {code}. `silian estates` lists them.")
    click.echo(f"The grid {code} has its outline.")


def _organisation(connection: Connection, code: str) -> Row[str, str, str, str | None]:
    found = connection.execute(select(o.id, o.kind, o.name, o.parent_id).where(o.code == code)).first()
    if found is None:
        raise Said(f"There is no organisation with the code {code}. `silian organisation list` lists them.")
    return found


COMMANDS = (organisation, grid)
