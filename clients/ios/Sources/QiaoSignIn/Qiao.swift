import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Told on the main thread.
public protocol QiaoListener: AnyObject {
    /// The mini program is being opened; it may ask for this number: show it until the end.
    func waiting(number: Int, opened: Bool)
    /// `claims` of the ID token, verified.
    func signedIn(claims: [String: Any])
    func failed(reason: Qiao.Reason)
}

/// What the core needs of the phone.
public protocol QiaoPhone: AnyObject {
    /// What was kept under the name. It survives the process, and is in no backup.
    func read(_ name: String) -> String?
    /// Keeps it before it returns; nil forgets it.
    func write(_ name: String, _ value: String?)
    /// x and y, 32 bytes each, of the key that never leaves the phone: P-256, made at the first use.
    func key() throws -> Data
    /// An ECDSA signature with SHA-256 by that key, 64 bytes.
    func sign(_ data: Data) throws -> Data
    /// Opens the system's browser; false where it cannot.
    func open(_ address: String) -> Bool
    /// What the phone is called.
    func name() -> String
    func tell(_ message: @escaping () -> Void)
}

/// What the core needs of WeChat's SDK; each is false where WeChat cannot be asked.
public protocol QiaoWeChat: AnyObject {
    func launch(_ userName: String, _ path: String, _ type: Int) -> Bool
    func sendAuth(_ scope: String, _ state: String, _ nonAutomatic: Bool) -> Bool
}

/// Signs a person in: by WeChat's mini program, by SendAuth, or in the browser. One for the whole app. What is under
/// way is kept on the phone, so that it goes on in another process. Line by line the twin of Qiao.java.
public final class Qiao {
    /// Instead of a connection: sign in with the system's browser.
    public static let BROWSER = ""

    private static let LIFETIME = 600
    private static let PATIENCE = 60
    private static let INTERVAL = 2
    private static let LONGEST_ANSWER = 1 << 20

    /// Why nobody was signed in, in words for the person.
    public enum Reason: String, CaseIterable {
        case DECLINED, CANCELLED, EXPIRED, UNAVAILABLE, NO_WECHAT, UNTRUSTED, MISTAKE

        public func words(_ language: String) -> String {
            let both: (String, String)
            switch self {
            case .DECLINED: both = ("The sign-in was declined.", "登录已被拒绝。")
            case .CANCELLED: both = ("The sign-in was cancelled.", "已取消登录。")
            case .EXPIRED: both = ("The sign-in took too long. Please try again.", "登录超时，请重试。")
            case .UNAVAILABLE: both = ("Sign-in is not available just now. Please try again.", "暂时无法登录，请稍后重试。")
            case .NO_WECHAT: both = ("WeChat could not be opened.", "无法打开微信。")
            case .UNTRUSTED: both = ("The answer could not be verified.", "无法验证登录结果。")
            case .MISTAKE: both = ("Sign-in is not available.", "无法登录。")
            }
            return language.hasPrefix("zh") ? both.1 : both.0
        }
    }

    private final class Answer {
        var status = 0
        var body: Json = [:]
        var retryAfter = 0
    }

    private let phone: QiaoPhone
    private let weChat: QiaoWeChat
    private let issuer: String
    private let clientId: String
    private let redirectUri: String
    private let scope: String
    private let worker = DispatchQueue(label: "qiao")
    private let refreshing = NSLock()
    private let http: URLSession

    private weak var listener: QiaoListener?
    private var asking: URLSessionTask?
    private var later: DispatchWorkItem?
    private var metadata: Json?
    private var jwks: Json?
    private var nonceOfServer: String?
    private var clockBehind = 0
    private var took = 0.0

    public init(
        phone: QiaoPhone, weChat: QiaoWeChat, issuer: String, clientId: String, redirectUri: String, scope: String
    ) {
        precondition(Qiao.checkAddress(issuer), "https only")
        self.phone = phone
        self.weChat = weChat
        self.issuer = issuer
        self.clientId = clientId
        self.redirectUri = redirectUri
        self.scope = scope
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 35
        self.http = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
    }

    /// Begins; what was under way before is cancelled. `connection`: its id, or `BROWSER`.
    public func signIn(_ connection: String, _ told: QiaoListener) {
        interrupt()
        execute { self.begin(connection, told) }
    }

    /// Goes on with what was under way when the process ended. False: nothing was.
    public func resume(_ told: QiaoListener) -> Bool {
        listener = told
        let underWay = phone.read("sign_in") != nil
        if underWay {
            execute {
                self.clockBehind = self.record()["clock_behind"] as? Int ?? 0
                self.actAgain("returned")
            }
        }
        return underWay
    }

