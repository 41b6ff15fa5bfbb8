import Bytes
import Inspector
import Terminal
import WebSocketCore

/// One frame by the fields of its header: what is chosen or typed becomes the text that the composer sends.
struct FrameForm: Equatable {
  enum Field: String, CaseIterable {
    case fin, rsv1, rsv2, rsv3, opcode, mask, length, form, payload
  }

  /// What a key asks for.
  enum Outcome: Equatable {
    case goOn, cancel
    case write(String)
  }

  private var values: [Field: String] = [:]
  private(set) var field = Field.fin

  /// Begins with what is written: a frame, or the payload of one.
  init(_ composer: Composer) {
    let text = composer.editor.text
    switch composer.type {
    case .frame:
      if let frame = try? HandmadeFrame.parse(text) { take(frame) } else { self[.payload] = text }
    case .hex:
      self[.opcode] = "binary"
      self[.payload] = text.isEmpty ? "" : "hex \(text)"
    case .text, .json, .base64, .file: self[.payload] = text.isEmpty ? "" : text.quotedAsJSON
    }
  }

  private mutating func take(_ frame: HandmadeFrame) {
    self[.fin] = frame.isFinal ? "" : "0"
    for (field, bit) in [(Field.rsv1, ReservedBits.rsv1), (.rsv2, .rsv2), (.rsv3, .rsv3)] {
      self[field] = frame.reservedBits.contains(bit) ? "1" : ""
    }
    self[.opcode] = frame.opcode.isReserved ? "\(frame.opcode.rawValue)" : frame.opcode.name
    switch frame.mask {
    case .asTheRoleDemands: self[.mask] = ""
    case .random: self[.mask] = "on"
    case .off: self[.mask] = "off"
    case .key(let key): self[.mask] = Dissection.hexadecimal(key)
    }
    self[.length] = frame.announcedLength.map { "\($0)" } ?? ""
    self[.form] = frame.lengthForm.map { "\($0.bits)" } ?? ""
    let text = String(validating: frame.payload, as: UTF8.self)
    self[.payload] =
      frame.payload.isEmpty ? "" : text?.quotedAsJSON ?? "hex \(frame.payload.map(HexDigits.text).joined())"
  }

  /// What is written for a field; empty for what it is anyhow.
  subscript(field: Field) -> String {
    get { values[field] ?? "" }
    set { values[field] = newValue }
  }

  /// As the composer reads it.
  var text: String {
    Field.allCases.compactMap { field in
      let value = self[field]
      return value.isEmpty ? nil : field == .payload ? value : "\(field.rawValue)=\(value)"
    }.joined(separator: " ")
  }

  /// Why it is no frame.
  var failure: String? {
    do { _ = try HandmadeFrame.parse(text) } catch { return error.description }
    return nil
  }

  /// The header's bytes as a client sends them; of a random key nobody knows them.
  var header: String? {
    guard let frame = try? HandmadeFrame.parse(text) else { return nil }
    var isKeyRandom = false
    let header = frame.header(role: .client) {
      isKeyRandom = true
      return MaskingKey(0)
    }
    let output = ByteBuffer()
    header.write(into: output)
    var bytes = output.span.indices.map { HexDigits.text(output.span[$0]) }
    if isKeyRandom { bytes.replaceSubrange((bytes.count - 4)..., with: Array(repeating: "??", count: 4)) }
    return bytes.joined(separator: " ")
  }

  // MARK: Keys

  mutating func take(_ key: Key) -> Outcome {
    switch key {
    case Key(.escape), .control("c"), .control("g"): return .cancel
    case Key(.enter): return .write(text)
    case Key(.down), Key(.tab), .control("n"): move(by: 1)
    case Key(.up), Key(.tab, .shift), .control("p"): move(by: -1)
    case Key(.right): choose(1)
    case Key(.left): choose(-1)
    case Key(.backspace): if !self[field].isEmpty { self[field].removeLast() }
    case .control("u"): self[field] = ""
    case .character(" ") where field != .payload: choose(1)
    default: if let typed = key.text, !key.modifiers.contains(.control) { self[field] += typed }
    }
    return .goOn
  }

  private mutating func move(by step: Int) {
    let all = Field.allCases
    field = all[((all.firstIndex(of: field) ?? 0) + step + all.count) % all.count]
  }

  private mutating func choose(_ step: Int) {
    let choices = [""] + field.choices
    guard choices.count > 1 else { return }
    let place = choices.firstIndex(of: self[field]) ?? 0
    self[field] = choices[(place + step + choices.count) % choices.count]
  }
}

extension FrameForm.Field {
  /// What it may be; others can be typed.
  var choices: [String] {
    switch self {
    case .fin: ["0"]
    case .rsv1, .rsv2, .rsv3: ["1"]
    case .opcode: ["text", "binary", "continuation", "close", "ping", "pong", "3", "11"]
    case .mask: ["on", "off", "00000000"]
    case .form: ["7", "16", "64"]
    case .length, .payload: []
    }
  }

  /// What it is where nothing is written.
  var standard: String {
    switch self {
    case .fin: "1"
    case .rsv1, .rsv2, .rsv3: "0"
    case .opcode: "text"
    case .mask: "as the role demands, a random key"
    case .length: "the payload's"
    case .form: "the shortest"
    case .payload: "empty"
    }
  }

  var help: String {
    switch self {
    case .fin: "0: more frames follow"
    case .rsv1: "1: compressed, or wrong"
    case .rsv2, .rsv3: "1: wrong"
    case .opcode: "Right and Left choose"
    case .mask: "or 8 hexadecimal digits"
    case .length: "type a lie"
    case .form: "bits of the length"
    case .payload: "\"text\" or hex 00ff"
    }
  }
}
