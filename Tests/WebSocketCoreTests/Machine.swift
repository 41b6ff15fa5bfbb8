import Bytes
import WebSocketCore

/// What `next` said, owned, so that a test can look at it later.
enum Seen: Equatable, CustomStringConvertible {
  /// A frame that completes a message.
  case message(Opcode, [UInt8])
  /// A frame that completes none.
  case frame(Opcode, [UInt8])
  case violation(Violation)

  static func text(_ text: String) -> Seen { .message(.text, Array(text.utf8)) }

  var description: String {
    switch self {
    case .message(let opcode, let bytes): "message(\(opcode.name), \(hex(bytes)))"
    case .frame(let opcode, let bytes): "frame(\(opcode.name), \(hex(bytes)))"
    case .violation(let violation): "violation(\(violation))"
    }
  }
}

/// A frame event, owned.
struct SeenFrame: Equatable {
  var header: FrameHeader
  var headerBytes: [UInt8]
  var payload: [UInt8]
  var offset: UInt64
  var messageOffset: Int
  var completes: Bool
  var messageOpcode: Opcode
  var message: [UInt8]
  var messageWireSize: Int
  var fragmentCount: Int
  var isCompressed: Bool

  init(_ event: FrameEvent) {
    header = event.header
    headerBytes = event.header.bytes
    payload = array(event.payload)
    offset = event.offset
    messageOffset = event.messageOffset
    completes = event.completes
    messageOpcode = event.messageOpcode
    message = array(event.message)
    messageWireSize = event.messageWireSize
    fragmentCount = event.fragmentCount
    isCompressed = event.isCompressed
  }
}

/// A connection with everything it is given, and a record of what came out.
final class Machine {
  var connection: ProtocolConnection
  let output = ByteBuffer()
  var keys = MaskingKeySource.counting
  var seen: [Seen] = []
  var frames: [SeenFrame] = []

  init(
    _ role: Role, limits: Limits = Limits(), isLenient: Bool = false, deflate: DeflateAgreement? = nil,
    pool: ProtocolPool? = nil, compressionThreshold: Int = 0
  ) {
    let rules = ProtocolRules(limits: limits, isLenient: isLenient, compressionThreshold: compressionThreshold)
    connection = ProtocolConnection(role: role, rules: rules, deflate: deflate, pool: pool)
  }

  var closing: Closing { connection.closing }
  var isFailed: Bool { connection.isFailed }
  var weStarted: Bool { connection.weStarted }
  var isInsideFrame: Bool { connection.isInsideFrame }
  var isInsideMessage: Bool { connection.isInsideMessage }
  var maySendMessage: Bool { connection.maySendMessage }
  var sentClose: CloseFrame? { connection.sentClose }
  var receivedClose: CloseFrame? { connection.receivedClose }

  func endOfInput() -> Violation? { connection.endOfInput() }

  func sendFragment(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool) -> Bool {
    connection.sendFragment(opcode, payload.span, isFinal: isFinal, into: output, keys: &keys)
  }

  func sendClose(_ code: CloseCode?, reason: String = "") throws(Misuse) {
    try connection.sendClose(code, reason: reason, into: output, keys: &keys)
  }

  func sendPing(_ payload: [UInt8]) throws(Misuse) {
    try connection.sendPing(payload.span, into: output, keys: &keys)
  }

  /// Gives `bytes` to the connection, `pieceSize` at a time, each piece in memory of its own.
  func receive(_ bytes: [UInt8], pieceSize: Int = .max) {
    var rest = bytes[...]
    while !rest.isEmpty {
      var piece = Array(rest.prefix(pieceSize))
      rest = rest.dropFirst(pieceSize)
      receivePiece(&piece)
    }
  }

  private func receivePiece(_ piece: inout [UInt8]) {
    piece.withUnsafeMutableBytes { input in
      var offset = 0
      while true {
        let event = connection.next(input, &offset, output: output, keys: &keys)
        switch event {
        case .needsMore:
          precondition(offset == input.count, "input left behind")
          return
        case .frame(let frame):
          frames.append(SeenFrame(frame))
          seen.append(
            frame.completes
              ? .message(frame.messageOpcode, array(frame.message)) : .frame(frame.header.opcode, array(frame.payload)))
        case .violation(let violation): seen.append(.violation(violation))
        }
      }
    }
  }

