/// A step that did not do what it should: everything that somebody needs who was not there.
public struct Failure: Equatable, Sendable {
  /// What went wrong, for programs.
  public enum Kind: String, Sendable, CaseIterable {
    /// There is no connection.
    case connect
    /// The handshake was refused, or is not what was asserted of it.
    case handshake
    /// Another message came than expected.
    case mismatch
    /// A message came where none should.
    case unexpected
    /// Nothing came in time.
    case timeout
    /// The connection ended before the step was done.
    case ended
    /// A Close with another code or reason came, or an end of another kind.
    case close
    /// An assertion does not hold.
    case assertion
    /// A value is missing: a variable that is not set yet, a capture that found nothing.
    case value
    /// A regular expression did not finish.
    case pattern
    /// Something cannot be sent.
    case send
    /// The peer broke the protocol.
    case violation
    /// A limit of ours was reached.
    case limit
    /// Messages were left over under `--strict`.
    case leftover
    /// The client under test ended with another status than 0, or cannot be started.
    case command
    /// The script's time is over.
    case time
  }

  /// What went wrong, for programs.
  public var kind: Kind
  /// What went wrong, in a sentence without a capital or full stop.
  public var summary: String
  /// The line of the script; where a file is included, the line there.
  public var line: Int
  /// The file the line is in, where it is an included one.
  public var file: String?
  /// The line itself.
  public var source: String
  /// The step that it stands in, all of its lines.
  public var step: [ScriptLine]
  /// Where the step is repeated: `3 of 10`.
  public var round: String?
  /// The name of its connection, where the script gives one.
  public var connection: String?
  /// What was expected, in words or as it is written.
  public var expected: String?
  /// What came, on a line.
  public var received: String?
  /// The message that a condition is about, on a line.
  public var message: String?
  /// What was expected beside what came.
  public var difference: [DiffRow]
  /// How long the step waited.
  public var waited: Duration?
  /// How long it would have waited.
  public var limit: Duration?
  /// Messages that `<*` passed over, a line each.
  public var skipped: [String]
  /// The last frames, oldest first, a line each.
  public var frames: [String]
  /// What came after the step had failed, a line each.
  public var late: [String]
  /// How the connection ended, where it did.
  public var verdict: String?
  /// What could be done about it.
  public var hint: String?

  /// A failure.
  public init(
    _ kind: Kind, _ summary: String, line: Int, source: String, step: [ScriptLine] = [], round: String? = nil,
    file: String? = nil, connection: String? = nil, expected: String? = nil, received: String? = nil,
    message: String? = nil, difference: [DiffRow] = [], waited: Duration? = nil,
    limit: Duration? = nil, skipped: [String] = [], frames: [String] = [], late: [String] = [],
    verdict: String? = nil, hint: String? = nil
  ) {
    self.kind = kind
    self.summary = summary
    self.line = line
    self.source = source
    self.step = step
    self.round = round
    self.file = file
    self.connection = connection
    self.expected = expected
    self.received = received
    self.message = message
    self.difference = difference
    self.waited = waited
    self.limit = limit
    self.skipped = skipped
    self.frames = frames
    self.late = late
    self.verdict = verdict
    self.hint = hint
  }
}

/// A line of a script.
public struct ScriptLine: Equatable, Sendable {
  /// From 1.
  public var number: Int
  /// The line, indented as far as it is inside its step.
  public var text: String

  /// A line.
  public init(_ number: Int, _ text: String) {
    self.number = number
    self.text = text
  }
}
