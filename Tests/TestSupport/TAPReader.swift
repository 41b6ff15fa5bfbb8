/// Reads TAP 14 strictly, as far as it is written here: no subtests.
public struct TAPReader {
  public struct Point: Equatable {
    public var number: Int
    public var isPassed: Bool
    public var description: String
    public var directive: String?
    /// The lines of its YAML block, without their indentation.
    public var block: [String] = []
  }

  public struct Malformed: Error, CustomStringConvertible {
    public var description: String
  }

  public private(set) var points: [Point] = []
  public private(set) var bailOut: String?

  public init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Malformed(description: "the last line has no end") }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    guard lines.popFirst() == "TAP version 14" else { throw Malformed(description: "no version") }
    var plan: Int?
    var isBlock = false
    while let line = lines.popFirst() {
      if isBlock {
        guard line.hasPrefix("  ") else { throw Malformed(description: "not in a block: \(line)") }
        if line == "  ..." { isBlock = false } else { points[points.count - 1].block.append(String(line.dropFirst(2))) }
      } else if line == "  ---" {
        guard !points.isEmpty, points[points.count - 1].block.isEmpty else {
          throw Malformed(description: "a lost block")
        }
        isBlock = true
      } else if line.hasPrefix("1..") {
        guard plan == nil, let count = Int(line.dropFirst(3)) else { throw Malformed(description: "plan: \(line)") }
        plan = count
      } else if line.hasPrefix("Bail out!") {
        bailOut = String(line.dropFirst(10))
      } else {
        guard plan == nil else { throw Malformed(description: "behind the plan: \(line)") }
        points.append(try Self.point(line))
      }
    }
    guard !isBlock, plan == points.count, points.enumerated().allSatisfy({ $0.offset + 1 == $0.element.number }) else {
      throw Malformed(description: "plan \(plan ?? -1), numbers \(points.map(\.number))")
    }
  }

  private static func point(_ line: Substring) throws -> Point {
    let isPassed = line.hasPrefix("ok ")
    let rest = line.dropFirst(isPassed ? 3 : 7)
    let digits = rest.prefix { $0.isNumber }
    guard isPassed || line.hasPrefix("not ok "), let number = Int(digits), rest.dropFirst(digits.count).hasPrefix(" - ")
    else { throw Malformed(description: "no test point: \(line)") }
    var point = Point(number: number, isPassed: isPassed, description: "")
    var isEscaped = false
    var rests = rest.dropFirst(digits.count + 3)
    while let character = rests.popFirst() {
      if character == "#", !isEscaped {
        point.directive = String(rests.drop { $0 == " " })
        break
      }
      isEscaped = character == "\\" && !isEscaped
      if !isEscaped { point.description.append(character) }
    }
    if point.directive != nil { while point.description.hasSuffix(" ") { point.description.removeLast() } }
    return point
  }
}
