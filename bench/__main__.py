"""``make bench``: measures, prints one table, and keeps it in bench/results/ with the machine and the date.

``python -m bench phone`` measures the phone app alone, ``python -m bench lighthouse`` its first page; these only print.

The sync rows come from the comparison of sync engines (shared/bench/sync), which has the peers' workload.
Its folder is looked for beside the project, or named by SILIAN_BENCH_SYNC. Peers can be measured in the same run:
``PEERS=ref-sqlite,pouchdb-b1000 make bench``.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
MEASURED = (  # what, where it stands, and whether more is better
    ("push, 1 phone × 1,000 queued, /s", "push1", True),
    ("push, 20 phones × 200, /s (to be better)", "push20", True),
    ("pull of 10,000 by a fresh phone, /s", "pull", True),
    ("10 behind of 10,000, p50 ms", "d50_small", False),
    ("10 behind of 100,000, p50 ms", "d50_big", False),
    ("replay of the same 1,000, s", "replay", False),
)


def main() -> int:
    alone = {"phone": phone_rows, "lighthouse": lighthouse_rows}
    if sys.argv[1:2] and sys.argv[1] in alone:
        print(f"{heading()}\n\n{alone[sys.argv[1]]()}")
        return 0
    compare = Path(os.environ.get("SILIAN_BENCH_SYNC") or ROOT.parent / "shared" / "bench" / "sync")
    parts = [heading()]
    if (compare / "bench.py").exists():
        parts += [sync_rows(compare), rows_of("bench.scale", str(compare))]
    else:
        print(f"No comparison of sync engines at {compare}: set SILIAN_BENCH_SYNC to its folder.", file=sys.stderr)
    parts += [rows_of("bench.alerts"), phone_rows(), lighthouse_rows()]
    text = "\n\n".join(part for part in parts if part) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.md"
    path.write_text(text, encoding="utf-8")
    print(f"Kept in {path.relative_to(ROOT)}", file=sys.stderr)
    return 0


def heading() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"# Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n{os.cpu_count()} cores, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; load at the start {load}. Medians of 3 rounds."
    )


def sync_rows(compare: Path) -> str:
    only = ",".join(["silian", "silian-postgres", *filter(None, os.environ.get("PEERS", "").split(","))])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.json"
        argv = [sys.executable, "bench.py", "--plugin", str(ROOT / "bench/sync_adapter.py"), "--only", only]
        argv += ["--out", str(out), *sys.argv[1:]]
        done = subprocess.run(argv, cwd=compare, stdout=subprocess.PIPE, text=True, check=True)
        found: dict[str, dict[str, Any]] = {row["name"]: row for row in json.loads(out.read_text())}
    ours, postgres = found["silian"], found["silian-postgres"]
    for one in (ours, postgres):
        if "error" in one:
            raise SystemExit(f"the comparison failed: {one['error']}")
    return "\n\n".join([goals(ours), beside(ours, postgres), done.stdout.strip()])


def beside(sqlite: dict[str, Any], postgres: dict[str, Any]) -> str:
    """PostgreSQL with two web processes against SQLite in the same run: within twice, and better with 20 phones."""
    lines = ["| on PostgreSQL, two web processes | SQLite | PostgreSQL | times | |", "| --- | --- | --- | --- | --- |"]
    for what, key, more in MEASURED:
        a, b = sqlite[key], postgres[key]
        times = a / b if more else b / a
        reached = "reached" if times <= (1 if key == "push20" else 2) else "missed"
        lines.append(f"| {what} | {a:,.4g} | {b:,.4g} | {times:.2f} | {reached} |")
    lost = f"{postgres['doubled']}, {postgres['lost']}"
    return "\n".join([*lines, f"| doubled, lost | | {lost} | | {'reached' if lost == '0, 0' else 'missed'} |"])


def goals(r: dict[str, Any]) -> str:
    """The goals of the project, each with what was measured now."""
    replay, growth = r["replay"] / r["push"], r["d50_big"] / r["d50_small"]
    rows = [
        ("push, 1 phone × 1,000 queued, fsync on", "≥ 4,000/s", f"{r['push1']:,.0f}/s", r["push1"] >= 4000),
        ("push, 20 phones × 200", "≥ 5,000/s", f"{r['push20']:,.0f}/s", r["push20"] >= 5000),
        ("pull of 10,000 by a fresh phone", "≥ 40,000/s", f"{r['pull']:,.0f}/s", r["pull"] >= 40000),
        ("bytes down per record", "≤ 100 B", f"{r['pull_bytes']:.0f} B", r["pull_bytes"] <= 100),
        ("10 behind of 100,000, p50", "≤ 4 ms", f"{r['d50_big']:.1f} ms", r["d50_big"] <= 4),
        ("the same ÷ that of 10,000", "≤ 1.2", f"{growth:.2f}", growth <= 1.2),
        ("replay of the same 1,000 ÷ first push", "≤ 25 %", f"{replay:.0%}", replay <= 0.25),
        ("doubled, lost", "0, 0", f"{r['doubled']}, {r['lost']}", not (r["doubled"] or r["lost"])),
        ("bytes up per queued record", "≤ 110 B", f"{r['push_up']:.0f} B", r["push_up"] <= 110),
    ]
    lines = [f"| {what} | {goal} | {got} | {'reached' if ok else 'missed'} |" for what, goal, got, ok in rows]
    return "\n".join(["| measure | goal | measured | |", "| --- | --- | --- | --- |", *lines])


def rows_of(module: str, *given: str) -> str:
    argv = [sys.executable, "-m", module, *given]
    return subprocess.run(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def phone_rows() -> str:
    from bench import phone

    return phone.table(phone.measure())


def lighthouse_rows() -> str:
    from bench import lighthouse, phone

    return phone.table(lighthouse.rows())


if __name__ == "__main__":
    sys.exit(main())
