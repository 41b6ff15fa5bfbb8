import Terminal

extension FuzzTarget {
  /// Where the bytes from a terminal are cut changes no event.
  static let decoder = FuzzTarget(
    name: "decoder", summary: "bytes from a terminal mean the same however they are cut, and are bounded",
    seeds: [
      "aé語😀\r\t\u{7F}", "\u{1B}a\u{1B}é\u{1B}\r", "\u{1B}\u{1B}", "\u{1B}\u{1B}[A", "\u{1B}[1;5A\u{1B}OP\u{1B}O5A",
      "\u{1B}[3$",
      "\u{1B}[[A", "\u{1B}[97:65;6:3u", "\u{1B}[27;5;97~", "\u{1B}[<0;3;5M\u{1B}[M !!",
      "\u{1B}[I\u{1B}[48;24;80;480;640t",
      "\u{1B}[200~pasted é\u{1B}[A\u{1B}[201~c", "\u{1B}[?62;22c\u{1B}[>84;0;0c",
      "\u{1B}[?2026;2$y\u{1B}[?1u\u{1B}[1;5R",
      "\u{1B}]11;rgb:1e1e/2e2e/3e3e\u{1B}\\", "\u{1B}P>|tmux 3.3a\u{1B}\\\u{1B}P1+r524742=38\u{1B}\\",
      "\u{1B}]11;#102030\u{7}",
    ].map { Array($0.utf8) },
    check: { input, random in
      let isCursorAwaited = random.below(2) == 0
      let whole = decode(input, cuts: [], isCursorAwaited)
      let cuts = (0...random.below(8)).map { _ in random.below(input.count + 1) }.sorted()
      let parts = decode(input, cuts: cuts, isCursorAwaited)
      if whole != parts { return "cut at \(cuts): \(parts)\nwhole: \(whole)" }
      for case .unknown(let bytes) in whole where bytes.count > InputDecoder.longestSequence {
        return "a sequence of \(bytes.count) bytes was kept"
      }
      return whole.isEmpty && !input.isEmpty ? "nothing came of it" : nil
    })

  private static func decode(_ bytes: [UInt8], cuts: [Int], _ isCursorAwaited: Bool) -> [InputEvent] {
    var decoder = InputDecoder()
    if isCursorAwaited { decoder.expectCursorReport() }
    var events = [InputEvent]()
    let now = ContinuousClock.now
    var start = 0
    for cut in cuts + [bytes.count] {
      decoder.feed(bytes[start..<cut].span, at: now) { add($0, to: &events) }
      start = cut
    }
    while let deadline = decoder.deadline { decoder.expire(at: deadline) { add($0, to: &events) } }
    return events
  }

  /// The chunks of a paste are joined: they are cut where the input is.
  private static func add(_ event: InputEvent, to events: inout [InputEvent]) {
    if case .paste(let chunk) = event, !chunk.isFirst, case .paste(var whole)? = events.last {
      whole.bytes += chunk.bytes
      whole.isLast = chunk.isLast
      events[events.count - 1] = .paste(whole)
    } else {
      events.append(event)
    }
  }
}
