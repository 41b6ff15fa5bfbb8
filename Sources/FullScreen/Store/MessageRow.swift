import WebSocketCore

/// What a list knows of a message, control frame or note without looking at its bytes: 32 bytes, of which there may be
/// millions.
struct MessageRow: BitwiseCopyable, Equatable {
  /// Nanoseconds since the screen began. Of captures that are older, negative.
  var time: Int64 = 0
  /// Where its bytes begin in its chunk.
  var offset: UInt32 = 0
  /// The payload's size, also where less of it is kept.
  var payloadSize: UInt32 = 0
  /// How much of the payload is kept.
  var keptSize: UInt32 = 0
  /// Microseconds since what it answers; 0 where it answers nothing.
  var reply: UInt32 = 0
  /// Bytes that say which frames it came in.
  var framesSize: UInt16 = 0
  /// How many frames it came in, at most 65,535.
  var frameCount: UInt16 = 0
  var opcode = Opcode.text.rawValue
  var flags = Flags()

  /// What is special about it.
  struct Flags: OptionSet, BitwiseCopyable {
    let rawValue: UInt8

    static let received = Flags(rawValue: 1)
    static let compressed = Flags(rawValue: 2)
    /// Not from the wire: a word of ours about the connection, in the payload.
    static let note = Flags(rawValue: 4)
    /// Something is wrong: it passes every filter.
    static let problem = Flags(rawValue: 8)
    /// We answered it, or it was answered.
    static let answered = Flags(rawValue: 16)
  }

  var isReceived: Bool { flags.contains(.received) }
  var isNote: Bool { flags.contains(.note) }
  /// Whether more came than is kept.
  var isCut: Bool { keptSize < payloadSize }
  var frameOpcode: Opcode { Opcode(rawValue: opcode) }
}
