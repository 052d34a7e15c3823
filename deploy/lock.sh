#!/usr/bin/env bash
# Writes the lock files, for every Python that Silian runs on and not only for the one at hand. They hold every hash that
# the package index knows, and name no index: the settings of the machine that writes them (mirrors, local folders of
# wheels) are left out of account, so that any machine can install. UPGRADE=1 takes newer versions, else what stands stays.
set -eu
lock() {
    env -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_INDEX_URL -u UV_FIND_LINKS .venv/lock/bin/uv --no-config pip compile --quiet \
        ${UPGRADE:+--upgrade} --universal --python-version 3.11 --generate-hashes --strip-extras --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@" pyproject.toml
}
lock --output-file requirements.txt
lock --extra dev --constraint requirements.txt --output-file requirements-dev.txt
