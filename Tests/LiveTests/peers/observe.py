"""Watches wsproxy from outside while two peers talk through it, and ends their connections.

usage: observe.py <control port> <proxy port>

Prints what is wrong, one sentence a line; exits with 1 when there is something.
"""

import json
import queue
import sys
import threading
import time

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import serve

control_port, proxy_port = (int(text) for text in sys.argv[1:3])
base = f"http://127.0.0.1:{control_port}"
wrong = []
served = queue.Queue()


def expect(is_so, sentence):
    if not is_so:
        wrong.append(sentence)


def get(path, status=200, **options):
    answer = requests.get(base + path, timeout=10, **options)
    expect(answer.status_code == status, f"{path} answered {answer.status_code}: {answer.text}")
    return answer


def echo(connection):
    try:
        for message in connection:
            connection.send(message)
    except ConnectionClosed:
        pass
    served.put(connection.close_code)


def client():
    connection = connect(f"ws://127.0.0.1:{proxy_port}/feed?run=1", subprotocols=["v1"])
    connection.send("hello")
    connection.recv()
    return connection


def how_it_ended(connection):
    try:
        connection.recv(timeout=10)
        return "a message"
    except ConnectionClosed:
        code = connection.close_code
        return (code, connection.close_reason)


# Server-sent events, from before the first client on.
happened = []
begun = threading.Event()


def watch():
    stream = requests.get(base + "/events?frames=1000", stream=True, timeout=60)
    expect(stream.headers["Content-Type"] == "text/event-stream", "/events has another type")
    name = ""
    for line in stream.iter_lines(decode_unicode=True):
        if line.startswith(": "):
            begun.set()
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            happened.append((name, json.loads(line.removeprefix("data: "))))
            if name == "mark" and happened[-1][1]["label"] == "over":
                return


watcher = threading.Thread(target=watch, daemon=True)
watcher.start()
expect(begun.wait(10), "/events says nothing at its beginning")

server = serve(echo, "127.0.0.1", 0, subprotocols=["v1"])
threading.Thread(target=server.serve_forever, daemon=True).start()
place = {"upstream": "127.0.0.1:%d" % server.socket.getsockname()[1]}
answer = requests.patch(base + "/proxies/bridge", json=place, timeout=10)
expect(answer.status_code == 200, f"the upstream cannot be changed: {answer.text}")

# What is open.
first, second, third = client(), client(), client()
shown = get("/connections").json()
expect(shown["active"] == 3, f"{shown['active']} connections are open, not 3")
one = get("/connections/" + shown["connections"][0]["id"]).json()
expect(one["websocket"] is True and one["state"] == "open", f"not an open WebSocket: {one}")
expect(one["path"] == "/feed?run=1", f"the path is {one['path']}")
expect(one["subprotocol"] == "v1", f"the subprotocol is {one['subprotocol']!r}")
expect(one["client_to_server"]["messages"] == 1, f"one message was sent, not {one}")
expect(
    one["client_to_server"]["received_bytes"] == one["client_to_server"]["forwarded_bytes"],
    f"not all is forwarded: {one}",
)

# Figures, health, the state in one object.
figures = get("/metrics").text
expect('wscap_connections_active{proxy="bridge"} 3\n' in figures, f"not 3 are open: {figures}")
text = 'wscap_frames_total{proxy="bridge",direction="client_to_server",opcode="text"} 3\n'
expect(text in figures, f"not 3 frames of text: {figures}")
health = get("/health").json()
expect(health["live"] and health["ready"], f"not well: {health}")
get("/health/live")
get("/health/ready")
status = get("/api/websocket/status").json()
expect(status["status"] == "healthy", f"not healthy: {status}")
expect(status["active_connections"] == 3, f"3 are open: {status}")
expect(status["upstream_reachable"] is True, f"the upstream answers: {status}")

# The files.
sealed = requests.post(base + "/captures/rotate", timeout=10).json()["sealed"]
files = get("/captures").json()["captures"]
expect(len(sealed) == 1 and sealed[0]["state"] == "sealed", f"one file is sealed: {sealed}")
expect([file["state"] for file in files] == ["sealed", "recording"], f"the files: {files}")
expect(files[0]["path"] == sealed[0]["path"], "the sealed file is the first of the list")

# The ends.
ids = [connection["id"] for connection in shown["connections"]]
addresses = {connection["client"]: connection["id"] for connection in shown["connections"]}


def identifier(connection):
    return addresses["%s:%d" % connection.socket.getsockname()[:2]]


def end(connection, query):
    path = f"{base}/connections/{identifier(connection)}{query}"
    answer = requests.delete(path, timeout=10)
    expect(answer.status_code == 204, f"{path} answered {answer.status_code}: {answer.text}")


end(first, "?how=close&code=4001&reason=enough")
ended = how_it_ended(first)
expect(ended == (4001, "enough"), f"the client was told {ended}")
code = served.get(timeout=10)
expect(code == 4001, f"the server was told {code}")
end(second, "?how=reset")
ended = how_it_ended(second)
expect(ended == (1006, ""), f"a reset looked like {ended}")
code = served.get(timeout=10)
expect(code == 1006, f"a reset looked to the server like {code}")
end(third, "")
ended = how_it_ended(third)
expect(ended == (1006, ""), f"a FIN looked like {ended}")
served.get(timeout=10)

# A close frame of the proxy's own ends a connection when both have answered, and not after a grace period.
for _ in range(30):
    connection = client()
    shown = get("/connections").json()["connections"]
    addresses = {open["client"]: open["id"] for open in shown}
    asked = time.monotonic()
    end(connection, "?how=close")
    served.get(timeout=10)
    waited = time.monotonic() - asked
    expect(waited < 3, f"the server saw the end after {waited:.1f} s")

mark = requests.post(base + "/marks", json={"label": "over"}, timeout=10)
expect(mark.status_code == 201, f"/marks answered {mark.status_code}: {mark.text}")
watcher.join(10)
names = [name for name, _ in happened]
for name, count in [("opened", 33), ("upgraded", 33), ("closed", 33), ("mark", 1), ("dropped", 0)]:
    expect(names.count(name) == count, f"{names.count(name)} events are {name}, not {count}")
expect("frame" in names, "no frame was told of")
causes = sorted({data["cause"] for name, data in happened if name == "closed"})
told = [f"proxy fault control-{how}" for how in ("close", "fin", "reset")]
expect(causes == told, f"the causes are {causes}")

# Who may call.
get("/health", 403, headers={"Origin": "http://elsewhere.example"})
get("/metrics", 403, headers={"Host": "elsewhere.example"})
get("/health", 200, headers={"User-Agent": "Mozilla/5.0"})
get("/health?verbose", 400)
get("/connections/c1", 404)

for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
