"""``silian audit``: whether the record of who did and saw what is whole."""

from __future__ import annotations

import sys

import click

from webapp import clock
from webapp.cli import in_app
from webapp.db import reading
from webapp.people import chain, heads
from webapp.people.verifying import verify


@click.group()
def audit() -> None:
    """Who did what, and who looked at what: a chain of lines, whose head is kept outside the database each night."""


@audit.command(name="verify")
@in_app
def verify_lines() -> None:
    """Walk the chain; ends with 1 where a line was edited, is missing, or the end was cut off."""
    with reading() as connection:
        found = verify(connection, heads.read())
    for note in found.notes:
        click.echo(f"note  {note}")
    for fault in found.faults:
        click.echo(f"!!    {fault}")
    waits = f", {found.unsealed} more not sealed yet" if found.unsealed else ""
    click.echo(f"{found.lines} lines in {found.seals} seals{waits}: {len(found.faults) or 'no'} faults")
    sys.exit(1 if found.faults else 0)


@audit.command(name="seal")
@in_app
def seal_now() -> None:
    """Seal what is not sealed yet and keep the head, as the worker does by the clock."""
    click.echo(f"{chain.seal(clock.now())} lines sealed")
    with reading() as connection:
        last = chain.last_seal(connection)
    if last is not None:
        heads.keep(last, clock.now())


@audit.command(name="heads")
@in_app
def print_heads() -> None:
    """The heads kept so far, to be printed and put away: time, seal, last line, digest."""
    for head in heads.read().every:
        click.echo(str(head))


COMMANDS = (audit,)