    /// The person has given up.
    public func cancel() {
        interrupt()
        execute { self.on("cancel", [:]) }
    }

    /// The app is in front again, or WeChat says that the mini program was left: look at once.
    public func returned() {
        execute { self.on("returned", [:]) }
    }

    /// What SendAuth came to: `code` is nil where the person said no.
    public func sendAuthAnswered(_ code: String?, _ state: String?) {
        execute { self.sendAuth(code, state) }
    }

    /// The browser came back to the app's redirect URI.
    public func redirected(_ address: String) {
        execute { self.fromBrowser(address) }
    }

    /// The claims of who is signed in, or nil.
    public func claims() -> [String: Any]? {
        return tokens()["claims"] as? Json
    }

    /// Headers for a request to your API with a token that is good for another minute; call it off the main thread.
    /// Nil where nobody is signed in (any more). Throws where the server cannot be reached.
    public func headers(_ method: String, _ address: String) throws -> [String: String]? {
        guard let tokens = try fresh(), let token = tokens["access_token"] as? String else {
            return nil
        }
        let type = tokens["token_type"] as? String ?? "DPoP"
        return ["Authorization": type + " " + token, "DPoP": try proof(method, address, token, nil)]
    }

    /// Forgets the tokens, and has the server forget them where it can be reached.
    public func signOut() {
        let token = tokens()["refresh_token"] as? String ?? ""
        phone.write("tokens", nil)
        if !token.isEmpty {
            worker.async { _ = self.post("revocation_endpoint", [("token", token)]) }
        }
    }

    // The sign-in, all of it on the worker's queue.

    private func execute(_ step: @escaping @Sendable () -> Void) {
        worker.async(execute: step)
    }

    private func begin(_ connection: String, _ told: QiaoListener) {
        listener = told
        tellCancelled(record())
        let event = connection == Qiao.BROWSER ? "begin_in_browser" : "begin"
        let next = Protocol.next("idle", event)
        let fresh: Json = [
            "step": next[0], "connection": connection, "verifier": Protocol.secret(), "nonce": Protocol.secret(),
            "state": Protocol.secret(),
            "ends": now() + (next[0] == "browser" ? Qiao.LIFETIME : Qiao.PATIENCE),
        ]
        save(fresh)
        act(next[1], fresh, event)
    }

    /// One event: the record is kept as it is afterwards, and then something is done.
    private func on(_ event: String, _ told: Json) {
        var record = self.record()
        let next = Protocol.next(record["step"] as? String ?? "idle", event)
        if next[1] == "nothing" {
            return
        }
        note(&record, event, told)
        record["step"] = next[0]
        save(next[0] == "failed" || next[0] == "signed_in" ? nil : record)
        act(next[1], record, event)
    }

    private func note(_ record: inout Json, _ event: String, _ told: Json) {
        for name in ["auth_session", "launch", "number", "opened", "send_auth", "interval", "request_uri"] {
            if let value = told[name] {
                record[name] = value
            }
        }
        if let seconds = told["expires_in"] as? Int, event == "launch" || event == "wait" {
            record["ends"] = now() + seconds
        }
        if event == "send_auth" || event == "web" {
            record["ends"] = now() + Qiao.LIFETIME
        }
        if event == "code" {
            record["code"] = told["authorization_code"]
            record["redirect_uri"] = told["redirect_uri"]
            record["ends"] = now() + Qiao.PATIENCE
        }
        if event == "wechat_code" {
            record["wechat_code"] = told["code"]
        }
    }

    /// What a new process does about a step that it finds: what was under way may not have arrived.
    private static func again(_ step: String) -> String {
        switch step {
        case "asking":
            return "ask"
        case "waiting":
            return "poll_now"
        case "handing":
            return "hand_over"
        case "redeeming":
            return "redeem"
        default:
            return "watch"
        }
    }

    private func act(_ action: String, _ record: Json, _ event: String) {
        switch action {
        case "ask":
            ask(record)
        case "poll_now":
            poll(record)
        case "hand_over":
            handOver(record)
        case "redeem":
            redeem(record)
        case "ask_later", "poll_later", "hand_over_later", "redeem_later":
            tellWaiting(record)
            inSeconds(pause(record)) { self.actAgain(event) }
        case "open_mini_program":
            openMiniProgram(record)
        case "open_send_auth":
            openSendAuth(record)
        case "open_browser":
            open(authorization(record), record)
        case "open_web":
            open(onTheWeb(record), record)
        case "tell_cancelled":
            tellCancelled(record)
            fail(event)
        case "stop":
            fail(event)
        case "keep":
            tellSignedIn()
        default:
            watch(record)
        }
    }

