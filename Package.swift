// swift-tools-version: 6.2
import PackageDescription

let common: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]
/// Targets without I/O also mark every unsafe expression.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

/// Half of the symbol lookups at start-up are the shared C++ library's own; the Swift run time needs little of it.
let insideCxxLibrary = LinkerSetting.unsafeFlags(
  ["-L\(Context.packageDirectory)/Sources/wscope/Linker"],
  .when(platforms: [.linux], configuration: .release))

let package = Package(
  name: "wscope",
  targets: [
    .target(name: "Arguments", swiftSettings: pure),
    .target(name: "Bytes", swiftSettings: pure),
    .target(name: "CBench"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "CPlatform"),
    .target(name: "CTestSupport", path: "Tests/CTestSupport"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "FullScreen",
      dependencies: [
        "Bytes", "Engine", "Inspector", "JSONSyntax", "PlainText", "Terminal", "TerminalLoop", "Trace", "Transport",
        "WebSocketCore",
      ],
      swiftSettings: common),
    .target(
      name: "Inspector", dependencies: ["Bytes", "JSONSyntax", "PlainText", "Trace", "WebSocketCore"],
      swiftSettings: pure),
    .target(
      name: "LineMode",
      dependencies: [
        "Arguments", "Bytes", "Engine", "Inspector", "JSONSyntax", "PlainText", "Terminal", "TerminalLoop",
        "Trace", "Transport", "WebSocketCore", "WscopeOptions",
      ],
      swiftSettings: common),
    .target(name: "JSONSyntax", dependencies: ["Bytes", "PlainText"], swiftSettings: pure),
    .target(
      name: "Piping", dependencies: ["Bytes", "JSONSyntax", "PlainText", "Trace", "WebSocketCore"],
      swiftSettings: pure),
    .target(
      name: "Engine", dependencies: ["Bytes", "PlainText", "Trace", "Transport", "WebSocketCore"], swiftSettings: common
    ),
    .target(name: "PlainText", swiftSettings: pure),
    .target(
      name: "Script",
      dependencies: [
        "Bytes", "Engine", "Inspector", "JSONSyntax", "PlainText", "Trace", "Transport", "WebSocketCore",
      ],
      swiftSettings: common),
    .target(name: "Terminal", dependencies: ["Bytes", "CPlatform", "PlainText"], swiftSettings: common),
    .target(
      name: "TerminalLoop", dependencies: ["Bytes", "Terminal", "Transport"], swiftSettings: common),
    .target(
      name: "TerminalTesting", dependencies: ["PlainText", "Terminal"], path: "Tests/TerminalTesting",
      swiftSettings: common),
    .target(name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/TestSupport", swiftSettings: common),
    .target(name: "Trace", dependencies: ["Bytes", "PlainText", "WebSocketCore"], swiftSettings: pure),
    .target(name: "Transport", dependencies: ["Bytes", "COpenSSL", "CPlatform"], swiftSettings: common),
    .target(name: "WebSocketCore", dependencies: ["Bytes", "COpenSSL", "CZlib"], swiftSettings: pure),
    .target(name: "WscopeOptions", dependencies: ["Arguments"], swiftSettings: pure),
    .executableTarget(
      name: "TerminalProbe", dependencies: ["Bytes", "Terminal", "TerminalLoop", "Transport"],
      path: "Tests/TerminalProbe", swiftSettings: common),
    .executableTarget(
      name: "wscope",
      dependencies: [
        "Arguments", "Bytes", "CPlatform", "Engine", "FullScreen", "Inspector", "JSONSyntax", "LineMode", "Piping",
        "PlainText", "Script", "Terminal", "TerminalLoop", "Trace", "Transport", "WebSocketCore", "WscopeOptions",
      ],
      exclude: ["Linker"],
      swiftSettings: common,
      linkerSettings: [insideCxxLibrary]),
    .executableTarget(
      name: "wscope-bench",
      dependencies: ["Bytes", "CBench", "CPlatform", "PlainText", "Terminal", "TerminalTesting", "WebSocketCore"],
      swiftSettings: common),
    .executableTarget(
      name: "wscope-fuzz",
      dependencies: [
        "Bytes", "Inspector", "JSONSyntax", "PlainText", "Script", "Terminal", "TerminalTesting", "TestSupport",
        "Trace", "WebSocketCore",
      ],
      swiftSettings: common),
    .executableTarget(name: "wscope-unicode", swiftSettings: common),
    .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"], swiftSettings: common),
    .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: common),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Arguments", "Bytes", "JSONSyntax", "Script", "TestSupport", "WebSocketCore", "WscopeOptions",
      ],
      exclude: ["Peers", "Scripts", "Services", "Transcripts"],
      swiftSettings: common),
    .testTarget(
      name: "EngineTests", dependencies: ["Bytes", "Engine", "TestSupport", "Trace", "Transport", "WebSocketCore"],
      swiftSettings: common),
    .testTarget(
      name: "FullScreenTests",
      dependencies: [
        "Bytes", "Engine", "FullScreen", "Inspector", "PlainText", "Terminal", "TerminalTesting", "TestSupport",
        "Trace", "WebSocketCore",
      ],
      exclude: ["Golden"], swiftSettings: common),
    .testTarget(
      name: "InspectorTests",
      dependencies: ["Bytes", "Inspector", "JSONSyntax", "PlainText", "TestSupport", "Trace", "WebSocketCore"],
      swiftSettings: common),
    .testTarget(name: "JSONSyntaxTests", dependencies: ["JSONSyntax", "TestSupport"], swiftSettings: common),
    .testTarget(
      name: "LineModeTests",
      dependencies: [
        "Bytes", "Engine", "Inspector", "LineMode", "PlainText", "Terminal", "TestSupport", "Trace", "Transport",
        "WebSocketCore", "WscopeOptions",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PipingTests", dependencies: ["Bytes", "JSONSyntax", "Piping", "Trace", "WebSocketCore"],
      swiftSettings: common),
    .testTarget(name: "PlainTextTests", dependencies: ["PlainText"], swiftSettings: common),
    .testTarget(
      name: "ScriptTests",
      dependencies: [
        "Bytes", "Engine", "Inspector", "JSONSyntax", "PlainText", "Script", "TestSupport", "Trace", "Transport",
        "WebSocketCore",
      ],
      exclude: ["Reports"],
      swiftSettings: common),
    .testTarget(
      name: "TerminalTests", dependencies: ["Bytes", "PlainText", "Terminal", "TerminalTesting", "TestSupport"],
      swiftSettings: common),
    .testTarget(name: "TerminalLoopTests", dependencies: ["TerminalLoop"], swiftSettings: common),
    .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: common),
    .testTarget(name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: common),
    .testTarget(name: "TraceTests", dependencies: ["Trace", "WebSocketCore"], swiftSettings: common),
    .testTarget(name: "TransportTests", dependencies: ["Bytes", "CPlatform", "Transport"], swiftSettings: common),
    .testTarget(name: "WebSocketCoreTests", dependencies: ["Bytes", "WebSocketCore"], swiftSettings: common),
    .testTarget(
      name: "WscopeOptionsTests", dependencies: ["Arguments", "FullScreen", "WscopeOptions"], swiftSettings: common),
  ]
)
