"""Changes faults at random under an echo load of real WebSocket messages, and calls what is no call in between.

usage: churn_peers.py <control port> <process id of wsproxy> <number of calls> <seed>

Only faults that lose nothing are used: every message has to come back whole and in order. Prints what is
wrong, one sentence a line, and figures on standard error; exits with 1 when something is wrong.
"""

import random
import socket
import sys
import threading
import time

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import serve

control_port, process_id, call_count, seed = (int(text) for text in sys.argv[1:5])
base = f"http://127.0.0.1:{control_port}"
dice = random.Random(seed)
session = requests.Session()
wrong = []
CONNECTIONS = 4
# Faults on messages that lose nothing.
MORE = ["ws_delay", "ws_fragment"]
# Growth of the memory that is wsproxy's own from the first tenth of the calls on, in kB.
GROWTH_MAX = 48 << 10


def expect(is_so, sentence):
    if not is_so and len(wrong) < 20:
        wrong.append(f"{sentence} (seed {seed})")


def echo(connection):
    try:
        for message in connection:
            connection.send(message)
    except ConnectionClosed:
        pass


def own_memory():
    with open(f"/proc/{process_id}/status") as file:
        for line in file:
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    return 0


class Talker:
    """One connection that sends as it likes and expects everything back in order."""

    def __init__(self, number, address):
        self.number = number
        self.connection = connect(
            f"ws://{address}/churn-{number}",
            compression=None if number % 2 else "deflate",
            legacy=True,
            open_timeout=20,
            ping_interval=None,
            max_size=None,
        )
        self.sent = 0
        self.received = 0
        self.is_stopping = False
        self.room = threading.Semaphore(64)
        self.threads = [threading.Thread(target=each, daemon=True) for each in (self.send, self.receive)]
        for thread in self.threads:
            thread.start()

    def message(self, index):
        own = random.Random(seed * 1_000_003 + self.number * 100_003 + index)
        size = own.choice([0, 1, 125, 126, 500, 4000, 70_000])
        text = f"{self.number}:{index}:" + "x" * size
        return text.encode() if own.random() < 0.3 else text

    def send(self):
        pace = random.Random(self.number)
        while not self.is_stopping:
            if not self.room.acquire(timeout=0.1):
                continue
            self.connection.send(self.message(self.sent))
            self.sent += 1
            time.sleep(pace.random() * 0.004)

    def receive(self):
        try:
            while True:
                got = self.connection.recv()
                if got != self.message(self.received):
                    expect(False, f"connection {self.number}: message {self.received} came back as {got[:40]!r}")
                    return
                self.received += 1
                self.room.release()
        except ConnectionClosed:
            pass

    def finish(self):
        self.is_stopping = True
        self.threads[0].join(timeout=30)
        deadline = time.monotonic() + 30
        while self.received < self.sent and time.monotonic() < deadline:
            time.sleep(0.01)
        expect(
            self.received == self.sent,
            f"connection {self.number}: {self.received} of {self.sent} messages came back",
        )
        self.connection.close()
        self.threads[1].join(timeout=10)


def attributes(kind):
    if kind == "latency":
        return {"latency": dice.randrange(30), "jitter": dice.randrange(15)}
    if kind == "bandwidth":
        return {"rate": dice.randrange(2000, 20_000)}
    if kind == "slicer":
        size = dice.randrange(200, 3000)
        return {"average_size": size, "size_variation": dice.randrange(size), "delay": dice.randrange(50)}
    if kind == "ws_delay":
        return {"delay": dice.randrange(30), "jitter": dice.randrange(15)}
    if kind == "ws_fragment":
        # Peers take so many fragments of a message and no more.
        return {"size": dice.randrange(100, 3000)}
    if kind == "slow_close":
        return {"delay": dice.randrange(50)}
    return {}


def call(method, path, body=None):
    start = time.monotonic()
    answer = session.request(method, base + path, json=body, timeout=10)
    return answer.status_code, time.monotonic() - start


def churn(proxy):
    """One call at random, and what it has to be answered."""
    present = churn.present
    choice = dice.random()
    if churn.is_partitioned and choice < 0.3:
        churn.is_partitioned = False
        return call("DELETE", f"/partition?proxy={proxy}"), 204
    if dice.random() < 0.04:
        churn.is_partitioned = True
        body = {"proxy": proxy, "direction": dice.choice(["both", "client-to-server", "server-to-client"])}
        return call("POST", "/partition", body), 200
    if choice < 0.45 and len(present) < 8 or not present:
        churn.count += 1
        name, kind = f"t{churn.count}", dice.choice(["latency", "bandwidth", "slicer", "slow_close", "noop"] + MORE)
        stream = dice.choice(["upstream", "downstream"])
        body = {"name": name, "type": kind, "stream": stream, "toxicity": dice.choice([0.5, 1]),
                "attributes": attributes(kind)}
        present[name] = kind
        return call("POST", f"/proxies/{proxy}/toxics", body), 200
    name = dice.choice(sorted(present))
    if choice < 0.75:
        return call("PATCH", f"/proxies/{proxy}/toxics/{name}", {"attributes": attributes(present[name])}), 200
    del present[name]
    return call("DELETE", f"/proxies/{proxy}/toxics/{name}"), 204


