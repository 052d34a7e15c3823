"""HTTP as a browser speaks it: a jar of cookies, a connection that is kept, nothing that hides what was answered."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back. ``headers`` are by their names in small letters; of several with one name the last."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The problem code, where the answer is one."""
        return self.json.get("code") if self.body and self.headers.get("content-type", "").startswith(JSON) else None


@dataclass
class Web:
    """``ask`` sends one request. Cookies are kept as a browser keeps them; no Origin is sent unless told."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)  # as they came, newest last
    _connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """``body`` is bytes, or goes as JSON. A header given as "" is left out."""
        given = {"Content-Type": JSON} if body is not None else {}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given |= headers or {}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self._once(method, path, data, {name: value for name, value in given.items() if value})

    def _once(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.url)
        if self._connection is None:
            self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        self._connection.request(method, path, data, headers)
        response = self._connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        for line in response.headers.get_all("Set-Cookie") or []:
            self._keep(line)
        if response.will_close:
            self.close()
        return answer

    def set_cookie(self, name: str) -> str:
        """The newest line that set this cookie."""
        return next(line for line in reversed(self.set_cookies) if line.startswith(f"{name}="))

    def _keep(self, line: str) -> None:
        self.set_cookies.append(line)
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
