/// libFuzzer's way in: any bytes, read as a capture in every way there is.
///
/// A law that does not hold ends the process, which is what libFuzzer looks for. tools/fuzz/README.md tells
/// how it is built and run.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCapture(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(CaptureProbe.Violation) {
        try CaptureProbe.examine(bytes, windowByteCount: 1 + Int(bytes.last ?? 0) * 3)
    } catch {
        fatalError(error.description)
    }
    return 0
}
