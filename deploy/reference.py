"""Writes what docs/ says of the code from the code: commands, problems, the command line, promises. ``make docs``.

``--check`` writes nothing and fails where a page is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sync.schema import describe
from webapp import cli, load_domains, problems
from webapp.db import registry
from webapp.people.permissions import PERMISSIONS, ROLES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs"
HEAD = "<!-- Written by `make docs` from the code. Changes made here are lost. -->\n\n"


def commands() -> str:
    """Every command: what it does, who may, its payload."""
    load_domains()
    said = describe(registry)["commands"]
    parts = [HEAD + "# Commands\n\nWhat a phone or a desk form can say. Scopes: see `webapp/people/permissions.py`.\n"]
    for name, one in sorted(said.items()):
        who = _who(PERMISSIONS.get(name, {}))
        parts.append(f"## {name}, version {one['v']}\n\n{one['description']}\n\nWho: {who}.\n")
        parts.append("| field | required | shape |\n| --- | --- | --- |")
        required = set(one["payload"].get("required", ()))
        for field, shape in one["payload"]["properties"].items():
            parts.append(f"| `{field}` | {'yes' if field in required else ''} | {_shape(shape)} |")
        parts.append("")
    return "\n".join(parts)


def _who(scopes: dict[str, str]) -> str:
    if scopes.keys() == set(ROLES) and len(set(scopes.values())) == 1:
        return f"everybody ({next(iter(scopes.values()))})"
    return ", ".join(f"{role} ({scope})" for role, scope in scopes.items()) or "everybody"


def _shape(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " or ".join(_shape(one) for one in shape["anyOf"])
    if "enum" in shape:
        return ", ".join(f"`{one}`" for one in shape["enum"])
    if shape.get("type") == "object" and "properties" in shape:
        return "{" + ", ".join(f"`{name}`" for name in shape["properties"]) + "}"
    if shape.get("type") == "array":
        return f"list of {_shape(shape['items'])}" if isinstance(shape.get("items"), dict) else "list"
    rest = {key: value for key, value in shape.items() if key not in ("type", "description")}
    return f"{shape.get('type', 'anything')}{' ' + json.dumps(rest, sort_keys=True) if rest else ''}".replace(
        "|", "\\|"
    )


def errors() -> str:
    """Every problem code with its words, and the codes that stand beside a field."""
    parts = [HEAD + "# Problem codes\n\n| code | status | 中文 | English |\n| --- | --- | --- | --- |"]
    parts += [f"| `{code}` | {one.status} | {one.zh} | {one.en} |" for code, one in sorted(problems.PROBLEMS.items())]
    parts += ["", "## Beside a field (`fields` of `invalid`)", "", "| code | 中文 | English |", "| --- | --- | --- |"]
    parts += [f"| `{code}` | {zh} | {en} |" for code, (zh, en) in sorted(problems.FIELDS.items())]
    return "\n".join(parts) + "\n"


def command_line() -> str:
    """``silian`` and each of its commands, as ``--help`` says it."""
    group = cli.commands()
    # Its own settings, as when it is run: a command keeps the names of its help option from whoever asked first.
    with click.Context(group, info_name="silian", **group.context_settings) as context:
        return "\n".join([HEAD + "# The command line\n", *_helps(group, context)])


def _helps(group: click.Group, context: click.Context) -> Iterator[str]:
    """Each command's help, and after a group's that of its own commands."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        with click.Context(command, info_name=name, parent=context, terminal_width=100) as inner:
            yield f"## {inner.command_path}\n\n```\n{command.get_help(inner)}\n```\n"
            if isinstance(command, click.Group):
                yield from _helps(command, inner)


def promises() -> str:
    """Which test proves which promise. The tests are no installed package, so they are looked for beside this file."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from tests.promises.page import page

    return page()


PAGES = {
    "reference/commands.md": commands,
    "reference/problems.md": errors,
    "reference/command-line.md": command_line,
    "promises.md": promises,
}


def stale() -> list[str]:
    """The pages that do not say what the code says."""
    return [
        name
        for name, write in PAGES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != write()
    ]


def main() -> int:
    if "--check" in sys.argv:
        if found := stale():
            print(f"stale: {', '.join(found)}; run make docs")
        return len(found)
    (FOLDER / "reference").mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
