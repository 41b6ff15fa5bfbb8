import Engine
import Inspector
import PlainText
import Terminal
import Trace
import WebSocketCore

@testable import FullScreen

/// A screen without a terminal, driven by keys and by made-up connections; its time goes on by a millisecond an event.
struct Screening {
  var model: Model
  var effects: [Effect] = []
  private var time: Int64 = 0

  static let start = ContinuousClock.now

  init(_ columns: Int = 80, _ rows: Int = 24, budget: Int = 64 << 20) {
    model = Model(
      start: Self.start, startWall: UTCTime(seconds: 1_767_225_600, nanoseconds: 0), utcOffset: 0,
      size: Size(columns: columns, rows: rows), limits: StoreLimits(budget: budget),
      mask: SecretMask(showsSecrets: false))
    model.variables.environment = ["USER": "somebody"]
  }

  /// A screen with an open connection.
  static func open(_ columns: Int = 80, _ rows: Int = 24, budget: Int = 64 << 20) -> Screening {
    var screening = Screening(columns, rows, budget: budget)
    screening.connect("orders")
    return screening
  }

  @discardableResult
  mutating func connect(_ name: String) -> Int {
    let number = model.add(url: "wss://api.test/\(name)", name: name)
    give(.opened(number))
    return number
  }

  mutating func give(_ event: ScreenEvent, after delay: Int64 = 1_000_000) {
    time += delay
    effects += model.update(event, now: time)
    model.settle()
    finishSteps()
  }

  private mutating func finishSteps() {
    while model.needsStep {
      let asked = model.step()
      effects += asked
      // What has expressions waits for answers.
      if !asked.isEmpty { break }
    }
  }

  /// Types keys as `KeyNotation` has them.
  mutating func type(_ keys: String) throws {
    for event in try InputEvent.events(notation: keys) { give(.input(event)) }
  }

  mutating func receive(_ text: String, on connection: Int = 1) {
    frame(.received, .text, Array(text.utf8), on: connection)
  }

  mutating func send(_ text: String, on connection: Int = 1) {
    frame(.sent, .text, Array(text.utf8), on: connection)
  }

  mutating func frame(_ direction: Direction, _ opcode: Opcode, _ payload: [UInt8], on connection: Int = 1) {
    time += 1_000_000
    let header = FrameHeader(opcode: opcode, payloadLength: UInt64(payload.count))
    let message = opcode.isControl ? nil : MessageRecord(opcode: opcode, payload: payload)
    let frame = FrameRecord(
      direction: direction, time: Self.start.advanced(by: .nanoseconds(time)), header: header,
      headerBytes: payload.count < 126
        ? [0x80 | opcode.rawValue, UInt8(payload.count)]
        : [0x80 | opcode.rawValue, 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)],
      payload: payload, offset: 0,
      message: message)
    effects += model.update(.trace(connection, .frame(frame)), now: time)
    model.settle()
    finishSteps()
  }

  /// The payloads of the rows that are shown, oldest first.
  var shown: [String] {
    let rows = model.rows
    guard let first = rows.first else { return [] }
    return rows.rows(from: first, count: .max).map(text)
  }

  /// The payload of the row that is looked at.
  var selected: String? { model.selected.map(text) }

  private func text(_ row: RowReference) -> String {
    String(decoding: model.store(of: row)?.payload(row.id) ?? [], as: UTF8.self)
  }
}
