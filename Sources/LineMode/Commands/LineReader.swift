import Arguments
import Bytes
import Inspector
import JSONSyntax
import PlainText
import WebSocketCore
import WscopeOptions

/// Reads a line that was entered.
struct LineReader {
  /// Whether escapes in what is typed are resolved.
  var resolvesEscapes = false

  /// How often a message is repeated at the most.
  static let maximumRepeats = 1_000_000

  /// What `line` asks for. A line that begins with a slash is a command or a mistake, never sent; two slashes are a
  /// text that begins with one.
  func read(_ line: String) throws(LineFailure) -> EnteredLine {
    if Self.isMessage(line) { return .message(try text(line.hasPrefix("/") ? String(line.dropFirst()) : line)) }
    let word = line.dropFirst().prefix { !$0.isWhitespace }
    guard let name = SlashCommand.Name(rawValue: String(word)) else { throw unknown(String(word)) }
    let rest = line[word.endIndex...].drop { $0 == " " || $0 == "\t" }
    return .command(try command(name, String(rest)))
  }

  /// Whether a line is a text to be sent, and no command.
  static func isMessage(_ line: String) -> Bool { !line.hasPrefix("/") || line.utf8.starts(with: "//".utf8) }

  private func unknown(_ word: String) -> LineFailure {
    let shown = SafeText("/" + word, maximumLength: 60)
    let near = Spelling.closest(to: word, among: SlashCommand.Name.allCases.map(\.rawValue))
    let suggestion = near.map { "did you mean /\($0)? " } ?? ""
    return LineFailure(
      "\(shown) is no command; nothing was sent",
      hint: "\(suggestion)/help lists all; a text that begins with a slash is written with two")
  }

  private func command(_ name: SlashCommand.Name, _ rest: String) throws(LineFailure) -> LineCommand {
    switch name {
    case .ping: return .ping(Array(try text(rest).utf8))
    case .pong: return .pong(Array(try text(rest).utf8))
    case .close: return .close(try close(rest))
    case .hex: return .binary(try hex(rest, for: name))
    case .base64:
      let digits = try needed(trimmed(rest), for: name)
      do { return .binary(try Base64.decode(digits)) } catch { throw LineFailure("/base64: \(error)") }
    case .file: return .file(try needed(trimmed(rest), for: name))
    case .json: return .json(try json(try needed(rest, for: name)))
    case .fragment:
      let (size, text) = try sized(try needed(rest, for: name))
      return .fragments(size: size, text: try self.text(text))
    case .frame:
      do { return .frame(try HandmadeFrame.parse(rest), source: rest) } catch {
        throw LineFailure("/frame: \(error)", hint: error.hint)
      }
    case .bytes: return .bytes(try hex(rest, for: name))
    case .repeat: return rest.isEmpty ? .stopRepeating : try repeated(rest)
    case .show: return .show(rest.isEmpty ? nil : try number(trimmed(rest), for: name))
    case .save: return try save(try needed(trimmed(rest), for: name))
    case .filter:
      if trimmed(rest).isEmpty { return .filter(nil) }
      do { return .filter(try Filter(rest)) } catch { throw LineFailure("/filter: \(error)", hint: error.hint) }
    case .pretty: return .pretty(try toggle(rest, for: name))
    case .open: return .open(try needed(trimmed(rest), for: name))
    case .reconnect:
      switch trimmed(rest) {
      case "": return .reconnect(.now)
      case "auto": return .reconnect(.auto)
      case "off": return .reconnect(.off)
      default: throw usage(name, "\(quoted(rest)) is neither auto nor off")
      }
    case .escape: return .escape(try toggle(rest, for: name))
    case .multiline: return .multiline(try toggle(rest, for: name))
    case .help:
      let word = trimmed(rest)
      return .help(word.isEmpty ? nil : word.hasPrefix("/") ? String(word.dropFirst()) : word)
    case .pause, .next, .stall, .resume, .drop, .headers, .tls, .stats, .quit:
      guard trimmed(rest).isEmpty else { throw usage(name, "nothing can stand behind it") }
      return Self.plain(name)
    }
  }

  /// The commands that take nothing.
  private static func plain(_ name: SlashCommand.Name) -> LineCommand {
    switch name {
    case .pause: .pause
    case .next: .next
    case .stall: .stall(true)
    case .resume: .stall(false)
    case .drop: .drop
    case .headers: .headers
    case .tls: .tls
    case .stats: .stats
    default: .quit
    }
  }

  // MARK: Arguments

