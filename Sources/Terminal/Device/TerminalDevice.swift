import CPlatform
import Glibc

/// A system call on the terminal that failed.
public struct TerminalFailure: Error, Equatable, Sendable {
  /// The call's name, such as `open`.
  public var call: String
  /// The errno value.
  public var code: Int32

  /// The error the last system call on this thread left in `errno`.
  init(call: String) {
    self.call = call
    code = errno
  }
}

/// The terminal itself, by an open file description of our own that never blocks: the shell's standard streams keep
/// their flags.
public final class TerminalDevice {
  /// The descriptor, to be waited for.
  public let descriptor: Int32
  /// Where it can be opened again.
  public let path: String

  /// Opens the terminal that controls this process, or else the one that is standard input.
  public convenience init() throws(TerminalFailure) {
    do {
      try self.init(path: "/dev/tty")
    } catch {
      guard let name = ttyname(STDIN_FILENO) else { throw error }
      try self.init(path: String(cString: name))
    }
  }

  /// Opens the terminal at `path`.
  public init(path: String) throws(TerminalFailure) {
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else { throw TerminalFailure(call: "open") }
    guard isatty(descriptor) == 1 else {
      close(descriptor)
      throw TerminalFailure(call: "isatty")
    }
  }

  deinit { close(descriptor) }

  /// How large the terminal's screen is; 80 x 24 where it does not know.
  public var size: Size { Self.size(of: descriptor) ?? Size(columns: 80, rows: 24) }

  /// How large the screen of the terminal behind a descriptor is; nil where it does not know, or none is there.
  public static func size(of descriptor: Int32) -> Size? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Whether the terminal is this process group's, and not that of a shell that has put us into the background. One
  /// that controls nobody is.
  public var isForeground: Bool {
    let group = tcgetpgrp(descriptor)
    return group <= 0 || group == getpgrp()
  }

  /// What came of an attempt to move bytes.
  public enum Transfer: Equatable, Sendable {
    case moved(Int)
    /// Nothing can move now.
    case wouldBlock
    /// The terminal has gone.
    case lost
  }

  /// Reads what has been typed, without waiting.
  public func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    let transfer = transfer { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    return transfer == .moved(0) ? .lost : transfer
  }

  /// Writes as much as the terminal takes, without waiting.
  public func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    transfer { Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
  }

  private func transfer(_ call: () -> Int) -> Transfer {
    while true {
      let count = call()
      if count >= 0 { return .moved(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .wouldBlock : .lost
    }
  }

  /// Writes all of `bytes`, waiting at most `limit` each time the terminal takes nothing.
  @discardableResult
  public func writeAll(_ bytes: UnsafeRawBufferPointer, limit: Duration) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      switch write(rest) {
      case .moved(let count): rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      case .wouldBlock: if !wait(for: POLLOUT, atMost: limit) { return false }
      case .lost: return false
      }
    }
    return true
  }

  /// Waits until the terminal has something to read, at most `limit`.
  public func waitForInput(atMost limit: Duration) -> Bool { wait(for: POLLIN, atMost: limit) }

  private func wait(for events: Int32, atMost limit: Duration) -> Bool {
    var asked = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    let milliseconds = Int32(clamping: Int(max(limit, .zero) / .milliseconds(1)))
    return poll(&asked, 1, milliseconds) > 0
  }

  /// Throws away what has been typed and not read.
  public func flushInput() { tcflush(descriptor, TCIFLUSH) }

  var settings: termios {
    get throws(TerminalFailure) {
      var settings = termios()
      guard tcgetattr(descriptor, &settings) == 0 else { throw TerminalFailure(call: "tcgetattr") }
      return settings
    }
  }

  func set(_ settings: termios) throws(TerminalFailure) {
    var settings = settings
    while tcsetattr(descriptor, TCSANOW, &settings) != 0 {
      if errno != EINTR { throw TerminalFailure(call: "tcsetattr") }
    }
  }
}
