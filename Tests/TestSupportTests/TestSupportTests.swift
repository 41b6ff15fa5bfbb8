import Glibc
import TestSupport
import Testing

@Suite struct `A program under test` {
  @Test func `gets its input, and its output and status are kept`() throws {
    let outcome = try run("/bin/sh", ["-c", "cat; echo trouble >&2; exit 3"], input: Array("hello".utf8))
    #expect(outcome.output.text == "hello")
    #expect(outcome.errors.text == "trouble\n")
    #expect(outcome.status == .exited(3))
  }

  @Test func `takes and gives more than a pipe holds`() throws {
    var random = SeededRandom()
    let bytes = random.bytes(1 << 20)
    #expect(try run("/bin/cat", [], input: bytes).output == bytes, "seed \(random.seed)")
  }

  @Test func `dies of the signals it is sent`() throws {
    let program = try Program("/bin/sleep", ["60"])
    program.signal(SIGTERM)
    #expect(program.wait(limit: .seconds(10)).status == .signaled(SIGTERM))
  }

  @Test func `dies of SIGPIPE when its reader has gone`() throws {
    let program = try Program("/usr/bin/yes", [], readsOutput: false)
    program.closeOutput()
    #expect(program.wait(limit: .seconds(10)).status == .signaled(SIGPIPE))
  }

  @Test func `is killed at its limit`() throws {
    let outcome = try run("/bin/sleep", ["60"], limit: .milliseconds(100))
    #expect(outcome.status == .timedOut)
  }

  @Test func `is found by a line it prints`() throws {
    let program = try Program("/bin/sh", ["-c", "echo noise; echo listening on x; cat"])
    #expect(program.line(beginning: "listening on ") == "x")
  }

  @Test func `has a terminal that is its own`() throws {
    let program = try TerminalProgram("/bin/sh", ["-c", "tty; stty size; stty -echo; read x; echo got $x"], rows: 30)
    #expect(program.wait(for: "30 80"))
    #expect(program.wait { !$0.isInOrdinaryMode })
    program.type("word\n")
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.output.text.contains("/dev/pts/"))
    #expect(outcome.output.text.hasSuffix("got word\r\n"))
    #expect(outcome.status == .exited(0))
  }

  @Test func `gets Ctrl-C from its terminal`() throws {
    let program = try TerminalProgram("/bin/sleep", ["60"])
    program.wait(limit: .milliseconds(200)) { _ in false }
    program.type("\u{3}")
    #expect(program.wait(limit: .seconds(10)).status == .signaled(SIGINT))
  }
}

@Suite struct `Raw peers` {
  @Test func `talk with each other`() throws {
    let server = try RawServer(
      RawStep.handshake("X-Test: 1\r\n") + [.send(RawFrame.text("hi").bytes), .receiveClose, .finish, .receiveEnd])
    let client = try RawClient(url: server.url)
    #expect(client.open("/x"))
    #expect(header("x-test", in: client.head) == "1")
    client.read { !$0.frames.isEmpty }
    #expect(client.frames == [.text("hi")])
    client.send(RawFrame.close(1000, "done").masked)
    #expect(client.readToEnd())
    client.socket.finish()
    let conversation = server.finish()
    #expect(conversation.isComplete)
    #expect(conversation.head.hasPrefix("GET /x HTTP/1.1\r\n"))
    #expect(conversation.close?.closeCode == 1000)
    #expect(conversation.ending == .fin)
  }

  @Test func `can end by RST`() throws {
    let server = try RawServer([.head, .reset])
    let client = try RawClient(url: server.url)
    client.socket.send(Array(RawClient.request().utf8))
    #expect(client.readToEnd())
    #expect(client.ending == .broken)
    #expect(server.finish().isComplete)
  }

  @Test(arguments: [0, 1, 125, 126, 65535, 65536])
  func `read the frames they write`(length: Int) {
    let frames = [RawFrame(2, [UInt8](repeating: 7, count: length)), .ping([1]).masked]
    let bytes = frames.flatMap(\.bytes)
    #expect(RawFrame.read(bytes).frames == frames)
    #expect(RawFrame.read(bytes.dropLast()).frames == [frames[0]])
  }

  @Test func `compute the key of the RFC's example`() {
    #expect(acceptKey(for: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }
}

@Suite struct `A transcript` {
  @Test func `is read, run and compared`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write(
      "case.txt",
      Array(
        """
        # says what it was told,
        # and fails
        $ cat; echo one two >&2; echo 3; exit 4
        < a
        <
        > a
        >
        > …
        ! one…o
        ? 4

        # is wrong
        $ echo a
        > b
        """.utf8))
    let cases = try Transcript.read(path)
    try #require(cases.count == 2)
    #expect(cases[0].description == "says what it was told, and fails (case.txt:1)")
    #expect(try cases[0].difference() == nil)
    let difference = try #require(try cases[1].difference())
    #expect(difference.contains("| b") && difference.contains("| a"))
  }

  @Test func `is refused with a line that is none`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("case.txt", Array("$ true\nnonsense\n".utf8))
    #expect(throws: TranscriptError.self) { try Transcript.read(path) }
  }
}

@Suite struct `A scratch folder` {
  @Test func `goes with what is in it`() throws {
    var path = ""
    do {
      let folder = try ScratchFolder()
      path = try folder.write("file", [1, 2])
      #expect(try Files.read(path) == [1, 2])
      #expect(try Files.names(in: folder.path) == ["file"])
    }
    #expect(!Files.exists(path))
  }
}
