import Arguments
import Engine
import Glibc
import PlainText
import Script
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// `wscope run SCRIPT...`: exchange scripts.
enum RunCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    let options = try RunOptions(parsed)
    let environment = Main.environment
    var scripts: [ExchangeScript] = []
    var texts: [String] = []
    var broken: [ScriptResult] = []
    let isOnlyRead = parsed.flag(Options.check) || parsed.flag(Options.reformat)
    for file in options.files {
      do throws(ScriptErrors) {
        let text = try text(of: file)
        scripts.append(try parse(text, file, options, environment: isOnlyRead ? nil : environment))
        texts.append(text)
      } catch {
        for mistake in error.errors { Console.note(mistake.description) }
        broken.append(ScriptResult(path: file, errors: error.errors))
      }
    }
    if parsed.flag(Options.reformat) {
      for (script, text) in zip(scripts, texts) { try reformat(script.file, text) }
      Console.exit(broken.isEmpty ? .success : .usage)
    }
    if parsed.flag(Options.check) {
      if broken.isEmpty, !options.isQuiet {
        Console.print("\(Quantity.count(scripts.count, "script")) without mistakes\n")
      }
      Console.exit(broken.isEmpty ? .success : .usage)
    }
    guard broken.isEmpty else { try refuse(broken, scripts, options) }
    try checkCommand(options, scripts)
    let mask = SecretMask(showsSecrets: parsed.flag(Options.showSecrets))
    try ScriptSession(scripts, options, parsed, mask: mask, environment: environment).run()
  }

  private static func text(of file: String) throws(ScriptErrors) -> String {
    switch ScriptFiles.text(file) {
    case .success(let text): return text
    case .failure(let failure):
      throw ScriptErrors([ScriptError(file: file, line: 0, sentence: "it cannot be read: \(failure.reason)")])
    }
  }

  /// - Parameter environment: nil where a variable that is missing does no harm.
  private static func parse(
    _ text: String, _ file: String, _ options: RunOptions, environment: Environment?
  ) throws(ScriptErrors) -> ExchangeScript {
    var surroundings = ScriptParser.Surroundings(
      connectOptions: ScriptConnector.names, variables: Set(options.variables.keys), read: ScriptFiles.text)
    if let environment { surroundings.hasEnvironment = { environment.value($0) != nil } }
    return try ScriptParser.parse(text, file: file, surroundings: surroundings)
  }

  private static func reformat(_ file: String, _ text: String) throws(Stop) {
    let formatted = ScriptFormatter.format(text)
    guard file != "-" else {
      _ = Console.print(formatted)
      return
    }
    guard formatted != text else { return }
    try ScriptFiles.replace(file, with: formatted)
    Console.print("\(SafeText(file))\n")
  }

  /// A mistake in one script, and nothing is sent by any.
  private static func refuse(
    _ broken: [ScriptResult], _ scripts: [ExchangeScript], _ options: RunOptions
  ) throws(Stop) -> Never {
    // People have read the mistakes already; programs want them too.
    let requests = options.reports.filter { $0.form != .people || $0.file != nil }
    if !requests.isEmpty {
      let loop = try Loops.context().loop
      let reports = try ScriptReports(requests, scripts: options.files.count, options: options, loop: loop)
      let reason = "not run, as another script has mistakes"
      let others = scripts.map { script in
        ScriptResult(
          path: script.file,
          cases: script.cases.map { CaseResult(name: $0.name, line: $0.place.line, outcome: .notRun(reason)) })
      }
      let all = options.files.compactMap { file in (broken + others).first { $0.path == file } }
      reports.begin()
      for script in all { reports.ended(script) }
      reports.ended(RunResult(scripts: all))
      reports.moved = { if reports.isFlushed { loop.stop() } }
      reports.moved()
      loop.run()
    }
    Console.exit(.usage)
  }

  private static func checkCommand(_ options: RunOptions, _ scripts: [ExchangeScript]) throws(Stop) {
    guard !options.command.isEmpty else { return }
    guard scripts.count == 1 else {
      throw Stop(.usage, "a command belongs to one script", hint: "wscope run SCRIPT -- COMMAND")
    }
    guard scripts[0].hasServer else {
      throw Stop(
        .usage, "\(scripts[0].file) has no server for the command to connect to",
        hint: "server NAME, then accept NAME, makes the script one")
    }
  }
}
