"""Talks through wsproxy with faults, and has Prometheus' own linter read the page of figures, which have to move.

usage: promtool.py <control port> <proxy port> <promtool>

Prints what it finds; exits with 1 when there is something.
"""

import re
import subprocess
import sys
import threading

import requests
from websockets.sync.client import connect
from websockets.sync.server import serve

control_port, proxy_port = (int(text) for text in sys.argv[1:3])
base = f"http://127.0.0.1:{control_port}"
wrong = []
TEXT, BINARY = "twelve bytes", b"\x00" * 300


def expect(is_so, sentence):
    if not is_so:
        wrong.append(sentence)


def echo(connection):
    for message in connection:
        connection.send(message)


def call(method, path, body=None):
    answer = requests.request(method, base + path, json=body, timeout=10)
    expect(answer.ok, f"{method} {path} answered {answer.status_code}: {answer.text}")
    return answer


def figures():
    """The samples of the page by name, with its labels, after the linter has read it."""
    page = call("GET", "/metrics")
    expect(page.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8", "another type of page")
    found = subprocess.run([sys.argv[3], "check", "metrics"], input=page.content, capture_output=True, check=False)
    text = (found.stdout + found.stderr).decode()
    expect(found.returncode == 0 and not text, f"promtool ended with {found.returncode}: {text}")
    samples = re.findall(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$", page.text, re.MULTILINE)
    return {
        (name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels))): float(value) for name, labels, value in samples
    }


def value(page, name, **labels):
    """The sum of all samples that have these labels."""
    return sum(each for (title, has), each in page.items() if title == name and labels.items() <= has)


def talk(connection, message):
    connection.send(message)
    expect(connection.recv(timeout=10) == message, "an echo is another message")


server = serve(echo, "127.0.0.1", 0, compression=None, ping_interval=None)
threading.Thread(target=server.serve_forever, daemon=True).start()
call("PATCH", "/proxies/bridge", {"upstream": "127.0.0.1:%d" % server.socket.getsockname()[1]})
toxics = "/proxies/bridge/toxics"
empty = figures()

with connect(f"ws://127.0.0.1:{proxy_port}/", compression=None, ping_interval=None) as connection:
    talk(connection, TEXT)
    talk(connection, BINARY)
    expect(connection.ping().wait(10), "no pong")
    plain = figures()
    # One fault on bytes, one on messages.
    call("POST", toxics, {"name": "slow", "type": "latency", "stream": "upstream", "attributes": {"latency": 1}})
    call("POST", toxics, {"name": "twins", "type": "ws_duplicate", "stream": "downstream"})
    connection.send(TEXT)
    expect([connection.recv(timeout=10) for _ in "ab"] == [TEXT] * 2, "an echo did not come twice")
    faulty = figures()
    # What a fault counts within itself begins anew; the figure does not.
    call("PATCH", f"{toxics}/twins", {"attributes": {"copies": 2}})
    call("PATCH", f"{toxics}/slow", {"attributes": {"latency": 2}})
    changed = figures()
    connection.send(TEXT)
    expect([connection.recv(timeout=10) for _ in "abc"] == [TEXT] * 3, "an echo did not come three times")
    call("DELETE", f"{toxics}/twins")
    removed = figures()
over = figures()


def grows(before, after, by, name, **labels):
    """`by` is a number, or what must hold for it."""
    grown = value(after, name, **labels) - value(before, name, **labels)
    is_so = by(grown) if callable(by) else grown == by
    expect(is_so, f"{name} {labels} has grown by {grown}")


some = lambda grown: grown > 0
for direction in ("client_to_server", "server_to_client"):
    both = {"proxy": "bridge", "direction": direction}
    grows(empty, plain, 1, "wscap_frames_total", opcode="text", **both)
    grows(empty, plain, 1, "wscap_frames_total", opcode="binary", **both)
    opcode = "ping" if direction == "client_to_server" else "pong"
    grows(empty, plain, 1, "wscap_frames_total", opcode=opcode, **both)
    grows(empty, plain, 2, "wscap_messages_total", **both)
    grows(empty, plain, lambda grown: grown >= len(TEXT) + len(BINARY), "wscap_payload_bytes_total", **both)
for direction in ("upstream", "downstream"):
    for word in ("received", "sent"):
        grows(empty, plain, lambda grown: grown > len(TEXT) + len(BINARY),
              f"toxiproxy_proxy_{word}_bytes_total", proxy="bridge", direction=direction)
grows(empty, plain, some, "wscap_forward_duration_seconds_count", proxy="bridge")
grows(empty, plain, some, "wscap_forward_duration_seconds_sum", proxy="bridge")
count = value(plain, "wscap_forward_duration_seconds_count", proxy="bridge")
expect(value(plain, "wscap_forward_duration_seconds_bucket", proxy="bridge", le="+Inf") == count,
       "the last bucket is not the count")
grows(plain, faulty, 1, "wscap_faults_applied_total", fault="twins")
grows(plain, faulty, some, "wscap_faults_applied_total", fault="slow")
for earlier, later in [(empty, plain), (plain, faulty), (faulty, changed), (changed, removed), (removed, over)]:
    for (name, labels), before in earlier.items():
        is_counter = name.endswith(("_total", "_count", "_sum", "_bucket"))
        after = later.get((name, labels), -1)
        expect(not is_counter or after >= before, f"{name} {dict(labels)} went from {before} to {after}")
# Each copy counts.
grows(faulty, over, 2, "wscap_faults_applied_total", fault="twins")
expect(value(removed, "wscap_connections_active") == 1 and value(over, "wscap_connections_total") == 1,
       "one connection was open")

for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
