import TestSupport
import Testing

@Suite struct `An idle server` {
  @Test func `gives back what only starting up and handshakes needed, and goes on`() throws {
    let server = try ListeningServer.echo()
    let client = try RawClient(url: server.url)
    #expect(client.open())
    let busy = server.program.memory
    server.program.wait(limit: .seconds(20)) { $0.memory < busy }
    #expect(server.program.memory < busy, "\(busy) MiB before and after")
    let answer = try Wscope.run("-1", "-x", "still there", server.url)
    #expect(answer.output.text == "still there\n", "\(answer)")
  }
}
