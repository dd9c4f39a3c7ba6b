/// libFuzzer's way in: any bytes, read as what a socket may bring.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWire(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(WireProbe.Violation) {
        try WireProbe.examine(bytes, pieceByteCount: 1 + Int(bytes.last ?? 0))
    } catch {
        fatalError(error.description)
    }
    return 0
}
