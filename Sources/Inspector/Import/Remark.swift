public import WebSocketCore

/// Something to know about a frame or a connection: a rule that was broken, or what could not be done and why.
public struct Remark: Equatable, Sendable {
  /// For programs: `reserved-opcode`.
  public var name: String
  /// For people. It may hold what a peer sent, unescaped.
  public var text: String
  /// Where the rule stands that was broken: `RFC 6455, section 5.2`; nil where none was.
  public var section: String?

  /// A remark.
  public init(name: String, text: String, section: String? = nil) {
    self.name = name
    self.text = text
    self.section = section
  }

  /// What `violation` says; a limit of ours breaks no rule of the protocol.
  public init(_ violation: Violation) {
    self.init(
      name: violation.name, text: violation.description, section: violation.isLimit ? nil : violation.section)
  }

  /// Whether a rule of the protocol was broken.
  public var isViolation: Bool { section != nil }
}
