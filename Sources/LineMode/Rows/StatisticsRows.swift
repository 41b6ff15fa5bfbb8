import Engine
import PlainText
import Trace
import WebSocketCore

/// What `/stats` says, a line each.
struct StatisticsRows {
  var statistics: Statistics
  /// How long the connection is open.
  var age: Duration
  var now: ContinuousClock.Instant
  /// Bytes that wait for the peer, and how many may.
  var queued: Int
  var maximumQueue: Int
  var isReading: Bool

  var lines: [String] {
    var lines = [
      "open for \(Quantity.duration(age))", "received " + traffic(statistics.received),
      "sent     " + traffic(statistics.sent),
    ]
    let trips = statistics.roundTrips
    if let last = trips.last, let least = trips.least, let half = trips.percentile(0.5),
      let most = trips.percentile(0.99)
    {
      let words = [("last", last), ("min", least), ("p50", half), ("p99", most)]
      lines.append(
        "round trips " + words.map { "\($0.0) \(Quantity.duration($0.1))" }.joined(separator: ", ")
          + ", \(Quantity.count(trips.count, "ping"))")
    }
    let ratios = [("in", statistics.received.compressionRatio), ("out", statistics.sent.compressionRatio)]
    let deflate = ratios.compactMap { name, ratio in ratio.map { "\(name) \(Self.twoDigits($0))" } }
    if !deflate.isEmpty { lines.append("compressed to " + deflate.joined(separator: ", ")) }
    lines.append(
      "output queue \(Quantity.bytes(queued)) of \(Quantity.bytes(maximumQueue)), "
        + "at most \(Quantity.bytes(statistics.queueHighWater)) so far")
    if !isReading { lines.append("reading stands still") }
    return lines
  }

  private func traffic(_ traffic: Traffic) -> String {
    let messages = Quantity.count(traffic.messages, "message")
    let frames = [("ping", traffic.frames[.ping]), ("pong", traffic.frames[.pong])]
      .filter { $0.1 > 0 }.map { ", \(Quantity.count($0.1, $0.0))" }.joined()
    let (seconds, attoseconds) = age.components
    let time = max(Double(seconds) + Double(attoseconds) / 1e18, 1e-3)
    let rate = Quantity.count(Int((Double(traffic.messages) / time).rounded()))
    let last = traffic.lastFrame.map { ", last frame \(Quantity.duration($0.duration(to: now))) ago" } ?? ""
    return "\(messages), \(Quantity.bytes(traffic.payloadBytes)), \(rate)/s\(frames)\(last)"
  }

  private static func twoDigits(_ ratio: Double) -> String {
    let hundredths = Int((ratio * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
