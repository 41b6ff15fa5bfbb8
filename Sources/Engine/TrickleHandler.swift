import Bytes
import Trace
import Transport
import WebSocketCore

/// Sends each message back at so many bytes a second, frame headers included.
final class TrickleHandler: ConnectionHandler {
  private let rate: Int

  init(rate: Int) { self.rate = rate }

  func connectionOpened(_ connection: Connection) {
    connection.stream = TrickleStream(over: connection.stream, rate: rate, loop: connection.context.loop)
  }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    connection.send(opcode, payload)
  }
}

/// A stream that lets its output out at so many bytes a second.
final class TrickleStream: ByteStream {
  private let lower: any ByteStream
  private let rate: Int
  private let loop: Loop
  private let waiting = ByteBuffer()
  private var timer: TimerToken?
  private var isFinishing = false

  init(over lower: any ByteStream, rate: Int, loop: Loop) {
    self.lower = lower
    self.rate = rate
    self.loop = loop
  }

  var handler: (any ByteStreamHandler)? {
    get { lower.handler }
    set { lower.handler = newValue }
  }

  var queuedBytes: Int { waiting.count + lower.queuedBytes }
  var peerAddress: String { lower.peerAddress }

  func start() { lower.start() }
  func pauseReading() { lower.pauseReading() }
  func resumeReading() { lower.resumeReading() }

  func write(_ bytes: UnsafeRawBufferPointer) {
    waiting.append(bytes)
    if timer == nil { drip() }
  }

  func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) {
    waiting.append(head)
    write(body)
  }

  func finishWriting() {
    isFinishing = true
    if waiting.isEmpty { lower.finishWriting() }
  }

  func close() {
    stop()
    lower.close()
  }

  func reset() {
    stop()
    lower.reset()
  }

  private func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
    waiting.release()
  }

  private func drip() {
    timer = nil
    guard !waiting.isEmpty else {
      if isFinishing { lower.finishWriting() }
      handler?.streamDrained(self)
      return
    }
    let piece = min(waiting.count, max(1, rate / 50))
    lower.write(UnsafeRawBufferPointer(rebasing: waiting.bytes[..<piece]))
    waiting.removeFirst(piece)
    timer = loop.schedule(after: .seconds(1) * Double(piece) / Double(rate)) { [weak self] in self?.drip() }
  }
}
