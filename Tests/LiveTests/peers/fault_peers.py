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
    check_more_of_client()
    return toxiproxy.get_proxy("echo")


def check_more_of_client():
    """The rest of what the client can do."""
    other = toxiproxy.create(upstream="127.0.0.1:1", name="other", enabled=False)
    expect(not other.enabled and other.listen in ("", "127.0.0.1:0"), "a proxy that never ran is shown with a port")
    expect(requests.patch(f"{base}/proxies/other", json={"upstream": upstream}).json()["upstream"] == upstream,
           "another upstream is not shown")
    other.enable()
    port = toxiproxy.get_proxy("other").listen
    expect(accepts(port.replace("[::]", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")), "it does not accept")
    other.add_toxic(type="timeout", toxicity=0.5, attributes={"timeout": 3})
    toxic = other.get_toxic("timeout_downstream")
    expect((toxic.toxicity, toxic.stream, toxic.type) == (0.5, "downstream", "timeout"), "another toxic")
    answer = requests.post(f"{base}/proxies/other/toxics/timeout_downstream", json={"toxicity": 0.25})
    expect(answer.json()["toxicity"] == 0.25 and answer.json()["attributes"] == {"timeout": 3}, answer.text)
    same = [{"name": "other", "listen": port, "upstream": upstream, "enabled": False}]
    again = requests.post(f"{base}/populate", json=same).json()["proxies"]
    expect(again[0]["enabled"], "populate has touched a proxy that is the same")
    expect(sorted(other.toxics()) == ["timeout_downstream"], "populate has touched its toxics")
    expect(other.destroy(), "it is not removed")
    expect(toxiproxy.get_proxy("other") is None, "a removed proxy is found")
    expect(requests.post(f"{base}/populate", json=[{"name": "x"}]).json()["proxies"] is None, "no proxies key")


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


def check_partition(proxy):
    """Nothing passes, no end either; when it is healed, all goes on in order."""
    connection = open_(proxy, "partition", legacy=True)
    round_trip(connection, "before")
    answer = requests.post(f"{base}/partition", json={"proxy": "echo"})
    expect(answer.json() == {"proxy": "echo", "direction": "both"}, f"a partition is answered {answer.text}")
    expect(requests.post(f"{base}/partition", json={"proxy": "echo"}).status_code == 200, "it is not idempotent")
    for number in range(3):
        connection.send(f"held {number}")
    expect(refuses_to_answer(connection), "something passed during a partition")
    # Whoever connects is accepted and hears nothing, and whoever breaks off is not heard of.
    host, port = proxy.listen.rsplit(":", 1)
    silent = socket.create_connection((host, int(port)), timeout=0.3)
    silent.sendall(b"GET /silent HTTP/1.1\r\nHost: x\r\n\r\n")
    raises(TimeoutError, lambda: silent.recv(1), "a new connection heard something")
    silent.close()
    expect(requests.delete(f"{base}/partition?proxy=echo").status_code == 204, "healing is not 204")
    expect([connection.recv(timeout=5) for _ in range(3)] == [f"held {n}" for n in range(3)], "another order")
    # One direction: what the client sends arrives, and the echo does not.
    requests.post(f"{base}/partition", json={"proxy": "echo", "direction": "server-to-client"})
    connection.send("heard")
    expect(refuses_to_answer(connection), "an echo passed a partition of its direction")
    expect(proxy.toxics() == {}, "a partition is listed as a toxic")
    toxiproxy.reset()
    expect(connection.recv(timeout=5) == "heard", "reset has not healed")
    connection.close()


def check_plan(proxy):
    toxic = {"name": "planned", "type": "latency", "attributes": {"latency": 1}}
    plan = {"proxies": {"echo": {"toxics": [toxic]}}}
    answer = requests.put(f"{base}/faults", json=plan).json()
    expect(answer["proxies"]["echo"]["added"] == ["planned"], f"a plan is answered {answer}")
    expect(sorted(proxy.toxics()) == ["planned"], "a plan is not there")
    toxic["attributes"] = {"latency": "x"}
    expect(requests.put(f"{base}/faults", json=plan).status_code == 400, "a bad plan is not 400")
    shown = requests.get(f"{base}/faults").json()
    expect(shown["seed"] == 4711, "the seed is another one")
    expect(requests.put(f"{base}/faults", json=shown).json()["proxies"]["echo"]["unchanged"] == ["planned"],
           "a plan that is shown cannot be put back")
    expect(requests.put(f"{base}/faults", data="proxies: {echo: {}}", headers={"Content-Type": "application/yaml"})
           .json()["proxies"]["echo"]["removed"] == ["planned"], "a plan in YAML removes nothing")


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
check_partition(proxy)
check_plan(proxy)
check_abuse()
with open(sys.argv[2], "w") as file:
    json.dump({"server": dict(received_by_server), "limited": limited}, file)
for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
