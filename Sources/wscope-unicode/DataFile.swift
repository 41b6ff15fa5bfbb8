import Glibc

/// A file of the Unicode character database: `0300..036F ; Mn # comment`.
enum DataFile {
  /// What a line says: a property's value for a range of scalars.
  struct Line {
    var range: ClosedRange<Int>
    var value: Substring
  }

  /// Why a file is of no use.
  struct Failure: Error, CustomStringConvertible {
    var path: String
    var reason: String
    var description: String { "\(path): \(reason)" }
  }

  static func lines(_ path: String) throws -> [Line] {
    try text(path).split(separator: "\n").compactMap { line in
      let fields = line.prefix { $0 != "#" }.split(separator: ";").map(trimmed)
      guard fields.count == 2 else { return nil }
      let ends = fields[0].split(separator: ".").compactMap { Int($0, radix: 16) }
      guard let first = ends.first, let last = ends.last, first <= last, last <= 0x10FFFF else {
        throw Failure(path: path, reason: "no range of characters in: \(line)")
      }
      return Line(range: first...last, value: fields[1])
    }
  }

  /// `15.0.0`, from a first line such as `# EastAsianWidth-15.0.0.txt`.
  static func version(_ path: String) throws -> Substring {
    guard let first = try text(path).split(separator: "\n").first, let dash = first.firstIndex(of: "-") else {
      throw Failure(path: path, reason: "the first line names no version")
    }
    return first[first.index(after: dash)...].dropLast(".txt".count)
  }

  private static func text(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw Failure(path: path, reason: String(cString: strerror(errno))) }
    defer { fclose(file) }
    var (bytes, part) = ([UInt8](), [UInt8](repeating: 0, count: 65536))
    while true {
      let count = fread(&part, 1, part.count, file)
      if count == 0 { break }
      bytes += part.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
