extension Span<UInt8> {
  /// The big-endian integer that starts `offset` bytes into the span, in network order (RFC 6455, section 5.2).
  @inlinable public func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Value.Type) -> Value
  {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
    return unsafe Value(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
  }
}
