"""Puts faults on messages between peers of websockets, and tells what each receiver saw.

usage: message_fault_peers.py <control port> <transcript.json> <folder>

Every case is a connection of its own with a path of its own: the fault is added, numbered messages are
sent in one direction, and the receiver notes all that it gets and how the connection ended. With root, what
passed on the client's leg of some cases is captured with tcpdump into <folder>.

Prints what is wrong, one sentence a line; exits with 1 when there is something.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)
from websockets.sync.client import connect
from websockets.sync.server import serve

control_port, transcript, folder = sys.argv[1:4]
base = f"http://127.0.0.1:{control_port}"
wrong = []
cases = {}
COUNT = 300


def expect(is_so, sentence):
    if not is_so:
        wrong.append(sentence)


def note(message):
    return ["text", message] if isinstance(message, str) else ["binary", message.hex()]


def message(number, is_binary):
    kind = "trade_execution" if number % 5 == 0 else "price"
    text = f'{{"type":"{kind}","sequence":{number},"symbol":"BTC-USD","price":{64000 + number * 37 % 500}}}'
    return text.encode() if is_binary else text


def send_all(connection, is_binary):
    for number in range(COUNT):
        connection.send(message(number, is_binary))


def gather(connection, seen):
    """Everything until the end, and how it ended."""
    try:
        while True:
            seen["messages"].append(note(connection.recv(timeout=20)))
    except ConnectionClosed as error:
        seen["end"] = [error.rcvd.code, error.rcvd.reason] if error.rcvd else None
        seen["sent_code"] = error.sent.code if error.sent else None
    except TimeoutError:
        seen["end"] = "silence"


servers = {}


def serve_case(connection):
    path = connection.request.path
    case = cases[path]
    if case["direction"] == "upstream":
        gather(connection, case["seen"])
    else:
        try:
            send_all(connection, case["binary"])
        except ConnectionClosed:
            pass
        connection.close()
    case["served"].set()


def start_server(compression):
    fresh = compression == "fresh"
    server = serve(
        serve_case,
        "127.0.0.1",
        0,
        compression=None,
        extensions=None
        if compression is None
        else [
            ServerPerMessageDeflateFactory(server_no_context_takeover=fresh, client_no_context_takeover=fresh)
        ],
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    name = compression or "plain"
    answer = requests.post(
        f"{base}/proxies", json={"name": name, "upstream": f"127.0.0.1:{server.socket.getsockname()[1]}"}
    )
    expect(answer.status_code == 201, f"{name}: {answer.text}")
    servers[name] = answer.json()["listen"]


@contextmanager
def fault(proxy, kind, stream, attributes):
    answer = requests.post(
        f"{base}/proxies/{proxy}/toxics",
        json={"name": "it", "type": kind, "stream": stream, "attributes": attributes},
    )
    expect(answer.status_code == 200, f"{kind} {attributes}: {answer.text}")
    try:
        yield
    finally:
        requests.delete(f"{base}/proxies/{proxy}/toxics/it")


def open_(proxy, path, **options):
    fresh = proxy == "fresh"
    return connect(
        f"ws://{servers[proxy]}{path}",
        compression=None,
        extensions=None
        if proxy == "plain"
        else [ClientPerMessageDeflateFactory(server_no_context_takeover=fresh, client_no_context_takeover=fresh)],
        open_timeout=10,
        close_timeout=5,
        legacy=True,
        **options,
    )


def run(proxy, label, kind, stream, attributes, binary=False):
    path = f"/{proxy}/{stream}/{label}"
    case = cases[path] = {
        "direction": stream,
        "binary": binary,
        "kind": kind,
        "seen": {"messages": [], "end": None},
        "served": threading.Event(),
    }
    with fault(proxy, kind, stream, attributes):
        connection = open_(proxy, path)
        case["client_port"] = connection.local_address[1]
        if stream == "upstream":
            try:
                send_all(connection, binary)
            except ConnectionClosed:
                pass
            connection.close()
        else:
            gather(connection, case["seen"])
            connection.close()
        expect(case["served"].wait(25), f"{path}: the server has not ended")
    return case


LASTING = [
    ("drop", "ws_drop", {"match_type": "trade_execution", "every_n": 2}),
    ("delay", "ws_delay", {"delay": 30, "every_n": 50}),
    ("overtaken", "ws_delay", {"delay": 20, "jitter": 15, "reorder": True, "every_n": 7}),
    ("duplicate", "ws_duplicate", {"copies": 2, "every_n": 9}),
    ("reorder", "ws_reorder", {"window": 3, "every_n": 11}),
    ("corrupt", "ws_corrupt", {"mode": "flip", "bytes": 3, "every_n": 13}),
    ("inject", "ws_inject", {"text": "nobody sent this", "every_n": 20}),
    ("fragment", "ws_fragment", {"size": 17, "every_n": 3}),
    ("some", "ws_drop", {"match_json": "/symbol=BTC-USD", "skip": 10, "count": 25}),
]

ENDING = [
    ("close", "ws_close", {"code": 1012, "reason": "restarting", "skip": 20}),
    ("fin", "ws_cut", {"how": "fin", "bytes": 20, "skip": 20}),
    ("reset", "ws_cut", {"how": "reset", "bytes": 20, "skip": 20}),
]


@contextmanager
def tap(proxy, name):
    """tcpdump on the client's leg, where it may."""
    if os.geteuid() != 0:
        yield
        return
    port = servers[proxy].rsplit(":", 1)[1]
    process = subprocess.Popen(
        ["tcpdump", "-n", "-U", "--immediate-mode", "-B", "65536", "-s", "256", "-Z", "root", "-i", "lo", "-w", f"{folder}/{name}.pcap",
         f"port {port}"],
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if "listening on" in line:
            break
    try:
        yield
    finally:
        # A datagram of its own, sent last: once it is in the file, everything before it is.
        mark = f"the last packet of {name}".encode()
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(mark, ("127.0.0.1", int(port)))
        deadline = time.monotonic() + 20
        while mark not in open(f"{folder}/{name}.pcap", "rb").read():
            if time.monotonic() > deadline:
                wrong.append(f"tcpdump has not written everything of {name}")
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.wait(10)


for compression in (None, "deflate", "fresh"):
    start_server(compression)
for proxy in servers:
    for stream in ("upstream", "downstream"):
        for label, kind, attributes in LASTING:
            case = run(proxy, label, kind, stream, attributes, binary=kind == "ws_corrupt")
            expect(
                case["seen"]["end"] is not None and case["seen"].get("sent_code") in (1000, 1005),
                f"{proxy} {stream} {label}: the receiver ended with {case['seen']['end']}, and sent "
                f"{case['seen'].get('sent_code')}",
            )
with tap("plain", "ends"):
    for stream in ("upstream", "downstream"):
        for label, kind, attributes in ENDING:
            case = run("plain", label, kind, stream, attributes)
            end = [1012, "restarting"] if label == "close" else None
            expect(case["seen"]["end"] == end, f"{stream} {label}: ended with {case['seen']['end']}")
            expect(len(case["seen"]["messages"]) == 20, f"{stream} {label}: {len(case['seen']['messages'])}")


def check_black_hole():
    """Nothing comes any more, and nobody is told; what goes the other way arrives."""
    path = "/plain/downstream/blackhole"
    case = cases[path] = {
        "direction": "downstream", "binary": False, "kind": "ws_cut",
        "seen": {"messages": [], "end": None}, "served": threading.Event(),
    }
    with tap("plain", "blackhole"), fault("plain", "ws_cut", "downstream", {"how": "blackhole", "skip": 5}):
        connection = open_("plain", path)
        case["client_port"] = connection.local_address[1]
        try:
            for _ in range(COUNT):
                case["seen"]["messages"].append(note(connection.recv(timeout=1)))
        except TimeoutError:
            case["seen"]["end"] = "silence"
        except ConnectionClosed:
            wrong.append("a black hole was noticed")
        case["silent_from"] = time.time()
        time.sleep(0.5)
        connection.send("anybody?")
    # The fault is gone, and with it the connection.
    try:
        connection.recv(timeout=5)
        wrong.append("something came out of a black hole")
    except ConnectionClosed:
        pass
    except TimeoutError:
        wrong.append("the removal of a black hole did not close")
    connection.close()


def check_refusals():
    cases["/plain/refused"] = {
        "direction": "upstream", "binary": False, "kind": "ws_refuse",
        "seen": {"messages": [], "end": None}, "served": threading.Event(),
    }
    with fault("plain", "ws_refuse", "upstream", {"status": 503, "body": "not now\n", "count": 2}):
        for _ in range(2):
            try:
                open_("plain", "/plain/refused")
                wrong.append("a refused upgrade was accepted")
            except InvalidStatus as error:
                expect(error.response.status_code == 503, f"refused with {error.response.status_code}")
                expect(error.response.body == b"not now\n", f"refused with {error.response.body!r}")
        open_("plain", "/plain/refused").close()
    with fault("plain", "ws_refuse", "upstream", {"how": "reset", "count": 1}):
        host, port = servers["plain"].rsplit(":", 1)
        try:
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                expect(connection.recv(1) == b"never", "a connection that is to be reset ended in order")
        except ConnectionResetError:
            pass
    with fault("plain", "ws_stall_handshake", "downstream", {"delay": 400}):
        start = time.monotonic()
        open_("plain", "/plain/refused").close()
        took = time.monotonic() - start
        expect(0.39 <= took < 2, f"a stalled handshake took {took:.3f} s")


def check_pings():
    cases["/plain/pings"] = {
        "direction": "upstream", "binary": False, "kind": "ws_ping",
        "seen": {"messages": [], "end": None}, "served": threading.Event(),
    }
    connection = open_("plain", "/plain/pings", ping_interval=None)
    expect(connection.ping().wait(5), "no pong without a fault")
    with fault("plain", "ws_ping", "upstream", {"what": "ping"}):
        expect(not connection.ping("lost").wait(0.5), "a swallowed ping was answered")
    with fault("plain", "ws_ping", "downstream", {"what": "pong", "delay": 300}):
        start = time.monotonic()
        expect(connection.ping("late").wait(5), "a delayed pong never came")
        took = time.monotonic() - start
        expect(0.29 <= took < 1.5, f"a pong delayed by 300 ms took {took:.3f} s")
    connection.close()


check_black_hole()
check_refusals()
check_pings()
with open(transcript, "w") as file:
    json.dump(
        {path: {key: case[key] for key in case if key != "served"} for path, case in cases.items()}, file
    )
for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
