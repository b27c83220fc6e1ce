"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.LABELS = exports.REASONS = void 0;
exports.explained = explained;
exports.endsSignIn = endsSignIn;
exports.REASONS = {
    ticket_unknown: over(["无法识别", "这不是有效的登录码。请在发起登录的地方重新获取。"], ["Not known", "This code is not one to sign in with. Get a new one where you began."]),
    ticket_expired: over(["登录已过期", "没有人登录。请在发起登录的地方重新开始。"], ["This sign-in has expired", "Nobody was signed in. Begin again where you came from."]),
    ticket_used: over(["登录已完成", "这次登录已经完成，无需再次确认。"], ["Signed in already", "This sign-in is done; nothing else is needed here."]),
    ticket_confirmed: over(["登录已确认", "这次登录已经确认过。如果是您本人操作，请返回继续。"], ["Confirmed already", "If it was you who confirmed this sign-in, go back and go on."]),
    ticket_denied: over(["登录已被拒绝", "没有人登录。如需登录，请重新开始。"], ["This sign-in was declined", "Nobody was signed in. To sign in, begin again."]),
    ticket_pending: over(["登录尚未确认", "请在发起登录的地方重新开始。"], ["Not confirmed yet", "Begin again where you came from."]),
    ticket_mismatch: over(["登录信息不一致", "这次登录由其他人发起。请重新开始。"], ["Begun by somebody else", "This sign-in is not yours. Begin again."]),
    wrong_entry: over(["打开方式不正确", "请从发起登录的应用打开，或亲自扫描屏幕上的登录码，不要使用他人转发的链接。"], ["Opened in another way", "Open it from the app, or scan the code yourself; a link that somebody passed on does not do."]),
    wrong_number: over(["数字不正确", "为了安全，这次登录已取消，没有人登录。请重新开始。"], ["That was not the number", "To be safe, this sign-in was ended and nobody was signed in. Begin again."]),
    access_denied: over(["微信不允许此账号登录", "没有人登录。再试一次不会有帮助，请联系微信客服。"], ["WeChat does not let you sign in", "Nobody was signed in. Trying again will not help: ask WeChat's support."]),
    snapshot_user: over(["当前为快照页", "请打开完整页面后再登录。"], ["This is a snapshot", "Open the full page and sign in again."]),
    invalid_request: over(["无法继续", "小程序与服务器的版本不一致。请更新小程序后重新开始。"], ["This cannot go on", "The mini program does not fit the server. Update it and begin again."]),
    number_required: again(["请先选择数字", "选择发起登录的地方显示的数字，再确认。"], ["Pick the number first", "It is shown where you began."]),
    phone_required: again(["需要手机号", "这次登录需要您的手机号。"], ["A phone number is needed", "This sign-in needs your phone number."]),
    code_rejected: again(["微信凭证已失效", "请再确认一次。"], ["WeChat wants it once more", "Please confirm again."]),
    slow_down: again(["操作太频繁", "请稍等片刻再试。"], ["Too many tries", "Wait a moment and try again."]),
    temporarily_unavailable: again(["微信暂时没有响应", "请稍后再试。"], ["WeChat is not answering", "Try again in a moment."]),
    not_available: again(["暂时无法使用微信登录", "请稍后再试，或选择其他登录方式。"], ["Not available at the moment", "Try again later, or sign in another way."]),
    server_error: again(["服务器出错", "请稍后再试。"], ["The server has a problem", "Try again in a moment."]),
    offline: again(["无法连接服务器", "请检查网络后再试。"], ["No connection", "Check the network and try again."]),
    timeout: again(["网络超时", "网络较慢，请再试一次。"], ["That took too long", "The network is slow; try again."]),
    domain_missing: again(["小程序尚未配置完成", "管理员需要在小程序后台添加服务器域名。"], ["Not set up yet", "The server has to be added to the mini program's request domains."]),
    login_failed: again(["微信未提供登录凭证", "请再试一次。"], ["WeChat gave no code", "Please try again."]),
    login_blocked: over(["微信已限制登录", "此账号暂时无法登录，请联系微信客服。"], ["WeChat has blocked signing in", "This WeChat cannot sign in now: ask WeChat's support."]),
    phone_declined: again(["未提供手机号", "您没有授权手机号。"], ["No phone number", "You did not share your number."]),
    phone_failed: again(["未取得手机号", "请再试一次。"], ["No phone number came", "Please try again."]),
    phone_quota: again(["手机号验证额度已用完", "请稍后再试，或联系应用方。"], ["Phone checks are used up", "Try again later, or tell whoever runs the application."]),
    privacy_declined: again(["未同意隐私保护指引", "同意后才能提供手机号。"], ["Privacy guide not agreed to", "A number can be shared once you agree."]),
    privacy_undeclared: again(["小程序尚未配置完成", "管理员需要在隐私保护指引中声明手机号。"], ["Not set up yet", "The mini program's privacy guide has to name the phone number."]),
    not_granted: again(["小程序没有此权限", "微信未向此小程序开放所需的能力。"], ["Not granted", "WeChat has not granted this to the mini program."]),
    no_ticket: over(["没有待确认的登录", "请在网站或应用上选择微信登录，再扫码或从应用打开。"], ["Nothing to confirm", "Choose WeChat on a website or in an app, then scan its code or open this from there."]),
    single_page: over(["请打开完整的小程序", "点击屏幕下方的“前往小程序”后才能登录。"], ["Open the whole mini program", "Signing in works after “Go to Mini Program” at the bottom of the screen."]),
};
function over(zh, en) {
    return { ends: true, zh: words(zh), en: words(en) };
}
function again(zh, en) {
    return { ends: false, zh: words(zh), en: words(en) };
}
function words([title, text]) {
    return { title, text };
}
function explained(reason, language) {
    return known(reason)[language];
}
function endsSignIn(reason) {
    return known(reason).ends;
}
function known(reason) {
    const found = Object.prototype.hasOwnProperty.call(exports.REASONS, reason) ? exports.REASONS[reason] : undefined;
    return found !== null && found !== void 0 ? found : exports.REASONS.server_error;
}
const ZH = {
    page: "微信登录",
    sandbox: "测试环境：使用模拟微信",
    reading: "正在读取登录信息…",
    asks: {
        scan: "请求您在另一台设备上登录",
        link: "请求您在浏览器中登录",
        launch: "请求您登录应用",
    },
    connects: "请求将此微信关联到已有账号",
    getsInto: "此微信将能登录以下账号：",
    letsIn: "有人确认了以下微信，它将能登录您的账号：",
    unchecked: "该应用自行注册，其名称未经核实。",
    facts: { host: "网站", device: "设备", place: "地点", ip: "网络地址", time: "时间", connection: "登录方式" },
    which: {
        scan: "另一屏幕上显示的是哪个数字？",
        link: "浏览器中显示的是哪个数字？",
        launch: "应用中显示的是哪个数字？",
    },
    confirm: "确认登录",
    confirmWithPhone: "确认登录并提供手机号",
    deny: "拒绝",
    warning: "如果不是您本人操作，请拒绝。",
    privacy: "提供手机号即表示同意",
    retry: "重试",
    confirmed: "已确认登录",
    denied: "已拒绝登录",
    nobody: "没有人登录。",
    goOn: { scan: "请在另一屏幕上继续。", link: "请返回浏览器继续。", launch: "请返回应用继续。" },
    backToApp: "返回应用",
    backByHand: "微信无法自动返回，请手动切换到应用。",
    close: "关闭",
    closeByHand: "请点击右上角关闭小程序。",
};
const EN = {
    page: "Sign in with WeChat",
    sandbox: "Test environment: not the real WeChat",
    reading: "Reading who asks…",
    asks: {
        scan: "asks you to sign in on another screen",
        link: "asks you to sign in in your browser",
        launch: "asks you to sign in to the app",
    },
    connects: "asks to connect this WeChat with your account",
    getsInto: "This WeChat would get into the account of",
    letsIn: "Somebody confirmed this WeChat; it would get into your account:",
    unchecked: "It registered itself here; nobody has checked its name.",
    facts: { host: "Website", device: "Device", place: "Place", ip: "Address", time: "Time", connection: "Method" },
    which: {
        scan: "Which number does the other screen show?",
        link: "Which number does your browser show?",
        launch: "Which number does the app show?",
    },
    confirm: "Confirm",
    confirmWithPhone: "Confirm and share my number",
    deny: "Decline",
    warning: "If it was not you who began this, decline.",
    privacy: "By sharing your number you agree to",
    retry: "Try again",
    confirmed: "Confirmed",
    denied: "Declined",
    nobody: "Nobody was signed in.",
    goOn: { scan: "Go on on the other screen.", link: "Go back to your browser.", launch: "Go back to the app." },
    backToApp: "Back to the app",
    backByHand: "WeChat cannot go back by itself: switch to the app by hand.",
    close: "Close",
    closeByHand: "Close the mini program at the top right.",
};
exports.LABELS = { zh: ZH, en: EN };
