import Arguments
import Engine
import FullScreen
import Glibc
import Inspector
import LineMode
import PlainText
import Terminal
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// A line session and what the command line has to say about it: limits, capture, exit status.
final class LineProgram {
  let parsed: Parsed
  private let options: SessionOptions
  let mask: SecretMask
  private let loop: Loop
  let capture: CaptureFile?
  private let record: RecordFile?
  let session: LineSession
  /// Sees the session from its start, and shows it when it is asked to; nil where there is no terminal for it.
  private(set) var fullScreen: ScreenProgram?
  private let client: ClientSession
  private let host: Host
  private var matcher: UntilMatcher?
  private var pace: SessionPace
  private var end: LineEnd?
  private var stop: Stop?

  init(
    _ parsed: Parsed, options: SessionOptions, plan: ConnectionPlan, mask: SecretMask, context: ConnectionContext,
    capture: CaptureFile?, record: RecordFile?
  ) {
    self.parsed = parsed
    self.options = options
    self.mask = mask
    self.capture = capture
    self.record = record
    loop = context.loop
    pace = SessionPace(
      wait: nil, count: options.count, isAwaiting: options.count != nil || options.until != nil)
    var line = LineOptions()
    line.executes = options.executes
    (line.closeCode, line.closeReason) = (options.closeCode, options.closeReason)
    line.showsControl = options.showsControl
    line.isPretty = parsed.flag(Options.pretty) ? true : parsed.flag(Options.noPretty) ? false : nil
    (line.detail, line.isQuiet) = (options.detail, options.isQuiet)
    line.endsWithConnection = pace.isAwaiting || options.maximumTime != nil
    line.isCaptured = capture != nil
    client = ClientSession(plan: plan, context: context, recorder: SessionRecorder(capture, record, mask))
    let host = Host()
    session = LineSession(options: line, session: client, mask: mask, host: host)
    self.host = host
    host.program = self
  }

  /// Runs the session.
  /// - Returns: the exit status; what is wrong has been told.
  func run() throws(Stop) -> ExitStatus {
    if let pattern = options.until {
      matcher = try UntilMatcher(pattern, loop: loop) { [unowned self] in judged($0) }
    }
    if let limit = options.maximumTime {
      loop.schedule(after: limit) { [unowned self] in
        fail(
          Stop(.timeLimit, "the time limit of \(Quantity.duration(limit)) was reached", hint: "--max-time sets it"))
        session.leaveNow()
      }
    }
    capture?.failed = { [unowned self] in fail($0) }
    capture?.moved = { [unowned self] in
      session.mayReadAgain()
      fullScreen?.mayReadAgain()
    }
    let screen = screen
    if case .terminal = screen { fullScreen = makeFullScreen(client) }
    do { try session.start(on: screen, environment: Main.environment.values) } catch {
      throw Stop(.cannotRead, "cannot use the terminal: \(error)", hint: "--plain needs nothing of it")
    }
    while end == nil { loop.turn(waitAtMost: nil) }
    fullScreen?.leave()
    // The Close frames of connections that the full screen has made leave.
    loop.turn(waitAtMost: .zero)
    return outcome
  }

  private var screen: LineScreen {
    let environment = Main.environment
    let isDumb = environment["TERM"].map { $0 == "dumb" } ?? true
    if parsed.flag(Options.plain) || isDumb || environment["WSCOPE_PLAIN"] == "1" { return .plain }
    return .terminal(ColorChoice(parsed), .shared, openFullScreen: { [unowned self] in openFullScreen($0) })
  }

  // MARK: Ends

  private func fail(_ stop: Stop) {
    self.stop = self.stop ?? stop
    session.end()
  }

  private func judged(_ answer: PatternMatcher.Answer) {
    switch answer {
    case .found:
      pace.matched()
      session.end()
    case .notFound: break
    case .late:
      fail(
        Stop(
          .unmet, "--until: the pattern did not finish within a second",
          hint: "write it so that it need not try as much"))
    }
    session.mayReadAgain()
  }

  private var outcome: ExitStatus {
    for failure in [capture?.finish(), record?.finish()] { stop = stop ?? failure }
    if case .signal(let number)? = end { return ExitStatus(rawValue: 128 + number) ?? .interrupt }
    if case .lost? = end { return .hangup }
    if let stop {
      stop.tell()
      return stop.status
    }
    switch end {
    case .failed(let failure):
      for line in options.isQuiet ? [] : failure.refusalLines(mask) { Console.note(line) }
      let stop = failure.stop(mask)
      stop.tell()
      return stop.status
    case .left(let verdict?) where verdict.status != .success: return verdict.status
    default: break
    }
    guard pace.isUnmet else { return .success }
    if !options.isQuiet { Console.error("the connection ended before that: \(pace.missing)") }
    return .unmet
  }
}

extension LineProgram {
  /// What the session asks of the program around it.
  private final class Host: LineSessionHost {
    weak var program: LineProgram?

    func plan(for url: String) throws(LineFailure) -> ConnectionPlan {
      guard let program else { throw LineFailure("the session is over") }
      do throws(Stop) {
        return try ConnectionPlan(program.parsed, url: url, environment: Main.environment)
      } catch {
        throw LineFailure(error.text, hint: error.hint)
      }
    }

    func words(for failure: ClientFailure) -> (failure: LineFailure, details: [String]) {
      let mask = program?.mask ?? SecretMask(showsSecrets: false)
      let stop = failure.stop(mask)
      return (LineFailure(stop.text, hint: stop.hint), failure.refusalLines(mask))
    }

    var now: UTCTime { .now }

    var timeOffset: Int {
      var now = time(nil)
      var local = tm()
      localtime_r(&now, &local)
      return local.tm_gmtoff
    }

    var isFull: Bool { program?.capture?.isFull == true || program?.matcher?.isBusy == true }

    func received(_ payload: Span<UInt8>) {
      guard let program else { return }
      program.pace.receivedMessage()
      program.matcher?.judge(payload)
      if program.pace.isFulfilled { program.session.end() }
    }

    func ended(_ end: LineEnd) { program?.end = end }
  }
}
