#!/usr/bin/env bash
# Builds tools/fuzz/FuzzCapture.swift and the rooms it needs with libFuzzer and AddressSanitizer.
# The program is .build/fuzz/fuzz-capture; nothing of this is part of the normal build.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=.build/fuzz
mkdir -p "$out"

flags=(
    -O -swift-version 6 -sanitize=fuzzer,address -parse-as-library -I "$out"
    -I Sources/CZlib -I Sources/CDeflate -I Sources/CZstd -I Sources/CLZ4
    -package-name wscap
)
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility NonisolatedNonsendingByDefault; do
    flags+=(-enable-upcoming-feature "$feature")
done

# A room becomes a module and an object; the last of them has no main: libFuzzer brings it.
room() {
    local name=$1 && shift
    swiftc "${flags[@]}" -wmo -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
        -c "$@" -o "$out/$name.o"
}
room Vocabulary Sources/Vocabulary/*.swift
room CaptureFormat $(find Sources/CaptureFormat -name '*.swift')
room FuzzCapture tools/fuzz/FuzzCapture.swift Tests/TestKit/Compacting.swift Tests/TestKit/Fuzz/CaptureProbe.swift
swiftc "${flags[@]}" -use-ld=lld "$out"/{Vocabulary,CaptureFormat,FuzzCapture}.o -o "$out/fuzz-capture"
echo "$out/fuzz-capture"
