/// Amounts as people read them: `1.2 KB`, `12.4 ms`, `1,204`.
public enum Quantity {
  /// A number of bytes: `118 B`, `1.2 KB`, `41 KB`, `1 MB`. A KB is 1,024 bytes, as in the command's own SIZE values.
  public static func bytes(_ count: Int) -> String {
    let magnitude = count.magnitude
    let sign = count < 0 ? "-" : ""
    guard magnitude >= 1024 else { return "\(sign)\(magnitude) B" }
    var shift: UInt = 10
    for unit in ["KB", "MB", "GB", "TB"] {
      let size = 1 << shift as UInt
      if magnitude.isMultiple(of: size), magnitude / size < 1024 { return "\(sign)\(magnitude / size) \(unit)" }
      // The rest by itself, so that nothing overflows.
      let tenths = magnitude / size * 10 + (magnitude % size * 10 + size / 2) / size
      if tenths < 100 { return "\(sign)\(tenths / 10).\(tenths % 10) \(unit)" }
      let whole = (magnitude + size / 2) / size
      if whole < 1024 { return "\(sign)\(whole) \(unit)" }
      if unit == "TB" { return "\(sign)\(Self.count(Int(whole))) TB" }
      shift += 10
    }
    return "\(sign)\(magnitude) B"
  }

  /// A span of time: `80 µs`, `12.4 ms`, `312 ms`, `30.0 s`, `2 min 05 s`, `3 h 07 min`.
  public static func duration(_ duration: Duration) -> String {
    if duration < .zero { return "-" + Self.duration(.zero - duration) }
    let (seconds, attoseconds) = duration.components
    // Past a day nobody reads nanoseconds, and a week of them fits easily.
    let nanoseconds = min(seconds, 1 << 33) * 1_000_000_000 + attoseconds / 1_000_000_000
    switch nanoseconds {
    case ..<1000: return "\(nanoseconds) ns"
    case ..<999_500: return "\((nanoseconds + 500) / 1000) µs"
    case ..<99_950_000: return tenths(nanoseconds, of: 1_000_000) + " ms"
    case ..<999_500_000: return "\((nanoseconds + 500_000) / 1_000_000) ms"
    case ..<59_950_000_000: return tenths(nanoseconds, of: 1_000_000_000) + " s"
    default: break
    }
    let whole = Int((nanoseconds + 500_000_000) / 1_000_000_000)
    return whole < 3600
      ? "\(whole / 60) min \(twoDigits(whole % 60)) s" : "\(count(whole / 3600)) h \(twoDigits(whole / 60 % 60)) min"
  }

  /// A number with a comma at each thousand: `1,204`.
  public static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude).utf8)
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }

  /// A number of things: `1 message`, `1,204 messages`. `plural` where an `s` is not enough.
  public static func count(_ value: Int, _ noun: String, plural: String? = nil) -> String {
    count(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
  }

  private static func tenths(_ value: Int64, of unit: Int64) -> String {
    let tenths = (value * 10 + unit / 2) / unit
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
