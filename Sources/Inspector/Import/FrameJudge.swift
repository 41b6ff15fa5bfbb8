import Bytes
import Trace
import WebSocketCore

/// Judges the frames that one side sent as a lenient receiver would, and puts their messages together. It only looks
/// on: nothing that it sees ends it.
final class FrameJudge {
  private let receiver: Role
  private let pool: Pool
  private let rules: ProtocolRules
  private var deflate: DeflateAgreement?
  private var connection: ProtocolConnection
  private var keys = unsafe MaskingKeySource { unsafe $0.initializeMemory(as: UInt8.self, repeating: 0) }
  /// Whether what the sender's window holds is not all known: messages before were not seen, or not inflated.
  private var isWindowPartial: Bool
  /// Whether the start of the message was not seen, or its frames are passed over.
  private var isMessageLost: Bool
  /// Whether it is not known what was agreed upon.
  private let isHandshakeUnknown: Bool
  private var hasClosed = false

  /// The limit that readers of files use: several are held at a time.
  static let limit = 16 << 20
  /// Of the object, about.
  private static let ownSize = 1 << 10

  /// What the judges of one file lend each other.
  final class Pool {
    fileprivate let connections = ProtocolPool()
    /// The frame that is judged, as it was on the wire, and what a receiver would answer.
    fileprivate let input = ByteBuffer()
    fileprivate let output = ByteBuffer()

    fileprivate static let keptCapacity = 1 << 20
  }

  /// - Parameters:
  ///   - sender: whose frames they are.
  ///   - deflate: what was agreed upon.
  ///   - isFromStart: whether the first frame is the connection's first; else the handshake is not known either.
  ///   - limit: bytes of a message that are gathered, and of a frame that are judged.
  init(
    sender: Role, deflate: DeflateAgreement?, isFromStart: Bool = true, limit: Int = FrameJudge.limit,
    pool: Pool
  ) {
    receiver = sender == .client ? .server : .client
    self.deflate = deflate
    self.pool = pool
    isHandshakeUnknown = !isFromStart
    isWindowPartial = !isFromStart
    isMessageLost = !isFromStart
    rules = ProtocolRules(limits: Limits(maximumMessageSize: limit, maximumFrameSize: limit), isLenient: true)
    connection = ProtocolConnection(role: receiver, rules: rules, deflate: deflate, pool: pool.connections)
    begin()
  }

  /// Bytes of memory that it holds.
  var heldBytes: Int { Self.ownSize + connection.heldBytes }

  /// Judges the next frame: finds its place in its message, the message that it completes, and the rules it breaks.
  /// - Returns: what else there is to say.
  func judge(_ frame: inout FrameRecord) -> [Remark] {
    var remarks: [Remark] = []
    let header = frame.header
    let isData = !header.opcode.isControl
    if hasClosed, isData {
      remarks.append(
        Remark(
          name: "data-after-close", text: "a \(header.opcode.name) frame after the Close",
          section: "RFC 6455, section 5.5.1"))
    }
    if isData, isMessageLost {
      if header.opcode == .continuation {
        remarks.append(
          Remark(name: "message-cut", text: "the start of this message is not here, so that it is not put together"))
        if header.isFinal { isMessageLost = false }
        return remarks
      }
      isMessageLost = false
    }
    if deflate == nil, isHandshakeUnknown, isData, header.reservedBits == .rsv1 {
      // Whoever takes no context over is inflated with it as well.
      deflate = DeflateAgreement()
      begin()
      remarks.append(
        Remark(name: "deflate-assumed", text: "RSV1 is taken for permessage-deflate: what was agreed upon is not here"))
    }
    pool.input.removeAll()
    ProtocolConnection.sendFrame(header: header, payload: frame.payload.span, into: pool.input)
    run(&frame, &remarks)
    if pool.input.capacity > Pool.keptCapacity { pool.input.release() }
    if UInt64(frame.payload.count) != header.payloadLength {
      begin()
      if isData {
        isWindowPartial = true
        isMessageLost = !header.isFinal
      }
    }
    return remarks
  }

  /// Bytes were lost between two frames.
  func loseBytes() {
    isMessageLost = true
    isWindowPartial = true
    begin()
  }

  /// The stream has ended.
  /// - Returns: what it lacks.
  func finish() -> Violation? { connection.endOfInput() }

  /// Lets the machine read what is in `input`.
  private func run(_ frame: inout FrameRecord, _ remarks: inout [Remark]) {
    var offset = 0
    while true {
      switch unsafe connection.next(pool.input.bytes, &offset, output: pool.output, keys: &keys) {
      case .needsMore:
        pool.output.removeAll()
        return
      case .frame(let event): take(event, &frame)
      case .violation(let violation):
        take(violation, &frame, &remarks)
        guard connection.isFailed else { continue }
        isWindowPartial = true
        isMessageLost = !frame.header.isFinal
        begin()
        return
      }
    }
  }

  private func take(_ violation: Violation, _ frame: inout FrameRecord, _ remarks: inout [Remark]) {
    if case .distanceBeyondWindow = violation, isWindowPartial {
      remarks.append(
        Remark(
          name: "not-inflated",
          text: "not inflated: this message refers to earlier ones, which are not here or could not be inflated"))
    } else if violation.isLimit {
      remarks.append(Remark(name: violation.name, text: "not put together: \(violation)"))
    } else {
      frame.violations.append(violation)
    }
  }

  private func take(_ event: FrameEvent, _ frame: inout FrameRecord) {
    let opcode = event.messageOpcode
    if opcode == .text || opcode == .binary {
      frame.part = MessagePart(opcode: opcode, index: event.messageOffset, isCompressed: event.isCompressed)
      if event.completes {
        frame.message = MessageRecord(
          opcode: opcode, payload: Array(copying: event.message), wireSize: UInt64(event.messageWireSize),
          fragmentCount: event.fragmentCount, isCompressed: event.isCompressed)
      }
    }
    // The machine reads nothing behind a Close; what comes is judged by another one.
    if event.header.opcode == .close {
      hasClosed = true
      isWindowPartial = true
      begin()
    }
  }

  private func begin() {
    connection = ProtocolConnection(role: receiver, rules: rules, deflate: deflate, pool: pool.connections)
    connection.answersPings = false
    connection.answersClose = false
  }
}
