import JSONSyntax
import Trace

/// Which values of a recording are the peer's own: those it gave and we sent back, and those that are different each
/// time; and which are secrets of ours.
struct RecordedValues {
  /// A value that the peer gave and we sent back, kept when it comes.
  struct Capture {
    var name: String
    var value: String
    /// The path in a JSON message; nil where it is a word of a text.
    var path: String?
  }

  /// A value that has a name, from an entry on.
  private struct Named {
    var name: String
    var entry: Int
    var isNumber = false
    var isSecret = false
  }

  /// Where the peer gave a value first.
  private struct Gift {
    var entry: Int
    var path: String?
    /// The name of the member.
    var member: String
    var isNumber: Bool
    /// Whether we had sent it before, at all or as this member.
    var wasSent: Bool
    var wasSentAsMember: Bool
  }

  /// By the entry that gives them.
  private(set) var captures: [Int: [Capture]] = [:]
  private var named: [String: Named] = [:]
  /// What is not written down; nil: everything is.
  private(set) var secrets: RecordedSecrets?
  /// Secrets that are looked for in all texts, longest first.
  private var longSecrets: [(value: String, name: String)] = []
  /// Everything that we sent, and the first entry that did.
  private var sent: [String: Int] = [:]
  private var sentMembers: Set<String> = []
  private var gifts: [String: [Gift]] = [:]
  private var names: UniqueNames
  private let now: UTCTime

  /// Messages that are longer are taken as they are.
  static let maximumSize = 1 << 20

  init(_ entries: [Recording.Entry], secrets: RecordedSecrets?, now: UTCTime) {
    self.now = now
    self.secrets = secrets
    names = secrets?.taken ?? UniqueNames()
    for (value, name) in secrets?.nameByValue ?? [:] { hide(value, name) }
    for (index, entry) in entries.enumerated() {
      switch entry.event {
      case .received(let payload):
        // There is no path to a word inside a string.
        visit(payload, intoStrings: false) { $0.receive($1, $2, isNumber: $3, path: $4, at: index) }
      case .sent(let payload, _):
        visit(payload, intoStrings: true) { values, value, member, isNumber, _ in
          values.send(value, member, isNumber: isNumber, at: index)
        }
      default: break
      }
    }
  }

  // MARK: Reading messages

  private typealias Visitor = (
    inout RecordedValues, _ value: String, _ member: String, _ isNumber: Bool, _ path: String?
  ) -> Void

  private mutating func visit(_ payload: Recording.Payload, intoStrings: Bool, _ visitor: Visitor) {
    guard payload.isText, payload.bytes.count <= Self.maximumSize else { return }
    if let value = payload.json {
      visit(value, "", JSONPlace(), intoStrings: intoStrings, visitor)
    } else {
      for word in TextWords(String(decoding: payload.bytes, as: UTF8.self)).values {
        visitor(&self, word, "", false, nil)
      }
    }
  }

