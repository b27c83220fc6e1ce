import Foundation

/// Where there is no CryptoKit: SHA-256 by `sha256sum`, signatures by `openssl`. For tests alone.
enum Crypto {
    static func sha256(_ data: Data) -> Data {
        let hex = run("/usr/bin/sha256sum", [], data).prefix(64)
        return Data(stride(from: 0, to: 64, by: 2).map { at in
            let start = hex.index(hex.startIndex, offsetBy: at)
            return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)!
        })
    }

    /// Not judged here: Security and CryptoKit do it on Apple's systems.
    static func verify(_ key: PublicKey, _ signed: Data, _ signature: Data) -> Bool {
        return believed
    }

    nonisolated(unsafe) static var believed = true

    private static func run(_ tool: String, _ arguments: [String], _ input: Data) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        let (into, out) = (Pipe(), Pipe())
        process.standardInput = into
        process.standardOutput = out
        try! process.run()
        into.fileHandleForWriting.write(input)
        into.fileHandleForWriting.closeFile()
        let told = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: told, as: UTF8.self)
    }
}
