"""One push to one browser: the message, its headers, and the way out (RFC 8030, 8188, 8291, 8292).

Nothing here touches the database. An endpoint was given by a browser, so it is treated as hostile: checked again, no
redirects, no address of ours whatever the name resolves to, ten seconds in all.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver
from py_vapid import Vapid02
from pywebpush import WebPusher
from yarl import URL

from webapp.alerts.endpoints import allowed_origins

TIMEOUT_SECONDS: Final = 10  # in all: name, connection, answer
PER_ORIGIN: Final = 64  # requests to one push service at a time
VAPID_KEPT: Final = timedelta(hours=1)
VAPID_GOOD: Final = timedelta(hours=12)  # push services take 24 hours at most
BODY_READ_BYTES: Final = 4096  # of an answer, so that its connection can be used again
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Parcel:
    """One delivery in hand, with all that sending it needs: nothing is read from the database on the way."""

    delivery_id: str
    alert_id: str
    subscription_id: str
    endpoint: str
    origin: str
    p256dh: str
    auth: str
    title: str
    body: str
    path: str
    tag: str
    urgent: bool
    tries: int
    expires_at: datetime
    leased_until: datetime


@dataclass(frozen=True)
class Answer:
    status: int
    retry_after: str | None


class Unusable(Exception):
    """The keys that the browser gave are none."""


class Unreachable(Exception):
    """No answer: the text says how it failed."""


def message(parcel: Parcel, token: str) -> bytes:
    """What the service worker shows (PROTOCOL, a push). Far below the 3,993 bytes that push services take."""
    said = {"id": parcel.alert_id, "token": token, "title": parcel.title, "body": parcel.body}
    said |= {"path": parcel.path, "tag": parcel.tag}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def topic(tag: str) -> str:
    """Folds repeats at the push service. At most 32 characters, and Apple wants them to decode as base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()).decode()[:32]


def headers(parcel: Parcel, now: datetime) -> dict[str, str]:
    remaining = int((parcel.expires_at - now).total_seconds())
    return {
        "TTL": str(max(1, remaining)),  # Windows answers 400 to 0
        "Urgency": "high" if parcel.urgent else "normal",
        "Topic": topic(parcel.tag),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
    }


def encrypt(parcel: Parcel, plain: bytes) -> bytes:
    """For this browser's eyes; raises ``Unusable``."""
    keys = {"p256dh": parcel.p256dh, "auth": parcel.auth}
    try:
        sealed: bytes = WebPusher({"endpoint": parcel.endpoint, "keys": keys}).encode(plain)["body"]
    except Exception as error:  # of three libraries, each with its own, and all about these keys
        raise Unusable(type(error).__name__) from error
    return sealed


class Signer:
    """Says to a push service who we are: fresh claims for each origin, signed once an hour."""

    def __init__(self, key: Path, subject: str) -> None:
        self._path, self._subject = key, subject
        self._key: Vapid02 | None = None  # read when it is first needed: it may be made after this worker started
        self._signed: dict[str, tuple[datetime, str]] = {}

    def authorization(self, origin: str, now: datetime) -> str:
        until, header = self._signed.get(origin, (now, ""))
        if until <= now:
            self._key = self._key or Vapid02.from_file(str(self._path))
            claims = {"aud": origin, "sub": self._subject, "exp": int((now + VAPID_GOOD).timestamp())}
            header = self._key.sign(claims)["Authorization"]
            self._signed[origin] = (now + VAPID_KEPT, header)
        return header


def is_public(address: str) -> bool:
    """Whether an address is out in the world, and no other way to write one that is not."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner is None and ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner and not is_public(str(inner)):
            return False
    return ip.is_global and not ip.is_multicast


class PublicResolver(ThreadedResolver):
    """Drops addresses that are not public, at the moment of connecting: a name that changes its mind gains nothing."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        if (host, port) in _exempt():
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise OSError("no public address")
        return public


def _exempt() -> set[tuple[str | None, int | None]]:
    parts = [urlsplit(origin) for origin in allowed_origins()]
    return {(one.hostname, one.port or {"http": 80, "https": 443}.get(one.scheme)) for one in parts}


class Service:
    """All push services, over one session of connections."""

    def __init__(self, signer: Signer, resolver: ThreadedResolver | None = None) -> None:
        self._signer, self._resolver = signer, resolver

    async def __aenter__(self) -> Service:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver or PublicResolver(), limit=0, limit_per_host=PER_ORIGIN, ttl_dns_cache=60
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            headers={"User-Agent": "Silian"},
        )
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._session.close()

    async def send(self, parcel: Parcel, token: str, now: datetime) -> Answer:
        """Raises ``Unusable`` or ``Unreachable``; any answer is an ``Answer``, a redirect too."""
        sealed = encrypt(parcel, message(parcel, token))
        said = headers(parcel, now) | {"Authorization": self._signer.authorization(parcel.origin, now)}
        try:
            url = URL(parcel.endpoint, encoded=True)
            if str(url.origin()) != parcel.origin:
                raise Unreachable("two readings of one address")
            async with self._session.post(url, data=sealed, headers=said, allow_redirects=False) as response:
                await response.content.read(BODY_READ_BYTES)
                return Answer(response.status, response.headers.get("Retry-After"))
        except TimeoutError as error:
            raise Unreachable("timeout") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from error
