/// A target that must crash: if libFuzzer does not find its way in here, it finds nothing elsewhere.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCanary(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    guard bytes.count > 3, bytes[0] == 0x89, bytes[1] == 0x4D, bytes[2] == 0x43 else { return 0 }
    guard bytes[3] == 0x41 else { return 0 }
    fatalError("the canary sings")
}
