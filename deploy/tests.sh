#!/usr/bin/env bash
# Lint and all tests, in three rows beside each other: Chromium, which waits more than it works; behind it what works all
# the time; behind both the simulator, whose own clock does not mind. A part's output is shown whole when it is over, and
# each part runs even when another failed, so that one run tells all. SLOW=1 adds the tests that take minutes.
set -um # each row is a group of processes, which an interrupted run ends with all that it has started
only=" and not slow"
[ -n "${SLOW:-}" ] && only=""

# What dies with the tests need not wait for a disk: databases lie in memory where there is plenty of it.
memory=/dev/shm
[ "$(df -Pk "$memory" 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 2000000 ] 2>/dev/null || memory=${TMPDIR:-/tmp}
room=$(mktemp -d "$memory/silian-tests-XXXXXX")
chmod 711 "$room" # PostgreSQL runs as somebody else
rows=()
end() { # what is interrupted stops the servers and browsers that it has started
    [ "${#rows[@]}" -eq 0 ] || kill -INT -- "${rows[@]/#/-}" 2>/dev/null
    wait
    rm -rf "$room"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Shared among so many processes, each with a server and browsers of its own.
# On a busy machine a browser may be late: what failed is tried once more by itself, and said so. Twice is a failure.
chromium() {
    set -- -q -o cache_dir="$room/seen" -m "browser$only" tests/browser
    python -m pytest -n "${BROWSERS:-2}" --dist loadgroup "$@" && return
    echo "Once more what failed"
    python -m pytest --last-failed --last-failed-no-failures none "$@"
}

lint() {
    nice -n 5 deploy/lint.sh
}

typescript() {
    nice -n 5 npm test --silent
}

sqlite() {
    TMPDIR=$room nice -n 5 python -m pytest -q -n auto -m "not browser$only" --ignore=tests/postgres
}

# The exchange and the cases on the other database and queue; SLOW=1 the whole suite. The search over the model has
# run on SQLite: each of its steps costs ten times as much here. A file's tests stay together, lest what they stand on
# is set up in every process.
postgresql() {
    local parts=(tests/postgres tests/migrations tests/releases tests/protocol tests/cases tests/sync)
    [ -n "${SLOW:-}" ] && parts=(tests)
    TMPDIR=$room SILIAN_MODEL_EXAMPLES=${SILIAN_MODEL_EXAMPLES:-8} nice -n 5 python -m tests.servers \
        python -m pytest -q -o cache_dir="$room/seen-there" -n auto --dist loadscope --no-loadscope-reorder \
        -m "not browser$only" "${parts[@]}"
}

# Seeds that have found something, some of them each day and with SLOW=1 all, and fresh ones. Those that fail are printed:
# make simulate SEED=… has one again.
simulator() {
    local seconds=30 seeds=today
    [ -n "${SLOW:-}" ] && seconds=600 seeds=fixed
    env SEEDS=$seeds SECONDS="${SIMULATE_SECONDS:-$seconds}" nice -n 10 node tests/simulation/run.mjs
}

# One after another: "lint:Lint" is the command and what it is called.
row() {
    set +m # all of it in the row's own group
    trap - EXIT TERM
    trap 'exit 130' INT
    local part began
    for part in "$@"; do
        began=$(date +%s)
        ${part%%:*} >"$room/${part%%:*}" 2>&1 3>&- 4<&-
        echo "$? $(($(date +%s) - began)) $part" >&3
    done
}

mkfifo "$room/over"
exec 3<>"$room/over" 4<"$room/over"
row "chromium:Chromium" &
rows+=($!)
row "lint:Lint" "typescript:TypeScript" "sqlite:Python on SQLite" "postgresql:Python on PostgreSQL and Redis" &
rows+=($!)
row "simulator:Simulator" &
rows+=($!)
exec 3>&-

parts=6
told=""
failed=0
while read -r status seconds part <&4; do
    word="ok    "
    [ "$status" -eq 0 ] || { word="FAILED"; failed=1; }
    printf '\n=== %s  %s (%s s)\n' "$word" "${part#*:}" "$seconds"
    cat "$room/${part%%:*}"
    told+=$(printf '%s  %5s s  %s' "$word" "$seconds" "${part#*:}")$'\n'
    parts=$((parts - 1))
done
rows=()
printf '\n%s' "$told"
[ "$parts" -eq 0 ] || { echo "FAILED  $parts of the parts came to no end"; failed=1; }
exit "$failed"
