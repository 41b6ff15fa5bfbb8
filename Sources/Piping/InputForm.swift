public import WebSocketCore

/// How standard input's bytes become messages.
public enum InputForm: Equatable, Sendable {
  /// A message ends at LF. A CR before the LF belongs to it, unless it is stripped.
  case lines(stripsCarriageReturn: Bool = false)
  /// A message ends at NUL.
  case nulls
  /// A message ends where a read ends, so that nothing waits for more, and has at most this many bytes.
  case chunks(Int)
  /// All of the input is one message.
  case whole
  /// Every line is an event in JSON; blank lines are skipped.
  case jsonLines

  /// The most bytes of a chunk where nothing else is said.
  public static let defaultChunkSize = 65_536
}

/// How a message's payload is spelled in its record.
public enum PayloadCoding: Sendable {
  /// The record is the payload.
  case plain
  /// Base64 with padding. Line breaks inside a record are ignored, as `base64` makes them.
  case base64
  /// Two digits a byte. White space is ignored.
  case hex
}

/// Everything that decides what standard input means.
public struct InputFormat: Equatable, Sendable {
  /// Where messages begin and end.
  public var form: InputForm
  /// How a record spells its payload. Chunks and JSON Lines have none to choose.
  public var coding: PayloadCoding
  /// What a message is sent as. JSON Lines say it themselves.
  public var opcode: Opcode
  /// The most bytes a message may have.
  public var maximumMessageSize: Int
  /// Whether events with `"dir":"in"` are passed over, so that of a recorded session only our own side is sent.
  public var skipsReceived: Bool

  /// Input of a form. Without an opcode, chunks and decoded records are binary and all others text.
  public init(
    _ form: InputForm, coding: PayloadCoding = .plain, opcode: Opcode? = nil,
    maximumMessageSize: Int = Limits().maximumMessageSize, skipsReceived: Bool = true
  ) {
    self.form = form
    self.coding = coding
    self.maximumMessageSize = maximumMessageSize
    self.skipsReceived = skipsReceived
    let isBytes = if case .chunks = form { true } else { coding != .plain }
    self.opcode = opcode ?? (isBytes ? .binary : .text)
  }
}