churn.present = {}
churn.is_partitioned = False
churn.count = 0


def raw(data):
    """The status of whatever is answered to raw bytes; 0 for none."""
    with socket.create_connection(("127.0.0.1", control_port), timeout=10) as connection:
        connection.sendall(data)
        try:
            head = connection.recv(4096)
        except OSError:
            return 0
    return int(head.split(b" ")[1]) if head.startswith(b"HTTP/1.1 ") else 0


def hangs_up(data):
    """Whether raw bytes are answered, and the connection is closed then."""
    with socket.create_connection(("127.0.0.1", control_port), timeout=10) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while piece := connection.recv(4096):
                answer += piece
        except OSError:
            return False
    return answer.startswith(b"HTTP/1.1 ") and b"connection: close\r\n" in answer.lower()


def abuse(proxy):
    """What nobody of good will sends: the right status, a sentence, and nothing else happens."""
    toxics = f"/proxies/{proxy}/toxics"
    deep = b"[" * 100_000
    many = {"proxies": {proxy: {"toxics": [{"type": "noop", "name": str(n)} for n in range(10_000)]}}}
    rows = []
    writers = [("POST", "/proxies"), ("PATCH", f"/proxies/{proxy}"), ("POST", toxics), ("POST", "/populate"),
               ("POST", "/partition"), ("PUT", "/faults"), ("POST", "/scenarios"), ("POST", "/marks")]
    for method, path in writers:
        for body in (b"", b"\xff\xfe\x00", b"{", b"7", b'"x"', deep, b'{"a":' * 70 + b"1" + b"}" * 70, b"nul"):
            rows.append((method, path, body, None, 400))
        rows.append((method, path, b" " * (2 << 20), None, 413))
        rows.append((method, path, b"a: &a [*a, *b", "application/yaml", 400))
        rows.append((method, path, deep, "application/yaml", 400))
    rows += [
        ("PUT", "/faults", requests.models.complexjson.dumps(many).encode(), None, 400),
        ("PUT", "/faults", b"{\"proxies\":{\"none\":{}}}", None, 404),
        ("POST", "/scenarios", b'{"steps":[{"at":"1s","explode":1}]}', None, 400),
        ("POST", toxics, b'{"type":7}', None, 400),
        ("POST", toxics, b'{"type":"latency","attributes":{"latency":1.5}}', None, 400),
        ("POST", toxics, b'{"type":"latency","toxicity":1e999}', None, 400),
        ("POST", toxics, b'{"type":"slicer"}', None, 400),
        ("GET", "/proxies/%00", None, None, 404),
        ("GET", "/proxies/../..", None, None, 404),
        ("GET", "/scenarios/99999999999999999999", None, None, 404),
        ("DELETE", "/partition?proxy=none", None, None, 404),
        ("POST", "/marks", b'{"label":""}', None, 400),
        ("POST", "/marks", b'{"label":7}', None, 400),
        ("POST", "/marks", b'{"label":"a\\nb"}', None, 400),
        ("POST", "/marks", b'{"label":"' + b"x" * 201 + b'"}', None, 400),
        ("POST", "/marks", b'{"label":"x","proxy":"none"}', None, 404),
        ("POST", "/captures/rotate?proxy=none", None, None, 404),
        ("GET", "/captures/", None, None, 404),
        ("GET", "/connections/", None, None, 404),
        ("GET", "/connections/c99999999999999999999", None, None, 400),
        ("GET", "/connections/%63%39%39%39%39%39", None, None, 404),
        ("DELETE", "/connections/-1", None, None, 400),
        ("DELETE", "/connections/c99999?how=reset", None, None, 404),
    ]
    for query in ["how=kill", "how=FIN", "how=reset&code=1001", "how=close&code=1005", "how=close&code=+1001",
                  "how=close&code=18446744073709551616", "how=close&reason=" + "x" * 124, "how=close&reason=%ff",
                  "how=fin&how=fin", "hwo=fin", "proxy=%ff"]:
        rows += [("DELETE", f"/connections?{query}", None, None, 400),
                 ("DELETE", f"/connections/c1?{query}", None, None, 400)]
    for query in ["limit=0", "limit=1001", "limit=-1", "limit=\u0663", "after=x", "after=c", "after=-1", "%=1", "=1"]:
        rows.append(("GET", f"/connections?{query}", None, None, 400))
    for query in ["frames=-1", "frames=1e3", "frames=1001", "frame=1"]:
        rows.append(("GET", f"/events?{query}", None, None, 400))
    for path in ["/connections", "/captures", "/api/websocket/status", "/events"]:
        rows.append(("GET", f"{path}?proxy=none", None, None, 404))
    for path in ["/metrics", "/health", "/health/live", "/health/ready", "/openapi.json"]:
        rows.append(("GET", f"{path}?x=1", None, None, 400))
    for path, good in [("/proxies", "GET POST"), (toxics, "GET POST"), ("/partition", "GET POST DELETE"),
                       ("/faults", "GET PUT"), ("/scenarios", "GET POST"), ("/reset", "POST"), ("/populate", "POST"),
                       ("/connections", "GET DELETE"), ("/connections/c1", "GET DELETE"), ("/captures", "GET"),
                       ("/captures/rotate", "POST"), ("/marks", "POST"), ("/metrics", "GET"), ("/health", "GET"),
                       ("/health/live", "GET"), ("/health/ready", "GET"), ("/events", "GET"),
                       ("/api/websocket/status", "GET"), ("/openapi.json", "GET")]:
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"} - set(good.split()):
            rows.append((method, path, None, None, 405))
    for method, path, body, kind, status in rows:
        headers = {"Content-Type": kind} if kind else {}
        answer = session.request(method, base + path, data=body, headers=headers, timeout=10)
        shown = (body or b"")[:20]
        expect(answer.status_code == status, f"{method} {path} {shown!r} {kind} is {answer.status_code}, not {status}")
        expect(status != 405 or answer.headers.get("Allow"), f"{method} {path} does not say what is allowed")
        if status in (400, 403, 404, 413) and answer.status_code == status:
            expect(len(answer.text) > 5, f"{method} {path} {shown!r} is refused without a sentence")
    expect(raw(b"\x16\x03\x01\x02\x00") in (0, 400), "TLS is answered")
    expect(raw(b"GET /proxies HTTP/1.1\r\nHost: evil.example\r\n\r\n") == 403, "a foreign host is not refused")
    for host in (b"127.0.0.1.evil.example", b"localhost.evil.example"):
        expect(raw(b"GET /health HTTP/1.1\r\nHost: " + host + b"\r\n\r\n") == 403, f"{host!r} is not refused")
    expect(raw(b"GET /proxies HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:1\r\n\r\n") == 403,
           "a foreign origin is not refused")
    # Behind these the server reads nothing: it has to hang up, or the caller waits for ever.
    for start in (b"CONNECT h:1 HTTP/1.1\r\n", b"GET /version HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"):
        expect(hangs_up(start + b"Host: localhost\r\n\r\n"), f"{start!r} leaves a connection that nobody reads")
    return len(rows)


