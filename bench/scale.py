"""What a city costs one estate: the sync figures alone, and beside 2,000 estates and 20,000 people, taken in turn.

``python -m bench.scale WORKLOAD`` where WORKLOAD is the folder of the comparison of sync engines.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from typing import Any

RECORDS, BEHIND, MOST = 10_000, 10, 1.1
ROUNDS, PUSHES, PULLS, DELTAS = 3, 3, 5, 20
AT = 5_000_000  # where new records of the workload begin


def main() -> int:
    sys.path.insert(0, sys.argv[1])
    from bench.sync_adapter import Silian

    taken: dict[bool, dict[str, list[float]]] = {True: defaultdict(list), False: defaultdict(list)}
    for turn in range(ROUNDS):
        for surrounded in (False, True) if turn % 2 == 0 else (True, False):
            silian = Silian()
            silian.neighbours = surrounded
            silian.start(RECORDS)
            try:
                measure(silian, taken[surrounded])
            finally:
                silian.stop()
    print(table(taken))
    return 0


def measure(silian: Any, into: dict[str, list[float]]) -> None:
    """Milliseconds of each, the first of a kind left out: it warms up."""
    pulls = [silian.pull(RECORDS)["s"] for _ in range(PULLS + 1)][1:]
    pushes = [silian.push([(AT + n * 1000, 1000)])["s"] for n in range(PUSHES + 1)][1:]
    into["pull of 10,000 by a fresh phone"] += [one * 1000 for one in pulls]
    into["push, 1 phone × 1,000 queued"] += [one * 1000 for one in pushes]
    into["10 behind"] += silian.delta(AT + 100_000, DELTAS, BEHIND)


def table(taken: dict[bool, dict[str, list[float]]]) -> str:
    lines = ["| measure | goal | alone | in a city | ratio | |", "| --- | --- | --- | --- | --- | --- |"]
    for what, alone in taken[False].items():
        one, other = statistics.median(alone), statistics.median(taken[True][what])
        verdict = "reached" if other / one <= MOST else "missed"
        lines.append(f"| {what}, p50 | ≤ {MOST} × | {one:.1f} ms | {other:.1f} ms | {other / one:.2f} | {verdict} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
