import Arguments
import Engine
import Glibc
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// `wscope [connect] URL`: a session to type in where both ends are a terminal, else the piped one.
enum ConnectCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    guard let word = parsed.words.first else {
      throw Stop(
        .usage, "the URL is missing", hint: "wscope URL, or wscope loopback: to try it; wscope help connect tells more")
    }
    let options = try SessionOptions(parsed)
    let plan = try ConnectionPlan(parsed, url: word, environment: Main.environment)
    let mask = SecretMask(showsSecrets: parsed.flag(Options.showSecrets))
    let context = try Loops.context()
    let (descriptor, name) = try outputDescriptor(options.outputFile)
    let isTerminal = isatty(descriptor) == 1
    let capture = try CaptureFile(parsed, mask: mask, loop: context.loop)
    let record = try RecordFile(parsed, loop: context.loop)
    let isInteractive = isTerminal && isatty(STDIN_FILENO) == 1
    if isInteractive, !pipeForms.contains(where: parsed.flag) {
      let program = LineProgram(
        parsed, options: options, plan: plan, mask: mask, context: context, capture: capture, record: record)
      Console.exit(try program.run())
    }
    let session = PipedSession(
      options: options, plan: plan, mask: mask, context: context,
      output: OutputPort(loop: context.loop, descriptor: descriptor), outputName: name, capture: capture,
      record: record, isTerminal: isTerminal, isInteractive: isInteractive)
    try session.start()
    context.loop.run()
    Console.exit(session.outcome)
  }

  /// Options that say what a line of standard input or output is: with one of them a terminal is a pipe like others.
  private static let pipeForms = [
    Options.binary, Options.chunk, Options.null, Options.base64, Options.hex, Options.whole, Options.jsonl,
    Options.crlf,
    Options.format, Options.output, Options.oneMessage,
  ]

  /// The file of `--output`, or standard output.
  static func outputDescriptor(_ file: String?) throws(Stop) -> (descriptor: Int32, name: String) {
    guard let file else { return (STDOUT_FILENO, "standard output") }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw Stop(.cannotWrite, "cannot write \(file): \(SystemError(code: errno, call: "open"))")
    }
    return (descriptor, file)
  }
}

/// The one loop of a command.
enum Loops {
  static func context() throws(Stop) -> ConnectionContext {
    do { return ConnectionContext(loop: try Loop()) } catch {
      throw Stop(.cannotConnect, "cannot watch descriptors: \(error)")
    }
  }
}
