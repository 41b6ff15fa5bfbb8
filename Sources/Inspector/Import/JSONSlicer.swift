import Bytes

/// Cuts the values that are wanted out of a JSON text that comes in pieces and may be too large to hold.
///
/// It judges the text only so far as it must to find its way; whoever parses the slices judges those.
struct JSONSlicer {
  /// A place in the text: names of members, and indices of elements as numbers.
  typealias Path = [String]

  /// What was found.
  enum Found {
    /// A value that is wanted, and where it begins.
    case slice(Path, offset: UInt64)
    /// An array or object that the path leads to has ended.
    case end(Path)
  }

  private struct Container {
    var isObject: Bool
    var index = 0
    var name = ""
  }

  private enum Place {
    case value
    case name
    case string(isName: Bool, isEscaped: Bool)
    case scalar
  }

  private let wants: (Path) -> Bool
  private var containers: [Container] = []
  private var place = Place.value
  private var hasValue = false
  /// The slice that is being gathered, and how deep it lies.
  private let gathered = ByteBuffer()
  private var slice: (depth: Int, offset: UInt64, path: Path)?
  private var name: [UInt8] = []
  /// Of the next byte.
  private(set) var offset: UInt64 = 0
  private(set) var isDamaged = false

  /// Paths are no longer than this.
  private static let pathLimit = 6
  private static let depthLimit = 512
  private static let nameLimit = 256
  private static let sliceLimit = 384 << 20

  /// - Parameter wants: whether the value at a path is to be cut out.
  init(wants: @escaping (Path) -> Bool) { self.wants = wants }

  /// Whether the text may end here.
  var isAtEnd: Bool { containers.isEmpty && hasValue }

  private var path: Path { containers.map { $0.isObject ? $0.name : String($0.index) } }

  /// Reads on, up to the end or what cannot be JSON.
  mutating func read(_ bytes: Span<UInt8>, _ found: (Found, Span<UInt8>) -> Void) {
    var index = 0
    while index < bytes.count, !isDamaged {
      let start = index
      // Most of a file is inside strings.
      if case .string(isName: false, isEscaped: false) = place {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") { index += 1 }
        gather(bytes.extracting(start..<index))
      }
      if index == start {
        take(bytes[index], found)
        index += 1
      }
      offset += UInt64(index - start)
    }
  }

  private mutating func take(_ byte: UInt8, _ found: (Found, Span<UInt8>) -> Void) {
    switch place {
    case .string(let isName, let isEscaped): takeInString(byte, isName, isEscaped, found)
    case .scalar:
      if byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}") {
        gather(byte)
      } else {
        endValue(found)
        takeMark(byte, found)
      }
    case .value, .name: takeMark(byte, found)
    }
  }

  private mutating func takeInString(
    _ byte: UInt8, _ isName: Bool, _ isEscaped: Bool, _ found: (Found, Span<UInt8>) -> Void
  ) {
    gather(byte)
    if byte == UInt8(ascii: "\""), !isEscaped {
      if isName {
        containers[containers.count - 1].name = String(decoding: name, as: UTF8.self)
        place = .name
      } else {
        endValue(found)
      }
      return
    }
    if isName, name.count < Self.nameLimit { name.append(byte) }
    place = .string(isName: isName, isEscaped: byte == UInt8(ascii: "\\") && !isEscaped)
  }

  private mutating func takeMark(_ byte: UInt8, _ found: (Found, Span<UInt8>) -> Void) {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: gather(byte)
    case UInt8(ascii: ":"):
      gather(byte)
      place = .value
    case UInt8(ascii: ","):
      guard let last = containers.indices.last else {
        isDamaged = true
        return
      }
      gather(byte)
      containers[last].index += 1
      place = containers[last].isObject ? .name : .value
    case UInt8(ascii: "{"), UInt8(ascii: "["): open(isObject: byte == UInt8(ascii: "{"))
    case UInt8(ascii: "}"), UInt8(ascii: "]"): close(isObject: byte == UInt8(ascii: "}"), found)
    case UInt8(ascii: "\""): begin(byte)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "n"):
      beginSlice()
      gather(byte)
      place = .scalar
    default: isDamaged = true
    }
  }

  private mutating func begin(_ quote: UInt8) {
    let isName: Bool = if case .name = place { true } else { false }
    if isName { name.removeAll(keepingCapacity: true) } else { beginSlice() }
    gather(quote)
    place = .string(isName: isName, isEscaped: false)
  }

  private mutating func beginSlice() {
    guard slice == nil, containers.count <= Self.pathLimit, wants(path) else { return }
    gathered.removeAll()
    slice = (containers.count, offset, path)
  }

  private mutating func open(isObject: Bool) {
    guard containers.count < Self.depthLimit else {
      isDamaged = true
      return
    }
    beginSlice()
    gather(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
    containers.append(Container(isObject: isObject))
    place = isObject ? .name : .value
  }

  private mutating func close(isObject: Bool, _ found: (Found, Span<UInt8>) -> Void) {
    guard let last = containers.popLast(), last.isObject == isObject else {
      isDamaged = true
      return
    }
    gather(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    endValue(found)
    if slice == nil, containers.count <= Self.pathLimit { found(.end(path), gathered.span.extracting(..<0)) }
  }

  private mutating func endValue(_ found: (Found, Span<UInt8>) -> Void) {
    place = containers.last?.isObject == true ? .name : .value
    hasValue = true
    guard let slice, slice.depth == containers.count else { return }
    self.slice = nil
    found(.slice(slice.path, offset: slice.offset), gathered.span)
    if gathered.capacity > 1 << 20 { gathered.release() }
  }

  private mutating func gather(_ bytes: Span<UInt8>) {
    guard slice != nil else { return }
    gathered.append(bytes.extracting(..<min(bytes.count, Self.sliceLimit - gathered.count)))
  }

  private mutating func gather(_ byte: UInt8) {
    guard slice != nil else { return }
    // Cut, it is no JSON, and told to be none.
    if gathered.count < Self.sliceLimit { gathered.append(byte) }
  }
}
