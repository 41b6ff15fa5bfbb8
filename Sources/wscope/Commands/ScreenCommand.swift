import Arguments
import Engine
import FullScreen
import Glibc
import PlainText
import Terminal
import TerminalLoop
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// `wscope tui`: sessions on the whole screen.
final class ScreenCommand {
  private let parsed: Parsed
  private let context: ConnectionContext
  private let mask: SecretMask
  private let capture: CaptureFile?
  private var program: ScreenProgram?
  /// Connections in the capture.
  private var captured = 0
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
    let program: ScreenProgram
    do { program = try ScreenProgram(context: context, options: options, owner: self) } catch {
      throw Stop(.cannotRead, "cannot use the terminal: \(error)")
    }
    self.program = program
    capture?.failed = { [weak self] stop in
      self?.status = stop.status
      program.leave()
    }
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

  private var options: ScreenProgram.Options {
    var options = ScreenProgram.Options(mask: mask, startWall: .now)
    options.memory = parsed.size(Options.memory)
    options.environment = Main.environment.values
    options.folder =
      Main.environment["XDG_CONFIG_HOME"].map { "\($0)/wscope" }
      ?? Main.environment["HOME"].map { "\($0)/.config/wscope" }
    options.captureName = parsed.value(Options.capture)
    options.usesASCII = parsed.flag(Options.ascii)
    options.color =
      switch parsed.choice(Options.color) {
      case "never": .never
      case "always": .always
      default: .automatic
      }
    var now = time(nil)
    var local = tm()
    if localtime_r(&now, &local) != nil { options.utcOffset = local.tm_gmtoff }
    return options
  }
}

extension ScreenCommand: ScreenOwner {
  func screenPlan(for url: String) throws(ScreenRefusal) -> ConnectionPlan {
    do { return try ConnectionPlan(parsed, url: url, environment: Main.environment) } catch {
      throw ScreenRefusal(error.text)
    }
  }

  func screenWords(for failure: ClientFailure) -> String {
    let stop = failure.stop(mask)
    return stop.text + (stop.hint.map { "; \($0)" } ?? "")
  }

  func screenRecorder(for number: Int) -> (any ClientSessionRecorder)? {
    capture.map { capture in
      ScreenRecorder(capture: capture, mask: mask) { [unowned self] in
        captured += 1
        return captured
      }
    }
  }

  func screenEnded(signal: Int32?) {
    if let signal, status == .success { status = ExitStatus(rawValue: 128 + signal) ?? .interrupt }
    // The Close frames of open connections get a moment to leave.
    context.loop.schedule(after: .milliseconds(100)) { [context] in context.loop.stop() }
  }
}

/// Keeps what happens on one tab's connections in the capture, a number for each.
private final class ScreenRecorder: ClientSessionRecorder {
  private let capture: CaptureFile
  private let mask: SecretMask
  private var tap: CaptureTap?
  /// The number of the next connection in the whole capture.
  private let nextNumber: () -> Int

  init(capture: CaptureFile, mask: SecretMask, nextNumber: @escaping () -> Int) {
    self.nextNumber = nextNumber
    self.capture = capture
    self.mask = mask
  }

  func began(connection number: Int, _ plan: ConnectionPlan) {
    tap = capture.tap(role: .client, number: nextNumber(), peer: plan.url.description)
  }

  func saw(_ event: TraceEvent) { tap?.saw(event) }

  func failed(_ failure: ClientFailure) { tap?.fail(failure.stop(mask).text) }
}
