import Testing
import WebSocketCore

/// A machine that is fed bytes, says how many it took and what came of them.
protocol Fed: Sendable {
  associatedtype Result: Equatable & Sendable
  mutating func take(_ bytes: Span<UInt8>) -> (Int, Result)
}

extension HTTPHeadParser: Fed {
  mutating func take(_ bytes: Span<UInt8>) -> (Int, HeadResult) { feed(bytes) }
}

extension ClientHandshake: Fed {
  mutating func take(_ bytes: Span<UInt8>) -> (Int, Outcome) { receive(bytes) }
}

extension ServerHandshake: Fed {
  mutating func take(_ bytes: Span<UInt8>) -> (Int, Outcome) { receive(bytes) }
}

extension ProxyTunnel: Fed {
  mutating func take(_ bytes: Span<UInt8>) -> (Int, Outcome) { receive(bytes) }
}

/// Feeds `bytes` whole, byte by byte, cut at every place and with a frame behind them, and expects the same each time.
/// - Returns: what came of them, and how many were taken when they came whole.
func outcome<Machine: Fed>(
  of bytes: [UInt8], in machine: Machine, unfinished: Machine.Result,
  sourceLocation: SourceLocation = #_sourceLocation
) -> (result: Machine.Result, consumed: Int) {
  var whole = machine
  let (consumed, result) = whole.take(bytes.span)
  let again = whole.take([0x81, 0x00].span)
  if result != unfinished {
    #expect(again.0 == 0 && again.1 == result, "after the end", sourceLocation: sourceLocation)
  }

  var single = machine
  var taken = 0
  var last = unfinished
  for byte in bytes {
    let (size, next) = single.take([byte].span)
    taken += size
    last = next
    if last != unfinished { break }
  }
  #expect(last == result, "byte by byte", sourceLocation: sourceLocation)
  #expect(taken == consumed, "byte by byte", sourceLocation: sourceLocation)

  if bytes.count < 500 {
    for cut in bytes.indices {
      var halved = machine
      let (size, first) = halved.take(Array(bytes[..<cut]).span)
      guard first == unfinished else { continue }
      let (rest, second) = halved.take(Array(bytes[cut...]).span)
      #expect(second == result, "cut at \(cut)", sourceLocation: sourceLocation)
      #expect(size + rest == consumed, "cut at \(cut)", sourceLocation: sourceLocation)
    }
  }

  if result != unfinished {
    var followed = machine
    let (size, same) = followed.take((bytes + [0x81, 0x02, 0x68, 0x69]).span)
    #expect(same == result, "with bytes behind", sourceLocation: sourceLocation)
    #expect(size == consumed, "with bytes behind", sourceLocation: sourceLocation)
  }
  return (result, consumed)
}
