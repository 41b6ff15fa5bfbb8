/// How many cells of a terminal text takes.
///
/// Terminals agree about letters and ideographs, not about clusters of several scalars: some know them as Unicode
/// does, the others add up what each scalar takes. `isDisputed` says where that makes a difference.
public struct Widths: Hashable, Sendable {
  /// Whether the terminal treats a cluster as one character (mode 2027).
  public var trustsClusters: Bool
  /// Whether characters of ambiguous width, such as `│` and `●`, take two cells, as in old East Asian terminals.
  public var ambiguousIsWide: Bool

  public init(trustsClusters: Bool = false, ambiguousIsWide: Bool = false) {
    self.trustsClusters = trustsClusters
    self.ambiguousIsWide = ambiguousIsWide
  }

  /// The cells that a cluster takes: 0, 1 or 2.
  ///
  /// Without trust in clusters it is room for what a terminal that adds up draws, as far as two cells can hold it:
  /// what is drawn in one of them leaves a blank, while what needs two and got one would be cut.
  public func width(of cluster: Character) -> Int {
    let facts = Facts(cluster, self)
    if facts.isPicture || facts.hasVoicingMark { return 2 }
    return trustsClusters ? facts.widest : min(2, facts.sum)
  }

  /// The cells that `text` takes.
  public func width(of text: String) -> Int {
    var isPrintableASCII = true
    for byte in text.utf8 where byte < 0x20 || byte > 0x7E {
      isPrintableASCII = false
      break
    }
    return isPrintableASCII ? text.utf8.count : text.reduce(0) { $0 + width(of: $1) }
  }

  /// How much of `text` fits into `columns` cells: the index after the last cluster that does, and the cells it takes.
  public func fit(_ text: Substring, columns: Int) -> (end: String.Index, width: Int) {
    var width = 0
    for index in text.indices {
      let next = width + self.width(of: text[index])
      if next > columns { return (index, width) }
      width = next
    }
    return (text.endIndex, width)
  }

  /// Whether terminals disagree about the cells that `cluster` takes.
  public func isDisputed(_ cluster: Character) -> Bool {
    let facts = Facts(cluster, self)
    // Terminals that know clusters still differ about these.
    if facts.hasVoicingMark || facts.hasTextSelector && facts.sum > 1 { return true }
    if facts.regionalIndicators == 1 || facts.takesNext { return true }
    return !trustsClusters && (facts.isPicture || facts.sum != facts.widest)
  }

  /// The cells of one scalar by itself.
  func width(of scalar: Unicode.Scalar) -> Int {
    switch WidthClass.of(scalar) {
    case .narrow: 1
    case .wide: 2
    case .zero: 0
    case .ambiguous: ambiguousIsWide ? 2 : 1
    }
  }
}

extension Widths {
  /// What the scalars of a cluster say.
  private struct Facts {
    /// The cells of its widest scalar, and of all of them.
    var widest = 0
    var sum = 0
    var regionalIndicators = 0
    /// VS16: shown as a picture.
    var hasPictureSelector = false
    /// VS15: shown as text.
    var hasTextSelector = false
    /// A halfwidth voicing mark, which is part of the cluster and has a cell of its own.
    var hasVoicingMark = false
    /// Whether its end makes one character with what is drawn next, whoever writes that.
    var takesNext = false

    var isPicture: Bool { hasPictureSelector || regionalIndicators > 0 }

    init(_ cluster: Character, _ widths: Widths) {
      let scalars = cluster.unicodeScalars
      for scalar in scalars {
        let width = widths.width(of: scalar)
        widest = max(widest, width)
        sum += width
        switch scalar.value {
        case 0xFE0E: hasTextSelector = true
        case 0xFE0F: hasPictureSelector = sum > 0
        case 0x1F1E6...0x1F1FF: regionalIndicators += 1
        case 0xFF9E, 0xFF9F: hasVoicingMark = sum > 1
        default: break
        }
        takesNext = Escaping.takesNext(scalar)
      }
    }
  }
}

/// How wide a scalar is by itself.
enum WidthClass: UInt32 {
  case narrow, wide, zero, ambiguous

  static func of(_ scalar: Unicode.Scalar) -> WidthClass {
    let value = scalar.value
    if value >= 0x20, value < 0x7F { return .narrow }
    // The last run that begins at or before the scalar.
    var (low, high) = (0, WidthTable.runs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if WidthTable.runs[middle] >> 2 <= value { low = middle } else { high = middle }
    }
    return WidthClass(rawValue: WidthTable.runs[low] & 3) ?? .narrow
  }
}
