/// A Protobuf message type as a table, from which its descriptor is made.
///
/// The records are encoded by hand; the descriptors let any MCAP tool decode them. A test with the
/// Python Protobuf runtime holds the two together.
struct MessageSchema {
    enum FieldType {
        case uint64
        case uint32
        case bool
        case string
        case bytes
        case message(String)
        case enumeration(String)

        /// `FieldDescriptorProto.Type`.
        var number: UInt64 {
            switch self {
            case .uint64: 4
            case .bool: 8
            case .string: 9
            case .message: 11
            case .bytes: 12
            case .uint32: 13
            case .enumeration: 14
            }
        }

        var typeName: String? {
            switch self {
            case .message(let name), .enumeration(let name): ".\(DescriptorSet.package).\(name)"
            default: nil
            }
        }
    }

    struct Field {
        var number: UInt64
        var name: String
        var type: FieldType
        var isRepeated: Bool

        init(_ number: UInt64, _ name: String, _ type: FieldType, isRepeated: Bool = false) {
            self.number = number
            self.name = name
            self.type = type
            self.isRepeated = isRepeated
        }
    }

    var name: String
    var fields: [Field]
    /// The fields are alternatives of one `oneof`.
    var oneof: String?

    init(_ name: String, _ fields: [Field], oneof: String? = nil) {
        self.name = name
        self.fields = fields
        self.oneof = oneof
    }
}

/// A Protobuf enumeration: the names of the values from 0 on.
struct EnumerationSchema {
    var name: String
    var values: [String]

    init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }
}