  private mutating func visit(
    _ value: JSONValue, _ member: String, _ place: JSONPlace, intoStrings: Bool, _ visitor: Visitor
  ) {
    switch value {
    case .string(let text):
      visitor(&self, text, member, false, place.description)
      // A word inside a text is no value of a member.
      let words = intoStrings ? TextWords(text).values : []
      if words != [text] { for word in words { visitor(&self, word, "", false, nil) } }
    case .number(let text): visitor(&self, text, member, true, place.description)
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        visit(element, member, place.element(index), intoStrings: intoStrings, visitor)
      }
    case .object(let members):
      for member in members {
        visit(member.value, member.name, place.member(member.name), intoStrings: intoStrings, visitor)
      }
    case .null, .bool: break
    }
  }

  private mutating func receive(_ value: String, _ member: String, isNumber: Bool, path: String?, at entry: Int) {
    guard Self.isLong(value, isNumber: isNumber) || Self.isIdentifier(member) || path == nil,
      gifts[value, default: []].count < 8, !gifts[value, default: []].contains(where: { $0.member == member })
    else { return }
    gifts[value, default: []].append(
      Gift(
        entry: entry, path: path, member: member, isNumber: isNumber, wasSent: sent[value] != nil,
        wasSentAsMember: sentMembers.contains(Self.key(member, value))))
  }

  private mutating func send(_ value: String, _ member: String, isNumber: Bool, at entry: Int) {
    defer {
      if sent[value] == nil { sent[value] = entry }
      if !member.isEmpty { sentMembers.insert(Self.key(member, value)) }
    }
    guard named[value] == nil else { return }
    if let gift = gifts[value]?.first(where: { isGiven($0, value, member, isNumber: isNumber) }) {
      let name = names.make(like: gift.member)
      named[value] = Named(name: name, entry: gift.entry, isNumber: gift.isNumber)
      captures[gift.entry, default: []].append(Capture(name: name, value: value, path: gift.path))
    } else if SecretMask.isSecret(member: member), !isNumber, !value.isEmpty {
      // `Bearer abc`: the scheme is none.
      let parts = value.split(separator: " ", omittingEmptySubsequences: false)
      let hasScheme =
        parts.count == 2 && member.lowercased() == "authorization" && parts[1].utf8.count >= Self.leastSecret
      let secret = hasScheme ? String(parts[1]) : value
      if let name = secrets?.name(for: secret, of: member) { hide(secret, name) }
    }
  }

  /// Bytes from which on a secret is looked for in every text.
  private static let leastSecret = 6

  private mutating func hide(_ value: String, _ name: String) {
    named[value] = Named(name: name, entry: -1, isSecret: true)
    guard value.utf8.count >= Self.leastSecret else { return }
    longSecrets.append((value, name))
    longSecrets.sort { ($0.value.utf8.count, $0.value) > ($1.value.utf8.count, $1.value) }
  }

  /// Whether what is sent is what the peer gave, and not by chance the same.
  private func isGiven(_ gift: Gift, _ value: String, _ member: String, isNumber: Bool) -> Bool {
    // A number can only be put where a number was given.
    guard !isNumber || gift.isNumber else { return false }
    if Self.isLong(value, isNumber: gift.isNumber) { return !gift.wasSent }
    if gift.member.isEmpty { return !gift.wasSent && value.utf8.contains(where: Self.isDigit) }
    guard Self.isIdentifier(gift.member), member.isEmpty || Self.isIdentifier(member) else { return false }
    return !gift.wasSent || (Self.key(gift.member, "") == Self.key(member, "") && !gift.wasSentAsMember)
  }

  // MARK: Forms

  private static func key(_ member: String, _ value: String) -> String {
    member.lowercased().filter { $0 != "_" && $0 != "-" } + "\u{0}" + value
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Whether it is no chance where a value comes twice.
  private static func isLong(_ value: String, isNumber: Bool) -> Bool {
    let bytes = value.utf8
    guard bytes.count >= 4, bytes.count <= 512, !bytes.contains(UInt8(ascii: " ")) else { return false }
    return isNumber || bytes.count >= 16 || bytes.contains(where: isDigit)
  }

  private static let endings = ["id", "sid", "uid", "uuid", "guid", "token", "nonce", "session", "cursor", "etag"]

  /// Whether a member of this name tells who or what something is: `id`, `userId`, `user_id`, `sessionToken`.
  static func isIdentifier(_ member: String) -> Bool {
    let lower = member.lowercased()
    return endings.contains { ending in
      guard lower.hasSuffix(ending) else { return false }
      let before = member.dropLast(ending.count)
      guard let last = before.last else { return true }
      let first = member.dropFirst(before.count).first
      return last == "_" || last == "-" || (last.isLowercase && first?.isUppercase == true)
    }
  }

  /// Whether `text` is a time of day near now, as a number of seconds, milliseconds, microseconds or nanoseconds.
  private func isTime(number text: String) -> Bool {
    let whole = text.prefix { $0 != "." }
    guard let value = Int64(whole), whole.count >= 10 else { return false }
    return [1, 1000, 1_000_000, 1_000_000_000].contains { unit in
      (value / unit - now.seconds).magnitude < 7 * 86_400
    }
  }

  // MARK: Answers

  /// Whether we had sent this value before an entry.
  private func wasSent(_ value: String, before entry: Int) -> Bool { sent[value].map { $0 < entry } ?? false }

  /// The name of the value at an entry behind the one that gave it.
  func name(of value: String, member: String, isNumber: Bool?, at entry: Int) -> String? {
    guard let known = named[value], known.entry < entry else { return nil }
    if isNumber == true, !known.isNumber { return nil }
    // What is short may be the same by chance, unless the member's name says what it is.
    let isMeant =
      known.isSecret
      ? value.utf8.count >= Self.leastSecret || SecretMask.isSecret(member: member)
      : Self.isLong(value, isNumber: known.isNumber) || member.isEmpty || Self.isIdentifier(member)
    return isMeant ? known.name : nil
  }

  /// What stands for a value of a received message that is different each time.
  func placeholder(for text: String, member: String, isNumber: Bool, at entry: Int) -> JSONPlaceholder? {
    let isCaptured = named[text].map { $0.entry == entry } ?? false
    guard isCaptured || !wasSent(text, before: entry) else { return nil }
    if isNumber { return isCaptured || isTime(number: text) || Self.isIdentifier(member) ? .number : nil }
    if JSONForm.isUUID(text) { return .uuid }
    if JSONForm.isTime(text) { return .time }
    if SecretMask.isSecret(member: member), secrets != nil, !text.isEmpty { return .string }
    let isVolatile = isCaptured || Self.isIdentifier(member) || Self.isRandom(text)
    return isVolatile && !text.isEmpty ? .string : nil
  }

  /// Whether `text` looks as if somebody had rolled dice: a long number in hexadecimal, or letters of either case among
  /// digits.
  private static func isRandom(_ text: String) -> Bool {
    let bytes = text.utf8
    guard (16...512).contains(bytes.count), bytes.allSatisfy({ ScriptName.isPart($0) || $0 == UInt8(ascii: ".") })
    else { return false }
    let digits = bytes.count(where: isDigit)
    let small = bytes.count { (0x61...0x7A).contains($0) }
    let capital = bytes.count { (0x41...0x5A).contains($0) }
    guard digits >= 2, small + capital >= 2 else { return false }
    if small > 0, capital > 0 { return true }
    return bytes.allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
  }

  /// The pieces of a text at an entry.
  func pieces(of text: String, at entry: Int, isReceived: Bool) -> [TextPiece] {
    for secret in longSecrets {
      guard let range = text.firstRange(of: secret.value) else { continue }
      return pieces(of: String(text[..<range.lowerBound]), at: entry, isReceived: isReceived) + [.known(secret.name)]
        + pieces(of: String(text[range.upperBound...]), at: entry, isReceived: isReceived)
    }
    var isBehindDollar = false
    return TextWords(text).words.map { word in
      defer { isBehindDollar = word.text.utf8.last == UInt8(ascii: "$") }
      // `$${` would be read as text.
      guard case .value(let value) = word, !isBehindDollar else { return .literal(word.text) }
      if let name = name(of: value, member: "", isNumber: nil, at: entry) { return .known(name) }
      guard isReceived else { return .literal(value) }
      if let known = captures[entry]?.first(where: { $0.path == nil && $0.value == value }) {
        return .given(known.name, value)
      }
      if wasSent(value, before: entry) { return .literal(value) }
      if JSONForm.isUUID(value) { return .uuid }
      if JSONForm.isTime(value) { return .time }
      return Self.isRandom(value) ? .random : .literal(value)
    }
  }
}

