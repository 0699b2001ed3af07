#!/bin/sh
# Make .venv hold exactly what a lock file says: `environment.sh run`, `test` or `bench` (tests, and the rivals measured).
# A stamp keeps the digest of the lock files, so that a second call costs nothing.
set -eu
cd "$(dirname "$0")/.."
kind=$1
python=${PYTHON:-python3}
digest=$(cat requirements/*.txt pyproject.toml | sha256sum | cut -d' ' -f1)

holds() { [ "$(cat ".venv/locked-$1" 2>/dev/null)" = "$digest" ]; }

# Each environment holds everything the one before it does: run, test, bench.
if holds bench || { [ "$kind" != bench ] && holds test; } || { [ "$kind" = run ] && holds run; }; then exit 0; fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Bancheng needs Python 3.11 or newer; $python is older. Set PYTHON=/path/to/python3." >&2
    exit 1
fi
if [ ! -x .venv/bin/pip ]; then
    "$python" -m venv .venv || {
        echo "Python cannot make environments here. Run: apt-get install python3-venv" >&2
        exit 1
    }
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
if [ "$kind" = bench ]; then .venv/bin/pip install --quiet --require-hashes -r requirements/test.txt; fi
.venv/bin/pip install --quiet --require-hashes -r "requirements/$kind.txt"
.venv/bin/pip install --quiet --no-deps --no-build-isolation --editable .
echo "$digest" >".venv/locked-$kind"
