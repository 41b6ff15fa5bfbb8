import Bytes
import Glibc

/// A connected TCP or Unix socket. While it is idle it owns no buffer: bytes are received into the loop's, and a queue
/// exists only from a short write until it has drained. A reset of a Unix socket is an end, for they know no RST.
public final class SocketStream: ByteStream, EventSource {
  public var handler: (any ByteStreamHandler)?

  private let loop: Loop
  private var descriptor: Descriptor
  /// What the system has not yet taken.
  private var queue: ByteBuffer?
  /// The errno value of a failed write, told once everything that arrived has been received.
  private var writeFailure: Int32 = 0
  private var isStarted = false
  private var isPaused = false
  private var hasEnded = false
  private var isFinishing = false
  /// Whether the queue was left so full that the handler waits for it.
  private var owesDrained = false
  private var isEnqueued = false

  /// A stream over a connected socket that does not block. For TCP, the caller has set TCP_NODELAY.
  public init(loop: Loop, descriptor: consuming Descriptor) {
    self.loop = loop
    self.descriptor = descriptor
  }

  public var queuedBytes: Int { queue?.count ?? 0 }

  public var peerAddress: String {
    let peer = SocketAddress.peer(of: descriptor.number)
    // A client of a Unix socket has no name of its own; the socket's is what people know it by.
    if peer == .unix("") { return SocketAddress.local(of: descriptor.number)?.description ?? "unix:" }
    return peer?.description ?? "a closed connection"
  }

  /// Our own end's address as text.
  public var localAddress: String { SocketAddress.local(of: descriptor.number)?.description ?? "a closed connection" }

  public func start() {
    guard descriptor.isOpen, !isStarted else { return }
    isStarted = true
    updateInterest()
    handler?.streamOpened(self)
  }

  public func pauseReading() {
    isPaused = true
    updateInterest()
  }

  public func resumeReading() {
    isPaused = false
    updateInterest()
  }

  // MARK: Writing

  public func write(_ bytes: UnsafeRawBufferPointer) {
    guard canWrite, bytes.count > 0 else { return }
    if let queue {
      queue.append(bytes)
      noteBacklog()
      return
    }
    switch SystemCalls.send(descriptor.number, bytes) {
    case .moved(bytes.count): return
    case .moved(let size): enqueue(UnsafeRawBufferPointer(rebasing: bytes[size...]))
    case .wouldBlock: enqueue(bytes)
    case .failed(let code): failWriting(code)
    }
  }

  public func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) {
    guard canWrite else { return }
    if queue != nil || head.isEmpty || body.isEmpty {
      write(head)
      return write(body)
    }
    switch SystemCalls.send(descriptor.number, head, body) {
    case .moved(head.count + body.count): return
    case .moved(let size) where size >= head.count:
      enqueue(UnsafeRawBufferPointer(rebasing: body[(size - head.count)...]))
    case .moved(let size): enqueue(UnsafeRawBufferPointer(rebasing: head[size...]), body)
    case .wouldBlock: enqueue(head, body)
    case .failed(let code): failWriting(code)
    }
  }

  public func finishWriting() {
    guard canWrite else { return }
    isFinishing = true
    if queue == nil {
      shutdown(descriptor.number, Int32(SHUT_WR))
    } else {
      owesDrained = true
    }
  }

  private var canWrite: Bool { descriptor.isOpen && !isFinishing && writeFailure == 0 }

  private func enqueue(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer? = nil) {
    let queue = ByteBuffer()
    queue.append(first)
    if let second { queue.append(second) }
    self.queue = queue
    noteBacklog()
    updateInterest()
  }

  private func noteBacklog() {
    if queuedBytes > StreamLimits.lowWater { owesDrained = true }
  }

  /// Gives up what is queued, but not what may still be received; both are told in later turns.
  private func failWriting(_ code: Int32) {
    writeFailure = code
    queue = nil
    updateInterest()
    if owesDrained || hasEnded { enqueueSelf() }
  }

  private func drain() {
    guard let queue else { return }
    switch SystemCalls.send(descriptor.number, UnsafeRawBufferPointer(queue.bytes)) {
    case .wouldBlock: return
    case .failed(let code): return failWriting(code)
    case .moved(let size): queue.removeFirst(size)
    }
    if queue.isEmpty {
      self.queue = nil
      if isFinishing { shutdown(descriptor.number, Int32(SHUT_WR)) }
      updateInterest()
    }
    tellDrained()
  }

  private func tellDrained() {
    guard owesDrained, queuedBytes <= (isFinishing ? 0 : StreamLimits.lowWater) else { return }
    owesDrained = false
    handler?.streamDrained(self)
  }

  // MARK: Reading and the loop

  func ready(_ readiness: Readiness) {
    if readiness.contains(.enqueued) {
      isEnqueued = false
      tellDrained()
      if hasEnded && writeFailure != 0 { fail(writeFailure, "send") }
    }
    if readiness.contains(.writing) { drain() }
    // What was called in between may have paused or closed this stream.
    if readiness.contains(.reading) && wantsReading { receive() }
  }

  private var wantsReading: Bool { descriptor.isOpen && isStarted && !isPaused && !hasEnded }

  /// One receive a turn: a short one has emptied the socket, and after a full one the others get their turn first.
  private func receive() {
    switch SystemCalls.receive(descriptor.number, into: loop.receiveBuffer) {
    case .moved(0) where writeFailure != 0: fail(writeFailure, "send")
    case .moved(0):
      hasEnded = true
      updateInterest()
      handler?.streamEnded(self)
    case .moved(let size):
      handler?.stream(self, received: UnsafeMutableRawBufferPointer(rebasing: loop.receiveBuffer[..<size]))
    case .wouldBlock: return
    case .failed(let code): fail(writeFailure != 0 ? writeFailure : code, writeFailure != 0 ? "send" : "recv")
    }
  }

  private func updateInterest() {
    guard descriptor.isOpen else { return }
    var interest: Interest = wantsReading ? .reading : []
    if queue != nil { interest.insert(.writing) }
    do throws(SystemError) {
      try loop.watch(descriptor.number, for: interest, self)
    } catch {
      // The descriptor cannot be watched (no memory for it): nothing more will be heard, so this is its failure.
      writeFailure = error.code
      (hasEnded, queue) = (true, nil)
      enqueueSelf()
    }
  }

  private func enqueueSelf() {
    guard !isEnqueued else { return }
    isEnqueued = true
    loop.enqueue(self)
  }

  // MARK: The end

  private func fail(_ code: Int32, _ call: String) {
    let handler = handler
    close()
    handler?.stream(self, failed: .system(SystemError(code: code, call: call)))
  }

  public func close() {
    guard descriptor.isOpen else { return }
    loop.forget(descriptor.number)
    descriptor.close()
    handler = nil
    queue = nil
    owesDrained = false
  }

  public func reset() {
    guard descriptor.isOpen else { return }
    SystemCalls.resetAtClose(descriptor.number)
    close()
  }
}

extension SocketStream {
  /// What a socket option holds, such as `SO_RCVBUF`; nil where it cannot be asked.
  func option(_ level: Int32, _ name: Int32) -> Int32? { SystemCalls.option(descriptor.number, level, name) }
}
