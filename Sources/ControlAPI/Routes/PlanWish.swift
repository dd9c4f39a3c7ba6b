internal import Documents
internal import Faults
internal import Vocabulary

/// What a document says of the faults of all proxies.
///
/// ```yaml
/// seed: 4711
/// proxies:
///   bridge:
///     partition: both
///     toxics:
///       - {type: latency, stream: upstream, attributes: {latency: 300}}
/// ```
struct PlanWish {
    /// What it says of one proxy.
    struct Proxy {
        var name: String
        var node: DocumentNode
        var toxics: [(wish: ToxicWish, node: DocumentNode)] = []
        var extent: ProxyPartition.Extent?
    }

    /// `nil` keeps the seed.
    private(set) var seed: UInt64?
    private(set) var proxies: [Proxy] = []

    /// Reads a whole document; nothing is looked up in a book yet.
    init(_ document: Document) throws(DocumentError) {
        for (name, node) in try document.root.members("the plan", known: ["seed", "proxies"]) {
            if name == "seed" {
                seed = try node.natural("seed")
            } else {
                for (name, node) in try node.members("proxies", known: nil) {
                    proxies.append(try Self.proxy(name, node))
                }
            }
        }
    }

    private static func proxy(
        _ name: String,
        _ node: DocumentNode
    ) throws(DocumentError) -> Proxy {
        var proxy = Proxy(name: name, node: node)
        let known = ["toxics", "partition"]
        for (name, node) in try node.members("proxy '\(name.prefix(120))'", known: known) {
            if name == "partition" {
                let text = try node.string("partition")
                proxy.extent = try node.located("partition") { () throws(ControlError) in
                    try ProxyBook.extent(text)
                }
            } else {
                for node in try node.elements("toxics") {
                    proxy.toxics.append((try toxic(node, in: proxy.toxics.count), node))
                }
            }
        }
        return proxy
    }

    private static func toxic(
        _ node: DocumentNode,
        in index: Int
    ) throws(DocumentError) -> ToxicWish {
        _ = try node.members("toxic \(index + 1)", known: ToxicWish.names)
        return try node.located("toxic \(index + 1)") { () throws(ControlError) in
            let wish = try ToxicWish(JSONMembers(node.value))
            try wish.checkName()
            return wish
        }
    }
}
