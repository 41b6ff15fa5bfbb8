public import Bytes
import JSONSyntax
import Trace
import WebSocketCore

/// Appends one object to a buffer, member by member.
public struct JSONObjectWriter {
  private let output: ByteBuffer
  private var isFirst = true

  /// Opens the object.
  public init(_ output: ByteBuffer) {
    self.output = output
    output.append(UInt8(ascii: "{"))
  }

  /// Closes the object.
  public mutating func end() { output.append(UInt8(ascii: "}")) }

  /// Appends a name, which must need no escapes.
  private mutating func name(_ name: StaticString) {
    output.append(isFirst ? "\"" : ",\"")
    isFirst = false
    output.append(literal: name)
    output.append("\":")
  }

  /// A string, or `null`.
  public mutating func add(_ name: StaticString, _ text: String?) {
    self.name(name)
    if let text { JSONText.append(text, to: output) } else { output.append("null") }
  }

  /// An array of strings.
  public mutating func add(_ name: StaticString, _ texts: [String]) {
    self.name(name)
    output.append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      JSONText.append(text, to: output)
    }
    output.append(UInt8(ascii: "]"))
  }

  /// A whole number.
  public mutating func add(_ name: StaticString, _ number: some BinaryInteger) {
    self.name(name)
    output.append("\(number)")
  }

  /// A number as it is written: `0.78`.
  mutating func add(_ name: StaticString, number digits: String) {
    self.name(name)
    output.append(digits)
  }

  /// `true` or `false`.
  public mutating func add(_ name: StaticString, _ value: Bool) {
    self.name(name)
    output.append(value ? "true" : "false")
  }

  mutating func add(_ name: StaticString, hex bytes: [UInt8]) {
    self.name(name)
    output.append(UInt8(ascii: "\""))
    HexDigits.append(bytes.span, to: output)
    output.append(UInt8(ascii: "\""))
  }

  /// In seconds, to the microsecond.
  public mutating func add(_ name: StaticString, _ duration: Duration) {
    self.name(name)
    output.append(Self.decimal(duration))
  }

  /// In seconds since 1970, to the microsecond.
  mutating func add(_ name: StaticString, secondsOf time: UTCTime) {
    add(name, .seconds(time.seconds) + .nanoseconds(Int64(time.nanoseconds)))
  }

  /// Seconds, to the microsecond.
  static func decimal(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let digits = String((attoseconds / 1_000_000_000_000).magnitude)
    let zeros = String(repeating: "0", count: 6 - digits.utf8.count)
    return "\(duration < .zero ? "-" : "")\(seconds.magnitude).\(zeros)\(digits)"
  }

  /// RFC 3339.
  mutating func add(_ name: StaticString, _ time: UTCTime) {
    self.name(name)
    output.append(UInt8(ascii: "\""))
    time.append(to: output)
    output.append(UInt8(ascii: "\""))
  }

  /// `text` where the bytes are meant as text and are UTF-8, else `base64`, which loses nothing.
  mutating func add(payload: [UInt8], isText: Bool) {
    if isText, UTF8Validator.isValid(payload.span) {
      name("text")
      JSONText.append(payload.span, to: output)
    } else {
      name("base64")
      output.append(UInt8(ascii: "\""))
      output.append(Base64.encode(payload))
      output.append(UInt8(ascii: "\""))
    }
  }

  /// An array of objects.
  mutating func add<Element>(
    _ name: StaticString, _ elements: [Element], _ body: (inout JSONObjectWriter, Element) -> Void
  ) {
    self.name(name)
    output.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      var object = JSONObjectWriter(output)
      body(&object, element)
      object.end()
    }
    output.append(UInt8(ascii: "]"))
  }

  /// An object.
  public mutating func add(_ name: StaticString, _ body: (inout JSONObjectWriter) -> Void) {
    self.name(name)
    var object = JSONObjectWriter(output)
    body(&object)
    object.end()
  }
}

extension UTF8Validator {
  static func isValid(_ bytes: Span<UInt8>) -> Bool {
    var validator = UTF8Validator()
    return validator.validate(bytes) == nil && validator.isComplete
  }
}
