/// The name of an ordered series of messages: the type, and the symbol when there is one.
///
/// Every stream counts its own `sequence`, from 1.
package struct StreamName: Hashable, Sendable {
    /// `market_data/BTCUSDT`, or `system_status` for a message without a symbol.
    package var text: String

    /// Creates the name of the stream that a message of this type and symbol belongs to.
    package init(type: String, symbol: String?) {
        text = symbol.map { "\(type)/\($0)" } ?? type
    }

    /// Takes a name as a peer wrote it.
    package init(text: String) {
        self.text = text
    }
}

extension StreamName: CustomStringConvertible {
    /// The name itself.
    package var description: String { text }
}
