import Inspector
import Trace
import WebSocketCore

/// What the clients of a capture sent, and what they got between.
public struct ReplayPlan: Sendable {
  /// What is done, or awaited.
  public enum Action: Equatable, Sendable {
    case connect
    case send(SentPayload)
    case awaitMessage
    case awaitPong
    case awaitEnd
    case drop

    var isAwaited: Bool {
      switch self {
      case .awaitMessage, .awaitPong, .awaitEnd: true
      case .connect, .send, .drop: false
      }
    }
  }

  /// One of them, on a connection.
  public struct Step: Equatable, Sendable {
    /// Its number in the capture.
    public var connection: Int
    public var action: Action
    /// Since the first step of all.
    public var time: Duration
    /// Since the step before.
    public var waited: Duration

    public init(connection: Int, action: Action, time: Duration, waited: Duration = .zero) {
      self.connection = connection
      self.action = action
      self.time = time
      self.waited = waited
    }
  }

  public var steps: [Step]
  /// What each connection's client offered, where the capture has it.
  public var subprotocols: [Int: [String]]

  public init(_ steps: [Step], subprotocols: [Int: [String]] = [:]) {
    self.steps = steps
    self.subprotocols = subprotocols
  }

  /// The connections in the order in which they are made.
  public var connections: [Int] {
    steps.compactMap { if case .connect = $0.action { $0.connection } else { nil } }
  }
}

extension ReplayPlan {
  /// - Parameter connections: those of the recording that were open, by name and number.
  init(_ recording: Recording, connections: [String: Int], subprotocols: [Int: [String]]) {
    var steps: [Step] = []
    var time = Duration.zero
    var waited = Duration.zero
    for entry in recording.entries {
      time += entry.waited
      waited += entry.waited
      guard let connection = entry.connection.flatMap({ connections[$0] }), let action = Action(entry.event) else {
        continue
      }
      steps.append(Step(connection: connection, action: action, time: time, waited: waited))
      waited = .zero
    }
    let start = steps.first?.time ?? .zero
    for index in steps.indices { steps[index].time -= start }
    self.init(steps, subprotocols: subprotocols)
  }
}

extension ReplayPlan.Action {
  fileprivate init?(_ event: Recording.Event) {
    switch event {
    case .opening: self = .connect
    case .sent(let payload, let size?) where payload.isText: self = .send(.fragments(payload.bytes, size: size))
    case .sent(let payload, _): self = .send(.message(payload.isText ? .text : .binary, payload.bytes))
    case .frame(let frame): self = .send(.frame(HandmadeFrame(frame)))
    case .bytes(let bytes): self = .send(.bytes(bytes))
    case .ping(let payload): self = .send(.ping(payload))
    case .pong(let payload): self = .send(.pong(payload))
    case .close(let close): self = .send(.close(close.code, reason: close.reason))
    case .received, .receivedAnything: self = .awaitMessage
    case .receivedPong: self = .awaitPong
    case .receivedClose, .ended: self = .awaitEnd
    case .dropped: self = .drop
    case .reconnected, .remark, .nothing: return nil
    }
  }
}

extension HandmadeFrame {
  /// The frame that was sent, under another key.
  fileprivate init(_ frame: FrameRecord) {
    self.init()
    isFinal = frame.header.isFinal
    reservedBits = frame.header.reservedBits
    opcode = frame.header.opcode
    mask = frame.header.maskingKey == nil ? .off : .random
    payload = frame.payload
    let length = frame.header.payloadLength
    if length != UInt64(payload.count) { announcedLength = length }
    if frame.header.lengthForm != .minimal(for: length) { lengthForm = frame.header.lengthForm }
  }
}
