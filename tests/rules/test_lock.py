"""The lock files hold what every Python needs that Silian runs on, not only the one that wrote them."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
# The oldest that pyproject.toml allows, as Debian 12 and Ubuntu 24.04 have it, and those since.
PYTHONS = ("3.11.0", "3.11.2", "3.12.3", "3.13.5", "3.14.0")


def locked(file: str) -> set[str]:
    text = (ROOT / file).read_text()
    return {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


@cache
def asked_for() -> list[tuple[str, Requirement]]:
    """What each installed package asks for."""
    return [(one.name, Requirement(wanted)) for one in distributions() for wanted in one.requires or []]


@pytest.mark.parametrize("version", PYTHONS)
@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_everything_that_a_package_asks_for_is_locked(file: str, version: str) -> None:
    names = locked(file)
    python = {"python_version": version.rpartition(".")[0], "python_full_version": version, "extra": ""}
    needed = [
        (package, wanted)
        for package, wanted in asked_for()
        if canonicalize_name(package) in names and (wanted.marker is None or wanted.marker.evaluate(python))
    ]
    assert needed
    assert not [f"{package}: {wanted}" for package, wanted in needed if canonicalize_name(wanted.name) not in names]
