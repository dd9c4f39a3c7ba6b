/// TLS at the two ends of a run: what the load speaks and what the sink speaks.
struct TLSEnds {
    let files: TLSFiles
    let client: TLSContext
    let server: TLSContext

    /// Makes keys and certificates in `folder`.
    init(in folder: TemporaryFolder) throws {
        files = try TLSFiles(in: folder)
        client = try TLSContext(.client, files)
        server = try TLSContext(.server, files)
    }
}

/// What was agreed on the two legs of a connection.
struct TLSLegs: Hashable, Encodable {
    /// Between client and proxy: `TLSv1.3 TLS_AES_128_GCM_SHA256`.
    var downstream: String
    /// Between proxy and server.
    var upstream: String
}
