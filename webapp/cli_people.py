"""``silian invite`` and ``passwd``: ways in for people."""

from __future__ import annotations

import re
import sys

import click
from sqlalchemy import Connection, Row, select

from webapp import clock, settings
from webapp.cli import Said, in_app
from webapp.cli_accounts import account_of, household_of
from webapp.db import reading, writing
from webapp.founding import add_person, publish
from webapp.people import invitations, passwords
from webapp.people.entry import LOGIN_CHARACTERS, plain_login
from webapp.people.models import Account
from webapp.people.permissions import ROLES
from webapp.phone_https import qr
from webapp.places.models import Cell
from webapp.places.organisations import at_level

# What a person of this role is called until a name is known, how its logins begin, at which level it stands.
ROLE_WORDS = {
    "district_staff": ("区工作人员", "district", "district"),
    "street_staff": ("街道工作人员", "street", "street"),
    "community_staff": ("社区工作人员", "community", "community"),
    "secretary": ("支部书记", "secretary", "estate"),
    "owners_committee": ("业委会", "owners", "estate"),
    "property_company": ("物业", "property", "estate"),
    "grid_worker": ("网格员", "grid", "estate"),
    "building_head": ("楼栋长", "building", "estate"),
    "unit_head": ("单元长", "unit", "estate"),
    "patrol_volunteer": ("巡逻队员", "patrol", "estate"),
    "resident": ("居民", "resident", "estate"),
}
LOGIN = re.compile(r"[^\s/@\x00-\x1f]{2,60}\Z")


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
    with writing() as connection:
        if again:
            account_id, login = account_of(connection, again), plain_login(again)
        elif role is None or estate is None:
            raise Said("Say --role and --estate, or --again LOGIN. `silian estates` lists the estates.")
        else:
            place = _organisation(connection, estate, ROLE_WORDS[role][2])
            login = _login(connection, role, login)
            account_id = add_person(
                connection, login=login, name=(name or ROLE_WORDS[role][0]).strip()[:60], role=role,
                organisation_id=place.id, home_id=place.id, cells=_cells(connection, role, cells, door, place.id),
                language=language, now=now,
            )  # fmt: skip
            if place.kind == "estate":
                publish(connection, place.id, now)
        code = invitations.invite(connection, account_id, chosen.invitation_hours, now)
    link = invitations.link(chosen.public_url or f"http://localhost:{chosen.port}", code)
    click.echo(f"\n{qr(link)}\n\n  {link}\n")
    click.echo(f"  登录名 login: {login}")
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


def _login(connection: Connection, role: str, wanted: str | None) -> str:
    """The wanted login, or the first free one of the role: grid1, grid2 …"""
    if wanted is not None:
        login = plain_login(wanted)
        if not LOGIN.match(login) or len(login) > LOGIN_CHARACTERS:
            raise Said("A login has 2 to 60 characters, without spaces, / and @.")
        if connection.execute(select(Account.id).where(Account.login == login)).first():
            raise Said(f"{login} is somebody's already. For a new invitation: silian invite --again {login}")
        return login
    beginning = ROLE_WORDS[role][1]
    taken = set(connection.execute(select(Account.login).where(Account.login.startswith(beginning))).scalars())
    return next(login for n in range(1, len(taken) + 2) if (login := f"{beginning}{n}") not in taken)


def _cells(connection: Connection, role: str, text: str, door: str | None, estate_id: str) -> list[str]:
    if role == "resident":
        if text:
            raise Said("A resident has no grid codes; say --door where they live.")
        return [household_of(connection, estate_id, door)] if door else []
    if door:
        raise Said("Only a resident lives behind a --door; other roles have --cells.")
    codes = [code.strip() for code in text.split(",") if code.strip()]
    here = select(Cell.grid_code).where(Cell.estate_id == estate_id, Cell.grid_code.in_(codes))
    known = set(connection.execute(here).scalars())
    for code in codes:
        if code not in known:
            raise Said(f"{code} is no grid, building or unit of this estate.")
    return codes


COMMANDS = (invite, passwd)
