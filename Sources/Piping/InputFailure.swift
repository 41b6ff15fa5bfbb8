public import JSONSyntax
import PlainText
public import WebSocketCore

/// Why standard input cannot be read as messages, and where.
public struct InputFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where it is; nil where all of the input is meant.
  public var place: InputPlace?
  /// What is wrong there.
  public var problem: Problem

  /// A problem at a place.
  public init(_ place: InputPlace?, _ problem: Problem) {
    self.place = place
    self.problem = problem
  }

  /// What can be wrong with input.
  public enum Problem: Equatable, Sendable {
    /// A byte that cannot stand there in UTF-8.
    case invalidUTF8(UInt8)
    /// The text ends inside a character.
    case incompleteUTF8
    /// Not base64; the place has the column.
    case base64(Base64.Failure)
    /// A byte that is no hexadecimal digit.
    case notHex(UInt8)
    /// An odd number of digits; the place has the last.
    case halfByte
    /// Not JSON; the place has the column.
    case json(JSONFailure.Reason)
    /// JSON that is no event.
    case event(InputEventFailure)
    /// A message of more bytes than the limit.
    case tooLong(limit: Int)
  }

  /// A sentence for people.
  public var description: String { "standard input\(place.map { ", \($0)" } ?? ""): \(problem)" }

  /// What to do about it, where that is known.
  public var hint: String? {
    switch problem {
    case .invalidUTF8, .incompleteUTF8: "text messages are UTF-8; -b sends the bytes as binary messages"
    default: nil
    }
  }
}

/// A place in standard input.
public struct InputPlace: Equatable, Sendable, CustomStringConvertible {
  /// What input is counted by.
  public enum Unit: String, Sendable {
    /// Pieces that end at LF.
    case line
    /// Pieces that end at NUL.
    case record
    /// Pieces as they were read.
    case chunk
  }

  /// What is counted.
  public var unit: Unit
  /// Which one, from 1.
  public var number: Int
  /// Which byte of it, from 1; nil where the whole of it is meant.
  public var column: Int?

  /// A place, counted from 1.
  public init(_ unit: Unit = .line, _ number: Int, column: Int? = nil) {
    self.unit = unit
    self.number = number
    self.column = column
  }

  /// `line 3, column 8`
  public var description: String { "\(unit) \(number)" + (column.map { ", column \($0)" } ?? "") }
}

extension InputFailure.Problem: CustomStringConvertible {
  /// A sentence for people, without the place.
  public var description: String {
    switch self {
    case .invalidUTF8(let byte): "\(JSONFailure.name(byte)) is not UTF-8"
    case .incompleteUTF8: "the text ends inside a UTF-8 character"
    case .base64(let failure): Self.describe(failure)
    case .notHex(let byte): "\(JSONFailure.name(byte)) is not a hexadecimal digit"
    case .halfByte: "the last byte has one hexadecimal digit, not two"
    case .json(let reason): "\(reason)"
    case .event(let failure): "\(failure)"
    case .tooLong(let limit): "the message is larger than \(Quantity.bytes(limit))"
    }
  }

  private static func describe(_ failure: Base64.Failure) -> String {
    switch failure {
    case .character(let byte, _): "\(JSONFailure.name(byte)) is not in the base64 alphabet"
    case .length(let count): "base64 comes in groups of four characters, not \(count)"
    case .padding: "misplaced base64 padding"
    case .trailingBits: "the last base64 character has bits that belong to no byte"
    }
  }
}
