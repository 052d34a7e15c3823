#!/usr/bin/env bash
# The tests, in order of price: TypeScript, Python on every core, on PostgreSQL too, Chromium with the simulator beside it.
# Each part runs even when one before it failed, so that one run tells all. SLOW=1 adds the tests that take minutes.
set -u
failed=0
only=" and not slow"
[ -n "${SLOW:-}" ] && only=""

# What dies with the tests need not wait for a disk: databases lie in memory where there is plenty of it.
memory=/dev/shm
[ "$(df -Pk "$memory" 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 2000000 ] 2>/dev/null || memory=${TMPDIR:-/tmp}
room=$(mktemp -d "$memory/silian-tests-XXXXXX")
chmod 711 "$room" # PostgreSQL runs as somebody else
trap 'rm -rf "$room"' EXIT

echo "TypeScript"
npm test --silent || failed=1
echo "Python"
TMPDIR=$room python -m pytest -q -n auto -m "not browser$only" --ignore=tests/postgres || failed=1
# The exchange and the cases on the other database and queue; SLOW=1 the whole suite. The search over the model has
# run on SQLite: each of its steps costs ten times as much here. A file's tests stay together, lest what they stand on
# is set up in every process.
echo "PostgreSQL and Redis"
parts=(tests/postgres tests/migrations tests/releases tests/protocol tests/cases tests/sync)
[ -n "${SLOW:-}" ] && parts=(tests)
TMPDIR=$room SILIAN_MODEL_EXAMPLES=${SILIAN_MODEL_EXAMPLES:-8} python -m tests.servers \
    python -m pytest -q -n auto --dist loadscope --no-loadscope-reorder -m "not browser$only" "${parts[@]}" || failed=1
# The seeds that have found something, and fresh ones. Those that fail are printed: make simulate SEED=… has one again.
# It goes on beside Chromium, which waits more than it works, and behind it: its own clock does not mind.
SEEDS=fixed SECONDS="${SIMULATE_SECONDS:-$([ -n "${SLOW:-}" ] && echo 600 || echo 30)}" \
    nice -n 10 node tests/simulation/run.mjs >"$room/simulator" 2>&1 &
simulator=$!
echo "Chromium"
# Shared among so many processes, each with a server and browsers of its own: two take two thirds of the time of one.
# On a busy machine a browser may be late: what failed is tried once more by itself, and said so. Twice is a failure.
chromium() {
    python -m pytest -q -n "${BROWSERS:-2}" --dist loadgroup -m "browser$only" "$@" && return
    echo "Chromium, once more what failed"
    python -m pytest -q -m "browser$only" --last-failed --last-failed-no-failures none "$@" || failed=1
}
chromium tests/browser
chromium tests --ignore=tests/browser
wait "$simulator" || failed=1
echo "Simulator"
cat "$room/simulator"
exit "$failed"
