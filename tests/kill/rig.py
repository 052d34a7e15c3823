"""A real web server, two processes on a demo estate, for tests that end it in the middle of its work."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import select

from webapp import create_app, serving
from webapp.alerts import vapid
from webapp.db import db
from webapp.places.models import Organisation

from .. import databases
from ..protocol import demo
from ..protocol.client import Phone
from ..protocol.serving import ESTATE_CODE, PASSWORD, Server
from ..protocol.web import Answer

ROOT = Path(__file__).parents[2]
UP_SECONDS = 60
BROKEN = (OSError, http.client.HTTPException)  # what a phone sees of a server that goes


@dataclass
class Machine(Server):
    """``Server`` gives phones and looks at the disk; the web server itself is made of processes of its own."""

    extra: dict[str, str] = field(default_factory=dict)  # environment
    log: Path = Path("server.log")
    _master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Web processes, as ``silian run`` starts them; returns when they answer."""
        chosen = self.app.config["SILIAN"]
        command = [*serving.gunicorn(chosen)]
        command[command.index("webapp.serving:application()")] = "tests.kill.wsgi:application()"
        own = {"INSTANCE": str(self.folder), "DATABASE_URL": chosen.database_url, "PYTHONPATH": str(ROOT)}
        env = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"} | own | self.extra
        log = self.log.open("ab")
        self._master = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, stdout=log, stderr=log)
        until(self.answers)

    def answers(self) -> bool:
        try:
            return self.browser().web.ask("GET", "/healthz").status == 200
        except BROKEN:
            return False

    def web_processes(self) -> list[psutil.Process]:
        assert self._master is not None
        return psutil.Process(self._master.pid).children()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """All of it, as a power cut does; harmless where nothing runs."""
        if self._master is None:
            return
        group = self.web_processes()
        os.killpg(self._master.pid, number)
        self._master.wait(UP_SECONDS)
        psutil.wait_procs(group, UP_SECONDS)
        self._master = None

    def at(self, moment: str, name: str) -> None:
        """At the next arrival, commit or answer the process that is there gets this signal."""
        order = self.folder / f"at-{moment}"
        order.with_suffix(".new").write_text(name)
        order.with_suffix(".new").rename(order)

    def fallen(self, moment: str) -> int:
        """Waits until a process has got it; which one."""
        found: list[int] = []

        def looked() -> bool:
            found[:] = [int(path.name.rsplit("-", 1)[1]) for path in self.folder.glob(f"at-{moment}-*")]
            return bool(found)

        until(looked)
        return found[0]

    def is_whole(self) -> bool:
        """What the database says of itself."""
        with self.app.app_context(), db.engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                return True
            found = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
            return found == "ok" and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None


def until(true: Callable[[], bool], seconds: float = UP_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def patiently(phone: Phone, ask: Callable[[], Answer]) -> tuple[Answer, int]:
    """As a phone asks: again where the connection broke or the server is away. The answer, and how often it broke."""
    broke, deadline = 0, time.monotonic() + UP_SECONDS
    while True:
        try:
            answer = ask()
            if answer.status != 503:
                return answer, broke
        except BROKEN as error:
            broke += not isinstance(error, ConnectionRefusedError)  # that one is of a server that is down already
            phone.web.close()
        assert time.monotonic() < deadline, "the server does not come back"
        time.sleep(0.02)


@contextmanager
def machine(folder: Path, log: Path) -> Iterator[Machine]:
    """An instance with the demo, and its web server, until the end. ``log`` takes what the processes say."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder.mkdir(exist_ok=True)
    vapid.ensure(folder / "vapid.pem")
    app = create_app(instance=folder, database_url=databases.fresh(folder), port=port, web_workers=2,
                     web_threads=4, log_level="critical")  # fmt: skip
    made = Machine(app, folder, url=f"http://127.0.0.1:{port}", log=log)
    demo.lay(app, PASSWORD)
    with app.app_context(), db.engine.connect() as connection:
        codes = dict(connection.execute(select(Organisation.code, Organisation.id)).all())
    made.places = {"estate": codes[ESTATE_CODE]}
    made.start()
    try:
        yield made
    finally:
        made.kill()
        made.forget_connections()
