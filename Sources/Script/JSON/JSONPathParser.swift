import JSONSyntax

/// Reads a path by the grammar of RFC 9535.
struct JSONPathParser {
  private let text: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  mutating func parse() throws(JSONPathFailure) -> [JSONPath.Segment] {
    try expect("$", "\"$\", which begins a path")
    var segments: [JSONPath.Segment] = []
    while true {
      let end = index
      skipBlanks()
      guard let next = peek else {
        guard end == index else { throw JSONPathFailure(offset: end, reason: .unexpected(" ", expected: "the end")) }
        return segments
      }
      switch next {
      case "[": segments.append(JSONPath.Segment(isDescendant: false, selectors: try bracketed()))
      case ".":
        index += 1
        let isDescendant = take(".")
        let selectors = isDescendant && peek == "[" ? try bracketed() : [try shorthand()]
        segments.append(JSONPath.Segment(isDescendant: isDescendant, selectors: selectors))
      default: throw unexpected("\".\" or \"[\"")
      }
    }
  }

  private var peek: Unicode.Scalar? { index < text.count ? text[index] : nil }

  private func failure(_ reason: JSONPathFailure.Reason) -> JSONPathFailure {
    JSONPathFailure(offset: index, reason: reason)
  }

  private func unexpected(_ expected: String) -> JSONPathFailure {
    failure(peek.map { .unexpected(Character($0), expected: expected) } ?? .endsEarly)
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard peek == mark else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ mark: Unicode.Scalar, _ expected: String) throws(JSONPathFailure) {
    guard take(mark) else { throw unexpected(expected) }
  }

  private mutating func skipBlanks() {
    while let next = peek, [" ", "\t", "\n", "\r"].contains(next) { index += 1 }
  }

  static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.value >= 0x80 || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  static func continuesName(_ scalar: Unicode.Scalar) -> Bool { beginsName(scalar) || ("0"..."9").contains(scalar) }

  /// What follows a dot.
  private mutating func shorthand() throws(JSONPathFailure) -> JSONPath.Selector {
    if take("*") { return .wildcard }
    guard let first = peek, Self.beginsName(first) else { throw unexpected("a name or \"*\"") }
    var name = String.UnicodeScalarView()
    while let next = peek, Self.continuesName(next) {
      name.append(next)
      index += 1
    }
    return .name(String(name))
  }

  private mutating func bracketed() throws(JSONPathFailure) -> [JSONPath.Selector] {
    index += 1
    var selectors: [JSONPath.Selector] = []
    while true {
      skipBlanks()
      selectors.append(try selector())
      skipBlanks()
      if take("]") { return selectors }
      try expect(",", "\",\" or \"]\"")
    }
  }

  private mutating func selector() throws(JSONPathFailure) -> JSONPath.Selector {
    switch peek {
    case "*":
      index += 1
      return .wildcard
    case "?": throw failure(.filter)
    case "'", "\"": return .name(try quoted())
    default: break
    }
    let start = try integer()
    let end = index
    skipBlanks()
    guard take(":") else {
      guard let start else { throw unexpected("a name in quotes, an index, a slice or \"*\"") }
      index = end
      return .index(start)
    }
    skipBlanks()
    let stop = try integer()
    skipBlanks()
    var step: Int?
    if take(":") {
      skipBlanks()
      step = try integer()
    }
    return .slice(start: start, end: stop, step: step ?? 1)
  }

  private mutating func integer() throws(JSONPathFailure) -> Int? {
    let start = index
    let isNegative = take("-")
    let first = index
    var value = 0
    while let next = peek, ("0"..."9").contains(next) {
      value = min(value * 10 + Int(next.value - 0x30), 1 << 53)
      index += 1
    }
    guard index > first else {
      guard !isNegative else { throw unexpected("a digit") }
      return nil
    }
    // RFC 9535, section 2.1: what I-JSON can hold exactly.
    guard value < 1 << 53, text[first] != "0" || (index == first + 1 && !isNegative) else {
      throw JSONPathFailure(offset: start, reason: .index)
    }
    return isNegative ? -value : value
  }

  private mutating func quoted() throws(JSONPathFailure) -> String {
    let quote = text[index]
    index += 1
    var name = String.UnicodeScalarView()
    while let next = peek {
      switch next {
      case quote:
        index += 1
        return String(name)
      case "\\": name.append(try escape(quote))
      case _ where next.value < 0x20: throw failure(.controlCharacter)
      default:
        name.append(next)
        index += 1
      }
    }
    throw failure(.endsEarly)
  }

  private mutating func escape(_ quote: Unicode.Scalar) throws(JSONPathFailure) -> Unicode.Scalar {
    let start = index
    index += 1
    guard let letter = peek else { throw failure(.endsEarly) }
    index += 1
    switch letter {
    case quote, "\\", "/": return letter
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default: throw JSONPathFailure(offset: start, reason: .escape)
    }
    let first = try fourDigits(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take("\\"), take("u") else { throw JSONPathFailure(offset: start, reason: .escape) }
    let second = try fourDigits(start)
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw JSONPathFailure(offset: start, reason: .escape) }
    return scalar
  }

  private mutating func fourDigits(_ start: Int) throws(JSONPathFailure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let next = peek else { throw failure(.endsEarly) }
      guard let digit = Character(next).hexDigitValue, next.isASCII else {
        throw JSONPathFailure(offset: start, reason: .escape)
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}
