/// Amounts as they are typed in filters and scripts: `1k`, `5m`.
public enum TypedQuantity {
  /// Bytes, or a number with `k`, `M` or `G`, which are powers of 1024.
  public static func size(_ text: String) -> Int? {
    let shift =
      switch text.utf8.last {
      case UInt8(ascii: "k"), UInt8(ascii: "K"): 10
      case UInt8(ascii: "m"), UInt8(ascii: "M"): 20
      case UInt8(ascii: "g"), UInt8(ascii: "G"): 30
      default: 0
      }
    guard let count = whole(text.dropLast(shift == 0 ? 0 : 1)) else { return nil }
    let (size, overflows) = count.multipliedReportingOverflow(by: 1 << shift)
    return overflows ? nil : size
  }

  /// A number, up to a million hours, with `ms`, `s`, `m` or `h`; bare is seconds.
  public static func time(_ text: String) -> Duration? {
    let units: [(suffix: String, nanoseconds: Int)] = [
      ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]
    let unit = units.first { text.hasSuffix($0.suffix) }
    let nanoseconds = unit?.nanoseconds ?? 1_000_000_000
    let parts = text.dropLast(unit?.suffix.count ?? 0).split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = whole(parts[0]), number <= 3_600_000_000 else { return nil }
    var duration = Duration.nanoseconds(nanoseconds) * number
    if parts.count > 1 {
      guard parts[1].utf8.count <= 6, let fraction = whole(parts[1]) else { return nil }
      let scale = parts[1].utf8.reduce(1) { scale, _ in scale * 10 }
      duration += .nanoseconds(fraction * nanoseconds / scale)
    }
    return duration <= .seconds(3_600_000_000) ? duration : nil
  }

  private static func whole(_ digits: Substring) -> Int? {
    guard !digits.isEmpty, digits.utf8.allSatisfy(TextCursor.isDigit) else { return nil }
    return Int(digits)
  }
}
