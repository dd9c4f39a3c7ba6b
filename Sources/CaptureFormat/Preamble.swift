/// The beginning of a file: magic, Header, Metadata, schemas and channels.
struct Preamble {
    private(set) var bytes: [UInt8] = []
    private(set) var metadata: (offset: UInt64, byteCount: UInt64) = (0, 0)
    private(set) var schemas: [[UInt8]] = []
    private(set) var channels: [[UInt8]] = []

    /// The MCAP profile of our files.
    static let profile = "wscap"

    init(run: RunDescription) {
        var out = ByteWriter(capacity: 16_384)
        out.append(MCAP.magic)
        out.record(MCAP.Opcode.header) { body in
            body.string(Self.profile)
            body.string(run.library)
        }
        let metadataOffset = out.count
        out.record(MCAP.Opcode.metadata) { body in
            body.string(RunDescription.metadataName)
            body.map(run.metadata)
        }
        metadata = (UInt64(metadataOffset), UInt64(out.count - metadataOffset))
        schemas = Envelope.allCases.map(Self.schema)
        channels = CaptureChannel.channels(proxy: run.proxy).map(Self.channel)
        for record in schemas + channels { out.append(record) }
        bytes = out.copy()
    }

    private static func schema(_ envelope: Envelope) -> [UInt8] {
        var out = ByteWriter(capacity: 8192)
        out.record(MCAP.Opcode.schema) { body in
            body.append(littleEndian: UInt16(envelope.rawValue))
            body.string(envelope.schemaName)
            body.string("protobuf")
            body.append(littleEndian: UInt32(DescriptorSet.bytes.count))
            body.append(DescriptorSet.bytes)
        }
        return out.copy()
    }

    private static func channel(_ channel: CaptureChannel) -> [UInt8] {
        var out = ByteWriter(capacity: 256)
        out.record(MCAP.Opcode.channel) { body in
            body.append(littleEndian: channel.id)
            body.append(littleEndian: UInt16(channel.envelope.rawValue))
            body.string(channel.topic)
            body.string("protobuf")
            body.map([])
        }
        return out.copy()
    }
}
