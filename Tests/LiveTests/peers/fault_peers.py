"""Drives wsproxy with toxiproxy-python, unmodified, and tells what peers of faulty connections saw.

usage: fault_peers.py <control port> <transcript.json>

Prints what is wrong, one sentence a line; exits with 1 when there is something.
"""

import json
import socket
import sys
import threading
import time

import requests
from toxiproxy import Toxiproxy
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import serve

control_port = int(sys.argv[1])
base = f"http://127.0.0.1:{control_port}"
wrong = []
received_by_server = []


def expect(is_so, sentence):
    if not is_so:
        wrong.append(sentence)


def raises(kind, call, sentence):
    try:
        call()
    except kind:
        return
    except Exception as error:
        wrong.append(f"{sentence}: {error!r}")
        return
    wrong.append(f"{sentence}: nothing was raised")


def echo(connection):
    messages = []
    received_by_server.append((connection.request.path, messages))
    try:
        for message in connection:
            messages.append(message)
            connection.send(message)
    except ConnectionClosed:
        pass


server = serve(echo, "127.0.0.1", 0, compression=None)
threading.Thread(target=server.serve_forever, daemon=True).start()
upstream = f"127.0.0.1:{server.socket.getsockname()[1]}"

toxiproxy = Toxiproxy()
toxiproxy.update_api_consumer("127.0.0.1", control_port)


def accepts(address):
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
        return True
    except OSError:
        return False


def check_client():
    expect(toxiproxy.running(), "the control port is not there")
    expect(toxiproxy.version() == b'{"version": "2.12.0"}\n', "another version")
    expect(list(toxiproxy.proxies()) == ["bridge"], "the configured proxy is not listed")
    proxy = toxiproxy.create(upstream=upstream, name="echo")
    expect(proxy.enabled and not proxy.listen.endswith(":0"), "a created proxy listens somewhere")
    raises(ProxyExists, lambda: toxiproxy.create(upstream=upstream, name="echo"), "created twice")
    expect(
        requests.post(f"{base}/proxies", json={"name": "echo", "upstream": upstream}).status_code == 409,
        "a name that is taken is not 409",
    )
    expect(accepts(proxy.listen), "a created proxy does not accept")
    with proxy.down():
        expect(not accepts(proxy.listen), "a disabled proxy accepts")
        expect(not toxiproxy.get_proxy("echo").enabled, "a disabled proxy is shown as enabled")
    expect(accepts(proxy.listen), "an enabled proxy does not accept")
    expect(toxiproxy.get_proxy("echo").listen == proxy.listen, "the port has changed")
    made = toxiproxy.populate(
        [
            {"name": "one", "listen": "127.0.0.1:0", "upstream": upstream},
            {"name": "two", "listen": "127.0.0.1:0", "upstream": upstream},
        ]
    )
    expect([each.name for each in made] == ["one", "two"], "populate made something else")
    proxy.add_toxic(type="latency", attributes={"latency": 1})
    proxy.add_toxic(name="wide", type="bandwidth", stream="upstream", attributes={"rate": 1000})
    expect(sorted(proxy.toxics()) == ["latency_downstream", "wide"], "toxics are not listed")
    expect(proxy.get_toxic("wide").attributes == {"rate": 1000}, "attributes are not kept")
    raises(ProxyExists, lambda: proxy.add_toxic(type="latency"), "a toxic twice")
    raises(InvalidToxic, lambda: proxy.add_toxic(type="unheard-of"), "an unknown type")
    raises(InvalidToxic, lambda: proxy.add_toxic(type="latency", stream="side"), "a wrong stream")
    raises(NotFound, lambda: proxy.destroy_toxic("none"), "a missing toxic")
    expect(proxy.destroy_toxic("wide"), "a toxic is not removed")
    proxy.disable()
    toxiproxy.reset()
    expect(toxiproxy.get_proxy("echo").enabled, "reset does not enable")
    expect(proxy.toxics() == {}, "reset leaves toxics")
    expect(made[0].destroy() and made[1].destroy(), "proxies are not removed")
    expect(sorted(toxiproxy.proxies()) == ["bridge", "echo"], "removed proxies are listed")
    expect(not accepts(made[0].listen), "a removed proxy accepts")
    return toxiproxy.get_proxy("echo")


def round_trip(connection, text):
    start = time.monotonic()
    connection.send(text)
    expect(connection.recv(timeout=10) == text, f"{text} came back as something else")
    return time.monotonic() - start


def open_(proxy, name, **options):
    return connect(f"ws://{proxy.listen}/{name}", compression=None, open_timeout=10, **options)


