"""Where simulated servers come from: a process that has everything imported and starts gunicorn by forking itself.

It is told what to do by lines of JSON on standard input and answers each with one. Beside starting and killing servers
it is the operator and the desk: what it does to the database, another process than the server does, as in life.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from gunicorn import glogging  # noqa: F401 - it and the worker are imported before the fork
from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.workers import gthread  # noqa: F401

from webapp import create_app, serving, settings
from webapp.alerts import vapid
from webapp.backups import making, restoring
from webapp.backups.copies import InUse
from webapp.db import db

from . import office, truth, wsgi
from .wsgi import DIALS_BYTES, Dials, as_released, simulate

PASSWORD = "demo-demo-demo"
UP_SECONDS = 20


class Nursery:
    def __init__(self, folder: Path) -> None:
        self.folder, self.instance, self.template = folder, folder / "instance", folder / "template"
        self.port, self.server = _free_port(), 0
        self.backups: list[Path] = []
        self.past: set[str] = set()
        self.instance.mkdir(parents=True)
        (folder / "dials").write_bytes(b"\0" * DIALS_BYTES)
        self.dials = Dials(folder / "dials")
        simulate(self.dials)
        os.environ["INSTANCE"], os.environ["PORT"] = str(self.instance), str(self.port)
        vapid.ensure(settings.from_environment().vapid_key)
        self.app = wsgi.preloaded = create_app(log_level="critical")
        self.office = office.Office(self.app)

    # the server

    def start(self, workers: int = 1) -> None:
        """Forks a gunicorn, and returns when it answers. One that is up already ends: it would outlive its seed."""
        self.kill()
        self._let_go()
        chosen = settings.from_environment(web_workers=workers, web_threads=4)
        self.server = os.fork()
        if self.server == 0:
            _serve(serving.gunicorn(chosen), self.folder / "server.log")
        deadline = time.monotonic() + UP_SECONDS
        while not self._answers():
            if os.waitpid(self.server, os.WNOHANG)[0] or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "server.log").read_text()[-4000:])
            time.sleep(0.003)

    def kill(self, softly: bool = False) -> None:
        """A power cut, or as systemd stops it; harmless where it is down already."""
        if not self.server:
            return
        try:
            os.killpg(self.server, signal.SIGTERM if softly else signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has been cut off at the moment that was set
        os.waitpid(self.server, 0)
        self.server = 0

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                return probe.recv(12).endswith(b"200")
        except OSError:
            return False

    # the disk

    def fresh(self) -> dict[str, Any]:
        """An instance as after the demo's set-up; the same for all seeds."""
        self.kill()
        self._let_go()
        self.dials.release(1)
        as_released(self.dials)
        if not self.template.exists():
            self._lay_out()
        _replace(self.template, self.instance)
        shutil.rmtree(self.folder / "backups", ignore_errors=True)
        self.backups = []
        with self.app.app_context():
            self.past = truth.history()
            return {"port": self.port, "password": PASSWORD, **office.facts()}

    def _lay_out(self) -> None:
        from webapp.demo import setting_up

        os.environ["SILIAN_DEMO_PASSWORD"] = PASSWORD
        with self.app.app_context():
            db.metadata.create_all(db.engine)
            setting_up.set_up(self.app, 1, self.dials.now())
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._let_go()
        shutil.copytree(self.instance, self.template)
        gc.freeze()  # what servers share with this process stays shared

    def backup(self) -> int:
        """A backup of the running server; how many there are now."""
        with self.app.app_context():
            self.backups.append(making.backup(self.folder / "backups", keep=1000))
        return len(self.backups)

    def restore(self, n: int) -> None:
        """The server is down, and the n-th backup takes the place of what was."""
        self.kill()
        self._let_go()
        deadline = time.monotonic() + UP_SECONDS
        with self.app.app_context():
            while True:
                try:
                    restoring.restore(self.backups[n])
                    break
                except InUse:  # gunicorn's own processes were killed too, and the last of them is still dying
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)
        self._let_go()

    def upgrade(self) -> None:
        """A new release is installed; the next start is of it."""
        self.dials.release(2)
        as_released(self.dials)

    def _let_go(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    # asking

    def truth(self, recorded: dict[str, Any] | None = None) -> dict[str, Any]:
        with self.app.app_context():
            return truth.tell(self.dials.now(), self.past, recorded)

    def hear(self, order: dict[str, Any]) -> Any:
        what = order.pop("do")
        if what in ("start", "kill", "fresh", "backup", "restore", "upgrade", "truth"):
            return getattr(self, what)(**order)
        with self.app.app_context():
            return getattr(self.office, what)(**order)


def _serve(command: list[str], log: Path) -> None:
    """Becomes gunicorn, with the product's own arguments; never returns."""
    os.setsid()
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number in (0, 1, 2):
        os.dup2(handle, number)
    try:
        sys.argv = ["gunicorn", "tests.simulation.wsgi:served()", *command[4:]]
        WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()
    finally:
        os._exit(1)


def _replace(source: Path, target: Path) -> None:
    shutil.rmtree(target)
    shutil.copytree(source, target)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    nursery = Nursery(Path(sys.argv[1]))
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever prints, prints elsewhere
    print(json.dumps({"ready": True}), file=out, flush=True)
    try:
        for line in sys.stdin:
            try:
                said: dict[str, Any] = {"value": nursery.hear(json.loads(line))}
            except Exception:  # noqa: BLE001 - told to the simulator, which ends with it
                said = {"error": traceback.format_exc()}
            print(json.dumps(said, ensure_ascii=False), file=out, flush=True)
    finally:
        nursery.kill()


if __name__ == "__main__":
    main()
