"""Breaks the network between wsproxy and the reference dashboard, and holds the verdict against the truth.

    netns_faults.py --programs FOLDER --folder FOLDER --delivery resend|fire-and-forget FAULT

FAULT is partition (nothing arrives, nobody is told), cable (the dashboard's device has lost its carrier), loss,
delay, or move (the dashboard is killed and comes back with another address). Bot, wsproxy and dashboard are hosts of
their own (small_network.py), placed as in tools/compose: for the bot wsproxy is `dashboard-backend`. Needs root.
Prints one line for each thing that is not as it should be, and exits with 1; else prints what was held against each
other.
"""

import json
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

from small_network import SmallNetwork, isolate
from truth import compare

BOT, PROXY, DASHBOARD, ELSEWHERE = "10.77.0.2", "10.77.0.3", "10.77.0.4", "10.77.0.44"
DEADLINE_SECONDS = 30
# Messages that have to be accepted before a fault, while it only disturbs, and after it.
PLENTY = 60
STOP_SECONDS = 5
LOSS = 0.2
DELAY_SECONDS = 0.15


class Trial:
    """One fault, one way of delivery."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.folder: Path = arguments.folder
        self.journal = self.folder / "published.jsonl"
        self.received = self.folder / "received.jsonl"
        self.capture = self.folder / "run.wscap"
        self.wrong: list[str] = []
        self.network = SmallNetwork(self.folder)
        self.bot = self.network.host("bot", BOT, {"dashboard-backend": PROXY})
        self.proxy = self.network.host("proxy", PROXY, {"dashboard-behind": DASHBOARD})
        self.dashboard = self.network.host("dashboard", DASHBOARD, {})
        self.running: dict[str, subprocess.Popen] = {}

    # What is started.

    def program(self, name: str) -> str:
        """Where a program is."""
        return str(self.arguments.programs / name)

    def start_dashboard(self) -> None:
        self.running["dashboard"] = self.dashboard.start(
            [
                self.program("wssuite"), "dashboard", "--listen", "0.0.0.0:8000", "--received",
                str(self.received), "--work", "4ms", "--log-format", "json",
            ],
            self.folder / "dashboard.log",
        )

    def start_proxy(self) -> None:
        self.running["proxy"] = self.proxy.start(
            [
                self.program("wsproxy"), "run", "--listen", "0.0.0.0:8000", "--upstream",
                "ws://dashboard-behind:8000", "--capture", str(self.capture), "--connect-timeout",
                "1s", "--control", "none", "--log-format", "json",
            ],
            self.folder / "wsproxy.log",
        )

    def start_bot(self) -> None:
        # Where the network only disturbs, patience; where it is gone, a quick notice.
        is_disturbed = self.arguments.fault in ("loss", "delay")
        self.running["bot"] = self.bot.start(
            [
                self.program("wssuite"), "bot", "--url", "ws://dashboard-backend:8000/ws",
                "--delivery", self.arguments.delivery, "--rate", "100", "--queue-size", "5000",
                "--max-retries", "0", "--retry-delay", "200ms", "--ping-interval", "500ms",
                "--timeout", "10s" if is_disturbed else "1500ms", "--journal", str(self.journal),
                "--log-format", "json",
            ],
            self.folder / "bot.log",
        )

    # What is looked at.

    def wait(self, what: str, holds) -> None:
        """Looks until something holds."""
        end = time.monotonic() + DEADLINE_SECONDS
        while not holds():
            if time.monotonic() > end:
                raise RuntimeError(f"waited {DEADLINE_SECONDS} s in vain for {what}")
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended with {process.returncode}")
            time.sleep(0.02)

    def said(self, name: str, message: str) -> int:
        """How often a program has logged something."""
        log = self.folder / f"{name}.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return sum(line.endswith("}") and json.loads(line)["message"] == message for line in lines)

    def accepted(self) -> int:
        """How many messages the dashboard has accepted."""
        return self.received.read_bytes().count(b"\n") if self.received.exists() else 0

    def wait_for_more(self, what: str) -> None:
        """Waits until plenty of messages more are accepted."""
        enough = self.accepted() + PLENTY
        self.wait(what, lambda: self.accepted() >= enough)

    def wait_for_notice(self, act) -> None:
        """Does something, and waits until the bot has lost its connection."""
        before = self.said("bot", "disconnected")
        act()
        self.wait("the bot's noticing", lambda: self.said("bot", "disconnected") > before)

    # The faults.

    def partition(self) -> None:
        """Silence, longer than the bot waits for a pong."""
        port = self.dashboard.port
        self.wait_for_notice(lambda: setattr(port, "isolated", True))
        self.expect(port.dropped > 0, "the partition dropped nothing")
        port.isolated = False

    def cable(self) -> None:
        """The same, and the dashboard's kernel sees it."""
        port = self.dashboard.port
        self.wait_for_notice(lambda: port.set_carrier(False))
        carrier = self.dashboard.call(["ip", "-o", "link", "show", "eth0"])
        self.expect("NO-CARRIER" in carrier, f"the device has its carrier: {carrier}")
        port.set_carrier(True)

    def loss(self) -> None:
        """A fifth of all frames to and from the dashboard is lost, and nothing may be missing."""
        self.dashboard.port.loss = LOSS
        self.wait_for_more("messages while frames are lost")
        self.expect(self.dashboard.port.dropped > 0, "no frame was lost")
        self.dashboard.port.loss = 0

    def delay(self) -> None:
        """Every frame is late, each way."""
        self.dashboard.port.delay_seconds = DELAY_SECONDS
        begun = time.monotonic()
        self.proxy.call(["bash", "-c", "exec 3<>/dev/tcp/dashboard-behind/8000"])
        took = time.monotonic() - begun
        self.expect(took >= 2 * DELAY_SECONDS, f"a connection took only {took:.3f} s")
        self.wait_for_more("messages that are late")
        self.dashboard.port.delay_seconds = 0

    def move(self) -> None:
        """A crash, and another address."""
        def crash():
            process = self.running.pop("dashboard")
            process.send_signal(signal.SIGKILL)
            process.wait()

        self.wait_for_notice(crash)
        self.dashboard.move(DASHBOARD, ELSEWHERE)
        self.proxy.set_names({"dashboard-behind": ELSEWHERE})
        self.start_dashboard()

    # The whole.

    def play(self) -> str:
        """Starts everything, breaks, heals, ends, and judges; in one line what was found."""
        self.start_dashboard()
        self.wait("the dashboard", lambda: self.said("dashboard", "listening"))
        self.start_proxy()
        self.wait("wsproxy", lambda: self.said("wsproxy", "listening"))
        self.start_bot()
        self.wait_for_more("messages before the fault")
        getattr(self, self.arguments.fault)()
        begun = time.monotonic()
        self.wait_for_more("recovery")
        recovery = time.monotonic() - begun
        for name in ("bot", "proxy", "dashboard"):
            self.stop(name)
        truth = compare(self.program("wsreplay"), self.capture, self.journal, self.received)
        self.wrong += truth.wrong
        # A silent fault swallows what nobody sends again: else nothing was tested. TCP mends the others.
        if self.arguments.fault in ("partition", "cable"):
            forgets = self.arguments.delivery == "fire-and-forget"
            self.expect(truth.lost > 0 or not forgets, "nothing was lost")
        elif self.arguments.fault in ("loss", "delay"):
            self.expect(truth.lost == 0, f"{truth.lost} messages are lost")
        return f"recovered {recovery:.1f} s after the fault; {truth.line}"

    def stop(self, name: str) -> None:
        """Asks a program to end, which it has to do well, and the proxy soon."""
        process = self.running.pop(name)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=DEADLINE_SECONDS)
        took = time.monotonic() - begun
        self.expect(code == 0, f"{name} ended with {code}")
        self.expect(name != "proxy" or took < STOP_SECONDS, f"{name} took {took:.1f} s to end")

    def expect(self, is_so: bool, sentence: str) -> None:
        """Notes what is not as it should be."""
        if not is_so:
            self.wrong.append(sentence)

    def close(self) -> None:
        """Ends what still runs."""
        for process in self.running.values():
            process.kill()
            process.wait()
        self.network.close()


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--delivery", choices=["resend", "fire-and-forget"], required=True)
    parser.add_argument("fault", choices=["partition", "cable", "loss", "delay", "move"])
    arguments = parser.parse_args()
    isolate()
    trial = Trial(arguments)
    line = ""
    try:
        line = trial.play()
    except Exception as error:  # Whatever it was, all ends, and the sentence is the finding.
        trial.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        trial.close()
    print("\n".join(trial.wrong) or line)
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
