public import Engine
import Inspector
import WebSocketCore

extension Connection {
  /// Sends it.
  /// - Returns: why it cannot be sent; nil when it was.
  public func send(_ payload: SentPayload) -> String? {
    do throws(Misuse) {
      switch payload {
      case .message(let opcode, let bytes):
        guard send(opcode, bytes.span) else { return Self.takesNothing }
      case .fragments(let bytes, let size):
        guard send(.text, bytes.span, inFragmentsOf: size) else { return Self.takesNothing }
      case .ping(let bytes): try ping(bytes.span)
      case .pong(let bytes): try pong(bytes.span)
      case .close(let code, let reason): try close(code, reason: reason)
      case .frame(let frame):
        let header = frame.header(role: role) { makeMaskingKey() }
        sendFrame(header, frame.payload.span)
      case .bytes(let bytes): sendBytes(bytes.span)
      }
    } catch { return "\(error)" }
    return nil
  }

  private static let takesNothing = "the connection takes no message now"
}