    private func actAgain(_ event: String) {
        let record = self.record()
        act(Qiao.again(record["step"] as? String ?? ""), record, event)
    }

    /// Whoever has the mini program before them is told that it is over.
    private func tellCancelled(_ record: Json) {
        if record["auth_session"] != nil {
            _ = post("authorization_challenge_endpoint", session(record, "cancelled", "true"))
        }
    }

    private func ask(_ record: Json) {
        var form = request(record)
        form.append(("connection", record["connection"] as? String ?? ""))
        form.append(("device", phone.name()))
        answered(record, post("authorization_challenge_endpoint", form))
    }

    private func poll(_ record: Json) {
        later?.cancel()
        tellWaiting(record)
        let begun = Date()
        let answer = post("authorization_challenge_endpoint", session(record, "wait", "25"))
        took = Date().timeIntervalSince(begun)
        answered(record, answer)
    }

    private func handOver(_ record: Json) {
        var form = session(record, "wechat_code", record["wechat_code"] as? String ?? "")
        form.append(("state", (record["send_auth"] as? Json)?["state"] as? String ?? ""))
        answered(record, post("authorization_challenge_endpoint", form))
    }

    private func redeem(_ record: Json) {
        if jwks == nil && !fetchKeys() {
            answered(record, Answer())  // the code is good once: not before its ID token can be checked
            return
        }
        var form = [("grant_type", "authorization_code")]
        form.append(("code", record["code"] as? String ?? ""))
        form.append(("code_verifier", record["verifier"] as? String ?? ""))
        if let address = record["redirect_uri"] as? String {
            form.append(("redirect_uri", address))
        }
        answered(record, post("token_endpoint", form))
    }

    private func answered(_ record: Json, _ answer: Answer) {
        var event = Protocol.event(answer.status, answer.body)
        if event == "tokens" {
            event = keep(answer.body, record["nonce"] as? String ?? "")
        }
        let late = now() >= record["ends"] as? Int ?? 0
        if late && (event == "retry" || event == "wait") {
            event = event == "retry" ? "unreachable" : "late"
        }
        if answer.retryAfter > 0 {
            answer.body["interval"] = answer.retryAfter
        }
        on(event, answer.body)
    }

    private func openMiniProgram(_ record: Json) {
        tellWaiting(record)
        let launch = record["launch"] as? Json ?? [:]
        let path = launch["path"] as? String ?? ""
        if weChat.launch(launch["user_name"] as? String ?? "", path, launch["type"] as? Int ?? 0) {
            inSeconds(pause(record)) { self.actAgain("wait") }
        } else {
            on("no_wechat", [:])
        }
    }

    private func openSendAuth(_ record: Json) {
        let asked = record["send_auth"] as? Json ?? [:]
        let state = asked["state"] as? String ?? ""
        if weChat.sendAuth(asked["scope"] as? String ?? "", state, asked["non_automatic"] as? Bool ?? false) {
            watch(record)
        } else {
            on("no_wechat", [:])
        }
    }

    private func sendAuth(_ code: String?, _ state: String?) {
        guard let asked = record()["send_auth"] as? Json else {
            return  // of another sign-in
        }
        if code != nil && !Protocol.same(asked["state"] as? String ?? "", state) {
            return
        }
        on(code == nil ? "wechat_no" : "wechat_code", code == nil ? [:] : ["code": code!])
    }

    private func open(_ address: String?, _ record: Json) {
        if let address = address, phone.open(address) {
            watch(record)
        } else {
            on(address == nil ? "unreachable" : "mistake", [:])
        }
    }

    private func fromBrowser(_ address: String) {
        let record = self.record()
        if record["step"] as? String != "browser" {
            return
        }
        let came = Protocol.redirected(address, redirectUri, record["state"] as? String ?? "", issuer)
        let isCode = came[0] == "code"
        on(came[0], isCode ? ["authorization_code": came[1], "redirect_uri": redirectUri] : [:])
    }

    /// Nothing to do but to wait for somebody else, and not for ever.
    private func watch(_ record: Json) {
        let verifier = record["verifier"] as? String ?? ""
        inSeconds(max(1, (record["ends"] as? Int ?? 0) - now())) { self.overdue(verifier) }
    }

    private func overdue(_ verifier: String) {
        if record()["verifier"] as? String == verifier {
            on("late", [:])
        }
    }

    private func inSeconds(_ seconds: Int, _ step: @escaping () -> Void) {
        later?.cancel()
        let item = DispatchWorkItem(block: step)
        later = item
        worker.asyncAfter(deadline: .now() + .seconds(seconds), execute: item)
    }

