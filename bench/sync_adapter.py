"""Silian in the comparison of sync engines (shared/bench/sync): ``--plugin bench/sync_adapter.py``.

The server is the one that ``silian run`` starts: gunicorn, SQLite with fsync, sign-in, validation, rights, audit. As
with the peers, queueing on the phone is not timed; packing, sending and reading the outcomes are.
"""

from __future__ import annotations

import atexit
import os
import random
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import adapters  # noqa: E402 - the comparison's own folder is on the path
import workload  # noqa: E402

from bench import ground, phones  # noqa: E402
from tests import databases, servers  # noqa: E402
from webapp import serving, settings  # noqa: E402

PYTHON = sys.executable


class Silian(adapters.HttpAdapter):
    """Signed-in phones that push visits and opinions and pull documents."""

    name = "silian"
    neighbours = False  # 2,000 estates and 20,000 people beside the measured one
    note = "gunicorn as `silian run` starts it, SQLite WAL synchronous=FULL, rights, validation, audit"

    def start(self, n: int = 0) -> None:
        instance = Path(self.datadir())
        beside = ["neighbours"] if self.neighbours else []
        env = {**os.environ, **self.elsewhere(), "INSTANCE": str(instance), "LOG_LEVEL": "error"}
        argv = [PYTHON, "-m", "bench.fill", str(instance), str(n), adapters.HERE, *beside]
        subprocess.run(argv, cwd=ROOT, env=env, check=True)
        self.database = settings.from_environment(env).database_url
        self.used = 100  # devices below this number filled the database
        self.queues: dict[str, tuple[ground.Device, list[dict[str, Any]]]] = {}
        port = adapters.free_port()
        env["PORT"] = str(port)
        argv = serving.gunicorn(settings.from_environment(env))
        log = open(Path(adapters.DATA) / "server.log", "wb")  # noqa: SIM115 - it belongs to the server's process
        self.proc = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=log, stderr=log)
        adapters.wait_port(port, self.proc)
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        # The port is open before the application is: a start is not a pull.
        status = adapters.Phone(self.url).call("GET", "/healthz", b"", {})[0]
        if status != 200:
            raise RuntimeError(f"the server is not well: {status}")

    def queue(self, start: int, n: int) -> tuple[ground.Device, list[dict[str, Any]]]:
        """A phone's queue. The same slice again is the same phone, which has lost its outcomes."""
        key = f"{start}+{n}"
        if key not in self.queues:
            device, self.used = ground.device(self.used), self.used + 1
            ids = random.Random(start)
            commands = [phones.command(record, seq, ids) for seq, record in enumerate(workload.records(start, n), 1)]
            self.queues[key] = (device, commands)
        return self.queues[key]

    def push(self, slices: list[tuple[int, int]]) -> dict[str, float]:
        jobs = [(adapters.Phone(self.url), *self.queue(*one)) for one in slices]
        errors: list[Exception] = []

        def run(phone: Any, device: ground.Device, commands: list[dict[str, Any]]) -> None:
            try:
                phones.push(phone.call, device, commands)
            except Exception as error:  # noqa: BLE001 - raised below, in the harness's own thread
                errors.append(error)

        threads = [threading.Thread(target=run, args=job) for job in jobs]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
        if errors:
            raise errors[0]
        return {"s": took}

    def push_one(self, phone: Any, records: list[dict[str, Any]]) -> None:
        device, self.used = ground.device(self.used), self.used + 1
        ids = random.Random(records[0]["id"])
        phones.push(phone.call, device, [phones.command(record, seq, ids) for seq, record in enumerate(records, 1)])

    def pull_one(self, phone: Any, cursor: str | None) -> tuple[list[dict[str, Any]], str]:
        return phones.pull(phone.call, ground.device(0), cursor)

    def elsewhere(self) -> dict[str, str]:
        """What tells Silian of another database than the file in its instance."""
        return {}

    def count(self) -> int:
        with create_engine(self.database).connect() as connection:
            tables = [f"SELECT count(*) AS n FROM {table}" for table in ("visit", "opinion")]
            return sum(connection.exec_driver_sql(statement).scalar_one() for statement in tables)


class OnPostgres(Silian):
    """The same on a PostgreSQL and a Redis of its own, which are started once and stopped at the end."""

    name = "silian-postgres"
    note = "the same with two web processes on PostgreSQL, fsync on, and Redis"
    _servers: dict[str, str] = {}

    def elsewhere(self) -> dict[str, str]:
        if not self._servers:
            stack = ExitStack()
            self._servers.update(stack.enter_context(servers.running(durable=True)))
            atexit.register(stack.close)
        databases.SERVER, databases.REDIS = self._servers["TEST_DATABASE_URL"], self._servers["TEST_REDIS_URL"]
        return databases.environment(Path())


ADAPTERS = [Silian(), OnPostgres()]
