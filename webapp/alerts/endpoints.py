"""Which push endpoints are taken: HTTPS on known push hosts, never an address of ours (PROMISES.md, security; RECIPES.md).

Checked when a browser subscribes and again when something is sent.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Final
from urllib.parse import urlsplit

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
    return frozenset(one.strip() for one in os.environ.get("SILIAN_PUSH_ALLOW", "").split(",") if one.strip())


def operators_hosts() -> tuple[str, ...]:
    """Push hosts that the operator adds, as in HOSTS."""
    return tuple(one.strip().lower() for one in os.environ.get("SILIAN_PUSH_HOSTS", "").split(",") if one.strip())


def check_endpoint(endpoint: str) -> str:
    """Returns the endpoint's origin; raises ``Refused``."""
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError as error:
        raise Refused("not an address") from error
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin in allowed_origins():
        return origin
    if parts.scheme != "https" or port not in (None, 443):
        raise Refused("not https on its usual port")
    if parts.username is not None or parts.password is not None or not host:
        raise Refused("user information, or no host")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        raise Refused("an address in figures")
    if not any(
        host.endswith(known) if known.startswith(".") else host == known for known in (*HOSTS, *operators_hosts())
    ):
        raise Refused("not a known push host")
    return origin
