import Terminal
import TestSupport
import Testing

@Suite struct `What comes from a terminal` {
  @Test("is understood", arguments: DecoderCorpus.rows)
  func understood(row: DecoderRow) {
    #expect(decode(row.bytes) == row.events)
  }

  @Test("means the same however it is cut", arguments: DecoderCorpus.rows)
  func cut(row: DecoderRow) {
    #expect(decode(row.bytes, cuts: Array(row.bytes.indices.dropFirst())) == row.events, "byte by byte")
    for cut in row.bytes.indices { #expect(decode(row.bytes, cuts: [cut]) == row.events, "cut at \(cut)") }
  }

  @Test func `Rows behind one another mean the same at every cut`() {
    // What lacks its end would take what follows; a key that surely is one parts the rows.
    let complete = DecoderCorpus.rows.filter { row in
      decode(row.bytes + [0x0D]) == row.events + [.key(Key(.enter))]
    }
    #expect(complete.count > DecoderCorpus.rows.count * 3 / 4)
    // A dozen at a time, for the work grows with the square of them.
    for start in stride(from: 0, to: complete.count, by: 12) {
      let rows = complete[start..<min(start + 12, complete.count)]
      let bytes: [UInt8] = rows.flatMap { row -> [UInt8] in row.bytes + [0x0D] }
      let events: [InputEvent] = rows.flatMap { row -> [InputEvent] in row.events + [.key(Key(.enter))] }
      #expect(decode(bytes) == events)
      for cut in bytes.indices where decode(bytes, cuts: [cut]) != events {
        Issue.record("rows from \(start), cut at \(cut)")
      }
    }
  }

  @Test func `Random bytes mean the same however they are cut, and are all accounted for`() {
    var random = SeededRandom()
    for _ in 0..<2000 {
      let bytes = randomInput(&random)
      let events = decode(bytes)
      let cuts = (0..<Int.random(in: 0...8, using: &random)).map { _ in Int.random(in: 0...bytes.count, using: &random)
      }
      #expect(decode(bytes, cuts: cuts.sorted()) == events, "seed \(random.seed), \(bytes)")
      if bytes.count > 0 { #expect(!events.isEmpty, "seed \(random.seed), \(bytes)") }
    }
  }

  @Test func `A sequence without end is given up, and what follows it is not typed`() {
    let long = Array("\u{1B}]".utf8) + [UInt8](repeating: 0x61, count: 10_000) + [0x07, 0x62]
    let kept = Array(long[..<InputDecoder.longestSequence])
    #expect(decode(long) == [.unknown(kept), .key(.character("b"))])
    let parameters = Array("\u{1B}[".utf8) + [UInt8](repeating: 0x31, count: 10_000) + [0x41, 0x62]
    #expect(
      decode(parameters) == [.unknown(Array(parameters[..<InputDecoder.longestSequence])), .key(.character("b"))])
    // Ctrl-C gets through whatever comes before it.
    #expect(decode(Array(long[..<5000]) + [0x03]) == [.unknown(kept), .key(.control("c"))])
  }

  @Test func `A cursor report is one only while one is awaited`() {
    let report = Array("\u{1B}[1;5R".utf8)
    #expect(decode(report) == [.key(Key(.function(3), .control))])
    let expecting: (inout InputDecoder) -> Void = { $0.expectCursorReport() }
    #expect(decode(report, prepare: expecting) == [.reply(.cursor(Point(column: 4, row: 0)))])
    #expect(
      decode(report + report, prepare: expecting) == [
        .reply(.cursor(Point(column: 4, row: 0))), .key(Key(.function(3), .control)),
      ])
    let unanswered = Array("\u{1B}[?62c".utf8) + report
    #expect(
      decode(unanswered, prepare: expecting) == [.reply(.primaryAttributes([62])), .key(Key(.function(3), .control))])
  }

  @Test func `A large paste is streamed without cutting a character`() {
    let text = String(repeating: "añ語😀", count: 50_000)
    let bytes = Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)
    var decoder = InputDecoder()
    var pasted = ""
    var chunks = [PasteChunk]()
    for start in stride(from: 0, to: bytes.count, by: 4093) {
      decoder.feed(bytes[start..<min(start + 4093, bytes.count)].span, at: .now) { event in
        guard case .paste(let chunk) = event else {
          Issue.record("\(event)")
          return
        }
        pasted += String(decoding: chunk.bytes, as: UTF8.self)
        chunks.append(chunk)
      }
    }
    #expect(pasted == text)
    #expect(chunks.count > 50)
    #expect(chunks.map(\.isFirst) == [true] + chunks.dropFirst().map { _ in false })
    #expect(chunks.map(\.isLast) == chunks.dropLast().map { _ in false } + [true])
  }
}

