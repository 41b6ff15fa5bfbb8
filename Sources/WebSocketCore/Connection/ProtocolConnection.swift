import Bytes

/// A frame that made a connection fail.
public struct ViolatingFrame: Equatable, Sendable {
  /// Its header.
  public let header: FrameHeader
  /// The stream offset of its first byte, counted from the first byte after the handshake.
  public let offset: UInt64
  /// Its payload as far as it had come, unmasked; of what is long, the start.
  public let payload: [UInt8]
}

/// An open WebSocket connection without its wire: bytes in, events and bytes out (RFC 6455, RFC 7692).
///
/// Small while idle: whatever a message needs is taken from the pool when it comes and given back behind it.
public struct ProtocolConnection: ~Copyable {
  /// What `next` found.
  public enum Event {
    /// All input is consumed.
    case needsMore
    /// A frame is complete, and perhaps a message.
    case frame(FrameEvent)
    /// The peer broke a rule. Our Close is in the output, and what follows is discarded; a lenient connection goes on,
    /// and `isFailed` stays false.
    case violation(Violation)
  }

  /// What the next byte of input is.
  enum Reading {
    /// The first of a message; nothing is held.
    case betweenMessages
    /// Part of a header, frame or message that is held.
    case busy
    /// Of no interest: the peer's Close has come, or its violation.
    case discarding
  }

  /// A way of a compressed connection.
  struct DeflateDirection {
    var windowBits: UInt8
    var takesContextOver: Bool
  }

  /// How the connection ends. Most never get so far, so it is made at need.
  final class Ending {
    var handshake = ClosingHandshake()
    var violatingFrame: ViolatingFrame?
  }

  /// Which side we are.
  public let role: Role
  /// Whether each Ping is answered by a Pong.
  public var answersPings = true
  /// Whether the peer's Close is answered at once; false holds ours back until `sendClose`.
  public var answersClose = true
  /// False while the output is full: only the newest Ping is kept, for `flushPong` (RFC 6455, section 5.5.3).
  public var maySendPongs = true
  /// The stream offset of the next frame's first byte, or of the frame being received.
  public internal(set) var position: UInt64 = 0

  let rules: ProtocolRules
  let pool: ProtocolPool
  /// How the peer compresses, and how we do; nil without permessage-deflate.
  let peersDeflate: DeflateDirection?
  let ourDeflate: DeflateDirection?
  var reading = Reading.betweenMessages
  /// A header cut by the end of the input.
  var spill = InlineArray<14, UInt8>(repeating: 0)
  var spillCount: UInt8 = 0
  /// What a lenient connection has reported about the next frame's header already.
  var excused = HeaderRules()
  var isSendingFragments = false
  var assembler: MessageAssembler?
  /// With context takeover only; made at the first compressed message.
  var inflater: Inflater?
  var deflater: Deflater?
  var pendingPong: ByteBuffer?
  var ending: Ending?

  /// An open connection, as it is right behind the handshake.
  /// - Parameter pool: shared by the connections of a loop; without one the connection keeps its own.
  public init(role: Role, rules: ProtocolRules, deflate: DeflateAgreement? = nil, pool: ProtocolPool? = nil) {
    self.role = role
    self.rules = rules
    self.pool = pool ?? ProtocolPool()
    let server = deflate.map {
      DeflateDirection(windowBits: UInt8($0.serverWindowBits), takesContextOver: !$0.serverNoContextTakeover)
    }
    let client = deflate.map {
      DeflateDirection(windowBits: UInt8($0.clientWindowBits), takesContextOver: !$0.clientNoContextTakeover)
    }
    (ourDeflate, peersDeflate) = role == .server ? (server, client) : (client, server)
  }

  /// Whether no Close has gone either way and the peer has broken no rule.
  public var isOpen: Bool { ending?.handshake.isOpen ?? true }

  /// How far the end of the connection has come.
  public var closing: Closing { ending?.handshake.state ?? .open }

  /// The Close we sent.
  public var sentClose: CloseFrame? { ending?.handshake.sent }

  /// The Close the peer sent.
  public var receivedClose: CloseFrame? { ending?.handshake.received }

  /// Whether our Close went before the peer's came.
  public var weStarted: Bool { ending?.handshake.weStarted ?? false }

  /// Whether the peer broke the protocol, and its input is discarded for that.
  public var isFailed: Bool {
    if case .failed = closing { true } else { false }
  }

  /// The frame that made the connection fail.
  public var violatingFrame: ViolatingFrame? { ending?.violatingFrame }

  /// Bytes of memory that it holds for a message on its way, and for what the peer's compression remembers.
  public var heldBytes: Int { (assembler?.capacity ?? 0) + (inflater?.memory ?? 0) }

  /// Whether the stream stands inside a frame, its header counted in.
  public var isInsideFrame: Bool { spillCount > 0 || assembler?.frame != nil }

  /// Whether the stream stands inside a fragmented message, or a frame of one.
  public var isInsideMessage: Bool { assembler?.message != nil }

  /// The peer's stream has ended. What was held is given back.
  /// - Returns: the frame or message that was cut, if any; that the Close is missing is told by `closing`.
  public mutating func endOfInput() -> Violation? {
    defer {
      reading = .discarding
      spillCount = 0
      releaseAssembler()
    }
    guard reading == .busy else { return nil }
    if let frame = assembler?.frame {
      return .endInsideFrame(missing: frame.header.payloadLength - UInt64(frame.received))
    }
    if spillCount > 0 { return .endInsideFrame(missing: nil) }
    return assembler?.message.map { .endInsideMessage(fragments: $0.fragmentCount) }
  }

}
