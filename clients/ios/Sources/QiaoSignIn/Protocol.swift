import Foundation

typealias Json = [String: Any]

/// What does not hold of an ID token.
struct Untrusted: Error {
    let what: String
}

/// A public key by its numbers: of P-256, or of RSA.
enum PublicKey {
    case ec(x: Data, y: Data)
    case rsa(n: Data, e: Data)
}

/// What is the same on every phone: the state machine, what an answer means, PKCE, DPoP proofs and ID tokens. Nothing
/// here waits, remembers or asks anybody. Line by line the twin of Protocol.java; `clients/vectors.json` is for both.
enum Protocol {
    /// Step, event, next step, what to do. `*` is every step that a sign-in under way can be in.
    static let TABLE = [
        ["idle", "begin", "asking", "ask"],
        ["idle", "begin_in_browser", "browser", "open_browser"],
        ["asking", "launch", "waiting", "open_mini_program"],
        ["asking", "send_auth", "authorizing", "open_send_auth"],
        ["asking", "retry", "asking", "ask_later"],
        ["waiting", "wait", "waiting", "poll_later"],
        ["waiting", "retry", "waiting", "poll_later"],
        ["waiting", "returned", "waiting", "poll_now"],
        ["waiting", "code", "redeeming", "redeem"],
        ["authorizing", "wechat_code", "handing", "hand_over"],
        ["authorizing", "wechat_no", "failed", "tell_cancelled"],
        ["handing", "retry", "handing", "hand_over_later"],
        ["handing", "another_code", "authorizing", "open_send_auth"],
        ["handing", "code", "redeeming", "redeem"],
        ["browser", "code", "redeeming", "redeem"],
        ["redeeming", "retry", "redeeming", "redeem_later"],
        ["redeeming", "tokens", "signed_in", "keep"],
        ["*", "web", "browser", "open_web"],
        ["*", "declined", "failed", "stop"],
        ["*", "begin_again", "failed", "stop"],
        ["*", "mistake", "failed", "stop"],
        ["*", "late", "failed", "stop"],
        ["*", "unreachable", "failed", "stop"],
        ["*", "no_wechat", "failed", "tell_cancelled"],
        ["*", "untrusted", "failed", "stop"],
        ["*", "cancel", "failed", "tell_cancelled"],
    ]

    private static let LEEWAY = 300

    /// Next step and what to do; an event that does not belong to the step changes nothing.
    static func next(_ step: String, _ event: String) -> [String] {
        let underWay = step != "idle" && step != "signed_in" && step != "failed"
        for row in TABLE {
            let fits = row[0] == step || (row[0] == "*" && underWay)
            if fits && row[1] == event {
                return [row[2], row[3]]
            }
        }
        return [step, "nothing"]
    }

    /// What an answer of /challenge or /token means for a sign-in. `status` 0: there was none.
    static func event(_ status: Int, _ body: Json) -> String {
        let error = body["error"] as? String ?? ""
        if status <= 0 || status == 429 || status >= 500 || error == "use_dpop_nonce" {
            return "retry"
        }
        if status == 200 {
            return body["authorization_code"] != nil ? "code" : body["access_token"] != nil ? "tokens" : "retry"
        }
        switch error {
        case "":
            return "retry"  // cut off on its way, or of somebody between: Qiao names what is wrong
        case "insufficient_authorization":
            return waiting(body)
        case "redirect_to_web":
            return "web"
        case "access_denied":
            return "declined"
        case "invalid_session", "invalid_grant":
            return "begin_again"
        default:
            return "mistake"
        }
    }

    private static func waiting(_ body: Json) -> String {
        if let reason = body["reason"] as? String {
            return reason == "code_rejected" ? "another_code" : "mistake"
        }
        if body["connections"] != nil {
            return "mistake"
        }
        return body["launch"] != nil ? "launch" : body["send_auth"] != nil ? "send_auth" : "wait"
    }

