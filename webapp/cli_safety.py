"""``silian second-step`` and ``device``: lost keys, and phones that were lost with what they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection, select

from sync.ledger import device_table
from webapp import clock
from webapp.cli import Said, in_app
from webapp.cli_accounts import account_of, tell_all
from webapp.db import writing
from webapp.people import second_step as steps
from webapp.people import suspending

d = device_table.c


@click.group(name="second-step")
def second_step() -> None:
    """The second step at the desk: a one-time code or a passkey beside the password."""


@second_step.command()
@click.argument("login")
@in_app
def reset(login: str) -> None:
    """Take away somebody's codes and passkeys: phone lost or changed. Their next sign-in at the desk sets up anew.

    Be sure whom you do it for: until then the password alone is enough. It is on record.
    """
    with writing() as connection:
        steps.reset(connection, account_of(connection, login), clock.now())
    click.echo(f"{login} sets up the second step anew at the next sign-in at the desk.")


@click.group()
def device() -> None:
    """Phones and desks that people have signed in on."""


@device.command(name="list")
@click.argument("login")
@in_app
def list_devices(login: str) -> None:
    """List somebody's devices, with the numbers that `suspend` and `lift` take."""
    tell_all(login, _devices, _line, f"{login} has not signed in yet.")


@device.command()
@click.argument("login")
@click.argument("number")
@in_app
def suspend(login: str, number: str) -> None:
    """Suspend a device of somebody: at its next contact it hands over what waits there, then it is wiped.

    What it hands over waits at the desk. A device that never comes again cannot be wiped from here.
    """
    _change(login, number, True)
    click.echo("Suspended. At its next contact it hands over what waits there, and is wiped.")


@device.command()
@click.argument("login")
@click.argument("number")
@in_app
def lift(login: str, number: str) -> None:
    """Let a suspended device in again; its person signs in anew there."""
    _change(login, number, False)
    click.echo("Lifted. Its person signs in anew there.")


def _change(login: str, number: str, stop: bool) -> None:
    with writing() as connection:
        rows = _devices(connection, account_of(connection, login))
        found = [row for row in rows if row.id == number or row.id.endswith(number.lower())]
        if len(found) != 1 or len(number) < 4:
            raise Said(f"{login} has no such device. `silian device list {login}` lists them.")
        change = suspending.suspend if stop else suspending.lift
        if not change(connection, found[0].id, None, clock.now()):
            raise Said("It is suspended already." if stop else "It is not suspended.")


def _line(row: Any) -> str:
    state = "suspended" if row.suspended_at else f"{row.waiting} waiting"
    return f"{row.id[-6:]}  {row.kind:<5}  {_day(row.contacted_at)}  {row.app or '-'}  {state}"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "no contact yet"


def _devices(connection: Connection, account_id: str) -> list[Any]:
    mine = select(device_table).where(d.account == account_id)
    return list(connection.execute(mine.order_by(d.registered_at, d.id)).all())


COMMANDS = (second_step, device)
