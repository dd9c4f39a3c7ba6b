import ReferencePeers

/// A message in a few letters: `m` market_data, `d` trading_decision, `t` trade_execution.
func message(_ letter: Character, _ number: UInt64, sequence: UInt64? = nil) -> OutboundMessage {
    let type =
        switch letter {
        case "m": "market_data"
        case "d": "trading_decision"
        default: "trade_execution"
        }
    return OutboundMessage(
        number: number,
        stream: StreamName(type: type, symbol: "X"),
        sequence: sequence ?? number,
        importance: Importance(messageType: type),
        text: "\(letter)\(number)"
    )
}

/// Messages from a word: `mtm` is m1, t2, m3.
func messages(_ letters: String) -> [OutboundMessage] {
    letters.enumerated().map { message($0.element, UInt64($0.offset) + 1) }
}

/// An acknowledgement of a letter's stream.
func ack(_ letter: Character, upTo sequence: UInt64) -> Acknowledgement {
    Acknowledgement(stream: message(letter, 1).stream, lastSequence: sequence)
}
