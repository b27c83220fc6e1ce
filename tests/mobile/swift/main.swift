import Foundation

// Asks the Swift core everything in a file of vectors; one line for each that it answers otherwise. Signatures are
// taken as the vectors say: what of an ID token follows from them is compared.

var asked = 0

func compare(_ what: String, _ expected: String, _ found: String) {
    asked += 1
    if expected != found {
        print("\(what): expected \(expected), found \(found)")
    }
}

let file = try! Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let all = try! JSONSerialization.jsonObject(with: file) as! Json

for one in all["pkce"] as! [[String: String]] {
    compare("pkce", one["challenge"]!, Protocol.challenge(one["verifier"]!))
}
for row in all["steps"] as! [[String]] {
    compare("step \(row)", row[2...].joined(separator: " "), Protocol.next(row[0], row[1]).joined(separator: " "))
}
for one in all["answers"] as! [Json] {
    let event = Protocol.event(one["status"] as! Int, one["body"] as! Json)
    compare("answer \(one)", one["event"] as! String, event)
}
for (event, reason) in all["reasons"] as! [String: String] {
    compare("reason of \(event)", reason, Protocol.reason(event))
}
let words = all["words"] as! [String: [String: String]]
for reason in Qiao.Reason.allCases {
    let told = words[reason.rawValue]!
    compare("words", told["en"]! + told["zh"]!, reason.words("en") + reason.words("zh-Hans"))
}
compare("reasons", "\(words.count)", "\(Qiao.Reason.allCases.count)")
let redirect = all["redirect"] as! [String: String]
for one in all["redirects"] as! [Json] {
    let came = Protocol.redirected(
        one["address"] as! String, redirect["redirect_uri"]!, redirect["state"]!, redirect["issuer"]!)
    compare("redirect \(one)", (one["result"] as! [String]).joined(separator: " "), came.joined(separator: " "))
}
for one in all["thumbprints"] as! [Json] {
    let jwk = one["jwk"] as! [String: String]
    let key = Protocol.decoded64(jwk["x"]!)! + Protocol.decoded64(jwk["y"]!)!
    compare("thumbprint", one["thumbprint"] as! String, Protocol.thumbprint(key))
}
let about = all["id_token"] as! Json
for one in all["id_tokens"] as! [Json] {
    var refused = ""
    Crypto.believed = one["refused"] as! String != "signature"
    do {
        _ = try Protocol.claims(
            one["token"] as! String, one["jwks"] as! Json, about["issuer"] as! String, about["client_id"] as! String,
            about["nonce"] as! String, about["now"] as! Int)
    } catch let untrusted as Untrusted {
        refused = untrusted.what
    }
    compare("ID token \(one["token"]!)", one["refused"] as! String, refused)
}
print("asked \(asked)")
