"""Holds what peers received (logs of `load.py`) against the bytes in the sealed captures of
a run.

    check_received.py CAPTURE… --client client.json --server server.json

Every byte that reached a peer must stand in the capture, in its place. Prints one line for each
that does not, and exits with 1; else prints how much was compared.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from captured_legs import CLIENT_TO_SERVER, SERVER_TO_CLIENT, BrokenLeg, Legs
from transcript import digest


def differences(legs: Legs, received: dict, direction: str, connections: dict[str, int]):
    """One sentence for each connection whose received bytes the capture does not hold."""
    for name, facts in received.items():
        if facts["length"] == 0:
            continue
        if name not in connections:
            yield f"{name}: {facts['length']} bytes arrived, and the connection is not captured"
            continue
        leg = legs.flow(connections[name], direction)
        where = f"{name} (c{connections[name]}) {direction}"
        if len(leg) < facts["length"]:
            yield f"{where}: {facts['length']} bytes arrived, {len(leg)} are captured"
        elif digest(leg[:facts["length"]]) != facts["sha256"]:
            yield f"{where}: the {facts['length']} bytes that arrived differ from the captured ones"


def main() -> int:
    """Compares, reports, and says by its exit code how it went."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("captures", type=Path, nargs="+")
    parser.add_argument("--client", type=Path, required=True)
    parser.add_argument("--server", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        legs = Legs(*arguments.captures)
    except BrokenLeg as broken:
        print(broken)
        return 1

    connections = {legs.target(connection): connection for connection in legs.connections()}
    client = json.loads(arguments.client.read_text())
    server = json.loads(arguments.server.read_text())
    found = [
        *differences(legs, client, SERVER_TO_CLIENT, connections),
        *differences(legs, server, CLIENT_TO_SERVER, connections),
    ]
    for sentence in found:
        print(sentence)
    arrived = sum(facts["length"] for facts in [*client.values(), *server.values()])
    print(f"{arrived} bytes arrived on {len(connections)} connections, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
