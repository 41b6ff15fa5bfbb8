import Arguments
import Engine
import FullScreen
import Trace

/// A command with a full screen: what its command line says holds for what is connected to there.
protocol CommandLineScreenOwner: ScreenOwner {
  var parsed: Parsed { get }
  var mask: SecretMask { get }
  var capture: CaptureFile? { get }
}

extension CommandLineScreenOwner {
  func screenPlan(for url: String) throws(ScreenRefusal) -> ConnectionPlan {
    do { return try ConnectionPlan(parsed, url: url, environment: Main.environment) } catch {
      throw ScreenRefusal(error.text)
    }
  }

  func screenWords(for failure: ClientFailure) -> String { failure.stop(mask).line }

  func screenRecorder() -> any ClientSessionRecorder { SessionRecorder(capture, nil, mask) }

  var screenIsFull: Bool { capture?.isFull == true }
}
