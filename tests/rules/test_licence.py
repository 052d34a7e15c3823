"""The three places that state the licence state the same one."""

import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_one_licence():
    assert (ROOT / "LICENSE").read_text().startswith("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"] == "AGPL-3.0-or-later"
    assert json.loads((ROOT / "package.json").read_text())["license"] == "AGPL-3.0-or-later"
