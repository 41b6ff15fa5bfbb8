import Arguments
import Bytes
import Engine
import Glibc
import PlainText
import Script
import Trace
import Transport
import WscopeOptions

/// A run of scripts: the runner, its reports, signals and the limit of time.
final class ScriptSession {
  private let context: ConnectionContext
  private let runner: ScriptRunner
  private let reports: ScriptReports
  private let options: RunOptions
  private var signal: Int32?
  private var isExpired = false
  private var told: RunResult?

  init(
    _ scripts: [ExchangeScript], _ options: RunOptions, _ parsed: Parsed, mask: SecretMask, environment: Environment
  ) throws(Stop) {
    self.options = options
    context = try Loops.context()
    var settings = ScriptMachine.Settings(mask: mask)
    settings.isStrict = parsed.flag(Options.strict)
    settings.hasCommand = !options.command.isEmpty
    var runnerOptions = ScriptRunner.Options(settings: settings)
    runnerOptions.jobs = parsed.integer(Options.jobs)
    runnerOptions.failsFast = parsed.flag(Options.failFast)
    runnerOptions.reruns = parsed.integer(Options.rerun)
    runnerOptions.only = parsed.values(Options.only)
    runnerOptions.variables = options.variables
    let connector = ScriptConnector(parsed, environment: environment)
    runner = ScriptRunner(
      scripts, options: runnerOptions,
      environment: ScriptEnvironment(
        context: context, plan: connector.plan,
        explain: { failure in
          let stop = failure.stop(mask)
          return (stop.text, stop.hint)
        },
        sources: Self.sources(environment), environment: environment.values, command: options.command))
    guard runner.caseCount > 0 else {
      throw Stop(.usage, "no case's name, and no file's, holds what \(Options.only.long) says")
    }
    reports = try ScriptReports(options.reports, scripts: scripts.count, options: options, loop: context.loop)
  }

  private static func sources(_ environment: Environment) -> ValueSources {
    var random = SystemRandomNumberGenerator()
    return ValueSources(
      environment: environment.value, uuid: { RandomUUID.text(&random) }, now: { UTCTime.now.description },
      random: { Int.random(in: $0) }, file: ScriptFiles.bytes)
  }

  /// Runs everything; ends the program.
  func run() throws(Stop) -> Never {
    do {
      try context.loop.onSignals([SIGINT, SIGTERM, SIGHUP]) { [unowned self] in caught($0) }
    } catch {
      throw Stop(.cannotRead, "cannot watch signals: \(error)")
    }
    if let limit = options.maximumTime {
      context.loop.schedule(after: limit) { [unowned self] in
        isExpired = true
        runner.expire("the time of --max-time, \(Quantity.duration(limit)), is over")
      }
    }
    runner.began = { [unowned self] in reports.began($0) }
    runner.ended = { [unowned self] in reports.ended($0) }
    runner.finished = { [unowned self] in finish($0) }
    reports.moved = { [unowned self] in leaveWhenFlushed() }
    reports.begin()
    runner.start()
    context.loop.run()
    Console.exit(status)
  }

  private func caught(_ number: Int32) {
    // Whoever asks twice does not want to wait, not even for a reader of the reports.
    guard signal == nil else {
      finish(runner.result)
      return context.loop.stop()
    }
    signal = number
    runner.interrupt("interrupted by \(Self.name(number))")
  }

  private static func name(_ number: Int32) -> String {
    number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : "SIGHUP"
  }

  private func finish(_ result: RunResult) {
    guard told == nil else { return }
    told = result
    reports.ended(result)
    leaveWhenFlushed()
  }

  private func leaveWhenFlushed() {
    if reports.isPipeBroken, told == nil { runner.interrupt("the reader of the report has gone") }
    if told != nil, reports.isFlushed { context.loop.stop() }
  }

  private var status: ExitStatus {
    if let signal { return ExitStatus(rawValue: 128 + signal) ?? .interrupt }
    if reports.isPipeBroken { Signals.raiseDefault(SIGPIPE) }
    if let failure = reports.failure {
      failure.tell()
      return failure.status
    }
    if isExpired { return .timeLimit }
    return told?.isSuccess == true ? .success : .unmet
  }
}
