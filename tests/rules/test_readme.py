"""What the README tells a stranger to type works, and what it points at is there."""

import re
from pathlib import Path

from click.testing import CliRunner

from webapp.cli import commands

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Blocks of shell lines, and what stands between backticks.
CODE = "\n".join("".join(found) for found in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", README, re.DOTALL))


def test_every_make_target_it_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z-]+)", CODE, re.MULTILINE))
    assert {"run", "test", "help"} <= named
    assert named <= targets


def test_every_command_it_names_exists():
    named = set(re.findall(r"\bsilian ([a-z]+)", CODE))
    assert named
    for command in named:
        assert CliRunner().invoke(commands(), [command, "--help"]).exit_code == 0, command


def test_every_file_it_points_at_is_there():
    paths = set(re.findall(r"\]\(((?!https?:)[^)#]+)\)", README))
    paths |= {word for word in CODE.split() if re.fullmatch(r"[\w./-]+\.(md|toml|txt)", word)}
    assert paths
    assert not [path for path in sorted(paths) if not (ROOT / path).exists()]


def test_it_names_what_debian_lacks():
    assert "apt-get install make python3-venv git" in README
