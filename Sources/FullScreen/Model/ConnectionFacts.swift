import Trace
import WebSocketCore

/// What is known of how a connection was made.
struct ConnectionFacts {
  /// How long each phase took, in order.
  var phases: [(phase: Trace.Phase, duration: Duration)] = []
  /// The address that was reached.
  var address: String?
  /// Lines of the heads, secrets masked; they are a peer's and not safe.
  var request: [String] = []
  var response: [String] = []
  var security: SecurityRecord?
  var answer: HandshakeAnswer?
  /// What went wrong or was let pass, the newest last.
  var problems: [String] = []

  static let maximumProblems = 100

  init(problems: [String] = []) { self.problems = problems }

  mutating func note(problem: String) {
    if problems.count == Self.maximumProblems { problems.removeFirst() }
    problems.append(problem)
  }

  /// The lines of an HTTP head, masked.
  static func lines(_ bytes: [UInt8], _ mask: SecretMask) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map { mask.line(String($0)) }
  }
}
