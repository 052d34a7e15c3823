#!/usr/bin/env bash
# Every check that reads the code without running it. All of them run, so that one call tells all.
set -u
failed=0
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "ok    $name"
    else
        echo "FAIL  $name"
        echo "$output"
        failed=1
    fi
}

check ruff ruff check --output-format concise .
check mypy mypy
check import-linter lint-imports --no-cache
check tsc node node_modules/typescript/bin/tsc --noEmit
check "tsc, as the oldest browsers have it" node node_modules/typescript/bin/tsc --noEmit -p tsconfig.phone.json
check "both languages" python -m pytest -q --no-header tests/rules/test_languages.py
exit "$failed"
