#!/usr/bin/env bash
# Builds the fuzz targets of this folder and the rooms they need with libFuzzer and AddressSanitizer.
# The programs are .build/fuzz/fuzz-capture, fuzz-wire and fuzz-packets; nothing of this is part of the normal build.
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

# A room becomes a module and an object.
room() {
    local name=$1 && shift
    swiftc "${flags[@]}" -wmo -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
        -c "$@" -o "$out/$name.o"
}

# A target has no main: libFuzzer brings it.
link() {
    local program=$1 && shift
    swiftc "${flags[@]}" -use-ld=lld "$@" -o "$out/$program"
    echo "$out/$program"
}

kit=Tests/TestKit
room Vocabulary Sources/Vocabulary/*.swift
room CaptureFormat $(find Sources/CaptureFormat -name '*.swift')
room FuzzCapture tools/fuzz/FuzzCapture.swift $kit/Compacting.swift $kit/Fuzz/CaptureProbe.swift
link fuzz-capture "$out"/{Vocabulary,CaptureFormat,FuzzCapture}.o

# The handshake's accept key needs swift-crypto, and is no parser of bytes from outside.
room WebSocketWire $(find Sources/WebSocketWire -name '*.swift' ! -name Handshake.swift)
room FuzzWire tools/fuzz/FuzzWire.swift $kit/Fuzz/WireProbe.swift
link fuzz-wire "$out"/{Vocabulary,WebSocketWire,FuzzWire}.o

room Reassembly $(find Sources/Reassembly -name '*.swift')
room FuzzPackets tools/fuzz/FuzzPackets.swift $kit/Fuzz/PacketProbe.swift
link fuzz-packets "$out"/{Vocabulary,Reassembly,FuzzPackets}.o

room FuzzCanary tools/fuzz/FuzzCanary.swift
link fuzz-canary "$out/FuzzCanary.o"
