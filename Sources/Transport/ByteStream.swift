/// A connection as bytes both ways: TCP, a Unix socket, TLS over another stream, or a pair in memory.
///
/// A stream holds its handler and its loop holds the stream, until `close()`, `reset()` or a failure.
public protocol ByteStream: AnyObject {
  /// Who hears what happens.
  var handler: (any ByteStreamHandler)? { get set }
  /// Begins to read or to shake hands, once a handler is set. `streamOpened` may be called from inside.
  func start()
  /// Sends `bytes`: tries at once and queues the rest. Never calls the handler from inside.
  func write(_ bytes: UnsafeRawBufferPointer)
  /// Sends `head` and then `body`, from where they lie.
  func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer)
  /// Bytes accepted by `write` and not yet taken by the system.
  var queuedBytes: Int { get }
  /// Stops reading: nothing is received, and no end is noticed, until `resumeReading()`.
  func pauseReading()
  /// Reads again, from the loop's next turn on.
  func resumeReading()
  /// Ends our side once the queue has drained (TCP: FIN; TLS: close_notify, then FIN); later writes are dropped.
  func finishWriting()
  /// Gives the descriptor back at once; the handler is not called again.
  func close()
  /// As `close()`, but the peer sees a reset.
  func reset()
  /// The peer's address as text while it is connected, such as `[::1]:9001` or `unix:/run/x`.
  var peerAddress: String { get }
}

/// Hears what happens to a stream. Inside any call it may write, pause or close; after a close no call follows.
public protocol ByteStreamHandler: AnyObject {
  /// The stream can carry bytes: a TLS handshake is done, a socket has been started.
  func streamOpened(_ stream: any ByteStream)
  /// Bytes came. They may be changed in place and are valid during the call.
  func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer)
  /// The peer will send nothing more (FIN; TLS: close_notify); our side can still be written.
  func streamEnded(_ stream: any ByteStream)
  /// The stream broke, after all that had arrived was received. It is closed, and this is its last call.
  func stream(_ stream: any ByteStream, failed failure: StreamFailure)
  /// The queue fell to `StreamLimits.lowWater` or less after a write had left more, or to nothing after
  /// `finishWriting()` had to wait.
  func streamDrained(_ stream: any ByteStream)
}

/// Why a stream broke.
public enum StreamFailure: Error, Equatable, Sendable {
  /// A system call failed: a reset, a lost route.
  case system(SystemError)
  /// TLS failed.
  case tls(TLSFailure)
  /// A TLS peer's FIN came without its close_notify: what came may have been cut.
  case endWithoutCloseNotify
}

/// Sizes all streams share.
public enum StreamLimits {
  /// A queue of this many bytes or fewer is ready for more.
  public static let lowWater = 64 << 10
  /// Size of the loop's receive buffer, and of what a memory stream carries before its writer queues.
  public static let receiveSize = 256 << 10
}
