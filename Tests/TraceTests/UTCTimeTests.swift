import Testing
import Trace

@Suite struct `A moment of the wall clock` {
  @Test(
    "is written to the millisecond",
    arguments: [
      (0, 0, "1970-01-01T00:00:00.000Z"), (1_767_323_045, 678_999_999, "2026-01-02T03:04:05.678Z"),
      (-1, 999_000_000, "1969-12-31T23:59:59.999Z"), (951_782_400, 1_000_000, "2000-02-29T00:00:00.001Z"),
      (951_868_799, 0, "2000-02-29T23:59:59.000Z"), (951_868_800, 0, "2000-03-01T00:00:00.000Z"),
      (4_107_542_399, 0, "2100-02-28T23:59:59.000Z"), (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"),
      (1_709_251_199, 0, "2024-02-29T23:59:59.000Z"), (1_735_689_599, 0, "2024-12-31T23:59:59.000Z"),
      (-62_135_596_800, 0, "0001-01-01T00:00:00.000Z"), (253_402_300_799, 0, "9999-12-31T23:59:59.000Z"),
    ] as [(Int64, Int32, String)])
  func written(seconds: Int64, nanoseconds: Int32, text: String) {
    #expect(UTCTime(seconds: seconds, nanoseconds: nanoseconds).description == text)
  }

  @Test func `moves on by a day each day of 400 years`() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var (year, month, day) = (1600, 1, 1)
    for number in -135_140 ..< -135_140 + 146_097 {
      let expected = [(year, 4), (month, 2), (day, 2)].map { value, width in
        String(repeating: "0", count: width - String(value).count) + String(value)
      }.joined(separator: "-")
      let text = UTCTime(seconds: Int64(number) * 86_400, nanoseconds: 0).description
      guard text == expected + "T00:00:00.000Z" else {
        Issue.record("day \(number) is \(text), not \(expected)")
        return
      }
      let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      day += 1
      if day > lengths[month - 1] + (month == 2 && isLeapYear ? 1 : 0) { (day, month) = (1, month + 1) }
      if month > 12 { (month, year) = (1, year + 1) }
    }
  }

  @Test func `is written also where no calendar reaches`() {
    _ = UTCTime(seconds: .max, nanoseconds: 0).description
    _ = UTCTime(seconds: .min, nanoseconds: 0).description
  }

  @Test(
    "is read from RFC 3339",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0), ("2026-01-02T03:04:05.678Z", 1_767_323_045, 678_000_000),
      ("2026-01-02T04:04:05.678999999999+01:00", 1_767_323_045, 678_999_999),
      ("2026-01-01 22:34:05.5-0430", 1_767_323_045, 500_000_000), ("1969-12-31T23:59:59.999Z", -1, 999_000_000),
      ("2000-02-29T23:59:60Z", 951_868_800, 0), ("0001-01-01t00:00:00z", -62_135_596_800, 0),
      ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
    ] as [(String, Int64, Int32)])
  func parsed(text: String, seconds: Int64, nanoseconds: Int32) {
    #expect(UTCTime(text) == UTCTime(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(
    "is not read from anything else",
    arguments: [
      "", "2026", "2026-01-02", "2026-01-02T03:04", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z",
      "2026-00-02T03:04:05Z", "2026-01-32T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z",
      "2026-01-02T03:04:61Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05+1:00",
      "2026-01-02T03:04:05+25:00", "-026-01-02T03:04:05Z", "２026-01-02T03:04:05Z",
    ])
  func malformed(text: String) {
    #expect(UTCTime(text) == nil)
  }

  @Test func `is read back from what is written, each day of 400 years`() {
    for day in -135_140 ..< -135_140 + 146_097 {
      let time = UTCTime(seconds: Int64(day) * 86_400 + 86_399, nanoseconds: 1_000_000)
      guard UTCTime(time.description) == time else {
        Issue.record("\(time)")
        return
      }
    }
  }

  @Test(
    "moves on by durations",
    arguments: [
      (0, 0, .zero, 0, 0), (5, 600_000_000, .milliseconds(500), 6, 100_000_000),
      (5, 100_000_000, .milliseconds(-200), 4, 900_000_000), (0, 0, .seconds(-3), -3, 0),
      (0, 0, .nanoseconds(-1), -1, 999_999_999),
    ] as [(Int64, Int32, Duration, Int64, Int32)])
  func advanced(seconds: Int64, nanoseconds: Int32, duration: Duration, laterSeconds: Int64, laterNanoseconds: Int32) {
    let time = UTCTime(seconds: seconds, nanoseconds: nanoseconds)
    let later = UTCTime(seconds: laterSeconds, nanoseconds: laterNanoseconds)
    #expect(time.advanced(by: duration) == later)
    #expect(time.duration(to: later) == duration)
  }
}
