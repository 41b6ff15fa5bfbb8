/// Looks for bytes in bytes.
public enum ByteSearch {
  /// Whether `needle` lies somewhere in `bytes`. Compares its first and its last byte at 16 places at a time.
  public static func contains(_ bytes: Span<UInt8>, _ needle: [UInt8]) -> Bool {
    guard let first = needle.first, let last = needle.last else { return true }
    guard bytes.count >= needle.count else { return false }
    let places = bytes.count - needle.count + 1
    let distance = needle.count - 1
    return unsafe bytes.withUnsafeBytes { bytes in
      var place = 0
      let (firsts, lasts) = (SIMD16<UInt8>(repeating: first), SIMD16<UInt8>(repeating: last))
      while place + 16 <= places {
        let starts = unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
        let ends = unsafe bytes.loadUnaligned(fromByteOffset: place + distance, as: SIMD16<UInt8>.self)
        let hits = (starts .== firsts) .& (ends .== lasts)
        if any(hits) {
          for lane in 0..<16 where hits[lane] {
            if unsafe isEqual(bytes, place + lane, needle) { return true }
          }
        }
        place += 16
      }
      while place < places {
        if unsafe bytes[place] == first, unsafe isEqual(bytes, place, needle) { return true }
        place += 1
      }
      return false
    }
  }

  private static func isEqual(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ needle: [UInt8]) -> Bool {
    for index in needle.indices where unsafe bytes[place + index] != needle[index] { return false }
    return true
  }
}
