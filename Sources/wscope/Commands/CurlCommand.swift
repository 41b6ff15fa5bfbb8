import Arguments
import WscopeOptions

/// `wscope curl …`: a line that a browser copied for curl, as a session.
enum CurlCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    let line: CurlLine
    let session: Parsed
    do { line = try CurlLine(parsed.rawWords) } catch {
      throw Stop(.usage, error.description, hint: error.hint)
    }
    do { session = try line.session(parsed, in: Main.program) } catch {
      throw Stop(.usage, error.description, hint: error.hint)
    }
    if session.flag(Options.verbose), !line.ignored.isEmpty {
      Stop(.success, "ignored, as it means nothing for a WebSocket: \(line.ignored.joined(separator: ", "))").tell()
    }
    try ConnectCommand.run(session)
  }
}
