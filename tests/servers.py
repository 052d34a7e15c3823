"""A PostgreSQL and a Redis of our own, for as long as a command runs.

``python -m tests.servers pytest tests/sync`` starts both in a temporary folder, tells the command where they are by
TEST_DATABASE_URL and TEST_REDIS_URL, and stops them at its end, also where it fails or is interrupted. Nothing is kept,
and no server that was running already is touched. Missing programs are installed where that is possible.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import debian

DEBIAN_FOLDERS = Path("/usr/lib/postgresql")
START_SECONDS = 30
# Tests do not survive a power cut, so they need not wait for the disk; a benchmark must.
HURRIED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")


class Missing(Exception):
    """A program is not there and cannot be installed; the message says what a person can do."""


def programs() -> tuple[Path, Path]:
    """PostgreSQL's folder of programs, and Redis."""
    postgres, redis = _postgres(), shutil.which("redis-server")
    lacking = ([] if postgres else ["postgresql"]) + ([] if redis else ["redis-server"])
    if lacking and debian.install(*lacking):
        postgres, redis = _postgres(), shutil.which("redis-server")
    if postgres is None or redis is None:
        raise Missing("These tests need PostgreSQL and Redis: apt-get install postgresql redis-server")
    return postgres, Path(redis)


def _postgres() -> Path | None:
    """Debian has its programs in a folder for each version; others have them on the path."""
    newest = sorted(DEBIAN_FOLDERS.glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]), reverse=True)
    for folder in newest:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found and shutil.which("pg_ctl") else None


@contextmanager
def running(durable: bool = False) -> Iterator[dict[str, str]]:
    """Both servers; their addresses by the names of the variables that tell them."""
    bin, redis = programs()
    folder = Path(tempfile.mkdtemp(prefix="silian-"))  # short: a socket's path has at most 107 bytes
    try:
        with _postgresql(bin, folder / "pg", durable) as database, _redis(redis) as jobs:
            yield {"TEST_DATABASE_URL": database, "TEST_REDIS_URL": jobs}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _postgresql(bin: Path, data: Path, durable: bool) -> Iterator[str]:
    """On a Unix socket in its own folder, which nobody else may enter; so it needs no password."""
    owner = _not_root()
    data.mkdir(mode=0o700)
    if owner is not None:
        os.chown(data, owner.pw_uid, owner.pw_gid)
        os.chmod(data.parent, 0o711)

    def run(program: str, *arguments: str) -> None:
        who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        command = [str(bin / program), "-D", str(data), *arguments]
        plain = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
        done = subprocess.run(
            command, cwd=data, env={**plain, "LC_ALL": "C.UTF-8"}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, text=True, check=False, **who,  # type: ignore[call-overload]
        )  # fmt: skip
        if done.returncode:
            log = data / "log"
            told = log.read_text(errors="replace") if log.exists() else ""
            raise RuntimeError(f"{program} failed: {done.stderr}{told}")

    options = ["listen_addresses=", "max_connections=200", "unix_socket_permissions=0700"]
    options += [] if durable else HURRIED
    run("initdb", "--username=silian", "--auth=trust", "--encoding=UTF8", "--no-sync")
    line = " ".join(f"-c {option}" for option in (*options, f"unix_socket_directories={data}"))
    run("pg_ctl", "start", "--wait", f"--timeout={START_SECONDS}", "--silent", f"--log={data / 'log'}", f"-o{line}")
    try:
        yield f"postgresql+psycopg://silian@/postgres?host={data}"
    finally:
        run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")


def _not_root() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it is Debian's own user for it, or nobody."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("PostgreSQL does not run as root, and there is no user postgres or nobody.")


@contextmanager
def _redis(program: Path) -> Iterator[str]:
    """On a loopback port with a password, which goes by the standard input and so shows in no list of processes."""
    password = secrets.token_urlsafe(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    lines = (f"port {port}", "bind 127.0.0.1", f"requirepass {password}", "databases 64", 'save ""', "appendonly no")
    process = subprocess.Popen([str(program), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd="/")
    try:
        assert process.stdin is not None
        process.stdin.write("\n".join(lines).encode())
        process.stdin.close()
        _wait_for(port, process)
        yield f"redis://:{password}@127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("Redis did not start")


def main(command: list[str]) -> int:
    """Runs the command beside the servers; its exit code."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        with running() as addresses:
            return subprocess.run(command, env={**os.environ, **addresses}, check=False).returncode
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
