internal import Vocabulary

/// The `FileDescriptorSet` of the records: what MCAP wants as the data of a Protobuf schema.
///
/// Source: google/protobuf/descriptor.proto; the numbers below are its field numbers.
enum DescriptorSet {
    /// The Protobuf package; our format version stands in it.
    static let package = "wscap.v1"

    /// The set, encoded; the same for both schemas.
    static let bytes: [UInt8] = {
        var out = ByteWriter(capacity: 8192)
        out.message(1) { encodeFile(into: &$0) }
        return out.copy()
    }()

    private static let enumerations = [
        BytesRecord.kindSchema, BlankedRun.reasonSchema, OutcomeRecord.kindSchema,
        RewriteRecord.kindSchema, OpenedRecord.legSchema, ClosedRecord.originSchema,
        ClosedRecord.causeSchema, GapRecord.directionSchema,
    ]

    private static let messages = [
        FrameRecord.schema, BytesRecord.schema, BlankedRun.schema, OutcomeRecord.schema,
        HeldRecord.schema, RewriteRecord.schema, MarkRecord.schema, OpenedRecord.schema,
        HandshakeRecord.schema, HeaderField.schema, LegProgress.schema,
        ProgressRecord.schema, ClosedRecord.schema, ClosedRecord.closeFrameSchema,
        FaultChangeRecord.schema, GapRecord.schema,
        GapRecord.Run.schema, ResumedRecord.schema, ResumedFlow.schema, NoticeRecord.schema,
        SecuredRecord.schema,
        Envelope.streamSchema, Envelope.eventSchema,
    ]

    // FileDescriptorProto: name 1, package 2, message_type 4, enum_type 5, syntax 12.
    private static func encodeFile(into out: inout ByteWriter) {
        out.field(1, "wscap/v1/capture.proto")
        out.field(2, package)
        for message in messages { out.message(4) { encode(message, into: &$0) } }
        for enumeration in enumerations { out.message(5) { encode(enumeration, into: &$0) } }
        out.field(12, "proto3")
    }

    // DescriptorProto: name 1, field 2, oneof_decl 8. OneofDescriptorProto: name 1.
    private static func encode(_ message: MessageSchema, into out: inout ByteWriter) {
        out.field(1, message.name)
        for field in message.fields {
            out.message(2) { encode(field, isAlternative: message.oneof != nil, into: &$0) }
        }
        if let oneof = message.oneof { out.message(8) { $0.field(1, oneof) } }
    }

    // FieldDescriptorProto: name 1, number 3, label 4, type 5, type_name 6, oneof_index 9.
    private static func encode(
        _ field: MessageSchema.Field,
        isAlternative: Bool,
        into out: inout ByteWriter
    ) {
        let optionalLabel: UInt64 = 1
        let repeatedLabel: UInt64 = 3
        out.field(1, field.name)
        out.field(3, field.number)
        out.field(4, field.isRepeated ? repeatedLabel : optionalLabel)
        out.field(5, field.type.number)
        if let typeName = field.type.typeName { out.field(6, typeName) }
        if isAlternative {
            // An index of 0 must be written: its presence is what makes the field an alternative.
            out.append(varint: 9 << 3)
            out.append(varint: 0)
        }
    }

    // EnumDescriptorProto: name 1, value 2. EnumValueDescriptorProto: name 1, number 2.
    private static func encode(_ enumeration: EnumerationSchema, into out: inout ByteWriter) {
        out.field(1, enumeration.name)
        for (number, name) in enumeration.values.enumerated() {
            out.message(2) { value in
                value.field(1, name)
                // The number 0 is written too: descriptor.proto is proto2, where absent is not 0.
                value.append(varint: 2 << 3)
                value.append(varint: UInt64(number))
            }
        }
    }
}
