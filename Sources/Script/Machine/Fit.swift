import Inspector
import JSONSyntax
import PlainText
import Trace
import WebSocketCore

/// Whether what came is what was expected.
enum Fit {
  case yes
  case no(Mismatch)
  /// These questions are not answered yet.
  case unknown([PatternQuestion])
  /// An expression did not finish.
  case late(String)
}

/// How what came differs.
struct Mismatch {
  var summary: String
  /// What was expected beside what came; made only for what is told.
  var rows: () -> [DiffRow] = { [] }
}

/// The answers of the matcher so far.
struct PatternMemory {
  private var answers: [PatternQuestion: PatternAnswer] = [:]

  subscript(_ question: PatternQuestion) -> PatternAnswer? {
    get { answers[question] }
    set { answers[question] = newValue }
  }

  mutating func forget() { if !answers.isEmpty { answers = [:] } }
}

extension ResolvedMatcher {
  /// Whether a message is what is expected.
  func fit(_ message: ReceivedMessage, _ memory: PatternMemory) -> Fit {
    switch self {
    case .text(let text): fit(text, message)
    case .contains(let text):
      message.opcode == .text && message.contains(text)
        ? .yes : .no(Mismatch(summary: message.opcode == .text ? "the text does not hold it" : "it is binary"))
    case .json(let expectation, _): Self.fit(expectation, message, memory)
    case .bytes(let bytes): Self.fit(bytes, message)
    case .expression(let expression): Self.fit(expression, message, memory)
    case .any: .yes
    case .binary: message.opcode == .binary ? .yes : .no(Mismatch(summary: "a text came"))
    case .fragments(let size, let text): fit(text, cutBy: size, message)
    case .ping, .pong, .close, .frame, .nothing, .end, .reset: .no(Mismatch(summary: "a message came"))
    }
  }

  private func fit(_ text: String, _ message: ReceivedMessage) -> Fit {
    let expected = Array(text.utf8)
    guard message.opcode == .text else { return .no(Mismatch(summary: "a binary message came")) }
    guard expected != message.payload else { return .yes }
    return .no(
      Mismatch(summary: "another text came") { Difference.text(expected: text, received: message.text) })
  }

  private func fit(_ text: String, cutBy size: Int, _ message: ReceivedMessage) -> Fit {
    guard case .yes = fit(text, message) else { return fit(text, message) }
    let isCut = message.fragments.dropLast().allSatisfy { $0 == size } && message.fragments.last ?? 0 <= size
    guard !isCut else { return .yes }
    let sizes = message.fragments.prefix(20).map(String.init).joined(separator: ", ")
    return .no(
      Mismatch(
        summary: "it is cut otherwise: \(message.fragments.count) frames of \(sizes) B"))
  }

  private static func fit(_ bytes: [UInt8], _ message: ReceivedMessage) -> Fit {
    guard message.opcode == .binary else { return .no(Mismatch(summary: "a text came")) }
    guard bytes != message.payload else { return .yes }
    return .no(
      Mismatch(summary: "other bytes came") { Difference.bytes(expected: bytes, received: message.payload) })
  }

  private static func fit(
    _ expectation: JSONExpectation, _ message: ReceivedMessage, _ memory: PatternMemory
  ) -> Fit {
    guard message.opcode == .text else { return .no(Mismatch(summary: "a binary message came")) }
    let value: JSONValue
    switch message.json {
    case .success(let parsed): value = parsed
    case .failure(let failure): return .no(Mismatch(summary: "what came is no JSON: \(failure)"))
    }
    var match = expectation.match(value)
    var refuted: [JSONQuestion] = []
    if match.mismatchCount == 0, !match.questions.isEmpty {
      var unknown: [PatternQuestion] = []
      for question in match.questions {
        let asked = PatternQuestion(pattern: question.expression, text: question.text)
        switch memory[asked] {
        case .found: break
        case .notFound: refuted.append(question)
        case .late: return .late(question.expression)
        case nil: unknown.append(asked)
        }
      }
      guard unknown.isEmpty else { return .unknown(unknown) }
    }
    match = match.refuted(refuted)
    guard !match.isMatch else { return .yes }
    let summary =
      match.mismatchCount == 1
      ? match.mismatches[0].description
      : "\(match.mismatches[0].description), and \(Quantity.count(match.mismatchCount - 1, "more difference"))"
    return .no(
      Mismatch(summary: summary) { Difference.json(expected: expectation, received: value, refuted: refuted) })
  }

  private static func fit(
    _ expression: ResolvedExpression, _ message: ReceivedMessage, _ memory: PatternMemory
  ) -> Fit {
    guard message.opcode == .text else { return .no(Mismatch(summary: "a binary message came")) }
    let question = expression.question(message.text)
    switch memory[question] {
    case .found: return .yes
    case .notFound: return .no(Mismatch(summary: "the text does not match"))
    case .late: return .late(expression.written)
    case nil: return .unknown([question])
    }
  }

  /// Whether a Close is what is expected.
  func fit(_ close: CloseFrame) -> Fit {
    guard case .close(let code, let reason) = self else { return .no(Mismatch(summary: "the peer closed")) }
    let came = close.code?.rawValue ?? 1005
    if let code, code != came { return .no(Mismatch(summary: "it closed with another code")) }
    if let reason, reason != close.reason {
      return .no(
        Mismatch(summary: "the reason is another") { Difference.text(expected: reason, received: close.reason) })
    }
    return .yes
  }

  /// Whether an end is what is expected.
  func fit(_ verdict: Verdict) -> Fit {
    let isMeant =
      switch self {
      case .reset: verdict.cause == .resetByPeer
      case .end: verdict.receivedClose == nil && [.endedByPeer, .truncated].contains(verdict.cause)
      default: false
      }
    return isMeant ? .yes : .no(Mismatch(summary: "the connection ended"))
  }
}
