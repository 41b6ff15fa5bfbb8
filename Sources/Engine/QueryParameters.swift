/// The `name=value` pairs of a request's query, percent-decoded.
struct QueryParameters {
  private var values: [String: String] = [:]
  /// The first value that could not be read: its name and what is wrong with it.
  private(set) var mistake: String?

  init(_ query: Substring) {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[Self.decoded(parts[0])] = parts.count > 1 ? Self.decoded(parts[1]) : ""
    }
  }

  func text(_ name: String) -> String? { values[name] }

  /// One of a few words.
  mutating func word(_ name: String, of words: [String]) -> String? {
    guard let text = values[name] else { return nil }
    if words.contains(text) { return text }
    note("\(name) must be \(words.joined(separator: " or "))")
    return nil
  }

  /// A whole number in `range`.
  mutating func integer(_ name: String, default fallback: Int?, in range: ClosedRange<Int>) -> Int? {
    guard let text = values[name] else { return fallback }
    if let value = Int(text), range.contains(value) { return value }
    note("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    return fallback
  }

  /// A time: a number with ms, s, m or h; bare is seconds.
  mutating func time(_ name: String, default fallback: Duration, bare: Duration = .seconds(1)) -> Duration {
    guard let text = values[name] else { return fallback }
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let unit: Duration? =
      switch text.dropFirst(digits.count) {
      case "": bare
      case "ms": .milliseconds(1)
      case "s": .seconds(1)
      case "m": .seconds(60)
      case "h": .seconds(3600)
      default: nil
      }
    if let unit, let number = Double(String(digits)), number >= 0, number <= 1e7 { return unit * number }
    note("\(name) must be a time such as 500ms or 2s")
    return fallback
  }

  private mutating func note(_ text: String) {
    mistake = mistake ?? text
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
      if byte == UInt8(ascii: "%"), digits.count == 2 {
        bytes.append(UInt8(digits[0] << 4 | digits[1]))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
