import Foundation

/// Configurations that are wrong, in the folder `config`.
enum BadConfigurations {
    /// Their names, and what a message must say: where it is, as line and column, and what.
    static let all = [
        ("unclosed", "unclosed.yaml:4:13"), ("tabbed", "tabbed.yaml:3:1"),
        ("misspelt", "misspelt.yaml:3:5: 'listne'"), ("elsewhere", ":1:1: 'proxy'"),
        ("twice", "twice.yaml:2:5"), ("no-list", "no-list.yaml:1:10"),
        ("same-port", "same-port.yaml:6:13"), ("same-name", "'a'"), ("same-file", "one.wscap"),
        ("no-size", "no-size.yaml:5:18"), ("no-upstream", ":3:15: upstream"),
        ("odd-upstream", ":4:15"),
        ("list", "list.yaml:3:13"), ("none", "describes no proxy"), ("empty", "is empty"),
    ]

    private static let texts = [
        "unclosed": proxy("  - name: a\n    listen: [127.0.0.1:0\n    upstream: ws://x:9"),
        "tabbed": proxy("  - name: a\n\tlisten: 127.0.0.1:0"),
        "misspelt": proxy("  - name: a\n    listne: 127.0.0.1:0"),
        "elsewhere": "proxy:\n  - name: a\n",
        "twice": proxy("  - name: a\n    name: b"),
        "no-list": "proxies: bridge\n",
        "same-port": proxy(
            "  - name: a\n    listen: 127.0.0.1:7001\n    upstream: ws://x:9\n"
                + "  - name: b\n    listen: 127.0.0.1:7001\n    upstream: ws://x:9"
        ),
        "same-name": proxy(
            "  - name: a\n    upstream: ws://x:9\n    listen: 127.0.0.1:0\n"
                + "  - name: a\n    upstream: ws://x:9\n    listen: 127.0.0.1:0"
        ),
        "same-file": "defaults:\n  capture: one.wscap\n  listen: 127.0.0.1:0\n"
            + proxy("  - {name: a, upstream: 'ws://x:9'}\n  - {name: b, upstream: 'ws://x:9'}"),
        "no-size": proxy(
            "  - name: a\n    listen: 127.0.0.1:0\n    upstream: ws://x:9\n    rotate-size: ten"
        ),
        "no-upstream": "proxies:\n  - name: a\n    upstream: ''\n",
        "odd-upstream": proxy("  - name: a\n    listen: 127.0.0.1:0\n    upstream: ftp://x"),
        "list": proxy("  - name: a\n    listen: {port: 1}"),
        "none": "proxies: []\n",
        "empty": "",
    ]

    /// Makes all of them.
    static func make(in folder: URL) throws {
        let config = folder.appending(path: "config")
        try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
        for (name, text) in texts {
            try Data(text.utf8).write(to: config.appending(path: "\(name).yaml"))
        }
    }

    private static func proxy(_ lines: String) -> String { "proxies:\n\(lines)\n" }
}
