import PlainText
import Terminal
import TerminalTesting
import TestSupport
import Testing
import Trace
import WebSocketCore

@testable import FullScreen

/// Rewrite the files with: WSCOPE_UPDATE_GOLDEN=1 swift test --filter GoldenTests
@Suite struct GoldenTests {
  private static let sizes = [(80, 24), (140, 40), (40, 10)]
  private static let scenes = [
    "list", "following", "detail-json", "detail-hex", "detail-frames", "detail-timing", "composer", "composer-json",
    "filter", "search", "connection", "connection-handshake", "palette", "popup", "help", "settings", "merged",
    "second", "closed", "empty", "paused", "ascii", "close-codes", "many-tabs",
    "detail-all", "detail-all-below", "frame-form", "delta",
  ]

  @Test("A screen looks as it did", arguments: scenes)
  func screen(scene: String) throws {
    for (columns, rows) in Self.sizes {
      let screening = try Self.make(scene, columns, rows)
      let screen = Screen(Size(columns: columns, rows: rows), depth: .none)
      ScreenView(screening.model, theme: Theme(depth: .none)).draw(on: screen)
      let text = Snapshot.of(screen)
      try GoldenFile.compare(text, with: "Tests/FullScreenTests/Golden/\(scene)-\(columns)x\(rows).txt")
    }
  }

  @Test("Every screen can be drawn at any size", arguments: scenes)
  func anySize(scene: String) throws {
    for (columns, rows) in [(1, 1), (2, 2), (5, 3), (10, 4), (20, 6), (59, 15), (60, 16), (300, 100)] {
      let screening = try Self.make(scene, columns, rows)
      let screen = Screen(Size(columns: columns, rows: rows), depth: .full)
      ScreenView(screening.model, theme: Theme(depth: .full)).draw(on: screen)
      if let cursor = screen.cursor { #expect(screen.bounds.contains(cursor.place), "\(columns)x\(rows)") }
    }
  }

  /// Sends what a session of some minutes would hold, then types what leads to the scene.
  private static func make(_ scene: String, _ columns: Int, _ rows: Int) throws -> Screening {
    var screening = Screening(columns, rows)
    guard scene != "empty" else { return screening }
    screening.connect("orders")
    screening.connect("billing")
    screening.model.look(at: 0)
    screening.describeFirst()
    screening.send(#"{"op":"subscribe","channel":"orders","id":"7f3a"}"#)
    screening.receive(#"{"op":"ack","id":"7f3a","channel":"orders"}"#)
    screening.frame(.received, .binary, (0..<200).map { UInt8($0) })
    screening.frame(.received, .ping, Array("hb42".utf8))
    screening.frame(.sent, .pong, Array("hb42".utf8))
    for index in 0..<40 {
      screening.receive(#"{"op":"tick","price":\#(100 + index).25,"note":"Grüße, 東京 \#u{1F600}"}"#)
      if index % 9 == 0 { screening.receive("plain text \(index), \u{1B}[31mnot red\u{07}", on: 2) }
    }
    screening.send(#"{"op":"limit","n":100,"id":9}"#)
    screening.receive(
      #"{"op":"error","id":9,"code":429,"message":"too many requests","detail":{"retry_ms":1500,"limit":"100/s","#
        + #""hosts":["a","b"]},"ok":false,"next":null}"#)
    try screening.type(keys[scene] ?? "")
    if scene == "closed" {
      let verdict = Verdict(
        cause: .resetByPeer, sentClose: nil, receivedClose: nil, lifetime: .seconds(1), silence: .seconds(30),
        lastReceived: nil, lastSent: nil)
      screening.give(.trace(1, .ended(verdict)))
      screening.give(.waiting(1, .seconds(3)))
    }
    if scene == "many-tabs" {
      for number in 3...9 { screening.connect("connection-\(number)") }
      screening.model.look(at: 6)
    }
    if scene == "paused" {
      for index in 0..<12 { screening.receive("later \(index)") }
    }
    if scene == "popup" { screening.give(.second([:]), after: 200_000_000) }
    return screening
  }

  private static let keys = [
    "list": "k k m", "detail-json": "l j j j j j", "detail-hex": "g g j j l ] j l l", "detail-frames": "l z ] ]",
    "detail-timing": "l ] ] ]", "composer": "i h e l l o", "composer-json": "i <C-o> { <paste:\"a\":> Enter",
    "filter": "f <paste:dir:in> Space <paste:tick> Enter k", "search": "/ <paste:tick> Enter N", "connection": "c",
    "connection-handshake": "c ] ]", "palette": ": r e c", "popup": "y", "help": "?", "settings": ", j",
    "merged": "g m k k", "second": "=", "closed": "k", "paused": "k p", "ascii": "k",
    "close-codes": "X <C-u> 1 0 Tab Tab", "detail-all": "l z [", "detail-all-below": "l z [ Space",
    "frame-form": "i h i <C-x> <C-f> Space Up", "delta": "t k k m k",
  ]
}

extension Screening {
  /// What the first connection knows of itself.
  mutating func describeFirst() {
    model.settings.ascii = false
    model.connections[0].facts.phases = [
      (.resolve, .microseconds(1200)), (.connect, .microseconds(400)), (.tls, .microseconds(3100)),
      (.handshake, .milliseconds(2)),
    ]
    model.connections[0].facts.address = "192.0.2.7:443"
    model.connections[0].facts.request = ["GET /orders HTTP/1.1", "Host: api.test", "Authorization: Bearer [secret 1]"]
    model.connections[0].facts.response = ["HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Protocol: orders.v2"]
    model.connections[0].facts.security = SecurityRecord(
      version: "TLS 1.3", cipher: "TLS_AES_128_GCM_SHA256",
      certificates: ["api.test, issued by Test CA, valid until 2026-03-03T00:00:00Z"],
      verification: "verified")
    var answer = HandshakeAnswer(observed: HTTPResponseHead(status: 101), to: nil)
    (answer.subprotocol, answer.deflate) = ("orders.v2", DeflateAgreement())
    (answer.extensions, answer.notes) = ("permessage-deflate", [])
    model.connections[0].facts.answer = answer
  }
}
