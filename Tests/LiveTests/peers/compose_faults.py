"""Breaks the dashboard of the reference pair in a real compose network, with wsproxy in front of it and without.

    compose_faults.py --image IMAGE --replay WSREPLAY --folder FOLDER FAULT

FAULT is placement, stop, kill, pause, disconnect or recreate. The engine is the one that `docker` finds
(DOCKER_HOST). Three stacks of tools/compose run side by side: the pair alone, and with the override and a bot
that sends again, and one that forgets. Each has to recover. What was captured has to be sealed by `docker compose
down` within 5 s, and the verdict on it has to be what the bot's journal and the dashboard's log say. Prints one line
for each thing that is not so, and exits with 1; else prints what was held against each other.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from truth import compare

COMPOSE = Path(__file__).resolve().parents[3] / "tools/compose"
DEADLINE_SECONDS = 60
# What `docker compose down` may take: bot, dashboard and proxy end one after another, the capture is sealed.
DOWN_SECONDS = 5
# What a proxy may add to the time that recovery takes.
SLOWER_SECONDS = 10
# Messages that have to be accepted before a fault, and after it.
PLENTY = 40


class Stack:
    """One project of its own: the reference pair, and the proxy if it has one."""

    def __init__(self, name: str, image: str, delivery: str, has_proxy: bool):
        self.name = name
        self.image = image
        self.has_proxy = has_proxy
        self.project = f"wscap-live-{os.getpid()}-{name}"
        self.wrong: list[str] = []
        self.placeholders: list[str] = []
        files = ["docker-compose.yml"] + (["docker-compose.wsproxy.yml"] if has_proxy else [])
        self.files = [word for file in files for word in ("--file", str(COMPOSE / file))]
        self.environment = os.environ | {
            "WSCAP_IMAGE": image,
            "WSSUITE_DELIVERY": delivery,
            "WSSUITE_RATE": "100",
            # So that some messages are on their way whenever something breaks.
            "WSSUITE_WORK": "4ms",
            "SYSTEM__WEBSOCKET_QUEUE_SIZE": "5000",
            "SYSTEM__WEBSOCKET_RETRY_DELAY": "200ms",
            "SYSTEM__WEBSOCKET_TIMEOUT": "3s",
            "SYSTEM__WEBSOCKET_PING_INTERVAL": "1s",
        }
        for variable in (
            "WSCAP_CONTROL", "WSCAP_CONTROL_TOKEN", "WSCAP_CONTROL_OPEN", "WSSUITE_DRAIN_TIMEOUT",
        ):
            self.environment.pop(variable, None)

    # What is called.

    def run(self, command: list[str], may_fail: bool = False) -> str:
        """Runs a command, which must succeed; what it printed, and of logs both outputs."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode and not may_fail:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()[-600:]}")
        return done.stdout + done.stderr if command[1] == "logs" else done.stdout

    def compose(self, *words: str, may_fail: bool = False) -> str:
        """Runs `docker compose` on this project."""
        return self.run(
            ["docker", "compose", "--project-name", self.project, *self.files, *words], may_fail
        )

    def container(self, service: str = "dashboard-backend") -> str:
        """The name of a service's container."""
        return f"{self.project}-{service}-1"

    @property
    def network(self) -> str:
        """The network on which the dashboard is reached."""
        return f"{self.project}_{'behind' if self.has_proxy else 'default'}"

    @property
    def alias(self) -> str:
        """The name by which it is reached there."""
        return "dashboard-behind" if self.has_proxy else "dashboard-backend"

    def address(self) -> str:
        """The dashboard's address now."""
        inspected = self.run(["docker", "inspect", self.container()])
        networks = json.loads(inspected)[0]["NetworkSettings"]["Networks"]
        return ", ".join(one["IPAddress"] for one in networks.values())

    # What is looked at.

    def wait(self, what: str, holds) -> None:
        """Looks until something holds."""
        end = time.monotonic() + DEADLINE_SECONDS
        while not holds():
            if time.monotonic() > end:
                raise RuntimeError(f"waited {DEADLINE_SECONDS} s in vain for {what}")
            time.sleep(0.05)

    def log(self) -> list[dict]:
        """What the bot has said so far."""
        lines = self.run(["docker", "logs", self.container("bot")]).splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def count(self, message: str) -> int:
        """How often the bot has said something."""
        return sum(line["message"] == message for line in self.log())

    def accepted(self) -> int:
        """How many messages the dashboard has accepted; 0 while it cannot be asked."""
        said = self.compose(
            "exec", "-T", "dashboard-backend", "wc", "-l", "/captures/received.jsonl", may_fail=True
        )
        return int(said.split()[0]) if said else 0

    # What is done.

    def up(self) -> None:
        """Starts everything, and waits until plenty has passed."""
        self.compose("up", "--detach", "--no-build")
        self.wait("messages", lambda: self.accepted() >= PLENTY)

    def ends(self, act) -> None:
        """Does something, and waits until the bot has noticed."""
        before = self.count("disconnected")
        act()
        self.wait("the bot's noticing", lambda: self.count("disconnected") > before)

    def stop(self) -> None:
        """SIGTERM: bots get a close frame."""
        self.ends(lambda: self.compose("stop", "dashboard-backend"))
        self.heal = lambda: self.compose("start", "dashboard-backend")

    def kill(self) -> None:
        """SIGKILL, as a crash."""
        self.ends(lambda: self.compose("kill", "dashboard-backend"))
        self.heal = lambda: self.compose("start", "dashboard-backend")

    def pause(self) -> None:
        """The process stands still; its kernel goes on acknowledging."""
        self.ends(lambda: self.compose("pause", "dashboard-backend"))
        self.heal = lambda: self.compose("unpause", "dashboard-backend")

    def disconnect(self) -> None:
        """The cable is gone, without FIN or RST; it comes back with another address."""
        cable = [self.network, self.container()]
        before = self.address()

        def act():
            self.run(["docker", "network", "disconnect", *cable])
            self.occupy()

        def heal():
            self.run(["docker", "network", "connect", "--alias", self.alias, *cable])
            self.expect_another(before)

        self.ends(act)
        self.heal = heal

    def recreate(self) -> None:
        """A new container, at another address."""
        before = self.address()

        def act():
            self.compose("rm", "--stop", "--force", "dashboard-backend")
            self.occupy()

        def heal():
            self.compose("up", "--detach", "--no-build", "--no-deps", "dashboard-backend")
            self.expect_another(before)

        self.ends(act)
        self.heal = heal

    def occupy(self) -> None:
        """Takes an address of the network: the one that became free."""
        self.placeholders.append(self.run([
            "docker", "run", "--detach", "--rm", "--network", self.network, "--entrypoint", "sleep",
            self.image, "300",
        ]).strip())

    def expect_another(self, before: str) -> None:
        """Says so if the dashboard has the address that it had."""
        after = self.address()
        if before == after or not after:
            self.wrong.append(f"the address was {before} and is {after}")

    def recover(self) -> float:
        """Heals, and waits until the dashboard accepts again; how long that took in seconds."""
        before = self.accepted()
        begun = time.monotonic()
        self.heal()
        # While the dashboard cannot be asked, nothing is known of what it had accepted.
        self.wait("recovery", lambda: self.accepted() > before and self.is_connected())
        took = time.monotonic() - begun
        enough = self.accepted() + PLENTY
        self.wait("messages after the fault", lambda: self.accepted() >= enough)
        # What has piled up is worked off, so that `down` meets a pair at its usual pace.
        self.wait("the bot's newest message at the dashboard", self.is_up_to_date)
        return took

    def is_up_to_date(self) -> bool:
        """Whether the dashboard has what the bot published last."""
        newest = self.compose("exec", "-T", "bot", "tail", "-n", "1", "/captures/published.jsonl")
        look = ["grep", "-Fxc", "-e", newest.strip(), "/captures/received.jsonl"]
        found = self.compose("exec", "-T", "dashboard-backend", *look, may_fail=True)
        return found.strip() not in ("", "0")

    def is_connected(self) -> bool:
        """Whether the bot's last word on it is that it is connected."""
        words = [line["message"] for line in self.log()]
        last = [word for word in words if word in ("connected", "disconnected")]
        return bool(last) and last[-1] == "connected"

    def down(self) -> float:
        """Ends everything in the middle of its work; how long that took in seconds."""
        if self.placeholders:
            self.run(["docker", "rm", "--force", "--volumes", *self.placeholders])
            self.placeholders = []
        begun = time.monotonic()
        self.compose("down")
        return time.monotonic() - begun

    def fetch(self, folder: Path) -> None:
        """Copies what the volumes hold into a folder."""
        volumes = ["bot-log", "dashboard-log"] + (["captures"] if self.has_proxy else [])
        for volume in volumes:
            packed = subprocess.run(
                [
                    "docker", "run", "--rm", "--network", "none", "--volume",
                    f"{self.project}_{volume}:/captures", "--entrypoint", "tar", self.image,
                    "--create", "--directory", "/captures", ".",
                ],
                env=self.environment, capture_output=True, timeout=60, check=True,
            ).stdout
            with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                archive.extractall(folder / volume)

    def remove(self) -> None:
        """Leaves nothing behind, whatever happened."""
        if self.placeholders:
            self.run(["docker", "rm", "--force", "--volumes", *self.placeholders], may_fail=True)
        self.compose("down", "--volumes", "--timeout", "1", may_fail=True)