def check_latency(proxy):
    with open_(proxy, "latency") as connection:
        expect(round_trip(connection, "before") < 0.15, "slow without a fault")
        proxy.add_toxic(name="slow", type="latency", attributes={"latency": 300})
        took = round_trip(connection, "during")
        expect(0.29 <= took < 0.6, f"300 ms took {took:.3f} s")
        requests.post(f"{base}/proxies/echo/toxics/slow", json={"attributes": {"latency": 500}})
        took = round_trip(connection, "changed")
        expect(0.49 <= took < 0.8, f"500 ms took {took:.3f} s")
        proxy.destroy_toxic("slow")
        expect(round_trip(connection, "after") < 0.15, "slow without a fault again")


def check_bandwidth(proxy):
    with open_(proxy, "bandwidth") as connection:
        proxy.add_toxic(name="narrow", type="bandwidth", attributes={"rate": 100})
        took = round_trip(connection, "x" * 50_000)
        expect(0.45 <= took < 0.9, f"50 kB at 100 kB/s took {took:.3f} s")
        proxy.destroy_toxic("narrow")


def check_slicer(proxy):
    with open_(proxy, "slicer") as connection:
        proxy.add_toxic(
            name="knife", type="slicer", attributes={"average_size": 10, "size_variation": 3, "delay": 100}
        )
        for number in range(5):
            round_trip(connection, f"{number} " + "y" * 500)
        proxy.destroy_toxic("knife")


def check_timeout(proxy):
    connection = open_(proxy, "timeout", legacy=True)
    round_trip(connection, "heard")
    proxy.add_toxic(name="swallow", type="timeout", stream="upstream", attributes={"timeout": 0})
    connection.send("swallowed")
    expect(refuses_to_answer(connection), "a swallowed message was answered")
    proxy.destroy_toxic("swallow")
    raises(ConnectionClosed, lambda: connection.recv(timeout=5), "the removal did not close")
    connection.close()


def refuses_to_answer(connection):
    try:
        connection.recv(timeout=0.3)
        return False
    except TimeoutError:
        return True


def check_limit(proxy):
    connection = open_(proxy, "limit", legacy=True)
    proxy.add_toxic(name="tap", type="limit_data", attributes={"bytes": 110})
    got = []
    try:
        for number in range(20):
            connection.send(f"{number:018}")
            got.append(connection.recv(timeout=5))
    except (ConnectionClosed, TimeoutError) as error:
        expect(isinstance(error, ConnectionClosed), "the limit did not close")
    # An unmasked frame of 18 bytes takes 20 on the wire; the sixth is cut in its middle.
    expect(len(got) == 5, f"{len(got)} messages within 110 bytes")
    proxy.destroy_toxic("tap")
    return got


def check_reset(proxy):
    host, port = proxy.listen.rsplit(":", 1)
    proxy.add_toxic(name="break", type="reset_peer", stream="upstream")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        raises(ConnectionResetError, lambda: connection.recv(1), "no reset")
    proxy.destroy_toxic("break")


def check_slow_close(proxy):
    connection = open_(proxy, "slow-close", legacy=True)
    round_trip(connection, "hello")
    proxy.add_toxic(name="lazy", type="slow_close", stream="downstream", attributes={"delay": 400})
    start = time.monotonic()
    connection.close()
    took = time.monotonic() - start
    expect(0.38 <= took < 2, f"a close that is held 400 ms took {took:.3f} s")
    proxy.destroy_toxic("lazy")


def check_abuse():
    """What no client of good will sends."""
    post = lambda path, **rest: requests.post(base + path, timeout=10, **rest)
    expect(post("/proxies", data=b"x" * (2 << 20)).status_code == 413, "a huge body is not 413")
    expect(post("/proxies", data=b"\xff\xfe").status_code == 400, "no JSON is not 400")
    get = lambda **headers: requests.get(f"{base}/proxies", headers=headers, timeout=10).status_code
    expect(get(**{"User-Agent": "Mozilla/5.0"}) == 403, "a browser is not 403")
    expect(get(Origin="http://evil.example") == 403, "a foreign origin is not 403")
    expect(get(Host="evil.example:8474") == 403, "a foreign host is not 403")
    answer = requests.get(f"{base}/proxies/none", timeout=10)
    expect(answer.json() == {"error": "proxy not found", "status": 404}, "another error")
    expect(answer.headers["Content-Type"] == "text/plain; charset=utf-8", "another type of error")
    expect(len(answer.headers.get("X-Toxiproxy-Request-Id", "")) == 20, "no request id")
    expect(requests.options(f"{base}/proxies", timeout=10).status_code == 405, "OPTIONS is not 405")
    expect(requests.head(f"{base}/proxies", timeout=10).status_code == 405, "HEAD is not 405")


proxy = check_client()
check_latency(proxy)
check_bandwidth(proxy)
check_slicer(proxy)
check_timeout(proxy)
limited = check_limit(proxy)
check_reset(proxy)
check_slow_close(proxy)
check_abuse()
with open(sys.argv[2], "w") as file:
    json.dump({"server": dict(received_by_server), "limited": limited}, file)
for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
