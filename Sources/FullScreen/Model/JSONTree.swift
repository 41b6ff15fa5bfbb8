import JSONSyntax

/// JSON as rows that can be folded, everything as it was sent.
struct JSONTree: Equatable {
  struct Node: Equatable {
    var depth: Int
    /// The member's name, in its quotes; nil in arrays and at the top.
    var name: Range<Int>?
    /// The value's bytes; of an array or object, its first bracket.
    var value: Range<Int>
    var kind: JSONToken.Kind
    /// Its place in an array; nil elsewhere.
    var index: Int?
    /// Members or elements.
    var count = 0
    /// The place of the first node behind all that is in it.
    var end = 0

    var isContainer: Bool { kind == .beginObject || kind == .beginArray }
  }

  private(set) var nodes: [Node] = []
  /// Whether there were more than are kept.
  private(set) var isCut = false
  var folded: Set<Int> = []

  static let maximumNodes = 200_000

  /// The tree of `text`; nil where it is not JSON, or only a bare value.
  init?(_ text: Span<UInt8>) {
    var scanner = JSONScanner()
    var open: [Int] = []
    var name: Range<Int>?
    do throws(JSONFailure) {
      try JSONScanner.checkUTF8(text)
      while let token = try scanner.next(text) {
        switch token.kind {
        case .name: name = token.range
        case .endObject, .endArray:
          if let last = open.popLast(), last >= 0 { nodes[last].end = nodes.count }
        default:
          let isContainer = token.kind == .beginObject || token.kind == .beginArray
          guard nodes.count < Self.maximumNodes else {
            isCut = true
            if isContainer { open.append(-1) }
            name = nil
            continue
          }
          var node = Node(depth: open.count, name: name, value: token.range, kind: token.kind)
          if let parent = open.last, parent >= 0 {
            if nodes[parent].kind == .beginArray { node.index = nodes[parent].count }
            nodes[parent].count += 1
          }
          node.end = nodes.count + 1
          nodes.append(node)
          if isContainer { open.append(nodes.count - 1) }
          name = nil
        }
      }
    } catch {
      return nil
    }
    guard let first = nodes.first, first.isContainer else { return nil }
  }

  /// The nodes that are shown, in order.
  var visible: [Int] {
    var shown: [Int] = []
    var place = 0
    while place < nodes.count {
      shown.append(place)
      place = folded.contains(place) ? nodes[place].end : place + 1
    }
    return shown
  }

  /// The node that `node` lies in.
  func parent(of node: Int) -> Int? {
    guard nodes.indices.contains(node) else { return nil }
    return nodes[..<node].lastIndex { $0.depth < nodes[node].depth }
  }

  /// Where a node is: `$.detail.items[3]`.
  func path(of node: Int, in text: Span<UInt8>) -> String {
    var path = ""
    var place: Int? = node
    while let current = place, current > 0 {
      let node = nodes[current]
      if let index = node.index {
        path = "[\(index)]" + path
      } else if let name = node.name {
        let bytes = (name.lowerBound + 1..<name.upperBound - 1).map { text[$0] }
        let word = String(decoding: bytes, as: UTF8.self)
        let isPlain =
          !word.isEmpty
          && word.utf8.allSatisfy { $0 == 0x5F || $0 >= 0x30 && $0 <= 0x39 || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
        path = (isPlain ? ".\(word)" : "[\"\(word)\"]") + path
      }
      place = parent(of: current)
    }
    return "$" + path
  }
}
