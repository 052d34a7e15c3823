#!/usr/bin/env bash
# The tests, in order of price: TypeScript, Python on both cores, Chromium one at a time.
# Every part runs even when one before it failed; Python's closing line comes last.
set -u
failed=0
marker=${SLOW:+}
[ -n "${SLOW:-}" ] && slow="" || slow=" and not slow"

npm test --silent || failed=1
python -m pytest -q -n auto -m "not browser$slow" || failed=1
python -m pytest -q -m "browser$slow" tests/browser tests/journeys || failed=1
exit $failed
