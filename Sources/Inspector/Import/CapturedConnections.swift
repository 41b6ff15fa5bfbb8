import Trace
public import WebSocketCore

/// What must be known of the connections in a file to take their frames apart: our role in them, and what was agreed
/// upon for compression.
public struct CapturedConnections {
  private struct Connection {
    var role = Role.client
    var deflate: DeflateAgreement?
  }

  private var connections: [Int: Connection] = [:]
  /// Of connections whose handshake is not in the file.
  private let deflate: DeflateAgreement?

  /// A hostile file may have any number of connections that never end.
  private static let limit = 1 << 16

  /// - Parameter deflate: what was agreed upon where the file does not say.
  public init(deflate: DeflateAgreement? = nil) { self.deflate = deflate }

  /// Learns from an event.
  public mutating func note(_ event: CapturedEvent) {
    switch event.content {
    case .start(let role, _):
      if connections.count >= Self.limit { connections = [:] }
      connections[event.connection] = Connection(role: role, deflate: deflate)
    case .trace(.opened(let answer)): connections[event.connection]?.deflate = answer.deflate
    case .end, .failed: connections[event.connection] = nil
    default: break
    }
  }

  /// Our role in the connection of that number.
  public func role(of number: Int) -> Role { connections[number]?.role ?? .client }

  /// The frame of an event, taken apart; nil where it has none.
  public func dissection(of event: CapturedEvent) -> Dissection? {
    guard case .frame(let frame, _) = event.content else { return nil }
    let connection = connections[event.connection] ?? Connection(deflate: deflate)
    return Dissection(frame, role: connection.role, deflate: connection.deflate)
  }
}
