"""Silian for a phone on the same Wi-Fi: https with a certificate of our own, and a page that explains how to trust it.

`serve()` is what `silian phone` calls, after the database is ready and the caller knows that no account has a weak
password: from here on the whole local network can reach the sign-in.
"""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import segno

from . import clock
from .phone_certificate import Address, PhoneCertificate, ensure, permits
from .phone_steps import CONTENT_SECURITY_POLICY, as_page, as_text
from .serving import check_port, end, start

CHECK_EVERY_SECONDS = 60
# Addresses nobody answers at, one per private range and one public: asking the system for the way there sends nothing,
# and tells which of our own addresses it would use.
WAYS_OUT = ("192.168.255.254", "10.255.255.254", "172.31.255.254", "192.0.2.1")


class NoAddress(Exception):
    """This machine has no private address at which a phone could reach it."""


def serve(
    instance: Path,
    *,
    app: str = "webapp:create_app()",
    host: str = "0.0.0.0",
    https_port: int = 8443,
    http_port: int = 8000,
    addresses: Sequence[str] = (),
    beside: Sequence[Sequence[str]] = (),
    echo: Callable[[str], None] = print,
) -> int:
    """Serve until Ctrl-C or SIGTERM, or until one of the processes ends; gives the exit status.

    instance    the folder for certificates and keys (the app's own instance folder)
    app         what gunicorn loads
    host        where to listen, both ports
    https_port  the app; http_port  the page with the steps, and /ca.crt; nothing else is answered in the clear
    addresses   this machine's addresses on the Wi-Fi; found when left out
    beside      commands that run as long as this does: `[[sys.executable, "-m", "webapp.cli", "worker"]]`
    echo        prints a text for the person at the terminal
    """
    chosen = [ipaddress.ip_address(address) for address in addresses]
    current = chosen or local_addresses()
    if not current or not all(permits(address) for address in current):
        raise NoAddress(
            "这台电脑没有局域网地址，请先连接 Wi-Fi。 This computer has no private address: join the Wi-Fi first."
        )
    check_port(host, https_port)
    if http_port:
        check_port(host, http_port)
    certificate = ensure(instance, current, clock.now())
    help_server = _help_server(host, http_port, https_port, lambda: certificate)
    # The port is asked for again: 0 lets the system choose.
    http_port = help_server.server_address[1]
    echo(announcement(current, certificate, https_port, http_port))

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    threading.Thread(target=help_server.serve_forever, daemon=True).start()
    commands = [_gunicorn(app, host, https_port, certificate), *beside]
    processes = [start(command) for command in commands]
    waited = 0.0
    try:
        while not stop.wait(0.5):
            ended = [process for process in processes if process.poll() is not None]
            if ended:
                return ended[0].returncode or 1
            waited += 0.5
            if waited >= CHECK_EVERY_SECONDS:
                waited = 0.0
                # gunicorn reads the files for every connection, so a new certificate needs no restart.
                current = chosen or local_addresses() or current
                certificate = ensure(instance, current, clock.now())
                if certificate.renewed:
                    echo(announcement(current, certificate, https_port, http_port))
        return 0
    finally:
        help_server.shutdown()
        help_server.server_close()
        end(processes)


def local_addresses() -> list[Address]:
    """This machine's private addresses, the likeliest first."""
    found: list[Address] = []
    for destination in WAYS_OUT:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((destination, 9))
            except OSError:
                continue  # no way there: no address to learn from it
            address = ipaddress.ip_address(probe.getsockname()[0])
        if permits(address) and not address.is_loopback and address not in found:
            found.append(address)
    return found


def announcement(
    addresses: Sequence[Address], certificate: PhoneCertificate, https_port: int, http_port: int
) -> str:
    help_url, app_url = _urls(str(addresses[0]), https_port, http_port)
    others = [_urls(str(address), https_port, http_port)[1] for address in addresses[1:]]
    parts = [
        "",
        f"  一、只需一次：安装证书  First, once: the certificate    {help_url}",
        qr(help_url),
        "",
        f"  二、打开四联  Then: Silian    {app_url}",
        qr(app_url),
        "",
        as_text(help_url, app_url, certificate.fingerprint),
    ]
    if others:
        parts.append("  也可  or  " + "  ".join(others))
    if certificate.new_authority:
        parts.append("  证书是新的，手机上要重新安装。  The certificate is new: phones must install it again.")
    return "\n".join(parts) + "\n"


def qr(text: str) -> str:
    """A QR code of half-block characters; dark on light, whatever the terminal's colours are."""
    rows = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    # Index: upper module dark, lower module dark. Blocks are drawn for light modules.
    shapes = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    lines = [
        "".join(shapes[(min(upper, 1), min(lower, 1))] for upper, lower in zip(rows[n], rows[n + 1], strict=True))
        for n in range(0, len(rows), 2)
    ]
    return "\n".join(f"  \x1b[97;40m{line}\x1b[0m" for line in lines)


def _urls(address: str, https_port: int, http_port: int) -> tuple[str, str]:
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{http_port}/", f"https://{host}:{https_port}/"


def _gunicorn(app: str, host: str, port: int, certificate: PhoneCertificate) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", app, "--no-control-socket",
        "--bind", f"{host}:{port}",
        "--certfile", str(certificate.chain),
        "--keyfile", str(certificate.key),
        "--worker-class", "gthread", "--workers", "2", "--threads", "8",
        "--keep-alive", "75", "--timeout", "90", "--graceful-timeout", "10",
        "--log-level", "warning",
    ]  # fmt: skip


def _help_server(
    host: str, http_port: int, https_port: int, certificate: Callable[[], PhoneCertificate]
) -> ThreadingHTTPServer:
    class Steps(BaseHTTPRequestHandler):
        server_version, sys_version = "silian", ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/ca.crt":
                self._answer(200, "application/x-x509-ca-cert", certificate().authority_der())
            elif path == "/ca.pem":
                self._answer(200, "application/x-x509-ca-cert", certificate().authority_pem())
            else:
                # The address the phone used is one that reaches us.
                own = self.connection.getsockname()[0]
                page = as_page(*_urls(own, https_port, self.connection.getsockname()[1]))
                self._answer(200 if path == "/" else 404, "text/html; charset=utf-8", page.encode())

        do_HEAD = do_GET  # noqa: N815 -- the name that http.server looks for

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: who fetches the certificate is nobody's business."""

    return ThreadingHTTPServer((host, http_port), Steps)
