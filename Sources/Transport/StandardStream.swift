import CPlatform
import Glibc

/// How a descriptor that is shared with the shell and other processes is used without blocking and without changing its
/// flags, which all of them share.
///
/// Readiness is always asked of the inherited descriptor: a pipe opened anew after its writers have gone would never be
/// told of their end. Bytes go by a descriptor of our own, opened anew with O_NONBLOCK, where there can be one.
struct StandardStream: ~Copyable {
  private enum Access {
    /// A terminal, pipe or device, by our own open file description.
    case reopened
    /// A socket: a flag of the call keeps it from blocking.
    case socket
    /// A file, which is always ready and takes what it is given, a block at a time.
    case file
    /// Something that cannot be opened anew: asked before each call, and given no more than a ready pipe takes.
    case asked
  }

  /// The inherited descriptor.
  let number: Int32
  private let access: Access
  private var own = Descriptor(owning: -1)

  /// The most that is moved to or from a file in one turn.
  static let block = StreamLimits.receiveSize

  /// Prepares `number` for reading or writing; without `mayReopen` as where nothing can be opened anew.
  init(_ number: Int32, for mode: Mode, mayReopen: Bool = true) throws(SystemError) {
    self.number = number
    var facts = stat()
    guard fstat(number, &facts) == 0 else { throw SystemError(call: "fstat") }
    switch facts.st_mode & S_IFMT {
    case S_IFSOCK: access = .socket
    case S_IFREG, S_IFBLK, S_IFDIR: access = .file
    default:
      if mayReopen, let own = Self.reopen(number, mode) {
        self.own = own
        access = .reopened
      } else {
        access = .asked
      }
    }
  }

  /// What a standard stream is used for.
  enum Mode {
    case reading
    case writing
  }

  private static func reopen(_ number: Int32, _ mode: Mode) -> Descriptor? {
    let flags = (mode == .reading ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_NOCTTY
    if let own = try? SystemCalls.open("/proc/self/fd/\(number)", flags) { return own }
    // Without /proc, the terminal that controls us is the one meant if it is the same device.
    guard isatty(number) == 1, let own = try? SystemCalls.open("/dev/tty", flags) else { return nil }
    var (inherited, opened) = (stat(), stat())
    guard let name = ttyname(number), stat(name, &inherited) == 0, let tty = ttyname(own.number),
      stat(tty, &opened) == 0, inherited.st_rdev == opened.st_rdev
    else { return nil }
    return own
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    switch access {
    case .reopened: SystemCalls.read(own.number, into: buffer)
    case .socket: SystemCalls.receive(number, into: buffer)
    case .file: SystemCalls.read(number, into: .init(rebasing: buffer.prefix(Self.block)))
    case .asked: SystemCalls.isReady(number, for: POLLIN) ? SystemCalls.read(number, into: buffer) : .wouldBlock
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    switch access {
    case .reopened: SystemCalls.write(own.number, bytes)
    case .socket: SystemCalls.send(number, bytes)
    case .file: SystemCalls.write(number, .init(rebasing: bytes.prefix(Self.block)))
    case .asked:
      SystemCalls.isReady(number, for: POLLOUT)
        ? SystemCalls.write(number, .init(rebasing: bytes.prefix(platform_pipe_buffer()))) : .wouldBlock
    }
  }

  /// Gives back our own descriptor; the inherited one stays open.
  mutating func close() { own.close() }
}
