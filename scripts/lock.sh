#!/bin/sh
# Write the lock files: every package with its digests, no registry address, no path of this machine.
set -eu
cd "$(dirname "$0")/.."
bin=${BIN:-.venv/bin}
export CUSTOM_COMPILE_COMMAND="make lock"
compile() {
    output=$1
    shift
    "$bin/pip-compile" --quiet --generate-hashes --allow-unsafe --strip-extras \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
        --build-deps-for editable --output-file "$output" "$@" pyproject.toml
}
compile requirements/run.txt
# What runs, what tests and what is measured beside it must be the same versions.
compile requirements/test.txt --constraint requirements/run.txt --extra test --extra dev
compile requirements/bench.txt --constraint requirements/test.txt --extra bench
