"""Installs Debian's packages, where that is possible: as root, with apt-get at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

APT = ("apt-get", "-o", "DPkg::Lock::Timeout=400")


def install(*packages: str) -> bool:
    """Whether they are installed now."""
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        return False
    print(f"apt-get install {' '.join(packages)}", file=sys.stderr)
    command = [*APT, "install", "-y", "--no-install-recommends", *packages]
    # The lists come first: a fresh machine has none, another may have those of a browser that is months old. Where they
    # cannot be had, what is known already may do.
    _run([*APT, "update"])
    return _run(command)


def _run(command: list[str]) -> bool:
    # The tests' own output stays readable; what apt says matters only when it fails. RUNLEVEL: no service is started.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
    return done.returncode == 0
