import PlainText
import Testing

@Suite struct `A quantity` {
  @Test(
    "of bytes",
    arguments: [
      (0, "0 B"), (118, "118 B"), (1023, "1023 B"), (1024, "1 KB"), (1229, "1.2 KB"), (10_188, "9.9 KB"),
      (10_230, "10 KB"), (41_984, "41 KB"), (1_048_000, "1023 KB"), (1_048_575, "1.0 MB"), (1 << 20, "1 MB"),
      (128 << 20, "128 MB"), (1_468_006, "1.4 MB"), (3 << 30, "3 GB"), (5 << 50, "5,120 TB"), (.max, "8,388,608 TB"),
      (-1229, "-1.2 KB"),
    ])
  func bytes(count: Int, expected: String) { #expect(Quantity.bytes(count) == expected) }

  @Test(
    "of time",
    arguments: [
      (.zero, "0 ns"), (.nanoseconds(480), "480 ns"), (.microseconds(80), "80 µs"), (.nanoseconds(999_600), "1.0 ms"),
      (.microseconds(1234), "1.2 ms"), (.microseconds(12_400), "12.4 ms"), (.milliseconds(312), "312 ms"),
      (.microseconds(999_900), "1.0 s"), (.seconds(30), "30.0 s"), (.milliseconds(59_960), "1 min 00 s"),
      (.seconds(125), "2 min 05 s"), (.seconds(11_220), "3 h 07 min"), (.milliseconds(-1500), "-1.5 s"),
      (.seconds(Int64.max), "2,386,092 h 56 min"),
    ] as [(Duration, String)])
  func time(duration: Duration, expected: String) { #expect(Quantity.duration(duration) == expected) }

  @Test(
    "of things",
    arguments: [(0, "0"), (7, "7"), (999, "999"), (1204, "1,204"), (1_000_000, "1,000,000"), (-1204, "-1,204")])
  func things(count: Int, expected: String) { #expect(Quantity.count(count) == expected) }

  @Test func `of named things`() {
    #expect(Quantity.count(1, "message") == "1 message")
    #expect(Quantity.count(1204, "message") == "1,204 messages")
    #expect(Quantity.count(2, "reply", plural: "replies") == "2 replies")
  }
}
