public import WebSocketCore

/// What standard input asks to be sent.
public enum InputItem {
  /// A text or binary message.
  case message(Opcode, BorrowedBytes)
  /// A Ping, at most 125 bytes.
  case ping(BorrowedBytes)
  /// A Pong, at most 125 bytes.
  case pong(BorrowedBytes)
  /// A Close with a code that may be sent and a reason that fits; without a code, an empty Close.
  case close(CloseCode?, String)
}

/// Bytes that belong to the reader or its input; valid until the reader's next call.
@safe public struct BorrowedBytes {
  /// The bytes.
  public let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

  /// How many there are.
  public var count: Int { unsafe bytes.count }

  /// Whether there are none.
  public var isEmpty: Bool { unsafe bytes.isEmpty }

  /// The bytes, as a span.
  public var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let span = unsafe bytes.assumingMemoryBound(to: UInt8.self).span
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }
}