    /// Why a sign-in failed, by the event that ended it: the name of a `Qiao.Reason`.
    static func reason(_ event: String) -> String {
        switch event {
        case "declined":
            return "DECLINED"
        case "wechat_no", "cancel":
            return "CANCELLED"
        case "begin_again", "late":
            return "EXPIRED"
        case "unreachable":
            return "UNAVAILABLE"
        case "no_wechat":
            return "NO_WECHAT"
        case "untrusted":
            return "UNTRUSTED"
        default:
            return "MISTAKE"
        }
    }

    /// A secret of one sign-in: 32 random bytes (RFC 7636 4.1 for a verifier).
    static func secret() -> String {
        var random = SystemRandomNumberGenerator()
        return base64url(Data((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }))
    }

    /// The PKCE challenge of a verifier (RFC 7636 4.2, S256).
    static func challenge(_ verifier: String) -> String {
        return base64url(sha256(verifier))
    }

    static func form(_ fields: [(String, String)]) -> String {
        return fields.map { encoded($0.0) + "=" + encoded($0.1) }.joined(separator: "&")
    }

    /// The parameters of a redirect URI; of one that is there twice, nothing.
    static func parameters(_ address: String) -> [String: String] {
        var found: [String: String] = [:]
        let parts = split(address)
        for pair in parts.count > 1 ? parts[1].components(separatedBy: "&") : [] {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = decoded(halves[0])
            found[name] = found[name] != nil || halves.count < 2 ? "" : decoded(halves[1])
        }
        return found
    }

    private static func split(_ address: String) -> [String] {
        return address.components(separatedBy: CharacterSet(charactersIn: "?#"))
    }

    /// What a browser came back with: `["code", the code]`, or an event of `TABLE` alone; `["nothing"]` for another
    /// sign-in's answer.
    static func redirected(_ address: String, _ redirectUri: String, _ state: String, _ issuer: String) -> [String] {
        let sent = parameters(address)
        let ours = split(address)[0] == redirectUri && same(state, sent["state"])
        if !ours || (sent["iss"] != nil && sent["iss"] != issuer) {
            return ["nothing"]
        }
        if let code = sent["code"], !code.isEmpty, sent["error"] == nil {
            return ["code", code]
        }
        return [sent["error"] == "access_denied" ? "declined" : "mistake"]
    }

