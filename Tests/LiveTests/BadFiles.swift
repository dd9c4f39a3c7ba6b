import Foundation

/// Files that are no captures, in the folder `files`.
enum BadFiles {
    /// One of them is not there at all.
    static let names = [
        "missing.wscap", "empty.wscap", "text.wscap", "picture.png", "without-captures",
        "pipe.wscap",
    ]

    /// Makes all that can be made.
    static func make(in folder: URL) throws {
        let files = folder.appending(path: "files")
        let bare = files.appending(path: "without-captures")
        try FileManager.default.createDirectory(at: bare, withIntermediateDirectories: true)
        try Data().write(to: files.appending(path: "empty.wscap"))
        try Data("just some text\nin two lines\n".utf8).write(
            to: files.appending(path: "text.wscap")
        )
        try Data(picture).write(to: files.appending(path: "picture.png"))
        try Data("notes".utf8).write(to: bare.appending(path: "notes.txt"))
        // Nobody ever writes to it: who waits for its contents waits for ever.
        guard mkfifo(files.appending(path: "pipe.wscap").path, 0o600) == 0 else {
            throw LiveTestError("no pipe can be made: errno \(errno)")
        }
    }

    /// A PNG of one pixel.
    private static let picture: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
        0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 13, 0x49, 0x44,
        0x41, 0x54, 0x78, 0x9C, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0D, 0x0A, 0x2D, 0xB4, 0, 0, 0, 0,
        0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
}
