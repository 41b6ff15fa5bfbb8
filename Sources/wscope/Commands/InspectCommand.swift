import Arguments
import Glibc
import Inspector
import WscopeOptions

/// `wscope inspect`: the frames in a file.
enum InspectCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    let word = parsed.words.first ?? "-"
    if parsed.words.isEmpty, isatty(STDIN_FILENO) == 1 {
      throw Stop(.usage, "the file is missing", hint: "wscope inspect FILE; wscope help inspect tells more")
    }
    let inspection = try Inspection(parsed, file: InputFile(word))
    try inspection.run()
    Console.exit(.success)
  }
}
