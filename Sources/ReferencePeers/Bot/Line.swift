/// First in, first out: an array that is taken from at the front.
package struct Line<Element> {
    private var storage: [Element]
    private var head = 0

    /// Creates a line of elements in their order.
    package init(_ elements: [Element] = []) {
        storage = elements
    }

    /// The elements that wait.
    package var count: Int { storage.count - head }

    /// Whether nobody waits.
    package var isEmpty: Bool { count == 0 }

    /// The element that waited longest.
    package var first: Element? { isEmpty ? nil : storage[head] }

    /// All elements in their order.
    package var elements: ArraySlice<Element> { storage[head...] }

    /// Adds an element at the end.
    package mutating func append(_ element: Element) {
        storage.append(element)
    }

    /// Takes the element that waited longest; the storage shrinks once half of it is taken,
    /// so that each element is moved at most once on average.
    package mutating func popFirst() -> Element? {
        guard let element = first else { return nil }
        head += 1
        if head * 2 > storage.count {
            storage.removeFirst(head)
            head = 0
        }
        return element
    }
}

extension Line: Sendable where Element: Sendable {}
