"""Programs that a recording starts, watches, and ends by their process id; and waiting without guessing."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 30.0
GLANCE = 0.01


class RecordingError(Exception):
    """A recording did not go as planned; nothing of it is kept."""


def wait_until(condition: Callable, what: str, within: float = PATIENCE):
    """Looks again and again until `condition` is true, and gives what it gave.

    Args:
        what: The end of the sentence "waited in vain until …".
    """
    deadline = time.monotonic() + within
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise RecordingError(f"waited {within:g} s in vain until {what}")
        time.sleep(GLANCE)
    return answer


def lines_of(path: Path) -> list[bytes]:
    """The whole lines of a file, without their ends; none when there is no file yet."""
    if not path.exists():
        return []
    return path.read_bytes().split(b"\n")[:-1]


class Program:
    """A child process whose output goes to a file. Leaving its context ends it."""

    def __init__(self, arguments: list, log: Path):
        self.name = Path(str(arguments[0])).name
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.DEVNULL,
                                             stdout=output, stderr=subprocess.STDOUT)

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_):
        self.kill()

    def notes(self) -> list[dict]:
        """What it has logged as JSON."""
        return [json.loads(line) for line in lines_of(self.log) if line.startswith(b"{")]

    def wait_for(self, answer: Callable, what: str):
        """Waits until `answer` is true; a program that ends before that is an error."""
        def look():
            # Asked before the look, so that its last words count.
            has_ended = self._process.poll() is not None
            found = answer()
            if has_ended and not found:
                raise self._failure(f"ended with {self._process.returncode} before {what}")
            return found

        return wait_until(look, f"{self.name} {what}")

    def finish(self):
        """Waits until it ends by itself, with success."""
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise self._failure("does not end") from None
        if self._process.returncode != 0:
            raise self._failure(f"ended with {self._process.returncode}")

    def stop(self, by: signal.Signals = signal.SIGTERM):
        """Asks it to end, and waits until it has."""
        self._process.send_signal(by)
        self.finish()

    def kill(self):
        """Ends it as a crash would."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _failure(self, sentence: str) -> RecordingError:
        last_words = self.log.read_text(errors="replace").strip()[-600:]
        return RecordingError(f"{self.name} {sentence}; its output ends:\n{last_words}")
