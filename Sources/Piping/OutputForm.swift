/// How messages become standard output's bytes.
public enum OutputForm: Sendable {
  /// Text as it is, binary as hexadecimal digits; a record each.
  case text
  /// Every event as a JSON object; nothing is lost.
  case jsonLines
  /// Every message as hexadecimal digits; a record each.
  case hex
  /// Every message in base64; a record each.
  case base64
  /// Payloads as they are, with nothing between them unless NUL is asked for.
  case raw
}

/// What stands behind every record of output.
public enum RecordEnd: Sendable {
  /// LF; `raw` output has none.
  case newline
  /// NUL, also behind `raw` messages. On a terminal LF.
  case null
}
