import TestSupport
import Testing

extension ListeningServer {
  /// The services on PyPI's `websockets`: GraphQL, JSON-RPC, STOMP, and one whose identifiers are others each time.
  static func services() throws -> ListeningServer {
    try ListeningServer(Program(Need.python, [Repository.root + "/Tests/EndToEndTests/Peers/services.py"]))
  }

  /// The chat on node-ws.
  static func chat() throws -> ListeningServer {
    try ListeningServer(
      Program(
        "node", [Repository.root + "/Tests/EndToEndTests/Peers/chat_server.js"],
        environment: ["NODE_PATH": Need.nodeModules]))
  }
}

@Suite struct `Scripts against other people's software` {
  @Test(
    .enabled(if: Need.websockets.isMet, "\(Need.websockets.reason)"), arguments: ["graphql", "json-rpc", "stomp"])
  func `speak a subprotocol or a convention with PyPI's websockets`(name: String) throws {
    try run(name, against: .services())
  }

  @Test(.enabled(if: Need.nodeWS.isMet, "\(Need.nodeWS.reason)"))
  func `chat on two connections with node-ws`() throws { try run("chat", against: .chat()) }

  private func run(_ name: String, against server: ListeningServer) throws {
    let script = Repository.root + "/Tests/EndToEndTests/Services/\(name).wsx"
    let outcome = try Wscope.run("run", "-v", "--variable", "host=127.0.0.1:\(server.port)", script)
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect(server.program.errors.isEmpty, "\(server.program.errors.text)")
  }
}
