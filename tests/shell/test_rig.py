"""What the tests stand on: Debian's packages on a fresh machine, and one clear line where there are no servers."""

from __future__ import annotations

import subprocess

import pytest

from .. import debian, servers


@pytest.mark.parametrize("listed", [True, False], ids=["with new lists", "with the lists at hand"])
def test_as_root_on_debian_it_installs(monkeypatch, listed):
    """The lists come first, or it would be what they knew months ago; without them, what is at hand may do."""
    ran = []

    def run(command, **_):
        ran.append(command[3])
        return subprocess.CompletedProcess(command, 0 if listed or command[3] == "install" else 100, "", "")

    monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    monkeypatch.setattr(debian.shutil, "which", lambda name: name)
    monkeypatch.setattr(debian.subprocess, "run", run)
    assert debian.install("chromium")
    assert ran == ["update", "install"]


def test_without_servers_it_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(servers, "DEBIAN_FOLDERS", tmp_path)
    monkeypatch.setattr(servers.shutil, "which", lambda name: None)
    with pytest.raises(servers.Missing, match="apt-get install postgresql redis-server"):
        servers.programs()
    assert servers.main(["true"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
