#!/usr/bin/env python3
"""Records the samples of captures/pcap anew: real traffic on loopback, and what the peers know of it.

    make build setup
    sudo .venv/bin/python tools/pcap/record.py
    sudo .venv/bin/python tools/pcap/record.py killed reset

Each sample is NAME.pcap, recorded by tcpdump, and NAME.truth.json, made from what the peers themselves logged and
never from the capture. Copies that damage.py makes of a sample are made anew with it. A sample that could not be
recorded whole leaves the old files as they are.

Needs tcpdump, dumpcap (Debian: tshark) and openssl, the right to capture, and the peers of tools/peers.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

try:
    import samples_altered
    import samples_library
    import samples_reference
    import samples_sockets
except ModuleNotFoundError as missing:
    sys.exit(f"record.py: {missing.name} is not installed here: run make setup, then .venv/bin/python {sys.argv[0]}")
from pcapfile import PcapError
from processes import RecordingError
from studio import Sample, Studio

SAMPLES = [*samples_reference.SAMPLES, *samples_library.SAMPLES, *samples_sockets.SAMPLES, *samples_altered.SAMPLES]


def chosen(names: list[str]) -> list[Sample]:
    """The samples of these names and the copies made from them; all of them when there are no names."""
    unknown = set(names) - {sample.name for sample in SAMPLES}
    if unknown:
        raise RecordingError(f"there is no sample {', '.join(sorted(unknown))}; --list names them")
    return [sample for sample in SAMPLES if not names or {sample.name, sample.source} & set(names)]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("names", nargs="*", metavar="NAME", help="samples to record (default: all)")
    made.add_argument("--bin", type=Path, default=ROOT / ".build/release", metavar="DIR",
                      help="where wssuite and wsproxy are (default: .build/release)")
    made.add_argument("--out", type=Path, default=ROOT / "captures/pcap", metavar="DIR",
                      help="where the samples go (default: captures/pcap)")
    made.add_argument("--list", action="store_true", help="name the samples and record nothing")
    return made


def main():
    """Records what is wished."""
    wishes = parser().parse_args()
    samples = chosen(wishes.names)
    if wishes.list:
        return print("\n".join(sample.name for sample in samples))
    wishes.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        studio = Studio(wishes.bin.resolve(), Path(scratch), wishes.out)
        for sample in samples:
            for path in studio.make(sample):
                print(f"{path.stat().st_size:8}  {path.name}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (OSError, PcapError, RecordingError) as error:
        sys.exit(f"record.py: {error}")
