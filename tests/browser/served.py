"""Silian as a person starts it: the real commands, a database of its own, the demo estate, web server and worker."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
STOP_SECONDS = 20
DEMO_PASSWORD = "demo-demo-demo"


class Silian:
    """`environment` is added to ours; `instance` is this server's own folder."""

    def __init__(self, instance: Path, environment: Mapping[str, str] | None = None) -> None:
        self.instance = instance
        self.password = DEMO_PASSWORD
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = instance.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        # Nothing of the person who runs the tests: neither their database nor their keys.
        ours = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV") if key in os.environ}
        self._environment = {
            **ours,
            "INSTANCE": str(instance),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_WORKERS": "1",
            "SILIAN_DEMO_PASSWORD": DEMO_PASSWORD,
            **(environment or {}),
        }

    def cli(self, *arguments: str) -> str:
        """A command of `silian`, to its end; what it printed."""
        done = subprocess.run(
            self._command(*arguments), cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=300
        )
        if done.returncode:
            raise AssertionError(f"silian {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Web server and worker; returns when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("run"), cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Silian did not start:\n{self.log()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """As Ctrl-C or systemd would."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """A power cut: everything it started, at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "webapp.cli", *arguments]

    def _healthy(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False


@contextmanager
def serving(instance: Path, estate: Path, environment: Mapping[str, str] | None = None) -> Iterator[Silian]:
    """A copy of the estate, for as long as the block lasts."""
    served = Silian(instance, environment)
    shutil.copytree(estate, served.instance)
    served.start()
    try:
        yield served
    finally:
        served.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
