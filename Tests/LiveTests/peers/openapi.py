"""Holds wsproxy to its own description: a validator reads it, and what is answered has to have the shapes it tells.

usage: openapi.py <control port> <proxy port>

Prints what is wrong, one sentence a line; exits with 1 when there is something.
"""

import sys
import threading

import requests
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from websockets.sync.client import connect
from websockets.sync.server import serve

control_port, proxy_port = (int(text) for text in sys.argv[1:3])
base = f"http://127.0.0.1:{control_port}"
wrong = []
document = requests.get(f"{base}/openapi.json", timeout=10).json()
for error in OpenAPIV31SpecValidator(document).iter_errors():
    wrong.append(f"the description is not valid at {list(error.absolute_path)}: {error.message[:200]}")
asked = set()


def operation(method, path):
    """What is told of a call, and its name; a part in braces stands for any."""
    parts = path.split("?")[0].split("/")
    for name, item in document["paths"].items():
        wanted = name.split("/")
        if method.lower() in item and len(wanted) == len(parts):
            if all(each.startswith("{") or each == part for each, part in zip(wanted, parts)):
                return f"{method} {name}", item[method.lower()]
    wrong.append(f"{method} {path} is not described")
    return f"{method} {path}", {"responses": {}}


def call(method, path, status, body=None):
    answer = requests.request(method, base + path, json=body, timeout=10)
    name, told = operation(method, path)
    asked.add(name)
    if answer.status_code != status:
        wrong.append(f"{method} {path} answered {answer.status_code}, not {status}: {answer.text[:200]}")
    if str(answer.status_code) not in told["responses"]:
        wrong.append(f"{name} answered {answer.status_code}, which is not described")
        return answer
    content = told["responses"][str(answer.status_code)].get("content", {})
    if not content:
        if answer.content:
            wrong.append(f"{name} {status} has a body, and none is described")
        return answer
    kind = answer.headers["Content-Type"]
    # Errors of Toxiproxy's calls are JSON under the original's type.
    if status < 400 and kind.split(";")[0] != next(iter(content)).split(";")[0]:
        wrong.append(f"{name} is of type {kind}, not {next(iter(content))}")
    if "application/json" in content:
        schema = dict(content["application/json"]["schema"], components=document["components"])
        for error in Draft202012Validator(schema).iter_errors(answer.json()):
            wrong.append(f"{name} {status} at {list(error.absolute_path)}: {error.message[:200]}")
    return answer


def echo(connection):
    for message in connection:
        connection.send(message)


server = serve(echo, "127.0.0.1", 0)
threading.Thread(target=server.serve_forever, daemon=True).start()
place = "127.0.0.1:%d" % server.socket.getsockname()[1]
toxics = "/proxies/bridge/toxics"

call("GET", "/api/websocket/status", 200)
call("PATCH", "/proxies/bridge", 200, {"upstream": place})
with connect(f"ws://127.0.0.1:{proxy_port}/") as connection:
    connection.send("hello")
    connection.recv(timeout=10)
    call("POST", toxics, 200, {"type": "latency", "attributes": {"latency": 1}})
    call("POST", toxics, 400, {"type": "none"})
    call("POST", toxics, 409, {"type": "latency"})
    call("PATCH", f"{toxics}/latency_downstream", 200, {"toxicity": 0.5})
    call("POST", f"{toxics}/latency_downstream", 200, {"attributes": {"jitter": 1}})
    call("GET", toxics, 200)
    call("GET", f"{toxics}/latency_downstream", 200)
    call("GET", f"{toxics}/none", 404)
    call("GET", "/faults", 200)
    call("DELETE", f"{toxics}/latency_downstream", 204)
    call("PUT", "/faults", 200, {"proxies": {"bridge": {"partition": "both"}}})
    call("GET", "/partition", 200)
    call("POST", "/partition", 200, {"direction": "both"})
    call("DELETE", "/partition", 204)
    call("POST", "/marks", 201, {"label": "here"})
    call("POST", "/marks", 400, {})
    call("GET", "/connections", 200)
    shown = call("GET", "/connections?limit=1&proxy=bridge", 200).json()["connections"]
    identifier = shown[0]["id"] if shown else "none"
    call("GET", f"/connections/{identifier}", 200)
    call("GET", "/connections/c4711", 404)
    call("GET", "/connections/x", 400)
    call("DELETE", f"/connections/{identifier}?how=kill", 400)
    call("DELETE", f"/connections/{identifier}?how=close", 204)
call("DELETE", "/connections", 200)
call("GET", "/captures", 200)
call("POST", "/captures/rotate", 200)
call("GET", "/captures?proxy=none", 404)
for path in ("/health", "/health/live", "/health/ready", "/metrics", "/version", "/openapi.json", "/proxies"):
    call("GET", path, 200)
call("GET", "/api/websocket/status?proxy=bridge", 200)
call("GET", "/events?frames=-1", 400)
call("POST", "/proxies", 201, {"name": "other", "upstream": place, "listen": "127.0.0.1:0"})
call("POST", "/proxies", 409, {"name": "other", "upstream": place})
call("GET", "/proxies/other", 200)
call("POST", "/proxies/other", 200, {"enabled": False})
call("DELETE", "/proxies/other", 204)
call("POST", "/populate", 201, [{"name": "other", "upstream": place, "listen": "127.0.0.1:0"}])
scenario = call("POST", "/scenarios", 201, {"proxy": "bridge", "steps": [{"at": "9s", "mark": "x"}]}).json()
call("GET", "/scenarios", 200)
call("GET", f"/scenarios/{scenario['id']}", 200)
call("DELETE", f"/scenarios/{scenario['id']}", 200)
call("GET", "/scenarios/none", 404)
call("POST", "/reset", 204)

told = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
if told != asked:
    wrong.append(f"described, and not tried: {sorted(told - asked)}")
for sentence in wrong:
    print(sentence)
sys.exit(1 if wrong else 0)
