#if canImport(CryptoKit)
import CryptoKit
import Foundation
import Security

/// What the platform does for `Protocol`: SHA-256 and two kinds of signatures.
enum Crypto {
    static func sha256(_ data: Data) -> Data {
        return Data(SHA256.hash(data: data))
    }

    /// `signature` as JOSE has it: of P-256, 64 bytes (RFC 7518 3.4).
    static func verify(_ key: PublicKey, _ signed: Data, _ signature: Data) -> Bool {
        switch key {
        case let .ec(x, y):
            guard let known = try? P256.Signing.PublicKey(rawRepresentation: x + y),
                let given = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else {
                return false
            }
            return known.isValidSignature(given, for: signed)
        case let .rsa(n, e):
            let attributes = [kSecAttrKeyType: kSecAttrKeyTypeRSA, kSecAttrKeyClass: kSecAttrKeyClassPublic]
            let pkcs1 = sequence(integer(n) + integer(e))
            guard let known = SecKeyCreateWithData(pkcs1 as CFData, attributes as CFDictionary, nil) else {
                return false
            }
            let algorithm = SecKeyAlgorithm.rsaSignatureMessagePKCS1v15SHA256
            return SecKeyVerifySignature(known, algorithm, signed as CFData, signature as CFData, nil)
        }
    }

    /// DER of a number that is not negative: what Security takes an RSA key in (PKCS#1, RFC 8017 A.1.1).
    private static func integer(_ number: Data) -> Data {
        let plain = Data(number.drop { $0 == 0 })
        let padded = (plain.first ?? 0x80) >= 0x80 ? Data([0]) + plain : plain
        return Data([0x02]) + length(padded.count) + padded
    }

    private static func sequence(_ content: Data) -> Data {
        return Data([0x30]) + length(content.count) + content
    }

    private static func length(_ count: Int) -> Data {
        if count < 0x80 {
            return Data([UInt8(count)])
        }
        return count < 0x100 ? Data([0x81, UInt8(count)]) : Data([0x82, UInt8(count >> 8), UInt8(count & 0xff)])
    }
}
#endif
