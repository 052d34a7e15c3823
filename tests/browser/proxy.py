"""A proxy between the phone and Silian: pulls the plug, counts what passes, and does what bad networks do.

    proxy.unplug(); proxy.plug()            the server is gone; is back
    proxy.count("POST", "/sync")            how many requests of this kind reached the server
    proxy.misbehave("/sync", drop_answer)   the next such request meets this fault, then all is well again
"""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60
# These belong to one connection; the two sides each have their own.
PER_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection", "te", "trailer"}


@dataclass
class Request:
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    sent: int | None = field(default=None)
    """How many bytes of the body reach the phone; None: all."""


Pass = Callable[[Request], Answer]
Fault = Callable[[Request, Pass], Answer | None]
"""Gets the request and the way to the server; gives what the phone shall get, None for a cut connection."""


def drop_answer(request: Request, to_server: Pass) -> Answer | None:
    """The server did it, the phone never hears."""
    to_server(request)
    return None


def drop_request(request: Request, to_server: Pass) -> Answer | None:
    """It never arrives."""
    return None


def twice(request: Request, to_server: Pass) -> Answer | None:
    """A network that repeats: the server gets it two times."""
    to_server(request)
    return to_server(request)


def cut_answer(request: Request, to_server: Pass) -> Answer | None:
    """The connection breaks in mid-answer."""
    answer = to_server(request)
    answer.sent = len(answer.body) // 2
    return answer


def portal(request: Request, to_server: Pass) -> Answer | None:
    """The Wi-Fi of a shop answers 200 in the server's place."""
    page = "<!doctype html><title>Wi-Fi</title><p>请先登录无线网络".encode()
    return Answer(200, [("Content-Type", "text/html; charset=utf-8")], page)


def answers(status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Fault:
    """Something on the way answers this, and the server sees nothing."""
    return lambda request, to_server: Answer(status, list((headers or {}).items()), body)


class Proxy:
    def __init__(self, server_url: str) -> None:
        self._upstream = urlsplit(server_url)
        self._lock = threading.Lock()
        self._plugged = True
        self._open: set[socket.socket] = set()
        self._faults: list[tuple[str, Fault, int]] = []
        self.passed: list[tuple[Request, int]] = []
        """What reached the server, with the status that it answered, in the order of the answers."""
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._listener.daemon_threads = True
        # The address that browsers hold for secure without a certificate.
        self.url = f"http://localhost:{self._listener.server_address[1]}"
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def unplug(self) -> None:
        with self._lock:
            self._plugged = False
            for connection in self._open:
                _reset(connection)

    def plug(self) -> None:
        with self._lock:
            self._plugged = True

    def misbehave(self, path: str, fault: Fault, times: int = 1) -> None:
        """The next `times` requests whose path begins so meet this fault."""
        with self._lock:
            self._faults.append((path, fault, times))

    def behave(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()

    def count(self, method: str, path: str) -> int:
        with self._lock:
            return sum(request.method == method and request.path.startswith(path) for request, _ in self.passed)

    def close(self) -> None:
        self.unplug()
        self._listener.shutdown()
        self._listener.server_close()

    # --- for the handler ---

    def opened(self, connection: socket.socket) -> bool:
        with self._lock:
            self._open.add(connection)
            return self._plugged

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    @property
    def plugged(self) -> bool:
        return self._plugged

    def answer(self, request: Request) -> Answer | None:
        fault = self._next_fault(request.path)
        return fault(request, self._to_server) if fault else self._to_server(request)

    def _next_fault(self, path: str) -> Fault | None:
        with self._lock:
            for index, (prefix, fault, times) in enumerate(self._faults):
                if path.startswith(prefix):
                    self._faults[index : index + 1] = [(prefix, fault, times - 1)] if times > 1 else []
                    return fault
        return None

    def _to_server(self, request: Request) -> Answer:
        connection = http.client.HTTPConnection(
            self._upstream.hostname or "", self._upstream.port, timeout=TIMEOUT_SECONDS
        )
        try:
            connection.request(request.method, request.path, request.body or None, dict(request.headers))
            response = connection.getresponse()
            body = response.read()
            headers = [(name, value) for name, value in response.getheaders() if name.lower() not in PER_CONNECTION]
        finally:
            connection.close()
        with self._lock:
            self.passed.append((request, response.status))
        return Answer(response.status, headers, body)


def _reset(connection: socket.socket) -> None:
    """An abrupt end, so that the phone does not take it for a whole answer."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the phone was quicker


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            try:
                if proxy.opened(self.connection):
                    super().handle()
                else:
                    _reset(self.connection)
            except (ConnectionError, TimeoutError):
                return  # unplugged, or the browser left
            finally:
                proxy.closed(self.connection)

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = [(name, value) for name, value in self.headers.items() if name.lower() not in PER_CONNECTION]
            answer = proxy.answer(Request(self.command, self.path, headers, body))
            if answer is None or not proxy.plugged:
                self.close_connection = True
                _reset(self.connection)
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            if answer.status not in (204, 304):  # these have no body, whatever their length says
                self.send_header("Content-Length", self._length(answer))
            self.end_headers()
            if self.command == "HEAD":
                return
            self.wfile.write(answer.body[: answer.sent])
            if answer.sent is not None:
                self.close_connection = True
                _reset(self.connection)

        def _length(self, answer: Answer) -> str:
            if self.command == "HEAD":
                return {name.lower(): value for name, value in answer.headers}.get("content-length", "0")
            return str(len(answer.body))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = pass_on  # noqa: N815 -- as http.server calls them

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the tests look at `passed`."""

    return Handler
