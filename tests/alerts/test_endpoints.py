"""Which endpoints are taken, and which addresses are never connected to."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp.resolver import ThreadedResolver

from webapp.alerts.endpoints import Refused, check_endpoint
from webapp.alerts.push import PublicResolver, is_public

GOOD = {
    "https://fcm.googleapis.com/fcm/send/a:b": "https://fcm.googleapis.com",
    "https://FCM.googleapis.com:443/fcm/send/a": "https://fcm.googleapis.com",
    "https://fcm.googleapis.com:/@127.0.0.1/x": "https://fcm.googleapis.com",
    "https://jmt17.google.com/fcm/send/a": "https://jmt17.google.com",
    "https://updates.push.services.mozilla.com/wpush/v2/g": "https://updates.push.services.mozilla.com",
    "https://wns2-sg2p.notify.windows.com/w/?token=x%2f": "https://wns2-sg2p.notify.windows.com",
    "https://web.push.apple.com/Qx": "https://web.push.apple.com",
}
BAD = [
    "http://fcm.googleapis.com/x",
    "ftp://fcm.googleapis.com/x",
    "//fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:99999/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evilfcm.googleapis.com/x",
    "https://evilnotify.windows.com/x",
    "https://.push.apple.com/x",
    "https://a.push.apple.com./x",
    "https://fcm.googleapis.com@127.0.0.1/x",
    "https://user:word@fcm.googleapis.com/x",
    "https://@fcm.googleapis.com/x",
    "https://fcm.googleapis.com\\@127.0.0.1/x",
    "https://127.0.0.1\\.push.apple.com/x",
    "https://127.0.0.1%2f.push.apple.com/x",
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://127.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fe80::1%25eth0]/x",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/x",
    "https://intranet/x",
    "https://push.example.org/x",
    "https://fcm.googleapis.com/x#y",
    " https://fcm.googleapis.com/x",
    "https://fcm.google\tapis.com/x",
    "https://fcm.googleapis.com/x\r\nHost: inner",
    "https://fcm。googleapis。com/x",
    "https://ｆcm.googleapis.com/x",
    "https:///x",
    "fcm.googleapis.com",
    "",
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_known_push_services(endpoint):
    assert check_endpoint(endpoint) == GOOD[endpoint]


@pytest.mark.parametrize("endpoint", BAD)
def test_everything_else_is_refused(endpoint):
    with pytest.raises(Refused):
        check_endpoint(endpoint)


def test_the_operator_may_name_more_hosts_but_no_address(monkeypatch):
    monkeypatch.setenv("SILIAN_PUSH_HOSTS", "push.example.org, .up.example.org, 10.0.0.1")
    assert check_endpoint("https://push.example.org/x") == "https://push.example.org"
    assert check_endpoint("https://a.up.example.org/x") == "https://a.up.example.org"
    for endpoint in ("https://evil.push.example.org/x", "https://10.0.0.1/x", "http://push.example.org/x"):
        with pytest.raises(Refused):
            check_endpoint(endpoint)


def test_what_is_allowed_for_tests_is_one_origin_exactly(monkeypatch):
    monkeypatch.setenv("SILIAN_PUSH_ALLOW", "http://127.0.0.1:9012/, http://[::1]:9013")
    assert check_endpoint("http://127.0.0.1:9012/x") == "http://127.0.0.1:9012"
    assert check_endpoint("http://[::1]:9013/x") == "http://[::1]:9013"
    for endpoint in ("http://127.0.0.1:9013/x", "https://127.0.0.1:9012/x", "http://127.0.0.1/x",
                     "http://a@127.0.0.1:9012/x", "http://localhost:9012/x"):  # fmt: skip
        with pytest.raises(Refused):
            check_endpoint(endpoint)


@pytest.mark.parametrize("address", ["142.250.1.95", "2a00:1450:4001::5f", "::ffff:142.250.1.95"])
def test_out_in_the_world(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::1"],
)  # fmt: skip
def test_not_out_in_the_world(address):
    assert not is_public(address)


def answering(monkeypatch, *answers: list[str]) -> None:
    """Names resolve to these addresses, one list after the other."""
    left = list(answers)

    async def resolve(_self, host, port=0, family=socket.AF_INET):
        common = {"hostname": host, "port": port, "family": family, "proto": 0, "flags": 0}
        return [{**common, "host": address} for address in left.pop(0)]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)


def resolved(host: str, port: int) -> list[str]:
    async def ask() -> list[str]:
        return [one["host"] for one in await PublicResolver().resolve(host, port)]

    return asyncio.run(ask())


def test_a_name_that_changes_its_mind_gains_nothing(monkeypatch):
    answering(monkeypatch, ["142.250.1.95"], ["142.250.1.95", "10.0.0.5"], ["127.0.0.1"])
    assert resolved("web.push.apple.com", 443) == ["142.250.1.95"]
    assert resolved("web.push.apple.com", 443) == ["142.250.1.95"]
    with pytest.raises(OSError, match="no public address"):
        resolved("web.push.apple.com", 443)


def test_an_allowed_origin_may_be_here(monkeypatch):
    monkeypatch.setenv("SILIAN_PUSH_ALLOW", "http://localhost:9012")
    answering(monkeypatch, ["127.0.0.1"], ["127.0.0.1"])
    assert resolved("localhost", 9012) == ["127.0.0.1"]
    with pytest.raises(OSError, match="no public address"):
        resolved("localhost", 9013)
