internal import CaptureStore
internal import Console
internal import RelayCore
public import Transport
public import Vocabulary

/// One proxy as it was asked for, checked.
public struct ProxyPlan: Sendable {
    /// Where it stands and how it behaves.
    public var proxy: ProxyConfiguration
    /// Where and how it records.
    public var recording: RecordingConfiguration
    /// Where its address was given, for messages.
    public var listenOrigin: String

    /// Reads a sheet.
    ///
    /// - Throws: ``OperatorError``: what is wrong with a setting, where it was given, and the way out.
    public init(_ sheet: SettingSheet) throws(OperatorError) {
        listenOrigin = sheet.value(.listen).origin
        proxy = try Self.proxy(sheet)
        recording = try Self.recording(sheet)
    }

    private static func proxy(_ sheet: SettingSheet) throws(OperatorError) -> ProxyConfiguration {
        let listen = sheet.value(.listen)
        guard let listenEndpoint = Endpoint(listen.text) else {
            throw OperatorError(
                .usage,
                "\(listen.origin) is '\(listen.text)'; write it as address:port, for example "
                    + "0.0.0.0:8000."
            )
        }
        guard let upstream = sheet[.upstream] else {
            throw OperatorError(
                .usage,
                "No upstream is given for '\(sheet.value(.name).text)'; say where clients are passed "
                    + "on to, for example --upstream ws://dashboard-behind:8000."
            )
        }
        let name = sheet.value(.name)
        guard !name.text.isEmpty, !name.text.contains("/"), name.text.utf8.count <= 100 else {
            throw OperatorError(
                .usage,
                "\(name.origin) is '\(name.text)'; it must not be empty or contain '/', and is at "
                    + "most 100 bytes long."
            )
        }
        let url = try url(upstream)
        var proxy = ProxyConfiguration(
            name: name.text,
            listen: listenEndpoint,
            upstream: url.endpoint,
            onUpstreamFailure: try choice(sheet, .onUpstreamFailure),
            keepsSecrets: try isOn(sheet, .keepSecrets),
            redactedPointers: try sheet[.redactJSON].map(RedactionText.read) ?? [],
            handshakeTimeout: try duration(sheet, .handshakeTimeout),
            connectTimeout: try duration(sheet, .connectTimeout),
            grace: try duration(sheet, .grace)
        )
        proxy.security = try LegSecurity(sheet, isUpstreamSecure: url.isSecure)
        proxy.addresses = try AddressForwarding(sheet)
        return proxy
    }

    private static func url(_ upstream: SettingSheet.Value) throws(OperatorError) -> UpstreamURL {
        do throws(OperatorError) {
            return try UpstreamURL(upstream.text)
        } catch {
            guard upstream.origin != SettingName.upstream.flag else { throw error }
            throw OperatorError(error.failure, "\(upstream.origin): \(error.sentence)")
        }
    }

    private static func recording(
        _ sheet: SettingSheet
    ) throws(OperatorError) -> RecordingConfiguration {
        let retention = try sheet[.keep].map(RetentionText.read) ?? RetentionPolicy()
        let capture = sheet.value(.capture)
        let loops = try loopCount(sheet.value(.loops))
        let rotation = try rotation(sheet, retention: retention)
        guard loops == 1 || !CaptureFolder.namesFile(capture.text) else {
            throw OperatorError(
                .usage,
                "\(capture.origin) names the file \(capture.text), and each of \(loops) loops writes "
                    + "its own; name a folder."
            )
        }
        var store = StoreOptions(
            kind: try choice(sheet, .store),
            ringByteCount: try ringByteCount(sheet.value(.ringSize)),
            sync: try choice(sheet, .sync),
            minimumFree: try sheet[.minFree].map(ByteCountText.read)
        )
        store.stepByteCount = rotation.stepByteCount
        return RecordingConfiguration(
            capture: capture.text,
            store: store,
            rotation: rotation,
            retention: retention,
            onFailure: try choice(sheet, .onCaptureFailure),
            loopCount: loops,
            statusInterval: try duration(sheet, .statusInterval)
        )
    }

    /// A file is not smaller than this, in bytes: its own beginning and end take some kilobytes.
    private static let rotateByteCountMin: UInt64 = 64 << 10
    /// Without a size of its own, so many files share what is kept.
    private static let keptFileCount: UInt64 = 8
    private static let rotateByteCountMax: UInt64 = 1 << 30

    private static func rotation(
        _ sheet: SettingSheet,
        retention: RetentionPolicy
    ) throws(OperatorError) -> RotationPolicy {
        var policy = RotationPolicy()
        if let size = sheet[.rotateSize] {
            policy.byteCount = try ByteCountText.read(size)
            guard policy.byteCount ?? 0 >= rotateByteCountMin else {
                throw OperatorError(
                    .usage,
                    "\(size.origin) is '\(size.text)'; a file takes at least 64K."
                )
            }
        }
        if let time = sheet[.rotateTime] {
            policy.interval = try EnvironmentTwin.duration(time.text, name: time.origin)
            guard let interval = policy.interval, interval >= .seconds(1) else {
                throw OperatorError(
                    .usage,
                    "\(time.origin) is '\(time.text)'; a file lasts at least 1s."
                )
            }
        }
        guard retention.isActive, policy.byteCount == nil else { return policy }
        // What is kept can only be let go file by file.
        if let kept = retention.byteCount {
            policy.byteCount = min(
                rotateByteCountMax,
                max(rotateByteCountMin, kept / keptFileCount)
            )
        } else if policy.interval == nil {
            policy.byteCount = rotateByteCountMax
        }
        return policy
    }

    private static func ringByteCount(
        _ value: SettingSheet.Value
    ) throws(OperatorError) -> UInt64 {
        let count = try ByteCountText.read(value)
        guard StoreOptions.ringByteCountRange.contains(count) else {
            throw OperatorError(
                .usage,
                "\(value.origin) is '\(value.text)'; a ring has from 4M to 1G."
            )
        }
        return count
    }

    private static func loopCount(_ value: SettingSheet.Value) throws(OperatorError) -> Int {
        guard let count = Int(value.text), (1...64).contains(count) else {
            throw OperatorError(
                .usage,
                "\(value.origin) is '\(value.text)'; write a number from 1 to 64."
            )
        }
        return count
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ sheet: SettingSheet,
        _ name: SettingName
    ) throws(OperatorError) -> Choice where Choice.RawValue == String {
        let value = sheet.value(name)
        return try EnvironmentTwin.choice(value.text, of: Choice.self, name: value.origin)
    }

    private static func duration(
        _ sheet: SettingSheet,
        _ name: SettingName
    ) throws(OperatorError) -> Duration {
        let value = sheet.value(name)
        return try EnvironmentTwin.duration(value.text, name: value.origin)
    }

    static func isOn(
        _ sheet: SettingSheet,
        _ name: SettingName
    ) throws(OperatorError) -> Bool {
        let value = sheet.value(name)
        return try EnvironmentTwin.isOn(value.text, name: value.origin)
    }
}
