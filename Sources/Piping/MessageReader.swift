import Bytes
import JSONSyntax
import WebSocketCore

/// Reads what is to be sent out of standard input's bytes, in pieces of any size.
///
/// An empty record is an empty message; a last record without its separator counts unless it is empty; empty input
/// gives nothing. Text is checked to be UTF-8. After a failure all further input is discarded.
public struct MessageReader: ~Copyable {
  /// What a record is.
  private enum Meaning {
    case payload(PayloadCoding, Opcode)
    case event
  }

  private let format: InputFormat
  private let meaning: Meaning
  private var records: RecordReader
  /// The payload of a record that spells it.
  private let decoded = ByteBuffer()
  private var hasFailed = false

  /// A reader before the first byte.
  public init(_ format: InputFormat) {
    self.format = format
    let limit = format.maximumMessageSize
    let end: RecordReader.End
    switch format.form {
    case .lines, .jsonLines: end = .separator(0x0A)
    case .nulls: end = .separator(0)
    case .chunks(let size): end = .read(atMost: max(1, min(size, limit)))
    case .whole: end = .endOfInput
    }
    // A record may be longer than the message it stands for: bounded, and the message is judged afterwards.
    let longest: (factor: Int, extra: Int)
    switch (format.form, format.coding) {
    case (.jsonLines, _): (meaning, longest) = (.event, (6, 65_536))
    case (.chunks, _): (meaning, longest) = (.payload(.plain, format.opcode), (1, 0))
    case (_, .plain): (meaning, longest) = (.payload(.plain, format.opcode), (1, 1))
    case (_, .base64): (meaning, longest) = (.payload(.base64, format.opcode), (2, 64))
    case (_, .hex): (meaning, longest) = (.payload(.hex, format.opcode), (4, 64))
    }
    let (product, overflows) = limit.multipliedReportingOverflow(by: longest.factor)
    records = RecordReader(end: end, limit: overflows ? .max / 2 : min(product, .max / 2) + longest.extra)
  }

  /// The next thing to send from `input[offset...]`, and advances `offset`; nil when all of `input` is consumed.
  ///
  /// At the end of input, call with an empty buffer and `isAtEnd` until it gives nil.
  public mutating func next(
    _ input: UnsafeRawBufferPointer, _ offset: inout Int, isAtEnd: Bool
  ) throws(InputFailure) -> InputItem? {
    while !hasFailed {
      let record: RecordReader.Record?
      do {
        record = unsafe try records.next(input, &offset, isAtEnd: isAtEnd)
      } catch {
        hasFailed = true
        throw InputFailure(place(records.count + 1), .tooLong(limit: format.maximumMessageSize))
      }
      guard let record else { return nil }
      do throws(InputFailure) {
        if let item = try read(record) { return item }
      } catch {
        hasFailed = true
        throw error
      }
    }
    offset = input.count
    return nil
  }

  /// What a record stands for; nil if for nothing.
  private func read(_ record: RecordReader.Record) throws(InputFailure) -> InputItem? {
    switch meaning {
    case .payload(let coding, let opcode):
      let payload =
        switch coding {
        case .plain: unsafe withoutCarriageReturn(record)
        case .base64: unsafe try decodeBase64(record.bytes)
        case .hex: unsafe try decodeHex(record.bytes)
        }
      guard payload.count <= format.maximumMessageSize else {
        throw InputFailure(place(records.count), .tooLong(limit: format.maximumMessageSize))
      }
      if opcode == .text { unsafe try checkText(payload, record: record.bytes, coding: coding) }
      return unsafe .message(opcode, BorrowedBytes(payload))
    case .event: return unsafe try readEvent(record.bytes)
    }
  }

  private func withoutCarriageReturn(_ record: RecordReader.Record) -> UnsafeRawBufferPointer {
    guard case .lines(stripsCarriageReturn: true) = format.form, record.hasSeparator, unsafe record.bytes.last == 0x0D
    else { return unsafe record.bytes }
    return unsafe UnsafeRawBufferPointer(rebasing: record.bytes.dropLast())
  }

