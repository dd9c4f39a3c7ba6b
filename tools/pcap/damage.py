#!/usr/bin/env python3
"""Makes an altered copy of a recorded capture: what networks, taps and full disks do to one.

    tools/pcap/damage.py captures/pcap/clean.pcap --reorder 1 --output /tmp/reordered.pcap

Reads and writes classic pcap files; what looks into packets looks for TCP in IPv4 in Ethernet. The same arguments
give the same bytes. Several alterations may be combined; they are carried out in the order in which --help lists them.
"""

import argparse
import struct
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from random import Random

import pcapfile
from packets import ACK, FIN, PSH, SEQUENCES, SYN, Segment, parse
from pcapfile import Packet, PcapError, PcapFile

# Packets that change places are at most this far apart.
REORDER_WINDOW = 4
# A late copy comes this many packets after its original.
LATE_BY = 3
# One segment with data in so many is sent again with other bytes.
CONFLICT_EVERY = 8

# What has to know the packets' layers; the rest works with every link type.
LOOKS_INSIDE = ("wrap", "resegment", "retransmit_conflict", "drop", "ip_fragments", "reorder", "vlan", "qinq")

VLAN_TAG = struct.pack("!HH", 0x8100, 42)
SERVICE_TAG = struct.pack("!HH", 0x88A8, 7)
TAG_OFFSET = 12


def carries_data(segment: Segment | None) -> bool:
    """Whether it is a TCP segment with a payload."""
    return segment is not None and bool(segment.payload)


# What loses nothing.


def resegment(packets: list[Packet], size: int) -> list[Packet]:
    """Cuts payloads into segments of `size` bytes; the last one keeps FIN and PSH."""
    return [piece for packet in packets for piece in _pieces(packet, size)]


def _pieces(packet: Packet, size: int) -> list[Packet]:
    segment = parse(packet.data)
    if segment is None or len(segment.payload) <= size:
        return [packet]
    first = struct.unpack_from("!H", segment.ip, 4)[0]
    starts = range(0, len(segment.payload), size)
    return [packet.carrying(_piece(segment, at, size).with_identification(first + number).to_bytes())
            for number, at in enumerate(starts)]


def _piece(segment: Segment, at: int, size: int) -> Segment:
    piece = segment.with_payload(segment.payload[at:at + size]).with_sequence(segment.sequence + at)
    is_last = at + size >= len(segment.payload)
    return piece if is_last else piece.with_flags(segment.flags & ~(FIN | PSH))


def wrap(packets: list[Packet]) -> list[Packet]:
    """Moves the sequence numbers so that they pass 2^32 inside a segment in the middle of each direction."""
    shifts = _wrap_shifts(packets)
    return [_shifted(packet, shifts) for packet in packets]


