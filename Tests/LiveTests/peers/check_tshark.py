"""Do packets, opened by tshark with a key log, show the frames that a capture holds?

    check_tshark.py CAPTURE PCAP --port PORT --keys FILE

Flow by flow, the opcode, FIN and payload length of each frame are compared. Prints one line for each flow
that is on one side alone, and exits with 1; else prints how many frames were compared.
"""

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from pathlib import Path

from captured_legs import CLIENT_TO_SERVER, SERVER_TO_CLIENT, Legs

Flow = tuple[tuple[str, bool, int], ...]


def captured_flows(capture: Path) -> list[Flow]:
    """The frames of each flow in a capture, as the bytes say."""
    legs = Legs(capture)
    return [
        frames(bytes(legs.flow(connection, direction)))
        for connection in legs.connections()
        for direction in (CLIENT_TO_SERVER, SERVER_TO_CLIENT)
    ]


def frames(stream: bytes) -> Flow:
    """The frames behind an HTTP head (RFC 6455 §5.2)."""
    place = stream.index(b"\r\n\r\n") + 4
    found = []
    while place < len(stream):
        first, second = stream[place], stream[place + 1]
        place += 2
        length = second & 0x7F
        if length > 125:
            width = 2 if length == 126 else 8
            length = int.from_bytes(stream[place:place + width])
            place += width
        place += length + (4 if second & 0x80 else 0)
        found.append((str(first & 0xF), bool(first & 0x80), length))
    return tuple(found)


def overheard_flows(packets: Path, port: int, keys: Path) -> list[Flow]:
    """The frames of each flow in packets, as tshark decrypts and dissects them."""
    shown = subprocess.run(
        ["tshark", "-r", packets, "-o", f"tls.keylog_file:{keys}", "-d", f"tcp.port=={port},tls",
         "-Y", "websocket", "-T", "json", "-J", "tcp websocket", "--no-duplicate-keys"],
        check=True, capture_output=True)
    flows = defaultdict(list)
    for packet in json.loads(shown.stdout):
        layers = packet["_source"]["layers"]
        tcp = layers["tcp"]
        found = layers["websocket"]
        for layer in found if isinstance(found, list) else [found]:
            length = [int(layer[name]) for name in LENGTHS if name in layer][-1]
            # Up to 4.2 tshark writes 1 and 0, later True and False.
            is_final = str(layer["websocket.fin"]) in ("1", "True")
            flows[tcp["tcp.stream"], tcp["tcp.srcport"]].append(
                (layer["websocket.opcode"], is_final, length))
    return [tuple(flow) for flow in flows.values()]


LENGTHS = ("websocket.payload_length", "websocket.payload_length_ext_16",
           "websocket.payload_length_ext_64")


def main() -> int:
    """Compares, reports, and says by its exit code how it went."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("capture", type=Path)
    parser.add_argument("packets", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    arguments = parser.parse_args()
    captured = Counter(captured_flows(arguments.capture))
    overheard = Counter(overheard_flows(arguments.packets, arguments.port, arguments.keys))
    for flow in captured - overheard:
        print(f"captured alone: {len(flow)} frames, {str(flow)[:300]}")
    for flow in overheard - captured:
        print(f"overheard alone: {len(flow)} frames, {str(flow)[:300]}")
    print(f"{sum(len(flow) for flow in captured.elements())} frames in {captured.total()} flows")
    return 0 if captured == overheard and captured else 1


if __name__ == "__main__":
    sys.exit(main())
