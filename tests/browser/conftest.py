"""What the browser tests stand on: one Silian a session, a proxy and as many phones a test as it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from . import chromium
from .phone import Phone
from .proxy import Proxy
from .push_service import PushService
from .served import Silian

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
def silian(tmp_path_factory: pytest.TempPathFactory, push_service: PushService) -> Iterator[Silian]:
    """The demo estate, served; `silian.password` opens every login of it."""
    served = Silian(tmp_path_factory.mktemp("silian") / "instance", {"SILIAN_PUSH_ALLOW": push_service.origin})
    served.cli("upgrade")
    served.cli("demo")
    served.start()
    yield served
    served.stop()


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
