"""``silian run``, ``worker`` and ``phone``: what runs until it is stopped."""

from __future__ import annotations

import sys

import click
from flask import Flask, current_app

from webapp import serving, settings, working
from webapp.cli import Said, in_app
from webapp.db import db
from webapp.security import is_this_machine
from webapp.settings import Settings


@click.command()
@in_app
def run() -> None:
    """Run the web server and the worker on HOST:PORT, until Ctrl-C.

    WEB_WORKERS processes of WEB_THREADS threads each; behind a proxy of your own that speaks https, set TRUST_PROXY=1.
    """
    chosen = settings.current()
    _ready(chosen)
    _strong_demo(chosen, chosen.host)
    db.engine.dispose()  # the children open their own
    sys.exit(serving.serve(chosen, working.has_jobs(), lambda: _announce(chosen)))


@click.command()
@in_app
def worker() -> None:
    """Run the worker alone: it sends alerts and does what is due. `silian run` starts one by itself."""
    if not working.has_jobs():
        raise Said("There is nothing for a worker to do in this version.")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    working.work(app, settings.current())


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="Where to listen.")
@click.option("--https-port", default=8443, show_default=True)
@click.option("--http-port", type=int, help="The page with the steps; PORT, if nothing is said.")
@click.option("--address", "addresses", multiple=True, help="This machine's address on the Wi-Fi; found if left out.")
@in_app
def phone(host: str, https_port: int, http_port: int | None, addresses: tuple[str, ...]) -> None:
    """Serve https to a phone on the same Wi-Fi, with a certificate of our own; prints the steps and QR codes."""
    from webapp import phone_https

    chosen = settings.current()
    _ready(chosen)
    _strong_demo(chosen, host)
    if words := _demo_words(chosen):
        click.echo(words)
    db.engine.dispose()
    beside = [list(serving.WORKER)] if working.has_jobs() else []
    http = chosen.port if http_port is None else http_port
    try:
        sys.exit(
            phone_https.serve(chosen.instance, host=host, https_port=https_port, http_port=http, addresses=addresses,
                              beside=beside, echo=click.echo)
        )  # fmt: skip
    except phone_https.NoAddress as none:
        raise Said(str(none)) from none


def _ready(chosen: Settings) -> None:
    from webapp import upgrade

    if upgrade.is_pending():
        raise Said("The database is older than this version. Run `silian upgrade` first.")
    if not (settings.STATIC / "dist" / "manifest.json").exists():
        raise Said("The front end is not built. Run `make setup` first.")


def _strong_demo(chosen: Settings, host: str) -> None:
    """Beyond this machine anybody may try the demo's logins, so its password has to bear that."""
    from webapp.demo import setting_up

    if chosen.demo and not is_this_machine(host) and not setting_up.is_strong(chosen):
        raise Said(
            f"HOST={host} shows the demo to others, and its password has fewer than {setting_up.STRONG_CHARACTERS} "
            "characters. Set up the demo anew in another INSTANCE: without SILIAN_DEMO_PASSWORD one is made."
        )


def _announce(chosen: Settings) -> None:
    host = "localhost" if is_this_machine(chosen.host) else chosen.host
    click.echo(f"\n  四联 Silian    http://{host}:{chosen.port}\n")
    if words := _demo_words(chosen):
        click.echo(words)
    click.echo("  手机上试用 on a phone: make phone      停止 stop: Ctrl-C\n")


def _demo_words(chosen: Settings) -> str:
    from webapp.demo import setting_up

    return setting_up.announcement(chosen)


COMMANDS = (run, worker, phone)
