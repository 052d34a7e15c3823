"""Imports run one way, as the contracts in pyproject.toml say."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def layers() -> list[set[str]]:
    """From the top down; a set holds domains of one height."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (contract,) = (c for c in config["tool"]["importlinter"]["contracts"] if c["id"] == "layers")
    return [{name.strip(" ()") for name in layer.split("|")} for layer in contract["layers"]]


def test_the_contracts_are_kept():
    done = subprocess.run([LINT_IMPORTS, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_domain_has_its_place_in_the_order():
    """A layer in parentheses may be missing, so a domain that nobody placed would go unwatched."""
    placed = set().union(*layers())
    domains = {f"webapp.{path.parent.name}" for path in (ROOT / "webapp").glob("*/__init__.py")}
    assert domains <= placed, f"name these in pyproject.toml's layers: {domains - placed}"
