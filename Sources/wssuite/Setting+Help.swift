import ArgumentParser
import ReferencePeers

extension Setting {
    /// The help of the flag, which also names its twin in the environment and the default.
    func help(_ sentence: String, default value: String) -> ArgumentHelp {
        ArgumentHelp("\(sentence) [\(variable)] (default: \(value))")
    }
}
