"""``silian account``: closing one; and what the commands about a person share: whose login it is, lists of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import click
from sqlalchemy import Connection, select

from webapp import closing
from webapp.cli import Said, in_app
from webapp.db import reading
from webapp.inviting import Amiss
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
        raise Said(AMISS["door"].format(door))
    return found


# Why somebody cannot be let in or appointed so (``inviting.Amiss``).
AMISS: Final = {
    "login": "A login has 2 to 60 characters, without spaces, / and @.",
    "taken": "{0} is somebody's already. For a new invitation: silian invite --again {0}",
    "resident_cells": "A resident has no grid codes; say --door where they live.",
    "other_door": "Only a resident lives behind a --door; other roles have --cells.",
    "door": "{0} is no door of this estate. Write it as 3-2-502: building, unit, door.",
    "cell": "{0} is no grid, building or unit of this estate.",
}


@contextmanager
def amiss_told() -> Iterator[None]:
    """Turns what is amiss into its sentence."""
    try:
        yield
    except Amiss as amiss:
        raise Said(AMISS[amiss.code].format(amiss.what)) from amiss


def by_commas(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]


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
