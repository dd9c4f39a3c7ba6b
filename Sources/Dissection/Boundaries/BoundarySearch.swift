internal import Reassembly
internal import Vocabulary

/// Waits for the place in a flow at which a frame certainly begins.
///
/// Bytes that come meanwhile are held, ``heldByteCountMax`` at most; with more, the oldest go unread.
struct BoundarySearch {
    /// How much a place has to speak for itself.
    enum Prior: Equatable {
        /// Nobody knows whether these are frames at all.
        case unknown
        /// Frames they are, but where they begin is not known.
        case frames
        /// Somebody says that frames begin with the first byte.
        case assumed
    }

    /// What was found.
    struct Boundary: Equatable {
        var position: UInt64
        /// Whether the frames are masked, where that could be told.
        var isMasked: Bool?
    }

    /// Bytes that are held while nothing is certain.
    static let heldByteCountMax = 256 << 10
    /// Places that are possible and not certain; with more, the oldest at which no segment begins are
    /// forgotten.
    static let candidateCountMax = 256

    private(set) var held = GappedBytes()
    private let expectation: FrameEvidence.Expectation
    private let prior: Prior
    /// Places that were possible when they were last looked at, ascending.
    private var candidates: [UInt64] = []
    /// Every place before it has been looked at.
    private var searched: UInt64 = 0

    init(_ expectation: FrameEvidence.Expectation, prior: Prior) {
        self.expectation = expectation
        self.prior = prior
    }

    mutating func append(_ bytes: RawSpan, at time: Instant) {
        held.append(bytes, at: time)
    }

    mutating func appendGap(
        byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        at time: Instant
    ) {
        held.appendGap(byteCount: byteCount, reason, at: time)
    }

    /// Whether more is held than should be.
    var isFull: Bool { held.byteCount > Self.heldByteCountMax }

    /// Looks for the first certain place.
    ///
    /// - Parameter isEndOfFlow: Whether nothing more comes.
    /// - Returns: The place; `nil` while none is certain.
    mutating func find(isEndOfFlow: Bool = false) -> Boundary? {
        var found: Boundary?
        var kept: [UInt64] = []
        for position in candidates {
            let isOpen = found != nil
            if isOpen || isPossible(position, isEndOfFlow: isEndOfFlow, found: &found) {
                kept.append(position)
            }
        }
        candidates = kept
        while found == nil, searched < held.end {
            let position = searched
            searched = next(after: position)
            if isPossible(position, isEndOfFlow: isEndOfFlow, found: &found), found == nil {
                candidates.append(position)
                if candidates.count > Self.candidateCountMax { forgetOldest() }
            }
        }
        return found
    }

    private mutating func forgetOldest() {
        candidates.remove(at: candidates.firstIndex { !held.isPieceStart($0) } ?? 0)
    }

    /// The next place to look at: any byte in what is known to be frames, else where segments begin.
    private func next(after position: UInt64) -> UInt64 {
        if prior == .unknown { return held.pieceStart(behind: position) }
        return held.nextByte(behind: position)
    }

    private func isPossible(
        _ position: UInt64,
        isEndOfFlow: Bool,
        found: inout Boundary?
    ) -> Bool {
        let finding = FrameEvidence.at(
            position,
            in: held,
            expectation,
            isEndOfFlow: isEndOfFlow
        )
        guard case .possible(let bits, let isMasked) = finding else { return false }
        if bits >= threshold(at: position) {
            found = Boundary(position: position, isMasked: isMasked)
        }
        return true
    }

    /// How many bits of evidence a place needs: frames mostly begin where segments do, and there are far
    /// more other places.
    private func threshold(at position: UInt64) -> Int {
        switch prior {
        case .assumed where position == 0: 4
        case .frames, .assumed: held.isPieceStart(position) ? 16 : 40
        case .unknown: 32
        }
    }
}
