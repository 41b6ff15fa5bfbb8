public import Trace
public import WebSocketCore

/// A frame taken apart for people: its bits and what they say, its bytes, its payload, the rules it breaks.
public struct Dissection: Sendable {
  /// The frame.
  public let frame: FrameRecord
  /// Who sent it.
  public let sender: Role
  /// What was agreed upon for compression.
  public let deflate: DeflateAgreement?

  /// - Parameters:
  ///   - role: ours.
  ///   - deflate: what was agreed upon for compression.
  public init(_ frame: FrameRecord, role: Role, deflate: DeflateAgreement?) {
    self.frame = frame
    self.deflate = deflate
    sender = frame.direction.sender(role)
  }

  /// Whether it is known how the frame was written; an HTTP Archive has its payload alone.
  public var hasHeader: Bool { !frame.headerBytes.isEmpty }

  /// What stands for the bits and bytes of a frame whose header is not known.
  static let noHeader = RoleText(" what was on the wire is not in the file", .dimmed)

  /// The fields in their order on the wire.
  public var fields: [FrameField] { FrameField.all(frame.header, payloadSize: frame.payload.count) }

  /// The bytes as they were on the wire.
  public var wire: [UInt8] {
    var payload = frame.payload
    if let key = frame.header.maskingKey { unsafe payload.withUnsafeMutableBytes { unsafe Masking.apply(key, to: $0) } }
    return frame.headerBytes + payload
  }

  /// The value of a field in a word: `text`, `198`, `37fa213d`.
  public func value(of kind: FrameField.Kind) -> String {
    let header = frame.header
    switch kind {
    case .fin: return header.isFinal ? "y" : "n"
    case .rsv1: return !header.reservedBits.contains(.rsv1) ? "" : isCompressed ? "z" : "y"
    case .rsv2: return header.reservedBits.contains(.rsv2) ? "y" : ""
    case .rsv3: return header.reservedBits.contains(.rsv3) ? "y" : ""
    case .opcode:
      return header.opcode.isReserved
        ? "\(header.opcode.rawValue)" : header.opcode == .continuation ? "cont." : header.opcode.name
    case .mask: return header.maskingKey == nil ? "n" : "y"
    case .length:
      switch header.lengthForm {
      case .seven: return "\(header.payloadLength)"
      case .sixteen: return "126"
      case .sixtyFour: return "127"
      }
    case .extendedLength: return "\(header.payloadLength)"
    case .maskingKey: return header.maskingKey.map { Self.hexadecimal($0) } ?? ""
    case .payload: return ""
    }
  }

  /// The fields that a rule it breaks is about.
  var brokenFields: Set<FrameField.Kind> { frame.violations.reduce(into: []) { $0.formUnion($1.fields) } }

  /// Whether the payload is compressed.
  var isCompressed: Bool {
    if let part = frame.part { return part.isCompressed }
    let opcode = frame.header.opcode
    return deflate != nil && frame.header.reservedBits.contains(.rsv1) && (opcode == .text || opcode == .binary)
  }

  /// Bits of the window that its sender compresses with, and whether it keeps the context from message to message.
  var window: (bits: Int, isKept: Bool)? {
    deflate.map { deflate in
      sender == .client
        ? (deflate.clientWindowBits, !deflate.clientNoContextTakeover)
        : (deflate.serverWindowBits, !deflate.serverNoContextTakeover)
    }
  }

  /// The eight digits of a masking key.
  public static func hexadecimal(_ key: MaskingKey) -> String {
    let digits = String(key.value, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }
}

/// What can be shown of a frame.
public enum DissectionView: String, CaseIterable, Sendable {
  /// The diagram of RFC 6455 with its bits and values, and what is to be said of them.
  case bits
  /// Its bytes as they were on the wire, with the fields marked.
  case hex
  /// Its payload or, with the last frame of a message, the message: JSON or text, a Close by its name, inflated.
  case payload
}

/// Several views at once.
extension Dissection {
  /// Views, and the violations below them, in rows for a terminal.
  /// - Parameters:
  ///   - views: those that are shown.
  ///   - width: columns of the terminal.
  ///   - maximumRows: rows at most of the bytes, and of the payload; nil: all.
  public func rows(
    _ views: Set<DissectionView> = Set(DissectionView.allCases), width: Int, maximumRows: Int? = nil
  ) -> [RoleText] {
    var rows: [RoleText] = []
    if views.contains(.bits) {
      rows += diagramRows(width: width)
      rows += factRows(width: width - 1).map { RoleText(" ") + $0 }
    }
    if views.contains(.hex) {
      rows.append(heading("wire", width))
      rows += hexRows(width: width - 1, maximumRows: maximumRows).map { RoleText(" ") + $0 }
    }
    // With an empty payload there is nothing to show.
    if views.contains(.payload), let payloadTitle {
      rows.append(heading(payloadTitle, width))
      rows += payloadRows(width: width - 1, maximumRows: maximumRows).map { RoleText(" ") + $0 }
      if !views.contains(.bits), let deflateFact {
        rows += Paragraph.rows(deflateFact, width: width - 1).map { RoleText(" ") + $0 }
      }
    }
    return rows + violationRows(width: width)
  }

  /// A line with a name in it.
  private func heading(_ name: String, _ width: Int) -> RoleText {
    RoleText("-- \(name) " + String(repeating: "-", count: max(0, min(width, 78) - name.count - 4)), .dimmed)
  }
}
