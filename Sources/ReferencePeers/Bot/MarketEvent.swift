/// Something that happened in the market model, before it has a sequence and a time.
package struct MarketEvent: Hashable, Sendable {
    /// The message type.
    package var type: String
    /// The symbol it is about.
    package var symbol: String
    /// The members that follow type, timestamp, sequence and symbol.
    package var members: [JSONValue.Member]

    /// Creates an event.
    package init(type: String, symbol: String, members: KeyValuePairs<String, JSONValue>) {
        self.type = type
        self.symbol = symbol
        self.members = members.map { JSONValue.Member(name: $0.key, value: $0.value) }
    }
}
