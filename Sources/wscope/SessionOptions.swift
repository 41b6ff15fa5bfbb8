import Arguments
import Inspector
import Piping
import Trace
import WebSocketCore
import WscopeOptions

/// What the options say about a piped session, checked.
struct SessionOptions {
  var input: InputFormat
  var output: OutputForm
  var recordEnd: RecordEnd
  var outputFile: String?
  var executes: [String]
  /// nil waits for ever.
  var wait: Duration?
  var count: Int?
  var until: Pattern?
  var sendsOnlyOne: Bool
  var maximumTime: Duration?
  var closeCode: CloseCode
  var closeReason: String
  var isQuiet: Bool
  var showsControl: Bool
  var detail: Narrator.Detail
  var isColored: Bool

  init(_ parsed: Parsed) throws(Stop) {
    let isBinary = parsed.flag(Options.binary)
    let form: InputForm =
      if parsed.flag(Options.jsonl) {
        .jsonLines
      } else if parsed.flag(Options.whole) {
        .whole
      } else if parsed.flag(Options.null) {
        .nulls
      } else if isBinary, !parsed.flag(Options.base64), !parsed.flag(Options.hex) {
        .chunks(parsed.size(Options.chunk))
      } else {
        .lines(stripsCarriageReturn: parsed.flag(Options.crlf))
      }
    let coding: PayloadCoding =
      parsed.flag(Options.base64) ? .base64 : parsed.flag(Options.hex) ? .hex : .plain
    let opcode: Opcode = isBinary || coding != .plain && !parsed.flag(Options.text) ? .binary : .text
    input = InputFormat(
      form, coding: coding, opcode: opcode,
      // The option is about what comes; what we send is only kept from filling the memory.
      maximumMessageSize: max(Limits().maximumMessageSize, parsed.size(Options.maximumMessageSize)))
    let mirrored: OutputForm =
      parsed.flag(Options.jsonl)
      ? .jsonLines : coding == .base64 ? .base64 : coding == .hex ? .hex : isBinary ? .raw : .text
    output = OutputForm(format: parsed.value(Options.format)) ?? mirrored
    recordEnd = parsed.flag(Options.null) ? .null : .newline
    outputFile = parsed.value(Options.output)
    executes = parsed.values(Options.execute)
    sendsOnlyOne = parsed.flag(Options.oneMessage)
    count = parsed.integer(ifGiven: Options.count) ?? (sendsOnlyOne ? 1 : nil)
    until = parsed.patterns(Options.until).last
    // Whoever says what is awaited does not mean the default silence, only one that is asked for.
    let isWaitGiven = parsed.flag(Options.wait)
    wait =
      switch parsed.timeOrForever(Options.wait) {
      case .time(let time) where isWaitGiven || (count == nil && until == nil): time
      default: nil
      }
    maximumTime = parsed.time(ifGiven: Options.maximumTime)
    closeCode = CloseCode(rawValue: UInt16(parsed.integer(Options.closeCode)))
    closeReason = parsed.value(Options.closeReason) ?? ""
    guard closeCode.isSendableByUser else {
      throw Stop(.usage, "\(Misuse.closeCodeNotSendable(closeCode))")
    }
    guard closeReason.utf8.count <= 123 else {
      throw Stop(.usage, "--close-reason: \(Misuse.closeReasonTooLong(size: closeReason.utf8.count))")
    }
    isQuiet = parsed.flag(Options.quiet)
    showsControl = parsed.flag(Options.showPings)
    detail = Narrator.Detail(parsed)
    isColored = Narration.isColored(parsed.choice(Options.color), Main.environment)
  }
}

extension OutputForm {
  /// The form that a value of `--format` names.
  init?(format: String?) {
    switch format {
    case "jsonl": self = .jsonLines
    case "hex": self = .hex
    case "base64": self = .base64
    case "raw": self = .raw
    case "text": self = .text
    default: return nil
    }
  }
}

extension Narrator.Detail {
  /// What `-v` and `-vv` ask for.
  init(_ parsed: Parsed) {
    self = [.quiet, .phases, .frames][min(2, parsed.count(Options.verbose))]
  }
}
