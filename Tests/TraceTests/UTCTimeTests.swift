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
}
