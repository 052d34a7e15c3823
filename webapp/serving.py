"""Web server and worker as two processes under one: they start together, and when one ends the other does."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from structlog import get_logger

from sync.cursor import read_changes
from sync.ledger import device_of
from webapp import clock, create_app
from webapp.db import one_snapshot, reading
from webapp.people import sign_in
from webapp.people.models import Account
from webapp.places.rights import read_callers
from webapp.settings import ROOT, Refused, Settings

UP_SECONDS = 60
STOP_SECONDS = 20
GRACE_SECONDS = 10  # what a request has to end in when the server stops
# A page is thousands of objects that live as long as it does: the collector need not look through them ten times.
COLLECT_AFTER = 20_000
log = get_logger()
WORKER = (sys.executable, "-m", "webapp.cli", "worker")


def serve(settings: Settings, worker: bool, up: Callable[[], None]) -> int:
    """Runs until Ctrl-C or SIGTERM, or until a process ends by itself; calls ``up`` when the server answers."""
    check_port(settings.host, settings.port)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    processes = [start(gunicorn(settings))]
    try:
        if worker:
            processes.append(start(WORKER))
        threading.Thread(target=_say_when_up, args=(settings, up, stop), daemon=True).start()
        while not stop.wait(0.2):
            for process in processes:
                if process.poll() is not None:
                    return process.returncode or 1
        return 0
    finally:
        stop.set()
        end(processes)


def gunicorn(settings: Settings) -> list[str]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    arguments = {
        "--bind": f"{host}:{settings.port}",
        "--worker-class": "gthread",
        "--workers": settings.web_workers,
        "--threads": settings.web_threads,
        "--keep-alive": 75,  # a phone asks every minute: its connection is still there
        "--timeout": 90,
        "--graceful-timeout": GRACE_SECONDS,
        "--log-level": "warning",
        # Whose X-Forwarded-* counts is said by TRUST_PROXY alone; gunicorn would believe anybody on this machine.
        "--forwarded-allow-ips": "",
    }
    if Path("/dev/shm").is_dir():  # gunicorn's heartbeat file: on a busy disk it would stall
        arguments["--worker-tmp-dir"] = "/dev/shm"
    flat = [str(part) for pair in arguments.items() for part in pair]
    return [sys.executable, "-m", "gunicorn", "webapp.serving:application()", "--no-control-socket", *flat]


def application() -> Flask:
    """The application of one web process. What it has loaded by now stays for good, so the collector need not walk
    through it again: on a page of 2,000 documents that walk was seen to take 100 ms, as long as four pages.
    """
    app = create_app()
    _warm(app)
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    return app


def _warm(app: Flask) -> None:
    """Reads a page as an exchange does, and gives it to nobody: a connection is open and the statements are built.

    Else the first phone of each process waits for that, seen to take as long as three pages.
    """
    now = clock.now()
    try:
        with app.app_context(), one_snapshot(), reading() as connection:
            sign_in.look("")
            somebody = connection.execute(select(Account.id).limit(1)).scalars().all()
            for caller in read_callers(connection, somebody, now).values():
                device_of(connection, caller.device)
                read_changes(connection, caller, None, 1, now)
    except DBAPIError as error:
        log.info("serving.cold", error=type(error).__name__)  # the database is away, or not set up: it may come yet


def check_port(host: str, port: int) -> None:
    """Raises ``Refused`` where something else listens there: one sentence instead of gunicorn's retries."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(f"{host}:{port} cannot be used ({error.strerror}). Set PORT to another number.") from error


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Asks all to stop, and makes those that do not."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, preexec_fn=_end_with_parent if sys.platform == "linux" else None)


def _end_with_parent() -> None:
    """Where this process is killed outright, the kernel ends its children: nobody is left behind on the port."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    if os.getppid() == 1:
        os._exit(1)


def _say_when_up(settings: Settings, up: Callable[[], None], stop: threading.Event) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    deadline = time.monotonic() + UP_SECONDS
    while not stop.wait(0.1) and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=2):
                return up()
        except (urllib.error.URLError, OSError):
            continue  # not yet
    return None