server = serve(echo, "127.0.0.1", 0, max_size=None, ping_interval=None)
threading.Thread(target=server.serve_forever, daemon=True).start()
upstream = f"127.0.0.1:{server.socket.getsockname()[1]}"
made = session.post(f"{base}/proxies", json={"name": "churn", "listen": "127.0.0.1:0", "upstream": upstream}).json()
talkers = [Talker(number, made["listen"]) for number in range(CONNECTIONS)]
slowest, early, abuses = 0, 0, 0
for index in range(call_count):
    (status, took), wanted = churn("churn")
    slowest = max(slowest, took)
    expect(status == wanted, f"call {index} was answered {status}")
    if index == call_count // 10:
        early = own_memory()
    if index == call_count // 2:
        before = session.get(f"{base}/faults").text
        abuses = abuse("churn")
        expect(session.get(f"{base}/faults").text == before, "calls that were refused have changed something")
late = own_memory()
expect(late - early < GROWTH_MAX, f"memory grew from {early} to {late} kB")
expect(slowest < 5, f"a call took {slowest:.1f} s")
expect(session.post(f"{base}/reset").status_code == 204, "reset is not answered")
for talker in talkers:
    talker.finish()
total = sum(talker.received for talker in talkers)
expect(total > call_count, f"only {total} messages went through")
print(
    f"{call_count} calls and {abuses} that were none, the slowest {slowest * 1000:.0f} ms; {total} messages; "
    f"memory {early} to {late} kB", file=sys.stderr,
)
for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
