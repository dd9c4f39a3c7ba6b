#!/usr/bin/env bash
# Installs what building and testing need, and says what it does; silent when nothing is missing.
# Further Debian packages can be named as arguments.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    pkg-config libsimdjson-dev libdeflate-dev zlib1g-dev libzstd-dev liblz4-dev libpcap-dev
    tcpdump prometheus python3-venv "$@"
)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "setup: installing ${missing[*]} (apt)"
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    export DEBIAN_FRONTEND=noninteractive
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    # Of Prometheus the tests need promtool alone: no service is to run because of them.
    if [[ " ${missing[*]} " == *" prometheus "* && -d /run/systemd/system ]]; then
        $sudo systemctl disable --now prometheus >/dev/null 2>&1 || true
    fi
fi

if ! command -v swift >/dev/null; then
    echo "setup: Swift 6.2 or later is missing; install it from https://www.swift.org/install/linux/" >&2
    exit 1
fi

peers=tools/peers/requirements.txt
if ! cmp -s "$peers" .venv/installed.txt; then
    echo "setup: installing the Python test peers into .venv"
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check -r "$peers"
    cp "$peers" .venv/installed.txt
fi
