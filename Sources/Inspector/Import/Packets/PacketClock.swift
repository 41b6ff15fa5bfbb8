import Bytes
import Trace

/// In which order the bytes of a number stand.
enum ByteOrder {
  case big
  case little

  /// The integer that starts `offset` bytes into `bytes`.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: Span<UInt8>, at offset: Int, as type: Value.Type
  ) -> Value {
    let value = bytes.bigEndian(at: offset, as: type)
    return self == .big ? value : value.byteSwapped
  }
}

/// What a packet's time counts in.
struct PacketClock {
  /// Ticks a second.
  private var ticks: UInt64
  /// Seconds to be added.
  var offset: Int64 = 0

  static let microseconds = PacketClock(ticks: 1_000_000)
  static let nanoseconds = PacketClock(ticks: 1_000_000_000)

  private init(ticks: UInt64) { self.ticks = ticks }

  /// Takes the resolution as pcapng writes it: a negative power of 10, or of 2 where the highest bit is set.
  mutating func setResolution(_ byte: UInt8) {
    let power = Int(byte & 0x7F)
    if byte & 0x80 != 0 {
      ticks = 1 << UInt64(min(power, 63))
    } else {
      ticks = (0..<min(power, 19)).reduce(1) { product, _ in product * 10 }
    }
  }

  func time(ticks count: UInt64) -> UTCTime {
    let (seconds, rest) = count.quotientAndRemainder(dividingBy: ticks)
    let nanoseconds = ticks.dividingFullWidth(rest.multipliedFullWidth(by: 1_000_000_000)).quotient
    // 2^64 ticks of a second each are no time of this world.
    return UTCTime(seconds: Int64(truncatingIfNeeded: seconds) &+ offset, nanoseconds: Int32(nanoseconds))
  }

  func time(seconds: Int64, fraction: UInt32) -> UTCTime {
    let nanoseconds = UInt64(fraction) * (1_000_000_000 / ticks)
    return UTCTime(
      seconds: seconds + Int64(nanoseconds / 1_000_000_000), nanoseconds: Int32(nanoseconds % 1_000_000_000))
  }
}
