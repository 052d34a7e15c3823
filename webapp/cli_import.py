"""``silian import``, ``template`` and ``export``: lists of doors as spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, select

from webapp import clock
from webapp.cli import Said, in_app
from webapp.db import reading, writing
from webapp.places import exporting, importing, template
from webapp.places.import_words import Told
from webapp.places.models import Organisation
from webapp.places.spreadsheet import MB, PACKED_MOST_MB

KINDS = (".xlsx", ".csv")
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
TO_WRITE = click.Path(dir_okay=False, path_type=Path)
ESTATE: dict[str, Any] = {"required": True, "metavar": "CODE",
                          "help": "The estate's code, as `silian estates` lists it."}  # fmt: skip
LANGUAGE: dict[str, Any] = {"type": click.Choice(["zh", "en"]), "default": "zh", "show_default": True,
                            "help": "The language of the headers."}  # fmt: skip
OVERWRITE: dict[str, Any] = {"is_flag": True, "help": "Replace the file if it is there already."}


@click.group(name="import")
def bring_in() -> None:
    """Bring in an estate's doors from a spreadsheet: `silian import households FILE --estate CODE`.

    `silian template households FILE` writes an empty list with an example.
    """


@bring_in.command(name="households")
@click.argument("file", type=EXISTING)
@click.option("--estate", **ESTATE)
@click.option("--dry-run", is_flag=True, help="Look through the file and write nothing.")
@click.pass_context
@in_app
def import_households(context: click.Context, file: Path, estate: str, dry_run: bool) -> None:
    """Bring in doors from FILE (XLSX, or CSV in UTF-8 or GB18030), all of them or none.

    Every cell that needs a change is listed. The same file twice changes nothing; doors that are not in it stay.
    The last line says how many were added, changed and faulty; with a fault the exit code is 1.
    """
    with file.open("rb") as source:
        listed = importing.listed(source.read(PACKED_MOST_MB * MB + 1))
    if dry_run:
        with reading() as connection:
            result = importing.look(connection, _estate(connection, estate), listed)
    else:
        with writing() as connection:
            result = importing.take_over(connection, _estate(connection, estate), listed, clock.now())
    for told in (*result.notes, *result.faults):
        click.echo(_line(told))
    if dry_run and not result.faults:
        click.echo("只看了一遍，什么也没写。 A dry run: nothing was written.")
    if result.faults:
        click.echo("一户也没写。 Nothing was written.")
    click.echo(f"{result.added} added, {result.changed} changed, {result.faulty} faulty")
    context.exit(1 if result.faults else 0)


@click.group(name="template")
def templates() -> None:
    """Write an empty spreadsheet to fill in: `silian template households FILE`, XLSX or CSV by its ending."""


@templates.command(name="households")
@click.argument("file", type=TO_WRITE)
@click.option("--estate", metavar="CODE", help="Name this estate's grids among what may be written.")
@click.option("--language", **LANGUAGE)
@click.option("--overwrite", **OVERWRITE)
@in_app
def template_households(file: Path, estate: str | None, language: str, overwrite: bool) -> None:
    """Write an empty list of doors to FILE, with an example and what may be written; XLSX or CSV by its ending."""
    kind = _kind(file, overwrite)
    grids: list[str] = []
    if estate is not None:
        with reading() as connection:
            grids = importing.standing(connection, _estate(connection, estate)).grids
    _write(file, template.make(kind, language, grids))
    click.echo(f"An empty list of doors: {file}")


@click.group(name="export")
def take_out() -> None:
    """Write what is here as a spreadsheet: `silian export households FILE --estate CODE`."""


@take_out.command(name="households")
@click.argument("file", type=TO_WRITE)
@click.option("--estate", **ESTATE)
@click.option("--language", **LANGUAGE)
@click.option("--doors-only", is_flag=True, help="Leave out householders, telephones and areas.")
@click.option("--overwrite", **OVERWRITE)
@in_app
def export_households(file: Path, estate: str, language: str, doors_only: bool, overwrite: bool) -> None:
    """Write an estate's doors to FILE (XLSX or CSV by its ending), in the form in which they are brought in.

    With householders and telephones it is personal data: one line for each household goes into the audit.
    """
    kind = _kind(file, overwrite)
    with writing() as connection:
        content = exporting.export(
            connection, _estate(connection, estate), kind, language, people=not doors_only, now=clock.now()
        )
    _write(file, content)
    click.echo(f"The doors of {estate}: {file}")


def _line(told: Told) -> str:
    """The cell, and what is said of it in both languages."""
    return f"{told.cell or '-':<6}  {told.say('zh')} / {told.say('en')}"


def _estate(connection: Connection, code: str) -> str:
    found = select(Organisation.id).where(Organisation.code == code, Organisation.kind == "estate")
    id = connection.execute(found).scalar()
    if id is None:
        raise Said(f"There is no estate with the code {code}. `silian estates` lists them.")
    return str(id)


def _kind(file: Path, overwrite: bool) -> str:
    """What to write, by the file's ending."""
    if file.suffix.lower() not in KINDS:
        raise Said(f"{file.name} should end in .xlsx or .csv.")
    if file.exists() and not overwrite:
        raise Said(f"{file} is there already. With --overwrite it is replaced.")
    return file.suffix.lower()[1:]


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Said(f"{file} cannot be written: {error.strerror}.") from error


COMMANDS = (bring_in, templates, take_out)
