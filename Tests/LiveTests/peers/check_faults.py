"""Compares what peers of faulty connections saw with what the capture says was sent.

usage: check_faults.py <transcript.json> <records.jsonl>
"""

import base64
import json
import sys

transcript = json.load(open(sys.argv[1]))
records = [json.loads(line) for line in open(sys.argv[2])]
wrong = []


def of(record_kind, **values):
    return [
        record
        for record in records
        if record.get("record") == record_kind and all(record.get(key) == value for key, value in values.items())
    ]


paths = {each["target"]: each["connection"] for each in of("handshake")}


def texts(connection, direction):
    """The whole frames of a direction, with where they end."""
    found = []
    for frame in of("frame", connection=connection, direction=direction):
        header, payload = base64.b64decode(frame["header"]), base64.b64decode(frame["payload"])
        if frame["part"] == 0 and frame.get("opcode") == "text":
            found.append(["", frame["offset"]])
        if found and frame.get("opcode", "text") == "text":
            found[-1][0] += frame.get("text", "")
            found[-1][1] = frame["offset"] + len(header) + len(payload)
    return found


def sent(connection, direction):
    """The messages that the capture says went on whole."""
    received = 0
    for kind in ("bytes", "frame"):
        for each in of(kind, connection=connection, direction=direction):
            size = sum(len(base64.b64decode(each.get(name, ""))) for name in ("header", "payload", "data"))
            received = max(received, each["offset"] + size)
    dropped = sum(each["byte_count"] for each in of("outcome", connection=connection, direction=direction))
    return [text for text, end in texts(connection, direction) if end <= received - dropped]


for path, messages in transcript["server"].items():
    told = sent(paths[path], "client-to-server")
    if told != messages:
        wrong.append(f"{path}: the server got {messages!r:.200}, the capture says {told!r:.200}")
told = sent(paths["/limit"], "server-to-client")
if told != transcript["limited"]:
    wrong.append(f"/limit: the client got {transcript['limited']}, the capture says {told}")

held = of("held", connection=paths["/latency"])
waits = [each["held_ns"] for each in held if each["cause"] == "slow"]
if len(waits) != 2 or not (300e6 <= waits[0] < 500e6 and 500e6 <= waits[1] < 700e6):
    wrong.append(f"/latency was held for {waits}")
for path, kind, cause in (("/timeout", "outcome", "swallow"), ("/limit", "outcome", "tap")):
    if not of(kind, connection=paths[path], kind="undeliverable", cause=cause):
        wrong.append(f"{path} has no outcome of {cause}")
    if not of("closed", connection=paths[path], cause="fault", detail=cause):
        wrong.append(f"{path} was not ended by {cause}")
changes = [(each["action"], each["fault"]) for each in of("fault_change") if each["fault"] == "slow"]
if changes != [("added", "slow"), ("updated", "slow"), ("removed", "slow")]:
    wrong.append(f"changes of 'slow': {changes}")
if not all(each["source"].startswith("127.0.0.1:") for each in of("fault_change")):
    wrong.append("a change does not say who asked")
for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
