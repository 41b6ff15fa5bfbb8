import Testing
import Trace

@Suite struct `A certificate's line` {
  @Test(
    "says how many days are left",
    arguments: [
      ("CN=a, issued by CN=b, valid until 1970-01-02T00:00:00Z", 0, 1),
      ("CN=a, issued by CN=b, valid until 1970-01-02T00:00:00Z", 1, 0),
      ("CN=a, issued by CN=b, valid until 1970-01-02T00:00:00Z", 86_400, 0),
      ("CN=a, issued by CN=b, valid until 1970-01-02T00:00:00Z", 86_401, -1),
      ("valid until 1980-01-01T00:00:00Z, valid until 1970-03-01T00:00:00Z", 0, 59),
      ("CN=a, issued by CN=b, valid until an unreadable time", 0, nil), ("", 0, nil),
    ] as [(String, Int64, Int?)])
  func daysLeft(line: String, now: Int64, days: Int?) {
    #expect(SecurityRecord.daysLeft(of: line, at: UTCTime(seconds: now, nanoseconds: 0)) == days)
  }
}
