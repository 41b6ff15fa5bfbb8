import Arguments
import WscopeOptions

/// `wscope inspect`: the frames in a file.
enum InspectCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    try Inspection(parsed, file: InputFile(of: parsed)).run()
    Console.exit(.success)
  }
}
