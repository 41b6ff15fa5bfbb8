import Trace
import Transport
public import WebSocketCore

/// Sends each message back as one frame. Holds nothing, so one serves every connection.
public final class EchoHandler: ConnectionHandler {
  public init() {}

  public func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    connection.send(opcode, payload)
  }
}

/// Sends each message back in the fragments it came in.
final class MirrorHandler: ConnectionHandler {
  let hearsFrames = true

  func connection(_ connection: Connection, receivedFrame header: FrameHeader, _ payload: Span<UInt8>) {
    connection.sendFragment(header.opcode, payload, isFinal: header.isFinal)
  }
}

/// Reads everything, answers nothing.
final class SinkHandler: ConnectionHandler {}

/// The connections of `/broadcast`.
final class Room {
  private var members: [ObjectIdentifier: Connection] = [:]

  func enter(_ connection: Connection) { members[ObjectIdentifier(connection)] = connection }
  func leave(_ connection: Connection) { members[ObjectIdentifier(connection)] = nil }

  /// Sends to everybody; a member whose queue is full misses the message rather than hold back the others.
  func send(_ opcode: Opcode, _ payload: Span<UInt8>) {
    for member in members.values where !member.isFull { member.send(opcode, payload) }
  }
}

/// Sends each message to every connection of the room.
final class BroadcastHandler: ConnectionHandler {
  private let room: Room

  init(room: Room) { self.room = room }

  func connectionOpened(_ connection: Connection) { room.enter(connection) }
  func connection(_ connection: Connection, ended verdict: Verdict) { room.leave(connection) }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    room.send(opcode, payload)
  }
}

/// Sends each message back in fragments of a given size.
final class FragmentHandler: ConnectionHandler {
  private let size: Int

  init(size: Int) { self.size = size }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    var start = 0
    repeat {
      let end = min(payload.count, start + size)
      connection.sendFragment(
        start == 0 ? opcode : .continuation, payload.extracting(start..<end), isFinal: end == payload.count)
      start = end
    } while start < payload.count
  }
}

/// Reads nothing at all.
final class StallHandler: ConnectionHandler {
  func connectionOpened(_ connection: Connection) { connection.pauseReading() }
}

/// Sends each message back and leaves Pings unanswered.
final class SilentHandler: ConnectionHandler {
  func connectionOpened(_ connection: Connection) { connection.answersPings = false }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    connection.send(opcode, payload)
  }
}

/// Sends the request as JSON, then each message back.
final class HeadersHandler: ConnectionHandler {
  private let head: HTTPRequestHead

  init(head: HTTPRequestHead) { self.head = head }

  func connectionOpened(_ connection: Connection) {
    var text = #"{"method":\#(quoted(head.method)),"target":\#(quoted(head.target)),"headers":["#
    text += head.headers.map { "[\(quoted($0.name)),\(quoted($0.value))]" }.joined(separator: ",") + "]}"
    connection.send(.text, text.utf8Span.span)
  }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    connection.send(opcode, payload)
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
