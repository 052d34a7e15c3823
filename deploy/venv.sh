#!/usr/bin/env bash
# Makes .venv, or says in one line what the machine lacks.
set -eu
python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Silian needs Python 3.11 or newer. On Debian: apt-get install make python3-venv git" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "apt-get install make python3-venv git" >&2
    exit 1
fi
echo "environment .venv"
"$python" -m venv .venv
mkdir -p .venv/.stamps
