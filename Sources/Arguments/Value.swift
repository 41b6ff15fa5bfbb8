/// What an option, or a word of a command, takes.
public enum Value: Hashable, Sendable {
  /// Nothing: the option is there or it is not. How often it was given can be asked.
  case none
  /// Any text, named so in the help: `NAME: VALUE`.
  case text(String)
  /// A whole number in a range.
  case integer(String, ClosedRange<Int>)
  /// A number with `ms`, `s`, `m` or `h`; bare is seconds.
  case time
  /// A time, or the word `forever`.
  case timeOrForever
  /// Bytes in a range, or a number with `k`, `M` or `G`.
  case size(ClosedRange<Int>)
  /// A text, or `/expression/flags`.
  case pattern
  /// One of these words.
  case choice(String, [String])
  /// A file's path.
  case file
  /// A folder's path.
  case directory

  /// Its name in the help; empty where nothing is taken.
  public var name: String {
    switch self {
    case .none: ""
    case .text(let name), .integer(let name, _), .choice(let name, _): name
    case .time, .timeOrForever: "TIME"
    case .size: "SIZE"
    case .pattern: "PATTERN"
    case .file: "FILE"
    case .directory: "DIR"
    }
  }

  /// Fails where `text` is no such value; `owner` is the option or word it was given for.
  func check(_ text: String, for owner: String) throws(UsageError) {
    switch self {
    case .none, .text: break
    case .file, .directory:
      if text.isEmpty { throw .emptyPath(option: owner, name: name) }
    case .integer(_, let range):
      guard let number = Int(text), text.utf8.first != 0x2B else { throw .notANumber(option: owner, value: text) }
      guard range.contains(number) else { throw .outOfRange(option: owner, value: text, range: range) }
    case .timeOrForever where text == "forever": break
    case .time, .timeOrForever:
      guard Duration(timeText: text) != nil else { throw .notATime(option: owner, value: text) }
    case .size(let range):
      guard let size = Int(sizeText: text) else { throw .notASize(option: owner, value: text) }
      guard range.contains(size) else { throw .sizeOutOfRange(option: owner, value: text, range: range) }
    case .pattern:
      do { _ = try Pattern(text) } catch { throw .notAPattern(option: owner, value: text, mistake: error) }
    case .choice(_, let choices):
      guard choices.contains(text) else { throw .notAChoice(option: owner, value: text, choices: choices) }
    }
  }
}

/// A limit of time that may be none at all.
public enum TimeOrForever: Hashable, Sendable {
  /// So long.
  case time(Duration)
  /// Without end.
  case forever
}

extension Duration {
  /// A TIME as typed: `500ms`, `1.5s`, `2m`, `1h`; bare is seconds. Nil where `text` is none, or over 1,000,000 hours.
  public init?(timeText text: String) {
    let units: [(suffix: String, nanoseconds: Int64)] = [
      ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]
    let unit = units.first { text.hasSuffix($0.suffix) }
    let parts = text.dropLast(unit?.suffix.count ?? 0)
      .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let whole = Int64(parts[0]), whole <= 3_600_000_000_000
    else { return nil }
    let size = unit?.nanoseconds ?? 1_000_000_000
    // Six digits of a fraction of an hour are 4 ms, and cannot overflow.
    let digits = parts.count > 1 ? parts[1].prefix(6) : "0"
    guard let fraction = Int64(digits) else { return nil }
    let scale = digits.utf8.reduce(1 as Int64) { scale, _ in scale * 10 }
    let duration = Duration.nanoseconds(size) * whole + Duration.nanoseconds(fraction * size / scale)
    guard duration <= .seconds(3_600_000_000) else { return nil }
    self = duration
  }
}

extension Int {
  /// A SIZE as typed: bytes, or a number with `k`, `M` or `G`, which are powers of 1024. Nil where `text` is none.
  public init?(sizeText text: String) {
    let shift =
      switch text.utf8.last {
      case UInt8(ascii: "k"), UInt8(ascii: "K"): 10
      case UInt8(ascii: "M"), UInt8(ascii: "m"): 20
      case UInt8(ascii: "G"), UInt8(ascii: "g"): 30
      default: 0
      }
    let digits = text.dropLast(shift == 0 ? 0 : 1)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(digits)
    else { return nil }
    let (size, overflows) = count.multipliedReportingOverflow(by: 1 << shift)
    guard !overflows else { return nil }
    self = size
  }
}