    /// The head and body of a DPoP proof, to be signed (RFC 9449 4.2). `key`: x and y of P-256, 32 bytes each.
    static func proof(
        _ key: Data, _ method: String, _ address: String, _ now: Int, _ token: String?, _ nonce: String?
    ) -> String {
        let head: Json = ["typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(key)]
        var body: Json = ["jti": secret(), "htm": method, "htu": split(address)[0], "iat": now]
        if let token = token {
            body["ath"] = base64url(sha256(token))
        }
        if let nonce = nonce {
            body["nonce"] = nonce
        }
        return base64url(json(head)) + "." + base64url(json(body))
    }

    /// The key's thumbprint (RFC 7638): what tokens are bound to.
    static func thumbprint(_ key: Data) -> String {
        let x = base64url(Data(key.prefix(32)))
        let y = base64url(Data(key.suffix(32)))
        return base64url(sha256("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"\(x)\",\"y\":\"\(y)\"}"))
    }

    private static func jwk(_ key: Data) -> Json {
        return ["kty": "EC", "crv": "P-256", "x": base64url(Data(key.prefix(32))), "y": base64url(Data(key.suffix(32)))]
    }

    /// Whether the ID token's signing key is among these: otherwise they are to be fetched anew.
    static func knowsKey(_ idToken: String, _ jwks: Json) -> Bool {
        guard let head = part(idToken, 0) else {
            return false
        }
        return keyFor(head, jwks) != nil
    }

    /// The claims of an ID token, once all of OpenID Connect Core 3.1.3.7 holds. `now`: seconds since the epoch.
    static func claims(
        _ idToken: String, _ jwks: Json, _ issuer: String, _ clientId: String, _ nonce: String, _ now: Int
    ) throws -> Json {
        let parts = idToken.components(separatedBy: ".")
        let key = parts.count == 3 ? part(idToken, 0).flatMap { keyFor($0, jwks) } : nil
        let signed = utf8(parts.dropLast().joined(separator: "."))
        try check(key != nil && isSigned(key!, signed, decoded64(parts[2]) ?? Data()), "signature")
        guard let claims = part(idToken, 1), let exp = claims["exp"] as? Int, let iat = claims["iat"] as? Int else {
            throw Untrusted(what: "shape")
        }
        try check(claims["iss"] as? String == issuer, "iss")
        try check(isFor(claims, clientId), "aud")
        try check(now < exp + LEEWAY, "exp")
        try check(iat < now + LEEWAY, "iat")
        try check(same(nonce, claims["nonce"] as? String), "nonce")
        try check(!(claims["sub"] as? String ?? "").isEmpty, "sub")
        return claims
    }

    private static func isFor(_ claims: Json, _ clientId: String) -> Bool {
        guard let several = claims["aud"] as? [String] else {
            return claims["aud"] as? String == clientId
        }
        return several.contains(clientId) && (several.count == 1 || claims["azp"] as? String == clientId)
    }

    private static func isSigned(_ key: PublicKey, _ signed: Data, _ signature: Data) -> Bool {
        if case .ec = key, signature.count != 64 {
            return false
        }
        return Crypto.verify(key, signed, signature)
    }

    /// The key that the head names; its algorithm must be RS256 or ES256, and the key's own.
    private static func keyFor(_ head: Json, _ jwks: Json) -> PublicKey? {
        let algorithm = head["alg"] as? String
        let type = algorithm == "RS256" ? "RSA" : algorithm == "ES256" ? "EC" : ""
        guard let kid = head["kid"] as? String else {
            return nil
        }
        for jwk in jwks["keys"] as? [Json] ?? [] where jwk["kty"] as? String == type && jwk["kid"] as? String == kid {
            return type == "RSA" ? rsa(jwk) : ec(jwk)
        }
        return nil
    }

    private static func rsa(_ jwk: Json) -> PublicKey? {
        guard let n = number(jwk, "n"), let e = number(jwk, "e") else {
            return nil
        }
        return .rsa(n: n, e: e)
    }

    private static func ec(_ jwk: Json) -> PublicKey? {
        guard let x = number(jwk, "x"), let y = number(jwk, "y"), x.count == 32, y.count == 32 else {
            return nil
        }
        return .ec(x: x, y: y)
    }

    private static func number(_ jwk: Json, _ name: String) -> Data? {
        return (jwk[name] as? String).flatMap(decoded64)
    }

    private static func part(_ token: String, _ index: Int) -> Json? {
        let parts = token.components(separatedBy: ".")
        guard index < parts.count, let bytes = decoded64(parts[index]) else {
            return nil
        }
        return (try? JSONSerialization.jsonObject(with: bytes)) as? Json
    }

    private static func check(_ holds: Bool, _ what: String) throws {
        if !holds {
            throw Untrusted(what: what)
        }
    }

    /// Compared in the same time wherever they differ.
    static func same(_ expected: String, _ given: String?) -> Bool {
        guard let given = given, expected.utf8.count == given.utf8.count else {
            return false
        }
        return zip(expected.utf8, given.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func sha256(_ text: String) -> Data {
        return Crypto.sha256(utf8(text))
    }

    static func base64url(_ bytes: Data) -> String {
        let text = bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-")
        return text.replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    static func decoded64(_ text: String) -> Data? {
        let usual = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: usual + String(repeating: "=", count: (4 - usual.count % 4) % 4))
    }

    static func utf8(_ text: String) -> Data {
        return Data(text.utf8)
    }

    static func json(_ object: Json) -> Data {
        return (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
    }

    private static func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._*")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    private static func decoded(_ text: String) -> String {
        return text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? ""
    }
}
