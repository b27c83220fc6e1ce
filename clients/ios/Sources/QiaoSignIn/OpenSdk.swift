#if canImport(WechatOpenSDK)
import UIKit
import WechatOpenSDK

/// WeChat's OpenSDK. It is not touched before the person has agreed to the app's own privacy terms.
public final class OpenSdk: NSObject, QiaoWeChat, WXApiDelegate {
    private let appId: String
    private let universalLink: String
    private var allowed = false
    private var registered = false
    /// Set it once: who is told what WeChat answers.
    public weak var qiao: Qiao?

    /// `appId`: of the app at WeChat's Open Platform; `universalLink`: as it is registered there.
    public init(appId: String, universalLink: String) {
        self.appId = appId
        self.universalLink = universalLink
    }

    /// The person has agreed to the app's privacy terms (in this process or before): call it at each start.
    public func allow() {
        allowed = true
    }

    public func launch(_ userName: String, _ path: String, _ type: Int) -> Bool {
        return send {
            let request = WXLaunchMiniProgramReq.object()
            request.userName = userName
            request.path = path
            request.miniProgramType = WXMiniProgramType(rawValue: UInt(type)) ?? .release
            return request
        }
    }

    public func sendAuth(_ scope: String, _ state: String, _ nonAutomatic: Bool) -> Bool {
        return send {
            let request = SendAuthReq()
            request.scope = scope
            request.state = state
            request.nonautomatic = nonAutomatic
            return request
        }
    }

    /// On the main thread, as WeChat wants it. What it comes to is told later: a request that is lost runs out.
    private func send(_ made: @escaping () -> BaseReq) -> Bool {
        return DispatchQueue.main.sync {
            guard isRegistered(), WXApi.isWXAppInstalled() else {
                return false
            }
            WXApi.send(made(), completion: nil)
            return true
        }
    }

    private func isRegistered() -> Bool {
        if !registered && allowed {
            registered = WXApi.registerApp(appId, universalLink: universalLink)
        }
        return registered
    }

    /// From `scene(_:openURLContexts:)` (and `scene(_:willConnectTo:options:)`, where the app was ended) or `application(_:open:options:)`.
    public func handle(_ url: URL) -> Bool {
        return isRegistered() && WXApi.handleOpen(url, delegate: self)
    }

    /// From `scene(_:continue:)` (and `scene(_:willConnectTo:options:)`, where the app was ended) or `application(_:continue:restorationHandler:)`.
    public func handle(_ activity: NSUserActivity) -> Bool {
        return isRegistered() && WXApi.handleOpenUniversalLink(activity, delegate: self)
    }

    /// ShowMessageFromWXReq: how a mini program comes back to an app whose process has ended.
    public func onReq(_ request: BaseReq) {
        qiao?.returned()
    }

    public func onResp(_ answer: BaseResp) {
        if let given = answer as? SendAuthResp {
            qiao?.sendAuthAnswered(given.errCode == 0 ? given.code : nil, given.state)
        } else {
            qiao?.returned()  // WXLaunchMiniProgramResp: its extMsg is anybody's word, and says "look again"
        }
    }
}
#endif
