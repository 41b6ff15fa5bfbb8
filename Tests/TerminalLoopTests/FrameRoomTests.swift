import Testing

@testable import TerminalLoop

@Suite struct `The room of a frame` {
  /// Frames as large as may be, on a terminal that takes so many bytes a second.
  private func settled(_ room: inout FrameRoom, rate: Int) -> Int {
    for _ in 0..<20 { room.took(room.bytes, in: .seconds(1) * (Double(room.bytes) / Double(rate))) }
    return room.bytes
  }

  @Test func `is what the terminal takes until the next frame`() {
    var room = FrameRoom()
    #expect(settled(&room, rate: 100_000_000) == 128 << 10)
    #expect((8_000...32_000).contains(settled(&room, rate: 1_000_000)))
    #expect(settled(&room, rate: 10_000) == 2 << 10)
    #expect(settled(&room, rate: 100_000_000) == 128 << 10)
  }

  @Test func `does not grow by frames that leave most of it free`() {
    var room = FrameRoom()
    room.took(128 << 10, in: .seconds(1))
    let small = room.bytes
    for _ in 0..<20 { room.took(small / 4, in: .milliseconds(1)) }
    #expect(room.bytes == small)
  }
}
