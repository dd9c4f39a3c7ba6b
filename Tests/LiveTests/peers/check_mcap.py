"""Checks that a sealed capture is a whole and truthful MCAP file.

    check_mcap.py [--packed] FILE

With --packed, chunks may be compressed (`wsreplay compact` makes such files; wsproxy never does).
Reads it three times: once record by record (every checksum, every index entry held against the
records themselves), once with PyPI `mcap`'s indexed reader and once with its streaming one, both
validating checksums and decoding every message by the Protobuf schemas inside the file. Prints one
line for each problem and exits with 1; else prints what was counted.
"""

import argparse
import struct
import sys
import zlib
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import lz4.frame
import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.reader import NonSeekingReader, make_reader
from mcap.records import (
    Channel,
    Chunk,
    ChunkIndex,
    DataEnd,
    Footer,
    Header,
    MessageIndex,
    Metadata,
    MetadataIndex,
    Schema,
    Statistics,
    SummaryOffset,
)
from mcap.stream_reader import StreamReader
from mcap_protobuf.decoder import DecoderFactory

MAGIC = b"\x89MCAP0\r\n"
RECORD_HEAD = struct.Struct("<BQ")
MESSAGE_HEAD = struct.Struct("<HIQQ")
UNPACKERS = {
    "": bytes,
    "lz4": lz4.frame.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompress(data),
}
FIRST_PRIVATE_OPCODE = 0x80
PARSERS = {
    Opcode.HEADER: Header, Opcode.FOOTER: Footer, Opcode.SCHEMA: Schema, Opcode.CHANNEL: Channel,
    Opcode.CHUNK: Chunk, Opcode.MESSAGE_INDEX: MessageIndex, Opcode.CHUNK_INDEX: ChunkIndex,
    Opcode.STATISTICS: Statistics, Opcode.METADATA: Metadata,
    Opcode.METADATA_INDEX: MetadataIndex, Opcode.SUMMARY_OFFSET: SummaryOffset,
    Opcode.DATA_END: DataEnd,
}


class Broken(Exception):
    """The file cannot be read on."""


@dataclass
class Found:
    """One record and where it stands."""

    offset: int
    end: int
    opcode: int
    body: memoryview

    def parsed(self):
        """The record as PyPI `mcap` reads it."""
        try:
            return PARSERS[self.opcode].read(ReadDataStream(BytesIO(self.body)))
        except (KeyError, ValueError, struct.error, McapError) as error:
            raise Broken(f"the record at {self.offset} (opcode {self.opcode:#04x}) does not parse: "
                         f"{type(error).__name__}: {error}") from error


@dataclass
class Contents:
    """What a linear read of the data section found."""

    chunks: dict[int, Found] = field(default_factory=dict)
    chunk_messages: dict[int, dict[int, list]] = field(default_factory=dict)
    message_indexes: dict[int, dict[int, Found]] = field(default_factory=dict)
    schemas: dict[int, Schema] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    metadata: list[Found] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    times: list[int] = field(default_factory=list)


def walk(data: memoryview, start: int, end: int, place: str):
    """The records between two offsets."""
    while start < end:
        if end - start < RECORD_HEAD.size:
            raise Broken(f"{place}: {end - start} stray bytes at offset {start}")
        opcode, length = RECORD_HEAD.unpack_from(data, start)
        body = start + RECORD_HEAD.size
        if opcode == 0 or length > end - body:
            raise Broken(f"{place}: the record at offset {start} (opcode {opcode:#04x}) claims "
                         f"{length} bytes, {end - body} are there")
        yield Found(start, body + length, opcode, data[body:body + length])
        start = body + length


