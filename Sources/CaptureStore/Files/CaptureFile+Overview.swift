public import CaptureFormat
private import SystemPackage

extension CaptureFile {
    /// What a sealed file says of itself in its first records and its summary.
    ///
    /// Takes the same time however long the file is, but for one index entry a chunk.
    ///
    /// - Returns: The state as far as the beginning tells it, and what the summary says; `nil` for a file
    ///   without an end.
    /// - Throws: ``SummaryFlaw`` when the summary is not to be trusted, or ``StoreError``.
    public func overview() throws -> (state: CaptureFileState, overview: CaptureOverview)? {
        let footerByteCount = MCAP.footerByteCount + MCAP.magic.count
        guard byteCount > UInt64(footerByteCount),
            let footer = Footer(
                footerAndMagic: try bytes(
                    at: byteCount - UInt64(footerByteCount),
                    count: footerByteCount
                )
            )
        else { return nil }
        guard footer.summaryStart > 0 else { throw SummaryFlaw.missing }
        guard try endsLikeSealed() else { throw SummaryFlaw.pointsOutside("the footer") }
        var reader = try SummaryReader(footer: footer, fileByteCount: byteCount)
        var offset = reader.byteRange.lowerBound
        var wanted = 0
        while offset < reader.byteRange.upperBound {
            let left = reader.byteRange.upperBound - offset
            guard UInt64(wanted) <= left else {
                throw SummaryFlaw.unreadable(detail: "a record reaches into the footer")
            }
            let count = Int(min(UInt64(max(wanted, Self.summaryWindowByteCount)), left))
            let window = try bytes(at: offset, count: count)
            guard window.count == count else { throw StoreError.readFailed(path: path, .ioError) }
            let taken = try reader.take(window.span.bytes)
            offset += UInt64(taken.consumed)
            wanted = taken.wanted
        }
        var state = try beginning()
        state.completion = .sealed
        return (state, try reader.finish())
    }
}
