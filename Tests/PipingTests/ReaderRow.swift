import Piping
import Testing
import WebSocketCore

/// What a reader gave, owned, so that it can be compared.
enum Item: Equatable, Sendable {
  case message(Opcode, [UInt8])
  case ping([UInt8])
  case pong([UInt8])
  case close(CloseCode?, String)

  init(_ item: InputItem) {
    switch item {
    case .message(let opcode, let bytes): self = .message(opcode, Item.owned(bytes))
    case .ping(let bytes): self = .ping(Item.owned(bytes))
    case .pong(let bytes): self = .pong(Item.owned(bytes))
    case .close(let code, let reason): self = .close(code, reason)
    }
  }

  private static func owned(_ bytes: BorrowedBytes) -> [UInt8] { bytes.span.indices.map { bytes.span[$0] } }

  static func text(_ text: String) -> Item { .message(.text, Array(text.utf8)) }
  static func binary(_ text: String) -> Item { .message(.binary, Array(text.utf8)) }
}

/// Everything a reader gives for input that comes in `pieces`.
func read(_ pieces: [[UInt8]], _ format: InputFormat) -> (items: [Item], failure: InputFailure?) {
  var reader = MessageReader(format)
  var items: [Item] = []
  do throws(InputFailure) {
    for piece in pieces { try take(piece, isAtEnd: false, &reader, &items) }
    try take([], isAtEnd: true, &reader, &items)
    return (items, nil)
  } catch {
    return (items, error)
  }
}

private func take(
  _ piece: [UInt8], isAtEnd: Bool, _ reader: inout MessageReader, _ items: inout [Item]
) throws(InputFailure) {
  // Room of its own, so that a read past the piece is found.
  let input = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
  defer { input.deallocate() }
  input.copyBytes(from: piece)
  var offset = 0
  while let item = try reader.next(UnsafeRawBufferPointer(input), &offset, isAtEnd: isAtEnd) {
    items.append(Item(item))
  }
  #expect(offset == piece.count, "not all of the input was consumed")
}

/// `bytes` cut at random places.
func cut(_ bytes: [UInt8], using generator: inout some RandomNumberGenerator) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    let size = Int.random(in: 0...min(rest.count, 9), using: &generator)
    pieces.append(Array(rest.prefix(size)))
    rest = rest.dropFirst(size)
  }
  return pieces
}

/// Random numbers that can be had again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// Input and what comes of it.
struct ReaderRow: Sendable, CustomTestStringConvertible {
  var input: [UInt8]
  var format: InputFormat
  var items: [Item]
  var failure: InputFailure?

  init(_ input: String, _ format: InputFormat, _ items: [Item], _ failure: InputFailure? = nil) {
    self.init(Array(input.utf8), format, items, failure)
  }

  init(_ input: [UInt8], _ format: InputFormat, _ items: [Item], _ failure: InputFailure? = nil) {
    self.input = input
    self.format = format
    self.items = items
    self.failure = failure
  }

  var testDescription: String {
    "\(String(decoding: input.prefix(80), as: UTF8.self).debugDescription) as \(format.form)"
  }

  /// Reads the input whole, byte by byte and cut at random.
  func check() {
    var ways = [("whole", [input]), ("byte by byte", input.map { [$0] })]
    for seed in UInt64(1)...20 {
      var generator = SeededGenerator(seed: seed)
      ways.append(("cut at random, seed \(seed)", cut(input, using: &generator)))
    }
    for (way, pieces) in ways {
      let result = read(pieces, format)
      #expect(result.items == items, "\(way)")
      #expect(result.failure == failure, "\(way)")
    }
  }
}
