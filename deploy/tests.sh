#!/usr/bin/env bash
# The tests, in order of price: TypeScript, Python on every core, Chromium one journey at a time.
# Each part runs even when one before it failed, so that one run tells all. SLOW=1 adds the tests that take minutes.
set -u
failed=0
only=" and not slow"
[ -n "${SLOW:-}" ] && only=""

echo "TypeScript"
npm test --silent || failed=1
echo "Python"
python -m pytest -q -n auto -m "not browser$only" || failed=1
echo "Chromium"
python -m pytest -q -m "browser$only" tests/browser || failed=1
python -m pytest -q -m "browser$only" tests --ignore=tests/browser || failed=1
exit "$failed"
