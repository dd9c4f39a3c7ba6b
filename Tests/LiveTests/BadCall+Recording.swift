extension BadCall {
    /// Wrong words about files, the ring, loops and policies, and wrong configurations.
    static let toRecording: [BadCall] = options + configurations

    private static let options: [BadCall] = [
        .proxy("a size in words", ["--rotate-size", "ten"], 64, names: "'ten'"),
        .proxy("a negative size", ["--rotate-size=-5M"], 64, names: "'-5M'"),
        .proxy("files too small", ["--rotate-size", "1K"], 64, names: "64K"),
        .proxy("files too short", ["--rotate-time", "10ms"], 64, names: "1s"),
        .proxy("files that last no time", ["--rotate-time", "0"], 64, names: "'0'"),
        .proxy("an age that could be a size", ["--keep", "30m"], 64, names: "90min"),
        .proxy("no files to keep", ["--keep", "0files"], 64, names: "'0files'"),
        .proxy("a number of anything", ["--keep", "30"], 64, names: "10files"),
        .proxy("less than nothing to keep", ["--keep=-1G"], 64, names: "'-1G'"),
        .proxy("two sizes to keep", ["--keep", "1G,2G"], 64, names: "each once"),
        .proxy("nothing to keep", ["--keep", ""], 64, names: "--keep"),
        .proxy("a ring too small", ["--ring-size", "1K"], 64, names: "4M to 1G"),
        .proxy("a ring too large", ["--ring-size", "2G"], 64, names: "4M to 1G"),
        .proxy("no loop", ["--loops", "0"], 64, names: "1 to 64"),
        .proxy("half a loop", ["--loops", "2.5"], 64, names: "'2.5'"),
        .proxy("one file for two loops", ["--loops", "2"], 64, names: "name a folder"),
        .proxy("an unknown store", ["--store", "tape"], 64, names: "auto, ring, write"),
        .proxy(
            "an unknown policy",
            ["--on-capture-failure", "hope"],
            64,
            names: "pass, block, stop"
        ),
        .proxy("an unknown sync", ["--sync", "maybe"], 64, names: "none, interval, always"),
        .proxy("much room", ["--min-free", "much"], 64, names: "'much'"),
        .proxy("an interval that is none", ["--status-interval", "never"], 64, names: "'never'"),
        .proxy("a name with a slash", ["--name", "a/b"], 64, names: "'a/b'"),
        .proxy(
            "a ring that writes each tick",
            ["--store", "ring", "--sync", "always"],
            73,
            names: "--sync always"
        ),
    ]

    private static let configurations: [BadCall] =
        BadConfigurations.all.map { name, named in
            .proxy("\(name).yaml", ["--config", "FOLDER/config/\(name).yaml"], 64, names: named)
        } + [
            .proxy("no configuration", ["--config", "FOLDER/no.yaml"], 65, names: "no.yaml"),
            .proxy(
                "a folder of them",
                ["--config", "FOLDER/config"],
                65,
                names: "name a text file"
            ),
            .proxy(
                "a pipe",
                ["--config", "FOLDER/files/pipe.wscap"],
                65,
                names: "name a text file"
            ),
            .proxy("a picture", ["--config", "FOLDER/files/picture.png"], 65, names: "UTF-8"),
        ]
}
