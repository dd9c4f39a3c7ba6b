/// A text file that is read whole, such as a configuration.
public enum TextFile {
    /// No configuration is longer, in bytes.
    static let byteCountMax = 1 << 20

    /// Reads the file.
    ///
    /// - Throws: ``StoreError/notFound(path:)``, ``StoreError/notTextFile(path:isFolder:)``,
    ///   ``StoreError/cannotOpen(path:_:)``, or ``StoreError/readFailed(path:_:)`` also when it is no text.
    public static func read(_ path: String) throws(StoreError) -> String {
        try CaptureFolder.expectTextFile(path)
        let file = try FileWriter(lookingAt: path)
        let bytes = try file.read(at: 0, count: byteCountMax + 1)
        try file.close()
        guard bytes.count <= byteCountMax, let text = String(validating: bytes, as: UTF8.self)
        else {
            throw .notText(path: path)
        }
        return text
    }
}
