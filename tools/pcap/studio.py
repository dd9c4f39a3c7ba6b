"""Where recordings are made: programs, a scratch folder, and the folder for what is finished."""

import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import truth
from processes import RecordingError
from tap import Tap


@dataclass(frozen=True)
class Sample:
    """One recording: its name, the files it leaves beside its truth, how it is made, and from which other one."""

    name: str
    record: Callable[["Studio", str], None]
    files: tuple[str, ...] = ()
    source: str | None = None

    def outputs(self) -> list[str]:
        """The names of all its files."""
        return [*(self.files or (f"{self.name}.pcap",)), f"{self.name}.truth.json"]


@dataclass(frozen=True)
class Studio:
    """Folders of a run of recordings. Nothing reaches `out` before a sample is whole."""

    programs: Path
    scratch: Path
    out: Path

    def program(self, name: str) -> Path:
        """The path of one of the project's programs."""
        path = self.programs / name
        if not path.exists():
            raise RecordingError(f"{path} does not exist: run make build, or say --bin")
        return path

    @contextmanager
    def tap(self, name: str, *ports: int, **how):
        """Records to `NAME.pcap` what passes at the ports while the context lasts."""
        with Tap(self.scratch / f"{name}.pcap", list(ports), **how) as tap:
            yield tap

    def keep_truth(self, name: str, truths: dict):
        """Writes `NAME.truth.json`."""
        truth.write(self.scratch / f"{name}.truth.json", truths)

    def keep_connections(self, name: str, ports: list[int], connections: list[dict], note: str, **more):
        """Writes the truth of a recording: its connections in order of opening."""
        self.keep_truth(name, {"server_ports": ports, "connections": connections, **more, "note": note})

    def make(self, sample: Sample) -> list[Path]:
        """Makes a sample and moves its files to where they belong."""
        sample.record(self, sample.name)
        finished = []
        for output in sample.outputs():
            # Copied instead of moved, so that the owner's umask decides who may read it.
            finished.append(Path(shutil.copyfile(self.scratch / output, self.out / output)))
        return finished
