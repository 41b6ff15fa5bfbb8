import TestSupport
import Testing

@testable import FullScreen

@Suite struct `A store of messages` {
  private func append(_ payload: [UInt8], to store: MessageStore, time: Int64 = 0) {
    var row = MessageRow()
    row.time = time
    let none: [UInt8] = []
    store.append(row, frames: none.span, payload: payload.span, wire: none.span)
  }

  @Test func `takes 32 bytes a row`() {
    #expect(MemoryLayout<MessageRow>.stride == 32)
  }

  @Test func `keeps numbers and bytes, and gives them back`() {
    let store = MessageStore(limits: StoreLimits(budget: 64 << 20))
    for index in 0..<50_000 { append(Array("message \(index)".utf8), to: store) }
    #expect(store.count == 50_000)
    for id: UInt64 in [1, 2, 16_384, 16_385, 49_999, 50_000] {
      #expect(String(decoding: store.payload(id), as: UTF8.self) == "message \(id - 1)")
    }
    #expect(store.row(0) == nil)
    #expect(store.row(50_001) == nil)
  }

  @Test func `lets the oldest of the largest go, and never exceeds its budget by more than a chunk`() {
    let limits = StoreLimits(budget: 1 << 20)
    let (large, small) = (MessageStore(limits: limits), MessageStore(limits: limits))
    for index in 0..<20_000 {
      append([UInt8](repeating: 7, count: 500), to: large)
      if index % 100 == 0 { append([1, 2, 3], to: small) }
      limits.enforce(on: [large, small])
      #expect(large.memory + small.memory <= limits.budget + limits.chunkSize)
    }
    #expect(small.evictedCount == 0)
    #expect(large.evictedCount > 10_000)
    #expect(large.nextID == 20_001)
    #expect(large.evictedCount + large.count == 20_000)
    #expect(large.payload(20_000).count == 500)
  }

  @Test func `counts what filters have found against the budget, and leaves room for the program`() {
    let limits = StoreLimits(budget: 16 << 20)
    let store = MessageStore(limits: limits)
    for _ in 0..<40_000 { append([UInt8](repeating: 7, count: 500), to: store) }
    limits.enforce(on: [store])
    #expect(store.memory <= 15 << 20)
    limits.enforce(on: [store], found: 8 << 20)
    #expect(store.memory <= 7 << 20)
    #expect(store.count > 0)
  }

  @Test func `keeps the beginning of what is too large, and its size`() {
    let limits = StoreLimits(budget: 1 << 20)
    let store = MessageStore(limits: limits)
    append([UInt8](repeating: 1, count: 1 << 20), to: store)
    #expect(store.row(1)?.payloadSize == 1 << 20)
    #expect(store.row(1)?.isCut == true)
    #expect(store.payload(1).count == limits.maximumPayload)
  }

  @Test func `keeps the frames of a message and what was on the wire`() {
    let store = MessageStore(limits: StoreLimits(budget: 1 << 20))
    var frames: [UInt8] = []
    StoredFrames.append(header: [0xC1, 0x03], offset: 7, payloadSize: 3, delay: 0, to: &frames)
    StoredFrames.append(header: [0x80, 0x00], offset: 12, payloadSize: 0, delay: 250, to: &frames)
    let (payload, wire): ([UInt8], [UInt8]) = ([1, 2, 3, 4], [9, 9, 9])
    store.append(MessageRow(), frames: frames.span, payload: payload.span, wire: wire.span)
    append([5], to: store)
    let kept = store.frames(1)
    #expect(kept.frames.map(\.headerBytes) == [[0xC1, 0x03], [0x80, 0x00]])
    #expect(kept.frames.map(\.offset) == [7, 12])
    #expect(kept.frames.map(\.delay) == [0, 250])
    #expect(kept.wire == wire)
    #expect(store.payload(1) == payload)
    #expect(store.wireSize(1) == 7)
    #expect(store.frames(2).frames.isEmpty)
  }
}