/// A piece of a recorded text.
enum TextPiece: Equatable {
  case literal(String)
  /// A value that has a name by now.
  case known(String)
  /// A value that gets its name here.
  case given(String, String)
  case uuid
  case time
  case random

  /// Whether it is another text each time.
  var isVolatile: Bool {
    switch self {
    case .literal, .known: false
    case .given, .uuid, .time, .random: true
    }
  }
}

extension Recording.Payload {
  /// The JSON object or array that it is.
  var json: JSONValue? {
    guard isText, bytes.count <= RecordedValues.maximumSize, let first = bytes.first(where: { $0 > 0x20 }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    else { return nil }
    return try? JSONParser.parse(bytes.span)
  }
}

/// A text taken apart: words that may be values, and what is between.
struct TextWords {
  enum Word {
    case value(String)
    case between(String)

    var text: String {
      switch self {
      case .value(let text), .between(let text): text
      }
    }
  }

  private(set) var words: [Word] = []

  init(_ text: String) {
    var between: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let first = rest.first {
      guard Self.isPart(first) else {
        between.append(first)
        rest.removeFirst()
        continue
      }
      if !between.isEmpty { words.append(.between(String(decoding: between, as: UTF8.self))) }
      between = []
      let word = Self.time(rest) ?? Self.uuid(rest) ?? Self.word(rest)
      words.append(.value(String(decoding: word, as: UTF8.self)))
      rest = rest[word.endIndex...]
    }
    if !between.isEmpty { words.append(.between(String(decoding: between, as: UTF8.self))) }
  }

  var values: [String] {
    words.compactMap { if case .value(let text) = $0 { text } else { nil } }
  }

  private static func isPart(_ byte: UInt8) -> Bool { ScriptName.isPart(byte) || byte >= 0x80 }

  /// Letters, digits, `_` and `-`, and a dot between two of them.
  private static func word(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = rest.startIndex
    while end < rest.endIndex {
      let isDot = rest[end] == UInt8(ascii: ".") && end + 1 < rest.endIndex && isPart(rest[end + 1])
      guard isDot || isPart(rest[end]) else { break }
      end += 1
    }
    return rest[..<end]
  }

  /// The UUID that `rest` begins with, whatever a dot behind it begins.
  private static func uuid(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let word = rest.prefix(36)
    guard word.count == 36, rest.dropFirst(36).first.map(isPart) != true,
      JSONForm.isUUID(String(decoding: word, as: UTF8.self))
    else { return nil }
    return word
  }

  /// The time that `rest` begins with, which holds marks that no other word does.
  private static func time(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count >= 20, rest[rest.startIndex + 4] == UInt8(ascii: "-"),
      rest[rest.startIndex + 13] == UInt8(ascii: ":")
    else { return nil }
    return (20...min(35, rest.count)).reversed().lazy.map { rest.prefix($0) }.first {
      JSONForm.isTime(String(decoding: $0, as: UTF8.self))
    }
  }
}
