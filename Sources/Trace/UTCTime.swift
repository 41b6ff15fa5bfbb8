public import Bytes

/// A moment of the wall clock.
public struct UTCTime: Equatable, Sendable, CustomStringConvertible {
  /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  public var seconds: Int64
  /// Of the second, 0 to 999,999,999.
  public var nanoseconds: Int32

  /// A moment.
  public init(seconds: Int64, nanoseconds: Int32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// RFC 3339, to the millisecond, cut and not rounded: `2026-01-02T03:04:05.678Z`.
  public var description: String {
    let output = ByteBuffer()
    append(to: output)
    return unsafe String(decoding: output.bytes, as: UTF8.self)
  }

  /// Appends the description; no strings, as it stands in every line of JSON.
  public func append(to output: ByteBuffer) {
    let secondsADay: Int64 = 86_400
    let second = Int((seconds % secondsADay + secondsADay) % secondsADay)
    let day = seconds / secondsADay - (seconds % secondsADay < 0 ? 1 : 0)
    let (year, month, dayOfMonth) = Self.date(daysSince1970: day)
    if year < 0 { output.append(UInt8(ascii: "-")) }
    Self.append(year.magnitude, 4, "-", to: output)
    Self.append(month.magnitude, 2, "-", to: output)
    Self.append(dayOfMonth.magnitude, 2, "T", to: output)
    Self.append((second / 3600).magnitude, 2, ":", to: output)
    Self.append((second / 60 % 60).magnitude, 2, ":", to: output)
    Self.append((second % 60).magnitude, 2, ".", to: output)
    Self.append((nanoseconds / 1_000_000).magnitude, 3, "Z", to: output)
  }

  /// The day in the Gregorian calendar, counted from 1 March so that a leap day is a year's last.
  private static func date(daysSince1970: Int64) -> (year: Int, month: Int, day: Int) {
    let daysIn400Years = 146_097
    let days = Int(daysSince1970) + 719_468  // since 0000-03-01
    let era = (days >= 0 ? days : days - (daysIn400Years - 1)) / daysIn400Years
    let dayOfEra = days - era * daysIn400Years
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // Months from March are 153 days in every five.
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// Appends at least `count` digits and what stands behind them.
  private static func append(
    _ value: some UnsignedInteger, _ count: Int, _ end: Unicode.Scalar, to output: ByteBuffer
  ) {
    var divisor = 1 as UInt
    for _ in 1..<count { divisor *= 10 }
    let value = UInt(value)
    while value / divisor > 9 { divisor *= 10 }
    while divisor > 0 {
      output.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
    output.append(UInt8(ascii: end))
  }
}
