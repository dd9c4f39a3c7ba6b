#!/usr/bin/env bash
# Where wsproxy's time goes: samples it with perf while wsbench sends frames through it, and prints
# the symbols that have the most of it.
#
#   tools/bench/profile.sh                      120 B frames
#   tools/bench/profile.sh --payload 4096       what follows goes to wsbench
#   tools/bench/profile.sh --only tls           over TLS
#   TOP=50 tools/bench/profile.sh               more symbols (default: 30)
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ "${1:-}" == -h || "${1:-}" == --help ]]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0"
    exit 0
fi
bench=.build/release/wsbench
if ! command -v perf >/dev/null; then
    echo "profile.sh: perf is not installed; 'make setup-bench' installs it (linux-perf)." >&2
    exit 69
fi
if [[ ! -x $bench ]]; then
    echo "profile.sh: there is no $bench; 'make build' builds it." >&2
    exit 69
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# cpu-clock: a timer, which virtual machines have even when they have no counters for cycles.
if ! perf record -q -e cpu-clock -F 1999 -o "$folder/probe" -- true 2>"$folder/why"; then
    echo "profile.sh: perf may not sample here: $(tail -1 "$folder/why")" >&2
    echo "profile.sh: run it as root, or: sudo sysctl kernel.perf_event_paranoid=1" >&2
    exit 69
fi
# Without a word about what to measure: relaying.
section=(--only throughput)
[[ " $* " != *" --only "* ]] || section=()

# perf follows wsbench's children; all that is not wsbench or one of its tools is wsproxy.
perf record -q -e cpu-clock -F 1999 -o "$folder/data" -- \
    "$bench" --peers wsproxy "${section[@]}" --payload 120 --rounds 2 "$@" >"$folder/report" ||
    { cat "$folder/report"; exit 70; }
sed -n '/^Relay/,/^$/p' "$folder/report"

report() { perf report -q -i "$folder/data" --percentage relative --stdio "$@" 2>/dev/null; }
threads=$(report --sort comm | awk '{ $1 = ""; sub(/^ /, ""); print }' |
    grep -vE '^(wsbench|wsreplay|taskset|openssl|perf.*|)$' | paste -sd, -)
echo "Threads of wsproxy"
report --comms "$threads" --sort comm | sed '/^$/d; s/ *$//'
echo
echo "Symbols with most of its time"
report --comms "$threads" --sort symbol | grep -v '^$' | sed -n "1,${TOP:-30}p" |
    { swift demangle --simplified 2>/dev/null || cat; } | sed 's/ *- *- *$//'
