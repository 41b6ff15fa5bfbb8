import Bytes
import Glibc

/// One end of a pair in memory that behaves as a TCP connection inside the process: it carries a bounded number of
/// bytes, its writer queues beyond that, and all is delivered in later turns of the loop.
public final class MemoryStream: ByteStream, EventSource {
  public var handler: (any ByteStreamHandler)?

  private let loop: Loop
  /// The other end, until one of both is closed.
  private var peer: MemoryStream?
  /// What the other end sent and this one has not yet received, at most `StreamLimits.receiveSize`.
  private let arrived = ByteBuffer()
  /// How the bytes in `arrived` are followed.
  private var arrivedEnd = End.open
  /// What the other end has no room for.
  private let queue = ByteBuffer()
  /// The errno value of a failed write, told once everything that arrived has been received.
  private var writeFailure: Int32 = 0
  private var isClosed = false
  private var isStarted = false
  private var isPaused = false
  private var hasEnded = false
  private var isFinishing = false
  private var owesDrained = false
  private var isEnqueued = false

  private enum End {
    case open
    case finished
    case reset
  }

  private init(loop: Loop) { self.loop = loop }

  /// Two ends of one connection.
  public static func pair(on loop: Loop) -> (MemoryStream, MemoryStream) {
    let (first, second) = (MemoryStream(loop: loop), MemoryStream(loop: loop))
    (first.peer, second.peer) = (second, first)
    return (first, second)
  }

  public var queuedBytes: Int { queue.count }

  public var peerAddress: String { "loopback" }

  public func start() {
    guard !isClosed, !isStarted else { return }
    isStarted = true
    enqueueSelf()
    handler?.streamOpened(self)
  }

  public func pauseReading() { isPaused = true }

  public func resumeReading() {
    isPaused = false
    enqueueSelf()
  }

  // MARK: Writing

  public func write(_ bytes: UnsafeRawBufferPointer) {
    guard !isClosed, !isFinishing, writeFailure == 0, bytes.count > 0 else { return }
    guard let peer else {
      // As the first write after a peer's close: its answer is a reset.
      writeFailure = EPIPE
      return enqueueSelf()
    }
    let fitting = queue.isEmpty ? min(bytes.count, StreamLimits.receiveSize - peer.arrived.count) : 0
    if fitting > 0 {
      peer.arrived.append(UnsafeRawBufferPointer(rebasing: bytes[..<fitting]))
      peer.enqueueSelf()
    }
    if fitting < bytes.count { queue.append(UnsafeRawBufferPointer(rebasing: bytes[fitting...])) }
    if queue.count > StreamLimits.lowWater { owesDrained = true }
  }

  public func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) {
    write(head)
    write(body)
  }

  public func finishWriting() {
    guard !isClosed, !isFinishing else { return }
    isFinishing = true
    if queue.isEmpty {
      endPeer(.finished)
    } else {
      owesDrained = true
    }
  }

  /// Moves what waits into the room the other end has made, on its behalf.
  private func drain() {
    guard let peer, !queue.isEmpty else { return }
    let size = min(queue.count, StreamLimits.receiveSize - peer.arrived.count)
    guard size > 0 else { return }
    peer.arrived.append(UnsafeRawBufferPointer(rebasing: queue.bytes[..<size]))
    peer.enqueueSelf()
    queue.removeFirst(size)
    if queue.isEmpty {
      queue.release()
      if isFinishing { endPeer(.finished) }
    }
    if owesDrained { enqueueSelf() }
  }

  private func endPeer(_ end: End) {
    guard let peer, peer.arrivedEnd == .open else { return }
    peer.arrivedEnd = end
    peer.enqueueSelf()
  }

  // MARK: The loop

  func ready(_ readiness: Readiness) {
    isEnqueued = false
    guard !isClosed else { return }
    if owesDrained, queue.count <= (isFinishing ? 0 : StreamLimits.lowWater) {
      owesDrained = false
      handler?.streamDrained(self)
    }
    if !isClosed, isStarted, !isPaused { receive() }
  }

  private func receive() {
    if !arrived.isEmpty {
      let size = arrived.count
      loop.receiveBuffer.copyMemory(from: UnsafeRawBufferPointer(arrived.bytes))
      arrived.release()
      peer?.drain()
      enqueueSelf()
      handler?.stream(self, received: UnsafeMutableRawBufferPointer(rebasing: loop.receiveBuffer[..<size]))
    } else if arrivedEnd == .reset {
      fail(ECONNRESET, "recv")
    } else if writeFailure != 0 {
      fail(writeFailure, "send")
    } else if arrivedEnd == .finished, !hasEnded {
      hasEnded = true
      handler?.streamEnded(self)
    }
  }

  private func enqueueSelf() {
    guard !isEnqueued, !isClosed else { return }
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
    // TCP answers with a reset when bytes that arrived were never read.
    leave(arrived.isEmpty ? .finished : .reset)
  }

  public func reset() { leave(.reset) }

  private func leave(_ end: End) {
    guard !isClosed else { return }
    isClosed = true
    if let peer {
      if end == .reset && peer.arrivedEnd == .finished { peer.arrivedEnd = .open }
      endPeer(end)
      peer.loseRoom()
      peer.peer = nil
    }
    peer = nil
    handler = nil
    arrived.release()
    queue.release()
  }

  /// The other end has gone: nothing can be sent to it any more.
  private func loseRoom() {
    queue.release()
    if owesDrained { enqueueSelf() }
  }
}
