#if os(iOS)
import AuthenticationServices
import CryptoKit
import Foundation
import Security
import UIKit

/// iOS: the key in the Secure Enclave, what is kept in the keychain of this device, ASWebAuthenticationSession.
public final class ApplePhone: NSObject, QiaoPhone, ASWebAuthenticationPresentationContextProviding {
    private static let SERVICE = "qiao"

    private let scheme: String
    private var session: ASWebAuthenticationSession?
    /// Set it once: where the browser's answer goes.
    public weak var qiao: Qiao?

    /// `redirectUri`: of a scheme of your own, as it is registered with Qiao.
    public init(redirectUri: String) {
        self.scheme = URL(string: redirectUri)?.scheme ?? ""
    }

    private func query(_ name: String) -> [CFString: Any] {
        return [
            kSecClass: kSecClassGenericPassword, kSecAttrService: ApplePhone.SERVICE, kSecAttrAccount: name,
        ]
    }

    private func kept(_ name: String) -> Data? {
        var found: CFTypeRef?
        let asked = query(name).merging([kSecReturnData: true, kSecMatchLimit: kSecMatchLimitOne]) { $1 }
        return SecItemCopyMatching(asked as CFDictionary, &found) == errSecSuccess ? found as? Data : nil
    }

    private func keep(_ name: String, _ value: Data?) {
        SecItemDelete(query(name) as CFDictionary)
        if let value = value {
            let access = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
            let added = query(name).merging([kSecValueData: value, kSecAttrAccessible: access]) { $1 }
            SecItemAdd(added as CFDictionary, nil)
        }
    }

    public func read(_ name: String) -> String? {
        return kept(name).map { String(decoding: $0, as: UTF8.self) }
    }

    public func write(_ name: String, _ value: String?) {
        keep(name, value.map { Data($0.utf8) })
    }

    /// The Secure Enclave gives a sealed reference to its key, which only this device can use.
    private func enclaveKey() throws -> SecureEnclave.P256.Signing.PrivateKey {
        if let reference = kept("key"), let known = try? SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: reference) {
            return known
        }
        let made = try SecureEnclave.P256.Signing.PrivateKey()
        keep("key", made.dataRepresentation)
        return made
    }

    /// Simulators have no enclave.
    private func softKey() throws -> P256.Signing.PrivateKey {
        if let bytes = kept("soft-key"), let known = try? P256.Signing.PrivateKey(rawRepresentation: bytes) {
            return known
        }
        let made = P256.Signing.PrivateKey()
        keep("soft-key", made.rawRepresentation)
        return made
    }

    public func key() throws -> Data {
        if SecureEnclave.isAvailable {
            return try enclaveKey().publicKey.rawRepresentation
        }
        return try softKey().publicKey.rawRepresentation
    }

    public func sign(_ data: Data) throws -> Data {
        if SecureEnclave.isAvailable {
            return try enclaveKey().signature(for: data).rawRepresentation
        }
        return try softKey().signature(for: data).rawRepresentation
    }

    public func open(_ address: String) -> Bool {
        guard let url = URL(string: address) else {
            return false
        }
        DispatchQueue.main.async { self.start(url) }
        return true
    }

    private func start(_ url: URL) {
        let made = ASWebAuthenticationSession(url: url, callbackURLScheme: scheme) { [weak self] back, _ in
            if let back = back {
                self?.qiao?.redirected(back.absoluteString)
            } else {
                self?.qiao?.cancel()
            }
        }
        made.presentationContextProvider = self
        session = made
        if !made.start() {
            qiao?.cancel()
        }
    }

    public func presentationAnchor(for session: ASWebAuthenticationSession) -> ASPresentationAnchor {
        let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
        return scenes.flatMap { $0.windows }.first { $0.isKeyWindow } ?? ASPresentationAnchor()
    }

    public func name() -> String {
        return UIDevice.current.model
    }

    public func tell(_ message: @escaping () -> Void) {
        DispatchQueue.main.async(execute: message)
    }
}
#endif
