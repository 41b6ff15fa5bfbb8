import Bytes
import Terminal
import TerminalTesting

extension Renderer {
  /// The next frame.
  mutating func frame(_ screen: Screen) -> [UInt8] {
    let output = ByteBuffer()
    render(screen, into: output)
    return Array(output.bytes)
  }

  /// The next frame as text in which ESC can be read.
  mutating func shownFrame(_ screen: Screen) -> String {
    String(decoding: frame(screen), as: UTF8.self).split(separator: "\u{1B}", omittingEmptySubsequences: false)
      .joined(separator: "␛").split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "⏎")
  }

  /// Draws the next frame on `terminal`.
  mutating func show(_ screen: Screen, on terminal: inout VirtualTerminal) { terminal.feed(frame(screen)) }
}
