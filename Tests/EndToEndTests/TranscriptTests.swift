import TestSupport
import Testing

/// The files of `Transcripts/`; see `Transcript` for how they are written.
private let transcripts: [Transcript] = {
  let folder = Repository.root + "/Tests/EndToEndTests/Transcripts"
  do {
    return try Files.names(in: folder).flatMap { try Transcript.read(folder + "/" + $0) }
  } catch {
    preconditionFailure("\(error)")
  }
}()

@Suite struct `The program's transcripts` {
  @Test("hold", arguments: transcripts)
  func holds(_ transcript: Transcript) throws {
    if let difference = try transcript.difference() { Issue.record("\(difference)") }
  }
}
