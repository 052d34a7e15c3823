#!/usr/bin/env bash
# Writes the lock files. They hold every hash that the package index knows, and name no index: the settings of the
# machine that writes them (mirrors, local folders of wheels) are left out of account, so that any machine can install.
set -eu
lock() {
    env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL -u PIP_INDEX_URL PIP_CONFIG_FILE=/dev/null \
        .venv/lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options "$@" pyproject.toml
}
lock --output-file requirements.txt
lock --extra dev --constraint requirements.txt --output-file requirements-dev.txt
