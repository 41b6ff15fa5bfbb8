public import Trace
public import WebSocketCore

/// What an owner of a connection hears of it, on the loop's thread.
///
/// It may send, close, pause and resume inside every call.
public protocol ConnectionHandler: AnyObject {
  /// Whether `receivedFrame` is to be called at all; asked once, when the connection is made.
  var hearsFrames: Bool { get }
  /// The connection is open; nothing has been received yet.
  func connectionOpened(_ connection: Connection)
  /// A text or binary message, whole and inflated; `payload` is valid during the call.
  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>)
  /// One frame of a text or binary message, before the message it may complete; `payload` as on the wire.
  func connection(_ connection: Connection, receivedFrame header: FrameHeader, _ payload: Span<UInt8>)
  /// A Ping or Pong; a Ping has been answered already.
  func connection(_ connection: Connection, receivedControl opcode: Opcode, _ payload: Span<UInt8>)
  /// The peer broke a rule and the connection goes on (lenient).
  func connection(_ connection: Connection, tolerated violation: Violation)
  /// Everything that came with one read has been delivered.
  func connectionReceivedBatch(_ connection: Connection)
  /// Output that had to wait has left.
  func connectionDrained(_ connection: Connection)
  /// The last call.
  func connection(_ connection: Connection, ended verdict: Verdict)
}

extension ConnectionHandler {
  public var hearsFrames: Bool { false }
  public func connectionOpened(_ connection: Connection) {}
  public func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {}
  public func connection(_ connection: Connection, receivedFrame header: FrameHeader, _ payload: Span<UInt8>) {}
  public func connection(_ connection: Connection, receivedControl opcode: Opcode, _ payload: Span<UInt8>) {}
  public func connection(_ connection: Connection, tolerated violation: Violation) {}
  public func connectionReceivedBatch(_ connection: Connection) {}
  public func connectionDrained(_ connection: Connection) {}
  public func connection(_ connection: Connection, ended verdict: Verdict) {}
}

/// Sees what happens on a connection, both ways, before it is acted on.
public protocol Tap: AnyObject {
  func saw(_ event: TraceEvent)
  /// A frame as it goes by. Who keeps frames leaves this out, and gets them as events.
  /// - Parameter time: when its last byte came, or when it was given to the socket.
  func saw(_ frame: LiveFrame, at time: ContinuousClock.Instant)
}

extension Tap {
  public func saw(_ frame: LiveFrame, at time: ContinuousClock.Instant) { saw(.frame(frame.record(at: time))) }
}