@Suite struct `Time tells Escape` {
  private static let start = ContinuousClock.now

  private func feed(_ decoder: inout InputDecoder, _ text: String, at milliseconds: Int) -> [InputEvent] {
    var events = [InputEvent]()
    decoder.feed(Array(text.utf8).span, at: Self.start + .milliseconds(milliseconds)) { events.append($0) }
    return events
  }

  private func expire(_ decoder: inout InputDecoder, at milliseconds: Int) -> [InputEvent] {
    var events = [InputEvent]()
    decoder.expire(at: Self.start + .milliseconds(milliseconds)) { events.append($0) }
    return events
  }

  @Test func `from a sequence, and only when its time has passed`() {
    var decoder = InputDecoder(escapeDelay: .milliseconds(25))
    #expect(decoder.deadline == nil)
    #expect(feed(&decoder, "\u{1B}", at: 0) == [])
    #expect(decoder.deadline == Self.start + .milliseconds(25))
    #expect(expire(&decoder, at: 24) == [])
    #expect(expire(&decoder, at: 25) == [.key(Key(.escape))])
    #expect(decoder.deadline == nil)
    #expect(feed(&decoder, "[A", at: 26) == [.key(.character("[")), .key(.character("A"))])
  }

  @Test func `never from a sequence that has begun otherwise`() {
    var decoder = InputDecoder(escapeDelay: .milliseconds(25))
    #expect(feed(&decoder, "\u{1B}[1", at: 0) == [])
    #expect(decoder.deadline == Self.start + .seconds(1))
    #expect(feed(&decoder, ";5", at: 900) == [])
    #expect(expire(&decoder, at: 1000) == [])
    #expect(feed(&decoder, "A", at: 1500) == [.key(Key(.up, .control))])
  }

  @Test func `at once where the terminal sends it as a sequence`() {
    var decoder = InputDecoder(escapeDelay: .milliseconds(25))
    decoder.hasKittyKeyboard = true
    #expect(feed(&decoder, "\u{1B}[27u", at: 0) == [.key(Key(.escape))])
    #expect(feed(&decoder, "\u{1B}", at: 10) == [])
    #expect(expire(&decoder, at: 100) == [])
    #expect(feed(&decoder, "[A", at: 200) == [.key(Key(.up))])
  }

  @Test func `A paste without its end is over after two seconds`() {
    var decoder = InputDecoder()
    #expect(
      feed(&decoder, "\u{1B}[200~ab", at: 0) == [.paste(PasteChunk(Array("ab".utf8), isFirst: true, isLast: false))])
    #expect(expire(&decoder, at: 1999) == [])
    #expect(expire(&decoder, at: 2000) == [.paste(PasteChunk([], isFirst: false, isLast: true))])
    #expect(feed(&decoder, "c", at: 2001) == [.key(.character("c"))])
  }

  @Test func `Lines that come at once are a paste where a terminal marks none`() {
    var decoder = InputDecoder()
    decoder.marksPastes = false
    #expect(feed(&decoder, "a\r", at: 0) == [.key(.character("a")), .key(Key(.enter))])
    #expect(
      feed(&decoder, "a\rb\r", at: 1)
        == [.paste(PasteChunk(Array("a\rb\r".utf8), isFirst: true, isLast: false))])
    #expect(
      feed(&decoder, "c\r", at: 20) == [.paste(PasteChunk(Array("c\r".utf8), isFirst: false, isLast: false))])
    #expect(expire(&decoder, at: 39) == [])
    #expect(expire(&decoder, at: 40) == [.paste(PasteChunk([], isFirst: false, isLast: true))])
    #expect(feed(&decoder, "\r", at: 41) == [.key(Key(.enter))])
    #expect(feed(&decoder, "\u{1B}[A\r\r", at: 42).count == 3)
  }
}

/// Bytes that look like what terminals send more often than not.
private func randomInput(_ random: inout SeededRandom) -> [UInt8] {
  let parts: [[UInt8]] = [
    [0x1B], [0x1B, 0x5B], [0x1B, 0x4F], [0x1B, 0x5D], [0x1B, 0x50], [0x1B, 0x5C], [0x07], [0x18], Array("200~".utf8),
    Array("\u{1B}[201~".utf8), Array(";".utf8), Array("1;5".utf8), Array("A".utf8), Array("<0;1;1M".utf8),
    Array("?62c".utf8), Array("é😀".utf8), [0xE2, 0x82], [0xFF], Array("M".utf8), Array("u".utf8), Array("$".utf8),
  ]
  return (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in
    Bool.random(using: &random)
      ? parts[Int.random(in: 0..<parts.count, using: &random)]
      : random.bytes(Int.random(in: 0...3, using: &random))
  }
}
