import Glibc
import Testing

@testable import Transport

@Suite struct `Every byte stream` {
  @Test(arguments: StreamKind.allCases)
  func `opens at its start and carries bytes both ways`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.serverSide.onReceive = { stream, bytes in stream.write(UnsafeRawBufferPointer(bytes)) }
    pair.start()
    #expect(pair.clientSide.calls == ["opened"])
    pair.client.write("hello")
    pair.client.write(Array(" and ".utf8), Array("goodbye".utf8))
    pair.turn { pair.clientSide.received.count >= 17 }
    #expect(pair.clientSide.received == Array("hello and goodbye".utf8))
  }

  @Test(arguments: StreamKind.allCases)
  func `keeps what comes before its start`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.client.write("early")
    pair.settle()
    #expect(pair.serverSide.calls == [])
    pair.start()
    pair.turn { pair.serverSide.receivedCount == 5 }
    #expect(pair.serverSide.calls == ["opened", "received"])
  }

  @Test(arguments: StreamKind.allCases)
  func `lets its bytes be changed in place`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.serverSide.onReceive = { stream, bytes in
      for index in bytes.indices { bytes[index] ^= 0xFF }
      stream.write(UnsafeRawBufferPointer(bytes))
    }
    pair.start()
    pair.client.write([1, 2, 3])
    pair.turn { pair.clientSide.receivedCount == 3 }
    #expect(pair.clientSide.received == [0xFE, 0xFD, 0xFC])
  }

  @Test(arguments: StreamKind.allCases)
  func `carries much both ways at once`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    let bytes = pattern(5_000_000)
    pair.start()
    pair.client.write(bytes)
    pair.server.write(Array(bytes[..<10]), Array(bytes[10...]))
    #expect(pair.client.queuedBytes > 0)
    pair.turn { pair.clientSide.receivedCount == bytes.count && pair.serverSide.receivedCount == bytes.count }
    #expect(pair.clientSide.received == bytes)
    #expect(pair.serverSide.received == bytes)
    #expect(pair.client.queuedBytes == 0 && pair.server.queuedBytes == 0)
    #expect(pair.clientSide.largestReceive <= StreamLimits.receiveSize)
    pair.turn { pair.clientSide.hasDrained && pair.serverSide.hasDrained }
  }

  @Test(arguments: StreamKind.allCases)
  func `shows its queue while the reader pauses, and says when it has drained`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.serverSide.keepsBytes = false
    pair.start()
    pair.server.pauseReading()
    let piece = [UInt8](repeating: 7, count: 1 << 20)
    var sent = 0
    while pair.client.queuedBytes <= StreamLimits.lowWater {
      pair.client.write(piece)
      sent += piece.count
      pair.settle(.milliseconds(5))
    }
    #expect(pair.serverSide.receivedCount == 0)
    #expect(!pair.clientSide.hasDrained)
    pair.clientSide.onDrained = { #expect($0.queuedBytes <= StreamLimits.lowWater) }
    pair.server.resumeReading()
    pair.turn { pair.serverSide.receivedCount == sent }
    #expect(pair.clientSide.calls == ["opened", "drained"])
  }

  @Test(arguments: StreamKind.allCases)
  func `does not notice an end while it pauses, and does not spin`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.start()
    pair.server.pauseReading()
    pair.client.write("last words")
    pair.client.close()
    pair.settle()
    let begin = Instant.now
    pair.loop.turn(waitAtMost: .milliseconds(100))
    #expect(Instant.now - begin >= .milliseconds(90))
    #expect(pair.serverSide.calls == ["opened"])
    pair.server.resumeReading()
    pair.turn { pair.serverSide.isOver }
    #expect(pair.serverSide.calls == ["opened", "received", "ended"])
  }

  @Test(arguments: StreamKind.allCases)
  func `can still be written after the peer's end, and does not spin`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.start()
    pair.client.write("question")
    pair.client.finishWriting()
    pair.client.write("dropped")
    pair.turn { pair.serverSide.hasEnded }
    let begin = Instant.now
    pair.loop.turn(waitAtMost: .milliseconds(100))
    #expect(Instant.now - begin >= .milliseconds(90))
    pair.server.write("answer")
    pair.server.finishWriting()
    pair.turn { pair.clientSide.hasEnded }
    #expect(pair.serverSide.received == Array("question".utf8))
    #expect(pair.clientSide.received == Array("answer".utf8))
    #expect(pair.serverSide.calls == ["opened", "received", "ended"])
  }

  @Test(arguments: StreamKind.allCases)
  func `ends its side when the queue has drained, and says so`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.serverSide.keepsBytes = false
    pair.start()
    pair.server.pauseReading()
    let bytes = [UInt8](repeating: 1, count: 10_000_000)
    pair.client.write(bytes)
    pair.client.finishWriting()
    pair.clientSide.onDrained = { #expect($0.queuedBytes == 0) }
    pair.settle()
    pair.server.resumeReading()
    pair.turn { pair.serverSide.hasEnded && pair.clientSide.hasDrained }
    #expect(pair.serverSide.receivedCount == bytes.count)
    #expect(pair.clientSide.calls == ["opened", "drained"])
  }

  @Test(arguments: StreamKind.allCases)
  func `makes no call after it is closed inside one`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.serverSide.onReceive = { stream, _ in
      stream.write("reply")
      stream.close()
      stream.write("too late")
      stream.pauseReading()
      stream.resumeReading()
      stream.close()
    }
    pair.start()
    pair.client.write("one")
    pair.client.finishWriting()
    pair.turn { pair.clientSide.isOver }
    pair.settle()
    #expect(pair.clientSide.received == Array("reply".utf8))
    #expect(pair.serverSide.calls == ["opened", "received"])
    #expect(pair.server.handler == nil)
  }

  @Test(arguments: StreamKind.allCases)
  func `can be paused inside a call`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.serverSide.onReceive = { stream, _ in stream.pauseReading() }
    pair.start()
    pair.client.write([UInt8](repeating: 1, count: 1_000_000))
    pair.settle()
    #expect(pair.serverSide.receivedCount <= StreamLimits.receiveSize)
    pair.serverSide.onReceive = { _, _ in }
    pair.server.resumeReading()
    pair.turn { pair.serverSide.receivedCount == 1_000_000 }
  }

  @Test(arguments: StreamKind.withReset)
  func `tells a reset as a failure, after what had arrived`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.start()
    pair.client.write("before")
    pair.turn { pair.serverSide.receivedCount == 6 }
    pair.client.reset()
    pair.turn { pair.serverSide.isOver }
    #expect(pair.serverSide.failure == .system(SystemError(code: ECONNRESET, call: "recv")))
    #expect(pair.serverSide.calls == ["opened", "received", "failed"])
    #expect(pair.server.handler == nil)
  }

  @Test(arguments: StreamKind.allCases)
  func `delivers what had arrived before it tells that a write failed`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.start()
    pair.server.pauseReading()
    pair.client.write("all of this")
    pair.client.close()
    pair.settle()
    // The first write may still go out; its answer is a reset, and the next ones fail.
    for _ in 0..<5 {
      pair.server.write("into the void")
      pair.settle(.milliseconds(5))
    }
    #expect(pair.serverSide.calls == ["opened"])
    pair.server.resumeReading()
    pair.turn { pair.serverSide.isOver }
    #expect(pair.serverSide.received == Array("all of this".utf8))
    #expect(pair.serverSide.calls == ["opened", "received", "failed"])
    guard case .system(let error) = pair.serverSide.failure else { return }
    #expect([EPIPE, ECONNRESET].contains(error.code))
  }

  @Test(arguments: StreamKind.allCases)
  func `fails in a later turn when it is written after both an end and a close`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.start()
    pair.client.close()
    pair.turn { pair.serverSide.hasEnded }
    for _ in 0..<5 {
      pair.server.write("into the void")
      pair.settle(.milliseconds(5))
    }
    pair.turn { pair.serverSide.failure != nil }
    #expect(pair.serverSide.calls == ["opened", "ended", "failed"])
  }

  @Test(arguments: StreamKind.allCases)
  func `says it has drained when a broken connection drops its queue`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    pair.start()
    pair.client.pauseReading()
    pair.server.pauseReading()
    while pair.server.queuedBytes <= StreamLimits.lowWater {
      pair.server.write([UInt8](repeating: 7, count: 1 << 20))
    }
    pair.client.reset()
    pair.turn { pair.serverSide.hasDrained }
    #expect(pair.server.queuedBytes == 0)
    pair.server.resumeReading()
    pair.turn { pair.serverSide.failure != nil }
    #expect(pair.serverSide.calls == ["opened", "drained", "failed"])
  }

  @Test(arguments: StreamKind.allCases)
  func `is released when it is closed`(kind: StreamKind) throws {
    let pair = try StreamFixture(kind)
    weak var recorder: Recorder?
    do {
      let temporary = Recorder()
      recorder = temporary
      pair.server.handler = temporary
    }
    pair.start()
    #expect(recorder != nil)
    pair.server.close()
    #expect(recorder == nil)
  }
}
