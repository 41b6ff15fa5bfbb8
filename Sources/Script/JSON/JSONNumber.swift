/// A number as JSON writes it, compared by its value: `1e2` is `100`, and no digit of a long one is lost.
public struct JSONNumber: Hashable, Comparable, Sendable {
  private var isNegative = false
  /// Without zeros at either end; none for zero. The value is 0.DIGITS times ten to the power of `exponent`.
  private var digits: [UInt8] = []
  private var exponent = 0

  /// No exponent that people write is beyond this; all that are count as the same.
  private static let maximumExponent = 1_000_000_000_000_000

  /// The number that `text` is; nil where it is none by RFC 8259, section 6.
  public init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    let isNegative = Self.take(&rest, "-")
    let whole = Self.digits(&rest)
    guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
    var fraction = ArraySlice<UInt8>()
    if Self.take(&rest, ".") {
      fraction = Self.digits(&rest)
      guard !fraction.isEmpty else { return nil }
    }
    var power = 0
    if Self.take(&rest, "e") || Self.take(&rest, "E") {
      let isSmall = !Self.take(&rest, "+") && Self.take(&rest, "-")
      let written = Self.digits(&rest)
      guard !written.isEmpty else { return nil }
      power = written.reduce(0) { min(Self.maximumExponent, $0 * 10 + Int($1 - UInt8(ascii: "0"))) }
      if isSmall { power = -power }
    }
    guard rest.isEmpty else { return nil }
    let all = whole + fraction
    guard let first = all.firstIndex(where: { $0 != UInt8(ascii: "0") }),
      let last = all.lastIndex(where: { $0 != UInt8(ascii: "0") })
    else { return }
    self.isNegative = isNegative
    digits = Array(all[first...last])
    exponent = whole.count - (first - all.startIndex) + power
  }

  public static func < (one: JSONNumber, other: JSONNumber) -> Bool {
    if one.isNegative != other.isNegative { return one.isNegative }
    return one.isNegative ? isSmaller(other, one) : isSmaller(one, other)
  }

  private static func isSmaller(_ one: JSONNumber, _ other: JSONNumber) -> Bool {
    guard !one.digits.isEmpty, !other.digits.isEmpty else { return one.digits.isEmpty && !other.digits.isEmpty }
    if one.exponent != other.exponent { return one.exponent < other.exponent }
    return one.digits.lexicographicallyPrecedes(other.digits)
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, _ mark: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest.removeFirst()
    return true
  }

  private static func digits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    rest = rest[digits.endIndex...]
    return digits
  }
}
