import Arguments
import Bytes
import Engine
import Glibc
import PlainText
import Script
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// The file of `--record`: a script that does again what a session did. It is written when the session is over.
final class RecordFile {
  private let path: String
  private let file: OutputFile
  private let loop: Loop
  private let isQuiet: Bool
  private let opening: RecordedOpening
  private var recording: Recording

  /// Opens the file that `--record` asks for, if it does.
  init?(_ parsed: Parsed, loop: Loop) throws(Stop) {
    guard let path = parsed.value(Options.record) else { return nil }
    self.path = path
    self.loop = loop
    isQuiet = parsed.flag(Options.quiet)
    opening = RecordedOpening(parsed)
    recording = Recording(
      pingsByItself: parsed.flag(Options.pingInterval), showsSecrets: parsed.flag(Options.showSecrets))
    // What is in it is replaced only by what comes of the session.
    file = try OutputFile(path)
  }

  /// Begins an attempt to connect; the tap hears what comes of it.
  func begin(_ url: WebSocketURL) {
    let lines = opening.lines(url: url) { recording.standIn(forSecret: $0, of: $1) }
    recording.begin(lines: lines, now: loop.now)
  }

  /// There is no connection.
  func failed(_ failure: ClientFailure) {
    guard case .refused(let head, let body) = failure.cause else { return }
    recording.refused(status: head.status, body: body, now: loop.now)
  }

  /// Writes the script, and says what it does not hold.
  /// - Returns: why it could not, if it could not.
  func finish() -> Stop? {
    let script = recording.script(now: UTCTime.now)
    if !script.secrets.isEmpty, !isQuiet {
      let name = SafeText(path).string
      Console.error(
        "\(name) holds no secrets: give them when it is run",
        hint: "wscope run \(Recording.options(forSecrets: script.secrets)) \(name)")
    }
    file.cut()
    file.bytes.append(script.text)
    do throws(Stop) { try file.flush() } catch { return error }
    return nil
  }
}

extension RecordFile: Tap {
  func saw(_ event: TraceEvent) { recording.saw(event, now: loop.now) }
}

/// How a recorded connection is made: `connect` and the options that were given.
private struct RecordedOpening {
  private let options: [Occurrence]

  init(_ parsed: Parsed) { options = ScriptConnector.given(parsed) }

  /// - Parameter standIn: makes what stands for a secret, of it and the name of what holds it.
  func lines(url: WebSocketURL, standIn: (_ secret: String, _ owner: String) -> String) -> [String] {
    withoutActuallyEscaping(standIn) { standIn in
      let mask = SecretMask(showsSecrets: false, naming: standIn)
      var lines = ["connect \(mask.target(Recording.literal(url.normalized)))"]
      if let user = url.userinfo { lines.append(line(Options.user, "\(user.user):\(user.password)", mask)) }
      return lines + options.map { line($0.option, $0.value, mask) }
    }
  }

  private func line(_ option: Option, _ value: String?, _ mask: SecretMask) -> String {
    let name = option.long.drop { $0 == "-" }
    guard let value else { return "  \(name)" }
    return "  \(name) \(masked(option, Recording.literal(value), mask))"
  }

  private func masked(_ option: Option, _ value: String, _ mask: SecretMask) -> String {
    switch option.long {
    case Options.header.long: return mask.line(value)
    case Options.bearer.long: return mask.standIn(for: value, of: "token")
    case Options.passphrase.long: return mask.standIn(for: value, of: "passphrase")
    case Options.user.long:
      guard let end = value.firstIndex(of: ":") else { return value }
      return "\(value[...end])\(mask.standIn(for: String(value[value.index(after: end)...]), of: "password"))"
    case Options.cookie.long: return masked(cookies: value, mask)
    case Options.proxy.long:
      guard let at = value.lastIndex(of: "@"), let slashes = value.ranges(of: "//").first else { return value }
      let secret = String(value[slashes.upperBound..<at])
      return "\(value[..<slashes.upperBound])\(mask.standIn(for: secret, of: "proxy-user"))\(value[at...])"
    default: break
    }
    switch option.value {
    // A script's paths begin at its own folder.
    case .file, .directory: return value.hasPrefix("/") ? value : "\(Self.workingFolder)/\(value)"
    default: return value
    }
  }

  /// `name=value; name=value`.
  private func masked(cookies: String, _ mask: SecretMask) -> String {
    cookies.split(separator: "; ", omittingEmptySubsequences: false).map { pair in
      guard let end = pair.firstIndex(of: "=") else { return String(pair) }
      return "\(pair[...end])\(mask.standIn(for: String(pair[pair.index(after: end)...]), of: String(pair[..<end])))"
    }.joined(separator: "; ")
  }

  private static var workingFolder: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return "." }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
