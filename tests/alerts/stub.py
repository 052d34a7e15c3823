"""A push service on this machine that answers as it is told: 201, or a list of answers, or not at all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

ARRIVES_WITHIN_SECONDS = 30


@dataclass(frozen=True)
class Push:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Plan:
    """What a path answers, one after the other; the last one stays."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(201, {})])
    held: asyncio.Event | None = None


class Stub:
    def __init__(self) -> None:
        self.pushes: list[Push] = []
        self.origin = ""
        self._plans: dict[str, Plan] = {}
        self._news = threading.Condition()
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._thread.start()
        self._up.wait()

    # what tests say

    def answer(self, path: str, *answers: int | tuple[int, dict[str, str]]) -> str:
        """The endpoint at ``path``, which will answer so."""
        listed = [one if isinstance(one, tuple) else (one, {}) for one in answers] or [(201, {})]
        self._plans[path] = Plan(listed)
        return self.origin + path

    def hold(self, path: str) -> str:
        """The endpoint at ``path``, which takes a push and does not answer until it is let go."""
        self._plans[path] = Plan(held=self._event())
        return self.origin + path

    def let_go(self) -> None:
        for plan in self._plans.values():
            if plan.held is not None:
                self._loop.call_soon_threadsafe(plan.held.set)

    def paths(self) -> list[str]:
        with self._news:
            return [push.path for push in self.pushes]

    def wait_for(self, enough: Callable[[list[str]], bool]) -> None:
        """Until what has arrived is enough; fails where it never is."""
        with self._news:
            if not self._news.wait_for(lambda: enough([push.path for push in self.pushes]), ARRIVES_WITHIN_SECONDS):
                raise AssertionError(f"only {[push.path for push in self.pushes]} arrived")

    def reset(self) -> None:
        self.let_go()
        with self._news:
            self.pushes.clear()
            self._plans.clear()

    def close(self) -> None:
        self.let_go()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    # the server

    def _event(self) -> asyncio.Event:
        async def make() -> asyncio.Event:
            return asyncio.Event()

        return asyncio.run_coroutine_threadsafe(make(), self._loop).result()

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=512)
        await site.start()
        port = runner.addresses[0][1]
        self.origin = f"http://127.0.0.1:{port}"
        self._up.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        with self._news:
            self.pushes.append(Push(request.path, dict(request.headers), body))
            plan = self._plans.get(request.path, Plan())
            self._news.notify_all()
        if plan.held is not None:
            await plan.held.wait()
        status, headers = plan.answers.pop(0) if len(plan.answers) > 1 else plan.answers[0]
        return web.Response(status=status, headers=headers)