  private func checkText(
    _ payload: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer, coding: PayloadCoding
  ) throws(InputFailure) {
    var validator = UTF8Validator()
    let bad = unsafe validator.validate(payload)
    if bad == nil, validator.isComplete { return }
    let problem: InputFailure.Problem = bad.map { unsafe .invalidUTF8(payload[$0]) } ?? .incompleteUTF8
    // Where a decoded byte was in its record helps nobody.
    guard coding == .plain else { throw InputFailure(place(records.count), problem) }
    throw InputFailure(unsafe place(records.count, at: bad ?? payload.count, in: record), problem)
  }
}

/// Records that spell their payload.
extension MessageReader {
  private func decodeHex(_ record: UnsafeRawBufferPointer) throws(InputFailure) -> UnsafeRawBufferPointer {
    decoded.removeAll()
    if let failure = unsafe HexText.decode(record, into: decoded) {
      throw InputFailure(unsafe place(records.count, at: failure.offset, in: record), failure.problem)
    }
    return unsafe UnsafeRawBufferPointer(decoded.bytes)
  }

  private func decodeBase64(_ record: UnsafeRawBufferPointer) throws(InputFailure) -> UnsafeRawBufferPointer {
    let payload: [UInt8]
    do {
      payload = try Self.decode(unsafe BorrowedBytes(record))
    } catch {
      // The failure's offset counts no line breaks; the place does.
      let characters = record.indices.filter { unsafe !Self.isLineBreak(record[$0]) }
      let place =
        switch error {
        case .character(_, let offset), .padding(let offset), .trailingBits(let offset):
          unsafe place(records.count, at: characters[offset], in: record)
        case .length: place(records.count)
        }
      throw InputFailure(place, .base64(error))
    }
    return unsafe hold(payload).bytes
  }

  private static func decode(_ record: BorrowedBytes) throws(Base64.Failure) -> [UInt8] {
    guard unsafe record.bytes.contains(where: isLineBreak) else { return try Base64.decode(record.span) }
    let unbroken = unsafe record.bytes.filter { !isLineBreak($0) }
    return try Base64.decode(unbroken.span)
  }

  private static func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}

/// JSON Lines.
extension MessageReader {
  private func readEvent(_ record: UnsafeRawBufferPointer) throws(InputFailure) -> InputItem? {
    guard unsafe record.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return nil }
    let value: JSONValue
    do {
      value = try JSONParser.parse(unsafe BorrowedBytes(record).span)
    } catch {
      throw InputFailure(unsafe place(records.count, at: error.offset, in: record), .json(error.reason))
    }
    let event: InputEvent?
    do {
      event = try InputEvent.read(value, skipsReceived: format.skipsReceived)
    } catch {
      throw InputFailure(place(records.count), .event(error))
    }
    switch event {
    case nil: return nil
    case .message(let opcode, let payload):
      guard payload.count <= format.maximumMessageSize else {
        throw InputFailure(place(records.count), .tooLong(limit: format.maximumMessageSize))
      }
      return .message(opcode, hold(payload))
    case .ping(let payload): return .ping(hold(payload))
    case .pong(let payload): return .pong(hold(payload))
    case .close(let frame): return .close(frame.code, frame.reason)
    }
  }

  private func hold(_ payload: [UInt8]) -> BorrowedBytes {
    decoded.removeAll()
    decoded.append(payload.span)
    return unsafe BorrowedBytes(UnsafeRawBufferPointer(decoded.bytes))
  }
}

/// Where a problem is.
extension MessageReader {
  private func place(_ number: Int) -> InputPlace? {
    switch format.form {
    case .lines, .jsonLines: InputPlace(.line, number)
    case .nulls: InputPlace(.record, number)
    case .chunks: InputPlace(.chunk, number)
    case .whole: nil
    }
  }

  private func place(_ number: Int, at offset: Int, in record: UnsafeRawBufferPointer) -> InputPlace {
    if var place = place(number) {
      place.column = offset + 1
      return place
    }
    let before = unsafe record.prefix(offset)
    let lineStart = unsafe before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineBreaks = unsafe before.count { $0 == 0x0A }
    return InputPlace(.line, lineBreaks + 1, column: offset - lineStart + 1)
  }
}
