import Arguments
import WscopeOptions

/// `wscope export`: a capture as another kind of file.
enum ExportCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    try Export(parsed, file: InputFile(of: parsed)).run()
    Console.exit(.success)
  }
}
