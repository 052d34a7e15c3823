"""`silian run`: up, answering, and down again with everything it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest
from click.testing import CliRunner

from webapp import create_app, serving, upgrade
from webapp.cli import commands
from webapp.db import db
from webapp.settings import STATIC, Refused

UP_SECONDS = 60


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def instance(tmp_path, monkeypatch, port):
    """An instance whose database is up to date, for this process and for those that it starts."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "i"))
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("WEB_WORKERS", "1")
    app = create_app()
    with app.app_context():
        upgrade.upgrade()
        db.engine.dispose()
    return tmp_path / "i"


@pytest.fixture
def running(instance, port, built):
    """The real command, up and answering; whatever is left of it at the end is killed."""
    command = [sys.executable, "-m", "webapp.cli", "run"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "start_new_session": True}
    process = subprocess.Popen(command, **options)
    deadline = time.monotonic() + UP_SECONDS
    while not healthy(port) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def built():
    if not (STATIC / "dist/manifest.json").exists():
        pytest.fail("the front end is not built: make setup")


def lies_about_https(port):
    """What a client on this machine gets that says it came over https: gunicorn by itself would believe it."""
    headers = {"Host": "silian.example", "X-Forwarded-Proto": "https"}
    try:
        return urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/", headers=headers)).status
    except urllib.error.HTTPError as error:
        return error.code


def refused(*arguments):
    """What the command says, in this process, instead of starting."""
    answer = CliRunner().invoke(commands(), list(arguments), catch_exceptions=False)
    assert answer.exit_code == 1
    return answer.output


def healthy(port):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).status == 200
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_it_runs_and_stops_with_its_children(running, port, number):
    assert healthy(port)
    assert lies_about_https(port) == 403
    children = psutil.Process(running.pid).children(recursive=True)
    assert len(children) >= 3, "a master and a worker of gunicorn, and the worker"
    running.send_signal(number)
    output, _ = running.communicate(timeout=serving.STOP_SECONDS + 10)
    assert running.returncode == 0, output
    assert f"http://localhost:{port}" in output
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert not healthy(port)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gunicorn", "worker"])
def test_when_one_process_dies_the_rest_ends_too(running, name):
    children = psutil.Process(running.pid).children()
    next(child for child in children if name in child.cmdline()).kill()
    assert running.wait(serving.STOP_SECONDS + 10) != 0
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_it_says_in_one_sentence_why_it_does_not_start(instance, port, built, monkeypatch, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert "Set PORT to another number" in refused("run")
    monkeypatch.setenv("INSTANCE", str(tmp_path / "old"))
    assert "silian upgrade" in refused("run")


def test_a_demo_with_a_short_password_stays_on_this_machine(instance, built, monkeypatch):
    (instance / "demo-password").write_text("elevenchars")
    for host in ("0.0.0.0", "192.168.1.20"):
        monkeypatch.setenv("HOST", host)
        assert "fewer than 12" in refused("run")
    assert "fewer than 12" in refused("phone")


def test_a_port_in_use_is_refused(port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(Refused):
            serving.check_port("127.0.0.1", port)
    serving.check_port("127.0.0.1", port)


def test_a_process_begins_before_there_is_a_database(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    serving._warm(create_app(instance=tmp_path))
