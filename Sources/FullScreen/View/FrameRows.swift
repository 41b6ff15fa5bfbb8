import Inspector
import PlainText
import Trace
import WebSocketCore

/// A frame of the selected message: its bits, what is to be said of them, its bytes.
struct FrameRows {
  let detail: DetailState
  let reference: RowReference
  let row: MessageRow
  let model: Model

  func rows(width: Int, maximumHexRows: Int = 200) -> [RoleText] {
    guard let frame = record else {
      return [
        RoleText(
          SafeText(row.isNote ? "no frame: a note about the connection" : "no frame is kept"),
          .dimmed)
      ]
    }
    let connection = model.place(of: reference.connection).map { model.connections[$0] }
    let dissection = Dissection(
      frame, role: connection?.role ?? .client, deflate: connection?.facts.answer?.deflate)
    let count = Int(row.frameCount)
    var rows: [RoleText] = []
    if count > 1 {
      rows.append(RoleText(SafeText(" frame \(detail.frame + 1) of \(count) (. next)"), .dimmed))
    }
    // What is wrong stands where it is seen in a small pane.
    if !frame.violations.isEmpty { rows += dissection.violationRows(width: width) }
    rows += dissection.diagramRows(width: width)
    for fact in dissection.facts {
      rows += TextRows(Array(" \(fact)".utf8), width: max(1, width), widths: model.widths).first(.max)
    }
    return rows + dissection.hexRows(width: width, maximumRows: maximumHexRows)
  }

  /// The frame as it was.
  private var record: FrameRecord? {
    let frames = detail.frames.frames
    guard frames.indices.contains(detail.frame) else { return nil }
    let frame = frames[detail.frame]
    guard let (header, _) = FrameHeader.read(frame.headerBytes.span) else { return nil }
    let isCompressed = row.flags.contains(.compressed)
    let bytes = isCompressed ? detail.frames.wire : detail.payload
    let start = min(bytes.count, frames[..<detail.frame].reduce(0) { $0 + $1.payloadSize })
    let payload = Array(bytes[start..<min(bytes.count, start + frame.payloadSize)])
    let isLast = detail.frame == frames.count - 1
    let isMessage = row.frameOpcode == .text || row.frameOpcode == .binary
    let message =
      isLast && isMessage
      ? MessageRecord(
        opcode: row.frameOpcode, payload: detail.payload, wireSize: frames.reduce(0) { $0 + UInt64($1.payloadSize) },
        fragmentCount: Int(row.frameCount), isCompressed: isCompressed) : nil
    return FrameRecord(
      direction: row.isReceived ? .received : .sent, time: model.start, header: header,
      headerBytes: frame.headerBytes, payload: payload, offset: frame.offset,
      part: isMessage ? MessagePart(opcode: row.frameOpcode, index: detail.frame, isCompressed: isCompressed) : nil,
      message: message, violations: frame.violations)
  }
}

/// When the selected message came or went, and what it answers.
struct TimingRows {
  let model: Model
  let reference: RowReference
  let row: MessageRow

  func rows() -> [RoleText] {
    let frames = model.detail.frames
    var lines: [(String, String)] = [
      (row.isNote ? "noted" : row.isReceived ? "received" : "sent", model.clock(row.time)),
      ("since the start", "\(Model.seconds(row.time)) s"),
    ]
    let rows = model.rows
    if let previous = rows.previous(before: reference).flatMap({ model.row($0) }) {
      lines.append(("since the row before", "\(Model.seconds(row.time - previous.time)) s"))
    }
    if row.reply > 0 {
      lines.append(("answers after", Quantity.duration(.microseconds(Int64(row.reply)))))
    } else if row.isReceived, !row.isNote {
      lines.append(("answers", "nothing that was sent, as far as can be told"))
    } else if row.flags.contains(.answered) {
      lines.append(("answered", "yes"))
    }
    if let last = frames.frames.last, frames.frames.count > 1 {
      lines.append(("first to last frame", Quantity.duration(.microseconds(Int64(last.delay)))))
    }
    if !row.isNote {
      let wire = model.store(of: reference)?.wireSize(reference.id) ?? 0
      lines.append(("payload", Quantity.bytes(Int(row.payloadSize))))
      lines.append(
        (
          "on the wire",
          "\(Quantity.bytes(wire)) with \(Quantity.count(Int(row.frameCount), "header"))"
        ))
      if row.flags.contains(.compressed), row.payloadSize > 0 {
        lines.append(
          ("compressed to", ScreenView.ratio(Double(frames.wire.count) / Double(row.payloadSize))))
      }
    }
    return lines.map { name, value in
      var text = RoleText(SafeText(" " + name.trailing(22)), .dimmed)
      text.append(SafeText(value))
      return text
    }
  }
}
