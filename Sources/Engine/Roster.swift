/// The open connections of a server, each in its slot, so that one leaves without a search.
final class Roster {
  private(set) var connections: [Connection] = []

  func add(_ connection: Connection, of server: Server) {
    connection.seat = Connection.Seat(server: server, index: connections.count)
    connections.append(connection)
  }

  func remove(_ connection: Connection) {
    guard let index = connection.seat?.index else { return }
    connection.seat = nil
    let last = connections.removeLast()
    guard last !== connection else { return }
    connections[index] = last
    last.seat?.index = index
  }
}

extension Connection {
  /// Where a connection stands in its server's roster. It keeps the server: who let go of it may still have
  /// connections.
  struct Seat {
    let server: Server
    var index: Int
  }
}
