"""Which push endpoints are taken: HTTPS on known push hosts, never an address of ours (PROMISES.md, security).

Checked when a browser subscribes and again when something is sent.
"""

from __future__ import annotations

import os
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

HOSTS: Final = (  # a leading dot stands for any host below
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)


class Refused(Exception):
    """The endpoint is none that we send to; the text says why, for the operator."""


def allowed_origins() -> frozenset[str]:
    """Origins that are exempt, for tests on loopback; empty in production, shown by ``silian doctor``."""
    named = (one.strip() for one in os.environ.get("SILIAN_PUSH_ALLOW", "").split(","))
    return frozenset(_origin(urlsplit(one)) for one in named if one)


def operators_hosts() -> tuple[str, ...]:
    """Push hosts that the operator adds, as in HOSTS."""
    return tuple(one.strip().lower() for one in os.environ.get("SILIAN_PUSH_HOSTS", "").split(",") if one.strip())


def check_endpoint(endpoint: str) -> str:
    """Returns the endpoint's origin; raises ``Refused``."""
    if not _PRINTED.match(endpoint):
        raise Refused("characters that no address has")
    try:
        parts = urlsplit(endpoint)
        origin, port = _origin(parts), parts.port
    except ValueError as error:
        raise Refused("not an address") from error
    if parts.username is not None or parts.password is not None or not parts.hostname or parts.fragment:
        raise Refused("user information, a fragment, or no host")
    if origin in allowed_origins():
        return origin
    if parts.scheme != "https" or port not in (None, 443):
        raise Refused("not https on its usual port")
    if not _NAME.match(parts.hostname):
        raise Refused("an address in figures, or no name")
    if not any(
        parts.hostname.endswith(known) if known.startswith(".") else parts.hostname == known
        for known in (*HOSTS, *operators_hosts())
    ):
        raise Refused("not a known push host")
    return origin


_NAME: Final = re.compile(r"([a-z0-9-]+\.)+[a-z][a-z0-9-]*\Z")  # figures at the end are an address, whoever reads it
_PRINTED: Final = re.compile(r"[!-~]+\Z")  # what a parser might drop, or another one might take for something else
_USUAL_PORTS: Final = {"http": 80, "https": 443}


def _origin(parts: SplitResult) -> str:
    """As RFC 6454 writes it, which is also what ``aud`` has to say. Raises ``ValueError``."""
    host = parts.hostname or ""
    port = "" if parts.port in (None, _USUAL_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://[{host}]{port}" if ":" in host else f"{parts.scheme}://{host}{port}"
