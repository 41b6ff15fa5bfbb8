import Bytes

/// A character of a cell: a scalar, or the top bit and an index into the pool for a cluster of several.
struct GlyphID: BitwiseCopyable, Equatable, Sendable {
  let value: UInt32

  init(_ scalar: Unicode.Scalar) { value = scalar.value }
  fileprivate init(cluster index: Int) { value = Self.clusterBit | UInt32(index) }

  static let space = GlyphID(" ")
  /// Of the right half of a wide cell.
  static let nothing = GlyphID("\0")

  private static let clusterBit: UInt32 = 1 << 31

  /// The index into the pool; nil for a scalar.
  var cluster: Int? { value & Self.clusterBit == 0 ? nil : Int(value & ~Self.clusterBit) }
}

/// The clusters of several scalars that were drawn.
struct GlyphPool {
  private var clusters: [String] = []
  private var ids: [String: GlyphID] = [:]

  /// How many clusters are kept.
  var count: Int { clusters.count }

  /// The glyph of `character`.
  mutating func id(of character: Character) -> GlyphID {
    let scalars = character.unicodeScalars
    if let first = scalars.first, scalars.index(after: scalars.startIndex) == scalars.endIndex { return GlyphID(first) }
    let cluster = String(character)
    if let id = ids[cluster] { return id }
    let id = GlyphID(cluster: clusters.count)
    clusters.append(cluster)
    ids[cluster] = id
    return id
  }

  /// The text of `glyph`.
  func text(of glyph: GlyphID) -> String {
    if let index = glyph.cluster { return clusters[index] }
    return glyph == .nothing ? "" : Unicode.Scalar(glyph.value).map { String($0) } ?? ""
  }

  /// How many bytes of UTF-8 `glyph` is.
  func size(of glyph: GlyphID) -> Int {
    if let index = glyph.cluster { return clusters[index].utf8.count }
    switch glyph.value {
    case ..<0x80: return 1
    case ..<0x800: return 2
    case ..<0x10000: return 3
    default: return 4
    }
  }

  /// Appends the UTF-8 of `glyph`.
  func append(_ glyph: GlyphID, to output: ByteBuffer) {
    if glyph.value < 0x80 {
      output.append(UInt8(glyph.value))
    } else if let index = glyph.cluster {
      output.append(clusters[index])
    } else if let scalar = Unicode.Scalar(glyph.value) {
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
    }
  }
}
