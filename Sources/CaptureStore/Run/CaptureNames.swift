private import SystemPackage
public import Vocabulary

/// The names of the files of one recording, by ordinal.
public struct CaptureNames: Equatable, Sendable {
    /// The folder that the files are in.
    public let folder: String
    private let stem: String
    /// The first file's name carries no ordinal: the operator chose it.
    private let firstIsBare: Bool
    /// What the files of every recording of this proxy have in their names.
    private let family: String?

    /// Names for what `--capture` asks for.
    ///
    /// A folder gets files named by time, run and proxy, `20261122T120000Z-1a2b3c4d-bridge-000001.wscap`; a
    /// path that ends in `.wscap` is the first file, and `-000002` and so on are put before its ending.
    ///
    /// - Parameters:
    ///   - path: A folder, or a file that does not exist yet.
    ///   - runID: The run.
    ///   - proxy: The proxy's name.
    ///   - loop: The event loop's number from 1; `nil` when there is one only.
    ///   - now: The run's beginning.
    /// - Throws: ``StoreError/folderMissing(path:)`` or ``StoreError/notFolder(path:)``.
    public init(
        at path: String,
        runID: String,
        proxy: String,
        loop: Int? = nil,
        now: Instant
    ) throws(StoreError) {
        let isFile = CaptureFolder.namesFile(path)
        let folder = CaptureFolder.target(of: path)
        try CaptureFolder.expectFolder(folder)
        self.folder = folder
        firstIsBare = isFile
        let loop = loop.map { ".\($0)" } ?? ""
        guard !isFile else {
            let name = CaptureFolder.name(of: path)
            stem = name.dropLast(CaptureFolder.fileExtension.count) + loop
            family = nil
            return
        }
        let stamp = now.rfc3339(fractionDigits: 0).filter { $0 != "-" && $0 != ":" }
        let safe = String(
            proxy.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._".contains($0)) ? $0 : "_" }
        )
        family = "-\(safe)\(loop)-"
        stem = "\(stamp)-\(runID)-\(safe)\(loop)"
    }

    /// The path of a file.
    public func path(ordinal: UInt64) -> String {
        let name =
            firstIsBare && ordinal == 1
            ? stem : "\(stem)-\(Self.digits(ordinal))"
        return FilePath(folder).appending(name + CaptureFolder.fileExtension).string
    }

    /// What tells this recording's ring from others in the folder.
    public var ringName: String { stem }

    /// Whether a file of the folder is one of this proxy's: of this recording, or of an earlier one.
    public func isOwn(_ name: String) -> Bool {
        guard name.hasSuffix(CaptureFolder.fileExtension) else { return false }
        let bare = name.dropLast(CaptureFolder.fileExtension.count)
        if firstIsBare, bare == stem { return true }
        let digits = bare.suffix(while: { $0.isASCII && $0.isNumber })
        guard digits.count >= Self.digitCount else { return false }
        let head = bare.dropLast(digits.count)
        guard let family else { return head == stem + "-" }
        // 20261122T120000Z-1a2b3c4d before the proxy's name.
        return head.hasSuffix(family)
            && head.count == "20261122T120000Z-1a2b3c4d".count + family.count
    }

    /// Whether a path is that of a file of this recording that was begun after another one.
    func isLater(_ path: String, than other: String) -> Bool {
        guard let later = ordinal(of: path), let earlier = ordinal(of: other) else { return false }
        return later > earlier
    }

    /// The number of a file of this recording; `nil` for other files.
    private func ordinal(of path: String) -> UInt64? {
        guard let name = FilePath(path).lastComponent?.string,
            name.hasSuffix(CaptureFolder.fileExtension)
        else { return nil }
        let bare = name.dropLast(CaptureFolder.fileExtension.count)
        if firstIsBare, bare == stem { return 1 }
        guard bare.hasPrefix(stem + "-") else { return nil }
        return UInt64(bare.dropFirst(stem.count + 1))
    }

    private static let digitCount = 6

    private static func digits(_ ordinal: UInt64) -> String {
        let text = String(ordinal)
        return String(repeating: "0", count: max(0, digitCount - text.count)) + text
    }
}

extension Substring {
    /// The longest end whose characters all satisfy a condition.
    fileprivate func suffix(while condition: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, condition(self[index(before: start)]) {
            start = index(before: start)
        }
        return self[start...]
    }
}
