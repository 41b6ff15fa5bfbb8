import Bytes
import PlainText
import Trace
import WebSocketCore

/// What is to be said of the frame.
extension Dissection {
  /// Sentences about its header, its place, its sizes.
  public var facts: [String] {
    let wire = hasHeader ? [reservedBitsFact, lengthFact, maskFact] : []
    return (wire + [partFact, hasHeader ? placeFact : nil, deflateFact, missingFact]).compactMap { $0 }
  }

  /// The facts as a paragraph.
  public func factRows(width: Int) -> [RoleText] {
    Paragraph.rows(facts.joined(separator: " "), width: width)
  }

  /// The rules it breaks, or that it breaks none.
  public func violationRows(width: Int) -> [RoleText] {
    guard !frame.violations.isEmpty else { return [RoleText(" problems: none", .dimmed)] }
    return frame.violations.flatMap { violation in
      Paragraph.rows("\(violation) (\(violation.section))", width: width - 3, .error).enumerated().map { index, row in
        RoleText(index == 0 ? " ! " : "   ", .error) + row
      }
    } + (frame.isRefused ? [RoleText("   the connection failed for this frame", .error)] : [])
  }

  private var reservedBitsFact: String? {
    let bits = frame.header.reservedBits
    if bits.isEmpty { return nil }
    if isCompressed, bits == .rsv1 { return "RSV1 under permessage-deflate: compressed (RFC 7692, section 6)." }
    return "\(bits.name) set, which no agreed extension gives a meaning here."
  }

  private var lengthFact: String? {
    let header = frame.header
    let isShortest = header.lengthForm == .minimal(for: header.payloadLength)
    let words = isShortest ? "shortest form, right" : "not the shortest form"
    return switch header.lengthForm {
    case .seven: nil
    case .sixteen: "126: the length is in the next 2 bytes (\(words))."
    case .sixtyFour: "127: the length is in the next 8 bytes (\(words))."
    }
  }

  private var maskFact: String {
    switch (frame.header.maskingKey, sender) {
    case (_?, .client): "Masked, as a client must."
    case (nil, .client): "Not masked, as a client must (RFC 6455, section 5.3)."
    case (nil, .server): "Not masked, as from a server."
    case (_?, .server): "Masked, which a server must not (RFC 6455, section 5.1)."
    }
  }

  private var partFact: String? {
    guard let part = frame.part else { return nil }
    let name = part.opcode.name
    if let message = frame.message {
      return message.fragmentCount == 1
        ? "A whole \(name) message."
        : "Frame \(part.index + 1) and last of a \(name) message of \(Quantity.bytes(message.payload.count))."
    }
    return "Frame \(part.index + 1) of a \(name) message; more follow."
  }

  private var placeFact: String {
    "Header \(Quantity.bytes(frame.headerBytes.count)) at stream offset \(Quantity.count(Int(clamping: frame.offset)))."
  }

  var deflateFact: String? {
    guard isCompressed else { return nil }
    var words = "Inflated with the last frame of its message."
    if let message = frame.message {
      let ratio = message.ratio.map { ", ratio \($0)" } ?? ""
      let sizes = (Quantity.bytes(message.payload.count), Quantity.bytes(Int(clamping: message.wireSize)))
      words = "Inflated \(sizes.0) from \(sizes.1)\(ratio)."
    }
    guard let window else { return words }
    return "\(words) Its window has \(window.bits) bits (\(Quantity.bytes(1 << window.bits))) and is "
      + (window.isKept ? "kept from message to message." : "empty at the start of each message.")
  }

  private var missingFact: String? {
    guard UInt64(frame.payload.count) < frame.header.payloadLength else { return nil }
    return "Of the payload, \(Quantity.bytes(frame.payload.count)) are here."
  }
}

/// The payload.
extension Dissection {
  /// What the payload is, for a heading; nil where it is empty, or the wire's bytes show all that can be shown.
  public var payloadTitle: String? {
    if let message = frame.message {
      guard !message.payload.isEmpty else { return nil }
      let frames = message.fragmentCount > 1 ? " of \(message.fragmentCount) frames" : ""
      let words = "\(message.opcode.name), \(Quantity.bytes(message.payload.count))\(frames)"
      return message.isCompressed ? words + ", inflated" : words
    }
    guard !frame.payload.isEmpty, !isCompressed else { return nil }
    let words = "\(frame.header.opcode.name), \(Quantity.bytes(frame.payload.count))"
    return frame.header.maskingKey == nil ? words : words + ", unmasked"
  }

  /// The payload decoded: JSON or lines of text, a Close by code and reason, all else as bytes. Of a message, all of it
  /// stands with its last frame.
  /// - Parameter maximumRows: rows at most; nil: all.
  public func payloadRows(width: Int, maximumRows: Int? = nil) -> [RoleText] {
    let opcode = frame.message?.opcode ?? frame.part?.opcode ?? frame.header.opcode
    let payload = frame.message?.payload ?? frame.payload
    if frame.message == nil, isCompressed { return [] }
    switch opcode {
    case .text:
      return JSONView.pretty(payload.span, width: width, maximumRows: maximumRows)
        ?? Self.lines(payload, width: width, maximumRows: maximumRows)
    case .close where payload.count >= 2: return closeRows(payload, width: width)
    case .ping, .pong: return [PayloadLine.summary(opcode, payload.span, width: width)]
    default: return HexDump.rows(payload.span, width: HexDump.bytesInRow(width: width), limit: maximumRows)
    }
  }

  private func closeRows(_ payload: [UInt8], width: Int) -> [RoleText] {
    let code = CloseCode(rawValue: payload.span.bigEndian(at: 0, as: UInt16.self))
    var row = RoleText("\(code.rawValue)", .number)
    row.append(RoleText(" \(code.name)"))
    row.append(RoleText(" (RFC 6455, section 7.4)", .dimmed))
    guard payload.count > 2 else { return [row] }
    return [row, RoleText("reason ", .dimmed) + RoleText(SafeText(bytes: payload.span.extracting(2...)), .string)]
  }

  /// The lines of a text, each as long as it is up to a limit.
  private static func lines(_ text: [UInt8], width: Int, maximumRows: Int?) -> [RoleText] {
    let lines = text.split(separator: 0x0A, maxSplits: maximumRows ?? Int.max, omittingEmptySubsequences: false)
    let count = maximumRows.map { lines.count > $0 ? max(0, $0 - 1) : lines.count } ?? lines.count
    var rows = lines.prefix(count).map { RoleText(SafeText(bytes: $0.span, maximumLength: max(width, 1024))) }
    if count < lines.count {
      let left = lines.dropFirst(count).reduce(0) { rest, line in rest + 1 + line.count { $0 == 0x0A } }
      rows.append(.more(rows: left))
    }
    return rows
  }
}
