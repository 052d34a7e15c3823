"""What the browser tests stand on: one Silian a session, a proxy and as many phones a test as it asks for."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from . import chromium
from .phone import Phone
from .proxy import Proxy
from .push_service import PushService
from .served import Silian, serving

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Path:
    return chromium.find()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.close()


@pytest.fixture(scope="session")
def demo_estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the demo estate, which the first of the processes makes for all."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = shared / "demo-estate"
    with (shared / "demo-estate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            maker = Silian(shared / "demo-estate-in-the-making")
            maker.cli("upgrade")
            maker.cli("demo")
            maker.instance.rename(made)
    return made


@pytest.fixture(scope="session")
def silian(
    tmp_path_factory: pytest.TempPathFactory, push_service: PushService, demo_estate: Path
) -> Iterator[Silian]:
    """The demo estate, served; `silian.password` opens every login of it."""
    environment = {"SILIAN_PUSH_ALLOW": push_service.origin}
    with serving(tmp_path_factory.mktemp("silian") / "instance", demo_estate, environment) as served:
        yield served


@pytest.fixture
def new_phone(playwright: Playwright, browser: Path, silian: Silian, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """`new_phone(locale="en-GB")`: each has its own profile and its own cable to the server."""
    phones: list[Phone] = []

    def make(**options: object) -> Phone:
        proxy = Proxy(silian.url)
        phones.append(Phone(playwright, browser, tmp_path / f"phone-{len(phones)}", proxy, **options))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()
        phone.proxy.close()


@pytest.fixture
def phone(new_phone: Callable[..., Phone]) -> Phone:
    return new_phone()
