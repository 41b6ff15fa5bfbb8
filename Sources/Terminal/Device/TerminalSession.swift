public import Bytes
import CPlatform
import Glibc

/// The time in which a terminal's modes are ours. However it ends, the terminal is as it was before: by `leave()`, by
/// the end of the process, or by a signal (see `CrashRestore.h`). A process has one at a time.
public final class TerminalSession {
  /// The terminal.
  public let device: TerminalDevice
  /// What is set, or will be again after `suspend()`.
  public private(set) var modes: Modes
  /// The terminal's settings before us.
  private var saved: termios
  private var state = State.active

  private enum State {
    case active
    /// The terminal is as it was, until `resume()`.
    case suspended
    case left
  }

  /// How long a terminal may take nothing while it is given back.
  private static let patience = Duration.milliseconds(300)

  /// Keeps the terminal's settings and sets `modes`. In the background this stops the process until it is not.
  public init(_ device: TerminalDevice, _ modes: Modes) throws(TerminalFailure) {
    self.device = device
    self.modes = modes
    saved = try device.settings
    try enter()
  }

  /// Whether the terminal has our modes.
  public var isActive: Bool { state == .active }

  /// Sets other modes: appends to `output` what is to be written for it, before anything that relies on them.
  public func change(to modes: Modes, into output: ByteBuffer) {
    let old = self.modes
    self.modes = modes
    guard isActive, modes != old else { return }
    arm()
    if modes.isRaw != old.isRaw { try? device.set(settings) }
    output.append(modes.sequence(from: old))
  }

  /// Gives the terminal back as it was, until `resume()`.
  public func suspend() {
    guard isActive else { return }
    giveBack()
    state = .suspended
  }

  /// Takes the terminal again, which others may have set as they like: that is how it will be given back.
  public func resume() throws(TerminalFailure) {
    guard state == .suspended else { return }
    saved = try device.settings
    try enter()
    state = .active
  }

  /// Gives the terminal back for good; again without effect.
  public func leave() {
    if isActive { giveBack() }
    state = .left
  }

  /// Notes that the terminal has gone or is somebody else's: nothing is written to it.
  public func abandon() {
    platform_restore_disarm()
    state = .left
  }

  private func enter() throws(TerminalFailure) {
    arm()
    do {
      try device.set(settings)
    } catch {
      platform_restore_disarm()
      throw error
    }
    write(modes.sequence(from: .plain))
  }

  private func giveBack() {
    // In the background the terminal is as a shell has set it.
    if device.isForeground {
      write(modes.undoing)
      // What was typed or answered for us is not for the shell.
      device.flushInput()
      try? device.set(saved)
    }
    platform_restore_disarm()
  }

  private func arm() {
    // On the main screen a prompt may stand where we end: what others write begins a row of its own.
    let parting = modes.alternateScreen ? "" : "\r\n" + ControlSequence.eraseBelow.string
    let undo = Array((modes.undoing + parting).utf8)
    undo.withUnsafeBytes { platform_restore_arm(device.descriptor, &saved, $0.baseAddress, $0.count) }
  }

  private func write(_ text: String) {
    Array(text.utf8).withUnsafeBytes { _ = device.writeAll($0, limit: Self.patience) }
  }

  private var settings: termios {
    guard modes.isRaw else { return saved }
    var raw = saved
    raw.c_iflag &= ~tcflag_t(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON)
    raw.c_oflag &= ~tcflag_t(OPOST)
    raw.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
    raw.c_cflag = raw.c_cflag & ~tcflag_t(CSIZE | PARENB) | tcflag_t(CS8)
    withUnsafeMutableBytes(of: &raw.c_cc) { characters in
      characters[Int(VMIN)] = 1
      characters[Int(VTIME)] = 0
    }
    return raw
  }
}
