/// A text told apart and ordered by its UTF-8, whatever Unicode takes for equal.
package struct TextOrder: Comparable, Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: TextOrder, right: TextOrder) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package static func < (left: TextOrder, right: TextOrder) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    package func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
}
