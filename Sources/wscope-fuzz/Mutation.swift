/// Makes inputs of seeds.
enum Mutation {
  /// Longer inputs find nothing that shorter ones do not, and take longer.
  static let longest = 8192

  /// A seed, or nothing, changed one to eight times.
  static func input(from seeds: [[UInt8]], _ random: inout FuzzRandom) -> [UInt8] {
    var bytes = random.below(8) == 0 ? [] : seed(seeds, &random)
    for _ in 0...random.below(8) { change(&bytes, seeds, &random) }
    if bytes.count > longest { bytes.removeLast(bytes.count - longest) }
    return bytes
  }

  private static func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]], _ random: inout FuzzRandom) {
    let place = random.below(bytes.count + 1)
    let part = place..<min(bytes.count, place + 1 + random.below(16))
    switch random.below(9) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = edges[random.below(edges.count)]
    case 2: bytes.insert(edges[random.below(edges.count)], at: place)
    case 3: bytes.insert(contentsOf: (0...random.below(8)).map { _ in UInt8(random.below(256)) }, at: place)
    case 4: bytes.removeSubrange(part)
    case 5: bytes.insert(contentsOf: bytes[part], at: random.below(bytes.count + 1))
    case 6:
      let other = seed(seeds, &random)
      let start = random.below(other.count)
      bytes.insert(contentsOf: other[start..<min(other.count, start + 1 + random.below(32))], at: place)
    case 7: bytes += seed(seeds, &random)
    // Numbers and names without end.
    case 8 where place < bytes.count && random.below(16) == 0:
      bytes.insert(contentsOf: [UInt8](repeating: bytes[place], count: 1 << random.below(13)), at: place)
    default: bytes.insert(UInt8(0x20 + random.below(0x5F)), at: place)
    }
  }

  private static func seed(_ seeds: [[UInt8]], _ random: inout FuzzRandom) -> [UInt8] {
    seeds.isEmpty ? [] : seeds[random.below(seeds.count)]
  }

  /// Bytes at which rules change: of UTF-8, of control characters, of numbers.
  private static let edges: [UInt8] = [
    0, 1, 0x07, 0x09, 0x0A, 0x0D, 0x18, 0x1B, 0x1F, 0x20, 0x30, 0x39, 0x3B, 0x40, 0x5B, 0x5C, 0x7D, 0x7E, 0x7F, 0x80,
    0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFE, 0xFF,
  ]
}
