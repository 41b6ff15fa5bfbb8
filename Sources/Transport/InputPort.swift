import Glibc

/// Hears what a standard input gives. Inside any call the port may be paused or closed; after a close no call follows.
public protocol InputPortHandler: AnyObject {
  /// Bytes came. They may be changed in place and are valid during the call.
  func inputReceived(_ bytes: UnsafeMutableRawBufferPointer)
  /// There is nothing more. This is the last call.
  func inputEnded()
  /// Reading failed. This is the last call.
  func inputFailed(_ error: SystemError)
}

/// Standard input, or another inherited descriptor, read a buffer a turn without blocking the loop and without changing
/// the descriptor's flags.
public final class InputPort: EventSource {
  /// Who hears what comes.
  public var handler: (any InputPortHandler)?

  private let loop: Loop
  private let descriptor: Int32
  private let mayReopen: Bool
  private var stream: StandardStream?
  private var isPaused = false
  private var isClosed = false

  /// A port that reads `descriptor` once it is started. The descriptor stays its owner's.
  public convenience init(loop: Loop, descriptor: Int32 = 0) {
    self.init(loop: loop, descriptor: descriptor, mayReopen: true)
  }

  init(loop: Loop, descriptor: Int32, mayReopen: Bool) {
    self.loop = loop
    self.descriptor = descriptor
    self.mayReopen = mayReopen
  }

  /// Whether `descriptor` is a terminal.
  public static func isTerminal(descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Begins to read.
  public func start() {
    guard !isClosed, stream == nil else { return }
    do throws(SystemError) {
      stream = try StandardStream(descriptor, for: .reading, mayReopen: mayReopen)
    } catch {
      return loop.atEndOfTurn { [self] in fail(error) }
    }
    updateInterest()
  }

  /// Stops reading until `resume()`.
  public func pause() {
    isPaused = true
    updateInterest()
  }

  /// Reads again.
  public func resume() {
    isPaused = false
    updateInterest()
  }

  /// Stops for good; the inherited descriptor stays open.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    loop.forget(descriptor)
    stream?.close()
    handler = nil
  }

  func ready(_ readiness: Readiness) {
    guard !isClosed, !isPaused, let result = stream?.read(into: loop.receiveBuffer) else { return }
    switch result {
    case .moved(0):
      let handler = handler
      close()
      handler?.inputEnded()
    case .moved(let size):
      handler?.inputReceived(UnsafeMutableRawBufferPointer(rebasing: loop.receiveBuffer[..<size]))
    case .wouldBlock: return
    case .failed(let code): fail(SystemError(code: code, call: "read"))
    }
  }

  private func updateInterest() {
    guard !isClosed, stream != nil else { return }
    do throws(SystemError) {
      try loop.watch(descriptor, for: isPaused ? [] : .reading, self)
    } catch {
      loop.atEndOfTurn { [self] in fail(error) }
    }
  }

  private func fail(_ error: SystemError) {
    let handler = handler
    close()
    handler?.inputFailed(error)
  }
}
