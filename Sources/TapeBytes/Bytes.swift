import CKernels

// Little-endian numbers in byte buffers: the one place that turns bytes into integers and back.
//
// Readers take the bytes and an `inout` offset, check before they read, and throw where the bytes end early.

/// Bytes that cannot be what they should be.
package struct MalformedBytes: Error, Hashable {
    /// What was expected, such as `a varint`.
    package var expected: String
    /// Where, in bytes from the start of the buffer that was read.
    package var offset: Int

    package init(expected: String, offset: Int) {
        self.expected = expected
        self.offset = offset
    }
}

extension [UInt8] {
    package mutating func appendInteger<Value: FixedWidthInteger>(_ value: Value) {
        var rest = value.littleEndian
        for _ in 0..<(Value.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// LEB128: seven bits a byte, least significant first.
    package mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    package mutating func appendVarint(_ value: Int) {
        precondition(value >= 0)
        appendVarint(UInt64(value))
    }

    /// Zigzag, then LEB128: small numbers of either sign are short.
    package mutating func appendZigzag(_ value: Int64) { appendVarint(zigzag(value)) }

    /// The length in bytes as a varint, then the UTF-8.
    package mutating func appendString(_ text: String) {
        appendVarint(text.utf8.count)
        append(contentsOf: text.utf8)
    }
}

/// 0, −1, 1, −2, … as 0, 1, 2, 3, …
package func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value &>> 63))
}

/// The number of bytes that `appendVarint` would append.
package func varintSize(_ value: UInt64) -> Int {
    (70 - (value | 1).leadingZeroBitCount) / 7
}

extension Span<UInt8> {
    package func readByte(_ offset: inout Int) throws(MalformedBytes) -> UInt8 {
        guard offset >= 0, offset < count else { throw MalformedBytes(expected: "a byte", offset: offset) }
        defer { offset += 1 }
        return self[offset]
    }

    package func readInteger<Value: FixedWidthInteger & UnsignedInteger>(
        _ offset: inout Int, as type: Value.Type
    ) throws(MalformedBytes) -> Value {
        let size = Value.bitWidth / 8
        guard offset >= 0, offset <= count - size else {
            throw MalformedBytes(expected: "\(size) bytes", offset: offset)
        }
        var value: Value = 0
        for index in 0..<size { value |= Value(self[offset + index]) << Value(8 * index) }
        offset += size
        return value
    }

    /// As the generic one; the compiler cannot specialise that across modules, and footers have one of these per block.
    package func readInteger(_ offset: inout Int, as type: UInt32.Type) throws(MalformedBytes) -> UInt32 {
        guard offset >= 0, offset <= count - 4 else { throw MalformedBytes(expected: "4 bytes", offset: offset) }
        defer { offset += 4 }
        return UInt32(self[offset]) | UInt32(self[offset + 1]) << 8 | UInt32(self[offset + 2]) << 16 | UInt32(self[offset + 3]) << 24
    }

    package func readVarint(_ offset: inout Int) throws(MalformedBytes) -> UInt64 {
        let start = offset
        // Most are of one byte.
        if offset >= 0, offset < count, self[offset] < 0x80 {
            offset += 1
            return UInt64(self[start])
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte(&offset)
            guard shift < 63 || (shift == 63 && byte <= 1) else {
                throw MalformedBytes(expected: "a varint of at most 64 bits", offset: start)
            }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A varint that must lie in `range`; for counts and sizes, checked before they are used.
    package func readCount(_ offset: inout Int, in range: ClosedRange<Int>) throws(MalformedBytes) -> Int {
        let start = offset
        guard let value = Int(exactly: try readVarint(&offset)), range.contains(value) else {
            throw MalformedBytes(expected: "a count in \(range)", offset: start)
        }
        return value
    }

    package func readZigzag(_ offset: inout Int) throws(MalformedBytes) -> Int64 {
        let value = try readVarint(&offset)
        return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
    }

    package func readString(_ offset: inout Int) throws(MalformedBytes) -> String {
        let size = try readCount(&offset, in: 0...max(0, count))
        guard size <= count - offset else { throw MalformedBytes(expected: "a string of \(size) bytes", offset: offset) }
        defer { offset += size }
        let start = offset
        // SAFETY: the range was checked against the bytes, which live for the call.
        return unsafe withUnsafeBufferPointer { bytes in
            unsafe String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<(start + size)]), as: UTF8.self)
        }
    }
}

extension [UInt8] {
    /// Appends the decimal digits of a number.
    package mutating func appendDigits(_ value: UInt64) {
        append(addingCapacity: 20) { span in
            // SAFETY: there is room for the 20 bytes that the kernel may write, and it says how many are digits.
            unsafe span.withUnsafeMutableBufferPointer { buffer, count in count += unsafe tape_digits(value, buffer.baseAddress! + count) }
        }
    }
}