class Trial:
    """One fault in three stacks."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.folder: Path = arguments.folder
        image = arguments.image
        self.stacks = [
            Stack("direct", image, "fire-and-forget", False),
            Stack("resend", image, "resend", True),
            Stack("forget", image, "fire-and-forget", True),
        ]
        self.wrong: list[str] = []
        self.said: list[str] = []

    def play(self) -> None:
        """Up, fault, recovery, down, verdict."""
        with ThreadPoolExecutor() as threads:
            list(threads.map(Stack.up, self.stacks))
            list(threads.map(lambda stack: getattr(stack, self.arguments.fault)(), self.stacks))
            times = list(threads.map(Stack.recover, self.stacks))
        for stack, took in zip(self.stacks, times):
            if took > times[0] + SLOWER_SECONDS:
                self.wrong.append(f"{stack.name} took {took:.1f} s, direct {times[0]:.1f} s")
        for stack, took in zip(self.stacks, times):
            self.end(stack, took)

    def end(self, stack: Stack, recovery: float) -> None:
        """Down, and what the capture says."""
        took = stack.down()
        if took >= DOWN_SECONDS:
            self.wrong.append(f"{stack.name}: docker compose down took {took:.1f} s")
        line = f"{stack.name}: recovered after {recovery:.1f} s, down after {took:.1f} s"
        if stack.has_proxy:
            folder = self.folder / stack.name
            stack.fetch(folder)
            line += "; " + self.judge(stack, folder)
        self.said.append(line)
        self.wrong += [f"{stack.name}: {sentence}" for sentence in stack.wrong]

    def judge(self, stack: Stack, folder: Path) -> str:
        """Whether the capture is sealed and its verdict right; in one line what was found."""
        left = [file.name for file in (folder / "captures").iterdir()]
        captures = [name for name in left if name.endswith(".wscap")]
        if len(captures) != 1 or len(left) != 1:
            self.wrong.append(f"{stack.name}: the volume holds {left}, not one capture")
            return "no capture"
        capture = folder / "captures" / captures[0]
        info = subprocess.run(
            [self.arguments.replay, "info", str(capture)],
            capture_output=True, text=True, timeout=60, check=False,
        )
        if info.returncode or "sealed" not in info.stdout:
            self.wrong.append(f"{stack.name}: the capture is not sealed: {info.stdout[:300]}")
        truth = compare(
            self.arguments.replay,
            capture,
            folder / "bot-log/published.jsonl",
            folder / "dashboard-log/received.jsonl",
        )
        self.wrong += [f"{stack.name}: {sentence}" for sentence in truth.wrong]
        # What a silent fault swallows is gone when nobody sends it again: else nothing was tested.
        if self.arguments.fault == "disconnect" and stack.name == "forget" and not truth.lost:
            self.wrong.append(f"{stack.name}: nothing was lost")
        return truth.line

    def placement(self) -> None:
        """The override alone: what it changes, and what works then."""
        direct, through = self.stacks[0], self.stacks[1]
        plain, placed = (
            json.loads(stack.compose("config", "--format", "json"))["services"]
            for stack in (direct, through)
        )
        for name, service in plain.items():
            changed = {
                key for key in service.keys() | placed[name].keys()
                if service.get(key) != placed[name].get(key)
            } - {"environment"}
            allowed = {"networks", "depends_on"} if name == "dashboard-backend" else set()
            if changed - allowed:
                self.wrong.append(f"{name} was changed: {changed - allowed}")
        self.place_and_remove(direct)
        through.compose("up", "--detach", "--no-build", "--wait")
        through.wait("messages", lambda: through.accepted() >= PLENTY)
        self.look(through)
        self.end(through, 0)

    def place_and_remove(self, pair: Stack) -> None:
        """Puts the proxy into a pair that runs, and takes it out again; the bot's container stays."""
        placed = Stack("placed", pair.image, "fire-and-forget", True)
        placed.project = pair.project
        try:
            pair.up()
            identity = ["docker", "inspect", "--format", "{{.Id}}", pair.container("bot")]
            bot = pair.run(identity)
            service = ["--detach", "--no-build", "--wait", "dashboard-backend"]
            for stack, options in ((placed, []), (pair, ["--remove-orphans"])):
                stack.ends(lambda: stack.compose("up", *options, *service))
                enough = stack.accepted() + PLENTY
                stack.wait("messages", lambda: stack.accepted() >= enough)
                proxy = stack.container("wsproxy")
                status = stack.run(["docker", "exec", proxy, "wsproxy", "status"], may_fail=True)
                if ("1 open" in status) != (stack is placed):
                    self.wrong.append(f"{stack.name}: wsproxy status says {status[:300]!r}")
            if pair.run(identity) != bot:
                self.wrong.append("the bot's container is another one")
        finally:
            placed.remove()

    def look(self, stack: Stack) -> None:
        """Who answers to which name, who may do what."""
        for service in ("wsproxy", "dashboard-backend"):
            state = json.loads(stack.run(["docker", "inspect", stack.container(service)]))[0]
            if state["State"]["Health"]["Status"] != "healthy":
                self.wrong.append(f"{service} is {state['State']['Health']['Status']}")
        ask = "exec 3<>/dev/tcp/dashboard-backend/8000; printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
        answer = stack.compose("exec", "-T", "bot", "bash", "-c", ask)
        if '"healthy"' not in answer:
            self.wrong.append(f"HTTP is not forwarded: {answer[:200]}")
        own = stack.compose("exec", "-T", "wsproxy", "hostname", "-I").split()
        seen = stack.compose("exec", "-T", "bot", "getent", "hosts", "dashboard-backend").split()[0]
        if seen not in own:
            self.wrong.append(f"dashboard-backend is {seen} for the bot, wsproxy is {own}")
        if stack.compose("exec", "-T", "bot", "getent", "hosts", "dashboard-behind", may_fail=True):
            self.wrong.append("the bot can reach dashboard-behind")
        status = stack.compose("exec", "-T", "wsproxy", "cat", "/proc/1/status")
        if "\nUid:\t10001\t10001" not in status or "\nCapEff:\t0000000000000000" not in status:
            self.wrong.append("wsproxy is not user 10001 without capabilities")
        shown = stack.compose("exec", "-T", "wsproxy", "wsproxy", "status")
        if not shown.startswith("status            healthy"):
            self.wrong.append(f"wsproxy status says {shown[:200]}")
        outside = "exec 3<>/dev/tcp/dashboard-backend/8474"
        refused = stack.compose(
            "exec", "-T", "bot", "bash", "-c", f"{outside} || echo refused", may_fail=True
        )
        if "refused" not in refused:
            self.wrong.append("the bot can reach the control port")


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--replay", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument(
        "fault", choices=["placement", "stop", "kill", "pause", "disconnect", "recreate"]
    )
    trial = Trial(parser.parse_args())
    stacks = list(trial.stacks)
    try:
        trial.placement() if trial.arguments.fault == "placement" else trial.play()
    except Exception as error:  # Whatever it was, the stacks go, and the sentence is the finding.
        trial.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        for stack in stacks:
            stack.remove()
    print("\n".join(trial.wrong or trial.said))
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