  private func text(_ text: String) throws(LineFailure) -> String {
    guard resolvesEscapes else { return text }
    do { return try TextEscapes.resolve(text) } catch {
      throw LineFailure("\(error)", hint: "\(error.hint); /escape off sends what is typed")
    }
  }

  private func usage(_ name: SlashCommand.Name, _ reason: String) -> LineFailure {
    LineFailure("/\(name.rawValue): \(reason)", hint: SlashCommand.named(name).usage)
  }

  /// What was typed, for a sentence about it.
  private func quoted(_ word: String) -> String { "\"\(SafeText(trimmed(word), maximumLength: 60))\"" }

  private func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }

  private func needed(_ text: String, for name: SlashCommand.Name) throws(LineFailure) -> String {
    guard !text.isEmpty else { throw usage(name, "something must stand behind it") }
    return text
  }

  /// The first word, and what stands behind the one blank that ends it.
  private func split(_ text: String) -> (word: String, rest: String?) {
    let word = text.prefix { $0 != " " }
    let rest = text[word.endIndex...]
    return (String(word), rest.isEmpty ? nil : String(rest.dropFirst()))
  }

  private func close(_ text: String) throws(LineFailure) -> CloseFrame? {
    guard !text.isEmpty else { return nil }
    let (word, reason) = split(text)
    guard let number = UInt16(word) else {
      throw usage(.close, "\(quoted(word)) is no close code")
    }
    return CloseFrame(code: CloseCode(rawValue: number), reason: reason ?? "")
  }

  private func hex(_ text: String, for name: SlashCommand.Name) throws(LineFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: UInt8?
    for scalar in try needed(text, for: name).unicodeScalars where !scalar.properties.isWhitespace {
      guard scalar.isASCII, let digit = HexDigits.value(UInt8(ascii: scalar)) else {
        throw usage(name, "\(quoted(String(scalar))) is no hexadecimal digit")
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard high == nil else { throw usage(name, "the last byte has one digit") }
    guard !bytes.isEmpty else { throw usage(name, "the digits are missing") }
    return bytes
  }

  private func json(_ text: String) throws(LineFailure) -> String {
    if let failure = JSONCheck.failure(of: text) {
      throw LineFailure("/json: \(failure)", hint: "without /json it is sent as it is")
    }
    return text
  }

  private func sized(_ text: String) throws(LineFailure) -> (size: Int, text: String) {
    let (word, rest) = split(text)
    guard let size = Int(sizeText: word), size > 0 else { throw usage(.fragment, "\(quoted(word)) is no size") }
    guard let rest else { throw usage(.fragment, "the text is missing") }
    return (size, rest)
  }

  private func repeated(_ text: String) throws(LineFailure) -> LineCommand {
    let (first, rest) = split(text)
    let (second, body) = split(rest ?? "")
    guard let count = Int(first), count > 0 else { throw usage(.repeat, "\(quoted(first)) is no number of times") }
    guard count <= Self.maximumRepeats else {
      throw usage(.repeat, "at most \(Quantity.count(Self.maximumRepeats)) times")
    }
    guard rest != nil else { throw usage(.repeat, "the time between them is missing") }
    guard let every = Duration(timeText: second) else { throw usage(.repeat, "\(quoted(second)) is no time") }
    guard let body else { throw usage(.repeat, "the text is missing") }
    return .repeat(count: count, every: every, text: try self.text(body))
  }

  private func number(_ text: String, for name: SlashCommand.Name) throws(LineFailure) -> Int {
    guard let number = Int(text), number > 0 else { throw usage(name, "\(quoted(text)) is no message's number") }
    return number
  }

  private func save(_ text: String) throws(LineFailure) -> LineCommand {
    let (word, rest) = split(text)
    if let number = Int(word), number > 0, let rest, !rest.isEmpty { return .save(number, path: rest) }
    return .save(nil, path: text)
  }

  private func toggle(_ text: String, for name: SlashCommand.Name) throws(LineFailure) -> LineCommand.Switch {
    switch trimmed(text) {
    case "": return .other
    case "on": return .on
    case "off": return .off
    default: throw usage(name, "\(quoted(text)) is neither on nor off")
    }
  }
}

/// Whether a text is JSON.
enum JSONCheck {
  /// Why `text` is no JSON; nil where it is.
  static func failure(of text: String) -> JSONFailure? {
    let bytes = Array(text.utf8)
    var scanner = JSONScanner()
    do throws(JSONFailure) {
      while try scanner.next(bytes.span) != nil {}
      return nil
    } catch {
      return error
    }
  }
}
