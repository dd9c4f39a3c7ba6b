"""Has Prometheus' own linter read the page of figures.

usage: promtool.py <control port> <promtool>

Prints what it finds; exits with 1 when there is something.
"""

import subprocess
import sys

import requests

page = requests.get(f"http://127.0.0.1:{sys.argv[1]}/metrics", timeout=10)
if page.headers["Content-Type"] != "text/plain; version=0.0.4; charset=utf-8":
    print("the type is", page.headers["Content-Type"])
    sys.exit(1)
found = subprocess.run(
    [sys.argv[2], "check", "metrics"], input=page.content, capture_output=True, check=False
)
sys.stdout.write((found.stdout + found.stderr).decode())
sys.exit(0 if found.returncode == 0 else 1)
