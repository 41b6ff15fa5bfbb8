import Engine
public import JSONSyntax
import Trace
import Transport

/// Runs scripts, several at a time, in one process on one loop.
public final class ScriptRunner {
  /// How scripts are run.
  public struct Options {
    /// Scripts that run at the same time.
    public var jobs = 8
    /// Whether nothing more begins after a failure.
    public var failsFast = false
    /// How often a case that fails is run again.
    public var reruns = 0
    /// Runs only cases whose name, or whose file's, holds one of these; empty runs all.
    public var only: [String] = []
    /// The values that are there from the start.
    public var variables: [String: JSONValue] = [:]
    public var settings: ScriptMachine.Settings

    public init(settings: ScriptMachine.Settings) { self.settings = settings }
  }

  private let options: Options
  private let environment: ScriptEnvironment
  private let scripts: [ExchangeScript]
  private var results: [ScriptResult?]
  private var running: [Int: Running] = [:]
  private var next = 0
  private let started: Instant
  /// Why nothing more begins.
  private var stopReason: String?
  /// Whether that is a reason of the run's own.
  private var interruption: String?
  /// Hears that a script begins, and that one is done.
  public var began: ((ExchangeScript) -> Void)?
  public var ended: ((ScriptResult) -> Void)?
  /// Hears that everything is done.
  public var finished: ((RunResult) -> Void)?

  /// A script under way.
  private final class Running {
    let cases: [ScriptCase]
    var results: [CaseResult] = []
    var attempts = 1
    var run: CaseRun?
    let started: Instant

    init(_ cases: [ScriptCase], _ started: Instant) {
      self.cases = cases
      self.started = started
    }
  }

  public init(_ scripts: [ExchangeScript], options: Options, environment: ScriptEnvironment) {
    self.scripts = scripts
    self.options = options
    self.environment = environment
    results = Array(repeating: nil, count: scripts.count)
    started = environment.context.loop.now
  }

  private var loop: Loop { environment.context.loop }

  /// Begins; `finished` is heard in a later turn of the loop.
  public func start() { loop.atEndOfTurn { [self] in fill() } }

  /// Nothing more begins, and what runs ends: soon, but with its connections closed.
  public func interrupt(_ reason: String) {
    guard interruption == nil else { return }
    interruption = reason
    stopReason = reason
    for entry in running.values { entry.run?.stop(reason) }
    fill()
  }

  /// The time of the run is over: what runs fails, what has not begun does not begin.
  public func expire(_ words: String) {
    guard stopReason == nil else { return }
    stopReason = words
    for entry in running.values { entry.run?.expire(words) }
    fill()
  }

  /// All that is known so far.
  public var result: RunResult {
    let all = scripts.indices.map { index in
      results[index] ?? unfinished(scripts[index], running[index])
    }
    return RunResult(scripts: all, duration: started.duration(to: loop.now), interruption: interruption)
  }

  private func unfinished(_ script: ExchangeScript, _ entry: Running?) -> ScriptResult {
    var cases = entry?.results ?? []
    if let entry, let run = entry.run { cases.append(run.result) }
    let remaining = chosen(script).dropFirst(cases.count)
    cases += remaining.map { notRun($0) }
    return ScriptResult(
      path: script.file, cases: cases, duration: entry.map { $0.started.duration(to: loop.now) } ?? .zero)
  }

  private func notRun(_ scriptCase: ScriptCase) -> CaseResult {
    CaseResult(
      name: scriptCase.name, line: scriptCase.place.line, outcome: .notRun(stopReason ?? "the run ended before it"))
  }

  /// The cases that are to be run.
  public var caseCount: Int { scripts.reduce(0) { $0 + chosen($1).count } }

  // MARK: Scripts

  /// The cases of a script that are to be run.
  private func chosen(_ script: ExchangeScript) -> [ScriptCase] {
    guard !options.only.isEmpty else { return script.cases }
    let file = script.file.split(separator: "/").last.map(String.init) ?? script.file
    return script.cases.filter { scriptCase in
      options.only.contains { (scriptCase.name ?? "").contains($0) || file.contains($0) }
    }
  }

  /// Begins as many scripts as may run at a time.
  private func fill() {
    while next < scripts.count, running.count < max(1, options.jobs) {
      let index = next
      next += 1
      let cases = chosen(scripts[index])
      guard stopReason == nil else {
        end(index, ScriptResult(path: scripts[index].file, cases: cases.map { notRun($0) }))
        continue
      }
      let entry = Running(cases, loop.now)
      running[index] = entry
      began?(scripts[index])
      runNext(index, entry)
    }
    guard next == scripts.count, running.isEmpty, let finished else { return }
    self.finished = nil
    finished(result)
  }

  private func runNext(_ index: Int, _ entry: Running) {
    guard entry.results.count < entry.cases.count else { return finish(index, entry) }
    let scriptCase = entry.cases[entry.results.count]
    guard stopReason == nil else {
      entry.results.append(notRun(scriptCase))
      return runNext(index, entry)
    }
    let machine = ScriptMachine(
      scripts[index], scriptCase, variables: options.variables, sources: environment.sources,
      settings: options.settings, now: loop.now)
    let run = CaseRun(machine, environment) { [unowned self] result in ended(index, entry, result) }
    entry.run = run
    run.start()
  }

  private func ended(_ index: Int, _ entry: Running, _ result: CaseResult) {
    entry.run = nil
    var result = result
    result.attempts = entry.attempts
    let isFailure = if case .failed = result.outcome { true } else { false }
    if isFailure, entry.attempts <= options.reruns, stopReason == nil {
      entry.attempts += 1
      return runNext(index, entry)
    }
    entry.attempts = 1
    entry.results.append(result)
    if isFailure, options.failsFast, stopReason == nil {
      stopReason = "not run after the first failure"
      for (other, entry) in running where other != index { entry.run?.stop("ended after another failure") }
    }
    runNext(index, entry)
  }

  private func finish(_ index: Int, _ entry: Running) {
    running[index] = nil
    end(
      index,
      ScriptResult(
        path: scripts[index].file, cases: entry.results, duration: entry.started.duration(to: loop.now)))
    loop.atEndOfTurn { [self] in fill() }
  }

  private func end(_ index: Int, _ result: ScriptResult) {
    results[index] = result
    ended?(result)
  }
}
