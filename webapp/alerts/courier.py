"""The courier takes what is due, sends it and writes down what became of it.

Each push service has a number of requests of its own and a number of rows in hand: one that hangs keeps its own waiting
and nobody else's. Without a ring of the bell the courier looks every fifteen seconds, and when a retry is due: that is
the sweep, which also finds what a killed worker has left behind.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from flask import Flask
from structlog import get_logger

from webapp import clock
from webapp.alerts.claims import Result, claim, look, record
from webapp.alerts.push import PER_ORIGIN, TIMEOUT_SECONDS, Parcel, Service, Unreachable, Unusable
from webapp.alerts.telling import token_of
from webapp.alerts.verdicts import Verdict, again, judge
from webapp.db import reading, writing
from webapp.logs import place_of

SWEEP_SECONDS: Final = 15
SOONEST_SECONDS: Final = 0.25  # between two looks without a ring
PAUSE_AFTER_FAULT_SECONDS: Final = 1
HAND_MOST: Final = 256  # rows in hand of one push service
MARGIN: Final = timedelta(seconds=2 * TIMEOUT_SECONDS)  # of the lease, kept for sending and writing down
TRIES_TO_WRITE_SECONDS: Final = (0.2, 0.5, 1, 2, 5)
log = get_logger()
T = TypeVar("T")


class Courier:
    """Lives in one event loop. The database has threads of its own: slow look-ups of names are not in its way."""

    def __init__(self, app: Flask, service: Service) -> None:
        self._app, self._service = app, service
        self._secret = app.config["SECRET_KEY"].encode()
        self._hand: Counter[str] = Counter()  # rows by push service
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._results: list[Result] = []
        self._desk = asyncio.Lock()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="courier")
        self._stopping = False
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Something is due. In the courier's own loop, as ``stop``."""
        self._bell.set()

    def stop(self) -> None:
        self._stopping = True
        self._bell.set()

    async def until_done(self) -> None:
        """Until nothing is due any more and all that was taken is written down."""
        idle = False
        while await self._take() or not idle:
            if self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            idle = not self._tasks  # before the look, not after: what is busy while one looks is left out
        self._threads.shutdown()

    async def until_stopped(self) -> None:
        """What is being sent at the stop is finished; what only waits is given back."""
        while not self._stopping:
            self._bell.clear()
            try:
                pause = 0 if await self._take() else await self._pause()
            except Exception as error:  # noqa: BLE001 -- the database is away, or worse: the courier tries again
                log.error("courier.cannot_take", error=type(error).__name__, where=place_of(error))
                pause = PAUSE_AFTER_FAULT_SECONDS
            if pause:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), pause)
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._threads.shutdown()

    # taking

    async def _take(self) -> int:
        busy = [origin for origin, held in self._hand.items() if held >= HAND_MOST]
        parcels = await self._in_database(_claimed, clock.now(), busy)
        for parcel in parcels:
            self._hand[parcel.origin] += 1
            task = asyncio.create_task(self._deliver(parcel))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(parcels)

    async def _pause(self) -> float:
        now = clock.now()
        next_at = await self._in_database(_next, now)
        wait = SWEEP_SECONDS if next_at is None else (next_at - now).total_seconds()
        return min(max(wait, SOONEST_SECONDS), SWEEP_SECONDS)

    # one parcel

    async def _deliver(self, parcel: Parcel) -> None:
        gate = self._gates.setdefault(parcel.origin, asyncio.Semaphore(PER_ORIGIN))
        verdict = None
        try:
            async with gate:
                verdict = await self._send(parcel)
            await self._write_down(Result(parcel, verdict))
        finally:
            self._hand[parcel.origin] -= 1
            if self._hand[parcel.origin] == HAND_MOST - 1 or (verdict and verdict.state == "pending"):
                self._bell.set()  # look anew at what comes next, and when
            self._hand += Counter()  # push services without a row are forgotten

    async def _send(self, parcel: Parcel) -> Verdict:
        now = clock.now()
        if self._stopping:
            return Verdict("pending", due_at=now)
        if parcel.leased_until - now < MARGIN:  # too long in the queue behind a slow push service: somebody else's turn
            return again("queue", parcel.tries, now, parcel.expires_at)
        try:
            answer = await self._service.send(parcel, token_of(parcel.alert_id, self._secret), now)
        except Unreachable as error:
            return again(str(error), parcel.tries, clock.now(), parcel.expires_at)
        except Unusable as error:
            log.error("push.keys_unusable", subscription=parcel.subscription_id, error=str(error))
            return Verdict("failed", fault="keys", ours=True)
        except Exception as error:  # noqa: BLE001 -- a fault of ours must not cost the alert
            log.error("push.failed", error=type(error).__name__, where=place_of(error))
            return again(type(error).__name__, parcel.tries, clock.now(), parcel.expires_at)
        verdict = judge(answer.status, answer.retry_after, parcel.tries, clock.now(), parcel.expires_at)
        if verdict.ours:
            log.error("push.refused", origin=parcel.origin, status=answer.status, subscription=parcel.subscription_id)
        return verdict

    # writing down

    async def _write_down(self, result: Result) -> None:
        """One commit for all that came in while the one before was under way."""
        self._results.append(result)
        async with self._desk:
            results, self._results = self._results, []
            if not results:
                return
            for pause in TRIES_TO_WRITE_SECONDS:
                try:
                    await self._in_database(_recorded, results, clock.now())
                    return
                except Exception as error:  # noqa: BLE001 -- tried again: else what was sent would be sent once more
                    log.warning("courier.not_written_down_yet", error=type(error).__name__, where=place_of(error))
                    await asyncio.sleep(pause)
            log.error("courier.not_written_down", rows=len(results))

    async def _in_database(self, call: Callable[..., T], *arguments: Any) -> T:
        def run() -> T:
            with self._app.app_context():
                return call(*arguments)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)


def _claimed(now: datetime, busy: list[str]) -> list[Parcel]:
    with reading() as connection:
        if not look(connection, now, busy)[0]:
            return []
    with writing() as connection:
        return claim(connection, now, busy)


def _next(now: datetime) -> datetime | None:
    with reading() as connection:
        return look(connection, now, ())[1]


def _recorded(results: list[Result], now: datetime) -> None:
    with writing() as connection:
        record(connection, results, now)
