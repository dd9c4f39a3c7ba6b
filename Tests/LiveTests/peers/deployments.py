"""Holds what tools/compose and docs/compose.md say of the programs against the programs.

    deployments.py --programs FOLDER --folder FOLDER

Every variable has to be one that a program reads. wsproxy has to start and end well with the environment of the
override, of the pod and of the unit, their probes and entry points have to be commands, their ports have to lead to
each other, and nobody may be killed before the grace is over. Prints one line for each thing that is not so, and exits
with 1.
"""

import os
import re
import signal
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = ROOT / "tools/compose"
# Read by Docker Compose alone.
OWN_VARIABLES = {"WSCAP_IMAGE"}
# What belongs to the place, not to the programs.
HERE = {"WSCAP_LISTEN": "127.0.0.1:0", "WSCAP_CONTROL": "none", "WSCAP_LOG_FORMAT": "json"}
PATIENCE_SECONDS = 20


class Loader(yaml.SafeLoader):
    """Takes Docker Compose's `!override` for what it stands before."""


Loader.add_constructor("!override", lambda loader, node: loader.construct_mapping(node, deep=True))


class Place:
    """One way to run wsproxy: its environment, and when it would be killed."""

    def __init__(self, file: str, environment: dict[str, str], killed_after: str | int):
        self.file = file
        self.environment = environment
        self.killed_after = seconds(killed_after)


def seconds(text: str | int) -> int:
    """So many seconds as `15s`, `15` or 15 says."""
    return int(str(text).removesuffix("s"))


def port(address: str) -> int:
    """What stands behind the last colon."""
    return int(address.rpartition(":")[2])


class Trial:
    """All the questions."""

    def __init__(self, programs: Path, folder: Path):
        self.programs = programs
        self.folder = folder
        self.wrong: list[str] = []
        files = [ROOT / "docs/compose.md", *sorted(COMPOSE.iterdir())]
        self.texts = {file.name: file.read_text() for file in files}
        self.pair = yaml.load(self.texts["docker-compose.yml"], Loader)["services"]
        self.override = yaml.load(self.texts["docker-compose.wsproxy.yml"], Loader)["services"]
        self.service, deployment = yaml.safe_load_all(self.texts["kubernetes-sidecar.yaml"])
        self.pod = deployment["spec"]["template"]["spec"]
        self.sidecar = self.pod["initContainers"][0]
        self.unit = re.findall(r"^(\w+)=(.*)$", self.texts["wsproxy.service"], re.MULTILINE)
        proxy = self.override["wsproxy"]
        self.places = [
            Place(
                "docker-compose.wsproxy.yml",
                {name: value for name, value in proxy["environment"].items() if value},
                proxy["stop_grace_period"],
            ),
            Place(
                "kubernetes-sidecar.yaml",
                {each["name"]: each["value"] for each in self.sidecar["env"]},
                self.pod["terminationGracePeriodSeconds"],
            ),
            Place(
                "wsproxy.service",
                dict(value.split("=", 1) for key, value in self.unit if key == "Environment"),
                dict(self.unit)["TimeoutStopSec"],
            ),
        ]

    def expect(self, is_so: bool, sentence: str) -> None:
        """Notes what is not as it should be."""
        if not is_so:
            self.wrong.append(sentence)

    def help(self, *words: str) -> str:
        """What a command says of itself; nothing if there is no such command."""
        done = subprocess.run(
            [self.programs / words[0], *words[1:], "--help"],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        )
        # For a word that it does not know a program tells of its default command.
        return done.stdout if f"USAGE: {' '.join(words)}" in done.stdout else ""

    def check_variables(self) -> None:
        """A variable that nobody reads is a setting that somebody believes in."""
        pages = [("wsproxy", "run"), ("wssuite", "bot"), ("wssuite", "dashboard")]
        known = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", "".join(self.help(*page) for page in pages)))
        for file, text in self.texts.items():
            used = set(re.findall(r"\b(?:WSCAP|WSSUITE|SYSTEM_)_[A-Z_]+\b", text))
            for variable in sorted(used - known - OWN_VARIABLES):
                self.expect(False, f"{file}: no program reads {variable}")

    def check_commands(self) -> None:
        """What containers and probes run has to be there."""
        commands = [service["entrypoint"] for service in self.pair.values()]
        commands += [self.sidecar[probe]["exec"]["command"] for probe in ("startupProbe", "livenessProbe")]
        commands += [container["command"] for container in self.pod["containers"]]
        commands += [re.search(r"^ExecStart=.*/(.*)$", self.texts["wsproxy.service"], re.MULTILINE)[1].split()]
        commands += re.findall(r'^HEALTHCHECK .*CMD \["(\w+)", "(\w+)"\]$', self.texts["Dockerfile"], re.MULTILINE)
        self.expect(len(commands) == 7, f"7 commands were to be looked at, and there are {len(commands)}")
        for command in commands:
            self.expect(self.help(*command) != "", f"{' '.join(command)} is no command")

    def check_ports(self) -> None:
        """From the clients' port to the dashboard's."""
        compose, pod, _ = (place.environment for place in self.places)
        listen, upstream = compose["WSCAP_LISTEN"], compose["WSCAP_UPSTREAM"]
        dashboard = self.pair["dashboard-backend"]["environment"]["WSSUITE_LISTEN"]
        self.expect(port(listen) == port(upstream) == port(dashboard), "the override leads to another port")
        (alias,) = self.override["dashboard-backend"]["networks"]["behind"]["aliases"]
        self.expect(f"//{alias}:" in upstream, f"the override leads to {upstream}, not to {alias}")
        target = self.service["spec"]["ports"][0]["targetPort"]
        offered = self.sidecar["ports"][0]["containerPort"]
        self.expect(target == offered == port(pod["WSCAP_LISTEN"]), "the service leads past the sidecar")
        (container,) = self.pod["containers"]
        behind = container["ports"][0]["containerPort"]
        self.expect(port(pod["WSCAP_UPSTREAM"]) == behind, "the sidecar leads past the dashboard")

    def check_place(self, place: Place) -> None:
        """wsproxy takes the values as they are, and is not killed while it stops."""
        default = re.search(r"\[WSCAP_GRACE;\s+default:\s+(\w+)\]", self.help("wsproxy", "run"))[1]
        grace = seconds(place.environment.get("WSCAP_GRACE", default))
        self.expect(place.killed_after > grace, f"{place.file}: killed before the grace of {grace} s is over")
        captures = self.folder / place.file
        captures.mkdir()
        bare = {name: value for name, value in os.environ.items() if not name.startswith("WSCAP_")}
        upstream = place.environment.get("WSCAP_UPSTREAM", "ws://127.0.0.1:9")
        there = {"WSCAP_UPSTREAM": upstream, "WSCAP_CAPTURE": f"{captures}/"}
        process = subprocess.Popen(
            [self.programs / "wsproxy", "run"],
            env=bare | place.environment | HERE | there,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PATIENCE_SECONDS)
        self.expect('"message":"listening"' in first, f"{place.file}: wsproxy says {first.strip()}")
        is_well = process.returncode == 0
        self.expect(is_well, f"{place.file}: wsproxy ended with {process.returncode}: {rest[-300:].strip()}")


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    trial = Trial(arguments.programs, arguments.folder)
    trial.check_variables()
    trial.check_commands()
    trial.check_ports()
    for place in trial.places:
        trial.check_place(place)
    print("\n".join(trial.wrong))
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
