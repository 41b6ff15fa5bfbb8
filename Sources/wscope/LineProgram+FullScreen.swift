import Engine
import FullScreen
import LineMode
import WscopeOptions

/// F2: the session on the whole screen, and back. Both see all that happens, whichever is shown.
extension LineProgram {
  /// Memory for the messages that the full screen shows: as much as the session keeps for `/show`.
  private static let memory = 64 << 20

  /// A full screen that looks on from the start.
  func makeFullScreen(_ session: ClientSession) -> ScreenProgram {
    var options = ScreenProgram.Options(parsed, mask)
    options.memory = Self.memory
    options.showLines = { [unowned self] in showLines($0) }
    let program = ScreenProgram(context: session.context, options: options, owner: self)
    program.look(on: session)
    return program
  }

  func openFullScreen(_ draft: String) {
    session.standAside()
    do {
      try fullScreen?.show()
      fullScreen?.write(draft)
    } catch {
      session.terminalLost()
    }
  }

  private func showLines(_ draft: String) {
    fullScreen?.hide()
    do { try session.comeBack(with: draft) } catch { session.terminalLost() }
  }
}

extension LineProgram: CommandLineScreenOwner {
  func screenEnded(signal: Int32?) {
    if let signal { session.signaled(signal) }
  }
}
