"""Work after a commit or by the clock: huey, on SQLite in ``instance/`` or on Redis by ``REDIS_URL``.

The queue is a hint, never the truth (docs/decisions/0003-jobs.md): what must happen is a row of ours, written with its
cause, and a job only says "look now". So a job takes no arguments, may run twice, and a lost one costs seconds.

A domain declares ``@job("cases.remind")``, with ``when`` for the clock, and asks for it by ``put("cases.remind")``.
What has to be up while a worker runs is declared with ``@beside``.
"""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Flask, current_app
from huey import Huey, RedisHuey
from huey.serializer import SignedSerializer
from huey.storage import SqliteStorage
from structlog import get_logger
from werkzeug.local import LocalProxy

from webapp import settings
from webapp.logs import place_of

THREADS: Final = 2
POLL_SECONDS: Final = 0.1  # huey would wait up to ten seconds with an alert in hand
KEY: Final = "silian.jobs"
log = get_logger()

Run = Callable[[], None]
Companion = Callable[[Flask], AbstractContextManager[object]]


@dataclass(frozen=True)
class Job:
    name: str
    run: Run
    when: Callable[[datetime], bool] | None  # a huey crontab, in UTC


_declared: dict[str, Job] = {}
_companions: list[Companion] = []
_making = threading.Lock()


def job(name: str, when: Callable[[datetime], bool] | None = None) -> Callable[[Run], Run]:
    """Declares the decorated function as the job ``name``. It runs with the app at hand."""

    def declare(run: Run) -> Run:
        if name in _declared:
            raise ValueError(f"the job {name} is declared twice")
        _declared[name] = Job(name, run, when)
        return run

    return declare


def beside(companion: Companion) -> Companion:
    """Declares a context manager that is open as long as a worker runs."""
    _companions.append(companion)
    return companion


def declared() -> dict[str, Job]:
    return dict(_declared)


def put(name: str) -> None:
    """Asks for a job, soon. To be called after the commit; it never fails, since what is committed stays committed."""
    if name not in _declared:
        raise LookupError(f"there is no job {name}")
    try:
        queue()
        current_app.extensions[KEY].tasks[name]()
    except Exception as error:  # noqa: BLE001 -- whatever ails the queue, the worker finds the rows by itself in seconds
        log.error("job.not_queued", job=name, error=type(error).__name__)


@dataclass(frozen=True)
class _Queue:
    huey: Huey
    tasks: dict[str, Callable[[], Any]]


def queue() -> Huey:
    """The queue of the app at hand, made when it is first needed: after a web server has made its processes."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with _making:
        if KEY not in app.extensions:
            app.extensions[KEY] = _make(app)
    made: _Queue = app.extensions[KEY]
    return made.huey


huey: Any = LocalProxy(queue)


class _Connection(sqlite3.Connection):
    """Does not wait for the disk: the queue is a hint, and its file stays whole without.

    A worker that is stopped in a write keeps everybody from the queue. At its start it held the lock for a sixth of the
    time, seen over two seconds, and so for a hundredth.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.execute("PRAGMA synchronous=NORMAL")


class _Storage(SqliteStorage):
    def read_schedule(self, ts: datetime) -> list[Any]:
        """huey would lock the queue for this every second; nothing of ours is ever scheduled."""
        return super().read_schedule(ts) if self.schedule_size() else []


def _make(app: Flask) -> _Queue:
    chosen = settings.current()
    # Jobs are unpickled by the worker: whoever can write to the queue, but does not know the key, is not heard.
    options = {"results": False, "utc": True, "serializer": SignedSerializer(secret=chosen.secret_key)}
    made: Huey
    if chosen.redis_url:
        made = RedisHuey("silian", url=chosen.redis_url, **options)
    else:
        place = {"filename": str(chosen.jobs_path), "factory": _Connection}
        made = Huey("silian", storage_class=_Storage, **place, **options)
    tasks = {}
    for one in _declared.values():
        run = _in_app(app, one)
        if one.when is None:
            tasks[one.name] = made.task(name=one.name)(run)
        else:
            tasks[one.name] = made.periodic_task(one.when, name=one.name)(run)
    return _Queue(made, tasks)


def _in_app(app: Flask, one: Job) -> Run:
    def run() -> None:
        with app.app_context():
            try:
                one.run()
            except Exception as error:  # noqa: BLE001 -- the next call of the job is its second try; a worker goes on
                log.error("job.failed", job=one.name, error=type(error).__name__, where=place_of(error))

    return run


def run_worker(app: Flask) -> None:
    """Runs jobs until SIGTERM or SIGINT; at SIGTERM what is being done is finished first. For the main thread."""
    stopped = threading.Event()
    # A companion works before it is entered: a stop in between waits until it can be closed in order.
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopped.set())
    with app.app_context(), ExitStack() as stack:
        consumer = queue().create_consumer(
            workers=THREADS,
            worker_type="thread",
            periodic=True,
            initial_delay=POLL_SECONDS,
            max_delay=POLL_SECONDS,
            graceful_signal="TERM",
        )
        for companion in _companions:
            stack.enter_context(companion(app))
        # The queue's own handlers come a moment later.
        signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
        if not stopped.is_set():
            consumer.run()
