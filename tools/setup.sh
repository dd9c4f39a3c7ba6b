#!/usr/bin/env bash
# Installs what building and testing need, and says what it does; silent when nothing is missing.
# Further Debian packages can be named as arguments.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    pkg-config libsimdjson-dev libdeflate-dev zlib1g-dev libzstd-dev liblz4-dev libpcap-dev libssl-dev
    tcpdump tshark iproute2 openssl python3-venv "$@"
)
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
export DEBIAN_FRONTEND=noninteractive
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "setup: installing ${missing[*]} (apt)"
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
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

# Of Debian's package prometheus the tests need promtool alone. It is taken out of the package, which is not
# installed: nothing of it can start, now or when the machine does.
if ! command -v promtool >/dev/null && [ ! -x .venv/bin/promtool ]; then
    echo "setup: unpacking promtool into .venv"
    unpacked=$(mktemp -d)
    trap 'rm -rf "$unpacked"' EXIT
    download() { (cd "$unpacked" && apt-get download -qq -o APT::Sandbox::User=root prometheus 2>&1); }
    if ! download >/dev/null; then
        $sudo apt-get update -qq
        download
    fi
    dpkg-deb -x "$unpacked"/prometheus_*.deb "$unpacked"
    install -m 755 "$unpacked/usr/bin/promtool" .venv/bin/promtool
fi
