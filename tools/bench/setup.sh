#!/usr/bin/env bash
# Installs the proxies and tools that wsbench measures with. What cannot be installed is left out
# with one line, and wsbench goes on without it; silent when nothing is missing.
set -uo pipefail
cd "$(dirname "$0")/../.."

# Package, the program in it that is asked for, and what is lost without it.
wanted=(
    "haproxy haproxy ratios, which refer to it"
    "nginx-light nginx nginx as a peer"
    "wireshark-common dumpcap HAProxy + dumpcap as a peer"
    "tshark tshark tools/bench/packets.py's peer"
    "openssl openssl TLS tables"
    "util-linux taskset cores of their own for load and proxies"
    "linux-perf perf tools/bench/profile.sh"
)
has() { PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1" >/dev/null; }

missing=()
for line in "${wanted[@]}"; do
    read -r package program _ <<<"$line"
    has "$program" || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "setup-bench: installing ${missing[*]} (apt)"
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    export DEBIAN_FRONTEND=noninteractive
    $sudo apt-get update -qq
    # One by one: a package that is not to be had must not keep the others away.
    for package in "${missing[@]}"; do
        $sudo apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1
    done
fi
for line in "${wanted[@]}"; do
    read -r package program loss <<<"$line"
    has "$program" || echo "setup-bench: $package could not be installed; without it: no $loss" >&2
done

peers=tools/bench/requirements.txt
if ! cmp -s "$peers" .venv-bench/installed.txt; then
    echo "setup-bench: installing mitmproxy into .venv-bench"
    if python3 -m venv .venv-bench &&
        .venv-bench/bin/pip install --quiet --disable-pip-version-check -r "$peers"; then
        cp "$peers" .venv-bench/installed.txt
    else
        echo "setup-bench: mitmproxy could not be installed; it is left out as a peer" >&2
    fi
fi
exit 0
