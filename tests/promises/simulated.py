"""Which defences the simulator misses when they are gone: each with the first seed that ended red without it."""

from __future__ import annotations

from tests.promises import faults, invariants, security
from tests.promises.promise import Promise, Proof, Switch


def _seen(said: str, off: Switch, *seeds: str) -> Promise:
    return Promise(said, tuple(Proof(f"tests/simulation/run.mjs: {seed}", off) for seed in seeds))


WAS_SENT = Switch("static/field/journal.ts", ", ...(was && { was })", "")
WAS_REJECTED = Switch("sync/deciding.py", 'if command.was == "rejected":', "if False:")
WIPED = Switch("static/field/documents.ts", 'if (answer.reset === "wipe") tx.remove("documents", []);', "")
SWEPT = Switch("static/field/documents.ts", "if (sweeping && done) await sweep(tx, gen);", "")
ONE_AT_A_TIME = Switch(
    "static/field/exchange.ts",
    "await phone.env.lock(exchangeLock(phone, account), () => run(phone, account, watch), wait)",
    "await run(phone, account, watch)",
)

SIMULATED: tuple[Promise, ...] = (
    _seen("healing: what a restored server no longer has is handed over again", invariants.HEALS, "b3"),
    _seen("`was`: the phone tells what it had heard before the server went back", WAS_SENT, "b1"),
    _seen("`was: applied`: what was done is never refused by the rules alone", faults.WAS_KEPT, "b1"),
    _seen("`was: rejected`: what was refused is not applied after all", WAS_REJECTED, "b6"),
    _seen("a known id under another number is the same command", invariants.ID_LOOKED_UP, "12"),
    _seen("a page ends where it was cut, and so does its cursor", invariants.PAGE_END, "b1"),
    _seen("`wipe`: what is no longer in sight leaves the phone", WIPED, "b1"),
    _seen("`sweep`: what was not told anew goes at its end", SWEPT, "b1"),
    _seen("other rights than before: what came into sight is brought", invariants.OLD_SIGHT, "b1"),
    _seen("one exchange at a time, whatever the windows", ONE_AT_A_TIME, "b4"),
    _seen("what was erased is refused when a phone hands it in again", security.ERASED_BARRED, "b6"),
)

UNSEEN: tuple[str, ...] = (
    "the account compared with the session's (five lives): the device is compared before it, and says no first",
    "the tag of a cursor (six lives): positions after a restore have to be the very same numbers as before it",
)
