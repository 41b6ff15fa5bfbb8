/// What a condition is about, and so what it can ask.
enum ConditionTopic: Equatable {
  /// A text or binary message, or a frame.
  case message
  case ping
  case pong
  case close
  /// The server's answer to our handshake; a refusal has a body.
  case handshake
  /// A client's request.
  case request
  /// An end, or nothing: there is nothing to ask about.
  case nothing

  init(_ matcher: Matcher) {
    self =
      switch matcher {
      case .ping: .ping
      case .pong: .pong
      case .close: .close
      case .nothing, .end, .reset: .nothing
      default: .message
      }
  }

  /// The words of the subjects it has.
  var subjects: [String] {
    switch self {
    case .message: ["a JSON path", "count", "text", "size", "latency", "opcode", "fragments", "compressed"]
    case .ping: ["text", "size", "latency"]
    case .pong: ["text", "size", "latency", "rtt"]
    case .close: ["code", "reason", "latency"]
    case .handshake: ["status", "header", "a JSON path", "count", "text", "size", "latency"]
    case .request: ["header", "target"]
    case .nothing: []
    }
  }

  var name: String {
    switch self {
    case .message: "a message"
    case .ping: "a Ping"
    case .pong: "a Pong"
    case .close: "a Close"
    case .handshake: "a handshake"
    case .request: "a client's request"
    case .nothing: "an end, or nothing,"
    }
  }

  func has(_ subject: Subject) -> Bool {
    switch subject {
    case .path: subjects.contains("a JSON path")
    case .header: subjects.contains("header")
    case .count: subjects.contains("count")
    default: subjects.contains(subject.description)
    }
  }
}
