/// How a run of scripts went. Text in it may be a peer's and is not escaped: that is a report's work. Secrets are
/// masked already.
public struct RunResult: Equatable, Sendable {
  /// The scripts, in the order in which they were named.
  public var scripts: [ScriptResult]
  /// From the start to the end.
  public var duration: Duration
  /// Why it ended before everything had run: `interrupted by SIGINT`.
  public var interruption: String?

  /// A run.
  public init(scripts: [ScriptResult] = [], duration: Duration = .zero, interruption: String? = nil) {
    self.scripts = scripts
    self.duration = duration
    self.interruption = interruption
  }

  /// How many cases there are, and what became of them.
  public var tally: Tally { scripts.reduce(into: Tally()) { $0.add($1) } }

  /// Whether everything has run and nothing failed.
  public var isSuccess: Bool { interruption == nil && tally.failed == 0 && tally.erroneous == 0 && tally.notRun == 0 }

  /// Cases by what became of them; a script that cannot be run counts as one.
  public struct Tally: Equatable, Sendable {
    /// Cases that passed.
    public var passed = 0
    /// Cases of which a step failed.
    public var failed = 0
    /// Scripts that are none.
    public var erroneous = 0
    /// Cases that were not run, or not to their end.
    public var notRun = 0
    /// Cases that passed after they had failed.
    public var repeated = 0

    /// Nothing.
    public init() {}

    /// All of them.
    public var all: Int { passed + failed + erroneous + notRun }

    mutating func add(_ script: ScriptResult) {
      if !script.errors.isEmpty { erroneous += 1 }
      for result in script.cases {
        switch result.outcome {
        case .passed:
          passed += 1
          if result.attempts > 1 { repeated += 1 }
        case .failed: failed += 1
        case .notRun: notRun += 1
        }
      }
    }
  }
}

/// How one script went.
public struct ScriptResult: Equatable, Sendable {
  /// The file, as it was named.
  public var path: String
  /// Its cases; a script without `case` is one without a name. None where it has mistakes.
  public var cases: [CaseResult]
  /// From its start to its end.
  public var duration: Duration
  /// Why it cannot be run.
  public var errors: [ScriptError]

  /// A script.
  public init(path: String, cases: [CaseResult] = [], duration: Duration = .zero, errors: [ScriptError] = []) {
    self.path = path
    self.cases = cases
    self.duration = duration
    self.errors = errors
  }
}

/// How one case went.
public struct CaseResult: Equatable, Sendable {
  /// What became of it.
  public enum Outcome: Equatable, Sendable {
    /// Every step did what it should.
    case passed
    /// A step did not; those behind it were not run.
    case failed(Failure)
    /// It was not run, or not to its end, and why: `interrupted by SIGINT`.
    case notRun(String)
  }

  /// What stands behind `case`; nil where the script has none.
  public var name: String?
  /// The line of `case`, or 1.
  public var line: Int
  /// What became of it.
  public var outcome: Outcome
  /// From its start to its end.
  public var duration: Duration
  /// The steps that were run, in order; of many the last.
  public var steps: [StepResult]
  /// How many were run in all.
  public var stepCount: Int
  /// What happened on its connections, a line each, oldest first; of many the last.
  public var transcript: [String]
  /// Messages that no step took, a line each.
  public var leftovers: [String]
  /// How often it was run: more than once with `--rerun`.
  public var attempts: Int

  /// A case.
  public init(
    name: String? = nil, line: Int = 1, outcome: Outcome = .passed, duration: Duration = .zero,
    steps: [StepResult] = [], stepCount: Int? = nil, transcript: [String] = [], leftovers: [String] = [],
    attempts: Int = 1
  ) {
    self.name = name
    self.line = line
    self.outcome = outcome
    self.duration = duration
    self.steps = steps
    self.stepCount = stepCount ?? steps.count
    self.transcript = transcript
    self.leftovers = leftovers
    self.attempts = attempts
  }
}

/// How one step went.
public struct StepResult: Equatable, Sendable {
  /// Its line in the script.
  public var line: Int
  /// The line, without its indentation.
  public var text: String
  /// Whether it did what it should.
  public var isPassed: Bool
  /// From the moment it became current to its end.
  public var duration: Duration

  /// A step.
  public init(line: Int, text: String, isPassed: Bool = true, duration: Duration = .zero) {
    self.line = line
    self.text = text
    self.isPassed = isPassed
    self.duration = duration
  }
}
