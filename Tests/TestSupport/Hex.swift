/// The bytes of hexadecimal digits; blanks between them count for nothing.
public func hex(_ digits: String) -> [UInt8] {
  let values = digits.utf8.filter { $0 != 0x20 && $0 != 0x0A }.map { digit in
    guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else {
      preconditionFailure("no hexadecimal digits: \(digits)")
    }
    return UInt8(value)
  }
  precondition(values.count.isMultiple(of: 2), "half a byte is left over: \(digits)")
  return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
}

extension Sequence<UInt8> {
  /// Two lower-case digits a byte, with blanks between bytes.
  public var hex: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }

  /// The bytes as text; what is no UTF-8 becomes U+FFFD.
  public var text: String { String(decoding: Array(self), as: UTF8.self) }
}
