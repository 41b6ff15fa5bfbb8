import Glibc
import TestSupport
import Testing

@Suite struct `A signal` {
  @Test(arguments: [(SIGINT, 1000, 130), (SIGTERM, 1001, 143), (SIGHUP, 1001, 129)] as [(Int32, UInt16, Int32)])
  func `closes politely`(number: Int32, code: UInt16, status: Int32) throws {
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame.text("open").bytes), .receiveClose, .send(RawFrame.close(code).bytes)])
    let program = try Wscope.start(server.url)
    #expect(program.wait { !$0.output.isEmpty })
    program.signal(number)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(status), "\(outcome)")
    #expect(server.finish().close?.closeCode == code)
  }

  @Test func `is not held up by a peer that does not answer`() throws {
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame.text("open").bytes), .receiveClose, .pause(.seconds(6))])
    let program = try Wscope.start(server.url)
    #expect(program.wait { !$0.output.isEmpty })
    let begun = ContinuousClock.now
    program.signal(SIGINT)
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .exited(130), "\(outcome)")
    let lasted = ContinuousClock.now - begun
    #expect(lasted > .seconds(1) && lasted < .seconds(4), "\(lasted)")
  }

  @Test func `leaves at once when it comes twice`() throws {
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame.text("open").bytes), .receiveClose, .pause(.seconds(6))])
    let program = try Wscope.start(server.url)
    #expect(program.wait { !$0.output.isEmpty })
    program.signal(SIGINT)
    #expect(!program.wait(limit: .milliseconds(300)) { _ in false })
    let begun = ContinuousClock.now
    program.signal(SIGINT)
    #expect(program.wait(limit: .seconds(10)).status == .exited(130))
    #expect(ContinuousClock.now - begun < .seconds(1))
  }

  @Test func `works while the connection is being made`() throws {
    let server = try RawServer([.head, .receiveEnd])
    let program = try Wscope.start(server.url)
    program.wait(limit: .milliseconds(300)) { _ in false }
    program.signal(SIGINT)
    #expect(program.wait(limit: .seconds(3)).status == .exited(130))
  }

  @Test func `works while nobody reads our output`() throws {
    let program = try Wscope.start("loopback:blast", readsOutput: false)
    program.wait(limit: .seconds(1)) { _ in false }
    let begun = ContinuousClock.now
    program.signal(SIGINT)
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .exited(130), "\(outcome.status): \(outcome.errors.text)")
    #expect(ContinuousClock.now - begun < .seconds(3))
  }

  @Test func `works while a pipe's other end sleeps`() throws {
    let scratch = try ScratchFolder()
    let fifo = scratch.path("fifo")
    #expect(mkfifo(fifo, 0o600) == 0)
    let folder = Repository.wscope.split(separator: "/").dropLast().joined(separator: "/")
    let outcome = try run(
      "/bin/sh",
      [
        "-c",
        """
        sleep 60 <"$FIFO" & sleeper=$!
        wscope loopback:blast >"$FIFO" & us=$!
        sleep 1
        kill -INT $us
        begun=$(date +%s)
        wait $us
        echo "status $?, seconds $(($(date +%s) - begun))"
        kill $sleeper
        """,
      ],
      environment: ["PATH": "/\(folder):/usr/bin:/bin", "FIFO": fifo])
    #expect(
      ["status 130, seconds 0\n", "status 130, seconds 1\n", "status 130, seconds 2\n"]
        .contains(outcome.output.text), "\(outcome)")
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `ends the echo server, which says goodbye`(number: Int32) throws {
    let echo = try ListeningServer.echo()
    let client = try RawClient(url: echo.url)
    #expect(client.open())
    echo.program.signal(number)
    client.read { $0.close != nil }
    #expect(client.close?.closeCode == 1001)
    client.send(RawFrame.close(1001).masked)
    let outcome = echo.program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(number == SIGINT ? 130 : 143), "\(outcome)")
  }
}

@Suite struct `Standard output` {
  @Test func `whose reader has gone ends us by SIGPIPE`() throws {
    let program = try Wscope.start("loopback:blast", readsOutput: false)
    program.closeOutput()
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .signaled(SIGPIPE), "\(outcome)")
    #expect(outcome.errors.isEmpty, "\(outcome)")
  }

  @Test func `that is full on its disk is named`() throws {
    let outcome = try run(
      "/bin/sh", ["-c", "exec \(Repository.wscope) loopback: >/dev/full"], input: Array("a\n".utf8))
    expect(outcome, 23, says: "no space left on device")
  }
}
