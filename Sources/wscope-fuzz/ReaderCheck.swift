import Bytes
import Inspector
import JSONSyntax
import Trace
import WebSocketCore

/// What must hold of a file of any kind, whatever is in it.
struct ReaderCheck {
  private let input: [UInt8]
  private let format: CaptureFormat?
  private let stream: RawStream
  private static let start = ContinuousClock.now

  /// - Parameter format: what the file is; nil: what it looks like.
  init(_ input: [UInt8], as format: CaptureFormat?, _ stream: RawStream) {
    self.input = input
    self.format = format
    self.stream = stream
  }

  /// - Returns: what is wrong.
  func failure(_ random: inout FuzzRandom) -> String? {
    let whole = read(cuts: [])
    let words = told(whole)
    let cuts = (0...random.below(8)).map { _ in random.below(input.count + 1) }.sorted()
    let parts = told(read(cuts: cuts))
    if words != parts { return "cut at \(cuts): \(Self.difference(words, parts))" }
    if words.count > 64 + 16 * input.count { return "\(words.count) lines of \(input.count) bytes" }
    if let unsafe = words.first(where: { !Self.isSafe($0) }) {
      return "a line that harms a terminal: \(unsafe.debugDescription)"
    }
    return dissections(whole, width: 1 + random.below(120)) ?? writing(whole)
  }

  private func read(cuts: [Int]) -> [CaptureItem] {
    var reader = CaptureReader(start: Self.start, format: format, stream: stream)
    var items: [CaptureItem] = []
    var start = 0
    for cut in cuts + [input.count] {
      reader.read(input.span.extracting(start..<cut)) { items.append($0) }
      start = cut
    }
    reader.finish { items.append($0) }
    return items
  }

  /// All lines that `wscope inspect` shows.
  private func told(_ items: [CaptureItem]) -> [String] {
    let narrator = CaptureNarrator(detail: .all, mask: SecretMask(showsSecrets: false), start: Self.start)
    var connections = CapturedConnections(deflate: stream.deflate)
    return items.flatMap { item -> [String] in
      guard case .event(let event) = item else { return ["\(item)"] }
      connections.note(event)
      return narrator.lines(for: event, role: connections.role(of: event.connection))
    }
  }

  private func dissections(_ items: [CaptureItem], width: Int) -> String? {
    var connections = CapturedConnections(deflate: stream.deflate)
    for case .event(let event) in items {
      connections.note(event)
      let rows = connections.dissection(of: event)?.rows(width: width, maximumRows: 20) ?? []
      if let row = rows.first(where: { !Self.isSafe($0.string) }) {
        return "a row that harms a terminal: \(row.string)"
      }
    }
    return nil
  }

  /// Each event is written as a line of JSON, and the capture that these make has the same frames.
  private func writing(_ items: [CaptureItem]) -> String? {
    let output = ByteBuffer()
    var connections = CapturedConnections()
    var frames: [FrameRecord] = []
    for case .event(let event) in items {
      connections.note(event)
      let writer = CaptureWriter(
        connection: event.connection, role: connections.role(of: event.connection),
        mask: SecretMask(showsSecrets: true), start: Self.start)
      let before = output.count
      writer.append(event, into: output)
      for line in Array(copying: output.span.extracting(before...)).split(separator: 0x0A)
      where (try? JSONParser.parse(Array(line).span)) == nil { return "a line that is no JSON: \(event)" }
      if case .frame(let frame, _) = event.content { frames.append(frame) }
    }
    guard !output.isEmpty else { return nil }
    var reader = CaptureReader(start: Self.start, format: .capture)
    var again: [FrameRecord] = []
    var damage: CaptureDamage?
    func take(_ item: CaptureItem) {
      switch item {
      case .event(let event): if case .frame(let frame, _) = event.content { again.append(frame) }
      case .damage(let found): damage = found
      }
    }
    reader.read(output.span, take)
    reader.finish(take)
    if let damage { return "what was written cannot be read: \(damage)" }
    if frames.count != again.count { return "\(frames.count) frames were written, \(again.count) read" }
    for (frame, read) in zip(frames, again)
    where frame.headerBytes != read.headerBytes || frame.payload != read.payload || frame.direction != read.direction
      || frame.message?.payload != read.message?.payload
    { return "written: \(frame)\nread: \(read)" }
    return nil
  }

  private static func isSafe(_ line: String) -> Bool {
    line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) && !(0x202A...0x202E ~= $0.value) }
  }

  private static func difference(_ whole: [String], _ parts: [String]) -> String {
    let index = zip(whole, parts).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let place = index ?? min(whole.count, parts.count)
    func line(_ lines: [String]) -> String { lines.indices.contains(place) ? lines[place] : "nothing" }
    return "line \(place) is \(line(parts))\nwhole it is \(line(whole))"
  }
}