def _wrap_shifts(packets: list[Packet]) -> dict[tuple, int]:
    carriers = defaultdict(list)
    for segment in _segments(packets):
        if segment.payload:
            carriers[segment.direction].append(segment)
    middles = {direction: segments[len(segments) // 2] for direction, segments in carriers.items()}
    return {direction: SEQUENCES - (middle.sequence + (len(middle.payload) + 1) // 2)
            for direction, middle in middles.items()}


def _segments(packets: list[Packet]) -> list[Segment]:
    parsed = (parse(packet.data) for packet in packets)
    return [segment for segment in parsed if segment is not None]


def _shifted(packet: Packet, shifts: dict[tuple, int]) -> Packet:
    segment = parse(packet.data)
    if segment is None:
        return packet
    moved = segment.with_sequence(segment.sequence + shifts.get(segment.direction, 0))
    if segment.flags & ACK:
        shift = shifts.get(segment.reverse, 0)
        moved = moved.with_acknowledgement(segment.acknowledgement + shift).with_sack_shifted(shift)
    return packet.carrying(moved.to_bytes())


def conflict(packets: list[Packet]) -> list[Packet]:
    """Sends some segments again with other bytes, right behind the real ones."""
    sent, carriers = [], 0
    for packet in packets:
        segment = parse(packet.data)
        carriers += carries_data(segment)
        if carries_data(segment) and carriers % CONFLICT_EVERY == 0:
            sent += _contradicted(packet, segment)
        else:
            sent.append(packet)
    return sent


def _contradicted(packet: Packet, segment: Segment) -> list[Packet]:
    """Both with a right checksum: loopback leaves it out, and a reader must not tell them apart by that."""
    other = segment.with_payload(bytes(byte ^ 0x55 for byte in segment.payload))
    return [packet.carrying(segment.to_bytes()), packet.carrying(other.to_bytes())]


def duplicate(packets: list[Packet]) -> list[Packet]:
    """Has every packet twice: in turn right behind the first, and a few packets later."""
    places = []
    for index, packet in enumerate(packets):
        places.append((index, 0, packet))
        places.append((index + (LATE_BY if index % 2 else 0), 1, packet))
    return _at_file_times([packet for _, _, packet in sorted(places, key=lambda place: place[:2])])


def reorder(packets: list[Packet], seed: int) -> list[Packet]:
    """Shuffles packets within small windows; SYNs stay, as nothing is sent before they are answered."""
    dice = Random(seed)
    shuffled = list(packets)
    for start in range(0, len(packets), REORDER_WINDOW):
        window = range(start, min(start + REORDER_WINDOW, len(packets)))
        movable = [index for index in window if not _opens(packets[index])]
        targets = movable[:]
        dice.shuffle(targets)
        for index, target in zip(movable, targets):
            shuffled[target] = packets[index]
    return _at_file_times(shuffled)


def _opens(packet: Packet) -> bool:
    segment = parse(packet.data)
    return segment is not None and bool(segment.flags & SYN)


def _at_file_times(packets: list[Packet]) -> list[Packet]:
    """The packets in this order with their times sorted: a tap writes down when it saw a packet."""
    times = sorted((packet.seconds, packet.fraction) for packet in packets)
    return [replace(packet, seconds=time[0], fraction=time[1]) for packet, time in zip(packets, times)]


def ip_fragments(packets: list[Packet], size: int) -> list[Packet]:
    """Cuts IP packets into fragments of `size` bytes each."""
    return [packet.carrying(frame) for number, packet in enumerate(packets)
            for frame in _fragments(packet, size, number + 1)]


def _fragments(packet: Packet, size: int, identification: int) -> list[bytes]:
    segment = parse(packet.data)
    if segment is None:
        return [packet.data]
    # Linux numbers packets that may not be fragmented as it likes; fragments need a number of their own.
    return segment.with_identification(identification).to_fragments(size)


def tag(packets: list[Packet], tags: bytes) -> list[Packet]:
    """Puts tags between the Ethernet addresses and the type."""
    return [replace(packet, data=packet.data[:TAG_OFFSET] + tags + packet.data[TAG_OFFSET:],
                    original_length=packet.original_length + len(tags)) for packet in packets]


# What loses something.


def skip_first(packets: list[Packet], count: int) -> list[Packet]:
    """Begins in the middle of a connection."""
    return packets[count:]


def drop(packets: list[Packet], numbers: list[int]) -> list[Packet]:
    """Leaves out packets that carry data, counted from 1; the tap missed them, their receiver did not."""
    kept, carriers = [], 0
    for packet in packets:
        has_data = carries_data(parse(packet.data))
        carriers += has_data
        if not has_data or carriers not in numbers:
            kept.append(packet)
    if max(numbers) > carriers:
        raise PcapError(f"only {carriers} packets carry data")
    return kept


def snap(packets: list[Packet], length: int) -> list[Packet]:
    """Keeps only the first bytes of each packet."""
    return [replace(packet, data=packet.data[:length]) for packet in packets]


# The command.


def altered(file: PcapFile, wishes: argparse.Namespace) -> bytes:
    """The bytes of the altered copy."""
    looks_inside = any(_is_wished(vars(wishes)[name]) for name in LOOKS_INSIDE)
    if looks_inside and file.link_type != pcapfile.ETHERNET:
        raise PcapError(f"packets of link type {file.link_type} are not looked into: only Ethernet's are")
    packets = file.packets
    for wish, alteration in _alterations(wishes):
        if _is_wished(wish):
            packets = alteration(packets)
    snaplen = wishes.snaplen or file.snaplen
    data = replace(file, packets=packets, snaplen=snaplen).to_bytes()
    return data[:wishes.truncate] if wishes.truncate else data


def _alterations(wishes: argparse.Namespace) -> list:
    """The wish for each alteration, and what it does, in the order of --help."""
    return [
        (wishes.wrap, wrap),
        (wishes.resegment, lambda packets: resegment(packets, wishes.resegment)),
        (wishes.retransmit_conflict, conflict),
        (wishes.skip_first, lambda packets: skip_first(packets, wishes.skip_first)),
        (wishes.drop, lambda packets: drop(packets, wishes.drop)),
        (wishes.duplicate, duplicate),
        (wishes.ip_fragments, lambda packets: ip_fragments(packets, wishes.ip_fragments)),
        (wishes.reorder, lambda packets: reorder(packets, wishes.reorder)),
        (wishes.vlan, lambda packets: tag(packets, VLAN_TAG)),
        (wishes.qinq, lambda packets: tag(packets, SERVICE_TAG + VLAN_TAG)),
        (wishes.snaplen, lambda packets: snap(packets, wishes.snaplen)),
    ]


def _is_wished(wish) -> bool:
    """A seed of 0 is a wish."""
    return wish is not None and wish is not False


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _fragment_size(text: str) -> int:
    if (number := _positive(text)) % 8:
        raise argparse.ArgumentTypeError(f"{text} is no multiple of 8")
    return number


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("source", type=Path, help="a classic pcap file")
    made.add_argument("--output", "-o", type=Path, required=True, help="where the altered copy goes")
    add = made.add_argument_group("alterations").add_argument
    add("--wrap", action="store_true", help="sequence numbers pass 2^32 in the middle of each direction")
    add("--resegment", type=_positive, metavar="BYTES", help="TCP payloads cut into segments of so many bytes")
    add("--retransmit-conflict", action="store_true", help="some segments come again, with other bytes")
    add("--skip-first", type=_positive, metavar="PACKETS", help="the first packets are missing")
    add("--drop", type=_positive, nargs="+", metavar="INDEX", help="packets with data that are missing, from 1")
    add("--duplicate", action="store_true", help="every packet comes twice")
    add("--ip-fragments", type=_fragment_size, metavar="BYTES", help="IP packets in fragments of so many bytes")
    add("--reorder", type=int, metavar="SEED", help=f"packets change places, by less than {REORDER_WINDOW}")
    add("--vlan", action="store_true", help="an 802.1Q tag on every packet")
    add("--qinq", action="store_true", help="two tags on every packet, 802.1ad")
    add("--snaplen", type=_positive, metavar="BYTES", help="no more than so many bytes of a packet are kept")
    add("--truncate", type=_positive, metavar="BYTES", help="the file ends after so many bytes")
    return made


def main(arguments: list[str] | None = None):
    """Reads, alters, writes."""
    wishes = parser().parse_args(arguments)
    wishes.output.write_bytes(altered(pcapfile.read(wishes.source), wishes))


if __name__ == "__main__":
    try:
        main()
    except (OSError, PcapError) as error:
        sys.exit(f"damage.py: {error}")
