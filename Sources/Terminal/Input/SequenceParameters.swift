/// The parts of a control sequence behind its CSI (ECMA-48, 5.4).
struct SequenceParameters {
  /// `<`, `=`, `>` or `?` in front.
  var mark: UInt8?
  /// Numbers parted by `;`, each with what `:` parts in it. What is left out is nil.
  var groups: [[Int?]] = []
  /// Bytes from blank to `/` before the last.
  var intermediates: [UInt8] = []
  var final: UInt8

  /// More than this is no sequence that a terminal sends.
  static let mostGroups = 32
  /// Far beyond every number that means something, and far from overflow.
  static let largest = 1 << 24

  /// Reads what follows CSI; nil if it is malformed.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let final = bytes.last else { return nil }
    self.final = final
    var rest = bytes.dropLast()
    if let first = rest.first, (0x3C...0x3F).contains(first) {
      mark = first
      rest = rest.dropFirst()
    }
    let end = rest.firstIndex { !(0x30...0x3B).contains($0) } ?? rest.endIndex
    intermediates = Array(rest[end...])
    guard intermediates.allSatisfy({ (0x20...0x2F).contains($0) }) else { return nil }
    if end == rest.startIndex { return }
    groups = [[nil]]
    for byte in rest[..<end] {
      switch byte {
      case UInt8(ascii: ";"):
        guard groups.count < Self.mostGroups else { return nil }
        groups.append([nil])
      case UInt8(ascii: ":"):
        guard groups[groups.count - 1].count < Self.mostGroups else { return nil }
        groups[groups.count - 1].append(nil)
      default:
        let place = groups[groups.count - 1].count - 1
        let number = groups[groups.count - 1][place] ?? 0
        groups[groups.count - 1][place] = min(number * 10 + Int(byte - 0x30), Self.largest)
      }
    }
  }

  /// The number at a place; nil if it is left out.
  func number(_ group: Int, _ part: Int = 0) -> Int? {
    group < groups.count && part < groups[group].count ? groups[group][part] : nil
  }

  /// All numbers; 0 for what is left out.
  var numbers: [Int] { groups.map { $0[0] ?? 0 } }
}
