#!/usr/bin/env bash
# Writes the next revision from the difference between models and revisions; `--first` writes the first one anew.
set -eu
cd "$(dirname "$0")/.."
INSTANCE=$(mktemp -d)
export INSTANCE
unset DATABASE_URL
trap 'rm -rf "$INSTANCE"' EXIT
flask=".venv/bin/python -m flask --app webapp"
if [ "${1:-}" = --first ]; then
    rm -f migrations/versions/0001_*.py
    $flask db revision --autogenerate --rev-id 0001 -m "The first tables"
else
    last=$(find migrations/versions -name '[0-9]*.py' | sed 's/.*\///; s/_.*//' | sort | tail -n 1)
    $flask db upgrade
    $flask db revision --autogenerate --rev-id "$(printf '%04d' $((10#$last + 1)))" -m "${1:?say why}"
fi
