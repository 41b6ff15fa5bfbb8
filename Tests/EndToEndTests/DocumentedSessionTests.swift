import TestSupport
import Testing

/// The session that README and the manual show.
@Suite struct `The session in the documents` {
  private static let begin = "$ wscope -s orders.v2 "

  /// The lines of a session in `text`, whatever they are indented by.
  private func session(in text: [String]) throws -> [String] {
    let start = try #require(text.firstIndex { $0.drop { $0 == " " }.hasPrefix(Self.begin) })
    let indentation = text[start].prefix { $0 == " " }
    return text[start...].dropFirst().prefix { !$0.isEmpty }.map { String($0.dropFirst(indentation.count)) }
  }

  /// A line without what is different each time.
  private func timeless(_ line: String) -> String {
    line.replacing(/\d\d:\d\d:\d\d\.\d{3}/, with: "TIME").replacing(/\d+(\.\d)? (µs|ms|s)\b/, with: "SPAN")
  }

  @Test(.enabled(if: Need.tmux.isMet, Comment(rawValue: Need.tmux.reason)))
  func `is one that can be had`() throws {
    let subscribe = #"{"op":"subscribe","channel":"orders"}"#
    let ping = "are you there"
    let server = try RawServer(
      RawStep.handshake("Sec-WebSocket-Protocol: orders.v2\r\n") + [
        .receive(6 + subscribe.utf8.count), .send(RawFrame.text(#"{"op":"ack","id":"7f3a"}"#).bytes),
        .send(RawFrame.binary([0, 0, 0, 0x1A, 0x82, 0xA5] + Array("pri".utf8)).bytes),
        .receive(12 + subscribe.utf8.count + ping.utf8.count),
        .send(RawFrame.pong(Array(ping.utf8)).bytes), .receiveClose, .send(RawFrame.close(1000).bytes),
      ])
    let terminal = try Tmux(
      #""$WSCOPE" -s orders.v2 "$URL""#, environment: ["WSCOPE": Repository.wscope, "URL": server.url], columns: 100)
    #expect(try terminal.wait(for: "connected in"))
    try terminal.type(subscribe)
    try terminal.press("Enter")
    #expect(try terminal.wait(for: "|......pri|"))
    try terminal.type("/ping \(ping)")
    try terminal.press("Enter")
    #expect(try terminal.wait(for: "pong"))
    try terminal.press("C-d")
    #expect(try terminal.wait(for: "closed by us"))
    let lines = try terminal.lines().prefix { !$0.hasPrefix("Pane is dead") }.map(timeless)
    let readme = try session(in: Files.lines(Repository.root + "/README.md"))
    #expect(readme.map(timeless) == lines)
    let manual = try Wscope.run("help", "interactive").output.text
    #expect(
      try session(in: manual.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)) == readme)
  }
}
