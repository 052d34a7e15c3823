"""docs/promises.md: what is promised, and which test proves it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.promises.faults import FAULTS
from tests.promises.invariants import INVARIANTS
from tests.promises.promise import Promise, Proof
from tests.promises.security import SECURITY
from tests.promises.simulated import SIMULATED, UNSEEN

HEAD = """<!-- Written by `make docs` from tests/promises/. Changes made here are lost. -->

# What Silian promises, and which test proves it

A test marked ⊘ is to fail where its defence is switched off: `make defences` does that in a copy of the sources, one
defence after the other, and is red where a test does not notice. A test without the mark proves its promise too, but no
single line can be taken away to show it.

Beside all of them runs the simulator (`make simulate`): the real phone modules and the real server under a network that
drops, repeats, delays, cuts and forges, with kills, restores and changed posts, compared in the end with what each
person may see. `make test` plays fresh seeds for half a minute and prints them.

"""

SIMULATOR = """
## What the simulator sees

Each of these defences was switched off in a copy, and simulated lives were played until one ended red: the seed is the
first that did. `make defences KINDS=simulation` plays them again.

| without | is red at seed |
| --- | --- |
"""


def everything() -> list[Promise]:
    return [*INVARIANTS.values(), *FAULTS, *SECURITY, *SIMULATED]


def proofs() -> list[Proof]:
    """Each once, as a test with its defence may stand under several promises."""
    return list(dict.fromkeys(proof for promise in everything() for proof in promise.proofs))


def page() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD, "## Invariants\n\n| | promise | proved by |\n| --- | --- | --- |\n"]
    parts += [f"| {number} | {one.said} | {_cell(one.proofs)} |\n" for number, one in INVARIANTS.items()]
    parts += ["\n## Faults that happened to others\n\n| seen in | here | proved by |\n| --- | --- | --- |\n"]
    parts += [f"| {one.seen} | {one.said} | {_cell(one.proofs)} |\n" for one in FAULTS]
    parts += ["\n## Security\n\n| promise | proved by |\n| --- | --- |\n"]
    parts += [f"| {one.said} | {_cell(one.proofs)} |\n" for one in SECURITY]
    parts += [SIMULATOR, *(f"| {one.said} | {_seeds(one.proofs)} |\n" for one in SIMULATED)]
    parts += ["\nNot seen by it, and why:\n\n", *(f"- {what}\n" for what in UNSEEN)]
    return "".join(parts)


def _seeds(proofs: Iterable[Proof]) -> str:
    return ", ".join(proof.title for proof in proofs)


def _cell(proofs: Iterable[Proof]) -> str:
    return "<br>".join(f"{'⊘ ' if proof.off else ''}{_name(proof)} ({proof.file})" for proof in proofs)


def _name(proof: Proof) -> str:
    title = proof.title if proof.kind == "field" else proof.title.removeprefix("test_").replace("_", " ")
    return title.replace("|", "\\|")
