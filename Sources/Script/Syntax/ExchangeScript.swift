/// A script that was read: what runs before each case, and the cases. A script without `case` has one, without a name.
public struct ExchangeScript: Sendable {
  /// The file, as it was named.
  public var file: String
  /// The steps before the first case.
  public var preamble: [Step] = []
  /// The cases.
  public var cases: [ScriptCase] = []

  /// Whether it listens, so that a client under test can be started.
  public var hasServer: Bool {
    (preamble + cases.flatMap(\.steps)).contains { if case .server = $0.action { true } else { false } }
  }
}

/// A part of a script with connections and values of its own.
public struct ScriptCase: Sendable {
  /// Nil in a script without cases.
  public var name: String?
  /// Where it begins.
  public var place: SourcePlace
  /// The steps.
  public var steps: [Step]
}

/// Where something stands in a script.
public struct SourcePlace: Hashable, Sendable {
  /// The file, as it was named.
  public var file: String
  /// The line and those that belong to it.
  let source: SourceLine
  /// The line, from 1.
  public var line: Int { source.number }
  /// The line, without its indentation.
  public var text: String { source.text }

  init(file: String, _ source: SourceLine) {
    self.file = file
    self.source = source
  }
}

/// A line of a script that does something, with what belongs to it.
public struct Step: Sendable {
  /// Where it stands.
  public var place: SourcePlace
  /// What it does.
  public var action: Action

  /// What a step can do.
  public indirect enum Action: Sendable {
    case connect(ConnectStep)
    case server(ServerStep)
    case accept(AcceptStep)
    /// Nil is the connection without a name.
    case send(connection: String?, Outgoing)
    case expect(Expectation)
    /// Connects again as the connection was connected.
    case reconnect(String?)
    /// Ends with RST.
    case drop(String?)
    /// Reads no more, until `resume`.
    case stall(String?)
    case resume(String?)
    case set(String, SetValue)
    case wait(Duration)
    /// The limit of what follows.
    case within(Duration)
    case ignore(Expectation)
    case when(Expectation, [Step])
    case anyOrder([Expectation])
    case `repeat`(Int, [Step])
  }
}

/// `connect [NAME] URL` with its options.
public struct ConnectStep: Sendable {
  /// Nil for the connection without a name.
  public var connection: String?
  /// The URL.
  public var url: Template
  /// Options of the connection, named as on the command line without dashes.
  public var options: [ConnectOption] = []
  /// The limit, where it is not the script's.
  public var limit: Duration?
  /// What must hold of the answer, and what is kept of it. With an assertion on the status a refusal is an answer.
  public var conditions: [Condition] = []

  /// Whether a refusal is an answer like others.
  var takesRefusal: Bool {
    conditions.contains { if case .assert(let assertion) = $0.kind { assertion.subject == .status } else { false } }
  }
}

/// An option of a connection: `header Authorization: Bearer x`.
public struct ConnectOption: Sendable {
  /// Where it stands.
  public var place: SourcePlace
  /// Its name, as on the command line without dashes.
  public var name: String
  /// Its value; nil where it takes none.
  public var value: Template?
}

/// `server NAME [on ADDRESS]` with its options.
public struct ServerStep: Sendable {
  public var name: String
  /// HOST:PORT; nil for a free port of this machine.
  public var address: Template?
  /// Subprotocols that it agrees to.
  public var subprotocols: [Template] = []
  /// The certificate chain and key, in PEM.
  public var certificateFile: Template?
  public var keyFile: Template?
  /// Whether it agrees to compress.
  public var deflates = true
}

/// `accept [NAME] [from SERVER]`: waits for a client.
public struct AcceptStep: Sendable {
  public var connection: String?
  /// Nil for any.
  public var server: String?
  public var limit: Duration?
  /// What must hold of the request, and what is kept of it.
  public var conditions: [Condition] = []
}

/// What `set` gives a name.
public enum SetValue: Hashable, Sendable {
  case text(Template)
  case json(JSONTemplate)
}

/// What a step sends.
public enum Outgoing: Hashable, Sendable {
  case text(Template)
  /// A text, written as a JSON string.
  case quoted(JSONTemplate)
  case json(JSONTemplate)
  /// Bytes, written in hexadecimal.
  case hex(Template)
  case base64(Template)
  /// The bytes of a file.
  case file(Template)
  /// With the payload of a hand-made frame, or none.
  case ping(JSONTemplate?)
  case pong(JSONTemplate?)
  /// Nil is a Close without a code.
  case close(UInt16?, reason: Template)
  /// A hand-made frame, in its own grammar.
  case frame(JSONTemplate)
  /// Octets on the socket.
  case bytes(JSONTemplate)
  /// A text, cut into frames of so many bytes.
  case fragments(Int, Template)
}
