"""What the tests stand on: Debian's packages on a fresh machine, and one clear line where there are no servers."""

from __future__ import annotations

import subprocess

import pytest

from .. import debian, servers


def test_as_root_on_debian_it_installs_and_knows_a_fresh_machine(monkeypatch):
    """The first attempt fails where the package lists were never fetched."""
    ran = []

    def run(command, **_):
        ran.append(command[3])
        return subprocess.CompletedProcess(command, 100 if len(ran) == 1 else 0, "", "")

    monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    monkeypatch.setattr(debian.shutil, "which", lambda name: name)
    monkeypatch.setattr(debian.subprocess, "run", run)
    assert debian.install("chromium")
    assert ran == ["install", "update", "install"]


def test_without_servers_it_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(servers, "DEBIAN_FOLDERS", tmp_path)
    monkeypatch.setattr(servers.shutil, "which", lambda name: None)
    with pytest.raises(servers.Missing, match="apt-get install postgresql redis-server"):
        servers.programs()
    assert servers.main(["true"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
