import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

/// An echo server and its raw clients, all on one loop.
final class EchoBench {
  let loop: Loop
  let context: ConnectionContext
  let server: EchoServer
  private var clients: [RawPeer] = []

  init(_ change: (inout EchoServer.Options) -> Void = { _ in }, tls: TLSContext? = nil) throws {
    loop = try Loop()
    context = ConnectionContext(loop: loop)
    var options = EchoServer.Options()
    change(&options)
    server = EchoServer(context: context, options: options, tls: tls, index: "the index\n")
  }

  deinit {
    // A timer or a connection that outlived its test would act in nobody's name.
    for client in clients { client.stream.close() }
    server.shutDown(within: .zero) {}
    settleLoop(loop, .milliseconds(5))
  }

  /// Connects and says `text`.
  func call(_ text: String) -> RawPeer {
    let (ours, theirs) = MemoryStream.pair(on: loop)
    server.adopt(theirs)
    let client = RawPeer(ours, loop)
    clients.append(client)
    client.send(Array(text.utf8))
    return client
  }

  /// Opens a WebSocket.
  func open(_ resource: String, _ headers: String = "", sourceLocation: SourceLocation = #_sourceLocation) -> RawPeer {
    let client = call(RawClient.request(resource, headers))
    turn(sourceLocation: sourceLocation) { client.head != nil }
    #expect(client.head?.hasPrefix("HTTP/1.1 101 ") == true, "\(client.head ?? "")", sourceLocation: sourceLocation)
    return client
  }

  func turn(sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
    turnLoop(loop, sourceLocation: sourceLocation, until: condition)
  }

  func settle(_ duration: Duration = .milliseconds(20)) { settleLoop(loop, duration) }
}

extension RawPeer {
  /// Sends frames as a client does.
  func say(_ frames: RawFrame...) { send(frames.flatMap(\.masked.bytes)) }

  /// The status of an HTTP answer.
  var status: Int? { head.flatMap { Int($0.split(separator: " ")[1]) } }
}