    /// Seconds until the next request: none, where the server has let the last one wait.
    private func pause(_ record: Json) -> Int {
        return max(took < 0.5 ? 1 : 0, record["interval"] as? Int ?? Qiao.INTERVAL)
    }

    private func tellWaiting(_ record: Json) {
        if let told = listener, let number = record["number"] as? Int {
            let opened = record["opened"] as? Bool ?? false
            phone.tell { told.waiting(number: number, opened: opened) }
        }
    }

    private func fail(_ event: String) {
        let reason = Reason(rawValue: Protocol.reason(event)) ?? .MISTAKE
        if let told = listener {
            phone.tell { told.failed(reason: reason) }
        }
    }

    private func tellSignedIn() {
        let claims = self.claims() ?? [:]
        if let told = listener {
            phone.tell { told.signedIn(claims: claims) }
        }
    }

    // Requests.

    /// The authorization request, which /challenge and a browser are asked with alike.
    private func request(_ record: Json) -> [(String, String)] {
        return [
            ("response_type", "code"), ("scope", scope), ("redirect_uri", redirectUri),
            ("state", record["state"] as? String ?? ""), ("nonce", record["nonce"] as? String ?? ""),
            ("code_challenge", Protocol.challenge(record["verifier"] as? String ?? "")),
            ("code_challenge_method", "S256"),
        ]
    }

    private func authorization(_ record: Json) -> String? {
        guard let key = try? phone.key(), let endpoint = endpoint("authorization_endpoint") else {
            return nil
        }
        let query = request(record) + [("client_id", clientId), ("dpop_jkt", Protocol.thumbprint(key))]
        return endpoint + "?" + Protocol.form(query)
    }

    private func onTheWeb(_ record: Json) -> String? {
        let query = [("client_id", clientId), ("request_uri", record["request_uri"] as? String ?? "")]
        return endpoint("authorization_endpoint").map { $0 + "?" + Protocol.form(query) }
    }

    private func session(_ record: Json, _ name: String, _ value: String) -> [(String, String)] {
        return [("auth_session", record["auth_session"] as? String ?? ""), (name, value)]
    }

    /// An endpoint's address by its name in discovery; nil where the server cannot be reached.
    private func endpoint(_ name: String) -> String? {
        if metadata == nil {
            let found = send("GET", issuer + "/.well-known/openid-configuration", nil).body
            metadata = found["issuer"] as? String == issuer ? found : nil
        }
        return metadata?[name] as? String
    }

    private func post(_ endpoint: String, _ form: [(String, String)]) -> Answer {
        guard let address = self.endpoint(endpoint) else {
            return Answer()
        }
        let whole = form + [("client_id", clientId)]
        let answer = send("POST", address, whole)
        let error = answer.body["error"] as? String
        if error == "use_dpop_nonce" || error == "invalid_dpop_proof" {
            return send("POST", address, whole)  // with the server's nonce, by the server's clock
        }
        return answer
    }

    /// Status 0 where no answer came.
    private func send(_ method: String, _ address: String, _ form: [(String, String)]?) -> Answer {
        guard Qiao.checkAddress(address), let url = URL(string: address) else {
            return Answer()
        }
        var request = URLRequest(url: url)
        request.httpMethod = method
        if let form = form {
            guard let proof = try? self.proof(method, address, nil, nonceOfServer) else {
                return Answer()
            }
            request.setValue(proof, forHTTPHeaderField: "DPoP")
            request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
            request.httpBody = Protocol.utf8(Protocol.form(form))
        }
        return answer(request, Qiao.isOfSignIn(form))
    }

    private func answer(_ request: URLRequest, _ isOfSignIn: Bool) -> Answer {
        let answer = Answer()  // nothing of the answer goes to a log: codes may be in it
        let done = DispatchSemaphore(value: 0)
        let task = http.dataTask(with: request) { data, response, failure in
            if let response = response as? HTTPURLResponse {
                self.setClock(response.value(forHTTPHeaderField: "Date"))
                self.nonceOfServer = response.value(forHTTPHeaderField: "DPoP-Nonce") ?? self.nonceOfServer
                answer.retryAfter = Int(response.value(forHTTPHeaderField: "Retry-After") ?? "") ?? 0
                if failure == nil, let body = Qiao.body(data ?? Data()) {  // its head may have come alone
                    answer.body = body
                    answer.status = response.statusCode
                }
            }
            done.signal()
        }
        asking = isOfSignIn ? task : asking
        task.resume()
        done.wait()
        asking = asking === task ? nil : asking
        return answer
    }

