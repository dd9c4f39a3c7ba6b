/// The kinds of file systems.
enum FileSystem {
    /// The kind of the one that holds a folder: `ext4`, `tmpfs`; empty when that is not known.
    static func kind(at path: String) -> String {
        var found = (mount: "", kind: "")
        for line in (TextFile.read("/proc/self/mounts") ?? "").split(separator: "\n") {
            // "/dev/sda1 /home ext4 rw,relatime 0 0"; the deepest mount above the folder holds it.
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 2, words[1].count >= found.mount.count,
                words[1] == "/" || path == words[1] || path.hasPrefix(words[1] + "/")
            else { continue }
            found = (words[1], words[2])
        }
        return found.kind
    }
}
