"""Taps on the loopback interface: tcpdump and dumpcap, from before the first packet to behind the last."""

import os
import pwd
import secrets
import signal
import socket
from pathlib import Path

import pcapfile
import pcapng
from processes import Program, RecordingError, wait_until

LISTENING, TIME_WAIT = 0x0A, 0x06
# In immediate mode each packet takes a slot of the largest size: the usual 2 MiB hold only about thirty.
BUFFER_KIB = 65_536


class Tap:
    """tcpdump on ports of this machine, as a context: what happens inside it is in the file afterwards.

    How it knows that nothing is missing at the end: first it waits until the kernel has no more connection at the
    ports (so every packet has passed the tap), then it sends a datagram of its own through the tap and waits until
    that is in the file. The datagram is cut off again.
    """

    def __init__(self, file: Path, ports: list[int], interface: str = "lo", options: tuple = ()):
        self._file = file
        self._ports = ports
        self._mark = secrets.token_bytes(16)
        self._marker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._marker.bind(("127.0.0.1", 0))
        self._program = Program(self._command(interface, options), file.with_suffix(".tcpdump.log"))

    def __enter__(self) -> "Tap":
        self._program.wait_for(lambda: "listening on" in self._output(), "listens")
        return self

    def __exit__(self, failure, *_):
        try:
            if failure is None:
                self._end()
        finally:
            self._program.kill()
            self._marker.close()

    def _command(self, interface: str, options: tuple) -> list:
        # As root tcpdump becomes another user before it opens the file, who may not write here.
        user = ["-Z", pwd.getpwuid(0).pw_name] if os.geteuid() == 0 else []
        marker_port = self._marker.getsockname()[1]
        return ["tcpdump", *user, "-n", "-U", "--immediate-mode", "-B", BUFFER_KIB, "-i", interface, *options,
                "-w", self._file, f"{port_filter(self._ports)} or udp dst port {marker_port}"]

    def _end(self):
        wait_until_gone(self._ports)
        self._marker.sendto(self._mark, self._marker.getsockname())
        self._program.wait_for(lambda: self._mark in self._file.read_bytes(), "has written the last packet")
        self._program.stop(signal.SIGINT)
        if "\n0 packets dropped by kernel" not in self._output():
            raise RecordingError(f"tcpdump missed packets:\n{self._output()}")
        os.truncate(self._file, pcapfile.offset_of(self._file, self._mark))

    def _output(self) -> str:
        return self._program.log.read_text()


class SecondTap:
    """dumpcap beside a `Tap`, so that the same packets are in a pcapng file as well.

    It is ended when it has written as many packets as the first tap has kept.
    """

    def __init__(self, file: Path, ports: list[int]):
        self._file = file
        self._program = Program(["dumpcap", "-q", "-i", "lo", "-w", file, "-f", port_filter(ports)],
                                file.with_suffix(".dumpcap.log"))

    def __enter__(self) -> "SecondTap":
        self._program.wait_for(lambda: "File:" in self._program.log.read_text(), "records")
        return self

    def __exit__(self, *_):
        self._program.kill()

    def end(self, first: Path):
        """Ends it when it has what the first tap's file has, and takes out what it says of this machine."""
        count = len(pcapfile.read(first).packets)
        self._program.wait_for(lambda: pcapng.packet_count(self._file) == count, f"has written {count} packets")
        self._program.stop(signal.SIGINT)
        self._file.write_bytes(pcapng.without_machine(self._file.read_bytes()))


def port_filter(ports: list[int]) -> str:
    """The packet filter for TCP at these ports."""
    return " or ".join(f"tcp port {port}" for port in ports)


def wait_until_gone(ports: list[int]):
    """Waits until no connection at the ports is left; in TIME-WAIT nothing more is sent."""
    wait_until(lambda: not _connections(ports), f"the connections at {ports} are gone")


def _connections(ports: list[int]) -> list[str]:
    rows = [row for table in ("tcp", "tcp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    return [row for row in rows if _is_live(row, ports)]


def _is_live(row: str, ports: list[int]) -> bool:
    _, local, remote, state = row.split()[:4]
    ends = {int(address.rpartition(":")[2], 16) for address in (local, remote)}
    return int(state, 16) not in (LISTENING, TIME_WAIT) and not ends.isdisjoint(ports)
