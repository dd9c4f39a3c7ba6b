"""A network of a few hosts, each a network namespace, joined by a switch in this process.

    network = SmallNetwork()
    bot = network.host("bot", "10.77.0.2", {"dashboard": "10.77.0.3"})
    process = bot.start(["ping", "dashboard"], log)
    bot.port.isolated = True            # a silent partition
    network.close()

Each host has a TAP device whose other end is a file descriptor here, so every frame passes through `Switch`, which
drops, loses or delays it as the ports of sender and receiver say. It needs no bridge, no packet filter and no
sch_netem of the kernel, only /dev/net/tun, root, iproute2 and util-linux.

Call `isolate()` first: it runs the script again in namespaces of its own, so that nothing of this machine's network is
touched, and nothing is left behind, not even by kill -9.
"""

import fcntl
import heapq
import os
import random
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

TUNSETIFF = 0x400454CA
TUNSETCARRIER = 0x400454E2
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
FRAME_BYTES_MAX = 65536
# Names by files alone: no name server is asked.
NAMES = "hosts: files\n"
INSIDE = "WSCAP_SMALL_NETWORK"


def isolate() -> None:
    """Runs this script again, in namespaces that end with it; returns there."""
    if os.environ.get(INSIDE) == "1":
        return
    os.environ[INSIDE] = "1"
    namespaces = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    os.execvp("unshare", ["unshare", *namespaces, sys.executable, "-B", *sys.argv])


class Port:
    """A host's socket at the switch, and what its cable does to frames in either direction."""

    def __init__(self, tap: int):
        self.tap = tap
        self.isolated = False
        self.loss = 0.0
        self.delay_seconds = 0.0
        self.dropped = 0
        self.delayed = 0

    def set_carrier(self, is_on: bool) -> None:
        """Plugs the cable in, or pulls it: the host is told, which a partition does not do."""
        fcntl.ioctl(self.tap, TUNSETCARRIER, struct.pack("i", int(is_on)))
        self.isolated = not is_on


class Switch(threading.Thread):
    """Forwards Ethernet frames between ports; each keeps its order."""

    def __init__(self, seed: int):
        super().__init__(daemon=True)
        self.ports: list[Port] = []
        self.dice = random.Random(seed)
        self.places: dict[bytes, Port] = {}
        self.queue: list[tuple[float, int, Port, bytes]] = []
        self.number = 0
        self.ended = False

    def run(self) -> None:
        while not self.ended:
            wait = self.queue[0][0] - time.monotonic() if self.queue else 0.05
            taps = {port.tap: port for port in list(self.ports)}
            ready, _, _ = select.select(list(taps), [], [], min(max(wait, 0), 0.05))
            for tap in ready:
                self.read(taps[tap])
            self.write_due()

    def read(self, port: Port) -> None:
        """Takes what a host has sent."""
        while True:
            try:
                frame = os.read(port.tap, FRAME_BYTES_MAX)
            except BlockingIOError:
                return
            target, source = frame[:6], frame[6:12]
            self.places[source] = port
            known = self.places.get(target)
            for other in [known] if known else self.ports:
                if other is not port:
                    self.pass_on(frame, port, other)

    def pass_on(self, frame: bytes, source: Port, target: Port) -> None:
        """Drops a frame, or says when it is due."""
        for port in (source, target):
            if port.isolated or self.dice.random() < port.loss:
                port.dropped += 1
                return
            port.delayed += port.delay_seconds > 0
        due = time.monotonic() + source.delay_seconds + target.delay_seconds
        self.number += 1
        heapq.heappush(self.queue, (due, self.number, target, frame))

    def write_due(self) -> None:
        """Delivers what is due; a host whose device is full or down loses it, as at a real switch."""
        while self.queue and self.queue[0][0] <= time.monotonic():
            _, _, port, frame = heapq.heappop(self.queue)
            try:
                os.write(port.tap, frame)
            except OSError:
                port.dropped += 1


class Host:
    """One network namespace with one device, and a file of names of its own."""

    def __init__(self, name: str, address: str, names: dict[str, str], folder: Path, port: Port):
        self.name = name
        self.port = port
        self.names_file = folder / f"{name}.hosts"
        self.set_names(names)
        services = folder / "nsswitch.conf"
        services.write_text(NAMES)
        # Holds the namespaces as long as it lives; the line says that they are there.
        script = (
            f"mount --bind {self.names_file} /etc/hosts && mount --bind {services} "
            "/etc/nsswitch.conf && ip link set lo up && echo ready && exec sleep infinity"
        )
        self.holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "sh", "-c", script], stdout=subprocess.PIPE, text=True
        )
        if self.holder.stdout.readline() != "ready\n":
            raise RuntimeError(f"{name} has no namespaces")
        device = f"tap-{name}"[:15]
        subprocess.run(
            ["ip", "link", "set", device, "netns", str(self.holder.pid), "name", "eth0"], check=True
        )
        self.call(["ip", "address", "add", f"{address}/24", "dev", "eth0"])
        self.call(["ip", "link", "set", "eth0", "up"])

    def set_names(self, names: dict[str, str]) -> None:
        """Says which names have which addresses; who resolves again sees it."""
        lines = ["127.0.0.1 localhost"] + [f"{address} {name}" for name, address in names.items()]
        # In place: the file is mounted.
        self.names_file.write_text("\n".join(lines) + "\n")

    def move(self, old: str, new: str) -> None:
        """Changes the address."""
        self.call(["ip", "address", "del", f"{old}/24", "dev", "eth0"])
        self.call(["ip", "address", "add", f"{new}/24", "dev", "eth0"])

    def inside(self, command: list[str]) -> list[str]:
        """A command, as it runs on this host."""
        return ["nsenter", f"--target={self.holder.pid}", "--net", "--mount", "--", *command]

    def call(self, command: list[str], seconds: float = 20) -> str:
        """Runs a command to its end, which must be a good one; what it printed."""
        done = subprocess.run(
            self.inside(command), capture_output=True, text=True, timeout=seconds, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def start(self, command: list[str], log: Path) -> subprocess.Popen:
        """Starts a program; what it prints is appended to a file."""
        with log.open("a") as file:
            # nsenter becomes the program, so that signals reach it.
            return subprocess.Popen(self.inside(command), stdout=file, stderr=file)


class SmallNetwork:
    """Hosts around one switch."""

    def __init__(self, folder: Path, seed: int = 1):
        self.folder = folder
        self.hosts: list[Host] = []
        self.switch = Switch(seed)
        self.switch.start()

    def host(self, name: str, address: str, names: dict[str, str]) -> Host:
        """Adds a host."""
        tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        request = struct.pack("16sH22x", f"tap-{name}"[:15].encode(), IFF_TAP | IFF_NO_PI)
        fcntl.ioctl(tap, TUNSETIFF, request)
        port = Port(tap)
        host = Host(name, address, names, self.folder, port)
        self.hosts.append(host)
        self.switch.ports.append(port)
        return host

    def close(self) -> None:
        """Ends the hosts; their namespaces go with the last process in them."""
        self.switch.ended = True
        self.switch.join()
        for host in self.hosts:
            host.holder.send_signal(signal.SIGKILL)
            host.holder.wait()
            os.close(host.port.tap)
