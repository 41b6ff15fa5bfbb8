import Glibc
import JSONSyntax
import TestSupport
import Testing

/// tcpdump on the loopback, or on any device.
final class Sniffer {
  private let program: Program
  private let path: String

  /// Whether tests that capture are to run: `tcpdump` and `tshark` are there, and we may capture.
  static let isMet = Need.tcpdump.isMet && Need.tshark.isMet && (mayCapture || environment("WSCOPE_REQUIRE_ALL") == "1")
  static let reason = "tcpdump or tshark is not installed, or capturing on the loopback is not allowed"

  /// To compile a filter for a device, tcpdump opens it.
  private static let mayCapture = (try? run("tcpdump", ["-i", "lo", "-d", "tcp"]))?.status == .exited(0)

  /// Captures what goes to this port, and from it, into a file.
  /// - Parameter device: `lo`, or `any`, whose packets have what Linux puts before them; and the link's name.
  init(port: String, into path: String, device: [String] = ["lo"]) throws {
    self.path = path
    // Root's tcpdump becomes another user otherwise, who may not write there.
    let user = getuid() == 0 ? ["-Z", "root"] : []
    // The system's 2 MB are full with eight packets, for each has room for the longest: a busy machine loses some.
    let options = ["-U", "--immediate-mode", "-B", "65536", "-w", path] + user
    program = try Program("tcpdump", ["-i"] + device + options + ["tcp", "port", port])
    let starts = program.wait { $0.errors.text.contains("listening on") }
    #expect(starts, "\(program.errors.text)")
  }

  /// Ends the capture, once nothing more comes.
  func finish() throws {
    var size = -1
    _ = program.wait { _ in
      usleep(200_000)
      let before = size
      size = (try? Files.read(path).count) ?? 0
      return size == before && size > 24
    }
    program.signal(2)
    let outcome = program.wait()
    #expect(outcome.status == .exited(0), "\(outcome)")
  }
}

/// A frame as two programs can agree on it.
struct FrameFacts: Equatable, CustomStringConvertible {
  var opcode: Int
  var isFinal: Bool
  var isMasked: Bool
  var length: Int

  var description: String { "\(opcode)\(isFinal ? " fin" : "")\(isMasked ? " mask" : "") \(length)" }

  /// Every frame in what `wscope inspect --jsonl` prints.
  static func ours(_ lines: [JSONValue]) -> [FrameFacts] {
    lines.compactMap { line in
      guard let frame = line["frame"], case .number(let opcode) = frame["opcode"],
        case .number(let length) = frame["length"]
      else { return nil }
      return FrameFacts(
        opcode: Int(opcode) ?? -1, isFinal: frame["fin"] == .bool(true), isMasked: frame["mask"] != .null,
        length: Int(length) ?? -1)
    }
  }

  /// Every frame that tshark finds in a file.
  static func seenByTshark(_ path: String, options: [String] = []) throws -> [FrameFacts] {
    let fields = ["opcode", "fin", "mask", "payload_length", "payload_length_ext_16", "payload_length_ext_64"]
    let outcome = try run(
      "tshark",
      options + ["-r", path, "-Y", "websocket", "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]
        + fields.flatMap { ["-e", "websocket.\($0)"] })
    #expect(outcome.status == .exited(0), "\(outcome.errors.text)")
    return outcome.output.text.split(separator: "\n").flatMap { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map {
        $0.split(separator: ",").map { $0 == "True" ? 1 : $0 == "False" ? 0 : Int($0) ?? -1 }
      }
      // A length of 126 or 127 stands for one in a field of its own.
      var (short, long) = (columns[4][...], columns[5][...])
      return columns[0].indices.map { index in
        var length = columns[3][index]
        if length == 126 {
          length = short.popFirst() ?? length
        } else if length == 127 {
          length = long.popFirst() ?? length
        }
        return FrameFacts(
          opcode: columns[0][index], isFinal: columns[1][index] == 1, isMasked: columns[2][index] == 1, length: length)
      }
    }
  }
}
