/// A command one types in a session after a slash: the one table for reading, completion, help and the manual.
public struct SlashCommand: Sendable {
  /// The commands, in the order of their help.
  public enum Name: String, CaseIterable, Sendable {
    case ping, pong, close
    case hex, base64, file, json, fragment, frame, bytes, `repeat`
    case show, save, filter, pause, next, pretty
    case open, reconnect, stall, resume, drop
    case headers, tls, stats
    case escape, multiline, help, quit
  }

  /// What may stand behind it, for completion.
  public enum Argument: Equatable, Sendable {
    case nothing
    /// Text in which members of JSON may be completed.
    case text
    /// A file's path, behind a number or alone.
    case file
    /// One of these words.
    case words([String])
    /// The name of a command.
    case command
    /// A code, then a reason.
    case closeCode
    /// The fields of a frame made by hand, then its payload.
    case frame
    /// The terms of a filter.
    case filter
  }

  public let name: Name
  /// What it takes: `[CODE [REASON]]`.
  public let arguments: String
  /// What it does, as a sentence.
  public let summary: String
  public let argument: Argument

  init(_ name: Name, _ arguments: String = "", _ argument: Argument = .nothing, _ summary: String) {
    self.name = name
    self.arguments = arguments
    self.argument = argument
    self.summary = summary
  }

  /// As it is typed: `/close [CODE [REASON]]`.
  public var usage: String { "/\(name.rawValue)" + (arguments.isEmpty ? "" : " \(arguments)") }

  /// The command of this name.
  public static func named(_ name: Name) -> SlashCommand {
    all.first { $0.name == name } ?? SlashCommand(name, "")
  }

  /// All commands.
  public static let all: [SlashCommand] = [
    SlashCommand(.ping, "[DATA]", "Sends a ping, with DATA as its payload."),
    SlashCommand(.pong, "[DATA]", "Sends a pong that nobody asked for."),
    SlashCommand(.close, "[CODE [REASON]]", .closeCode, "Closes the connection, with 1000 if no other CODE is given."),
    SlashCommand(.hex, "DIGITS", "Sends the bytes as one binary message."),
    SlashCommand(.base64, "TEXT", "Sends the bytes as one binary message."),
    SlashCommand(.file, "FILE", .file, "Sends FILE as one message: as text if it is UTF-8, else as binary."),
    SlashCommand(.json, "TEXT", .text, "Sends TEXT if it is valid JSON, and says where it is not."),
    SlashCommand(.fragment, "SIZE TEXT", .text, "Sends TEXT as a message cut into fragments of SIZE bytes."),
    SlashCommand(
      .frame, "[FIELD=VALUE]... [PAYLOAD]", .frame,
      "Sends one frame as it is described, legal or not: `fin=0 opcode=text rsv1=1 mask=off length=5 form=64 "
        + "\"text\"`, or with `hex 00ff` as its payload."),
    SlashCommand(.bytes, "DIGITS", "Puts raw bytes on the connection, in no frame."),
    SlashCommand(
      .repeat, "[N EVERY TEXT]", .text,
      "Sends TEXT as a message N times, one every EVERY, such as `500ms`; alone it stops that, as does Ctrl-C."),
    SlashCommand(.show, "[N]", "Shows all of message N, or of the last one."),
    SlashCommand(.save, "[N] FILE", .file, "Writes the bytes of message N, or of the last one received, to FILE."),
    SlashCommand(
      .filter, "[TERMS]", .filter,
      "Shows only messages received that match, such as `op:text size>1k -heartbeat /re/`; alone it shows all again."),
    SlashCommand(.pause, "Holds back what is received, and counts it; a second time shows it."),
    SlashCommand(.next, "Shows the next message of those held back."),
    SlashCommand(.pretty, "[on|off]", .words(["on", "off"]), "Lays JSON out in rows, and binary messages as a dump."),
    SlashCommand(.open, "URL", "Closes the connection and connects to URL, with the same options."),
    SlashCommand(
      .reconnect, "[auto|off]", .words(["auto", "off"]),
      "Connects again, now; or `auto`: by itself, whenever the connection is lost."),
    SlashCommand(.stall, "Stops reading, so that the server feels backpressure."),
    SlashCommand(.resume, "Reads again."),
    SlashCommand(.drop, "Ends the connection at once by a reset (RST)."),
    SlashCommand(.headers, "Shows the request and the answer of the handshake."),
    SlashCommand(.tls, "Shows what TLS agreed on, and the certificates."),
    SlashCommand(.stats, "Shows counts, rates, round trips and queues."),
    SlashCommand(
      .escape, "[on|off]", .words(["on", "off"]),
      #"Resolves `\0`, `\n`, `\x1e`, `\u0000` and their like in what is typed."#),
    SlashCommand(
      .multiline, "[on|off]", .words(["on", "off"]), "Enter begins a new line; one in an empty line sends."),
    SlashCommand(.help, "[COMMAND]", .command, "Lists the commands, or tells about one."),
    SlashCommand(.quit, "Closes the connection and ends the session, as does Ctrl-D."),
  ]
}

extension SlashCommand {
  private init(_ name: Name, _ summary: String) { self.init(name, "", .nothing, summary) }
  private init(_ name: Name, _ arguments: String, _ summary: String) {
    self.init(name, arguments, .nothing, summary)
  }
}