  /// What the connection wants to send, taken.
  func takeOutput() -> [UInt8] {
    let taken = Array(output.bytes)
    output.removeAll()
    return taken
  }

  /// The frames the connection wants to send, unmasked, taken.
  func takeFrames() -> [Frame] { Frame.readAll(takeOutput()) }

  func send(_ opcode: Opcode, _ payload: [UInt8], compress: Bool = true) -> Bool {
    connection.send(opcode, payload.span, into: output, keys: &keys, compress: compress)
  }
}

/// A frame in the open: header and unmasked payload.
struct Frame: Equatable, CustomStringConvertible {
  var header: FrameHeader
  var payload: [UInt8]

  init(
    _ opcode: Opcode, _ payload: [UInt8] = [], isFinal: Bool = true, reservedBits: ReservedBits = [],
    key: MaskingKey? = nil
  ) {
    header = FrameHeader(
      opcode: opcode, payloadLength: UInt64(payload.count), isFinal: isFinal, reservedBits: reservedBits,
      maskingKey: key)
    self.payload = payload
  }

  static func text(_ text: String) -> Frame { Frame(.text, Array(text.utf8)) }

  /// A Close frame's payload.
  static func closePayload(_ code: UInt16, _ reason: String = "") -> [UInt8] {
    [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
  }

  /// The frame's bytes as the peer of `role` would write them.
  func bytes(to role: Role) -> [UInt8] {
    var frame = self
    frame.header.maskingKey = role == .server ? MaskingKey(0x37FA_213D) : nil
    return frame.bytes
  }

  /// The frame's bytes with just this header.
  var bytes: [UInt8] {
    let output = ByteBuffer()
    header.write(into: output)
    var bytes = array(output.span) + payload
    guard let key = header.maskingKey?.value else { return bytes }
    let octets = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: key >> UInt32($0)) }
    let start = bytes.count - payload.count
    for index in payload.indices { bytes[start + index] ^= octets[index & 3] }
    return bytes
  }

  static func readAll(_ bytes: [UInt8]) -> [Frame] {
    var frames: [Frame] = []
    var rest = bytes[...]
    while true {
      let remaining = Array(rest)
      guard let (header, size) = FrameHeader.read(remaining.span) else { break }
      rest = rest.dropFirst(size)
      var frame = Frame(header.opcode)
      frame.header = header
      frame.payload = Array(rest.prefix(Int(header.payloadLength)))
      let masked = frame.bytes
      frame.payload = Array(masked.suffix(frame.payload.count))
      rest = rest.dropFirst(frame.payload.count)
      frames.append(frame)
    }
    precondition(rest.isEmpty, "half a frame was sent")
    return frames
  }

  /// The same without masking, for comparing what either role sends.
  var unmasked: Frame {
    var frame = self
    frame.header.maskingKey = nil
    return frame
  }

  var description: String { "\(header.opcode.name) \(hex(bytes))" }
}

extension MaskingKeySource {
  /// Keys that count up: repeatable, never the same twice in a block.
  static var counting: MaskingKeySource {
    MaskingKeySource { block in
      block.withMemoryRebound(to: UInt32.self) { keys in
        for index in keys.indices { keys[index] = 0x0101_0101 &* UInt32(truncatingIfNeeded: index + 1) }
      }
    }
  }
}

/// A generator whose seed a failing test prints.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

func array(_ span: Span<UInt8>) -> [UInt8] { span.withUnsafeBytes { Array($0) } }

func hex(_ bytes: [UInt8]) -> String {
  let digits = bytes.prefix(48).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  return bytes.count > 48 ? "\(digits) … (\(bytes.count) bytes)" : digits
}

/// Both sides; a test of what both do runs for each.
let bothRoles: [Role] = [.client, .server]
