"""Whether the audit lines are what they were: the chain walked anew, and compared with the heads kept outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from webapp.people.chain import BEGINNING, MARK, a, chained, digest_of, lines_between, s, seal_table
from webapp.people.heads import Head, Kept

TOLD_MOST = 20


@dataclass
class Verdict:
    """``faults`` in plain words, worst kept; ``notes`` say what is known and harmless."""

    seals: int = 0
    lines: int = 0
    unsealed: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(connection: Connection, kept: Kept) -> Verdict:
    """Reads every line once. A fault in one seal does not hide, and does not cause, one in another."""
    found = Verdict()
    before, last_id, n = BEGINNING, 0, 0
    digests: dict[int, str] = {}
    for seal in connection.execute(select(seal_table).order_by(s.n)):
        if seal.n != n + 1:
            found.faults.append(f"seals {n + 1} to {seal.n - 1} are missing")
        else:
            _check_seal(connection, seal, before, last_id, found)
        before, last_id, n = seal.digest, seal.last_id, seal.n
        digests[n] = seal.digest
        found.seals += 1
        found.lines += seal.lines
    found.unsealed = connection.execute(select(func.count()).where(a.id > last_id)).scalar_one()
    for head in kept.binding:
        _check_head(head, digests, n, found)
    if kept.restored_at:
        found.notes.append(f"a backup was put in place at {kept.restored_at}; heads from before that do not count")
    return found


def _check_head(head: Head, digests: dict[int, str], newest: int, found: Verdict) -> None:
    if head.n > newest:
        found.faults.append(f"cut off: the head of {head.at} was at seal {head.n}, line {head.last_id}; "
                            f"here the chain ends with seal {newest}")  # fmt: skip
    elif digests.get(head.n, head.digest) != head.digest:
        found.faults.append(f"seal {head.n} is not the one whose head was kept on {head.at}: written anew since")


def _check_seal(connection: Connection, seal: Any, before: str, last_id: int, found: Verdict) -> None:
    lines = lines_between(connection, last_id, seal.last_id)
    digests = [digest_of(line) for line in lines]
    if len(lines) == seal.lines and chained(before, digests) == seal.digest:
        return
    marks = [seal.marks[at : at + MARK] for at in range(0, len(seal.marks), MARK)]
    told = _compare(marks, [(line["id"], one[:MARK]) for line, one in zip(lines, digests, strict=True)], last_id)
    found.faults += told[:TOLD_MOST] or [f"seal {seal.n} itself was changed"]


def _compare(marks: list[str], lines: list[tuple[int, str]], last_id: int) -> list[str]:
    """Which line is not the one that was sealed, and after which one some are missing."""
    expected, present = set(marks), {mark for _, mark in lines}
    strange = [id for id, mark in lines if mark not in expected]
    lacking = sum(mark not in present for mark in marks)
    edited, slipped_in = strange[:lacking], strange[lacking:]
    told = [f"line {id} was edited" for id in edited] + [f"line {id} was slipped in" for id in slipped_in]
    if (missing := lacking - len(edited)) > 0:
        ids = {mark: id for id, mark in lines}
        first = next(at for at, mark in enumerate(marks) if mark not in present)
        after = ids.get(marks[first - 1], last_id) if first else last_id
        told.append(f"missing: {missing} of the lines sealed here, the first of them after line {after}")
    return told
