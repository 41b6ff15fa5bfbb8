/// What a key does in the line.
public enum EditCommand: Hashable, Sendable, CaseIterable {
  case enter, newLine, interrupt, endOrDelete
  case left, right, characterRight, wordLeft, wordRight, lineStart, lineEnd, textStart, textEnd, up, down
  case older, newer, search, searchNewer
  case complete, completeBackwards
  case eraseLeft, eraseRight, eraseWordLeft, eraseWordRight, cutRunLeft, cutToLineEnd, cutToLineStart
  case yank, yankOlder, undo, transpose, upperCase, lowerCase, capitalize, quote
  case editExternally, suspend, redraw, cancel
}

/// A key, or two one after the other, and what they do: the one table for typing and for help.
public struct EditBinding: Sendable {
  public var keys: [Key]
  public var command: EditCommand
  /// For help: what it does, in a few words.
  public var summary: String

  /// Every binding, those that belong together in a row; the first of a command is the one to show.
  public static let all: [EditBinding] = [
    bind("send the line", .enter, [Key(.enter)]),
    bind("new line", .newLine, [.control("j")], [Key(.enter, .alt)], [Key(.enter, .shift)]),
    bind("complete, walk the list, open a pasted block", .complete, [Key(.tab)]),
    bind("walk the list backwards", .completeBackwards, [Key(.tab, .shift)]),
    bind("search in the history", .search, [.control("r")]),
    bind("search towards newer lines", .searchNewer, [.control("s")]),
    bind("line above, or older with the same beginning", .up, [Key(.up)], [.control("p")]),
    bind("line below, or newer", .down, [Key(.down)], [.control("n")]),
    bind("older line", .older, [Key(.up, .alt)], [.alt("p")]),
    bind("newer line", .newer, [Key(.down, .alt)], [.alt("n")]),
    bind("left", .left, [Key(.left)], [.control("b")]),
    bind("right, take the suggestion, open a pasted block", .right, [Key(.right)]),
    bind("right", .characterRight, [.control("f")]),
    bind("a word left", .wordLeft, [.alt("b")], [Key(.left, .control)], [Key(.left, .alt)]),
    bind("a word right", .wordRight, [.alt("f")], [Key(.right, .control)], [Key(.right, .alt)]),
    bind("start of the line", .lineStart, [.control("a")], [Key(.home)]),
    bind("end of the line, take the suggestion", .lineEnd, [.control("e")], [Key(.end)]),
    bind("start of the text", .textStart, [.alt("<")], [Key(.home, .control)]),
    bind("end of the text", .textEnd, [.alt(">")], [Key(.end, .control)]),
    bind("erase to the left", .eraseLeft, [Key(.backspace)], [.control("h")], [Key(.backspace, .shift)]),
    bind("erase to the right; close where nothing is written", .endOrDelete, [.control("d")]),
    bind("erase to the right", .eraseRight, [Key(.delete)]),
    bind("cut the word to the left", .eraseWordLeft, [Key(.backspace, .alt)], [Key(.backspace, .control)]),
    bind("cut the word to the right", .eraseWordRight, [.alt("d")], [Key(.delete, .control)], [Key(.delete, .alt)]),
    bind("cut to the blank on the left", .cutRunLeft, [.control("w")]),
    bind("cut to the end of the line", .cutToLineEnd, [.control("k")]),
    bind("cut to the start of the line", .cutToLineStart, [.control("u")]),
    bind("put back what was cut", .yank, [.control("y")]),
    bind("after that: what was cut before", .yankOlder, [.alt("y")]),
    bind("undo", .undo, [.control("_")], [.control("/")], [.control("x"), .control("u")]),
    bind("swap two characters", .transpose, [.control("t")]),
    bind("word in upper case", .upperCase, [.alt("u")]),
    bind("word in lower case", .lowerCase, [.alt("l")]),
    bind("word with a capital", .capitalize, [.alt("c")]),
    bind("write the next key as it is", .quote, [.control("v")]),
    bind("edit in $EDITOR", .editExternally, [.control("x"), .control("e")]),
    bind("clear the line; close where nothing is written", .interrupt, [.control("c")]),
    bind("close the list, leave the search", .cancel, [Key(.escape)], [.control("g")]),
    bind("draw anew", .redraw, [.control("l")]),
    bind("suspend", .suspend, [.control("z")]),
  ].flatMap { $0 }

  private static func bind(_ summary: String, _ command: EditCommand, _ keys: [Key]...) -> [EditBinding] {
    keys.map { EditBinding(keys: $0, command: command, summary: summary) }
  }
}

/// What keys mean so far.
enum EditKeys {
  enum Match: Equatable {
    case command(EditCommand)
    /// The first of two keys.
    case prefix
    case none
  }

  private static let table: [[Key]: EditCommand] = Dictionary(
    uniqueKeysWithValues: EditBinding.all.map { ($0.keys, $0.command) })
  private static let prefixes = Set(EditBinding.all.filter { $0.keys.count > 1 }.map { $0.keys[0] })

  static func match(_ keys: [Key]) -> Match {
    if let command = table[keys] { return .command(command) }
    return keys.count == 1 && prefixes.contains(keys[0]) ? .prefix : .none
  }
}
