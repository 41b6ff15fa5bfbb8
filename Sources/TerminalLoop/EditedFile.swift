import Glibc
import Transport

/// A text in a file, while the user's own editor has it.
public final class EditedFile {
  private let path: String
  private let text: String

  public init(_ text: String) throws(FileFailure) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    // An ending that editors know: most of what is written is JSON.
    var name = Array("\(folder)/wscope-XXXXXX.json".utf8CString)
    // Nobody else may read it.
    let descriptor = mkstemps(&name, Int32(".json".utf8.count))
    guard descriptor >= 0 else {
      throw FileFailure("cannot make a file for the editor in \(folder): \(SystemError(code: errno, call: "open"))")
    }
    close(descriptor)
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.text = text
    try UserFile.replace(Array(text.utf8), at: path)
  }

  deinit { unlink(path) }

  /// The editor's command; what the variable holds may be a command with arguments.
  public var command: [String] {
    let editor = ["VISUAL", "EDITOR"].compactMap { (name: String) in getenv(name).map { String(cString: $0) } }
      .first { !$0.isEmpty }
    return ["/bin/sh", "-c", (editor ?? "vi") + " \"$1\"", "wscope", path]
  }

  /// What was written, once the editor has ended with `status`; what was there before where it failed.
  public func text(after status: Int32) throws(FileFailure) -> String {
    guard status == 0 else { throw FileFailure("the editor ended with status \(status); the text is as it was") }
    var edited = String(decoding: try UserFile.read(path), as: UTF8.self)
    // Editors end a file with a newline that nobody has written.
    if edited.utf8.last == 0x0A, text.utf8.last != 0x0A { edited.unicodeScalars.removeLast() }
    return edited
  }
}
