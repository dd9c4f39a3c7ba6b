"""Altered copies of recordings: each is one call of damage.py."""

from functools import partial

import damage
from processes import RecordingError
from studio import Sample, Studio


def altered(studio: Studio, name: str, source: str, options: list[str], how: str | None):
    """Makes a copy; its truth is the source's, unless `how` says what is gone."""
    recorded = next((folder / f"{source}.pcap" for folder in (studio.scratch, studio.out)
                     if (folder / f"{source}.pcap").exists()), None)
    if recorded is None:
        raise RecordingError(f"{name} is made from {source}, which is not recorded yet")
    damage.main([str(recorded), *options, "--output", str(studio.scratch / f"{name}.pcap")])
    studio.keep_truth(name, {"damaged": source, "how": how} if how else {"same_as": source})


def _copy(name: str, source: str, *options: str, how: str | None = None) -> Sample:
    return Sample(name, partial(altered, source=source, options=list(options), how=how), source=source)


SAMPLES = [
    _copy("clean-reordered", "clean", "--reorder", "1"),
    _copy("clean-resegmented", "clean", "--resegment", "250"),
    _copy("clean-duplicated", "clean", "--duplicate"),
    _copy("clean-conflict", "clean", "--retransmit-conflict"),
    _copy("clean-vlan", "clean", "--vlan"),
    _copy("clean-qinq", "clean", "--qinq"),
    _copy("clean-ipfrag", "clean", "--ip-fragments", "248"),
    _copy("clean-wrap", "clean", "--wrap"),
    _copy("any-duplicated", "any-sll2", "--duplicate"),
    _copy("clean-dropped", "clean", "--drop", "4", "12", "13", "25",
          how="the tap missed the 4th, 12th, 13th and 25th packet with data; their receivers acknowledged them"),
    _copy("clean-snap", "clean", "--snaplen", "800", how="no more than 800 bytes of a packet were kept"),
    _copy("clean-truncated", "clean", "--truncate", "30000", how="the file ends after 30000 bytes"),
    _copy("midstart", "clean", "--skip-first", "25", how="the first 25 packets are missing, with the handshake"),
    _copy("midstart-deflate", "deflate-takeover", "--skip-first", "60",
          how="the first 60 packets are missing, with the handshake and the beginning of what later messages repeat"),
    _copy("midstart-midframe", "port-reuse", "--resegment", "50", "--skip-first", "20",
          how="the first 20 segments are missing: it begins inside a frame of the first connection"),
]