class Check:
    """One file under examination."""

    def __init__(self, path: Path, may_be_packed: bool):
        self.path = path
        self.may_be_packed = may_be_packed
        self.data = memoryview(path.read_bytes())
        self.problems: list[str] = []

    def expect(self, holds: bool, sentence: str):
        """Notes a problem unless something holds."""
        if not holds:
            self.problems.append(sentence)

    def run(self) -> str:
        """Examines everything; the answer is a line about what was there."""
        data = self.data
        self.expect(bytes(data[:8]) == MAGIC, "does not begin with the MCAP magic")
        if bytes(data[-8:]) != MAGIC or len(data) < 53:
            raise Broken("does not end with the MCAP magic: not sealed")
        footer_start = len(data) - 8 - 29
        footer_record = next(walk(data, footer_start, len(data) - 8, "footer"))
        if footer_record.opcode != Opcode.FOOTER:
            raise Broken(f"a record of opcode {footer_record.opcode:#04x} stands at the footer")
        footer = footer_record.parsed()
        if not 8 < footer.summary_start <= footer_start:
            raise Broken(f"the footer points to a summary at {footer.summary_start}")

        contents = self.data_section(footer.summary_start)
        self.summary_checksum(footer, footer_start)
        self.summary(contents, footer, footer_start)
        self.times(contents)
        messages = sum(contents.counts.values())
        self.libraries(messages)
        return (f"{len(data)} bytes, {messages} messages in {len(contents.chunks)} chunks, "
                f"{len(contents.channels)} channels")

    def data_section(self, end: int) -> Contents:
        """Reads magic to DataEnd, checksums included."""
        contents = Contents()
        chunk = None
        records = list(walk(self.data, 8, end, "data section"))
        self.expect(records[0].opcode == Opcode.HEADER, "the first record is not a Header")
        self.expect(records[-1].opcode == Opcode.DATA_END, "no DataEnd before the summary")
        for record in records:
            match record.opcode:
                case Opcode.CHUNK:
                    chunk = record.offset
                    self.chunk(record, contents)
                case Opcode.MESSAGE_INDEX:
                    index = record.parsed()
                    self.expect(chunk is not None, f"{record.offset}: an index without a chunk")
                    indexes = contents.message_indexes.setdefault(chunk, {})
                    self.expect(index.channel_id not in indexes,
                                f"{record.offset}: a second index of channel {index.channel_id}")
                    indexes[index.channel_id] = record
                case Opcode.MESSAGE:
                    self.expect(False, f"{record.offset}: a message outside any chunk")
                case Opcode.SCHEMA:
                    self.define(contents.schemas, record)
                case Opcode.CHANNEL:
                    self.define(contents.channels, record)
                case Opcode.METADATA:
                    contents.metadata.append(record)
                case Opcode.DATA_END:
                    stored = record.parsed().data_section_crc
                    self.expect(stored in (0, zlib.crc32(self.data[:record.offset])),
                                "the data section's checksum is wrong")
                case Opcode.HEADER:
                    self.expect(record.offset == 8, f"{record.offset}: a second Header")
                case private if private >= FIRST_PRIVATE_OPCODE:
                    pass
                case other:
                    self.expect(False, f"{record.offset}: opcode {other:#04x} in the data section")
        return contents

    def define(self, known: dict, record: Found):
        """Notes a schema or channel; the same id must always mean the same."""
        parsed = record.parsed()
        self.expect(known.setdefault(parsed.id, parsed) == parsed,
                    f"{record.offset}: id {parsed.id} is defined twice, differently")

    def chunk(self, record: Found, contents: Contents):
        """One chunk's checksum, times and messages."""
        chunk = record.parsed()
        contents.chunks[record.offset] = record
        place = f"chunk at {record.offset}"
        self.expect(self.may_be_packed or chunk.compression == "",
                    f"{place}: compressed by {chunk.compression}")
        unpacked = UNPACKERS[chunk.compression](chunk.data)
        self.expect(len(unpacked) == chunk.uncompressed_size, f"{place}: wrong size")
        self.expect(chunk.uncompressed_crc != 0, f"{place}: no checksum")
        self.expect(zlib.crc32(unpacked) == chunk.uncompressed_crc, f"{place}: wrong checksum")

        entries: dict[int, list] = {}
        times = []
        for inner in walk(memoryview(unpacked), 0, len(unpacked), place):
            match inner.opcode:
                case Opcode.MESSAGE:
                    channel, _, log_time, _ = MESSAGE_HEAD.unpack_from(inner.body)
                    self.expect(channel in contents.channels,
                                f"{place}: a message of channel {channel} before its definition")
                    entries.setdefault(channel, []).append((log_time, inner.offset))
                    contents.counts[channel] += 1
                    times.append(log_time)
                case Opcode.SCHEMA:
                    self.define(contents.schemas, inner)
                case Opcode.CHANNEL:
                    self.define(contents.channels, inner)
                case other:
                    self.expect(False, f"{place}: opcode {other:#04x} inside")
        limits = (min(times, default=0), max(times, default=0))
        self.expect((chunk.message_start_time, chunk.message_end_time) == limits,
                    f"{place}: its times are not its messages' times")
        contents.chunk_messages[record.offset] = entries
        contents.times += times

    def summary_checksum(self, footer: Footer, footer_start: int):
        """The footer's own checksum."""
        # RECORD_HEAD, then summary_start and summary_offset_start belong to what is summed.
        covered = self.data[footer.summary_start:footer_start + RECORD_HEAD.size + 16]
        self.expect(footer.summary_crc != 0, "no checksum over the summary")
        self.expect(zlib.crc32(covered) == footer.summary_crc, "the summary's checksum is wrong")

    def summary(self, contents: Contents, footer: Footer, footer_start: int):
        """Everything the summary says, held against what the data section holds."""
        groups: dict[int, tuple[int, int]] = {}
        records: dict[int, list[Found]] = {}
        end = footer.summary_offset_start or footer_start
        for record in walk(self.data, footer.summary_start, end, "summary"):
            start, previous_end = groups.get(record.opcode, (record.offset, record.offset))
            self.expect(previous_end == record.offset,
                        f"summary: records of opcode {record.opcode:#04x} stand apart")
            groups[record.opcode] = (start, record.end)
            records.setdefault(record.opcode, []).append(record)

        def parsed(opcode: int) -> list:
            return [record.parsed() for record in records.get(opcode, [])]

        self.expect({s.id: s for s in parsed(Opcode.SCHEMA)} == contents.schemas,
                    "summary: other schemas than in the data section")
        self.expect({c.id: c for c in parsed(Opcode.CHANNEL)} == contents.channels,
                    "summary: other channels than in the data section")
        self.chunk_indexes(parsed(Opcode.CHUNK_INDEX), contents)
        self.metadata_indexes(parsed(Opcode.METADATA_INDEX), contents)
        self.statistics(parsed(Opcode.STATISTICS), contents)
        if footer.summary_offset_start:
            offsets = walk(self.data, footer.summary_offset_start, footer_start, "summary offsets")
            named = [offset for record in offsets if (offset := record.parsed()).group_length]
            self.expect(
                {o.group_opcode: (o.group_start, o.group_start + o.group_length) for o in named}
                == groups, "the summary offsets do not name the summary's groups")

    def chunk_indexes(self, indexes: list[ChunkIndex], contents: Contents):
        """Every chunk has one index, and every message one entry."""
        self.expect(sorted(index.chunk_start_offset for index in indexes)
                    == sorted(contents.chunks), "the chunk indexes name other chunks")
        for index in indexes:
            record = contents.chunks.get(index.chunk_start_offset)
            if record is None:
                continue
            place = f"index of the chunk at {record.offset}"
            chunk = record.parsed()
            self.expect(index.chunk_length == record.end - record.offset, f"{place}: length")
            self.expect(
                (index.message_start_time, index.message_end_time)
                == (chunk.message_start_time, chunk.message_end_time), f"{place}: times")
            self.expect(
                (index.compression, index.compressed_size, index.uncompressed_size)
                == (chunk.compression, len(chunk.data), chunk.uncompressed_size), f"{place}: sizes")
            found = contents.message_indexes.get(record.offset, {})
            self.expect(index.message_index_offsets
                        == {channel: one.offset for channel, one in found.items()},
                        f"{place}: names other message indexes than stand behind the chunk")
            self.expect(index.message_index_length
                        == sum(one.end - one.offset for one in found.values()),
                        f"{place}: length of the message indexes")
            entries = {channel: [tuple(entry) for entry in one.parsed().records]
                       for channel, one in found.items()}
            self.expect(entries == contents.chunk_messages[record.offset],
                        f"{place}: the message indexes name other messages than the chunk holds")

    def metadata_indexes(self, indexes: list[MetadataIndex], contents: Contents):
        """Every metadata record has one index."""
        self.expect(
            [(index.offset, index.length, index.name) for index in indexes]
            == [(record.offset, record.end - record.offset, record.parsed().name)
                for record in contents.metadata], "the metadata indexes name other records")

    def statistics(self, all_statistics: list[Statistics], contents: Contents):
        """The counts are right."""
        if len(all_statistics) != 1:
            self.problems.append(f"{len(all_statistics)} Statistics records")
            return
        said = all_statistics[0]
        for name, value, truth in [
            ("messages", said.message_count, sum(contents.counts.values())),
            ("schemas", said.schema_count, len(contents.schemas)),
            ("channels", said.channel_count, len(contents.channels)),
            ("attachments", said.attachment_count, 0),
            ("metadata", said.metadata_count, len(contents.metadata)),
            ("chunks", said.chunk_count, len(contents.chunks)),
            ("first time", said.message_start_time, min(contents.times, default=0)),
            ("last time", said.message_end_time, max(contents.times, default=0)),
        ]:
            self.expect(value == truth, f"statistics: {name} {value}, really {truth}")
        counts = {channel: count for channel, count in said.channel_message_counts.items() if count}
        self.expect(counts == dict(contents.counts), "statistics: other counts by channel")

    def times(self, contents: Contents):
        """log_time never stands still and never goes back."""
        for earlier, later in zip(contents.times, contents.times[1:]):
            if later <= earlier:
                self.problems.append(f"log_time {later} follows {earlier}")
                return

    def libraries(self, messages: int):
        """PyPI `mcap` reads all of it, and Protobuf decodes all of it."""
        factories = [DecoderFactory()]
        with open(self.path, "rb") as stream:
            # Every channel's schema and every message goes through PyPI `mcap-protobuf-support`.
            reader = make_reader(stream, validate_crcs=True, decoder_factories=factories)
            indexed = [(message.log_time, decoded.WhichOneof("record"))
                       for _, _, message, decoded in reader.iter_decoded_messages()]
        self.expect(len(indexed) == messages, f"the indexed reader found {len(indexed)} messages")
        self.expect(all(kind for _, kind in indexed), "messages without a known record")
        with open(self.path, "rb") as stream:
            reader = NonSeekingReader(stream, validate_crcs=True)
            streamed = sum(1 for _ in reader.iter_messages(log_time_order=False))
        self.expect(streamed == messages, f"the streaming reader found {streamed} messages")
        with open(self.path, "rb") as stream:
            last = None
            for last in StreamReader(stream, validate_crcs=True).records:
                pass
        self.expect(isinstance(last, Footer), "the record reader did not reach the footer")


def main() -> int:
    """Checks one file, reports, and says by its exit code how it went."""
    parser = argparse.ArgumentParser(description="Checks a sealed capture.")
    parser.add_argument("--packed", action="store_true", help="chunks may be compressed")
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    check = Check(arguments.file, arguments.packed)
    try:
        counted = check.run()
    except Exception as error:  # Whatever a reader says of a damaged file is a finding.
        check.problems.append(f"{type(error).__name__}: {error}")
        counted = "unreadable"
    for problem in check.problems[:50]:
        print(f"{check.path.name}: {problem}")
    if not check.problems:
        print(f"{check.path.name}: {counted}")
    return 1 if check.problems else 0


if __name__ == "__main__":
    sys.exit(main())
