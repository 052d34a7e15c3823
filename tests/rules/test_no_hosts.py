"""What is committed names no package registry and no path of a machine, so any machine and any mirror will do."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Put together from halves, so that this file does not find itself.
REGISTRY_HALVES = (
    ("pypi", ".org"), ("pythonhosted", ".org"), ("registry.npm", "js"), ("npm", "mirror"), ("registry.yarn", "pkg"),
    ("tuna.tsing", "hua"), ("mirrors.ali", "yun"), ("deb.deb", "ian.org"), ("jsdel", "ivr"), ("unp", "kg.com"),
)
PATH_HALVES = ((r"/ro", r"ot/"), (r"/ho", r"me/\w"), (r"/Us", r"ers/\w"), (r"/wo", r"rk/"))
REGISTRIES = re.compile("|".join(re.escape(first + second) for first, second in REGISTRY_HALVES))
MACHINE_PATHS = re.compile(r"(?<![\w.])(?:" + "|".join(first + second for first, second in PATH_HALVES) + ")")
# name==version, perhaps a marker, and at least one hash
LOCKED = re.compile(r"[a-z0-9][a-z0-9._-]*==\S+( ;[^#]*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")


def committed_texts() -> list[tuple[str, str]]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = []
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue  # removed here, not yet committed
        content = path.read_bytes()
        if b"\0" not in content:
            texts.append((name, content.decode("utf-8")))
    return texts


TEXTS = committed_texts()


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registry", "path"])
def test_nothing_names_a_registry_or_a_machines_path(pattern):
    found = [f"{name}: {hit.group()}" for name, text in TEXTS for hit in pattern.finditer(text)]
    assert not found


def test_the_npm_lock_file_names_no_source():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len(packages) > 1
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package.get("integrity"), f"{name} comes without its hash"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_python_lock_files_hold_versions_and_hashes_only(name):
    text = (ROOT / name).read_text()
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            assert LOCKED.fullmatch(line), line[:80]


def test_the_tests_lock_file_holds_the_same_versions():
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    served, tested = versions("requirements.txt"), versions("requirements-dev.txt")
    assert served.items() <= tested.items()
