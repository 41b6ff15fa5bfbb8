import Trace
import Transport
import WebSocketCore

/// Breaks a rule as soon as the connection is open.
final class FaultHandler: ConnectionHandler {
  private let fault: Fault
  private var steps: ArraySlice<Fault.Step>
  private var alarm = Alarm()

  /// Frames sent in one go, so that one connection does not keep the loop from the others.
  private static let burst = 512

  init(_ fault: Fault) {
    self.fault = fault
    steps = (fault.steps ?? [])[...]
  }

  func connectionOpened(_ connection: Connection) {
    guard !fault.needsDeflate || connection.isDeflating else {
      try? connection.close(.policyViolation, reason: "this fault needs permessage-deflate, which is not agreed upon")
      return
    }
    go(on: connection)
  }

  func connectionDrained(_ connection: Connection) { go(on: connection) }

  func connection(_ connection: Connection, ended verdict: Verdict) { alarm.cancel(connection) }

  private func go(on connection: Connection) {
    while let step = steps.first, connection.isOpen {
      switch step {
      case .frame(let header, let payload): connection.sendFrame(header, payload.span)
      case .end: connection.stream.finishWriting()
      case .repeated(let header, let payload):
        connection.batch {
          for _ in 0..<Self.burst where !connection.isFull { connection.sendFrame(header, payload.span) }
        }
        // What waits tells when it has left.
        if !connection.isFull { alarm.set(connection, after: .zero) { [unowned self] in go(on: connection) } }
        return
      }
      steps = steps.dropFirst()
    }
  }
}
