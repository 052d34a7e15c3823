"""``make defences``: switches each defence off in a copy of the sources and sees whether its test fails.

``ONLY=word`` chooses those whose test or file names it; ``KINDS=field,python,browser,simulation`` chooses by what they
run in. The simulator's are minutes each, and run only when they are named.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from subprocess import PIPE, STDOUT

from tests.promises.page import proofs
from tests.promises.promise import Proof, Switch

ROOT = Path(__file__).resolve().parents[2]
LINKED = (".venv", "node_modules")
BUILT_FROM = "static/"
LIMIT_SECONDS = {"field": 45, "python": 240, "browser": 240, "simulation": 600}


def main() -> int:
    kinds = os.environ.get("KINDS", "field,python,browser").split(",")
    word = os.environ.get("ONLY", "")
    chosen = [one for one in proofs() if one.off and one.kind in kinds and (word in one.test or word in one.off.file)]
    by_switch: dict[Switch, list[Proof]] = defaultdict(list)
    for proof in chosen:
        assert proof.off is not None
        by_switch[proof.off].append(proof)
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "silian"
        copy_sources(copy)
        for switch, those in by_switch.items():
            unnoticed += try_without(copy, switch, those)
    print(f"{len(chosen) - unnoticed} noticed, {unnoticed} not")
    return 1 if unnoticed else 0


def copy_sources(copy: Path) -> None:
    """What is under version control and what was built; installed packages are linked."""
    listing = ["git", "ls-files", "-co", "--exclude-standard"]
    for name in subprocess.check_output(listing, cwd=ROOT, text=True).splitlines():
        if (ROOT / name).is_file() and name.split("/")[0] not in LINKED:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
            shutil.copymode(ROOT / name, copy / name)
    shutil.copytree(ROOT / "static/dist", copy / "static/dist")
    for name in LINKED:
        (copy / name).symlink_to(ROOT / name)


def try_without(copy: Path, switch: Switch, those: list[Proof]) -> int:
    """How many of these tests pass all the same."""
    file = copy / switch.file
    whole = file.read_text(encoding="utf-8")
    assert whole.count(switch.old) == 1, f"{switch.file}: {switch.old}"
    file.write_text(whole.replace(switch.old, switch.new), encoding="utf-8")
    unnoticed = 0
    rebuild = switch.file.startswith(BUILT_FROM) and any(one.kind == "browser" for one in those)
    try:
        if rebuild:
            subprocess.run([copy / ".venv/bin/node", "build.mjs"], cwd=copy, check=True, stdout=subprocess.DEVNULL)
        for proof in those:
            began = time.monotonic()
            red = fails(copy, proof)
            said, took = "red    " if red else "NOT RED", time.monotonic() - began
            print(f"{said} {took:4.0f} s  {proof.test}  without {switch.file}: {switch.old.strip()[:60]}", flush=True)
            unnoticed += not red
    finally:
        file.write_text(whole, encoding="utf-8")
        if rebuild:
            shutil.rmtree(copy / "static/dist")
            shutil.copytree(ROOT / "static/dist", copy / "static/dist")
    return unnoticed


def fails(copy: Path, proof: Proof) -> bool:
    """Whether just this test fails, or never comes to its end; a run that breaks before its tests proves nothing."""
    env = dict(os.environ)
    if proof.kind == "simulation":
        argv = [copy / ".venv/bin/node", "tests/simulation/run.mjs"]
        env |= {"SEEDS": proof.title, "SECONDS": "0", "LANES": "1"}
        mark = f"seed {proof.title}: "
    elif proof.kind == "field":
        argv = [copy / ".venv/bin/node", "tests/field/run.mjs", Path(proof.file).name]
        mark = f"✖ {proof.title}"
    else:
        argv = [copy / ".venv/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "", proof.test]
        mark = f"FAILED {proof.file}"
    how = {"cwd": copy, "env": env, "stdout": PIPE, "stderr": STDOUT, "start_new_session": True}
    with subprocess.Popen(argv, text=True, **how) as running:
        try:
            said, _ = running.communicate(timeout=LIMIT_SECONDS[proof.kind])
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            return proof.kind != "browser"  # a browser on a busy machine may just be late
    return running.returncode != 0 and mark in said


if __name__ == "__main__":
    sys.exit(main())
