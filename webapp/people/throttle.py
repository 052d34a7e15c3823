"""Guessing passwords is made slow, and nobody is locked out by somebody else's guesses.

Three counts, of failures alone: one login from one address, one login from phones never seen with it, one address over
all logins. A phone that has signed in as this person before has a count of its own and none of these: whoever guesses
from elsewhere does not keep its owner out.
"""

from __future__ import annotations

import ipaddress
import math

from flask import request
from flask_limiter import Limiter
from limits import RateLimitItem, parse

from webapp import clock
from webapp.people.refusal import Refusal

PAIR = parse("10 per 15 minutes")
LOGIN = parse("100 per hour")
ADDRESS = parse("100 per 15 minutes")
CODES = parse("20 per 15 minutes")
ASKED = parse("200 per 15 minutes")


def address() -> str:
    """Who asks, as far as it can be told: one IPv4 address, or the /64 that an IPv6 host has to itself."""
    try:
        found = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


limiter = Limiter(key_func=address, strategy="fixed-window")


class Tries:
    """The tries at one login from one place."""

    def __init__(self, login: str, known_device: str | None) -> None:
        self._own = ("device", login, known_device) if known_device else ("pair", login, address())
        self._shared: list[tuple[RateLimitItem, tuple[str, str]]] = []
        if not known_device:
            self._shared = [(LOGIN, ("login", login)), (ADDRESS, ("address", address()))]

    def begin(self) -> None:
        """Raises ``slow_down`` where there were too many. Counted before the look: many at once gain nothing."""
        for item, key in self._shared:
            if not limiter.limiter.test(item, *key):
                raise Refusal("slow_down", retry_after=_wait(item, *key))
        if not limiter.limiter.hit(PAIR, *self._own):
            raise Refusal("slow_down", retry_after=_wait(PAIR, *self._own))

    def failed(self) -> None:
        for item, key in self._shared:
            limiter.limiter.hit(item, *key)

    def succeeded(self) -> None:
        limiter.limiter.clear(PAIR, *self._own)


def begin_code() -> None:
    """Raises ``slow_down`` where one address has tried too many codes of invitations."""
    if not limiter.limiter.test(CODES, "code", address()):
        raise Refusal("slow_down", retry_after=_wait(CODES, "code", address()))


def failed_code() -> None:
    limiter.limiter.hit(CODES, "code", address())


def asked() -> None:
    """Raises ``slow_down`` where one address has begun too many sign-ins by passkey: each leaves a row for minutes."""
    if not limiter.limiter.hit(ASKED, "asked", address()):
        raise Refusal("slow_down", retry_after=_wait(ASKED, "asked", address()))


def _wait(item: RateLimitItem, *key: str) -> int:
    reset = limiter.limiter.get_window_stats(item, *key).reset_time
    return max(1, math.ceil(reset - clock.now().timestamp()))
