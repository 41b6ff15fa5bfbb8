import Arguments
import Testing

@Suite struct `A value` {
  @Test(
    "of time",
    arguments: [
      ("500ms", .milliseconds(500)), ("1.5s", .milliseconds(1500)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
      ("30", .seconds(30)), ("0", .zero), ("0.25", .milliseconds(250)), ("0.1ms", .microseconds(100)),
      ("1000000h", .seconds(3_600_000_000)), ("0.1234567s", .microseconds(123_456)), ("1000001h", nil), ("", nil),
      ("s", nil), ("1d", nil), ("-1", nil), ("+1", nil), (".5", nil), ("5.", nil), ("1.2.3", nil), ("1 s", nil),
      ("1e3", nil), ("١", nil), ("99999999999999999999", nil),
    ] as [(String, Duration?)])
  func time(text: String, expected: Duration?) { #expect(Duration(timeText: text) == expected) }

  @Test(
    "of size",
    arguments: [
      ("0", 0), ("100", 100), ("64k", 65536), ("1K", 1024), ("128M", 128 << 20), ("1g", 1 << 30), ("", nil), ("k", nil),
      ("1.5M", nil), ("-1", nil), ("+1", nil), ("1kB", nil), ("9999999999999G", nil), ("99999999999999999999", nil),
    ] as [(String, Int?)])
  func size(text: String, expected: Int?) { #expect(Int(sizeText: text) == expected) }

  @Test(
    "of pattern",
    arguments: [
      ("ok", .text("ok")), ("", .text("")), ("/", .text("/")), ("/path", .text("/path")),
      ("/^ok$/", .expression("^ok$")), (#"/a\/b/"#, .expression("a/b")), (#"/a\\/b/"#, .expression(#"a\\/b"#)),
      ("/a/b/", .expression("a/b")), ("/a/1", .text("/a/1")),
    ] as [(String, Pattern.Form)])
  func pattern(text: String, form: Pattern.Form) throws { #expect(try Pattern(text).form == form) }

  @Test func `of pattern with flags`() throws {
    let pattern = try Pattern("/a/is")
    #expect(pattern.ignoresCase && pattern.dotMatchesNewlines && !pattern.anchorsMatchLines)
    #expect(throws: Pattern.Mistake.unknownFlag("g")) { try Pattern("/a/ig") }
    #expect(throws: Pattern.Mistake.empty) { try Pattern("//i") }
  }
}
