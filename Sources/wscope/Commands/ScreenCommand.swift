import Arguments
import Engine
import FullScreen
import Glibc
import PlainText
import Terminal
import TerminalLoop
import Trace
import Transport
import WscopeOptions

/// `wscope tui`: sessions on the whole screen.
final class ScreenCommand {
  let parsed: Parsed
  private let context: ConnectionContext
  let mask: SecretMask
  let capture: CaptureFile?
  private var program: ScreenProgram?
  private var status = ExitStatus.success

  static func run(_ parsed: Parsed) throws(Stop) {
    if parsed.flag(Options.screenPlain) {
      throw Stop(.usage, "a full screen cannot be plain", hint: "wscope URL is a session in lines, for every terminal")
    }
    guard Main.environment["TERM"] != "dumb", isatty(STDIN_FILENO) == 1 || isatty(STDOUT_FILENO) == 1 else {
      throw Stop(.usage, "tui needs a terminal", hint: "wscope URL works with pipes and plain terminals")
    }
    try ScreenCommand(parsed).run()
  }

  private init(_ parsed: Parsed) throws(Stop) {
    self.parsed = parsed
    context = try Loops.context()
    mask = SecretMask(showsSecrets: parsed.flag(Options.showSecrets))
    capture = try CaptureFile(parsed, mask: mask, loop: context.loop)
  }

  private func run() throws(Stop) {
    // What is wrong with a URL or file is said before the screen is taken.
    var plans: [ConnectionPlan] = []
    for word in parsed.words { plans.append(try ConnectionPlan(parsed, url: word, environment: Main.environment)) }
    for path in parsed.values(Options.open) {
      do { _ = try FileBlocks(path) } catch { throw Stop(.cannotRead, "\(error)") }
    }
    let program = ScreenProgram(context: context, options: ScreenProgram.Options(parsed, mask), owner: self)
    self.program = program
    do { try program.show() } catch { throw Stop(.cannotRead, "cannot use the terminal: \(error)") }
    capture?.failed = { [weak self] stop in
      self?.status = stop.status
      program.leave()
    }
    capture?.moved = { program.mayReadAgain() }
    for plan in plans { program.connect(plan) }
    for path in parsed.values(Options.open) { program.open(path) }
    program.lookAtFirst()
    context.loop.run()
    if let stop = capture?.finish() {
      stop.tell()
      if status == .success { status = stop.status }
    }
    Console.exit(status)
  }
}

extension ScreenProgram.Options {
  /// What the command line and the environment say; an option that the command does not know has its default.
  init(_ parsed: Parsed, _ mask: SecretMask) {
    self.init(mask: mask, startWall: .now)
    memory = parsed.size(Options.memory)
    environment = Main.environment.values
    folder =
      Main.environment["XDG_CONFIG_HOME"].map { "\($0)/wscope" }
      ?? Main.environment["HOME"].map { "\($0)/.config/wscope" }
    captureName = parsed.value(Options.capture)
    history = .shared
    usesASCII = parsed.flag(Options.ascii)
    color = ColorChoice(parsed)
    var now = time(nil)
    var local = tm()
    if localtime_r(&now, &local) != nil { utcOffset = local.tm_gmtoff }
  }
}

extension ColorChoice {
  /// What `--color` says.
  init(_ parsed: Parsed) {
    self =
      switch parsed.choice(Options.color) {
      case "never": .never
      case "always": .always
      default: .automatic
      }
  }
}

extension ScreenCommand: CommandLineScreenOwner {
  func screenEnded(signal: Int32?) {
    if let signal, status == .success { status = ExitStatus(rawValue: 128 + signal) ?? .interrupt }
    // The Close frames of open connections get a moment to leave.
    context.loop.schedule(after: .milliseconds(100)) { [context] in context.loop.stop() }
  }
}
