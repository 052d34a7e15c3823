"""One served demo estate a worker; as many phones a test as it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from webapp.people import sign_in, throttle

from .client import Phone
from .pictures import Picture
from .serving import PASSWORD, Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, quick_hashes: None) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILIAN_DEMO_PASSWORD", PASSWORD)
        for name in ("DATABASE_URL", "SECRET_KEY", "REDIS_URL", "PUBLIC_URL"):  # nothing of whoever runs the tests
            patch.delenv(name, raising=False)
        patch.setattr(sign_in, "DEVICES_MOST", 1_000_000)  # in an hour here they get as many phones as in ten years
        with serving(tmp_path_factory.mktemp("silian")) as served:
            yield served


@pytest.fixture
def new(server: Server) -> Callable[..., Phone]:
    """``new("grid1")``: a phone of its own on which this person has signed in."""
    return server.phone


@pytest.fixture(scope="session")
def at(server: Server) -> Callable[[str], Phone]:
    """``at("grid1")``: this person's phone, one for all tests that mind neither numbers nor cursor."""
    phones: dict[str, Phone] = {}

    def find(login: str) -> Phone:
        if login not in phones:
            phones[login] = server.phone(login)
        return phones[login]

    return find


@pytest.fixture
def picture() -> Picture:
    return Picture()


@pytest.fixture(autouse=True)
def nobody_is_throttled() -> None:
    throttle.limiter.reset()


@pytest.fixture
def clock(server: Server) -> Iterator[time_machine.Traveller]:
    """The server's clock goes on from now and may be moved: it is this process's own, nothing in the product helps."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        yield traveller
