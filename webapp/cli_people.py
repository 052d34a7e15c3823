"""``silian invite`` and ``passwd``: ways in for people."""

from __future__ import annotations

import sys

import click
from sqlalchemy import Connection, Row

from webapp import clock, inviting, settings
from webapp.appointing import level_of
from webapp.cli import Said, in_app
from webapp.cli_accounts import account_of, amiss_told, by_commas
from webapp.db import reading, writing
from webapp.people import invitations, passwords
from webapp.people.permissions import ROLES
from webapp.phone_https import qr
from webapp.places.organisations import at_level


@click.command()
@click.option("--role", type=click.Choice(ROLES), help="Which post the person holds.")
@click.option("--estate", metavar="CODE", help="The estate's code, as `silian estates` lists it.")
@click.option("--name", help="What the person is called; the role, if nothing is said.")
@click.option("--login", help="The name to sign in with; made from the role, if nothing is said.")
@click.option("--cells", default="", metavar="CODES", help="The post's grid codes, by commas; none: all of it.")
@click.option("--door", metavar="3-2-502", help="Where a resident lives, so that they see what is held about it.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--again", metavar="LOGIN", help="A new invitation for somebody who is here; ends earlier ones.")
@in_app
def invite(
    role: str | None,
    estate: str | None,
    name: str | None,
    login: str | None,
    cells: str,
    door: str | None,
    language: str,
    again: str | None,
) -> None:
    """Make an account with a post, and a single-use way in, good for 24 hours: a link and its QR code.

    The code stands in the link's fragment, which no server on the way ever sees. Roles of the upper levels are
    given at the community, street or district above the estate.
    """
    chosen, now = settings.current(), clock.now()
    with amiss_told(), writing() as connection:
        if again:
            invited = inviting.invite_again(connection, account_of(connection, again), now)
        elif role is None or estate is None:
            raise Said("Say --role and --estate, or --again LOGIN. `silian estates` lists the estates.")
        else:
            place = _organisation(connection, estate, level_of(role))
            codes = inviting.cells_for(connection, role, place.id, by_commas(cells), door)
            invited = inviting.invite_new(connection, name=name or "", role=role, organisation_id=place.id,
                                          cells=codes, login=login, language=language, now=now)  # fmt: skip
    link = invitations.link(chosen.public_url or f"http://localhost:{chosen.port}", invited.code)
    click.echo(f"\n{qr(link)}\n\n  {link}\n")
    click.echo(f"  登录名 login: {invited.login}")
    hours = chosen.invitation_hours
    click.echo(f"  {hours} 小时内有效，只能用一次。 Good for {hours} hours, once.\n")


@click.command()
@click.argument("login")
@click.option("--made-up", is_flag=True, help="Make a password and print it.")
@in_app
def passwd(login: str, made_up: bool) -> None:
    """Set somebody's password and end their sessions; asks for it, or reads a line from standard input."""
    with reading() as connection:
        account_id = account_of(connection, login)
    password = passwords.made_up() if made_up else _asked()
    if passwords.too_short(password) or len(password) > passwords.LONGEST_CHARACTERS:
        raise Said(f"A password has at least {passwords.SHORTEST_CHARACTERS} characters.")
    with writing() as connection:
        passwords.set_password(connection, account_id, password, clock.now())
    click.echo(f"The new password of {login} is {password}" if made_up else f"The password of {login} is changed.")


def _asked() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _organisation(connection: Connection, code: str, level: str) -> Row[str, str | None, str]:
    """The estate with this code, or what stands above it at the level of the role."""
    found = at_level(connection, code, level)
    if found is None:
        raise Said(f"There is no estate with the code {code}. `silian estates` lists them.")
    return found


COMMANDS = (invite, passwd)
