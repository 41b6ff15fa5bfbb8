import Bytes
import Testing

@Suite struct `A byte buffer` {
  private func held(_ buffer: ByteBuffer) -> [UInt8] { Array(buffer.bytes) }

  @Test func `gives bytes back in the order they came`() {
    let buffer = ByteBuffer()
    buffer.append("hello ")
    buffer.append([1, 2, 3].span)
    buffer.append(4)
    #expect(held(buffer) == Array("hello ".utf8) + [1, 2, 3, 4])
    buffer.removeFirst(6)
    #expect(held(buffer) == [1, 2, 3, 4])
    buffer.removeLast(1)
    #expect(held(buffer) == [1, 2, 3])
    #expect(buffer.span.count == 3)
  }

  @Test func `owns no memory when empty and released`() {
    let buffer = ByteBuffer()
    #expect(buffer.capacity == 0 && buffer.isEmpty)
    buffer.append("text")
    buffer.release()
    #expect(buffer.capacity == 0 && buffer.isEmpty && buffer.bytes.isEmpty)
  }

  @Test func `counts what is written behind its end only when told`() {
    let buffer = ByteBuffer()
    buffer.reserve(100).storeBytes(of: 7, as: UInt8.self)
    #expect(buffer.isEmpty)
    buffer.commit(1)
    #expect(held(buffer) == [7])
  }

  @Test func `has an address also where no byte is reserved`() {
    let buffer = ByteBuffer()
    _ = buffer.reserve(0)
    buffer.commit(0)
    #expect(buffer.isEmpty)
  }

  @Test(arguments: [1, 2, 3, 4])
  func `behaves as an array does under random appends and removals`(seed: UInt64) {
    var state = seed
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let buffer = ByteBuffer()
    var model: [UInt8] = []
    for step in 0..<2000 {
      if random(3) > 0 {
        let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: step), count: random(300))
        buffer.append(piece.span)
        model += piece
      } else {
        let size = random(model.count + 1)
        buffer.removeFirst(size)
        model.removeFirst(size)
      }
      #expect(held(buffer) == model, "seed \(seed), step \(step)")
    }
  }

  @Test func `reads integers in network order`() {
    let bytes: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    #expect(bytes.span.bigEndian(at: 1, as: UInt16.self) == 0x0102)
    #expect(bytes.span.bigEndian(at: 1, as: UInt64.self) == 0x0102_0304_0506_0708)
  }
}
