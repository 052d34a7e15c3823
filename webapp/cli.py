"""``silian …``: everything that is done at the server's terminal. Each command has its words in ``--help``."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from webapp import create_app
from webapp.db import db
from webapp.settings import Refused


class Said(click.ClickException):
    """A refusal with a sentence that says what to do."""

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


def in_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Runs a command with the app at hand, and turns what is foreseen into a sentence."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            with create_app().app_context():
                try:
                    return command(*args, **kwargs)
                finally:
                    db.engine.dispose()  # whoever goes on in this process has no database open because of us
        except Refused as refused:
            raise Said(str(refused)) from refused
        except (OperationalError, ProgrammingError) as error:
            raise Said(
                f"The database does not answer, or has no tables yet ({type(error).__name__}). "
                "Run `silian upgrade`, then try again; `silian doctor` looks closer."
            ) from error

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Silian 四联: the working tool of a residential estate.

    Settings come from the environment (INSTANCE, DATABASE_URL, HOST, PORT, SILIAN_PUSH_ALLOW and others);
    `silian doctor` shows them. A new estate: upgrade, init, invite, run. To look around: upgrade, demo, run.
    """


def commands() -> click.Group:
    """The group with all its commands. They are loaded late, since they take ``Said`` and ``in_app`` from here."""
    from webapp import (
        cli_accounts,
        cli_audit,
        cli_backup,
        cli_doctor,
        cli_estates,
        cli_import,
        cli_people,
        cli_places,
        cli_posts,
        cli_retention,
        cli_safety,
        cli_serve,
    )

    every = (
        cli_serve, cli_estates, cli_people, cli_posts, cli_safety, cli_accounts, cli_places, cli_import, cli_backup,
        cli_audit, cli_retention, cli_doctor,
    )  # fmt: skip
    for module in every:
        for command in module.COMMANDS:
            cli.add_command(command)
    return cli


def main() -> None:
    """The entry point of the ``silian`` command."""
    os.umask(0o077)  # what is kept here is for this user alone
    commands()(prog_name="silian")


if __name__ == "__main__":
    # Under its own name, so that the other modules' `from webapp.cli import …` mean this very one.
    sys.modules["webapp.cli"] = sys.modules["__main__"]
    main()
