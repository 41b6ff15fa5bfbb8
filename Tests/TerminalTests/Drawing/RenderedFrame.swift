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

  /// The next frame as text that can be read.
  mutating func shownFrame(_ screen: Screen) -> String { String(decoding: frame(screen), as: UTF8.self).readable }

  /// Draws the next frame on `terminal`.
  mutating func show(_ screen: Screen, on terminal: inout VirtualTerminal) { terminal.feed(frame(screen)) }
}

extension String {
  /// With signs for ESC and for the ends of lines.
  var readable: String {
    split(separator: "\u{1B}", omittingEmptySubsequences: false).joined(separator: "␛")
      .split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "⏎")
  }
}
