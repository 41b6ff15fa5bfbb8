import Testing
import WebSocketCore

@Suite struct `Masking a payload` {
  /// RFC 6455, section 5.3, byte by byte.
  private func reference(_ bytes: [UInt8], key: UInt32, phase: Int) -> [UInt8] {
    let octets = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: key >> UInt32($0)) }
    return bytes.enumerated().map { $1 ^ octets[($0 + phase) % 4] }
  }

  @Test func `follows the RFC's example`() {
    var bytes: [UInt8] = [0x7F, 0x9F, 0x4D, 0x51, 0x58]
    bytes.withUnsafeMutableBytes { Masking.apply(MaskingKey(0x37FA_213D), to: $0) }
    #expect(bytes == Array("Hello".utf8))
  }

  @Test("is the same as byte by byte, at every size, phase and alignment", arguments: [1, 2, 3])
  func randomised(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for size in Array(0...200) + [1000, 4096, 65_537] {
      let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      let key = UInt32.random(in: 0...UInt32.max, using: &random)
      let phase = Int.random(in: 0..<100, using: &random)
      let shift = Int.random(in: 0..<16, using: &random)
      let expected = reference(bytes, key: key, phase: phase)

      var inPlace = [UInt8](repeating: 0, count: shift) + bytes
      inPlace.withUnsafeMutableBytes {
        Masking.apply(MaskingKey(key), to: UnsafeMutableRawBufferPointer(rebasing: $0[shift...]), phase: phase)
      }
      #expect(Array(inPlace[shift...]) == expected, "seed \(seed), size \(size), phase \(phase), in place")

      var copied = [UInt8](repeating: 0xEE, count: shift + size + 1)
      copied.withUnsafeMutableBytes { target in
        bytes.withUnsafeBytes { source in
          guard let address = target.baseAddress else { return }
          Masking.copy(source, to: address + shift, key: MaskingKey(key), phase: phase)
        }
      }
      #expect(Array(copied[shift..<shift + size]) == expected, "seed \(seed), size \(size), phase \(phase), copied")
      #expect(copied.last == 0xEE, "wrote behind its end")
    }
  }

  @Test func `with a key of zero changes nothing`() {
    var bytes: [UInt8] = [1, 2, 3]
    bytes.withUnsafeMutableBytes { Masking.apply(MaskingKey(0), to: $0) }
    #expect(bytes == [1, 2, 3])
  }

  @Test func `takes fresh keys from blocks made at the first use`() {
    var blocks = 0
    var value: UInt32 = 0
    var source = MaskingKeySource { block in
      blocks += 1
      #expect(block.count == 4096)
      for offset in stride(from: 0, to: block.count, by: 4) {
        value += 1
        block.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
      }
    }
    #expect(blocks == 0)
    let keys = (0..<3000).map { _ in source.next().value }
    #expect(keys == Array(1...3000))
    #expect(blocks == 3)
  }
}
