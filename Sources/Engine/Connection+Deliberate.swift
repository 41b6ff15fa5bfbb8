import Bytes
import Trace
import Transport
public import WebSocketCore

/// Deliberate law-breaking: what is sent here is sent as it is, whatever state the connection is in.
extension Connection {
  /// A masking key that no frame had before, for a header made by hand.
  public func makeMaskingKey() -> MaskingKey { context.keys.next() }

  /// Sends exactly this frame, masked if the header has a key. The tap sees it; the connection takes no notice.
  /// - Returns: false when the connection is over.
  @discardableResult
  public func sendFrame(_ header: FrameHeader, _ payload: Span<UInt8>) -> Bool {
    guard !isOver else { return false }
    emit { ProtocolConnection.sendFrame(header: header, payload: payload, into: $0) }
    if !header.opcode.isControl {
      observation?.statistics.sent.payloadBytes += payload.count
      if header.isFinal { observation?.statistics.sent.messages += 1 }
    }
    return true
  }

  /// Puts raw bytes on the stream, behind all that was sent before.
  /// - Returns: false when the connection is over.
  @discardableResult
  public func sendBytes(_ bytes: Span<UInt8>) -> Bool {
    guard !isOver else { return false }
    flush(output)
    observation?.sent(Array(copying: bytes))
    bytes.withUnsafeBytes { stream.write($0) }
    noteQueue()
    return true
  }

  /// Sends a message in fragments of `size` bytes, the last as long as what is left; a text may be cut inside a
  /// character.
  /// - Returns: false when the connection takes no message.
  @discardableResult
  public func send(_ opcode: Opcode, _ payload: Span<UInt8>, inFragmentsOf size: Int) -> Bool {
    guard machine.maySendMessage, isOpen else { return false }
    let size = max(1, size)
    batch {
      var start = 0
      repeat {
        let end = min(payload.count, start > payload.count - size ? payload.count : start + size)
        sendFragment(
          start == 0 ? opcode : .continuation, payload.extracting(start..<end), isFinal: end == payload.count)
        start = end
      } while start < payload.count
    }
    return true
  }
}
