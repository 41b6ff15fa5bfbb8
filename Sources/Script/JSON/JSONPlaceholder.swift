/// What a string in an expected JSON value may stand for.
public enum JSONPlaceholder: Equatable, Sendable {
  /// `"<any>"`: any value.
  case any
  /// `"<number>"`: any number.
  case number
  /// `"<string>"`: any string.
  case string
  /// `"<uuid>"`: a string that is a UUID, in letters of either case.
  case uuid
  /// `"<time>"`: a string that is a time of RFC 3339.
  case time
  /// `"<re:EXPRESSION>"`: a string in which the expression finds something.
  case pattern(String)

  /// What `text`, a string's characters, stands for; nil where it is a text.
  init?(_ text: String) {
    guard text.hasPrefix("<"), text.hasSuffix(">") else { return nil }
    switch text {
    case "<any>": self = .any
    case "<number>": self = .number
    case "<string>": self = .string
    case "<uuid>": self = .uuid
    case "<time>": self = .time
    default:
      guard text.hasPrefix("<re:") else { return nil }
      self = .pattern(String(text.dropFirst(4).dropLast()))
    }
  }

  /// As it is written, without quotes.
  var text: String {
    switch self {
    case .any: "<any>"
    case .number: "<number>"
    case .string: "<string>"
    case .uuid: "<uuid>"
    case .time: "<time>"
    case .pattern(let expression): "<re:\(expression)>"
    }
  }

  /// The text that is meant by `text`, a string that is no placeholder: `\<any>` is `<any>`, `\\<any>` is `\<any>`.
  static func literal(_ text: String) -> String {
    isEscaped(text) ? String(text.unicodeScalars.dropFirst()) : text
  }

  /// How `text` is written so that it is taken as it is.
  public static func escaping(_ text: String) -> String {
    JSONPlaceholder(text) != nil || text == restText || isEscaped(text) ? "\\" + text : text
  }

  /// What opens the end of an array.
  static let restText = "<rest>"

  private static func isEscaped(_ text: String) -> Bool {
    let rest = text.utf8.drop { $0 == UInt8(ascii: "\\") }
    return rest.first == UInt8(ascii: "<") && rest.count < text.utf8.count
  }
}

/// Forms that volatile values have.
public enum JSONForm {
  /// Whether `text` is a UUID: 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between.
  public static func isUUID(_ text: String) -> Bool {
    text.utf8.count == 36
      && text.utf8.enumerated().allSatisfy { index, byte in
        [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : isHexDigit(byte)
      }
  }

  /// Whether `text` is a date and time with its zone, as RFC 3339 writes them: `2025-01-31T12:04:31.219Z`.
  public static func isTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    func number(_ place: Int, _ count: Int, _ range: ClosedRange<Int>) -> Bool {
      guard place + count <= bytes.count else { return false }
      let digits = bytes[place..<place + count]
      guard digits.allSatisfy(isDigit) else { return false }
      return range.contains(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
    }
    func mark(_ place: Int, _ marks: String) -> Bool { place < bytes.count && marks.utf8.contains(bytes[place]) }
    guard number(0, 4, 0...9999), mark(4, "-"), number(5, 2, 1...12), mark(7, "-"), number(8, 2, 1...31),
      mark(10, "Tt "), number(11, 2, 0...23), mark(13, ":"), number(14, 2, 0...59), mark(16, ":"), number(17, 2, 0...60)
    else { return false }
    var place = 19
    if mark(place, ".") {
      place += 1
      guard place < bytes.count, isDigit(bytes[place]) else { return false }
      while place < bytes.count, isDigit(bytes[place]) { place += 1 }
    }
    if mark(place, "Zz") { return place + 1 == bytes.count }
    return mark(place, "+-") && number(place + 1, 2, 0...23) && mark(place + 3, ":") && number(place + 4, 2, 0...59)
      && place + 6 == bytes.count
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
