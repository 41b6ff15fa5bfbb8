import Inspector
import TestSupport
import Testing
import Trace
import WebSocketCore

private let messages = #"""
  [{"type":"send","time":1767323045.5,"opcode":1,"data":"he\"llo"},
   {"type":"receive","time":1767323046.250001,"opcode":2,"data":"AP8="}]
  """#

private let request = #"""
  "request":{"method":"GET","url":"wss://example.org/chat?x=1#y","httpVersion":"HTTP/1.1",
   "headers":[{"name":"Host","value":"example.org"},{"name":"Sec-WebSocket-Extensions","value":"permessage-deflate"}]},
  "response":{"status":101,"statusText":"Switching Protocols",
   "headers":[{"name":"Sec-WebSocket-Extensions","value":"permessage-deflate"}],"content":{"text":"[[{{"}}
  """#

/// An archive of one connection among others, as one browser orders it or as another does.
private func archive(messagesFirst: Bool) -> String {
  let entry =
    messagesFirst ? "\"_webSocketMessages\":\(messages),\(request)" : "\(request),\"_webSocketMessages\":\(messages)"
  return """
    { "log": {"version":"1.2","creator":{"name":"x","entries":[1,2]},"pages":[],
    "entries":[{"startedDateTime":"2026-01-02T03:04:04.000Z","request":{"url":"https://example.org/","method":"GET",
    "headers":[]},"response":{"status":200,"headers":[]}},
    {"startedDateTime":"2026-01-02T04:04:05.250+01:00",\(entry)}]}}
    """
}

@Suite struct `An HTTP Archive` {
  @Test(arguments: [false, true]) func `has the messages of its connections`(messagesFirst: Bool) throws {
    let bytes = Array(archive(messagesFirst: messagesFirst).utf8)
    for pieceSize in [1, 33, .max] {
      let read = ReadCapture(bytes, pieceSize: pieceSize)
      #expect(read.damages == [])
      #expect(read.outline == "start request 101 open text binary")
      #expect(read.frames.map(\.payload) == [Array("he\"llo".utf8), [0, 0xFF]])
      #expect(read.frames.map(\.direction) == [.sent, .received])
      #expect(read.frames.map(\.headerBytes) == [[], []])
      #expect(
        read.events.map { $0.wallTime?.description } == [
          "2026-01-02T03:04:05.250Z", "2026-01-02T03:04:05.250Z", "2026-01-02T03:04:05.250Z",
          "2026-01-02T03:04:05.250Z",
          "2026-01-02T03:04:05.500Z", "2026-01-02T03:04:06.250Z",
        ])
      #expect(read.events.last?.elapsed == .microseconds(1_000_001))
      guard case .trace(.request(let head)) = read.events[1].content else { return }
      #expect(head.text.hasPrefix("GET /chat?x=1 HTTP/1.1\r\nHost: example.org\r\n"))
    }
  }

  @Test func `is read up to where it was cut`() {
    let whole = Array(archive(messagesFirst: false).utf8)
    let all = ReadCapture(whole).messages
    for size in 10..<whole.count {
      let read = ReadCapture(Array(whole[..<size]))
      #expect(all.starts(with: read.messages))
      #expect(read.damages.map(\.isCut) == [true], "cut at \(size)")
    }
  }

  @Test(
    "tells what is damaged",
    arguments: [
      (#"{"log":{"entries":[}]}}"#, "byte 19: this is no JSON; nothing behind it can be read"),
      (#"{"log":{"entries":[{"_webSocketMessages":[{"type":"send"}]}]}}"#, "byte 42: a message that cannot be read"),
      (#"{"log":{"entries":[{"_webSocketMessages":[{"type":0x}]}]}}"#, "byte 51: \"x\" in place of \",\" or \"}\""),
      (#"{"log":{"entries":[{"_webSocketMessages":[nul]}]}}"#, "byte 45: the JSON ends too early"),
      (
        #"{"log":{"entries":[{"_webSocketMessages":[{"type":"send","opcode":0,"data":""}]}]}}"#,
        "byte 42: a message that cannot be read"
      ),
      (#"{"log":{"entries":[]}}<html>"#, "byte 22: this is no JSON; nothing behind it can be read"),
    ])
  func damaged(text: String, damage: String) {
    #expect(ReadCapture(text).damages.map(\.description) == [damage])
  }

  @Test func `without messages says so`() {
    let read = ReadCapture(#"{"log":{"entries":[{"request":{"url":"https://h/"},"response":{"status":200}}]}}"#)
    #expect(read.damages == [])
    #expect(read.events.isEmpty)
    #expect(read.findings == "no _webSocketMessages in it")
  }
}
