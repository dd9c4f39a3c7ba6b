internal import Vocabulary

/// `ws_refuse`: upgrades are answered with a refusal, or connections are reset when they come.
struct WSRefuse: Equatable, Sendable {
    static let type = "ws_refuse"

    /// How it is refused.
    enum How: String, CaseIterable {
        /// The upgrade gets an HTTP answer.
        case answer
        /// The connection gets RST as soon as it is there.
        case reset
    }

    private(set) var how = How.answer
    private(set) var status: Int64 = 503
    private(set) var body = ""

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        how = try values.word("how", .answer)
        status = try values.integer("status", 503, in: 300...599)
        body = values.text("body", "")
        guard body.utf8.count <= 65_536 else {
            throw FaultFlaw("body has \(body.utf8.count) bytes; 65536 are the most")
        }
    }

    var attributes: [Attribute] {
        [Attribute("how", how.rawValue), Attribute("status", status), Attribute("body", body)]
    }
}
