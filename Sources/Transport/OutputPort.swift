import Bytes
import Glibc

/// Hears how a standard output takes what is written. Inside any call the port may be written or closed; after a close
/// no call follows.
public protocol OutputPortHandler: AnyObject {
  /// The queue fell to `StreamLimits.lowWater` or less after it had been fuller, or to nothing.
  func outputDrained()
  /// Writing failed, and what was queued is lost: EPIPE when the reader has gone. This is the last call.
  func outputFailed(_ error: SystemError)
}

/// Standard output, or another inherited descriptor, written without ever blocking the loop and without changing the
/// descriptor's flags. Its queue grows as its user writes: whoever writes looks at `queuedBytes` and stops its own
/// input.
public final class OutputPort: EventSource {
  /// Who hears how it goes.
  public var handler: (any OutputPortHandler)?

  private let loop: Loop
  private let descriptor: Int32
  private var stream: StandardStream?
  /// What could not be written yet.
  private var queue: ByteBuffer?
  private var isAboveLowWater = false
  /// Why writing failed, also before the handler has heard it.
  public private(set) var failure: SystemError?
  private var isClosed = false

  /// A port that writes to `descriptor`, which stays its owner's. An error in preparing it is told as one of writing.
  public convenience init(loop: Loop, descriptor: Int32 = 1) {
    self.init(loop: loop, descriptor: descriptor, mayReopen: true)
  }

  init(loop: Loop, descriptor: Int32, mayReopen: Bool) {
    self.loop = loop
    self.descriptor = descriptor
    do throws(SystemError) {
      stream = try StandardStream(descriptor, for: .writing, mayReopen: mayReopen)
    } catch {
      failLater(error)
    }
  }

  /// Bytes written and not yet taken by the system.
  public var queuedBytes: Int { queue?.count ?? 0 }

  /// Writes `bytes`: tries at once and queues the rest. Never calls the handler from inside.
  public func write(_ bytes: UnsafeRawBufferPointer) {
    guard !isClosed, failure == nil, bytes.count > 0 else { return }
    var rest = bytes
    if queue == nil {
      switch stream?.write(bytes) {
      case .moved(let size): rest = UnsafeRawBufferPointer(rebasing: bytes[size...])
      case .failed(let code): return failLater(SystemError(code: code, call: "write"))
      case .wouldBlock, nil: break
      }
      if rest.isEmpty { return }
      queue = ByteBuffer()
    }
    queue?.append(rest)
    if queuedBytes > StreamLimits.lowWater { isAboveLowWater = true }
    updateInterest()
  }

  /// Gives up what is queued, for good; the inherited descriptor stays open.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    loop.forget(descriptor)
    stream?.close()
    queue = nil
    handler = nil
  }

  func ready(_ readiness: Readiness) {
    if readiness.contains(.enqueued) { return tellFailure() }
    guard let queue, let result = stream?.write(UnsafeRawBufferPointer(queue.bytes)) else { return }
    switch result {
    case .moved(let size): queue.removeFirst(size)
    case .wouldBlock: return
    case .failed(let code):
      failLater(SystemError(code: code, call: "write"))
      return
    }
    if queue.isEmpty {
      self.queue = nil
      updateInterest()
    }
    guard queue.isEmpty || isAboveLowWater && queue.count <= StreamLimits.lowWater else { return }
    isAboveLowWater = false
    handler?.outputDrained()
  }

  private func updateInterest() {
    do throws(SystemError) {
      try loop.watch(descriptor, for: queue == nil ? [] : .writing, self)
    } catch {
      failLater(error)
    }
  }

  private func failLater(_ error: SystemError) {
    guard failure == nil else { return }
    failure = error
    queue = nil
    loop.forget(descriptor)
    loop.enqueue(self)
  }

  private func tellFailure() {
    guard !isClosed, let failure else { return }
    let handler = handler
    close()
    handler?.outputFailed(failure)
  }
}