    /// A refresh is not interrupted, whatever the person does meanwhile: its answer is good once.
    private static func isOfSignIn(_ form: [(String, String)]?) -> Bool {
        return form == nil || !form!.contains { $0.0 == "refresh_token" }
    }

    /// What is said in JSON, or nothing at all; nil for any other page: that is no answer of ours.
    private static func body(_ text: Data) -> Json? {
        if text.isEmpty {
            return [:]
        }
        return text.count > LONGEST_ANSWER ? nil : (try? JSONSerialization.jsonObject(with: text)) as? Json
    }

    private func setClock(_ date: String?) {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        if let told = date.flatMap(format.date(from:)) {
            clockBehind = Int(told.timeIntervalSince1970) - Int(Date().timeIntervalSince1970)
        }
    }

    /// A request that waits for the person ends at once: somebody wants something else.
    private func interrupt() {
        asking?.cancel()
    }

    private func proof(_ method: String, _ address: String, _ token: String?, _ nonce: String?) throws -> String {
        let signed = Protocol.proof(try phone.key(), method, address, now(), token, nonce)
        return signed + "." + Protocol.base64url(try phone.sign(Protocol.utf8(signed)))
    }

    /// Tokens in clear go over TLS, but for a server on the developer's own computer.
    private static func checkAddress(_ address: String) -> Bool {
        let here = "^http://(127\\.0\\.0\\.1|localhost)(:\\d+)?(/.*)?$"
        return address.hasPrefix("https://") || address.range(of: here, options: .regularExpression) != nil
    }

    // Tokens.

    /// Verifies and keeps what /token gave; the event that it is.
    private func keep(_ told: Json, _ nonce: String) -> String {
        let idToken = told["id_token"] as? String ?? ""
        if !Protocol.knowsKey(idToken, jwks ?? [:]) && !fetchKeys() {
            return "untrusted"  // the code is spent: there is nothing to try again with
        }
        var kept = told
        do {
            kept["claims"] = try Protocol.claims(idToken, jwks ?? [:], issuer, clientId, nonce, now())
        } catch {
            return "untrusted"
        }
        kept["ends"] = now() + (told["expires_in"] as? Int ?? 0)
        phone.write("tokens", String(decoding: Protocol.json(kept), as: UTF8.self))
        return "tokens"
    }

    private func fetchKeys() -> Bool {
        let answer = endpoint("jwks_uri").map { send("GET", $0, nil) } ?? Answer()
        jwks = answer.status == 200 ? answer.body : jwks
        return answer.status == 200
    }

    private func tokens() -> Json {
        return parsed(phone.read("tokens"))
    }

    /// Tokens that are good for a minute more; refreshed by one thread at a time.
    private func fresh() throws -> Json? {
        refreshing.lock()
        defer { refreshing.unlock() }
        var kept = tokens()
        if kept["access_token"] == nil || now() + 60 < kept["ends"] as? Int ?? 0 {
            return kept["access_token"] == nil ? nil : kept
        }
        let token = kept["refresh_token"] as? String ?? ""
        let answer = post("token_endpoint", [("grant_type", "refresh_token"), ("refresh_token", token)])
        if answer.status == 200 && answer.body["access_token"] != nil {
            for name in ["access_token", "refresh_token", "token_type"] {
                kept[name] = answer.body[name]
            }
            kept["ends"] = now() + (answer.body["expires_in"] as? Int ?? 0)
            phone.write("tokens", String(decoding: Protocol.json(kept), as: UTF8.self))
            return kept
        }
        if !token.isEmpty && answer.body["error"] as? String != "invalid_grant" {
            throw URLError(.cannotConnectToHost)
        }
        phone.write("tokens", nil)
        return nil
    }

    // What is kept.

    private func record() -> Json {
        return parsed(phone.read("sign_in"))
    }

    private func save(_ record: Json?) {
        // By the server's clock the next process goes on.
        let kept = record?.merging(["clock_behind": clockBehind]) { _, new in new }
        phone.write("sign_in", kept.map { String(decoding: Protocol.json($0), as: UTF8.self) })
    }

    private func parsed(_ text: String?) -> Json {
        let data = Protocol.utf8(text ?? "{}")
        return (try? JSONSerialization.jsonObject(with: data)) as? Json ?? [:]  // of another version: sign in anew
    }

    /// Seconds since the epoch, by the server's clock: a phone's can be wrong by hours.
    private func now() -> Int {
        return Int(Date().timeIntervalSince1970) + clockBehind
    }
}

/// Redirects are for browsers.
private final class NoRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
