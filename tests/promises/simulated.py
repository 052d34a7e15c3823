"""Which defences the simulator misses when they are gone: each with the first seed that ended red without it."""

from __future__ import annotations

from tests.promises import faults, invariants
from tests.promises.promise import Promise, Proof, Switch


def _seen(said: str, off: Switch, *seeds: str) -> Promise:
    return Promise(said, tuple(Proof(f"tests/simulation/run.mjs: {seed}", off) for seed in seeds))


WAS_SENT = Switch("static/field/journal.ts", ", ...(was && { was })", "")

SIMULATED: tuple[Promise, ...] = (
    _seen("`was`: the phone tells what it had heard before the server went back", WAS_SENT, "1"),
    _seen("`was: applied` is never refused by the rules", faults.WAS_KEPT, "1"),
    _seen("a known id under another number is the same command", invariants.ID_LOOKED_UP, "12"),
)

UNSEEN: tuple[str, ...] = ()
