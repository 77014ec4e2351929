/// Arrays of trivial elements, made where they are filled.
///
/// The initialisers of the standard library (`unsafeUninitializedCapacity`, `repeating`) go through code that is not specialised and looks the array's type up
/// each time: measured, 7 % of the time of a scan whose blocks have a few thousand rows.
extension Array where Element: BitwiseCopyable {
    /// - Parameter fill: initialises the first elements of the buffer, and says how many. The buffer has an address even where `capacity` is 0.
    @inlinable package init(uninitialized capacity: Int, filledBy fill: (_ buffer: UnsafeMutableBufferPointer<Element>, _ count: inout Int) -> Void) {
        self = []
        append(addingCapacity: Swift.max(1, capacity)) { span in
            // SAFETY: `fill` initialises as many elements as it says, at most `capacity`, which there is room for.
            unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                unsafe fill(UnsafeMutableBufferPointer(rebasing: buffer[..<capacity]), &count)
                precondition(count <= capacity)
            }
        }
    }

    /// So many zeros.
    @inlinable package init(zeros count: Int) where Element: FixedWidthInteger {
        // SAFETY: all elements are initialised.
        unsafe self.init(uninitialized: count) { buffer, filled in
            unsafe buffer.initialize(repeating: 0)
            filled = count
        }
    }
}

extension Array {
    /// The first index from which on `isBehind` holds, or `count`, in an array where it holds from some index on.
    @inlinable package func partitionPoint(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
