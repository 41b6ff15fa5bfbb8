import Arguments
import Engine
import Glibc
import Script
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// The file of `--record`: a script that does again what a session did. It is written when the session is over.
final class RecordFile {
  private let path: String
  private let descriptor: Int32
  private let loop: Loop
  private let opening: RecordedOpening
  fileprivate var recording: Recording

  /// Opens the file that `--record` asks for, if it does, in place of one that is there.
  init?(_ parsed: Parsed, mask: SecretMask, loop: Loop) throws(Stop) {
    guard let path = parsed.value(Options.record) else { return nil }
    self.path = path
    self.loop = loop
    opening = RecordedOpening(parsed, mask: mask)
    recording = Recording(pingsByItself: parsed.flag(Options.pingInterval))
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o600)
    guard descriptor >= 0 else {
      throw Stop(.cannotWrite, "cannot write \(path): \(SystemError(code: errno, call: "open"))")
    }
  }

  /// Begins a connection, which hears a tap.
  /// - Parameter name: its name in the script; nil where there is only one.
  func tap(url: WebSocketURL, name: String? = nil) -> RecordTap {
    recording.begin(name, lines: opening.lines(url: url, name: name), now: loop.now)
    return RecordTap(self, name)
  }

  fileprivate func saw(_ event: TraceEvent, on connection: String?) {
    recording.saw(event, on: connection, now: loop.now)
  }

  /// Writes the script.
  /// - Returns: why it could not, if it could not.
  func finish() -> Stop? {
    var rest = Array(recording.script(now: UTCTime.now).utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        return Stop(.cannotWrite, "cannot write \(path): \(SystemError(code: errno, call: "write"))")
      }
      rest = rest.dropFirst(count)
    }
    return nil
  }
}

/// One connection's part of a recording.
final class RecordTap: Tap {
  private let file: RecordFile
  private let connection: String?

  fileprivate init(_ file: RecordFile, _ connection: String?) {
    self.file = file
    self.connection = connection
  }

  func saw(_ event: TraceEvent) { file.saw(event, on: connection) }
}

/// How a recorded connection is made: `connect` and the options that were given.
private struct RecordedOpening {
  private let options: [(option: Option, value: String?)]
  private let mask: SecretMask

  init(_ parsed: Parsed, mask: SecretMask) {
    self.mask = mask
    let sections = [Options.connection, Options.tls, Options.proxies, Options.deflate, Options.limits]
    let names = Set(sections.flatMap(\.options).filter { !$0.isHidden }.map(\.long))
    options = parsed.occurrences.filter { names.contains($0.option.long) }.map { ($0.option, $0.value) }
  }

  func lines(url: WebSocketURL, name: String?) -> [String] {
    var lines = ["connect \(name.map { "\($0) " } ?? "")\(template(mask.target(url.normalized)))"]
    if let user = url.userinfo { lines.append(line(Options.user, "\(user.user):\(user.password)")) }
    lines += options.map { line($0.option, $0.value) }
    let secrets = Set(lines.flatMap(Self.secrets)).sorted()
    // A secret is not written down, so whoever runs the script must say it.
    return secrets.map { "# a secret that is not written here: give \($0) its value" } + lines
  }

  private func line(_ option: Option, _ value: String?) -> String {
    let name = option.long.drop { $0 == "-" }
    guard let value else { return "  \(name)" }
    return "  \(name) \(template(masked(option, value)))"
  }

  private func masked(_ option: Option, _ value: String) -> String {
    switch option.long {
    case Options.header.long: return mask.line(value)
    case Options.bearer.long, Options.passphrase.long: return mask.standIn(for: value)
    case Options.cookie.long, Options.user.long:
      let mark: Character = option.long == Options.user.long ? ":" : "="
      guard let end = value.firstIndex(of: mark) else { return value }
      return "\(value[...end])\(mask.standIn(for: String(value[value.index(after: end)...])))"
    case Options.proxy.long:
      guard let at = value.lastIndex(of: "@"), let slashes = value.range(of: "//") else { return value }
      return
        "\(value[..<slashes.upperBound])\(mask.standIn(for: String(value[slashes.upperBound..<at])))\(value[at...])"
    default: break
    }
    switch option.value {
    // A script's paths begin at its own folder.
    case .file, .directory: return value.hasPrefix("/") ? value : "\(Self.workingFolder)/\(value)"
    default: return value
    }
  }

  private static let mark = "[secret "

  /// `text` as a script has it: `${…}` is written so that it is no value, and what stands for a secret is one.
  private func template(_ text: String) -> String {
    let parts = text.split(separator: Self.mark, omittingEmptySubsequences: false).map(String.init)
    return parts.enumerated().map { index, part in
      guard index > 0, let end = part.firstIndex(of: "]") else { return Recording.literal(part) }
      return "${secret-\(part[..<end])}\(Recording.literal(String(part[part.index(after: end)...])))"
    }.joined()
  }

  private static func secrets(in line: String) -> [String] {
    line.split(separator: "${secret-").dropFirst().map { "secret-\($0.prefix { $0 != "}" })" }
  }

  private static var workingFolder: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return "." }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
