/// libFuzzer's way in: any bytes, read as captured packets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPackets(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(PacketProbe.Violation) {
        try PacketProbe.examine(bytes)
    } catch {
        fatalError(error.description)
    }
    return 0
}
