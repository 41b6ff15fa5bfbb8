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
    let secondsADay: Int64 = 86_400
    let second = Int((seconds % secondsADay + secondsADay) % secondsADay)
    let day = seconds / secondsADay - (seconds % secondsADay < 0 ? 1 : 0)
    let (year, month, dayOfMonth) = Self.date(daysSince1970: day)
    return Self.digits(year, 4) + "-" + Self.digits(month, 2) + "-" + Self.digits(dayOfMonth, 2) + "T"
      + Self.digits(second / 3600, 2) + ":" + Self.digits(second / 60 % 60, 2) + ":" + Self.digits(second % 60, 2) + "."
      + Self.digits(Int(nanoseconds / 1_000_000), 3) + "Z"
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

  private static func digits(_ value: Int, _ count: Int) -> String {
    let text = String(value.magnitude)
    return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
