"""``silian account``: closing one; and what the commands about a person share: whose login it is, lists of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import Connection, select

from webapp import closing
from webapp.cli import Said, in_app
from webapp.db import reading
from webapp.people.entry import plain_login
from webapp.people.models import Account
from webapp.places.doors import household_at


def account_of(connection: Connection, login: str) -> str:
    """The id of whoever signs in so."""
    found = connection.execute(select(Account.id).where(Account.login == plain_login(login))).scalar()
    if found is None:
        raise Said(f"Nobody signs in as {login}.")
    return str(found)


def household_of(connection: Connection, estate_id: str, door: str) -> str:
    """The household behind a door as people say it."""
    found = household_at(connection, estate_id, door)
    if found is None:
        raise Said(f"{door} is no door of this estate. Write it as 3-2-502: building, unit, door.")
    return found


def tell_all(login: str, read: Callable[[Connection, str], list[Any]], line: Callable[[Any], str], none: str) -> None:
    """One line for each of somebody's things, or that there is none."""
    with reading() as connection:
        rows = read(connection, account_of(connection, login))
    for row in rows:
        click.echo(line(row))
    if not rows:
        click.echo(none)


@click.group()
def account() -> None:
    """Accounts as a whole."""


@account.command(name="close")
@click.argument("login")
@click.confirmation_option(prompt="Every post ends, every phone is wiped after it has handed over. Close it?")
@in_app
def close_account(login: str) -> None:
    """Close somebody's account: posts end, phones are suspended, passwords, PINs, passkeys and push go.

    A phone hands over what waits there at its next contact, then it is wiped. What was recorded stays as long as its
    kind is kept. Only a new invitation opens the account again: `silian invite --again LOGIN`, then a post.
    """
    with reading() as connection:
        account_id = account_of(connection, login)
    closed = closing.close(account_id)
    if closed is None:
        raise Said(f"The account of {login} is closed already.")
    click.echo(f"Closed. Posts ended: {closed.posts}. Phones and computers suspended: {closed.devices}.")


COMMANDS = (account,)
