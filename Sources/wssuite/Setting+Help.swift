import ArgumentParser
import ReferencePeers

extension Setting {
    /// The help of the flag, which also names its twin in the environment and the default.
    func help(_ sentence: String, default value: String) -> ArgumentHelp {
        ArgumentHelp("\(sentence) [\(variable)] (default: \(value))")
    }
}

/// Runs what reads settings; what is not understood becomes wrong usage (exit status 64).
func usage<Value>(_ read: () throws -> Value) throws -> Value {
    do {
        return try read()
    } catch let error as SettingError {
        throw ValidationError(error.description)
    }
}
