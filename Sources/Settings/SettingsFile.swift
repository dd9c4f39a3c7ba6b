public import Vocabulary
internal import Yams

/// A YAML file that describes proxies.
///
/// ```yaml
/// defaults:
///   capture: captures/
///   keep: 20G
/// proxies:
///   - name: bridge
///     listen: 0.0.0.0:8000
///     upstream: ws://dashboard-behind:8000
/// ```
public enum SettingsFile {
    /// Reads the file's text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - path: The file's path, for messages.
    /// - Returns: One sheet a proxy, the file's defaults applied.
    /// - Throws: ``OperatorError``: what is wrong, with line and column.
    public static func sheets(
        in text: String,
        path: String
    ) throws(OperatorError) -> [SettingSheet] {
        let root = try mapping(try parse(text, path: path), path: path, what: "the file")
        var defaults = SettingSheet()
        var proxies: [SettingSheet] = []
        for (key, value) in root {
            switch key.string {
            case "defaults":
                defaults = try sheet(value, path: path, what: "defaults")
            case "proxies":
                guard case .sequence(let list) = value else {
                    throw wrong(value, path, "proxies is a list: each begins with '- name: …'")
                }
                for node in list {
                    proxies.append(try sheet(node, path: path, what: "a proxy"))
                }
            default:
                throw wrong(
                    key,
                    path,
                    "'\(key.string ?? "?")' is not known here; write defaults or proxies"
                )
            }
        }
        guard !proxies.isEmpty else {
            throw OperatorError(
                .usage,
                "\(path) describes no proxy; list them under 'proxies:', each with name, listen and "
                    + "upstream."
            )
        }
        return proxies.map { $0.over(defaults) }
    }

    private static func parse(_ text: String, path: String) throws(OperatorError) -> Node {
        do {
            guard let node = try compose(yaml: text) else {
                throw OperatorError(.usage, "\(path) is empty; describe proxies in it.")
            }
            return node
        } catch let error as OperatorError {
            throw error
        } catch let error as YamlError {
            throw OperatorError(.usage, "\(path)\(explain(error))")
        } catch {
            throw OperatorError(.usage, "\(path) cannot be read: \(error).")
        }
    }

    private static func explain(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ":\(mark.line):\(mark.column): not YAML: \(problem)."
        case .duplicatedKeysInMapping(let duplicates, let context):
            ":\(context.mark.line):\(context.mark.column): given twice: "
                + "\(duplicates.joined(separator: ", "))."
        default: " is not YAML: \(error)."
        }
    }

    private static func mapping(
        _ node: Node,
        path: String,
        what: String
    ) throws(OperatorError) -> Node.Mapping {
        guard case .mapping(let mapping) = node else {
            throw wrong(node, path, "\(what) consists of lines 'name: value'")
        }
        return mapping
    }

    private static func sheet(
        _ node: Node,
        path: String,
        what: String
    ) throws(OperatorError) -> SettingSheet {
        var sheet = SettingSheet()
        for (key, value) in try mapping(node, path: path, what: what) {
            guard let name = key.string.flatMap(SettingName.init(rawValue:)) else {
                let known = SettingName.allCases.map(\.rawValue).joined(separator: ", ")
                throw wrong(key, path, "'\(key.string ?? "?")' is no setting; there are \(known)")
            }
            let place = (value.mark ?? key.mark).map { ":\($0.line):\($0.column)" } ?? ""
            let origin = "\(path)\(place): \(name.rawValue)"
            sheet[name] = try self.value(value, name: name, origin: origin, path: path)
        }
        return sheet
    }

    private static func value(
        _ node: Node,
        name: SettingName,
        origin: String,
        path: String
    ) throws(OperatorError) -> SettingSheet.Value {
        if case .scalar(let scalar) = node {
            return SettingSheet.Value(scalar.string, origin: origin)
        }
        if case .sequence(let list) = node {
            let parts = list.compactMap(\.scalar?.string)
            if parts.count == list.count { return SettingSheet.Value(parts, origin: origin) }
        }
        throw wrong(node, path, "\(name.rawValue) is one value or a list of values")
    }

    private static func wrong(_ node: Node, _ path: String, _ text: String) -> OperatorError {
        let place = node.mark.map { ":\($0.line):\($0.column)" } ?? ""
        return OperatorError(.usage, "\(path)\(place): \(text).")
    }
}
