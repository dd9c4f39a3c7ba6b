"""Compares what receivers behind faults on messages saw with what the capture says was sent.

usage: check_message_faults.py <transcript.json> <folder with tcpdump's files> <records.jsonl> …

What was sent is rebuilt by the rule of docs/capture-format.md, section 6, and read by a decoder of this
script's own, with Python's zlib.
"""

import base64
import json
import os
import subprocess
import sys
import zlib

transcript = json.load(open(sys.argv[1]))
wrong = []


def rebuilt(records, connection, direction):
    """The bytes that went on, and where frames begin in them."""
    received, start, position, out = bytearray(), 0, 0, bytearray()
    rewrites, undeliverable, injected = [], 0, b""
    for record in records:
        if record.get("connection") != connection:
            continue
        if record["record"] == "handshake":
            start = record["client_frames_start" if direction == "client-to-server" else "server_frames_start"]
        if record.get("direction") != direction:
            continue
        data = lambda name: base64.b64decode(record.get(name, ""))
        match record["record"]:
            case "frame" if not record.get("reread"):
                assert record["offset"] == len(received), f"a hole at {len(received)}"
                received += data("header") + data("payload")
            case "bytes":
                received += data("data")
            case "rewrite":
                rewrites.append((record["offset"], record["byte_count"], data("sent")))
            case "outcome" if record["kind"] == "undeliverable":
                undeliverable += record["byte_count"]
            case "outcome":
                injected = data("sent")
    for offset, count, sent in rewrites:
        assert offset >= position, "rewrites stand in the order of their offsets"
        out += received[position:offset] + sent
        position = offset + count
    out += received[position:]
    if undeliverable:
        del out[-undeliverable:]
    return bytes(out[start:] + injected)


def read(stream, takeover):
    """Messages and a close frame, as a receiver reads them."""
    messages, end, parts, kind, inflater = [], None, b"", None, None
    while len(stream) >= 2:
        first, second = stream[0], stream[1]
        size, at = second & 127, 2
        if size == 126:
            size, at = int.from_bytes(stream[2:4]), 4
        elif size == 127:
            size, at = int.from_bytes(stream[2:10]), 10
        key = stream[at : at + 4] if second & 128 else b"\0\0\0\0"
        at += 4 if second & 128 else 0
        if len(stream) < at + size:
            break
        payload = bytes(byte ^ key[index % 4] for index, byte in enumerate(stream[at : at + size]))
        stream = stream[at + size :]
        opcode = first & 15
        if opcode == 8:
            end = [int.from_bytes(payload[:2]), payload[2:].decode()] if payload else [1005, ""]
            break
        if opcode > 8:
            continue
        if opcode:
            kind, parts, compressed = opcode, b"", bool(first & 64)
        parts += payload
        if not first & 128:
            continue
        if compressed:
            if inflater is None or not takeover:
                inflater = zlib.decompressobj(-15)
            parts = inflater.decompress(parts + b"\0\0\xff\xff")
        messages.append(["text", parts.decode()] if kind == 1 else ["binary", parts.hex()])
    return messages, end


found = {}
for path in sys.argv[3:]:
    records = [json.loads(line) for line in open(path)][1:]
    for handshake in records:
        if handshake.get("record") == "handshake" and handshake["target"] in transcript:
            found[handshake["target"]] = (records, handshake["connection"])

judged = 0
for path, case in transcript.items():
    if not case["seen"]["messages"]:
        continue
    records, connection = found[path]
    direction = "client-to-server" if case["direction"] == "upstream" else "server-to-client"
    messages, end = read(rebuilt(records, connection, direction), takeover=path.startswith("/deflate/"))
    seen = case["seen"]["messages"]
    if messages != seen:
        place = next((i for i, (a, b) in enumerate(zip(messages, seen)) if a != b), min(len(messages), len(seen)))
        wrong.append(
            f"{path}: {len(seen)} messages were seen and {len(messages)} told; they differ from number {place} "
            f"on: {seen[place : place + 1]} and {messages[place : place + 1]}"
        )
    touched = [
        each
        for each in records
        if each.get("connection") == connection and each.get("cause") == "it" and each["record"] in ("rewrite", "held")
    ]
    if case["kind"] != "ws_cut" and not touched:
        wrong.append(f"{path}: the capture names no fault")
    judged += 1
if judged < 60:
    wrong.append(f"only {judged} cases were judged")


def packets(name):
    """tcpdump's packets as (source port, target port, flags, length), or None without a file."""
    path = os.path.join(sys.argv[2], f"{name}.pcap")
    if not os.path.exists(path):
        return None
    out = subprocess.run(["tcpdump", "-nn", "-r", path], capture_output=True, text=True, check=True).stdout
    rows = []
    for line in out.splitlines():
        if "Flags [" not in line:
            continue
        words = line.split()
        port = lambda address: int(address.rstrip(":").rsplit(".", 1)[1])
        flags = line.split("Flags [")[1].split("]")[0]
        rows.append((port(words[2]), port(words[4]), flags, int(line.rsplit("length ", 1)[1].split(":")[0])))
    return rows


ends = packets("ends")
if ends is not None:
    # Whoever goes on sending behind a FIN is answered with RST by the kernel, so only a receiver tells them apart.
    for stream, label in (("downstream", "fin"), ("downstream", "reset"), ("upstream", "reset")):
        client = transcript[f"/plain/{stream}/{label}"]["client_port"]
        flags = "".join(row[2] for row in ends if row[1] == client)
        if ("R" in flags) != (label == "reset"):
            wrong.append(f"{stream} {label}: the client saw the flags {flags}")
hole = packets("blackhole")
if hole is not None:
    client = transcript["/plain/downstream/blackhole"]["client_port"]
    sent = [row for row in hole if row[1] == client and row[3] > 0]
    # The upgrade's answer and five messages; then acknowledgements alone, until the fault is gone.
    last = max(index for index, row in enumerate(hole) if row in sent)
    asked = [index for index, row in enumerate(hole) if row[0] == client and row[3] > 0][-1]
    if last > asked:
        wrong.append("a black hole let something out after it had begun")
    ended = [index for index, row in enumerate(hole) if row[1] == client and ("F" in row[2] or "R" in row[2])]
    if ended and ended[0] < asked:
        wrong.append("a black hole told the client that it ended")
for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
