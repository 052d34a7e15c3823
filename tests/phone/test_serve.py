"""`silian phone`, whole: the page in the clear, the certificate it offers, and the app behind that certificate."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from cryptography import x509

from webapp import phone_https
from webapp.phone_certificate import permits

ROOT = Path(__file__).parents[2]
SERVE = """
import sys
from pathlib import Path
from webapp.phone_https import serve
sys.exit(serve(Path(sys.argv[1]), app="tests.phone.plain_app:app", host="127.0.0.1", https_port=int(sys.argv[2]),
               http_port=int(sys.argv[3]), addresses=["127.0.0.1"], beside=[[sys.executable, "-c", sys.argv[4]]]))
"""
SLEEP = "import time; time.sleep(60)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(instance: Path, beside: str) -> tuple[subprocess.Popen, int, int]:
    https_port, http_port = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(instance), str(https_port), str(http_port), beside],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )
    return process, https_port, http_port


def get(url: str, **options) -> requests.Response:
    """As soon as somebody listens."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return requests.get(url, timeout=5, **options)
        except requests.ConnectionError as error:
            if "SSL" in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.fixture
def served(tmp_path):
    process, https_port, http_port = start(tmp_path, SLEEP)
    yield process, f"https://127.0.0.1:{https_port}/", f"http://127.0.0.1:{http_port}/"
    process.terminate()
    process.wait(20)


def test_a_phone_gets_the_certificate_and_then_the_app(served, tmp_path):
    process, app_url, help_url = served
    page = get(help_url)
    assert page.status_code == 200
    assert app_url in page.text
    assert "安装" in page.text
    assert "Install a certificate" in page.text

    answer = get(help_url + "ca.crt")
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    pem = get(help_url + "ca.pem")
    assert x509.load_der_x509_certificate(answer.content) == x509.load_pem_x509_certificate(pem.content)

    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(pem.content)
    assert get(app_url, verify=str(trusted)).text == "https"

    assert get(help_url + "sync").status_code == 404

    process.send_signal(signal.SIGTERM)
    printed = process.communicate(timeout=20)[0]
    assert process.returncode == 0
    assert app_url in printed
    assert "▀" in printed


def test_it_stops_when_a_process_beside_it_ends(tmp_path):
    process, _, _ = start(tmp_path, "raise SystemExit(7)")
    process.communicate(timeout=20)
    assert process.returncode == 7


def test_addresses_are_such_as_the_certificate_may_name():
    for address in phone_https.local_addresses():
        assert permits(address)
        assert not address.is_loopback


@pytest.mark.parametrize("addresses", [[], ["8.8.8.8"]])
def test_without_a_private_address_it_says_so(tmp_path, monkeypatch, addresses):
    monkeypatch.setattr(phone_https, "local_addresses", list)
    with pytest.raises(phone_https.NoAddress, match="Wi-Fi"):
        phone_https.serve(tmp_path, addresses=addresses)
