"""``silian retention``: what leaves after its time."""

from __future__ import annotations

import click

from webapp import nights
from webapp.cli import in_app
from webapp.spans import NIGHTLY


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how much it would be, and leave everything as it is.")
@in_app
def retention(dry_run: bool) -> None:
    """Let go of what has outlived its time, as the worker does each night: how much, by kind."""
    for span in NIGHTLY:
        n = nights.would(span) if dry_run else nights.run(span)
        click.echo(f"{span.kind:<12} after {span.days:>4} days: {n}  {span.source}")


COMMANDS = (retention,)
