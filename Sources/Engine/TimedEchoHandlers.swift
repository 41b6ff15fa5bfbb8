import Bytes
import Trace
import Transport
import WebSocketCore

/// A timer of a handler, which ends with its connection.
struct Alarm {
  private var token: TimerToken?

  mutating func set(_ connection: Connection, after delay: Duration, _ action: @escaping () -> Void) {
    cancel(connection)
    token = connection.context.loop.schedule(after: delay, action)
  }

  mutating func cancel(_ connection: Connection) {
    if let token { connection.context.loop.cancel(token) }
    token = nil
  }
}

/// Sends messages without being asked: as fast as they are read, or at a rate.
final class BlastHandler: ConnectionHandler {
  private let count: Int?
  private let size: Int
  private let rate: Int?
  private var sent = 0
  private var alarm = Alarm()
  private var cadence = Cadence()
  private var message: [UInt8] = []

  /// Messages sent in one go, so that one connection does not keep the loop from the others.
  private static let burst = 512

  init(count: Int?, size: Int, rate: Int?) {
    self.count = count
    self.size = size
    self.rate = rate
  }

  func connectionOpened(_ connection: Connection) {
    message = [UInt8](repeating: UInt8(ascii: "."), count: size)
    go(on: connection)
  }

  func connectionDrained(_ connection: Connection) {
    if rate == nil { go(on: connection) }
  }

  func connection(_ connection: Connection, ended verdict: Verdict) {
    alarm.cancel(connection)
  }

  private func go(on connection: Connection) {
    guard connection.isOpen else { return }
    var burst = Self.burst
    var pause = Duration.zero
    if let rate {
      burst = max(1, rate / 100)
      pause = cadence.wait(.seconds(1) * Double(burst) / Double(rate), at: connection.context.loop.now)
    }
    connection.batch {
      while burst > 0, sent < count ?? .max, !connection.isFull {
        send(on: connection)
        burst -= 1
      }
    }
    if sent >= count ?? .max {
      try? connection.close(.normal)
    } else if !connection.isFull || rate != nil {
      alarm.set(connection, after: pause) { [unowned self] in go(on: connection) }
    }
  }

  /// A message is its number, filled up to the size.
  private func send(on connection: Connection) {
    sent += 1
    var digits = sent
    var length = 1
    while digits >= 10 {
      digits /= 10
      length += 1
    }
    digits = sent
    for index in (0..<length).reversed() where index < size {
      message[index] = UInt8(ascii: "0") + UInt8(digits % 10)
      digits /= 10
    }
    // The connection must not see our storage change while it reads it.
    let message = message
    connection.send(.text, message.span)
  }
}

/// Sends each message back later, in order.
final class DelayHandler: ConnectionHandler {
  private let delay: Duration
  private let jitter: Duration
  private var waiting: [(opcode: Opcode, payload: [UInt8], due: ContinuousClock.Instant)] = []
  private var waitingBytes = 0
  private var alarm = Alarm()

  /// Reading stops while this much waits.
  private static let limit = 1 << 20

  init(delay: Duration, jitter: Duration) {
    self.delay = delay
    self.jitter = jitter
  }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    let late = jitter * Double.random(in: -1...1)
    let due = connection.context.loop.now + max(.zero, delay + late)
    waiting.append((opcode, Array(copying: payload), max(due, waiting.last?.due ?? due)))
    waitingBytes += payload.count + MemoryLayout<(Opcode, [UInt8], ContinuousClock.Instant)>.size
    if waitingBytes > Self.limit { connection.pauseReading() }
    if waiting.count == 1 { arm(connection) }
  }

  func connection(_ connection: Connection, ended verdict: Verdict) {
    alarm.cancel(connection)
  }

  private func arm(_ connection: Connection) {
    guard let next = waiting.first else { return }
    alarm.set(connection, after: connection.context.loop.now.duration(to: next.due)) { [unowned self] in
      deliver(connection)
    }
  }

  private func deliver(_ connection: Connection) {
    let now = connection.context.loop.now
    let count = waiting.firstIndex { $0.due > now } ?? waiting.count
    connection.batch {
      for message in waiting[..<count] {
        let payload = message.payload
        connection.send(message.opcode, payload.span)
        waitingBytes -= message.payload.count + MemoryLayout<(Opcode, [UInt8], ContinuousClock.Instant)>.size
      }
    }
    waiting.removeFirst(count)
    if waitingBytes <= Self.limit { connection.resumeReading() }
    arm(connection)
  }
}

/// Sends a numbered message at every interval.
final class TickHandler: ConnectionHandler {
  private let interval: Duration
  private var number = 0
  private var alarm = Alarm()

  init(every interval: Duration) { self.interval = max(interval, .milliseconds(1)) }

  func connectionOpened(_ connection: Connection) { arm(connection) }
  func connection(_ connection: Connection, ended verdict: Verdict) { alarm.cancel(connection) }

  private func arm(_ connection: Connection) {
    alarm.set(connection, after: interval) { [unowned self] in
      number += 1
      let text = "tick \(number)"
      if !connection.isFull { connection.send(.text, text.utf8Span.span) }
      arm(connection)
    }
  }
}

/// Pings at every interval and sends each message back.
final class PingHandler: ConnectionHandler {
  private let interval: Duration
  private var number = 0
  private var alarm = Alarm()

  init(every interval: Duration) { self.interval = max(interval, .milliseconds(1)) }

  func connectionOpened(_ connection: Connection) { arm(connection) }
  func connection(_ connection: Connection, ended verdict: Verdict) { alarm.cancel(connection) }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    connection.send(opcode, payload)
  }

  private func arm(_ connection: Connection) {
    alarm.set(connection, after: interval) { [unowned self] in
      number += 1
      let text = "ping \(number)"
      if !connection.isFull { try? connection.ping(text.utf8Span.span) }
      arm(connection)
    }
  }
}

/// Closes after a time.
final class CloseHandler: ConnectionHandler {
  private let code: CloseCode
  private let reason: String
  private let delay: Duration
  private var alarm = Alarm()

  init(code: CloseCode, reason: String, after delay: Duration) {
    self.code = code
    self.reason = reason
    self.delay = delay
  }

  func connectionOpened(_ connection: Connection) {
    alarm.set(connection, after: delay) { [unowned self] in
      // A code or reason that must not be sent closes as what it is: a mistake in the asking.
      do { try connection.close(code, reason: reason) } catch {
        try? connection.close(.policyViolation, reason: "cannot close so")
      }
    }
  }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    connection.send(opcode, payload)
  }

  func connection(_ connection: Connection, ended verdict: Verdict) { alarm.cancel(connection) }
}

/// Resets the transport after a time.
final class DropHandler: ConnectionHandler {
  private let delay: Duration
  private var alarm = Alarm()

  init(after delay: Duration) { self.delay = delay }

  func connectionOpened(_ connection: Connection) {
    alarm.set(connection, after: delay) { connection.reset() }
  }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    connection.send(opcode, payload)
  }

  func connection(_ connection: Connection, ended verdict: Verdict) { alarm.cancel(connection) }
}
