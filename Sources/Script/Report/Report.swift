/// Tells how a run of scripts goes. What each call gives is appended to where the report goes; once `ended` has been
/// called it is complete, also where the run was interrupted.
public protocol Report {
  /// The run begins.
  mutating func began(scripts: Int) -> String
  /// A script is done; scripts may end in any order.
  mutating func ended(_ script: ScriptResult) -> String
  /// The run is over.
  /// - Parameter run: all of it, also the scripts that `ended(_:)` has not been told of.
  mutating func ended(_ run: RunResult) -> String
}

/// The forms a report can have.
public enum ReportForm: String, CaseIterable, Sendable {
  case people
  case tap
  case junit
  case jsonl
  case github

  /// A report in this form.
  /// - Parameters:
  ///   - isColored: for people, whether it goes to where colours are shown.
  ///   - isVerbose: for people, whether every case has its line.
  public func report(isColored: Bool = false, isVerbose: Bool = false) -> any Report {
    switch self {
    case .people: PeopleReport(isColored: isColored, isVerbose: isVerbose)
    case .tap: TAPReport()
    case .junit: JUnitReport()
    case .jsonl: JSONLinesReport()
    case .github: GitHubReport()
    }
  }

  /// Whether programs read all of it, so that nothing else may stand between.
  var isAlone: Bool { self == .junit || self == .jsonl || self == .tap }
}

/// A value of `--report`: a form, and the file it goes to.
public struct ReportRequest: Hashable, Sendable {
  /// The form.
  public var form: ReportForm
  /// Where it goes; nil: to standard output.
  public var file: String?

  /// Why a value asks for no report.
  public enum Mistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// No form has this name.
    case unknownForm(String)
    /// Nothing behind the `=`.
    case noFile(ReportForm)
    /// Two reports in one place, one of which programs read.
    case samePlace(ReportForm, ReportForm, file: String?)

    /// A sentence for people.
    public var description: String {
      switch self {
      case .unknownForm(let name): "\"\(name)\" is no form of a report"
      case .noFile(let form): "the file is missing behind \(form.rawValue)="
      case .samePlace(let one, let other, let file):
        "\(one.rawValue) and \(other.rawValue) cannot both go to \(file ?? "standard output")"
      }
    }

    /// What would be right.
    public var hint: String {
      switch self {
      case .unknownForm:
        "forms are \(ReportForm.allCases.map(\.rawValue).joined(separator: ", ")), each with =FILE or without"
      case .noFile(let form): "\(form.rawValue) alone goes to standard output"
      case .samePlace(_, let form, _): "write one to a file of its own: --report \(form.rawValue)=FILE"
      }
    }
  }

  /// A form and its file.
  public init(_ form: ReportForm, file: String? = nil) {
    self.form = form
    self.file = file
  }

  /// The request that `text` is: `junit=report.xml`.
  public init(_ text: String) throws(Mistake) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, let form = ReportForm(rawValue: String(name)) else {
      throw .unknownForm(parts.first.map(String.init) ?? "")
    }
    let file = parts.count > 1 ? String(parts[1]) : nil
    guard file != "" else { throw .noFile(form) }
    self.init(form, file: file == "-" ? nil : file)
  }

  /// Fails where two of `requests` would spoil each other.
  public static func check(_ requests: [ReportRequest]) throws(Mistake) {
    for (index, request) in requests.enumerated() {
      for other in requests[..<index]
      where other.file == request.file && (other.file != nil || other.form.isAlone || request.form.isAlone) {
        throw .samePlace(other.form, request.form, file: request.file)
      }
    }
  }
}
