#!/bin/sh
# Ask apt for what is missing, only where that is allowed: `prerequisites.sh run`, `cluster` or `test`.
# Otherwise print the one line to run. Running goes on without (a small font comes with Bancheng); testing does not.
set -eu
kind=$1
missing=""

[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
if [ "$kind" = test ]; then
    command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 ||
        missing="$missing chromium-headless-shell"
    command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
fi
if [ "$kind" != run ]; then
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
fi
[ -n "$missing" ] || exit 0

line="apt-get install --yes --no-install-recommends$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    may=""
elif [ "$(id -u)" = 0 ]; then
    may="env"
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    may="sudo -n"
else
    may=""
fi
if [ -n "$may" ]; then
    echo "Installing$missing …"
    log=$(mktemp)
    # shellcheck disable=SC2086  # the words of $may and $line are meant to be split
    if { $may apt-get update && $may env DEBIAN_FRONTEND=noninteractive $line; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "Missing here:$missing. To install, run:  sudo $line" >&2
[ "$kind" = run ] || exit 1
echo "Going on without: documents use the small font that comes with Bancheng." >&2
