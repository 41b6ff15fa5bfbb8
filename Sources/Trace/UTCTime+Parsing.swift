extension UTCTime {
  /// The moment that RFC 3339 text names: `2026-01-02T03:04:05.678Z`, or with an offset such as `+01:00` in place of
  /// `Z`. Digits behind the nanosecond are dropped.
  public init?(_ text: String) {
    var digits = Digits(text)
    guard let year = digits.number(4), digits.take("-"), let month = digits.number(2), digits.take("-"),
      let day = digits.number(2), digits.take("T") || digits.take("t") || digits.take(" "),
      let hour = digits.number(2), digits.take(":"), let minute = digits.number(2), digits.take(":"),
      let second = digits.number(2)
    else { return nil }
    // A leap second is taken for the first of the next minute.
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else { return nil }
    let nanoseconds = digits.take(".") ? digits.fraction() : 0
    guard let nanoseconds, let offset = digits.offset(), digits.isAtEnd else { return nil }
    let seconds = Self.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    self.init(seconds: Int64(seconds - offset), nanoseconds: Int32(nanoseconds))
  }

  /// Days since 1970-01-01 in the Gregorian calendar, counted from 1 March so that a leap day is a year's last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let monthFromMarch = (month + 9) % 12
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Reads digits from the front of a text.
  private struct Digits {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest = rest.dropFirst()
      return true
    }

    private mutating func digit() -> Int? {
      guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
      rest = rest.dropFirst()
      return Int(byte - 0x30)
    }

    mutating func number(_ count: Int) -> Int? {
      var number = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        number = number * 10 + digit
      }
      return number
    }

    /// Nanoseconds; at least one digit.
    mutating func fraction() -> Int? {
      guard var nanoseconds = digit() else { return nil }
      var count = 1
      while let digit = digit() {
        if count < 9 { nanoseconds = nanoseconds * 10 + digit }
        count += 1
      }
      for _ in count..<max(count, 9) { nanoseconds *= 10 }
      return nanoseconds
    }

    /// Seconds east of Greenwich.
    mutating func offset() -> Int? {
      if take("Z") || take("z") { return 0 }
      let sign = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(2) else { return nil }
      _ = take(":")
      guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
      return sign * (hours * 3600 + minutes * 60)
    }
  }
}

extension UTCTime {
  /// The moment that lies `duration` later, cut to the nanosecond.
  public func advanced(by duration: Duration) -> UTCTime {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = Int64(nanoseconds) + attoseconds / 1_000_000_000
    let carry = nanoseconds >= 1_000_000_000 ? 1 as Int64 : nanoseconds < 0 ? -1 : 0
    return UTCTime(
      seconds: self.seconds &+ seconds &+ carry, nanoseconds: Int32(nanoseconds - carry * 1_000_000_000))
  }

  /// How much later `other` is.
  public func duration(to other: UTCTime) -> Duration {
    .seconds(other.seconds.subtractingReportingOverflow(seconds).partialValue)
      + .nanoseconds(Int64(other.nanoseconds) - Int64(nanoseconds))
  }
}
